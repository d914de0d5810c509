package domain

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"goodcatch/domain/scale"
)

// A Unit is a ward, department, room or the whole house.
type Unit struct {
	Code   UnitCode
	Name   string
	Parent UnitCode // empty: the root
	Kind   string   // ward, department, theatre, laboratory …
}

// An Organisation is a snapshot of who and what there is: immutable, shared by all readers, replaced when its version changes.
type Organisation struct {
	Version   int64
	Name      string
	Emergency string // the number to ring when somebody is in danger: 2222
	Region    string // ISO country for telephone numbers: GB
	Language  string // default language
	Zone      *time.Location
	Quiet     Window // when routine texts wait
	Settings  Settings
	Ladders   Ladders
	Units     map[UnitCode]*Unit
	People    map[PersonID]*Person
	Holders   map[AddressID]PersonID // whose an address is
	ByRole    map[Role][]*Person     // the active people, ordered by id: see Index. Nil: they are looked for
	Rotas     []Rota
	Holidays  []Date
	Off       map[Channel]SwitchOff // the providers that are switched off

	Activities []Activity // the business-impact table, in its order
}

// Settings are the switches of organisation.yaml. The zero value is the safe one.
type Settings struct {
	NarrativeInSlack bool          // cards may show the masked narrative
	MinimumDwell     time.Duration // a document read faster than this is flagged; 0 means 20 s
	Channels         Ways          `json:",omitzero"` // how people are tried; empty: DefaultWays
	Retention        Retention     `json:",omitzero"`
	Path             []PathStep    `json:",omitempty"` // the courses of new starters, in order
	TextsPerSecond   int           `json:",omitzero"`  // what the provider takes; 0: DefaultTextsPerSecond
	CallsPerSecond   int           `json:",omitzero"`  // 0: DefaultCallsPerSecond
	MusterPoints     []MusterPoint `json:",omitempty"` // where people report in a roll-call
	TextsAWeek       int           `json:",omitzero"`  // routine texts to one person; 0: DefaultTextsAWeek
	Drills           DrillMonths   `json:",omitzero"`
}

// A Window is a time of day from From to Until, which may pass midnight. Minutes after midnight.
type Window struct{ From, Until int }

// Contains reports whether t's time of day in zone lies in the window.
func (w Window) Contains(t time.Time, zone *time.Location) bool {
	local := t.In(zone)
	m := local.Hour()*60 + local.Minute()
	if w.From <= w.Until {
		return w.From <= m && m < w.Until
	}
	return m >= w.From || m < w.Until
}

// After returns t itself, or the end of the window when t lies in it. A wall-clock end that DST skips becomes the next minute that exists.
func (w Window) After(t time.Time, zone *time.Location) time.Time {
	if !w.Contains(t, zone) {
		return t
	}
	day := DateOf(t, zone)
	end := day.At(w.Until, zone)
	if !end.After(t) {
		end = day.Add(1).At(w.Until, zone)
	}
	return end
}

// ZoneOf returns the person's time zone, else the organisation's.
func (o *Organisation) ZoneOf(id PersonID) *time.Location {
	if p := o.People[id]; p != nil && p.Zone != nil {
		return p.Zone
	}
	return o.Zone
}

// LanguageOf returns the person's language, else the organisation's.
func (o *Organisation) LanguageOf(id PersonID) string {
	if p := o.People[id]; p != nil && p.Language != "" {
		return p.Language
	}
	return o.Language
}

// Ancestors returns the unit and its parents up to the root. An unknown unit gives none; a loop in the data ends.
func (o *Organisation) Ancestors(code UnitCode) []*Unit {
	var up []*Unit
	for u := o.Units[code]; u != nil && !slices.Contains(up, u); u = o.Units[u.Parent] {
		up = append(up, u)
	}
	return up
}

// Within reports whether unit lies in the tree below top (or is it).
func (o *Organisation) Within(unit, top UnitCode) bool {
	return slices.ContainsFunc(o.Ancestors(unit), func(u *Unit) bool { return u.Code == top })
}

// With returns the active people that hold the role in the unit, else in its nearest ancestor that has any, ordered by id.
func (o *Organisation) With(role Role, unit UnitCode) []*Person {
	for _, u := range o.Ancestors(unit) {
		if found := o.holders(role, func(p *Person) bool { return p.Unit == u.Code }); len(found) > 0 {
			return found
		}
	}
	return nil
}

// Anyone returns the active people that hold the role anywhere, ordered by id.
func (o *Organisation) Anyone(role Role) []*Person {
	return o.holders(role, func(*Person) bool { return true })
}

// Index makes holders of roles quick to find: each report asks for some, among thousands of people. Call it when People is complete.
func (o *Organisation) Index() {
	o.ByRole = map[Role][]*Person{}
	for _, id := range slices.Sorted(maps.Keys(o.People)) {
		p := o.People[id]
		for _, role := range p.Roles {
			if p.Active {
				o.ByRole[role] = append(o.ByRole[role], p)
			}
		}
	}
}

func (o *Organisation) holders(role Role, where func(*Person) bool) []*Person {
	var found []*Person
	if o.ByRole != nil {
		for _, p := range o.ByRole[role] {
			if where(p) {
				found = append(found, p)
			}
		}
		return found
	}
	for _, p := range o.People {
		if p.Active && p.Has(role) && where(p) {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(a, b *Person) int { return cmp.Compare(a.ID, b.ID) })
	return found
}

// Oversees reports whether the person answers for the unit: its manager or lead (or an ancestor's), the quality office, or an executive.
func (o *Organisation) Oversees(id PersonID, unit UnitCode) bool {
	p := o.People[id]
	if p == nil || !p.Active {
		return false
	}
	return p.Has(Quality, Executive) || p.Has(Manager, Lead) && o.Within(unit, p.Unit)
}

// Holder returns whose an address is, or nil.
func (o *Organisation) Holder(id AddressID) *Person { return o.People[o.Holders[id]] }

// NameOf returns how a colleague is named in a message: the roster's name.
func (o *Organisation) NameOf(id PersonID) string {
	if p := o.People[id]; p != nil {
		return p.Name
	}
	return ""
}

// A Step of a ladder: who is asked, how long after the record was made.
type Step struct {
	Role  Role          `json:"role"`
	After time.Duration `json:"after"`
}

// A Ladder says who is asked to own a record, and when the next level is. Level 1 is Steps[0]. It is copied onto each record.
type Ladder struct {
	Steps  []Step        `json:"steps"`
	Repeat time.Duration `json:"repeat"`           // after the last step, again and again
	Urgent bool          `json:"urgent"`           // ignores quiet hours and uses every channel
	Triage time.Duration `json:"triage"`           // the owner's time to triage
	Remind time.Duration `json:"remind,omitempty"` // how long the owner may do nothing; 0: Triage, within the bounds of a Silence
}

// Ladders holds a ladder for each rank.
type Ladders [5]Ladder

// DefaultLadders are the defaults of policies.yaml. Source: the time limits compared in docs of NSW SAC (24 h), China (2 h for grades
// I and II), Datix practice (same day); shortened where asking costs little.
func DefaultLadders() Ladders {
	day := 24 * time.Hour
	ladder := func(l2, l3, exec, repeat, triage time.Duration, urgent bool) Ladder {
		return Ladder{
			Steps:  []Step{{Manager, 0}, {Lead, l2}, {Quality, l3}, {Executive, exec}},
			Repeat: repeat, Urgent: urgent, Triage: triage,
		}
	}
	low := ladder(day, 2*day, 4*day, day, 3*day, false)
	severe := ladder(10*time.Minute, 20*time.Minute, 30*time.Minute, 30*time.Minute, 8*time.Hour, true)
	return Ladders{low, low, ladder(4*time.Hour, 8*time.Hour, day, day, day, false), severe, severe}
}

// For returns the ladder of a rank; an unknown rank climbs like a mild one.
func (l Ladders) For(r scale.Rank) Ladder {
	if r < 0 || int(r) >= len(l) {
		r = 1
	}
	return l[r]
}

// Root returns the unit without a parent; the smallest code when there are several.
func (o *Organisation) Root() UnitCode {
	var root UnitCode
	for code, u := range o.Units {
		if u.Parent == "" && (root == "" || code < root) {
			root = code
		}
	}
	return root
}
