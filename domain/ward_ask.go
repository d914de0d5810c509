package domain

import (
	"fmt"
	"slices"
	"time"
)

// firstWardAsk is how long after a real disruption begins wards without a word are asked, wardSilence how old a word may be, and how often
// is asked.
const (
	firstWardAsk = time.Hour
	wardSilence  = 4 * time.Hour
)

// AskWards asks wards without a word for a while how they stand, as long as a real disruption is open.
type AskWards struct{ Disruption int64 }

var _ = Register(AskWards{})

// CommandName is the stored name.
func (AskWards) CommandName() string { return "ask_wards@1" }

// Needs the disruption and the wards' last words.
func (c AskWards) Needs() Needs {
	return Needs{Disruption: DisruptionQuery{ID: c.Disruption}, Ward: WardQuery{All: true}}
}

// Decide asks who is there of each silent ward's managers, one message a person.
func (c AskWards) Decide(f Facts) (Change, error) {
	d := f.Disruption
	if d == nil || !d.ClosedAt.IsZero() || d.mode != Live {
		return Change{}, nil
	}
	theirs := map[PersonID][]UnitCode{}
	var order []PersonID
	silent := 0
	for _, unit := range f.Org.Wards() {
		if slices.ContainsFunc(f.Wards, func(w WardStatus) bool { return w.Unit == unit && f.Now.Sub(w.At) < wardSilence }) {
			continue
		}
		silent++
		for _, on := range f.answersFor(Manager, unit) {
			if theirs[on.Person] == nil {
				order = append(order, on.Person)
			}
			theirs[on.Person] = append(theirs[on.Person], unit)
		}
	}
	change := Change{Timers: []Timer{d.timer("wards", f.Now.Add(wardSilence), c)}}
	if silent > 0 {
		change.Events = []Event{d.event("wards_asked", "wards", fmt.Sprint(silent))}
	}
	for _, id := range order {
		change.Notices = append(change.Notices, Notice{
			ID: fmt.Sprintf("%s/wards/p%d/%d", d.Subject(), id, f.Now.UnixMicro()), To: Recipient{Person: id}, Topic: "wards", Subject: d.Subject(), Key: "recovery.wards",
			Args: d.Args(Args{"wards": Text(someUnits(theirs[id])), "example": Text(string(theirs[id][0]))}), Urgency: Urgent, Class: Once,
		})
	}
	return change, nil
}
