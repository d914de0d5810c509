package domain

import (
	"slices"
	"time"
)

// A Way is one rung of the ladder of channels: how a person is tried, and how long after the first try when they have not been seen to
// look.
type Way struct {
	Channel Channel       `json:"channel"`
	After   time.Duration `json:"after"`
}

// Ways are the ladders of channels by urgency.
type Ways struct {
	Routine []Way `json:"routine,omitempty"`
	Urgent  []Way `json:"urgent,omitempty"`
}

// DefaultWays try Slack first and a text later; what is urgent goes to both at once, and then the telephone rings. Nothing but what is
// urgent ever rings.
func DefaultWays() Ways {
	return Ways{
		Routine: []Way{{Slack, 0}, {SMS, 2 * time.Hour}},
		Urgent:  []Way{{Slack, 0}, {SMS, 0}, {Voice, 3 * time.Minute}},
	}
}

func (w Ways) of(u Urgency) []Way {
	if u == Urgent {
		return w.Urgent
	}
	return w.Routine
}

// At is where a channel reaches the person. ok is false when nothing may be sent there: opted out, dead, or not there at all. Who opted
// out of texts, or has a line that takes none, can still be rung.
func (p *Person) At(ch Channel) (a Address, ok bool) {
	switch ch {
	case Slack:
		return p.Slack, p.Slack.Usable()
	case SMS:
		return p.Phone, p.Phone.Usable()
	case Voice:
		return p.Phone, p.Phone.ID != 0
	default:
		return Address{}, false
	}
}

// Ways are the rungs that can reach a person, the first at once. A person may have chosen which channels they take; where that does not
// reach them, because a provider is switched off or the address is none, any other one serves. When all of them are switched off the message
// waits where it would have gone.
func (o *Organisation) Ways(p *Person, u Urgency) []Way {
	steps := o.Settings.Channels.of(u)
	if len(steps) == 0 {
		steps = DefaultWays().of(u)
	}
	chosen := func(ch Channel) bool { return len(p.Takes) == 0 || slices.Contains(p.Takes, ch) }
	on := func(ch Channel) bool { return !o.IsOff(ch) }
	for _, may := range []func(Channel) bool{
		func(ch Channel) bool { return chosen(ch) && on(ch) }, on, chosen, func(Channel) bool { return true },
	} {
		var ways []Way
		for _, w := range steps {
			if _, ok := p.At(w.Channel); ok && may(w.Channel) {
				ways = append(ways, w)
			}
		}
		if len(ways) > 0 {
			ways[0].After = 0
			return ways
		}
	}
	return nil
}

// FirstWays are the channels that a notice of this urgency goes to at once.
func (o *Organisation) FirstWays(p *Person, u Urgency) []Channel {
	var first []Channel
	for _, w := range o.Ways(p, u) {
		if w.After == 0 {
			first = append(first, w.Channel)
		}
	}
	return first
}
