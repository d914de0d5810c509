package domain

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

const (
	renewTimer = "renew"
	// renewAhead is how long before a pass expires its holder is asked again: the shortest time an audience is usually given.
	renewAhead = 30 * 24 * time.Hour
)

// ReopenedCourse opens the tasks of people whose pass expires: due when it does.
type ReopenedCourse struct {
	Course int64
	People []PersonID
	Due    time.Time
}

// Entry marks an entry.
func (ReopenedCourse) Entry() {}

// RenewCourse asks those again whose pass is about to expire.
type RenewCourse struct{ Course string }

var _ = Register(RenewCourse{})

// CommandName is the stored name.
func (RenewCourse) CommandName() string { return "renew_course@1" }

// Needs the course with everybody's tasks.
func (c RenewCourse) Needs() Needs { return Needs{Course: c.Course, Everyone: true} }

// Decide opens the task of each person of the audience whose pass ends within a month, tells them, and sets the next time. Who left the
// audience is not asked.
func (c RenewCourse) Decide(f Facts) (Change, error) {
	if f.Course == nil || f.Course.ValidMonths == 0 {
		return Change{}, nil
	}
	wanted := map[time.Time][]PersonID{} // by the day the pass ends
	for _, t := range f.Tasks {
		p := f.Org.People[t.Person]
		if t.State != TaskDone || p == nil || !f.Course.Audience.Includes(f.Org, p) {
			continue
		}
		if ends := f.Course.Expires(t.DoneAt); !ends.Add(-renewAhead).After(f.Now) {
			due := ends.Truncate(24 * time.Hour)
			if soon := f.Now.Add(f.Course.Due); due.Before(f.Now) {
				due = soon.Truncate(time.Hour)
			}
			wanted[due] = append(wanted[due], t.Person)
		}
	}
	var change Change
	tasks := slices.Clone(f.Tasks)
	for _, due := range slices.SortedFunc(maps.Keys(wanted), time.Time.Compare) {
		people := wanted[due]
		change.Entries = append(change.Entries, ReopenedCourse{Course: f.Course.ID, People: people, Due: due}, invite(f.Org, f.Course, "quiz.renew", "renew", due, people))
		change.Events = append(change.Events, courseEvent("course_renewed", f.Course, "people", fmt.Sprint(len(people))))
		for n := range tasks {
			if slices.Contains(people, tasks[n].Person) {
				tasks[n].State, tasks[n].DueAt = TaskOpen, due
			}
		}
	}
	if len(wanted) > 0 {
		change.remindNext(f.Course, tasks, f.Now)
	}
	change.renewNext(f, f.Course, tasks)
	return change, nil
}

// renewNext sets the one renewal timer of a course to the next pass that is about to expire.
func (change *Change) renewNext(f Facts, c *Course, tasks []Task) {
	if c.ValidMonths == 0 {
		return
	}
	var next time.Time
	for _, t := range tasks {
		if p := f.Org.People[t.Person]; t.State != TaskDone || p == nil || !c.Audience.Includes(f.Org, p) {
			continue
		}
		if at := c.Expires(t.DoneAt).Add(-renewAhead); next.IsZero() || at.Before(next) {
			next = at
		}
	}
	if next.IsZero() {
		return
	}
	change.Timers = append(change.Timers, renewAt(c, slices.MaxFunc([]time.Time{next, f.Now}, time.Time.Compare)))
}

func renewAt(c *Course, at time.Time) Timer {
	return Timer{Key: TimerKey{Subject: courseSubject(c.Code), Name: renewTimer}, At: at, Command: RenewCourse{Course: c.Code}}
}

// firstPass sees to it that a pass that expires is renewed: the timer is set by the first, and later ones find it set.
func (change *Change) firstPass(c *Course, at time.Time) {
	if ends := c.Expires(at); !ends.IsZero() {
		change.Entries = append(change.Entries, StandingTimer{renewAt(c, ends.Add(-renewAhead))})
	}
}

// A Standing is how one person stands with one course.
type Standing string

// The standings.
const (
	Current Standing = "current" // passed, and not expired
	Due     Standing = "due"     // never passed, or expired, or about to
	Stuck   Standing = "stuck"   // due, and failed twice since
)

// A Competence is one line of a competence list: one person and one course they have.
type Competence struct {
	Unit     UnitCode
	Person   PersonID
	Course   string
	Title    string
	Family   Family
	Standing Standing
	DueAt    time.Time // of who is due
	PassedAt time.Time // zero: never
	Expires  time.Time // zero: never
}

// MayReadCompetence decides who may see a ward's competence list: educators and the quality office, in Slack or better. Who failed twice
// is for educators alone: see MayReadScore.
func MayReadCompetence(f Facts) error {
	if p := f.Org.People[f.Actor.Person]; f.Actor.Level < A2 || p == nil || !p.Active || !p.Has(Educator, Quality) {
		return ErrForbidden
	}
	return nil
}

// SortCompetence puts a list in the order it is read: unit, family, course; within that people keep their order.
func SortCompetence(list []Competence) {
	slices.SortStableFunc(list, func(a, b Competence) int {
		return cmp.Or(cmp.Compare(a.Unit, b.Unit), slices.Index(Families, a.Family)-slices.Index(Families, b.Family), cmp.Compare(a.Title, b.Title))
	})
}
