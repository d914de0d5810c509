package domain

import (
	"fmt"
	"slices"
	"time"
)

// A Run is one time that a playbook is carried out: its steps really done, in an exercise or because it is real, or talked through at the
// table. What it is, is set when it is made and has no setter. It holds a copy of the playbook: a new version does not touch it.
type Run struct {
	ID         int64
	Code       Code // what people type: K7R 1
	State      RunState
	Playbook   string
	Number     int // version of the playbook
	Title      string
	Scenario   Scenario
	Objectives []RunObjective
	Steps      []RunStep
	Injects    []RunInject
	People     []PersonID // at the table
	Lead       PersonID   // who planned it; 0: the operator
	PlannedAt  time.Time
	StartedAt  time.Time
	EndedAt    time.Time

	mode Mode
	form Form
}

// NewRun is a run of a mode and form, for good. What is real is never at the table.
func NewRun(m Mode, form Form) *Run {
	if m == Live {
		form = InSteps
	}
	return &Run{mode: m, form: form}
}

// Mode says whether the run is an exercise or live.
func (r *Run) Mode() Mode { return r.mode }

// Form says whether the steps are really done or talked through.
func (r *Run) Form() Form { return r.form }

// A Form is how a playbook is carried out.
type Form string

// The forms.
const (
	InSteps  Form = "steps" // everybody is asked to do their steps
	Tabletop Form = "table" // news and questions by the clock; nobody does anything
)

// RunState is where a run stands.
type RunState string

// The states of a run: planned -> running -> ended, or planned -> dropped.
const (
	RunPlanned RunState = "planned"
	RunRunning RunState = "running"
	RunEnded   RunState = "ended"
	RunDropped RunState = "dropped"
)

// A RunObjective is what a run is to show, and whether it did.
type RunObjective struct {
	Text   string `json:"text"`
	Result int    `json:"result,omitempty"` // 0: not judged yet; ObjectiveMet …
}

// The results of an objective.
const (
	ObjectiveMet     = 1
	ObjectivePartly  = 2
	ObjectiveNotMet  = 3
	ObjectiveResults = 3
)

// A RunStep is a step of a run and how it goes.
type RunStep struct {
	PlayStep
	Asked   []PersonID `json:"asked,omitempty"`   // everybody who may answer, Told among them
	Told    []PersonID `json:"told,omitempty"`    // that it is late: accountable, or who leads
	Wards   []RunWard  `json:"wards,omitempty"`   // the places of the wards of a step that each answers for itself
	Tried   Tries      `json:"tried,omitempty"`   // by which channels who was asked was tried
	AskedAt time.Time  `json:"asked_at,omitzero"` // zero: it waits for the step before
	DueAt   time.Time  `json:"due_at,omitzero"`
	Answer  int        `json:"answer,omitempty"` // 0: open; StepDone, StepNotNeeded
	By      PersonID   `json:"by,omitempty"`
	At      time.Time  `json:"at,omitzero"`
	HelpAt  time.Time  `json:"help_at,omitzero"` // when somebody needed help with it
	Late    int        `json:"late,omitempty"`   // how often it was told that it is late
}

// A RunInject is an inject of a run.
type RunInject struct {
	Inject
	SentAt time.Time `json:"sent_at,omitzero"`
}

// The answers to a step.
const (
	StepDone      = 1
	StepNotNeeded = 2
	StepHelp      = 3
	StepAnswers   = 3
)

// open reports whether a step was asked for and is not done.
func (s RunStep) open() bool { return !s.AskedAt.IsZero() && s.Answer == 0 }

// A RunQuery says what of playbooks and runs a command needs.
type RunQuery struct {
	ID      int64
	Library bool // the newest version of each playbook
	New     bool // a number for a run to make, and what runs beside it
	Answers bool // all answers given in it, in order
}

// None reports whether nothing is asked for.
func (q RunQuery) None() bool { return q == RunQuery{} }

// Entries of runs.
type (
	// SavedRun is a run, new or as a decision leaves it. Its mode and form are written once.
	SavedRun struct{ Run Run }
	// A RunAnswer is one answer: to a step, an inject. All are kept; the last counts.
	RunAnswer struct {
		Run    int64
		Item   int // number of the step or inject, from 1
		Person PersonID
		Answer int
		At     time.Time
	}
	// A RunNote is what somebody wrote about a run: sealed.
	RunNote struct {
		Run    int64
		Person PersonID
		Action bool // something to be done; else a word for the log or the debrief
		At     time.Time
		Text   string // masked
	}
)

// Entry marks an entry.
func (SavedRun) Entry() {}

// Entry marks an entry.
func (RunAnswer) Entry() {}

// Entry marks an entry.
func (RunNote) Entry() {}

// Subject names the run in messages and timers.
func (r *Run) Subject() string { return fmt.Sprintf("y%d", r.ID) }

// stepTopic is the topic of all that is said about one step.
func stepTopic(n int) string { return fmt.Sprintf("step/%d", n) }

// Args are the values of every text about the run, its mode among them. Every message of a run is made with these.
func (r *Run) Args(more Args) Args {
	return r.mode.about(r.Code, r.Title, more)
}

// event is a line of the audit.
func (r *Run) event(name string, more ...string) Event {
	return Event{Name: "run_" + name, Data: map[string]string{"run": fmt.Sprint(r.ID), "code": string(r.Code), "mode": r.mode.String(), "form": string(r.form), "playbook": r.Playbook}}.with(more)
}

func (r *Run) timer(name string, at time.Time, cmd Command) Timer {
	return Timer{Key: TimerKey{Subject: r.Subject(), Name: name}, At: at, Command: cmd}
}

// clone is a run whose steps can be changed.
func (r *Run) clone() *Run {
	c := *r
	c.Steps, c.Injects, c.Objectives, c.People = slices.Clone(r.Steps), slices.Clone(r.Injects), slices.Clone(r.Objectives), slices.Clone(r.People)
	for i := range c.Steps {
		s := &c.Steps[i]
		s.Asked, s.Told, s.Wards, s.Tried = slices.Clone(s.Asked), slices.Clone(s.Told), slices.Clone(s.Wards), s.Tried.clone()
		for w := range s.Wards {
			s.Wards[w].Told = slices.Clone(s.Wards[w].Told)
		}
	}
	return &c
}

// Everybody lists who has to do with a run: at the table, or who holds a station of its steps now, with who leads it.
func (r *Run) Everybody(f Facts) []PersonID {
	ids := slices.Clone(r.People)
	for _, s := range r.Steps {
		for _, id := range append(f.partIn(s.PlayStep), s.Asked...) {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// partIn are who has a part in a step, before anybody is asked.
func (f Facts) partIn(s PlayStep) []PersonID {
	wards := s.WardsIn(f.Org)
	if len(wards) == 0 {
		return f.HoldersOf(s.Responsible, s.Accountable)
	}
	var ids []PersonID
	for _, u := range wards {
		ids = append(append(ids, f.ForWard(s, u)...), f.accountableFor(s.Accountable, u)...)
	}
	return ids
}

// MayRun decides who plans, starts and ends runs of playbooks: managers, leads, the quality office, executives and administrators; who leads
// it; the operator. To begin one takes a session we are sure of (A2); to end it, a phone is enough, for Slack may be what has failed.
func MayRun(f Facts, r *Run, least Assurance) error {
	if f.Actor.Operator {
		return nil
	}
	p := f.Org.People[f.Actor.Person]
	if p == nil || !p.Active || f.Actor.Level < least {
		return ErrForbidden
	}
	if r != nil && r.Lead == p.ID && r.State != RunPlanned || p.Has(Manager, Lead, Quality, Executive, Admin) {
		return nil
	}
	return ErrForbidden
}

// runAt is the run at hand, to be changed, for somebody who may do with it what takes this assurance.
func runAt(f Facts, least Assurance) (*Run, error) {
	if f.Run == nil {
		return nil, ErrNotFound
	}
	if err := MayRun(f, f.Run, least); err != nil {
		return nil, err
	}
	return f.Run.clone(), nil
}

// A RunTally counts the steps of a run.
type RunTally struct{ Total, Done, NotNeeded, Open, Late, Help int }

// Tally counts.
func (r *Run) Tally(now time.Time) (t RunTally) {
	t.Total = len(r.Steps)
	for _, s := range r.Steps {
		switch {
		case s.Answer == StepDone:
			t.Done++
		case s.Answer == StepNotNeeded:
			t.NotNeeded++
		default:
			t.Open++
			if s.open() && now.After(s.DueAt) {
				t.Late++
			}
			if s.open() && !s.HelpAt.IsZero() {
				t.Help++
			}
		}
	}
	return t
}
