package domain

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A SwitchOff says that an operator, or an administrator, has switched a provider off: nothing is sent by that channel until it is switched
// on again, at the latest when its time is over. What was to go there takes the next channel; what has no other one waits.
type SwitchOff struct {
	Channel Channel
	At      time.Time
	Until   time.Time
	By      PersonID // 0: the operator, on the command line
	Why     string   // masked; for those who look after the installation
}

// Providers are the channels that can be switched off.
var Providers = []Channel{Slack, SMS, Voice}

// How long a provider may be switched off: it comes back by itself, so that nobody has to remember.
const (
	ShortestOff = 5 * time.Minute
	LongestOff  = 7 * 24 * time.Hour
	WhyLimit    = 80 // characters of the reason
)

// IsOff reports whether a channel is switched off.
func (o *Organisation) IsOff(ch Channel) bool { _, off := o.Off[ch]; return off }

// OffNow lists what is switched off, in the order of Providers.
func (o *Organisation) OffNow() (off []SwitchOff) {
	for _, ch := range Providers {
		if s, ok := o.Off[ch]; ok {
			off = append(off, s)
		}
	}
	return off
}

// ByOf says who switched it off: a name of the roster, or the operator.
func (s SwitchOff) ByOf(o *Organisation) Arg {
	if s.By == 0 {
		return Term("provider.operator")
	}
	return Text(o.NameOf(s.By))
}

// SwitchedOff is a provider that is switched off from now on, or differently; SwitchedOn one that is used again.
type (
	SwitchedOff struct{ SwitchOff }
	SwitchedOn  struct {
		Channel Channel
		By      string // the actor's handle
	}
)

// Entry makes it part of a change.
func (SwitchedOff) Entry() {}

// Entry makes it part of a change.
func (SwitchedOn) Entry() {}

// MaySwitch decides who may switch providers: the operator, and administrators in a session we are sure of.
func MaySwitch(f Facts) error {
	if f.Actor.Operator {
		return nil
	}
	p := f.Org.People[f.Actor.Person]
	if p == nil || !p.Active || !p.Has(Admin) || f.Actor.Level < A2 {
		return ErrForbidden
	}
	return nil
}

// SwitchProviderOff stops sending by a channel for a while.
type SwitchProviderOff struct {
	Channel Channel
	For     time.Duration
	Why     string // masked; at most WhyLimit characters
}

// CommandName is not registered: it comes from a form or the command line only.
func (SwitchProviderOff) CommandName() string { return "switch_provider_off@1" }

// Needs nothing but the organisation.
func (SwitchProviderOff) Needs() Needs { return Needs{} }

// Decide switches off, or changes until when. The administrators are told, by a channel that still works, and the provider comes back by
// itself.
func (c SwitchProviderOff) Decide(f Facts) (Change, error) {
	if err := MaySwitch(f); err != nil {
		return Change{}, err
	}
	switch {
	case !slices.Contains(Providers, c.Channel):
		return Change{}, Invalid("provider", "problem.choice")
	case c.For < ShortestOff || c.For > LongestOff:
		return Change{}, Invalid("provider_for", "problem.provider_for")
	}
	why := []rune(strings.TrimSpace(c.Why))
	s := SwitchOff{Channel: c.Channel, At: f.Now, Until: f.Now.Add(c.For), By: f.Actor.Person, Why: string(why[:min(len(why), WhyLimit)])}
	change := Change{
		Entries: []Entry{SwitchedOff{s}},
		Events:  []Event{{Name: "provider_off", Data: map[string]string{"channel": string(c.Channel), "until": s.Until.UTC().Format(time.RFC3339)}}},
		Timers:  []Timer{{Key: onTimer(c.Channel), At: s.Until, Command: SwitchProviderOn{Channel: c.Channel}}},
	}
	change.Notices = toldSwitched(f, c.Channel, "provider.off", Args{"until": Moment(s.Until), "by": s.ByOf(f.Org)})
	return change, nil
}

func onTimer(ch Channel) TimerKey { return TimerKey{Subject: "provider/" + string(ch), Name: "on"} }

// SwitchProviderOn lets messages out by a channel again.
type SwitchProviderOn struct{ Channel Channel }

var _ = Register(SwitchProviderOn{})

// CommandName is the stored name.
func (SwitchProviderOn) CommandName() string { return "switch_provider_on@1" }

// Needs nothing but the organisation.
func (SwitchProviderOn) Needs() Needs { return Needs{} }

// Decide switches on, and does nothing when the channel is on already. The clock switches on only what is over: a switch that was set anew
// has a timer of its own.
func (c SwitchProviderOn) Decide(f Facts) (Change, error) {
	if err := MaySwitch(f); err != nil && !f.Actor.Clock {
		return Change{}, err
	}
	s, off := f.Org.Off[c.Channel]
	if !off || f.Actor.Clock && s.Until.After(f.Now) {
		return Change{}, nil
	}
	change := Change{
		Entries: []Entry{SwitchedOn{Channel: c.Channel, By: f.Actor.Handle()}},
		Events:  []Event{{Name: "provider_on", Data: map[string]string{"channel": string(c.Channel)}}},
		Clear:   []TimerKey{onTimer(c.Channel)},
	}
	if f.Actor.Clock {
		change.Clear = nil // it has fired
	}
	change.Notices = toldSwitched(f, c.Channel, "provider.on", Args{})
	return change, nil
}

// toldSwitched tells the administrators of a switch: by Slack or SMS, whichever is neither the one switched nor off itself.
func toldSwitched(f Facts, ch Channel, key string, args Args) (notices []Notice) {
	args["channel"] = Term("channel." + string(ch))
	for _, p := range f.Org.Anyone(Admin) {
		for _, by := range []Channel{Slack, SMS} {
			if _, ok := p.At(by); !ok || by == ch || f.Org.IsOff(by) {
				continue
			}
			notices = append(notices, Notice{
				ID: fmt.Sprintf("%s/%s/p%d/%d", key, ch, p.ID, f.Now.UnixMicro()), To: Recipient{Person: p.ID}, Topic: "alarm", Subject: "provider/" + string(ch), Key: key,
				Args: args, Urgency: Prompt, Class: Once, Only: by,
			})
			break
		}
	}
	return notices
}

// slackOnly are the topics of messages that make sense in Slack alone: cards and boards that are kept up to date there; atOneAddress those
// that prove something about the very address they go to. Neither takes another channel.
var (
	slackOnly    = []string{ProgressTopic, BoardTopic, AlertBoard, "file", "plan"}
	atOneAddress = []string{"link", "unkept"}
)

// OtherWay is where a message goes whose channel is switched off: Slack for a text, a text for Slack. What a call would have said has been
// said by text before, so it takes none. ok is false when it waits.
func (o *Organisation) OtherWay(p *Person, ch Channel, topic string) (other Channel, a Address, ok bool) {
	if p == nil || !p.Active || slices.Contains(slackOnly, topic) || slices.Contains(atOneAddress, topic) {
		return "", Address{}, false
	}
	switch ch {
	case Slack:
		other = SMS
	case SMS:
		other = Slack
	default:
		return "", Address{}, false
	}
	if o.IsOff(other) {
		return "", Address{}, false
	}
	a, ok = p.At(other)
	return other, a, ok
}
