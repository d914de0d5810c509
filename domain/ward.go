package domain

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Colour is how a ward stands: green, it can go on; amber, it can with help; red, it cannot.
type Colour string

// The colours.
const (
	Green Colour = "green"
	Amber Colour = "amber"
	Red   Colour = "red"
)

// NeedLimit is the longest need, in characters.
const NeedLimit = 300

// A WardStatus is a ward's last word on how it stands.
type WardStatus struct {
	Unit   UnitCode
	Colour Colour
	Needs  bool   // it said what it needs
	Need   string // those words, masked; sealed where they are kept, and read only where they are asked for: never in a text
	By     PersonID
	At     time.Time
	RedAt  time.Time // since when it is red; zero: it is not
}

// A WardQuery says what of wards a command needs.
type WardQuery struct {
	Unit UnitCode // its last word, locked
	All  bool     // all last words
	Open bool     // with All: what they need too
}

// SavedWardStatus is a ward's new word.
type SavedWardStatus struct{ Status WardStatus }

// Entry marks an entry.
func (SavedWardStatus) Entry() {}

// wardSubject names a ward in messages.
func wardSubject(u UnitCode) string { return "ward/" + string(u) }

// redTopic is the topic of what is said of a ward that turned red at a time.
func redTopic(at time.Time) string { return fmt.Sprintf("red/%d", at.Unix()) }

// MayReadNeed decides who is shown what a ward needs: whoever works there or answers for it, in a session we are sure of.
func MayReadNeed(f Facts, u UnitCode) bool {
	p := f.Org.People[f.Actor.Person]
	return p != nil && p.Active && f.Actor.Level >= A2 && (p.Unit == u || f.Org.Oversees(p.ID, u))
}

// SayWard is a ward's word on how it stands. It carries what the ward needs.
type SayWard struct {
	Unit   UnitCode
	Colour Colour
	Need   string // masked, sealed where it is kept
}

// CommandName is not registered: it carries words.
func (SayWard) CommandName() string { return "say_ward@1" }

// Needs the ward's last word.
func (c SayWard) Needs() Needs { return Needs{Ward: WardQuery{Unit: c.Unit}} }

// Decide keeps the word of anybody who works in the ward or answers for it, and tells who answers for a ward that turns red: its manager and
// its lead, and the executive on duty. When it is red no longer they hear that too.
func (c SayWard) Decide(f Facts) (Change, error) {
	p := f.Org.People[f.Actor.Person]
	if p == nil || !p.Active || f.Actor.Level < A1 {
		return Change{}, ErrForbidden
	}
	if f.Org.Units[c.Unit] == nil || p.Unit != c.Unit && !f.Org.Oversees(p.ID, c.Unit) {
		return Change{}, &InvalidError{Field: "ward", Reason: "ward.not_yours", Args: Args{"unit": Text(string(c.Unit))}}
	}
	if !slices.Contains([]Colour{Green, Amber, Red}, c.Colour) {
		return Change{}, Invalid("ward", "ward.how")
	}
	w := WardStatus{Unit: c.Unit, Colour: c.Colour, Need: strings.TrimSpace(c.Need), By: p.ID, At: f.Now}
	w.Needs = w.Need != ""
	was := f.Ward
	change := Change{Events: []Event{{Name: "ward_said", Data: map[string]string{"unit": string(w.Unit), "colour": string(w.Colour), "need": fmt.Sprint(w.Needs)}}}}
	wasRed := was != nil && was.Colour == Red
	switch {
	case w.Colour == Red:
		w.RedAt = f.Now
		if wasRed {
			w.RedAt = was.RedAt
		}
		if !wasRed || w.Needs {
			w.alarm(&change, f, p)
		}
	case wasRed:
		change.Settle = []Settle{{Subject: wardSubject(w.Unit), Topic: redTopic(was.RedAt), Key: "ward.over", Args: w.args(p), Except: p.ID}}
	}
	change.Entries = []Entry{SavedWardStatus{w}}
	key := "ward.noted"
	if w.Colour == Red {
		key = "ward.noted_red"
	}
	args := w.args(p)
	args["emergency"] = Text(f.Org.Emergency)
	change.Notices = append(change.Notices, Notice{
		ID: fmt.Sprintf("%s/noted/a%d/%d", wardSubject(w.Unit), f.Actor.Address, f.Now.UnixMicro()), To: Recipient{Address: f.Actor.Address}, Topic: "answer", Subject: wardSubject(w.Unit), Key: key, Args: args,
		Urgency: Prompt, Class: Once,
	})
	return change, nil
}

func (w WardStatus) args(by *Person) Args {
	return Args{"unit": Text(string(w.Unit)), "colour": Term("colour." + string(w.Colour)), "at": Moment(w.At), "person": Text(by.Name)}
}

// alarm tells who answers for the ward, once each, but not who says it.
func (w WardStatus) alarm(change *Change, f Facts, by *Person) {
	var told []PersonID
	for _, role := range []Role{Manager, Lead, Executive} {
		for _, on := range f.answering(role, w.Unit) {
			if on.Person == by.ID || slices.Contains(told, on.Person) {
				continue
			}
			told = append(told, on.Person)
			change.Notices = append(change.Notices, Notice{
				ID: fmt.Sprintf("%s/red/p%d/%d", wardSubject(w.Unit), on.Person, f.Now.UnixMicro()), To: Recipient{Person: on.Person}, Topic: redTopic(w.RedAt), Subject: wardSubject(w.Unit), Key: "ward.red",
				Args: w.args(by), Urgency: Urgent, Class: UntilCertain,
			})
		}
	}
}

// Wards lists the units without units of their own, those that are asked how they stand, by code: of the whole house, or within some units.
func (o *Organisation) Wards(within ...UnitCode) []UnitCode {
	parents := map[UnitCode]bool{}
	for _, u := range o.Units {
		parents[u.Parent] = true
	}
	var wards []UnitCode
	for code := range o.Units {
		in := len(within) == 0 || slices.ContainsFunc(within, func(top UnitCode) bool { return o.Within(code, top) })
		if in && !parents[code] {
			wards = append(wards, code)
		}
	}
	slices.Sort(wards)
	return wards
}
