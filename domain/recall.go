package domain

import (
	"fmt"
	"time"
)

// A Recall is one item of a course that comes back to one person who took it, so that it stays known.
//
// Day 0 is the day the attempt was finished. The item comes back after 2 days, and after a right answer 5 and then 14 days after that
// answer: on days 2, 7 and 21 for who answers at once. A wrong answer sets it back a gap. It ends after three right answers. Nothing of
// it touches the attempt: its score and its pass stand. Source: days 0, 2, 7, 21 and three right answers after trials of spaced quizzes
// for hospital staff (Kerfoot 2010; ICHE 2024, where learners asked for few questions close together); gaps count from the last answer
// because it is the time since the last retrieval that makes spacing work (Cepeda 2008).
type Recall struct {
	Person     PersonID
	Course     string            // code
	Title      string            // of the course, in the person's language: see Facts.Translate
	Titles     map[string]string // of the course, by language, beside the original's own
	Item       Item
	Step       int  // gaps passed: 0 waits for the first
	Rights     int  // right answers
	Asked      int  // how often it was put
	Unanswered int  // how often in a row nobody answered
	Waiting    bool // it was put and waits for its answer
	DueAt      time.Time
	AskedAt    time.Time
	EndedAt    time.Time
}

// The bounds of a recall.
const (
	RecallsADay    = 3 // items one person is asked a day, over all courses
	rightsToRetire = 3
	mostAsked      = 9 // then the item has had its chance: a person should talk
	mostUnanswered = 3
	recallHour     = 10 // by the person's clock, like reminders
	recallPause    = 28 // days
)

// recallGaps are the days to the next time, by step.
var recallGaps = []int{2, 5, 14}

// Over reports whether the item comes back no more: known, given up, or withdrawn.
func (r *Recall) Over() bool { return !r.EndedAt.IsZero() || r.Item.Withdrawn }

// gap is how many days the item now rests.
func (r *Recall) gap() int { return recallGaps[min(r.Step, len(recallGaps)-1)] }

// ask notes that the item is put to the person.
func (r *Recall) ask(now, next time.Time) {
	r.Asked, r.Waiting, r.AskedAt, r.DueAt = r.Asked+1, true, now, next
	r.Unanswered++ // until they answer
}

// answer marks an answer; next is called with the days the item then rests.
func (r *Recall) answer(right bool, now time.Time, next func(days int) time.Time) {
	r.Waiting, r.Unanswered = false, 0
	if right {
		r.Step, r.Rights = r.Step+1, r.Rights+1
	} else {
		r.Step = max(0, r.Step-1)
	}
	if r.Rights >= rightsToRetire || r.Asked >= mostAsked {
		r.EndedAt = now
	}
	r.DueAt = next(r.gap())
}

// lapsed reports whether an item that falls due again was ignored too often to be put once more.
func (r *Recall) lapsed() bool { return r.Unanswered >= mostUnanswered || r.Asked >= mostAsked }

// recallSlot is the hour at which a person is asked, so many days from now: by their own clock, outside quiet hours.
func recallSlot(o *Organisation, p PersonID, now time.Time, days int) time.Time {
	zone := o.ZoneOf(p)
	return o.Quiet.After(DateOf(now, zone).Add(days).At(recallHour*60, zone), zone)
}

// sameDay reports whether two moments lie on one day of the person's.
func sameDay(o *Organisation, p PersonID, a, b time.Time) bool {
	if a.IsZero() || b.IsZero() {
		return false
	}
	zone := o.ZoneOf(p)
	ay, am, ad := a.In(zone).Date()
	by, bm, bd := b.In(zone).Date()
	return ay == by && am == bm && ad == bd
}

// Entries of recalls.
type (
	// StartedRecalls lets items come back to people who finished an attempt. An item that does so already, or is known, stays as it is.
	StartedRecalls struct {
		People []PersonID
		Items  []int64 // one for each of People
		DueAt  []time.Time
	}
	// SavedRecalls are recalls as a decision leaves them.
	SavedRecalls struct{ Recalls []Recall }
	// RecallAnswer is one answer. It counts in no score.
	RecallAnswer struct {
		Recall Recall // as it was asked
		Choice int
		At     time.Time
	}
	// A StandingTimer is set unless one of its key is set already: many may want the same sweep, and none waits for another.
	StandingTimer struct{ Timer }
)

// Entry marks an entry.
func (StartedRecalls) Entry() {}

// Entry marks an entry.
func (SavedRecalls) Entry() {}

// Entry marks an entry.
func (RecallAnswer) Entry() {}

// Entry marks an entry.
func (StandingTimer) Entry() {}

// sweepAt is the timer that asks whoever is due by then: one for each hour at which anybody is, however many they are.
func sweepAt(at time.Time) StandingTimer {
	return StandingTimer{Timer{Key: TimerKey{Subject: "recall", Name: fmt.Sprint(at.Unix())}, At: at, Command: SweepRecalls{At: at}}}
}

// startRecalls lets the items of a finished attempt come back.
func (change *Change) startRecalls(f Facts, c *Course, a *Attempt) {
	var e StartedRecalls
	at := recallSlot(f.Org, a.Person, f.Now, recallGaps[0])
	for _, i := range c.Live() {
		if _, given := a.Given[i.ID]; given {
			e.People, e.Items, e.DueAt = append(e.People, a.Person), append(e.Items, i.ID), append(e.DueAt, at)
		}
	}
	if len(e.People) > 0 {
		change.Entries = append(change.Entries, e, sweepAt(at))
	}
}

// recallSubject names what comes back to one person, in messages.
func recallSubject(p PersonID) string { return fmt.Sprintf("recall/p%d", p) }

// recallTopic names one time an item was put.
func recallTopic(r *Recall) string { return fmt.Sprintf("item%d/%d", r.Item.ID, r.Asked) }

// RecallStart is the start of the conversation that puts an item again.
func RecallStart(r *Recall) Args {
	return Args{"item": Number(int(r.Item.ID)), "asked": Number(r.Asked)}
}

// question puts the item: buttons in Slack, a letter by SMS.
func (r *Recall) question(to Recipient, u Urgency) Notice {
	n := Notice{
		ID: fmt.Sprintf("%s/%s", recallSubject(r.Person), recallTopic(r)), To: to, Topic: recallTopic(r), Subject: recallSubject(r.Person), Key: "recall.question",
		Args:    Args{"title": Text(r.Title), "item": Text(r.Item.Text), "choices": Text(r.Item.Lettered())},
		Urgency: u, Class: Once, Ask: &Ask{Flow: "recall", Start: RecallStart(r), Question: QuestionID(r.Item.ID)},
	}
	for o, words := range r.Item.Options {
		n.Replies = append(n.Replies, Reply{
			Letter: Letter(o), Key: "quiz.option", Args: Args{"letter": Text(Letter(o)), "option": Text(words)}, Command: AnswerRecall{Item: r.Item.ID, Asked: r.Asked, Choice: o},
		})
	}
	n.Replies = append(n.Replies, Reply{Letter: "P", Key: "reply.recall_pause", Command: PauseRecalls{}})
	return n
}
