package domain

import (
	"fmt"
	"slices"
)

// CloseRecovery ends a disruption and gives the all-clear.
type CloseRecovery struct{ Disruption int64 }

var _ = Register(CloseRecovery{})

// CommandName is the stored name.
func (CloseRecovery) CommandName() string { return "close_recovery@1" }

// Needs the disruption, locked.
func (c CloseRecovery) Needs() Needs { return Needs{Disruption: DisruptionQuery{ID: c.Disruption}} }

// Decide stops the clock and tells everybody who was asked. What is real is closed only when all is restored: nobody ends the clock of
// something that is down. An exercise ends when its time is over.
func (c CloseRecovery) Decide(f Facts) (Change, error) {
	if f.Disruption == nil {
		return Change{}, ErrNotFound
	}
	d := f.Disruption.clone()
	if err := MayRecover(f, d, A1); err != nil {
		return Change{}, err
	}
	if !d.ClosedAt.IsZero() {
		return Change{}, nil
	}
	if open := d.open(); len(open) > 0 && d.mode == Live {
		return Change{}, &InvalidError{Field: "recovery_restored", Reason: "problem.recovery_open", Args: d.Args(Args{"what": Text(codesOf(open))})}
	}
	d.ClosedAt = f.Now
	met := 0
	for _, o := range d.Outages {
		if o.Met() {
			met++
		}
	}
	args := d.Args(Args{"at": Moment(f.Now), "count": Number(met), "of": Number(len(d.Outages))})
	change := Change{
		Entries: []Entry{SavedDisruption{*d}, EndedCode{d.Code}},
		Events:  []Event{d.event("closed", "activities", fmt.Sprint(len(d.Outages)), "met", fmt.Sprint(met))},
		Clear:   []TimerKey{{d.Subject(), "late"}, {d.Subject(), "wards"}},
		Timers:  []Timer{d.timer("board", f.Now, RefreshRecovery{Disruption: d.ID})},
	}
	for _, id := range d.asked() {
		change.Settle = append(change.Settle, Settle{Subject: d.Subject(), Topic: recoveryTopic(id), Key: "recovery.ended", Args: args, Except: f.Actor.Person})
	}
	change.Settle = append(change.Settle, Settle{Subject: d.Subject(), Topic: "close", Key: "recovery.ended", Args: args, Silent: true})
	if f.Actor.Address != 0 {
		change.Notices = []Notice{{
			ID: fmt.Sprintf("%s/ended/%d", d.Subject(), f.Now.UnixMicro()), To: Recipient{Address: f.Actor.Address}, Topic: "answer", Subject: d.Subject(), Key: "recovery.ended", Args: args, Urgency: Prompt, Class: Once,
		}}
	}
	return change, nil
}

// asked is everybody who was asked or told about any of the activities.
func (d *Disruption) asked() []PersonID {
	var people []PersonID
	for _, o := range d.Outages {
		people = append(people, o.Asked...)
	}
	slices.Sort(people)
	return slices.Compact(people)
}

// Met reports whether the activity is restored, and was within its RTO each time it went down.
func (o Outage) Met() bool {
	late := func(s Stretch) bool { return s.Until.Sub(s.From) > o.Activity.RTO }
	return o.State == Restored && !late(Stretch{o.DownAt, o.At}) && !slices.ContainsFunc(o.Past, late)
}

// askToClose says that all is restored to who leads.
func (d *Disruption) askToClose(change *Change, f Facts) {
	for _, id := range followers(f.Org, d.Lead) {
		change.Notices = append(change.Notices, Notice{
			ID: fmt.Sprintf("%s/close/p%d/%d", d.Subject(), id, f.Now.UnixMicro()), To: Recipient{Person: id}, Topic: "close", Subject: d.Subject(), Key: "recovery.all_restored", Args: d.Args(Args{"at": Moment(f.Now)}),
			Urgency: Urgent, Class: Once, Replies: []Reply{{Letter: "C", Key: "reply.recovery_close", Command: CloseRecovery{Disruption: d.ID}, Style: "danger"}},
		})
	}
}
