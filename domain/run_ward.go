package domain

import (
	"slices"
	"time"
)

// EachWard is PlayStep.Each for the whole house: every unit without units of its own, as alerts and the wards' status count them.
const EachWard UnitCode = "ward"

// A RunWard is a ward's own answer to a step that each ward answers for itself.
type RunWard struct {
	Unit   UnitCode   `json:"unit"`
	Asked  []PersonID `json:"asked,omitempty"`
	Told   []PersonID `json:"told,omitempty"`   // that it is late: accountable, or who leads
	Answer int        `json:"answer,omitempty"` // 0: open; StepDone, StepNotNeeded
	By     PersonID   `json:"by,omitempty"`
	At     time.Time  `json:"at,omitzero"`
	HelpAt time.Time  `json:"help_at,omitzero"`
}

// WardsIn lists the wards that are to answer a step, by code: of the house, or within one unit; none where it is one step for all.
func (s PlayStep) WardsIn(o *Organisation) []UnitCode {
	switch s.Each {
	case "":
		return nil
	case EachWard:
		return o.Wards()
	default:
		return o.Wards(s.Each)
	}
}

// ForWard are who answers a step for a ward: who is on duty for the role there, else its nearest holders up the tree who are there, else who
// is accountable for that ward, at last the quality office and the executives. Never the manager of another ward.
func (f Facts) ForWard(s PlayStep, u UnitCode) []PersonID {
	if ids := persons(f.answering(s.Responsible.Role, u)); len(ids) > 0 {
		return ids
	}
	if ids := f.accountableFor(s.Accountable, u); len(ids) > 0 {
		return ids
	}
	return f.firstHolders(Station{Role: Quality}, Station{Role: Executive})
}

// accountableFor are who is accountable for a step in a ward: of a role without a unit, who is on duty or its nearest holders up the tree.
func (f Facts) accountableFor(p Station, u UnitCode) []PersonID {
	if p.Unit != "" {
		return f.HoldersOf(p)
	}
	return persons(f.answering(p.Role, u))
}

func persons(on []Duty) []PersonID {
	var ids []PersonID
	for _, d := range on {
		ids = append(ids, d.Person)
	}
	return ids
}

// wardsOf are the places of the wards that a step asks, with who answers for each.
func (f Facts) wardsOf(s PlayStep) []RunWard {
	var wards []RunWard
	for _, u := range s.WardsIn(f.Org) {
		wards = append(wards, RunWard{Unit: u, Asked: f.ForWard(s, u)})
	}
	return wards
}

// with reports whether a ward may be answered by somebody: they were asked, or told that it is late.
func (w RunWard) with(id PersonID) bool {
	return slices.Contains(w.Asked, id) || slices.Contains(w.Told, id)
}

// Ward finds a ward's place in a step; nil when it has none.
func (s RunStep) Ward(u UnitCode) *RunWard {
	i := slices.IndexFunc(s.Wards, func(w RunWard) bool { return w.Unit == u })
	if i < 0 {
		return nil
	}
	return &s.Wards[i]
}

// MissingWards lists the wards that have not answered; with somebody's id only theirs.
func (s RunStep) MissingWards(of ...PersonID) (missing []UnitCode) {
	for _, w := range s.Wards {
		if w.Answer == 0 && !slices.ContainsFunc(of, func(id PersonID) bool { return !w.with(id) }) {
			missing = append(missing, w.Unit)
		}
	}
	return missing
}

// speaksFor are the wards that an answer without a ward is about: all that the person answers for. Who was only told that wards are late,
// or leads the run, names one where there are several.
func (s RunStep) speaksFor(id PersonID) (units []UnitCode, ok bool) {
	mine := s.MissingWards(id)
	if len(mine) == 0 {
		mine = s.MissingWards()
	}
	asked := func(u UnitCode) bool { return slices.Contains(s.Ward(u).Asked, id) }
	return mine, len(mine) == 1 || len(mine) > 1 && !slices.ContainsFunc(mine, func(u UnitCode) bool { return !asked(u) })
}

// openWith reports whether a step waits for somebody: they were asked for it, and it, or a ward of theirs, is open.
func (s RunStep) openWith(id PersonID) bool {
	return s.open() && slices.Contains(s.Asked, id) && (len(s.Wards) == 0 || len(s.MissingWards(id)) > 0)
}

// told reports whether somebody was told that a step, or a ward's part of it that is still open, is late.
func (s RunStep) told(id PersonID) bool {
	if len(s.Wards) == 0 {
		return slices.Contains(s.Told, id)
	}
	return slices.ContainsFunc(s.Wards, func(w RunWard) bool { return w.Answer == 0 && slices.Contains(w.Told, id) })
}
