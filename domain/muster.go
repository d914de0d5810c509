package domain

import "slices"

// A MusterPoint is where the people of a unit, and of all below it, report when they come.
type MusterPoint struct {
	Unit    UnitCode
	At      string // "ED muster B"; at most MusterRoom characters
	Answers []int  `json:",omitempty"` // only for who gave one of these, OnSite to WithinHour; empty: whichever
}

// MusterRoom is the longest name of a muster point that fits the receipt of an answer. Characters.
const MusterRoom = 20

// Clashes reports whether another point says as much of the same people: both of one unit, for whichever answer or for one they share.
func (m MusterPoint) Clashes(o MusterPoint) bool {
	shared := len(m.Answers) == 0 && len(o.Answers) == 0 || slices.ContainsFunc(m.Answers, func(n int) bool { return slices.Contains(o.Answers, n) })
	return m.Unit == o.Unit && shared
}

// MusterOf is where somebody of a unit reports who gave an answer: the point of the nearest unit above that has one, for that answer
// before one for whichever. Empty: nobody has said.
func (o *Organisation) MusterOf(unit UnitCode, answer int) string {
	for _, u := range o.Ancestors(unit) {
		whichever := ""
		for _, p := range o.Settings.MusterPoints {
			switch {
			case p.Unit != u.Code:
			case slices.Contains(p.Answers, answer):
				return p.At
			case len(p.Answers) == 0:
				whichever = p.At
			}
		}
		if whichever != "" {
			return whichever
		}
	}
	return ""
}

// reportsTo is where somebody who gave this answer reports; empty for who comes later or not at all.
func (o *Organisation) reportsTo(p *Person, answer int) string {
	if answer < OnSite || answer > WithinHour {
		return ""
	}
	return o.MusterOf(p.Unit, answer)
}
