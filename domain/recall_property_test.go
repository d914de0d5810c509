package domain

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A recaller is one person whose items come back, as the store would hold them.
type recaller struct {
	org     *Organisation
	recalls []Recall
	timers  map[string]Timer
	now     time.Time
	asked   []time.Time // when an item was put, in order
	open    *Notice     // the question put last
	last    map[int64]time.Time
}

func (l *recaller) facts() Facts {
	own := slices.Clone(l.recalls)
	slices.SortStableFunc(own, func(a, b Recall) int { return a.DueAt.Compare(b.DueAt) })
	return Facts{Now: l.now, Org: l.org, Recalls: own, Actor: Actor{Person: quizAna, Address: AddressID(quizAna), Level: A1, Channel: SMS}}
}

// apply does with a change what the store does, and holds each question to the rules.
func (l *recaller) apply(t *rapid.T, c Change) {
	for _, e := range c.Entries {
		switch e := e.(type) {
		case StartedRecalls:
			for n, item := range e.Items {
				l.recalls = append(l.recalls, Recall{Person: quizAna, Course: "FALLS", Title: "Falls", Item: quizItem(item, 0), DueAt: e.DueAt[n]})
			}
		case SavedRecalls:
			for _, r := range e.Recalls {
				for n := range l.recalls {
					if l.recalls[n].Item.ID == r.Item.ID {
						r.Item.Withdrawn = l.recalls[n].Item.Withdrawn
						l.recalls[n] = r
					}
				}
			}
		case StandingTimer:
			if _, set := l.timers[e.Key.Name]; !set {
				l.timers[e.Key.Name] = e.Timer
			}
		}
	}
	for _, timer := range c.Timers {
		l.timers[timer.Key.Name] = timer
	}
	for _, n := range c.Notices {
		if n.Key == "recall.question" {
			l.put(t, &n)
		}
	}
}

func (l *recaller) put(t *rapid.T, n *Notice) {
	l.open = n
	l.asked = append(l.asked, l.now)
	cmd := n.Replies[0].Command.(AnswerRecall)
	if before, again := l.last[cmd.Item]; again && l.now.Sub(before) < 34*time.Hour {
		t.Fatalf("item %d is put again after %v", cmd.Item, l.now.Sub(before))
	}
	l.last[cmd.Item] = l.now
	today := 0
	for _, at := range l.asked {
		if sameDay(l.org, quizAna, at, l.now) {
			today++
		}
	}
	if today > RecallsADay {
		t.Fatalf("%d questions on one day", today)
	}
	if n.Urgency == Routine && l.org.Quiet.Contains(l.now, l.org.Zone) {
		t.Fatalf("asked at %s, in quiet hours", l.now)
	}
	if l.org.Quiet.Contains(l.recalls[0].DueAt, l.org.Zone) {
		t.Fatalf("due at %s, in quiet hours", l.recalls[0].DueAt)
	}
}

// step fires the next timer; none left: false.
func (l *recaller) step(t *rapid.T, late time.Duration) bool {
	if len(l.timers) == 0 {
		return false
	}
	var next Timer
	for _, timer := range l.timers {
		if next.At.IsZero() || timer.At.Before(next.At) {
			next = timer
		}
	}
	delete(l.timers, next.Key.Name)
	if at := next.At.Add(late); at.After(l.now) {
		l.now = at
	}
	change, err := next.Command.Decide(l.facts())
	if err != nil {
		t.Fatal(err)
	}
	l.apply(t, change)
	return true
}

// answer answers the question put last; the same twice changes nothing.
func (l *recaller) answer(t *rapid.T, choice int) {
	if l.open == nil {
		return
	}
	cmd := l.open.Replies[choice].Command.(AnswerRecall)
	l.open = nil
	change, err := cmd.Decide(l.facts())
	if err != nil {
		return // withdrawn, paused or over meanwhile
	}
	l.apply(t, change)
	if again, err := cmd.Decide(l.facts()); err == nil && len(again.Entries) > 0 {
		t.Fatalf("the same answer counted twice: %+v", again.Entries)
	}
}

// TestItemsComeBackWithinTheirBoundsWhateverThePersonDoes: for any sequence of answers, silence, pauses, withdrawals and late timers, an
// item never comes twice within 34 hours, at most three a day and none at night; it ends with the third right answer and not
// before, and everything ends at last.
func TestItemsComeBackWithinTheirBoundsWhateverThePersonDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := &recaller{org: quizHospital(), timers: map[string]Timer{}, last: map[int64]time.Time{}}
		l.org.Quiet = Window{From: 21 * 60, Until: rapid.SampledFrom([]int{8 * 60, 11 * 60}).Draw(t, "until")}
		l.now = quizNow.Add(time.Duration(rapid.IntRange(0, 1439).Draw(t, "minute")) * time.Minute)
		course := quizCourse()
		given := map[int64]int{}
		for id := range int64(rapid.IntRange(1, 8).Draw(t, "items")) {
			course.Items, given[id+1] = append(course.Items, quizItem(id+1, 0)), 0
		}
		var begin Change
		a := attempt(1, given)
		begin.startRecalls(l.facts(), course, &a)
		l.apply(t, begin)
		for n := 0; l.step(t, time.Duration(rapid.SampledFrom([]int{0, 0, 0, 1, 13}).Draw(t, "late"))*time.Hour); n++ {
			for range rapid.IntRange(0, 4).Draw(t, "answers") {
				switch rapid.IntRange(0, 9).Draw(t, "does") {
				case 0:
					l.pause(t)
				case 1:
					l.recalls[rapid.IntRange(0, len(l.recalls)-1).Draw(t, "item")].Item.Withdrawn = true
				default:
					l.answer(t, rapid.IntRange(0, 1).Draw(t, "choice"))
				}
			}
			if n > 1000 {
				t.Fatal("it never ends")
			}
		}
		l.check(t)
	})
}

func (l *recaller) pause(t *rapid.T) {
	change, err := PauseRecalls{}.Decide(l.facts())
	if err != nil {
		t.Fatal(err)
	}
	l.apply(t, change)
	l.open = nil
	for _, r := range l.recalls {
		if !r.Over() && r.DueAt.Before(l.now.AddDate(0, 0, recallPause-1)) {
			t.Fatalf("paused at %s, due at %s", l.now, r.DueAt)
		}
	}
}

// check looks at the end: nothing is forgotten on the way.
func (l *recaller) check(t *rapid.T) {
	for _, r := range l.recalls {
		switch {
		case r.Rights > rightsToRetire || r.Asked > mostAsked:
			t.Fatalf("asked %d times, %d right", r.Asked, r.Rights)
		case r.Rights == rightsToRetire && r.EndedAt.IsZero():
			t.Fatal("known, and not over")
		case !r.Over():
			t.Fatalf("forgotten: %+v", r)
		case !r.Item.Withdrawn && r.Rights < rightsToRetire && r.Unanswered < mostUnanswered && r.Asked < mostAsked:
			t.Fatalf("ended early: %+v", r)
		}
	}
}

func TestWhoAnswersAtOnceIsAskedOnDays2And7And21(t *testing.T) {
	t.Parallel()
	l := &recaller{org: quizHospital(), timers: map[string]Timer{}, last: map[int64]time.Time{}, now: quizNow}
	course, a := quizCourse(quizItem(1, 0)), attempt(1, map[int64]int{1: 1})
	var begin Change
	begin.startRecalls(l.facts(), course, &a)
	r := Recall{Person: quizAna, Item: quizItem(1, 0), DueAt: begin.Entries[0].(StartedRecalls).DueAt[0]}
	var days []string
	for r.EndedAt.IsZero() {
		l.now = r.DueAt
		r.ask(l.now, l.now.Add(time.Hour))
		r.answer(true, l.now, func(days int) time.Time { return recallSlot(l.org, quizAna, l.now, days) })
		days = append(days, fmt.Sprint(int(l.now.Sub(quizNow)/(24*time.Hour))))
	}
	if !slices.Equal(days, []string{"2", "7", "21"}) {
		t.Errorf("asked on days %v", days)
	}
}

func TestWhoIsOnLeaveIsAskedWhenTheyAreBack(t *testing.T) {
	t.Parallel()
	o := quizHospital()
	o.People[quizAna].Leave = []Leave{{From: quizNow.Add(-24 * time.Hour), Until: quizNow.AddDate(0, 0, 10)}}
	f := Facts{Now: quizNow, Org: o, Actor: Clockwork, Recalls: []Recall{{Person: quizAna, Item: quizItem(1, 0), DueAt: quizNow}}}
	change := decide(t, SweepRecalls{At: quizNow}, f)
	if len(change.Notices) > 0 || len(change.Entries) != 1 {
		t.Fatalf("got %+v", change)
	}
	timer, ok := change.Entries[0].(StandingTimer)
	if back := o.Back(quizAna, quizNow); !ok || timer.At.Before(back) || timer.At.Sub(back) > 24*time.Hour || timer.At.In(time.UTC).Hour() != recallHour {
		t.Errorf("next look at %s, back %s", timer.At, back)
	}
}
