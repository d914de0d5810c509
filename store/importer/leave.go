package importer

import (
	"cmp"
	"slices"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
)

// A PersonsLeave is all the leave somebody has, as leave.csv says it.
type PersonsLeave struct {
	person *domain.Person // the id of a new one is filled in by Apply
	leaves []stand
}

// A stand is one leave and who stands in.
type stand struct {
	domain.Leave
	deputy *domain.Person
	at     place
}

// mostLeave is the longest leave a line may say: what is longer is a leaver, or a slip of the year.
const mostLeave = 2 * 365 * 24 * time.Hour

// readLeave reads leave.csv: one line for each leave, whose lines together are all the leave of their person. "-" in both days takes away
// what a person has; who has no line keeps theirs, unless the files are complete.
func (r *reading) readLeave() error {
	src, text, ok, err := r.open("leave.csv")
	if err != nil || !ok {
		return err
	}
	rows, faults := readTable(src, text, []string{"id", "from", "until", "deputy"}, nil)
	r.faults = append(r.faults, faults...)
	said := map[domain.PersonID]*PersonsLeave{}
	var order []domain.PersonID
	for _, row := range rows {
		p := r.personNamed(wordOf(row, "id"), row.start, "id")
		if p == nil {
			continue
		}
		if said[p.ID] == nil {
			said[p.ID] = &PersonsLeave{person: p}
			order = append(order, p.ID)
		}
		r.takeLeave(row, said[p.ID])
	}
	for _, id := range order {
		r.putLeave(said[id])
	}
	if r.Complete && len(r.faults) == 0 {
		for id, was := range r.before.People {
			if p := r.after.People[id]; said[id] == nil && len(was.Leave) > 0 && p != nil {
				r.plan.Leave = append(r.plan.Leave, PersonsLeave{person: p})
			}
		}
		slices.SortFunc(r.plan.Leave, func(a, b PersonsLeave) int { return cmp.Compare(a.person.ID, b.person.ID) })
	}
	return nil
}

func wordOf(row row, column string) word {
	return word{leaf[string]{value: row.get(column), at: row.where(column), set: row.get(column) != ""}}
}

// takeLeave reads one line.
func (r *reading) takeLeave(row row, all *PersonsLeave) {
	if row.get("from") == remove && row.get("until") == remove {
		return
	}
	from, okFrom := r.day(row, "from")
	last, okLast := r.day(row, "until")
	s := stand{at: row.start}
	if d := row.get("deputy"); d != "" {
		s.deputy = r.personNamed(wordOf(row, "deputy"), row.start, "deputy")
		if s.deputy != nil && s.deputy.ID == all.person.ID {
			r.refuse(row.where("deputy"), "nobody stands in for themself.")
		}
	}
	if !okFrom || !okLast {
		return
	}
	s.Leave = domain.Leave{From: from.UTC(), Until: last.AddDate(0, 0, 1).UTC()}
	switch {
	case last.Before(from):
		r.refuse(row.where("until"), "the leave ends before it begins. The last day counts: one day has the same day twice.")
		return
	case last.Sub(from) > mostLeave:
		r.refuse(row.where("until"), "a leave of more than two years. Is the year right?")
		return
	}
	for _, other := range all.leaves {
		if s.From.Before(other.Until) && other.From.Before(s.Until) {
			r.refuse(row.where("from"), "overlaps the leave of the same person in line %d.", other.at.line)
			return
		}
	}
	all.leaves = append(all.leaves, s)
}

// day reads a day of the organisation's zone as its first midnight.
func (r *reading) day(row row, column string) (time.Time, bool) {
	at, err := time.ParseInLocation(time.DateOnly, row.get(column), r.after.Zone)
	if err != nil {
		r.refuse(row.where(column), "%s %q must be a day, like 2026-12-01.", column, row.get(column))
	}
	return at, err == nil
}

// putLeave adds a person's leave to the plan when it is not what we know already.
func (r *reading) putLeave(p *PersonsLeave) {
	slices.SortFunc(p.leaves, func(a, b stand) int { return a.From.Compare(b.From) })
	var was []domain.Leave
	if known := r.before.People[p.person.ID]; known != nil {
		was = known.Leave
	}
	same := slices.EqualFunc(p.leaves, was, func(a stand, b domain.Leave) bool {
		deputy := domain.PersonID(0)
		if a.deputy != nil {
			deputy = a.deputy.ID
		}
		return a.From.Equal(b.From) && a.Until.Equal(b.Until) && deputy == b.Deputy
	})
	if !same {
		r.plan.Leave = append(r.plan.Leave, *p)
	}
}

// applyLeave writes the leave of the plan. Everybody has their id by now.
func (p *Plan) applyLeave(tx *store.Tx, zone *time.Location) {
	for _, l := range p.Leave {
		leaves := make([]domain.Leave, len(l.leaves))
		for i, s := range l.leaves {
			leaves[i] = s.Leave
			if s.deputy != nil {
				leaves[i].Deputy = s.deputy.ID
			}
		}
		tx.SaveLeave(zone, l.person.ID, leaves)
	}
}
