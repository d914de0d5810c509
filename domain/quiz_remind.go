package domain

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// reminderDays are when an open task is reminded of, in days from its due time. Source: dialogs of procedure acknowledgement
// (-7, -2, -1, 0, +1, +3), used for tests alike.
var reminderDays = []int{-7, -2, -1, 0, 1, 3}

const reminderTimer = "remind"

// remindNext sets the one reminder timer of a course to the next moment at which any open task wants one.
func (change *Change) remindNext(c *Course, tasks []Task, now time.Time) {
	var next time.Time
	for _, t := range tasks {
		if t.State != TaskOpen {
			continue
		}
		for _, d := range reminderDays {
			at := t.DueAt.Add(time.Duration(d) * 24 * time.Hour)
			if at.After(now) && (next.IsZero() || at.Before(next)) {
				next = at
			}
		}
	}
	if next.IsZero() {
		return
	}
	change.Timers = append(change.Timers, Timer{
		Key: TimerKey{Subject: courseSubject(c.Code), Name: reminderTimer}, At: next, Command: RemindCourse{Course: c.Code, After: now},
	})
}

// RemindCourse reminds of the open tasks of a course whose reminder fell due since After.
type RemindCourse struct {
	Course string
	After  time.Time
}

var _ = Register(RemindCourse{})

// CommandName is the stored name.
func (RemindCourse) CommandName() string { return "remind_course@1" }

// Needs the course with everybody's tasks.
func (c RemindCourse) Needs() Needs { return Needs{Course: c.Course, Everyone: true} }

// Decide writes to who is due, each once and the latest reminder only, tells the educator what is three days late, and sets the next.
func (c RemindCourse) Decide(f Facts) (Change, error) {
	if f.Course == nil {
		return Change{}, nil
	}
	type moment struct {
		due time.Time
		day int
	}
	wanted := map[moment][]PersonID{}
	for _, t := range f.Tasks {
		if p := f.Org.People[t.Person]; t.State != TaskOpen || p == nil || !p.Active || t.SnoozeTo.After(f.Now) || !t.HeldUntil.IsZero() || f.away(p.ID) {
			continue
		}
		for _, d := range slices.Backward(reminderDays) {
			at := t.DueAt.Add(time.Duration(d) * 24 * time.Hour)
			if at.After(c.After) && !at.After(f.Now) {
				wanted[moment{t.DueAt, d}] = append(wanted[moment{t.DueAt, d}], t.Person)
				break
			}
		}
	}
	var change Change
	for _, m := range slices.SortedFunc(maps.Keys(wanted), func(a, b moment) int { return cmp.Or(a.due.Compare(b.due), a.day-b.day) }) {
		key := "quiz.remind"
		if m.day > 0 {
			key = "quiz.late"
		}
		change.Entries = append(change.Entries, invite(f.Org, f.Course, key, fmt.Sprintf("remind/%d", m.day), m.due, wanted[m]))
		if m.day == 3 {
			change.Notices = append(change.Notices, lateToEducator(f, m.due, len(wanted[m]))...)
		}
	}
	change.remindNext(f.Course, f.Tasks, f.Now)
	return change, nil
}

func lateToEducator(f Facts, due time.Time, people int) []Notice {
	var told []Notice
	for _, p := range educators(f, f.Course) {
		n := CourseCard(f.Course, "quiz.late_educator", people)
		n.ID = fmt.Sprintf("%s/late/%d/p%d", courseSubject(f.Course.Code), due.Unix(), p.ID)
		n.To = Recipient{Person: p.ID}
		told = append(told, n)
	}
	return told
}
