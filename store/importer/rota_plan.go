package importer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"goodcatch/domain"
	"goodcatch/store"
)

// putRotas adds a file's rotas to the plan when they are not what we know already.
func (r *reading) putRotas(source string, rotas []domain.Rota) {
	for i := range rotas {
		rotas[i].Source = source
	}
	r.rotaFiles = append(r.rotaFiles, source)
	known := slices.DeleteFunc(slices.Clone(r.before.Rotas), func(o domain.Rota) bool { return o.Source != source })
	if asText(known) != asText(rotas) {
		r.plan.Rotas = append(r.plan.Rotas, RotaFile{source, rotas})
	}
}

// asText is the same for rotas that say the same.
func asText(rotas []domain.Rota) string {
	lines := make([]string, len(rotas))
	for i, o := range rotas {
		body, err := json.Marshal([]any{append([]domain.Rotation{}, o.Rotations...), append([]domain.Shift{}, o.Shifts...)})
		if err != nil {
			return err.Error() // never: see domain.Rota
		}
		lines[i] = fmt.Sprintf("%s %s %s %s", o.Role, o.Unit, nameOf(o.Zone), body)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// dropRotas forgets, in a complete import, what files said that are not there any more.
func (r *reading) dropRotas() {
	if !r.Complete || len(r.faults) > 0 {
		return
	}
	for _, o := range r.before.Rotas {
		if o.Source != "" && !slices.Contains(r.rotaFiles, o.Source) {
			r.rotaFiles = append(r.rotaFiles, o.Source)
			r.plan.Rotas = append(r.plan.Rotas, RotaFile{source: o.Source})
		}
	}
	slices.SortFunc(r.plan.Rotas, func(a, b RotaFile) int { return cmp.Compare(a.source, b.source) })
}

// applyRotas writes the rotas of the plan. Everybody has their id by now.
func (p *Plan) applyRotas(tx *store.Tx) error {
	final := func(id domain.PersonID) domain.PersonID {
		if person := p.roster[id]; person != nil {
			return person.ID
		}
		return id
	}
	for _, f := range p.Rotas {
		for _, o := range f.rotas {
			for _, rotation := range o.Rotations {
				for i, id := range rotation.People {
					rotation.People[i] = final(id)
				}
			}
			for i := range o.Shifts {
				o.Shifts[i].Person, o.Shifts[i].Instead = final(o.Shifts[i].Person), final(o.Shifts[i].Instead)
			}
		}
		if err := tx.SaveRotas(f.source, f.rotas); err != nil {
			return err
		}
	}
	if p.Holidays != nil {
		tx.SaveHolidays(p.Holidays.days, p.Holidays.names)
	}
	return nil
}
