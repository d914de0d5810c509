package importer

import (
	"slices"
	"strings"

	"goodcatch/domain"
)

// A musterFile is where the people of a unit report in a roll-call: whoever comes, or who gave one of the answers.
type musterFile struct {
	Place   place   `yaml:"@"`
	Unit    word    `yaml:"unit"`
	At      word    `yaml:"at"`
	Answers []count `yaml:"answers"`
}

// takeMuster takes where people report in a roll-call. Without any the points stay as they are.
func (r *reading) takeMuster(points []musterFile) {
	var taken []domain.MusterPoint
	for _, p := range points {
		point := domain.MusterPoint{Unit: domain.UnitCode(strings.ToUpper(strings.TrimSpace(p.Unit.value))), At: strings.TrimSpace(p.At.value)}
		for _, n := range p.Answers {
			if n.value < domain.OnSite || n.value > domain.WithinHour || slices.Contains(point.Answers, n.value) {
				r.refuse(or(n.at, p.Place), "answers are some of 1 (on site), 2 (within 30 minutes) and 3 (within 60 minutes), each once: who comes later is told no place.")
			}
			point.Answers = append(point.Answers, n.value)
		}
		switch {
		case point.Unit == "" || point.At == "":
			r.refuse(p.Place, "a muster point is {unit: ED, at: ED muster B}, or {unit: ED, at: Staff entrance, answers: [2, 3]}.")
		case len([]rune(point.At)) > domain.MusterRoom:
			r.refuse(or(p.At.at, p.Place), "muster point %q is longer than %d characters: it would not fit a text.", point.At, domain.MusterRoom)
		case slices.ContainsFunc(taken, point.Clashes):
			r.refuse(or(p.Unit.at, p.Place), "unit %s has a muster point already, for these answers.", point.Unit)
		}
		taken = append(taken, point)
		r.musterAt = append(r.musterAt, or(p.Unit.at, p.Place))
	}
	if len(taken) > 0 {
		r.after.Settings.MusterPoints = taken
	}
}

// checkMuster refuses points of units that are not there. It sees all units: the organisation is read before them.
func (r *reading) checkMuster() {
	for i, at := range r.musterAt {
		if unit := r.after.Settings.MusterPoints[i].Unit; unit != "" && r.after.Units[unit] == nil {
			r.refuse(at, "unit %q of a muster point is not a unit.%s", unit, didYouMean(string(unit), r.unitCodes()))
		}
	}
}
