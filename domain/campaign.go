package domain

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// A campaign is a document version in force, or a course: everybody of its audience has one task, from the day they belong to it to the
// day they do not. After Tend* this holds for every campaign:
//
//	open tasks = active people of the audience, less those who are done, less those who were excused
//
// Publishing makes the first tasks. Whatever changes people afterwards (an import, a move, a leave) is followed by tending, which
// compares audience and tasks and never asks what has happened: it can run at any time, twice, and late.

// A Tending is what brings the tasks of one campaign in line with its audience: written by a few statements, however many people.
type Tending struct {
	Version *DocumentVersion // of a document; nil for a course
	Course  *Course
	At      time.Time
	Ask     []Asking  // people who have no task yet
	Turns   []Turning // tasks that change
}

// Entry makes it part of a change.
func (Tending) Entry() {}

// An Asking gives one person the task. While HeldUntil lies ahead they are on leave, and nothing is sent to them.
type Asking struct {
	Person    PersonID
	DueAt     time.Time
	HeldUntil time.Time
}

// A Turning is one task as it shall be.
type Turning struct {
	Task Task
	Turn Turn
}

// A Turn says what becomes of a task when its person's place changes.
type Turn string

// The turns.
const (
	TurnWithdrawn Turn = "withdrawn" // the person left, or moved out of the audience
	TurnReopened  Turn = "reopened"  // they came back into it
	TurnHeld      Turn = "held"      // they are on leave: the task waits for them, and its due day with it
	TurnReleased  Turn = "released"  // they are back
)

// Asked says who is asked by a version that takes effect now, and until when each has time. People on leave are asked when they return.
func (v *DocumentVersion) Asked(o *Organisation, people []PersonID, now time.Time) []Asking {
	return askings(o, people, now, func(at time.Time) time.Time { return v.dueFrom(at, o.Zone) })
}

func askings(o *Organisation, people []PersonID, now time.Time, due func(time.Time) time.Time) []Asking {
	list := make([]Asking, len(people))
	for i, id := range people {
		back := o.Back(id, now)
		list[i] = Asking{Person: id, DueAt: due(back)}
		if back.After(now) {
			list[i].HeldUntil = back
		}
	}
	return list
}

// compare fills a tending in. Nil wants nobody: the campaign is over.
func (t *Tending) compare(f Facts, audience *Audience, due func(time.Time) time.Time) {
	has := map[PersonID]bool{}
	for _, task := range f.Tasks {
		has[task.Person] = true
		p := f.Org.People[task.Person]
		wanted := audience != nil && p != nil && (audience.Includes(f.Org, p) || p.Active && task.Flag == Given)
		t.turn(f, task, wanted, due)
	}
	if audience != nil {
		fresh := slices.DeleteFunc(audience.People(f.Org), func(id PersonID) bool { return has[id] })
		t.Ask = askings(f.Org, fresh, f.Now, due)
	}
}

// turn decides what becomes of one task.
func (t *Tending) turn(f Facts, task Task, wanted bool, due func(time.Time) time.Time) {
	back := f.Org.Back(task.Person, f.Now)
	away := back.After(f.Now)
	was := task
	add := func(turn Turn) {
		task.HeldUntil = time.Time{}
		if away && turn != TurnWithdrawn {
			task.HeldUntil = back
		}
		t.Turns = append(t.Turns, Turning{task, turn})
	}
	switch {
	case was.State == TaskOpen && !wanted:
		task.State, task.DoneAt = TaskWithdrawn, f.Now
		if task.Flag != Given {
			task.Flag = ""
		}
		add(TurnWithdrawn)
	case was.State == TaskWithdrawn && wanted && was.Flag != Excused:
		task.State, task.DoneAt, task.DueAt, task.SnoozeTo = TaskOpen, time.Time{}, due(back), time.Time{}
		add(TurnReopened)
	case was.State == TaskOpen && away && !was.HeldUntil.Equal(back):
		if !was.DueAt.Before(f.Now) { // what is late stays late
			task.DueAt = due(back)
		}
		add(TurnHeld)
	case was.State == TaskOpen && !away && !was.HeldUntil.IsZero():
		if was.DueAt.After(f.Now) {
			task.DueAt = due(f.Now)
		}
		add(TurnReleased)
	}
}

// change is what a tending amounts to, with its lines of the audit; nothing when everything is as it should be.
func (t Tending) change(event func(name string, person PersonID) Event) Change {
	if len(t.Ask)+len(t.Turns) == 0 {
		return Change{}
	}
	change := Change{Entries: []Entry{t}}
	for _, a := range t.Ask {
		change.Events = append(change.Events, event("asked", a.Person))
	}
	for _, turn := range t.Turns {
		change.Events = append(change.Events, event(string(turn.Turn), turn.Task.Person))
	}
	return change
}

// dues lists the due times of the tasks that a tending leaves open, each once, in order.
func (t Tending) dues() []time.Time {
	var dues []time.Time
	for _, a := range t.Ask {
		dues = append(dues, a.DueAt)
	}
	for _, turn := range t.Turns {
		if turn.Turn != TurnWithdrawn {
			dues = append(dues, turn.Task.DueAt)
		}
	}
	slices.SortFunc(dues, time.Time.Compare)
	return slices.CompactFunc(dues, time.Time.Equal)
}

// Notice is the message to a person whose task has begun, or whose leave is over, once the task has its number and token.
func (t Tending) Notice(task Task, language string) Notice {
	released := slices.ContainsFunc(t.Turns, func(turn Turning) bool { return turn.Task.ID == task.ID && turn.Turn == TurnReleased })
	what, key := fmt.Sprintf("joined/%d", t.At.UnixMicro()), "campaign.joined"
	if released {
		what, key = fmt.Sprintf("back/%d", t.At.UnixMicro()), "campaign.back"
	}
	if t.Version != nil {
		return askToRead(t.Version.In(language), task, what, key, Routine)
	}
	n := invite(nil, t.Course.In(language), "quiz.again", what, task.DueAt, []PersonID{task.Person})[0]
	if !released {
		n.Key = "quiz.new"
	}
	return n
}

// Ended are the words that cards of withdrawn tasks turn into.
func (t Tending) Ended() (key string, args Args) {
	if t.Version != nil {
		return "doc.ended", Args{"doc": Text(t.Version.Code), "version": Number(t.Version.Number), "title": Text(t.Version.Title)}
	}
	return "campaign.course_ended", Args{"title": Text(t.Course.Title)}
}

// TendDocument brings the tasks of a document version in line with its audience.
type TendDocument struct{ Version int64 }

// CommandName is not registered: the worker tends by itself.
func (TendDocument) CommandName() string { return "tend_document@1" }

// Needs the version, locked, with everybody's tasks.
func (c TendDocument) Needs() Needs {
	return Needs{Version: c.Version, Tending: true, Tasks: TaskQuery{Kind: ReadDocument, Subject: c.Version}}
}

// Decide asks whoever is missing, and withdraws from whoever is no longer meant. A version that is not in force is for nobody.
func (c TendDocument) Decide(f Facts) (Change, error) {
	if !f.Actor.Clock && !f.Actor.Operator {
		return Change{}, ErrForbidden
	}
	v := f.Version
	if v == nil {
		return Change{}, nil
	}
	audience := &v.Audience
	if v.State != Effective {
		audience = nil
	}
	t := Tending{Version: v, At: f.Now}
	t.compare(f, audience, func(at time.Time) time.Time { return v.dueFrom(at, f.Org.Zone) })
	change := t.change(func(name string, person PersonID) Event {
		return Event{Name: "document_" + name, Data: map[string]string{"code": v.Code, "number": fmt.Sprint(v.Number), "person": fmt.Sprintf("p%d", person)}}
	})
	if len(change.Entries) > 0 {
		change.Timers = append(change.Timers, v.progressTimer(f.Now))
	}
	for _, due := range t.dues() {
		change.Timers = append(change.Timers, v.remindersFor(due, f.Now, f.Org.Zone)...)
	}
	return change, nil
}

// TendCourse brings the tasks of a course in line with its audience. Who was given the course by name keeps it.
type TendCourse struct{ Course string }

// CommandName is not registered: the worker tends by itself.
func (TendCourse) CommandName() string { return "tend_course@1" }

// Needs the course, locked, with everybody's tasks.
func (c TendCourse) Needs() Needs { return Needs{Course: c.Course, Everyone: true, Tending: true} }

// Decide asks whoever is missing, and withdraws from whoever is no longer meant.
func (c TendCourse) Decide(f Facts) (Change, error) {
	if !f.Actor.Clock && !f.Actor.Operator {
		return Change{}, ErrForbidden
	}
	if f.Course == nil {
		return Change{}, nil
	}
	t := Tending{Course: f.Course, At: f.Now}
	t.compare(f, &f.Course.Audience, func(at time.Time) time.Time { return at.Add(f.Course.Due) })
	var later Change
	t.keepOffered(later.offered(f, f.Course, t.asked()))
	change := t.change(func(name string, person PersonID) Event {
		return courseEvent("course_"+name, f.Course, "person", fmt.Sprintf("p%d", person))
	})
	if len(change.Entries) > 0 {
		change.remindNext(f.Course, t.after(f.Tasks), f.Now)
	}
	change.Entries = append(change.Entries, later.Entries...)
	return change, nil
}

// asked are the people who have no task yet.
func (t Tending) asked() []PersonID {
	ids := make([]PersonID, len(t.Ask))
	for n, a := range t.Ask {
		ids[n] = a.Person
	}
	return ids
}

// keepOffered leaves only these people to be asked, who stand in the same order.
func (t *Tending) keepOffered(people []PersonID) {
	t.Ask = slices.DeleteFunc(t.Ask, func(a Asking) bool {
		_, now := slices.BinarySearch(people, a.Person)
		return !now
	})
}

// after is how the tasks stand when a tending is written, as far as reminders look at them.
func (t Tending) after(tasks []Task) []Task {
	turned := map[TaskID]Task{}
	for _, turn := range t.Turns {
		turned[turn.Task.ID] = turn.Task
	}
	var all []Task
	for _, task := range tasks {
		if now, ok := turned[task.ID]; ok {
			task = now
		}
		all = append(all, task)
	}
	for _, a := range t.Ask {
		all = append(all, Task{Person: a.Person, State: TaskOpen, DueAt: a.DueAt, HeldUntil: a.HeldUntil})
	}
	slices.SortStableFunc(all, func(a, b Task) int { return cmp.Compare(a.Person, b.Person) })
	return all
}

// TendCampaigns says that somebody goes on leave or comes back: every campaign is to be looked at.
type TendCampaigns struct{}

var _ = Register(TendCampaigns{})

// CommandName is the stored name.
func (TendCampaigns) CommandName() string { return "tend_campaigns@1" }

// Needs nothing.
func (TendCampaigns) Needs() Needs { return Needs{} }

// Decide forgets what the campaigns were last tended for: the worker does the rest, one after the other.
func (TendCampaigns) Decide(Facts) (Change, error) {
	return Change{Entries: []Entry{StaleCampaigns{}}}, nil
}

// StaleCampaigns says that all campaigns want tending.
type StaleCampaigns struct{}

// Entry makes it part of a change.
func (StaleCampaigns) Entry() {}

// LeaveTimer is the one timer at which somebody next goes on leave or comes back.
var LeaveTimer = TimerKey{Subject: "campaigns", Name: "leave"}
