package domain

import (
	"fmt"
	"slices"
)

// DeliveryFailed says that a request to own a record did not reach somebody: refused, undelivered, or silent for too long.
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

// Decide tries the person's next channel; when none is left, the person counts as passed, and when nobody else who was asked is still to
// answer, the ladder climbs at once.
func (c DeliveryFailed) Decide(f Facts) (Change, error) {
	if f.Record.Owner != 0 || f.Record.State.Ended() || !slices.Contains(f.Record.Climb.Asked, c.Person) {
		return Change{}, nil
	}
	mark := failedMark(c.Person, c.Channel)
	if f.Record.failed(c.Person, c.Channel) {
		return Change{}, nil
	}
	r := f.Record.Clone()
	r.Climb.Failed = append(r.Climb.Failed, mark)
	change := Change{Records: []*Record{r}, Events: []Event{{Record: r.ID, Name: "not_reached", Data: map[string]string{"person": fmt.Sprintf("p%d", c.Person), "channel": string(c.Channel)}}}}
	p := f.Org.People[c.Person]
	ch, underWay := nextChannel(r, p)
	if underWay {
		return change, nil
	}
	if ch != "" {
		n := card(r, f, p, fmt.Sprintf("card/other/%d/%s/%s", r.Climb.Rounds, mark, ch), r.Ladder.Urgent)
		n.Only = ch
		change.Notices = []Notice{n}
		return change, nil
	}
	r.pass(c.Person)
	if !slices.ContainsFunc(r.Climb.Asked, func(id PersonID) bool { return !slices.Contains(r.Climb.Passed, id) }) {
		climb(&change, r, f)
	}
	return change, nil
}

// nextChannel is a usable channel of the person that has not failed, and was not used already; empty when there is none. underWay says
// that a message by another channel may still arrive.
func nextChannel(r *Record, p *Person) (next Channel, underWay bool) {
	if p == nil || !p.Active {
		return "", false
	}
	urgency := Routine
	if r.Ladder.Urgent {
		urgency = Urgent
	}
	used := asAsked(r, p).Channels(urgency)
	for _, ch := range []Channel{Slack, SMS} {
		a := p.Slack
		if ch == SMS {
			a = p.Phone
		}
		if !a.Usable() || r.failed(p.ID, ch) {
			continue
		}
		if slices.Contains(used, ch) {
			return "", true
		}
		return ch, false
	}
	return "", false
}

// asAsked is the person as they were when the ladder asked them: the addresses that have failed since were thought good.
func asAsked(r *Record, p *Person) *Person {
	before := *p
	if r.failed(p.ID, Slack) {
		before.Slack.Dead, before.Slack.Stopped = false, false
	}
	if r.failed(p.ID, SMS) {
		before.Phone.Dead, before.Phone.Stopped = false, false
	}
	return &before
}

func failedMark(id PersonID, ch Channel) string { return fmt.Sprintf("p%d/%s", id, ch) }

// failed reports whether a request to own the record did not reach the person by the channel.
func (r *Record) failed(id PersonID, ch Channel) bool {
	return slices.Contains(r.Climb.Failed, failedMark(id, ch))
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
