package domain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// AskConsole sends whoever answers for people of a campaign the link to its page: how signing goes, ward by ward and name by name. The
// link goes to the phone or account that asks, and to nobody else.
type AskConsole struct{ Version int64 }

var _ = Register(AskConsole{})

// CommandName is the stored name.
func (AskConsole) CommandName() string { return "ask_console@1" }

// Needs the version and a token.
func (c AskConsole) Needs() Needs { return Needs{Version: c.Version, Tokens: 2} }

// A ConsoleLink opens the campaigns that a person may see, to whoever holds its token.
type ConsoleLink struct {
	Person PersonID
	Token  string
}

// Entry makes it part of a change.
func (ConsoleLink) Entry() {}

// Decide makes the link and sends it.
func (c AskConsole) Decide(f Facts) (Change, error) {
	if f.Version == nil {
		return Change{}, ErrNotFound
	}
	if _, ok := f.Version.Sees(f.Org, f.Actor.Person); !ok || f.Actor.Level < A1 {
		return Change{}, ErrForbidden
	}
	token := strings.Join(f.Tokens, "")
	n := Notice{
		ID: fmt.Sprintf("console/p%d/%d", f.Actor.Person, f.Now.UnixMicro()), To: Recipient{Address: f.Actor.Address}, Topic: "answer", Key: "campaign.page",
		Args: Args{"link": Link("/console/" + token)}, Urgency: Prompt, Class: Once,
	}
	return Change{
		Entries: []Entry{ConsoleLink{Person: f.Actor.Person, Token: token}}, Notices: []Notice{n},
		Events: []Event{{Name: "console_asked", Data: map[string]string{"person": f.Actor.Handle()}}},
	}, nil
}

// A Roll says, to somebody who answers for part of the house, how signing a version goes there and who has not signed: the numbers are
// those of the progress card.
type Roll struct {
	Top      UnitCode // of the part; empty: the whole house
	DueAt    time.Time
	Progress Progress
	Wards    []WardProgress // those with people who have not signed, the most of them first
	Waiting  []Waiting      // late ones first, then by ward and name
	Missing  []Waiting      // cannot be reached; in the same order
	Nudge    int            // how many NudgeRest would remind now
	Again    int            // how many of the waiting were reminded today
}

// WardProgress is how signing goes in one unit, without those below it.
type WardProgress struct {
	Unit UnitCode
	Progress
}

// A Waiting is somebody who has not signed.
type Waiting struct {
	Person *Person
	Read   bool      // opened, not signed
	Late   bool      // past their due day
	Why    Unreached // of those who cannot be reached
}

// Roll draws up the roll of a version for a person, from the tasks of everybody. ward, when it lies in their part of the house, narrows
// the names to the tree below it. ok is false when they see nothing of the version: nobody of theirs is asked.
func (v *DocumentVersion) Roll(o *Organisation, tasks []Task, now time.Time, to PersonID, ward UnitCode) (r Roll, ok bool) {
	if r.Top, ok = v.Sees(o, to); !ok {
		return r, false
	}
	by := o.ProgressByUnit(tasks, now)
	r.DueAt = v.dueAt(o.Zone)
	r.Progress = o.ProgressBelow(by, r.Top)
	if r.Progress.Asked()+r.Progress.Excused == 0 {
		return r, false
	}
	for unit, p := range by {
		if o.below(unit, r.Top) && p.Open() > 0 {
			r.Wards = append(r.Wards, WardProgress{unit, *p})
		}
	}
	slices.SortFunc(r.Wards, func(a, b WardProgress) int { return cmp.Or(b.Open()-a.Open(), cmp.Compare(a.Unit, b.Unit)) })
	for _, t := range tasks {
		if p := o.People[t.Person]; p != nil && o.below(p.Unit, r.Top) {
			r.add(o, t, now, ward == "" || !o.below(ward, r.Top) || o.Within(p.Unit, ward))
		}
	}
	slices.SortFunc(r.Waiting, Waiting.compare)
	slices.SortFunc(r.Missing, Waiting.compare)
	return r, true
}

// compare puts late ones first, then goes by ward and name.
func (w Waiting) compare(x Waiting) int {
	first := func(w Waiting) int {
		if w.Late {
			return 0
		}
		return 1
	}
	return cmp.Or(first(w)-first(x), cmp.Compare(w.Person.Unit, x.Person.Unit), byName(w.Person, x.Person))
}

// add counts one task, and names its person where they are shown.
func (r *Roll) add(o *Organisation, t Task, now time.Time, shown bool) {
	at, p := o.Standing(t, now), o.People[t.Person]
	switch o.rest(t, now) {
	case restNudge:
		r.Nudge++
	case restAgain:
		r.Again++
	}
	w := Waiting{Person: p, Read: at == StandsRead, Late: t.DueAt.Before(now)}
	switch {
	case !shown:
	case at == StandsMissing:
		w.Why = p.unreached(t)
		r.Missing = append(r.Missing, w)
	case at == StandsRead || at == StandsWaiting:
		r.Waiting = append(r.Waiting, w)
	}
}

// below reports whether a unit is part of a tree; an empty top is the whole house.
func (o *Organisation) below(unit, top UnitCode) bool { return top == "" || o.Within(unit, top) }
