package domain

import (
	"fmt"
	"time"
)

// SnoozeCourse puts off the reminders of a person's open test.
type SnoozeCourse struct {
	Course string
	For    time.Duration // an hour to a week
	Silent bool          // the receipt comes with something else that is put off
}

// CommandName is not registered: it comes from a text of the learner only.
func (SnoozeCourse) CommandName() string { return "snooze_course@1" }

// Needs the course with everybody's tasks.
func (c SnoozeCourse) Needs() Needs { return Needs{Course: c.Course, Everyone: true} }

// Decide puts the actor's own test off; then it is reminded of once more.
func (c SnoozeCourse) Decide(f Facts) (Change, error) {
	if f.Course == nil || f.Actor.Person == 0 || f.Actor.Level < A1 {
		return Change{}, ErrForbidden
	}
	t := courseTask(f, f.Actor.Person)
	if t == nil || t.State != TaskOpen {
		return Change{}, ErrNotFound
	}
	later := *t
	later.SnoozeTo = f.Now.Add(max(leastSnooze, min(c.For, mostSnooze)))
	change := Change{
		Entries: []Entry{SavedTask{later}},
		Events:  []Event{courseEvent("course_snoozed", f.Course, "person", fmt.Sprintf("p%d", t.Person))},
		Timers:  []Timer{{Key: t.ID.Key("snooze"), At: later.SnoozeTo, Command: RemindLearner{Course: c.Course, Person: t.Person}}},
	}
	if !c.Silent {
		change.Notices = []Notice{toReader(f, later, "snoozed", "answer", "quiz.snoozed", Args{"at": Moment(later.SnoozeTo)})}
	}
	return change, nil
}

// RemindLearner reminds one person of a test that they put off.
type RemindLearner struct {
	Course string
	Person PersonID
}

var _ = Register(RemindLearner{})

// CommandName is the stored name.
func (RemindLearner) CommandName() string { return "remind_learner@1" }

// Needs the course with everybody's tasks.
func (c RemindLearner) Needs() Needs { return Needs{Course: c.Course, Everyone: true} }

// Decide reminds while the test is open, not put off again, and its learner is there.
func (c RemindLearner) Decide(f Facts) (Change, error) {
	if f.Course == nil {
		return Change{}, nil
	}
	t, p := courseTask(f, c.Person), f.Org.People[c.Person]
	if t == nil || t.State != TaskOpen || p == nil || !p.Active || t.SnoozeTo.After(f.Now) || !t.HeldUntil.IsZero() || f.away(p.ID) {
		return Change{}, nil
	}
	key := "quiz.remind"
	if f.Now.After(t.DueAt) {
		key = "quiz.late"
	}
	return Change{Entries: []Entry{invite(f.Org, f.Course, key, fmt.Sprintf("snoozed/%d", f.Now.Unix()), t.DueAt, []PersonID{p.ID})}}, nil
}
