package domain

import (
	"slices"
	"time"
)

// An ActivityCode names an activity in conversation: PHA. Two to five letters and digits, a letter first.
type ActivityCode string

// An Activity is something the house must go on doing, as the business-impact table has it. Its code is short: an owner of several types
// it to say which one is meant (K7R PHA 1). Source: ISO 22301:2019 8.2.2.
type Activity struct {
	Code  ActivityCode   `json:"code"`
	Name  string         `json:"name"`
	Unit  UnitCode       `json:"unit"`            // where it is done
	Owner Role           `json:"owner"`           // who answers for it
	Of    UnitCode       `json:"of,omitempty"`    // where that role is looked for; empty: Unit
	RTO   time.Duration  `json:"rto"`             // recovery time objective: within that it is to run again at its minimum at least
	MTPD  time.Duration  `json:"mtpd"`            // maximum tolerable period of disruption, never shorter than RTO
	Staff int            `json:"staff"`           // people at least with whom it runs at its minimum
	Needs []ActivityCode `json:"needs,omitempty"` // what it cannot do without
}

// Bounds of an activity.
const (
	ActivityRoom   = 18 // letters of a name, which stands in texts
	ShortestRTO    = 5 * time.Minute
	LongestMTPD    = 90 * 24 * time.Hour
	MostActivities = 100 // what a list in Slack holds
)

// OwnedIn is the unit in which the owner's role is looked for.
func (a Activity) OwnedIn() UnitCode {
	if a.Of != "" {
		return a.Of
	}
	return a.Unit
}

// Activity finds an activity of the business-impact table.
func (o *Organisation) Activity(code ActivityCode) (a Activity, ok bool) {
	i := slices.IndexFunc(o.Activities, func(a Activity) bool { return a.Code == code })
	if i < 0 {
		return Activity{}, false
	}
	return o.Activities[i], true
}

// activityLadder is who is asked about an activity when nobody holds its owner's role, and in this order who is told when it is late.
var activityLadder = []Role{Manager, Lead, Quality, Executive}

// Owners are who is asked about an activity now: who is on duty for its role, else the role's nearest holders who are there, or their
// deputies; where that is nobody, the next roles up.
func (f Facts) Owners(a Activity) []Duty {
	for _, role := range append([]Role{a.Owner}, activityLadder...) {
		if on := f.answering(role, a.OwnedIn()); len(on) > 0 {
			return on
		}
	}
	return nil
}

// overOwners are who is told beside the owner that an activity is late: the role above the owner's.
func (f Facts) overOwners(a Activity) []Duty {
	next := max(1, slices.Index(activityLadder, a.Owner)+1) // whoever is not on the ladder answers to the lead
	for _, role := range activityLadder[min(next, len(activityLadder)-1):] {
		if on := f.answering(role, a.OwnedIn()); len(on) > 0 {
			return on
		}
	}
	return nil
}

// answering are those of a role that can be asked about a unit now. Managers, leads and staff answer for their own part of the house only.
func (f Facts) answering(role Role, unit UnitCode) []Duty {
	on := f.Org.OnDuty(role, unit, f.Now)
	if len(on) == 0 {
		on = f.Org.HoldersThere(role, unit, f.Now)
	}
	if len(on) == 0 && role != Manager && role != Lead && role != Staff {
		on = f.Org.present(f.Org.Anyone(role), f.Now)
	}
	return slices.DeleteFunc(on, func(d Duty) bool { p := f.Org.People[d.Person]; return p == nil || !p.Reachable() })
}
