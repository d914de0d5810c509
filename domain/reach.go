package domain

import (
	"fmt"
	"slices"
	"time"
)

// reachTimer wakes a record when somebody who was asked has not looked, and can be tried another way.
const reachTimer = "reach"

// tried is what is known of a person, or nil.
func (r *Record) tried(id PersonID) *Tried { return r.Climb.Tried.of(id) }

// urgency is how the record's cards go out.
func (r *Record) urgency() Urgency {
	if r.Ladder.Urgent {
		return Urgent
	}
	return Routine
}

// tryFirst notes the channels that a card goes to at once.
func (r *Record) tryFirst(p *Person, f Facts, u Urgency) { r.Climb.Tried.begin(p, f, u) }

// scheduleReach sets the timer of the earliest next rung of anybody asked.
func scheduleReach(change *Change, r *Record, f Facts) {
	var next time.Time
	for i := range r.Climb.Tried {
		if at, ok := r.reachAt(&r.Climb.Tried[i], f); ok && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	if next.IsZero() {
		return
	}
	change.Timers = append(change.Timers, Timer{Key: r.ID.Key(reachTimer), At: next, Command: ReachFurther{Record: r.ID}})
}

// reachAt is when a person is to be tried another way.
func (r *Record) reachAt(t *Tried, f Facts) (time.Time, bool) {
	if slices.Contains(r.Climb.Passed, t.Person) {
		return time.Time{}, false
	}
	return t.nextAt(f, r.urgency())
}

// ReachFurther tries whoever was asked and has not looked by their next channel.
type ReachFurther struct{ Record RecordID }

var _ = Register(ReachFurther{})

// CommandName is the stored name.
func (ReachFurther) CommandName() string { return "reach_further@1" }

// Needs the record.
func (c ReachFurther) Needs() Needs { return Needs{Record: c.Record} }

// Decide sends the card by every rung that is due, and does nothing once somebody owns the record.
func (c ReachFurther) Decide(f Facts) (Change, error) {
	r := f.Record.Clone()
	if r.Owner != 0 || r.State.Ended() {
		return Change{}, nil
	}
	var change Change
	for i := range r.Climb.Tried {
		t := &r.Climb.Tried[i]
		if at, ok := r.reachAt(t, f); ok && !at.After(f.Now) {
			tryNext(&change, r, f, t)
		}
	}
	if len(change.Notices) > 0 {
		change.Records = []*Record{r}
	}
	scheduleReach(&change, r, f)
	return change, nil
}

// tryNext sends the card by a person's next channel.
func tryNext(change *Change, r *Record, f Facts, t *Tried) bool {
	p, ch, ok := t.takeNext(f, r.urgency())
	if !ok {
		return false
	}
	n := card(r, f, p, fmt.Sprintf("card/%s/%d/p%d/%d", ch, r.Climb.Rounds, p.ID, f.Now.UnixMicro()), r.Ladder.Urgent)
	n.Only = ch
	change.Notices = append(change.Notices, n)
	change.Events = append(change.Events, Event{Record: r.ID, Name: "tried", Data: map[string]string{"person": fmt.Sprintf("p%d", p.ID), "channel": string(ch)}})
	return true
}

// SeeRecord says that somebody who was asked has opened the details. It stops nothing but their other channels.
type SeeRecord struct{ Record RecordID }

// CommandName is not registered: it is what opening a form does.
func (SeeRecord) CommandName() string { return "see_record@1" }

// Needs the record.
func (c SeeRecord) Needs() Needs { return Needs{Record: c.Record} }

// Decide notes the first time.
func (c SeeRecord) Decide(f Facts) (Change, error) {
	if t := f.Record.tried(f.Actor.Person); f.Record.Owner != 0 || t == nil || t.Seen {
		return Change{}, nil
	}
	r := f.Record.Clone()
	r.tried(f.Actor.Person).Seen = true
	return Change{Records: []*Record{r}, Events: []Event{{Record: r.ID, Name: "seen"}}}, nil
}

// DeliveryFailed says that a request to own a record did not reach somebody: refused, undelivered, not picked up, or silent for too long.
type DeliveryFailed struct {
	Record  RecordID
	Person  PersonID
	Channel Channel
}

var _ = Register(DeliveryFailed{})

// CommandName is the stored name.
func (DeliveryFailed) CommandName() string { return "delivery_failed@1" }

// Needs the record.
func (c DeliveryFailed) Needs() Needs { return Needs{Record: c.Record} }

// Decide tries the person's next channel at once; when none is left, the person counts as passed, and when nobody else who was asked is
// still to answer, the ladder climbs at once.
func (c DeliveryFailed) Decide(f Facts) (Change, error) {
	if f.Record.Owner != 0 || f.Record.State.Ended() || slices.Contains(f.Record.Climb.Passed, c.Person) {
		return Change{}, nil
	}
	r := f.Record.Clone()
	t := r.tried(c.Person)
	if t == nil || slices.Contains(t.Failed, c.Channel) {
		return Change{}, nil
	}
	t.Failed = append(t.Failed, c.Channel)
	change := Change{Records: []*Record{r}, Events: []Event{{Record: r.ID, Name: "not_reached", Data: map[string]string{"person": fmt.Sprintf("p%d", c.Person), "channel": string(c.Channel)}}}}
	if t.waiting() || t.Seen || tryNext(&change, r, f, t) || f.Org.IsOff(c.Channel) { // switched off: it waits, and they are asked again
		scheduleReach(&change, r, f)
		return change, nil
	}
	r.pass(c.Person)
	if !slices.ContainsFunc(r.Climb.Asked, func(id PersonID) bool { return !slices.Contains(r.Climb.Passed, id) }) {
		climb(&change, r, f)
	}
	return change, nil
}

// ChannelDown tells the administrators, over another channel, that a provider refuses our credentials.
type ChannelDown struct{ Channel Channel }

var _ = Register(ChannelDown{})

// CommandName is the stored name.
func (ChannelDown) CommandName() string { return "channel_down@1" }

// Needs nothing but the organisation.
func (ChannelDown) Needs() Needs { return Needs{} }

// Decide writes to every administrator by a channel that works.
func (c ChannelDown) Decide(f Facts) (Change, error) {
	other := SMS
	if c.Channel == SMS {
		other = Slack
	}
	change := Change{Events: []Event{{Name: "channel_down", Data: map[string]string{"channel": string(c.Channel)}}}}
	for _, p := range f.Org.Anyone(Admin) {
		change.Notices = append(change.Notices, Notice{
			ID: fmt.Sprintf("down/%s/p%d/%d", c.Channel, p.ID, f.Now.Unix()), To: Recipient{Person: p.ID}, Topic: "alarm", Key: "alarm.channel_down",
			Args: Args{"channel": Term("channel." + string(c.Channel))}, Urgency: Urgent, Class: UntilCertain, Only: other,
		})
	}
	return change, nil
}
