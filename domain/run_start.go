package domain

import (
	"fmt"
	"slices"
	"time"
)

// PlanRun makes a run of a playbook and says what starting it would mean. Nobody is told yet.
type PlanRun struct {
	Mode     Mode
	Form     Form
	Playbook string
	Audience Audience // who is at the table; none: whoever has a part in the steps
}

// CommandName is not registered: it comes from a form or the command line only.
func (PlanRun) CommandName() string { return "plan_run@1" }

// Needs a number, a code, the playbooks, and what runs.
func (PlanRun) Needs() Needs { return Needs{Run: RunQuery{New: true, Library: true}, Codes: 1} }

// Decide copies the playbook as it is now.
func (c PlanRun) Decide(f Facts) (Change, error) {
	p := PlaybookCoded(f.Library, c.Playbook)
	if p == nil {
		return Change{}, Invalid("run_playbook", "problem.choice")
	}
	r := NewRun(c.Mode, c.Form)
	r.ID, r.Code, r.State, r.PlannedAt, r.Lead = f.NextID, f.Codes[0], RunPlanned, f.Now, f.Actor.Person
	r.Playbook, r.Number, r.Title, r.Scenario = p.Code, p.Number, p.Title, p.Scenario
	for _, o := range p.Objectives {
		r.Objectives = append(r.Objectives, RunObjective{Text: o})
	}
	for _, s := range p.Steps {
		r.Steps = append(r.Steps, RunStep{PlayStep: s})
	}
	if err := MayRun(f, r, A2); err != nil {
		return Change{}, err
	}
	if r.form == Tabletop {
		if err := r.sit(f, c.Audience, p.Injects); err != nil {
			return Change{}, err
		}
	}
	if err := r.refuseClash(f); err != nil {
		return Change{}, err
	}
	change := Change{Entries: []Entry{SavedRun{*r}, GivenCode{Code: r.Code, Subject: r.Subject()}}, Events: []Event{r.event("planned")}}
	if f.Actor.Person != 0 {
		change.Notices = []Notice{r.planned(f)}
	}
	return change, nil
}

// planned asks the planner to confirm.
func (r *Run) planned(f Facts) Notice {
	key, args := "run.plan", Args{"version": Number(r.Number), "steps": Number(len(r.Steps)), "people": Number(len(r.Everybody(f))), "lines": r.lines(f.Org, f.Now)}
	if r.form == Tabletop {
		key, args = "run.plan_table", Args{"version": Number(r.Number), "of": Number(len(r.Injects)), "takes": Span(r.takes()), "people": Number(len(r.People)), "lines": Text(r.news(nil))}
	}
	return Notice{
		ID: fmt.Sprintf("%s/plan/%d", r.Subject(), f.Now.UnixMicro()), To: Recipient{Address: f.Actor.Address}, Topic: "plan", Subject: r.Subject(), Key: key, Args: r.Args(args),
		Urgency: Prompt, Class: Once,
		Replies: []Reply{
			{Letter: "S", Key: "reply.rollcall_start_" + r.mode.String(), Command: StartRun{Run: r.ID}, Style: "danger"},
			{Letter: "X", Key: "reply.rollcall_drop", Command: DropRun{Run: r.ID}},
		},
	}
}

// refuseClash keeps an exercise and what is real apart: nobody is told LIVE inside an exercise, or EXERCISE while it is real. Of two runs the
// same few are asked, whatever the playbooks; a roll-call stands in the way when it asks some of them.
func (r *Run) refuseClash(f Facts) error {
	clash := func(m Mode, code Code, title string) error {
		return &InvalidError{Field: "run_how", Reason: "problem.rollcall_" + m.String(), Args: Args{"bare": Text(string(code)), "title": Text(title)}}
	}
	for _, other := range f.Runs {
		if other.mode != r.mode && other.State == RunRunning && other.ID != r.ID {
			return clash(other.mode, other.Code, other.Title)
		}
	}
	mine := r.Everybody(f)
	for _, call := range f.Running {
		if call.mode == r.mode || call.State != CallRunning {
			continue
		}
		if slices.ContainsFunc(mine, func(id PersonID) bool { return call.Audience.Includes(f.Org, f.Org.People[id]) }) {
			return clash(call.mode, call.Code, call.Title)
		}
	}
	return nil
}

// The times of a run.
const (
	runRemindEvery = time.Hour        // how often who leads is reminded that it runs
	lateAgain      = 10 * time.Minute // the least time from telling that a step is late to telling the lead too
	mostLate       = 2                // how often that is told; the reminders go on
)

// StartRun begins.
type StartRun struct{ Run int64 }

var _ = Register(StartRun{})

// CommandName is the stored name.
func (StartRun) CommandName() string { return "start_run@1" }

// Needs the run, and those beside it.
func (c StartRun) Needs() Needs { return Needs{Run: RunQuery{ID: c.Run, New: true}} }

// Decide asks for every step that waits for no other, and shows who leads it the board. Starting twice does nothing.
func (c StartRun) Decide(f Facts) (Change, error) {
	r, err := runAt(f, A2)
	if err != nil {
		return Change{}, err
	}
	switch {
	case r.State == RunRunning:
		return Change{}, nil
	case r.State != RunPlanned || f.Now.Sub(r.PlannedAt) > planValid:
		return Change{}, Invalid("run_how", "problem.run_over")
	}
	if err := r.refuseClash(f); err != nil {
		return Change{}, err
	}
	r.State, r.StartedAt = RunRunning, f.Now
	if r.Lead == 0 {
		r.Lead = f.Actor.Person
	}
	change := Change{
		Events: []Event{r.event("started")},
		Settle: []Settle{{Subject: r.Subject(), Topic: "plan", Key: "run.started", Args: r.Args(Args{"at": Moment(f.Now)}), Except: f.Actor.Person, Silent: true}},
		Timers: []Timer{r.timer("remind", f.Now.Add(runRemindEvery), RemindRun{Run: r.ID})},
	}
	if r.form == Tabletop {
		r.open(&change)
		change.Timers[0].At = f.Now.Add(r.takes() + closeAfter)
	}
	r.askReady(&change, f)
	for _, id := range followers(f.Org, r.Lead) {
		change.Notices = append(change.Notices, r.board(f, id))
	}
	change.Entries = append(change.Entries, SavedRun{*r})
	return change, nil
}

// DropRun gives a plan up.
type DropRun struct{ Run int64 }

var _ = Register(DropRun{})

// CommandName is the stored name.
func (DropRun) CommandName() string { return "drop_run@1" }

// Needs the run.
func (c DropRun) Needs() Needs { return Needs{Run: RunQuery{ID: c.Run}} }

// Decide drops what has not begun.
func (c DropRun) Decide(f Facts) (Change, error) {
	r, err := runAt(f, A1)
	if err != nil {
		return Change{}, err
	}
	switch r.State {
	case RunDropped:
		return Change{}, nil
	case RunPlanned:
	default:
		return Change{}, Invalid("run_how", "problem.run_over")
	}
	r.State = RunDropped
	return Change{
		Entries: []Entry{SavedRun{*r}, EndedCode{r.Code}}, Events: []Event{r.event("dropped")},
		Settle: []Settle{{Subject: r.Subject(), Topic: "plan", Key: "run.dropped", Args: r.Args(nil), Silent: true}},
	}, nil
}
