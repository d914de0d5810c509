package domain

import (
	"maps"
	"slices"
	"time"
)

// levelPeople are those to ask at a level, less those asked before and those who passed. A report about the unit's manager goes to the
// quality office; where nobody has that role, to the lead.
//
// Who is on duty by a rota is asked before the role's other holders, and whoever is on leave is replaced by their deputy.
//
// Who reported is not asked, unless they are hidden. A hidden reporter is asked like anybody in their place, also to own their own report:
// whoever saw that they alone were left out would know who reported. They may take it; nobody can tell from that.
func levelPeople(r *Record, f Facts, level int) []Duty {
	return slices.DeleteFunc(levelHolders(r, f, level), func(d Duty) bool {
		return slices.Contains(r.Climb.Asked, d.Person) || slices.Contains(r.Climb.Passed, d.Person)
	})
}

// levelHolders are those of a level who can be asked at all, whether they have been or not.
func levelHolders(r *Record, f Facts, level int) []Duty {
	role := r.Ladder.Steps[level-1].Role
	aboutManager := r.Report != nil && r.Report.AboutManager
	switch {
	case r.Kind == Unsorted && (role == Manager || role == Lead), aboutManager && role == Manager:
		return nil
	case aboutManager && role == Lead && len(askable(r, f, f.Org.Anyone(Quality))) > 0:
		return nil
	default:
		return nearest(r, f, role)
	}
}

// nearest are who is on duty for the role, by the nearest rota; else the role's holders in the record's unit, or in the nearest unit
// above that has one to ask: where the only holder is who reported, or away, or out of reach, the next one up is asked before the next
// role is. Roles of the whole house are asked wherever their holders work.
func nearest(r *Record, f Facts, role Role) []Duty {
	if on := mayBeAsked(r, f, f.Org.OnDuty(role, r.Unit, r.readAt(f))); len(on) > 0 {
		return on
	}
	if role != Manager && role != Lead {
		return askable(r, f, f.Org.Anyone(role))
	}
	for _, u := range f.Org.Ancestors(r.Unit) {
		if found := askable(r, f, f.Org.With(role, u.Code)); len(found) > 0 {
			return found
		}
	}
	return nil
}

// readAt is when a card that is sent now is read: a routine one waits for the end of quiet hours, and who is there then counts.
func (r *Record) readAt(f Facts) time.Time {
	if r.Ladder.Urgent {
		return f.Now
	}
	return f.Org.Quiet.After(f.Now, f.Org.Zone)
}

// askable are those of the people, or their deputies, who can be asked to own the record at all.
func askable(r *Record, f Facts, people []*Person) []Duty {
	return mayBeAsked(r, f, f.Org.present(people, r.readAt(f)))
}

func mayBeAsked(r *Record, f Facts, on []Duty) []Duty {
	return slices.DeleteFunc(on, func(d Duty) bool {
		p := f.Org.People[d.Person]
		return p.ID == r.Reporter || !p.Reachable() || barred(f.Org, r, p)
	})
}

// barred reports whether a person must not see a record that is about the reporter's manager: the unit's own manager, whatever else they
// are, and other managers unless they are of the quality office or executives.
func barred(o *Organisation, r *Record, p *Person) bool {
	if r.Report == nil || !r.Report.AboutManager || !p.Has(Manager) {
		return false
	}
	return !p.Has(Quality, Executive) || slices.Contains(o.With(Manager, r.Unit), p)
}

// standIn notes for whom somebody is asked; asked in their own right later, they stand in for nobody.
func (c *Climb) standIn(d Duty) {
	if d.For == 0 {
		return
	}
	if c.StandIns == nil {
		c.StandIns = map[PersonID]PersonID{}
	}
	c.StandIns[d.Person] = d.For
}

// withoutLeave is the organisation as if nobody were on leave.
func (o *Organisation) withoutLeave() *Organisation {
	all := *o
	all.People = maps.Clone(o.People)
	for id, p := range all.People {
		if len(p.Leave) > 0 {
			there := *p
			there.Leave = nil
			all.People[id] = &there
		}
	}
	return &all
}
