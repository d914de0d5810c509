package domain

import (
	"fmt"
	"slices"
	"time"
)

// ringAgain is how soon somebody is tried whose telephone rings for another step of the run.
const ringAgain = time.Minute

// saw notes that somebody has looked at what they were asked: no other channel is needed.
func (r *Run) saw(id PersonID) (news bool) {
	for i := range r.Steps {
		if t := r.Steps[i].Tried.of(id); t != nil && !t.Seen && r.Steps[i].open() {
			t.Seen, news = true, true
		}
	}
	return news
}

// scheduleReach sets the clock of the earliest next channel of anybody whom a step waits for.
func (r *Run) scheduleReach(change *Change, f Facts, n int) {
	s := &r.Steps[n-1]
	var next time.Time
	for i := range s.Tried {
		at, ok := s.nextAt(f, &s.Tried[i])
		if !ok {
			continue
		}
		if !at.After(f.Now) { // it was put off
			at = f.Now.Add(ringAgain)
		}
		if next.IsZero() || at.Before(next) {
			next = at
		}
	}
	if !next.IsZero() {
		change.Timers = append(change.Timers, r.timer(fmt.Sprintf("reach%d", n), next, ReachStep{Run: r.ID, Step: n}))
	}
}

// nextAt is when somebody whom the step waits for is tried by their next channel: as with a card of an urgent report, but not before a
// quarter of the step's time is gone. What is due tomorrow rings nobody at once.
func (s *RunStep) nextAt(f Facts, t *Tried) (at time.Time, ok bool) {
	at, ok = t.nextAt(f, Urgent)
	if quarter := s.AskedAt.Add(s.Within / 4); at.Before(quarter) {
		at = quarter
	}
	return at, ok && s.openWith(t.Person)
}

// ReachStep tries whoever a step waits for, and who has not looked, by their next channel.
type ReachStep struct {
	Run  int64
	Step int
}

var _ = Register(ReachStep{})

// CommandName is the stored name.
func (ReachStep) CommandName() string { return "reach_step@1" }

// Needs the run.
func (c ReachStep) Needs() Needs { return Needs{Run: RunQuery{ID: c.Run}} }

// Decide asks by every channel that is due, as a card of an urgent report is sent, and does nothing once the step is done or the run over.
func (c ReachStep) Decide(f Facts) (Change, error) {
	r, s := c.open(f)
	if s == nil {
		return Change{}, nil
	}
	var change Change
	for i := range s.Tried {
		t := &s.Tried[i]
		if at, ok := s.nextAt(f, t); ok && !at.After(f.Now) {
			r.tryNext(&change, f, c.Step, t)
		}
	}
	if len(change.Notices) > 0 {
		change.Entries = []Entry{SavedRun{*r}}
	}
	r.scheduleReach(&change, f, c.Step)
	return change, nil
}

// open is the run and its step, to be changed; the step is nil when nothing is asked of anybody any more.
func (c ReachStep) open(f Facts) (*Run, *RunStep) {
	if f.Run == nil || f.Run.State != RunRunning || c.Step < 1 || c.Step > len(f.Run.Steps) || !f.Run.Steps[c.Step-1].open() {
		return nil, nil
	}
	r := f.Run.clone()
	return r, &r.Steps[c.Step-1]
}

// tryNext asks somebody by their next channel. One telephone rings for one step at a time.
func (r *Run) tryNext(change *Change, f Facts, n int, t *Tried) bool {
	if p := f.Org.People[t.Person]; p == nil || r.rings(t.Person, n) {
		return p != nil
	}
	p, ch, ok := t.takeNext(f, Urgent)
	if !ok {
		return false
	}
	notice := r.ask(f, n, p.ID, r.asking(f, n, p.ID), fmt.Sprintf("reach/%s/", ch))
	notice.Only = ch
	change.Notices = append(change.Notices, notice)
	change.Events = append(change.Events, r.event("tried", "step", fmt.Sprint(n), "person", fmt.Sprintf("p%d", p.ID), "channel", string(ch)))
	return true
}

// rings reports whether somebody is being rung for another step.
func (r *Run) rings(id PersonID, besides int) bool {
	for i := range r.Steps {
		s := &r.Steps[i]
		t := s.Tried.of(id)
		if t != nil && i+1 != besides && !t.Seen && s.openWith(id) && slices.Contains(t.Used, Voice) && !slices.Contains(t.Failed, Voice) {
			return true
		}
	}
	return false
}

// StepNotReached says that a request to do a step did not reach somebody: refused, undelivered, not picked up, or heard by a voicemail.
type StepNotReached struct {
	Run     int64
	Step    int
	Person  PersonID
	Channel Channel
}

var _ = Register(StepNotReached{})

// CommandName is the stored name.
func (StepNotReached) CommandName() string { return "step_not_reached@1" }

// Needs the run.
func (c StepNotReached) Needs() Needs { return Needs{Run: RunQuery{ID: c.Run}} }

// Decide tries the person's next channel at once. When none is left for anybody who was asked, who is accountable is told at once.
func (c StepNotReached) Decide(f Facts) (Change, error) {
	r, s := ReachStep{c.Run, c.Step}.open(f)
	if s == nil || !s.openWith(c.Person) {
		return Change{}, nil
	}
	t := s.Tried.of(c.Person)
	if t == nil || slices.Contains(t.Failed, c.Channel) {
		return Change{}, nil
	}
	t.Failed = append(t.Failed, c.Channel)
	change := Change{Events: []Event{r.event("not_reached", "step", fmt.Sprint(c.Step), "person", fmt.Sprintf("p%d", c.Person), "channel", string(c.Channel))}}
	if t.waiting() || t.Seen || r.tryNext(&change, f, c.Step, t) || f.Org.IsOff(c.Channel) || !r.tellLost(&change, f, c.Step) {
		r.scheduleReach(&change, f, c.Step)
	}
	change.Entries = append(change.Entries, SavedRun{*r}, r.refresh(f))
	return change, nil
}

// tellLost tells who is accountable, or leads the run, of what nobody can be asked for. It reports whether there was anybody new to tell.
func (r *Run) tellLost(change *Change, f Facts, n int) bool {
	units, lost := r.lost(n)
	if !lost {
		return false
	}
	knew := r.Steps[n-1].Asked
	to := slices.DeleteFunc(slices.Clone(r.tellOver(f, n, units)), func(id PersonID) bool { return slices.Contains(knew, id) })
	r.askAll(change, f, n, to, "unreached")
	return len(to) > 0
}

// lost reports whether nobody whom a step waits for can be reached by any channel; of one that each ward answers, for which wards.
func (r *Run) lost(n int) (units []UnitCode, lost bool) {
	s := r.Steps[n-1]
	all := func(ids []PersonID) bool {
		return !slices.ContainsFunc(ids, func(id PersonID) bool { t := s.Tried.of(id); return t == nil || t.Seen || t.waiting() })
	}
	if len(s.Wards) == 0 {
		return nil, all(s.Asked)
	}
	for _, w := range s.Wards {
		if w.Answer == 0 && all(together(w.Asked, w.Told)) {
			units = append(units, w.Unit)
		}
	}
	return units, len(units) > 0
}
