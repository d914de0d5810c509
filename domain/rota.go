package domain

import (
	"slices"
	"time"
)

// A Rota says who is on duty for a role in a unit, at any moment: rotations that run by themselves, and single shifts that were
// imported or swapped. Where nobody is on duty the role's holders are asked as if there were no rota.
type Rota struct {
	Role      Role
	Unit      UnitCode
	Source    string         // the file it was imported from; empty: swaps
	Zone      *time.Location // of its wall clock; nil: the organisation's
	Rotations []Rotation
	Shifts    []Shift
}

// A Rotation hands the duty from one person to the next at the same wall-clock time, every day, week or number of days.
type Rotation struct {
	People   []PersonID     `json:"people"`           // 0 leaves a turn to nobody
	First    Date           `json:"first"`            // the day of the first person's first turn
	Last     Date           `json:"last,omitzero"`    // the last day on which a duty begins; zero: it goes on
	Every    int            `json:"every"`            // days of a turn: 1 daily, 7 weekly
	From     int            `json:"from"`             // minutes after midnight: when the turn is handed over
	Until    int            `json:"until"`            // of each day; equal to From: round the clock
	Days     []time.Weekday `json:"days,omitempty"`   // the days on which a duty begins; empty: all
	Except   []Date         `json:"except,omitempty"` // days on which none begins
	Holidays Holidays       `json:"holidays,omitempty"`
}

// Holidays says whether a rotation covers the holidays of the organisation.
type Holidays string

// How a rotation treats holidays.
const (
	Always       Holidays = ""     // like any day
	NotHolidays  Holidays = "no"   // no duty begins on one
	OnlyHolidays Holidays = "only" // and on no other day
)

// A Shift puts one person on duty from one moment to another. Instead of somebody it is a swap: that person is then off duty.
type Shift struct {
	Person  PersonID  `json:"person"`
	From    time.Time `json:"from"`
	Until   time.Time `json:"until"`
	Instead PersonID  `json:"instead,omitempty"`
}

// A Leave is a time in which somebody is away. Their deputy stands in.
type Leave struct {
	From   time.Time
	Until  time.Time // the moment of the return
	Deputy PersonID  // 0: nobody
}

// contains reports whether a moment lies in a span: its beginning does, its end does not.
func contains(from, until, at time.Time) bool { return !at.Before(from) && at.Before(until) }

// turn is the person whose duty a moment falls into, or 0.
func (r Rotation) turn(at time.Time, zone *time.Location, holiday func(Date) bool) PersonID {
	if len(r.People) == 0 || r.Every < 1 {
		return 0
	}
	day := DateOf(at, zone)
	if at.Before(day.At(r.From, zone)) { // the duty that began yesterday
		day = day.Add(-1)
	}
	days := day.Since(r.First)
	if days < 0 || !r.covers(day, holiday) || !at.Before(r.end(day, zone)) {
		return 0
	}
	return r.People[days/r.Every%len(r.People)]
}

// end is when the duty that begins on a day is over.
func (r Rotation) end(day Date, zone *time.Location) time.Time {
	if r.Until <= r.From {
		day = day.Add(1)
	}
	return day.At(r.Until, zone)
}

func (r Rotation) covers(day Date, holiday func(Date) bool) bool {
	if r.Last != (Date{}) && day.Since(r.Last) > 0 || slices.Contains(r.Except, day) {
		return false
	}
	if len(r.Days) > 0 && !slices.Contains(r.Days, day.Weekday()) {
		return false
	}
	switch r.Holidays {
	case NotHolidays:
		return !holiday(day)
	case OnlyHolidays:
		return holiday(day)
	default:
		return true
	}
}

// duty lists who the rota puts on duty at a moment, before anybody's leave is looked at: shifts first, in the order given.
func (r Rota) duty(at time.Time, zone *time.Location, holiday func(Date) bool) []PersonID {
	if r.Zone != nil {
		zone = r.Zone
	}
	var on []PersonID
	off := map[PersonID]bool{}
	add := func(id PersonID) {
		if id != 0 && !off[id] && !slices.Contains(on, id) {
			on = append(on, id)
		}
	}
	for _, s := range slices.Backward(r.Shifts) { // a later swap wins over an earlier one
		if !contains(s.From, s.Until, at) {
			continue
		}
		add(s.Person)
		if s.Instead != 0 {
			off[s.Instead] = true
		}
	}
	slices.Reverse(on)
	for _, rotation := range r.Rotations {
		add(rotation.turn(at, zone, holiday))
	}
	return on
}

// OnDuty lists who stands in for a role in a unit at a moment by the nearest rota that has anybody: of the unit, else of an ancestor.
// Whoever is away is replaced by their deputy; for names it says whom a deputy stands in for. It is nil where no rota applies.
func (o *Organisation) OnDuty(role Role, unit UnitCode, at time.Time) []Duty {
	for _, u := range o.Ancestors(unit) {
		if on := o.there(o.rostered(role, u.Code, at), at); len(on) > 0 {
			return on
		}
	}
	return nil
}

// rostered lists who the rotas of exactly this unit put on duty, before anybody's leave is looked at. What is swapped counts for all of
// the unit's rotas of the role.
func (o *Organisation) rostered(role Role, unit UnitCode, at time.Time) []PersonID {
	var ids []PersonID
	off := map[PersonID]bool{}
	add := func(on []PersonID) {
		for _, id := range on {
			if !off[id] && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	for _, r := range o.Rotas {
		if r.Role == role && r.Unit == unit && r.Source == "" {
			add(r.duty(at, o.Zone, o.holiday))
			for _, s := range r.Shifts {
				if contains(s.From, s.Until, at) && !slices.Contains(ids, s.Instead) {
					off[s.Instead] = true
				}
			}
		}
	}
	for _, r := range o.Rotas {
		if r.Role == role && r.Unit == unit && r.Source != "" {
			add(r.duty(at, o.Zone, o.holiday))
		}
	}
	return ids
}

// there lists who of the people is there, or stands in. Whoever is among them in their own right stands in for nobody.
func (o *Organisation) there(ids []PersonID, at time.Time) []Duty {
	var on []Duty
	for _, id := range ids {
		d, ok := o.Present(id, at)
		if !ok {
			continue
		}
		i := slices.IndexFunc(on, func(x Duty) bool { return x.Person == d.Person })
		switch {
		case i < 0:
			on = append(on, d)
		case d.For == 0:
			on[i] = d
		}
	}
	return on
}

// present is there for people.
func (o *Organisation) present(people []*Person, at time.Time) []Duty {
	ids := make([]PersonID, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	return o.there(ids, at)
}

// A Duty is a person who is there, and for whom they stand in, if for anybody.
type Duty struct {
	Person PersonID
	For    PersonID
}

// mostDeputies bounds a chain of deputies who are away themselves.
const mostDeputies = 5

// Present is the person, or the deputy who stands in while they are away. ok is false when neither is there.
func (o *Organisation) Present(id PersonID, at time.Time) (Duty, bool) {
	d := Duty{Person: id}
	for range mostDeputies {
		p := o.People[d.Person]
		if p == nil || !p.Active {
			return Duty{}, false
		}
		l, away := o.Away(d.Person, at)
		if !away {
			return d, true
		}
		d = Duty{Person: l.Deputy, For: id}
	}
	return Duty{}, false
}

// Away is the leave a person is on at a moment.
func (o *Organisation) Away(id PersonID, at time.Time) (Leave, bool) {
	p := o.People[id]
	if p == nil {
		return Leave{}, false
	}
	i := slices.IndexFunc(p.Leave, func(l Leave) bool { return contains(l.From, l.Until, at) })
	if i < 0 {
		return Leave{}, false
	}
	return p.Leave[i], true
}

func (o *Organisation) holiday(d Date) bool { return slices.Contains(o.Holidays, d) }
