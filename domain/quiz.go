package domain

import (
	"fmt"
	"maps"
	"time"
)

// An Attempt is one person's pass through a course.
//
// Score and Passed follow from Given: see Tally. A pass is for good: when an item is corrected or withdrawn afterwards, scores change
// with it, a failed attempt may become a pass, and a passed one stays passed whatever its score. We tell nobody that what they were
// told was right is not: the mistake was ours. (Rejected: taking passes back, which punishes learners for our items.)
type Attempt struct {
	ID        int64
	Course    int64
	Person    PersonID
	Number    int // 1 for the first
	StartedAt time.Time
	DoneAt    time.Time
	Given     map[int64]int // item -> option chosen
	Score     int           // per cent, when done
	Passed    bool
}

// Done reports whether every question of the attempt was answered.
func (a *Attempt) Done() bool { return !a.DoneAt.IsZero() }

// clone is a copy whose answers may be changed.
func (a *Attempt) clone() *Attempt {
	c := *a
	c.Given = maps.Clone(a.Given)
	if c.Given == nil {
		c.Given = map[int64]int{}
	}
	return &c
}

// Tally counts the answers of an attempt that count, and those that are right. An answer to a withdrawn item counts in neither.
func (c *Course) Tally(a *Attempt) (right, counted int) {
	for _, i := range c.Items {
		given, answered := a.Given[i.ID]
		if !answered || i.Withdrawn {
			continue
		}
		counted++
		if given == i.Right {
			right++
		}
	}
	return right, counted
}

// Next returns the first question that is open in an attempt, its number and how many there are; nil when all are answered.
func (c *Course) Next(a *Attempt) (item *Item, number, of int) {
	answered := 0
	for n := range c.Items {
		i := &c.Items[n]
		if i.Withdrawn {
			continue
		}
		of++
		if _, ok := a.Given[i.ID]; ok {
			answered++
		} else if item == nil {
			item = i
		}
	}
	return item, answered + 1, of
}

// Percent is a score, rounded down, so that it reaches the pass mark only when the share of right answers does.
func Percent(right, counted int) int {
	if counted == 0 {
		return 0
	}
	return 100 * right / counted
}

// grade returns the attempt as its answers make it under this course: finished when nothing is open, scored, passed. An attempt none of
// whose answers counts any more keeps its score; a pass is kept in any case.
func (c *Course) grade(a *Attempt, now time.Time) *Attempt {
	g := a.clone()
	right, counted := c.Tally(g)
	if next, _, _ := c.Next(g); !g.Done() && next == nil && counted > 0 {
		g.DoneAt = now
	}
	if g.Done() && counted > 0 {
		g.Score = Percent(right, counted)
		g.Passed = g.Passed || g.Score >= c.PassMark
	}
	return g
}

// Entries of courses.
type (
	// SavedCourse is a course with its items: those without id are new, the others replace their row, in the order given.
	SavedCourse struct{ Course *Course }
	// AssignedCourse gives people the task of taking a course; who has it already keeps it as it is.
	AssignedCourse struct {
		Course string
		People []PersonID
		At     time.Time
		Due    time.Time
		Held   time.Time // they are on leave until then
		Flag   TaskFlag  // Given: whatever the audience is
	}
	// ClosedCourse ends the open tasks of people who passed.
	ClosedCourse struct {
		Course int64
		People []PersonID
		At     time.Time
	}
	// SavedAttempts are attempts, new or changed, known by course, person and number.
	SavedAttempts struct{ Attempts []*Attempt }
	// GivenAnswer is one answer of an attempt. The first one stays.
	GivenAnswer struct {
		Attempt  *Attempt
		Item     int64
		Revision int
		Choice   int
		At       time.Time
	}
)

// Entry marks an entry.
func (SavedCourse) Entry() {}

// Entry marks an entry.
func (AssignedCourse) Entry() {}

// Entry marks an entry.
func (ClosedCourse) Entry() {}

// Entry marks an entry.
func (SavedAttempts) Entry() {}

// Entry marks an entry.
func (GivenAnswer) Entry() {}

// courseSubject names a course in timers and messages.
func courseSubject(code string) string { return "course/" + code }

// attemptSubject names one person's way through a course in messages.
func attemptSubject(code string, p PersonID) string { return fmt.Sprintf("course/%s/p%d", code, p) }

// courseTask is somebody's task among the facts, or nil.
func courseTask(f Facts, p PersonID) *Task {
	for n := range f.Tasks {
		if t := &f.Tasks[n]; t.Kind == TakeCourse && t.Person == p && f.Course != nil && t.Subject == f.Course.ID {
			return t
		}
	}
	return nil
}

// educators are who looks after a course's learners: its educator, or, when that person has left, any educator, else the quality office.
func educators(f Facts, c *Course) []*Person {
	if p := f.Org.People[c.Educator]; p != nil && p.Active {
		return []*Person{p}
	}
	if any := f.Org.Anyone(Educator); len(any) > 0 {
		return any
	}
	return f.Org.Anyone(Quality)
}

func courseEvent(name string, c *Course, more ...string) Event {
	return Event{Name: name, Data: map[string]string{"course": c.Code}}.with(more)
}
