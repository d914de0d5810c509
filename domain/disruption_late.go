package domain

import (
	"fmt"
	"time"
)

// lateRepeat is how often those who were told that an activity has been away for longer than can be tolerated are told again; closeEvery
// how often who leads is asked to close what is restored.
const (
	lateRepeat = 4 * time.Hour
	closeEvery = 4 * time.Hour
)

// A lateStep is a moment in an outage at which somebody is told.
type lateStep struct {
	at    func(Outage) time.Time
	key   string
	climb int // 0: the owner; 1: and who is above them; 2: and the executives
}

// lateSteps are the steps of an activity that is not restored: a reminder when three quarters of its RTO are gone, its RTO, its MTPD.
var lateSteps = []lateStep{
	{func(o Outage) time.Time { return o.DownAt.Add(o.Activity.RTO * 3 / 4) }, "recovery.soon", 0},
	{Outage.DueAt, "recovery.late", 1},
	{Outage.IntolerableAt, "recovery.over", 2},
}

// nextAt is when the outage's next step is.
func (o Outage) nextAt() time.Time {
	if o.Step < len(lateSteps) {
		return lateSteps[o.Step].at(o)
	}
	return o.ToldAt.Add(lateRepeat)
}

// reached is the step that the outage has come to; none that was told before.
func (o Outage) reached(now time.Time) (step int, ok bool) {
	for step = len(lateSteps); step > o.Step; step-- {
		if !lateSteps[step-1].at(o).After(now) {
			return step, true
		}
	}
	return o.Step, o.Step == len(lateSteps) && !o.nextAt().After(now)
}

// next is the one clock of a disruption: the next step of any activity, or, all restored, the next request to close it.
func (d *Disruption) next(f Facts) Timer {
	at := f.Now.Add(closeEvery)
	for i, o := range d.open() {
		if next := o.nextAt(); i == 0 || next.Before(at) {
			at = next
		}
	}
	return d.timer("late", at, WatchRecovery{Disruption: d.ID})
}

// WatchRecovery tells of what is late.
type WatchRecovery struct{ Disruption int64 }

var _ = Register(WatchRecovery{})

// CommandName is the stored name.
func (WatchRecovery) CommandName() string { return "watch_recovery@1" }

// Needs the disruption, locked.
func (c WatchRecovery) Needs() Needs { return Needs{Disruption: DisruptionQuery{ID: c.Disruption}} }

// Decide takes the steps that are due, one message a person and step. Too early, or closed meanwhile, it tells nobody.
func (c WatchRecovery) Decide(f Facts) (Change, error) {
	if f.Disruption == nil || !f.Disruption.ClosedAt.IsZero() {
		return Change{}, nil
	}
	d := f.Disruption.clone()
	var change Change
	due := map[int][]*Outage{}
	open := d.open()
	for _, o := range open {
		step, ok := o.reached(f.Now)
		if !ok {
			continue
		}
		o.Step, o.ToldAt = step, f.Now
		due[step] = append(due[step], o)
		change.Events = append(change.Events, d.event("late", "activity", string(o.Activity.Code), "step", fmt.Sprint(step)))
	}
	for n, step := range lateSteps {
		if list := due[n+1]; len(list) > 0 {
			d.tell(&change, f, list, step.key, func(o *Outage) []Duty { return f.climbed(o.Activity, step.climb) })
		}
	}
	if len(open) == 0 {
		d.askToClose(&change, f)
	}
	change.Entries = []Entry{SavedDisruption{*d}}
	change.Timers = []Timer{d.next(f), d.boardTimer(f.Now)}
	return change, nil
}

// climbed are who is told of an activity so far up.
func (f Facts) climbed(a Activity, climb int) []Duty {
	whom := f.Owners(a)
	if climb >= 1 {
		whom = append(whom, f.overOwners(a)...)
	}
	if climb >= 2 {
		whom = append(whom, f.answering(Executive, a.OwnedIn())...)
	}
	return whom
}
