package domain

import (
	"fmt"
	"slices"
)

// RunStepLate says that a step is not done in its time. Late is how often that was told, so that a late twin does nothing.
type RunStepLate struct {
	Run  int64
	Step int
	Late int
}

var _ = Register(RunStepLate{})

// CommandName is the stored name.
func (RunStepLate) CommandName() string { return "run_step_late@1" }

// Needs the run.
func (c RunStepLate) Needs() Needs { return Needs{Run: RunQuery{ID: c.Run}} }

// Decide tells who is accountable, who may then answer too; the second time who leads the run. Of a step that each ward answers they are
// told which wards are missing.
func (c RunStepLate) Decide(f Facts) (Change, error) {
	if f.Run == nil || f.Run.State != RunRunning || c.Step < 1 || c.Step > len(f.Run.Steps) {
		return Change{}, nil
	}
	r := f.Run.clone()
	s := &r.Steps[c.Step-1]
	if !s.open() || s.Late != c.Late {
		return Change{}, nil
	}
	s.Late++
	late := r.event("step_late", "step", fmt.Sprint(c.Step))
	if len(s.Wards) > 0 {
		late.Data["missing"] = ListUnits(s.MissingWards())
	}
	change := Change{Events: []Event{late}}
	if s.Late < mostLate {
		change.Timers = []Timer{r.timer(fmt.Sprintf("step%d", c.Step), f.Now.Add(max(s.Within, lateAgain)), RunStepLate{Run: r.ID, Step: c.Step, Late: s.Late})}
	}
	r.askAll(&change, f, c.Step, r.tellOver(f, c.Step, s.MissingWards()), "late")
	change.Entries = []Entry{SavedRun{*r}, r.refresh(f)}
	return change, nil
}

// tellOver is who is to be told of a step that it is not done, from now on among those who may answer it: who is accountable; when they knew
// already, who leads the run. Of a step that each ward answers it is about some wards.
func (r *Run) tellOver(f Facts, n int, units []UnitCode) []PersonID {
	s := &r.Steps[n-1]
	over := func(accountable, know []PersonID) []PersonID {
		if !slices.ContainsFunc(accountable, func(id PersonID) bool { return !slices.Contains(know, id) }) {
			return followers(f.Org, r.Lead)
		}
		return accountable
	}
	if len(s.Wards) == 0 {
		to := over(f.HoldersOf(s.Accountable), s.Asked)
		s.Asked, s.Told = together(s.Asked, to), together(s.Told, to)
		return to
	}
	var all []PersonID
	for _, u := range units {
		w := s.Ward(u)
		to := over(f.accountableFor(s.Accountable, w.Unit), together(w.Asked, w.Told))
		w.Told, all = together(w.Told, to), together(all, to)
	}
	s.Asked = together(s.Asked, all)
	return all
}
