package importer

import (
	"context"
	"slices"
	"strings"

	"goodcatch/domain"
	"goodcatch/store"
)

// A NewPerson is what the command line says of somebody.
type NewPerson struct {
	Name, Phone, Slack string
	Unit               string // empty: the whole house
	Roles              []string
}

// AddPerson adds somebody by the rules of people.csv, or gives the one with this phone or Slack id the roles as well. An organisation
// without units gets its first. The error is Faults when what was said is at fault.
func AddPerson(ctx context.Context, db *store.DB, n NewPerson) (*domain.Person, error) {
	before, err := db.Organisation(ctx)
	if err != nil {
		return nil, err
	}
	r := newReading(nil, before, Options{Languages: []string{before.Language}})
	if len(before.Units) == 0 {
		first := domain.Unit{Code: "HOSP", Name: "Hospital", Kind: "hospital"}
		r.after.Units[first.Code] = &first
		r.plan.Units = append(r.plan.Units, first)
	}
	if n.Unit == "" {
		n.Unit = string(r.after.Root())
	}
	line := row{start: place{file: &source{name: "admin add"}}, cells: map[string]string{
		"name": n.Name, "phone": n.Phone, "slack_id": n.Slack, "unit": n.Unit, "roles": strings.Join(n.Roles, ";"),
	}}
	r.takePerson(line, newRoster(before))
	if len(r.faults) > 0 {
		return nil, r.faults
	}
	p := r.added()
	if len(r.plan.People) == 0 {
		return p, nil // as they were
	}
	r.plan.zone = before.Zone
	_, err = Apply(ctx, db, r.plan)
	return p, err
}

// added is the person of the one line read. Roles they had already stay.
func (r *reading) added() *domain.Person {
	var p *domain.Person
	for id := range r.personAt {
		p = r.after.People[id]
	}
	was := r.before.People[p.ID]
	if was == nil {
		return p
	}
	for _, role := range was.Roles {
		if !slices.Contains(p.Roles, role) {
			p.Roles = append(p.Roles, role)
		}
	}
	return p
}
