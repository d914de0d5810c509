package domain

import (
	"fmt"
	"slices"
	"time"
)

// mostLeaveDays is the longest leave that a person can take by a text: what is longer, people.csv or leave.csv says.
const mostLeaveDays = 92

// SavedLeave is all the leave of one person, as a decision leaves it.
type SavedLeave struct {
	Person PersonID
	Leave  []Leave
}

// Entry makes it part of a change.
func (SavedLeave) Entry() {}

// TakeLeave says that the actor is away on some days, both included, by the organisation's calendar.
type TakeLeave struct {
	First, Last Date
	Deputy      PersonID // 0: nobody was named
}

// CommandName is not registered: only a person's own text runs it.
func (TakeLeave) CommandName() string { return "take_leave@1" }

// Needs nothing but the organisation.
func (TakeLeave) Needs() Needs { return Needs{} }

// Decide adds the leave; one that overlaps others becomes one with them. Who answers for others is asked who stands in, unless they said.
func (c TakeLeave) Decide(f Facts) (Change, error) {
	p := f.Org.People[f.Actor.Person]
	if p == nil || !p.Active || f.Actor.Level < A1 {
		return Change{}, ErrForbidden
	}
	today := DateOf(f.Now, f.Org.Zone)
	if c.Last.Since(c.First) < 0 || c.Last.Since(today) < 0 {
		return Change{}, Invalid("leave", "problem.leave_days")
	}
	if c.Last.Since(c.First) >= mostLeaveDays {
		return Change{}, &InvalidError{Field: "leave", Reason: "problem.leave_long", Args: Args{"limit": Number(mostLeaveDays)}}
	}
	l := Leave{From: c.First.At(0, f.Org.Zone).UTC(), Until: c.Last.Add(1).At(0, f.Org.Zone).UTC(), Deputy: c.Deputy}
	leave := slices.Clone(p.Leave)
	for i := len(leave) - 1; i >= 0; i-- {
		if o := leave[i]; o.From.Before(l.Until) && l.From.Before(o.Until) {
			l.join(o)
			leave = slices.Delete(leave, i, i+1)
		}
	}
	return l.saved(f, p, leave, "leave_taken")
}

// join makes the leave as long as both.
func (l *Leave) join(o Leave) {
	if o.From.Before(l.From) {
		l.From = o.From
	}
	if o.Until.After(l.Until) {
		l.Until = o.Until
	}
	if l.Deputy == 0 {
		l.Deputy = o.Deputy
	}
}

// last is the last day of the leave.
func (l Leave) last(zone *time.Location) Date { return DateOf(l.Until, zone).Add(-1) }

// args are the values of texts about the leave.
func (l Leave) args(f Facts, p *Person) Args {
	noon := l.last(f.Org.Zone).At(12*60, f.Org.Zone)
	return Args{"name": Text(p.Name), "from": Day(l.From), "until": Day(noon), "for": Text(f.Org.NameOf(l.Deputy))}
}

// saved is the change that keeps a leave beside a person's others, tells its deputy, and asks for one where it matters.
func (l Leave) saved(f Facts, p *Person, others []Leave, event string) (Change, error) {
	d := f.Org.People[l.Deputy]
	if l.Deputy != 0 && (d == nil || !d.Active || d.ID == p.ID) {
		return Change{}, Invalid("deputy", "problem.deputy")
	}
	all := append(slices.Clone(others), l)
	slices.SortFunc(all, func(a, b Leave) int { return a.From.Compare(b.From) })
	data := map[string]string{"person": fmt.Sprintf("p%d", p.ID), "first": DateOf(l.From, f.Org.Zone).String(), "last": l.last(f.Org.Zone).String()}
	n := leaveAnswer(f, "leave.saved", l.args(f, p))
	change := Change{Entries: []Entry{SavedLeave{p.ID, all}}}
	if d != nil {
		n.Key, data["deputy"] = "leave.deputy", fmt.Sprintf("p%d", d.ID)
		change.Notices = append(change.Notices, Notice{
			ID: fmt.Sprintf("leave/p%d/told/p%d/%d", p.ID, d.ID, f.Now.UnixMicro()), To: Recipient{Person: d.ID}, Topic: "leave", Key: "leave.told", Args: l.args(f, p), Urgency: Routine, Class: Once,
		})
	} else if len(StandInsFor(f.Org, p, l.From)) > 0 {
		n.Ask = &Ask{Flow: "deputy", Start: Args{"first": Text(data["first"])}}
	}
	change.Notices = append([]Notice{n}, change.Notices...)
	change.Events = []Event{{Name: event, Data: data}}
	return change, nil
}

// leaveAnswer is said back to whoever asked.
func leaveAnswer(f Facts, key string, args Args) Notice {
	return Notice{
		ID: fmt.Sprintf("leave/p%d/%s/%d", f.Actor.Person, key, f.Now.UnixMicro()), To: Recipient{Address: f.Actor.Address}, Topic: "answer", Key: key, Args: args, Urgency: Prompt, Class: Once,
	}
}

// StandInsFor are who may stand in for a person, likeliest first: who has one of their roles in their unit, then in units above it, then
// elsewhere. Who is away when the leave begins is left out. Nobody stands in for who is of the staff only: nothing is asked of them alone.
func StandInsFor(o *Organisation, p *Person, from time.Time) []*Person {
	roles := slices.DeleteFunc(slices.Clone(p.Roles), func(r Role) bool { return r == Staff })
	if len(roles) == 0 {
		return nil
	}
	var found []*Person
	add := func(people []*Person) {
		for _, q := range people {
			if _, away := o.Away(q.ID, from); q.ID != p.ID && !away && q.Reachable() && !slices.Contains(found, q) {
				found = append(found, q)
			}
		}
	}
	for _, u := range o.Ancestors(p.Unit) {
		for _, role := range roles {
			add(o.holders(role, func(q *Person) bool { return q.Unit == u.Code }))
		}
	}
	for _, role := range roles {
		add(o.Anyone(role))
	}
	return found
}

// NameDeputy says who stands in during a leave of the actor.
type NameDeputy struct {
	First  Date // of the leave
	Deputy PersonID
}

// CommandName is not registered: only a person's own answer runs it.
func (NameDeputy) CommandName() string { return "name_deputy@1" }

// Needs nothing but the organisation.
func (NameDeputy) Needs() Needs { return Needs{} }

// Decide names the deputy of the leave that begins, or after joining another contains, that day.
func (c NameDeputy) Decide(f Facts) (Change, error) {
	p := f.Org.People[f.Actor.Person]
	if p == nil || f.Actor.Level < A1 {
		return Change{}, ErrForbidden
	}
	first := c.First.At(0, f.Org.Zone)
	i := slices.IndexFunc(p.Leave, func(l Leave) bool { return contains(l.From, l.Until, first) })
	if i < 0 || !p.Leave[i].Until.After(f.Now) {
		return Change{}, Invalid("leave", "leave.none")
	}
	l := p.Leave[i]
	if l.Deputy == c.Deputy {
		return Change{Notices: []Notice{leaveAnswer(f, "leave.deputy", l.args(f, p))}}, nil
	}
	l.Deputy = c.Deputy
	return l.saved(f, p, slices.Delete(slices.Clone(p.Leave), i, i+1), "deputy_named")
}

// EndLeave says that the actor is back.
type EndLeave struct{}

// CommandName is not registered: only a person's own text runs it.
func (EndLeave) CommandName() string { return "end_leave@1" }

// Needs nothing but the organisation.
func (EndLeave) Needs() Needs { return Needs{} }

// Decide ends the leave of this moment: today counts as a day of work.
func (EndLeave) Decide(f Facts) (Change, error) {
	p := f.Org.People[f.Actor.Person]
	if p == nil || f.Actor.Level < A1 {
		return Change{}, ErrForbidden
	}
	l, away := f.Org.Away(p.ID, f.Now)
	if !away {
		return Change{}, Invalid("leave", "leave.none")
	}
	rest := slices.DeleteFunc(slices.Clone(p.Leave), func(o Leave) bool { return o == l })
	told := l.args(f, p)
	if today := DateOf(f.Now, f.Org.Zone).At(0, f.Org.Zone).UTC(); today.After(l.From) {
		l.Until = today
		rest = append(rest, l)
	}
	slices.SortFunc(rest, func(a, b Leave) int { return a.From.Compare(b.From) })
	change := Change{
		Entries: []Entry{SavedLeave{p.ID, rest}}, Events: []Event{{Name: "leave_ended", Data: map[string]string{"person": fmt.Sprintf("p%d", p.ID)}}},
		Notices: []Notice{leaveAnswer(f, "leave.back", nil)},
	}
	if l.Deputy != 0 {
		change.Notices = append(change.Notices, Notice{
			ID: fmt.Sprintf("leave/p%d/back/%d", p.ID, f.Now.UnixMicro()), To: Recipient{Person: l.Deputy}, Topic: "leave", Key: "leave.back_told", Args: told, Urgency: Routine, Class: Once,
		})
	}
	return change, nil
}
