package domain

// A MusterPoint is where the people of a unit, and of all below it, report when they come.
type MusterPoint struct {
	Unit UnitCode
	At   string // "ED muster B"; at most MusterRoom characters
}

// MusterRoom is the longest name of a muster point that fits the receipt of an answer. Characters.
const MusterRoom = 20

// MusterOf is where somebody of a unit reports: the point of the nearest unit above that has one. Empty: nobody has said.
func (o *Organisation) MusterOf(unit UnitCode) string {
	for _, u := range o.Ancestors(unit) {
		for _, p := range o.Settings.MusterPoints {
			if p.Unit == u.Code {
				return p.At
			}
		}
	}
	return ""
}

// reportsTo is where somebody who gave this answer reports; empty for who comes later or not at all.
func (o *Organisation) reportsTo(p *Person, answer int) string {
	if answer < OnSite || answer > WithinHour {
		return ""
	}
	return o.MusterOf(p.Unit)
}
