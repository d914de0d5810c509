package domain

import (
	"fmt"
	"time"
)

// AnswerRecall is an answer to an item that came back.
type AnswerRecall struct {
	Item   int64
	Asked  int // which time
	Choice int
}

var _ = Register(AnswerRecall{})

// CommandName is the stored name.
func (AnswerRecall) CommandName() string { return "answer_recall@1" }

// Needs the actor's own.
func (AnswerRecall) Needs() Needs { return Needs{Recalls: RecallQuery{Mine: true}} }

// Decide marks the answer, says at once whether it is right and why, and puts the next item that is due, up to RecallsADay. A second
// answer to the same time does nothing.
func (c AnswerRecall) Decide(f Facts) (Change, error) {
	r, err := mineRecall(f, c.Item)
	if err != nil {
		return Change{}, err
	}
	if r.Asked != c.Asked || !r.Waiting {
		return Change{}, Invalid("item", "recall.old")
	}
	if c.Choice < 0 || c.Choice >= len(r.Item.Options) {
		return Change{}, Invalid("item", "problem.choice")
	}
	var change Change
	if r.Item.Withdrawn {
		change.Settle = []Settle{settleRecall(f, r, "quiz.withdrawn", Args{"title": Text(r.Title)})}
		return change, nil
	}
	asked := *r
	right := c.Choice == r.Item.Right
	r.answer(right, f.Now, func(days int) time.Time { return recallSlot(f.Org, r.Person, f.Now, days) })
	change.Entries = []Entry{RecallAnswer{Recall: asked, Choice: c.Choice, At: f.Now}, SavedRecalls{[]Recall{*r}}}
	if !r.Over() {
		change.Entries = append(change.Entries, sweepAt(r.DueAt))
	}
	change.Events = []Event{{Name: "recall_answered", Data: map[string]string{"course": r.Course, "item": fmt.Sprint(r.Item.ID)}}}
	change.recallMarked(f, r, &asked, c.Choice)
	change.nextRecall(f)
	return change, nil
}

// mineRecall finds the actor's recall of an item.
func mineRecall(f Facts, item int64) (*Recall, error) {
	if f.Actor.Person == 0 || f.Actor.Level < A1 {
		return nil, ErrForbidden
	}
	for n := range f.Recalls {
		if r := &f.Recalls[n]; r.Item.ID == item && r.Person == f.Actor.Person {
			return r, nil
		}
	}
	return nil, ErrNotFound
}

// settleRecall ends a question that was put: its copies in Slack say what became of it.
func settleRecall(f Facts, asked *Recall, key string, args Args) Settle {
	return Settle{Subject: recallSubject(asked.Person), Topic: recallTopic(asked), Key: key, Args: args, Except: f.Actor.Person, Silent: true}
}

// recallMarked says whether the answer is right: the question in Slack turns into that.
func (change *Change) recallMarked(f Facts, r, asked *Recall, choice int) {
	key := "recall.wrong"
	switch {
	case choice == r.Item.Right && r.Over():
		key = "recall.known"
	case choice == r.Item.Right:
		key = "recall.right"
	}
	args := Args{
		"title": Text(r.Title), "item": Text(r.Item.Text), "letter": Text(Letter(r.Item.Right)), "option": Text(r.Item.Options[r.Item.Right]),
		"given": Text(Letter(choice)), "choice": Text(r.Item.Options[choice]), "why": Text(sentence(r.Item.Explanation)),
	}
	change.Settle = append(change.Settle, settleRecall(f, asked, key, args))
	if f.Actor.Channel == Slack {
		return
	}
	change.Notices = append(change.Notices, Notice{
		ID: recallSubject(r.Person) + "/marked/" + recallTopic(asked), To: actorOf(f), Topic: "marked", Subject: recallSubject(r.Person), Key: key, Args: args, Urgency: Prompt, Class: Once,
	})
}

// nextRecall puts the next item that is due to who is answering, while the day's number is not reached.
func (change *Change) nextRecall(f Facts) {
	var due []*Recall
	today := 0
	for n := range f.Recalls {
		r := &f.Recalls[n]
		if sameDay(f.Org, r.Person, r.AskedAt, f.Now) {
			today++
		}
		if !r.Over() && !r.lapsed() && !r.DueAt.After(f.Now) {
			due = append(due, r)
		}
	}
	if len(due) == 0 || today >= RecallsADay {
		return
	}
	r := longestDue(due)
	r.ask(f.Now, recallSlot(f.Org, r.Person, f.Now, r.gap()))
	change.Entries = append(change.Entries, SavedRecalls{[]Recall{*r}}, sweepAt(r.DueAt))
	change.Notices = append(change.Notices, r.question(actorOf(f), Prompt))
}

// PauseRecalls lets a person rest from items that come back.
type PauseRecalls struct{}

var _ = Register(PauseRecalls{})

// CommandName is the stored name.
func (PauseRecalls) CommandName() string { return "pause_recalls@1" }

// Needs the actor's own.
func (PauseRecalls) Needs() Needs { return Needs{Recalls: RecallQuery{Mine: true}} }

// Decide puts everything off by four weeks. A question that waits counts as never put.
func (PauseRecalls) Decide(f Facts) (Change, error) {
	if f.Actor.Person == 0 || f.Actor.Level < A1 {
		return Change{}, ErrForbidden
	}
	until := recallSlot(f.Org, f.Actor.Person, f.Now, recallPause)
	var change Change
	var saved []Recall
	for _, r := range f.Recalls {
		if r.Over() {
			continue
		}
		if r.Waiting {
			change.Settle = append(change.Settle, settleRecall(f, &r, "recall.paused_card", Args{"title": Text(r.Title), "at": Day(until)}))
			r.Waiting, r.Unanswered = false, max(0, r.Unanswered-1)
		}
		if r.DueAt.Before(until) {
			r.DueAt = until
		}
		saved = append(saved, r)
	}
	if len(saved) > 0 {
		change.Entries = []Entry{SavedRecalls{saved}, sweepAt(until)}
		change.Events = []Event{{Name: "recalls_paused"}}
	}
	change.Notices = []Notice{{
		ID: fmt.Sprintf("%s/paused/%d", recallSubject(f.Actor.Person), f.Now.UnixMicro()), To: actorOf(f), Topic: "answer", Subject: recallSubject(f.Actor.Person),
		Key: "recall.paused", Args: Args{"at": Day(until)}, Urgency: Prompt, Class: Once,
	}}
	return change, nil
}
