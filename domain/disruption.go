package domain

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Disruption is a time in which activities of the business-impact table do not run as they should: who owns them is asked, each is
// counted against its RTO and MTPD, and what is late climbs, until all are restored and somebody closes it. It is an exercise or live for
// good, as a roll-call is. Source: ISO 22301:2019 3.10, 8.4, 8.5.
type Disruption struct {
	ID        int64
	Code      Code // what people type: K7R PHA 1
	Title     string
	Lead      PersonID // who began it; 0: the operator
	Token     string   // of its board
	Outages   []Outage // one for each activity affected, in the order they were
	StartedAt time.Time
	ClosedAt  time.Time // zero: open

	mode Mode
}

// NewDisruption is a disruption of a mode, for good.
func NewDisruption(m Mode) *Disruption { return &Disruption{mode: m} }

// Mode says whether the disruption is an exercise or live.
func (d *Disruption) Mode() Mode { return d.mode }

// RecoveryLinkValid is for how long after its end the link to a disruption's board opens it. The report is kept.
const RecoveryLinkValid = 30 * 24 * time.Hour

// A Running is how an activity runs.
type Running string

// How an activity runs. Restored is at its minimum or better, with the staff the table names: what ISO 22301 asks for within the RTO.
// Degraded is less than that, so that its time runs on.
const (
	Restored Running = "restored"
	Degraded Running = "degraded"
	Down     Running = "down"
)

// Runnings are the answers an owner can give, in the order of their digits: 1 restored, 2 degraded, 3 still down.
var Runnings = []Running{Restored, Degraded, Down}

// An Outage is one activity in a disruption.
type Outage struct {
	Activity Activity   `json:"activity"` // as the table had it when it went down: an edit changes nothing that is under way
	State    Running    `json:"state"`
	DownAt   time.Time  `json:"down_at"`          // from when its RTO and MTPD count
	At       time.Time  `json:"at"`               // since when State
	By       PersonID   `json:"by,omitempty"`     // who said so; 0: the operator
	Step     int        `json:"step,omitempty"`   // of lateSteps, how many have been told
	ToldAt   time.Time  `json:"told_at,omitzero"` // when the last was
	Asked    []PersonID `json:"asked,omitempty"`
	Past     []Stretch  `json:"past,omitempty"` // earlier times down, in order
}

// A Stretch is a time from an activity's going down to its being restored.
type Stretch struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// DueAt is when the activity is to be restored.
func (o Outage) DueAt() time.Time { return o.DownAt.Add(o.Activity.RTO) }

// IntolerableAt is when its absence becomes unacceptable.
func (o Outage) IntolerableAt() time.Time { return o.DownAt.Add(o.Activity.MTPD) }

// Late reports whether the RTO has passed, or was passed when the activity was restored.
func (o Outage) Late(now time.Time) bool {
	if o.State == Restored {
		now = o.At
	}
	return now.After(o.DueAt())
}

// A DisruptionQuery says what of disruptions a command needs.
type DisruptionQuery struct {
	ID     int64 // locked
	New    bool  // a number for one, in NextID; one begins at a time
	Open   bool  // all that are open, but that of ID
	Boards bool  // its boards in Slack
}

// SavedDisruption is a disruption, new or as a decision leaves it. Its mode is written once.
type SavedDisruption struct{ Disruption Disruption }

// Entry marks an entry.
func (SavedDisruption) Entry() {}

// Subject names the disruption in messages and timers.
func (d *Disruption) Subject() string { return fmt.Sprintf("d%d", d.ID) }

// recoveryTopic is the topic of all that asks one person about their activities.
func recoveryTopic(p PersonID) string { return fmt.Sprintf("ask/p%d", p) }

// Args are the values of every text about the disruption, its mode among them. Every message of one is made with these.
func (d *Disruption) Args(more Args) Args {
	return d.mode.about(d.Code, d.Title, more)
}

// RecoveryStart is the start of the forms about a disruption.
func RecoveryStart(id int64) Args { return Args{"disruption": Number(int(id))} }

func (d *Disruption) event(name string, more ...string) Event {
	return Event{Name: "recovery_" + name, Data: map[string]string{"disruption": fmt.Sprint(d.ID), "code": string(d.Code), "mode": d.mode.String()}}.with(more)
}

func (d *Disruption) timer(name string, at time.Time, cmd Command) Timer {
	return Timer{Key: TimerKey{Subject: d.Subject(), Name: name}, At: at, Command: cmd}
}

// clone is a copy whose outages can be changed.
func (d *Disruption) clone() *Disruption {
	c := *d
	c.Outages = slices.Clone(d.Outages)
	for i := range c.Outages {
		c.Outages[i].Asked, c.Outages[i].Past = slices.Clone(c.Outages[i].Asked), slices.Clone(c.Outages[i].Past)
	}
	return &c
}

// Outage finds an activity among those affected; nil when it is not.
func (d *Disruption) Outage(code ActivityCode) *Outage {
	i := slices.IndexFunc(d.Outages, func(o Outage) bool { return o.Activity.Code == code })
	if i < 0 {
		return nil
	}
	return &d.Outages[i]
}

// MayRecover decides who begins and closes a disruption: as with a roll-call the quality office, executives and administrators anywhere,
// managers and leads where all its activities are in their own part of the house, and the operator. Who began it closes it by any phone.
func MayRecover(f Facts, d *Disruption, least Assurance) error {
	var units []UnitCode
	for _, o := range d.Outages {
		units = append(units, o.Activity.Unit)
	}
	lead := d.Lead
	if d.StartedAt.IsZero() {
		lead = 0
	}
	return mayLead(f, lead, units, least)
}

// MayReport decides who may say how an activity runs: who was asked about it, who owns it now, who answers for its unit, and who leads
// the disruption.
func (d *Disruption) MayReport(f Facts, a Activity) bool {
	if f.Actor.Operator {
		return true
	}
	p := f.Org.People[f.Actor.Person]
	if p == nil || !p.Active || f.Actor.Level < A1 {
		return false
	}
	if o := d.Outage(a.Code); o != nil && slices.Contains(o.Asked, p.ID) || p.ID == d.Lead || f.Org.Oversees(p.ID, a.Unit) {
		return true
	}
	return slices.ContainsFunc(f.Owners(a), func(on Duty) bool { return on.Person == p.ID })
}

// Mine are the affected activities that the actor may report on, those that wait for them first where any do.
func (d *Disruption) Mine(f Facts) []*Outage {
	var asked, all []*Outage
	for i := range d.Outages {
		o := &d.Outages[i]
		if !d.MayReport(f, o.Activity) {
			continue
		}
		all = append(all, o)
		if slices.Contains(o.Asked, f.Actor.Person) {
			asked = append(asked, o)
		}
	}
	if len(asked) > 0 {
		return asked
	}
	return all
}

// OnlyMine is the activity that the actor means by a digit alone: the only one of theirs, or the only one that is not restored. Else which
// are the values of the question.
func (d *Disruption) OnlyMine(f Facts) (code ActivityCode, which Args) {
	mine := d.Mine(f)
	open := slices.DeleteFunc(slices.Clone(mine), func(o *Outage) bool { return o.State == Restored })
	for _, list := range [][]*Outage{mine, open} {
		if len(list) == 1 {
			return list[0].Activity.Code, nil
		}
	}
	if len(open) == 0 {
		open = mine
	}
	slices.SortStableFunc(open, func(a, b *Outage) int { return a.DueAt().Compare(b.DueAt()) })
	return "", d.Args(Args{"what": Text(codesOf(open)), "example": Text(string(open[0].Activity.Code))})
}

// refuseClash refuses an activity that another open disruption counts already, and people who are asked in one of the other mode: nobody
// is told LIVE inside an exercise.
func (d *Disruption) refuseClash(f Facts) error {
	for _, other := range f.Disruptions {
		for _, o := range d.Outages {
			if other.Outage(o.Activity.Code) != nil {
				return &InvalidError{Field: "recovery_down", Reason: "problem.recovery_counted", Args: Args{"bare": Text(string(other.Code)), "activity": Text(string(o.Activity.Code))}}
			}
			if other.mode == d.mode {
				continue
			}
			for _, on := range f.Owners(o.Activity) {
				if slices.ContainsFunc(other.Outages, func(x Outage) bool { return slices.Contains(x.Asked, on.Person) }) {
					return &InvalidError{Field: "recovery_mode", Reason: "problem.recovery_" + other.mode.String(), Args: Args{"bare": Text(string(other.Code)), "about": Text(other.Title)}}
				}
			}
		}
	}
	return nil
}

// codesOf names as many activities as a text has room for, and how many more there are; one alone by its name.
func codesOf(outages []*Outage) string {
	const room = 14 // characters, and " +12"
	if len(outages) == 1 {
		return outages[0].Activity.Name
	}
	var b strings.Builder
	for i, o := range outages {
		if i > 0 && b.Len()+len(", ")+len(o.Activity.Code) > room {
			return b.String() + fmt.Sprintf(" +%d", len(outages)-i)
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(o.Activity.Code))
	}
	return b.String()
}
