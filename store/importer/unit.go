package importer

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"goodcatch/domain"
)

// unitCode is what staff type after a keyword: NM 5A wet floor.
var unitCode = regexp.MustCompile(`^[A-Z0-9][A-Z0-9-]*$`)

func (r *reading) readUnits() error {
	src, text, ok, err := r.open("units.csv")
	if err != nil || !ok {
		return err
	}
	rows, faults := readTable(src, text, []string{"code", "name", "parent", "kind"}, nil)
	r.faults = append(r.faults, faults...)
	for _, row := range rows {
		r.takeUnit(row)
	}
	if r.Complete && len(faults) == 0 {
		r.dropUnits()
	}
	return nil
}

func (r *reading) takeUnit(row row) {
	u := domain.Unit{
		Code: domain.UnitCode(strings.ToUpper(row.get("code"))), Name: row.get("name"),
		Parent: domain.UnitCode(strings.ToUpper(row.get("parent"))), Kind: strings.ToLower(row.get("kind")),
	}
	if first, twice := r.unitAt[u.Code]; twice {
		r.refuse(row.where("code"), "unit %s stands in line %d already.", u.Code, first.line)
		return
	}
	if !unitCode.MatchString(string(u.Code)) {
		r.refuse(row.where("code"), "unit code %q must be letters and digits without spaces, as staff would type it: 4B, ED, LAB.", u.Code)
		return
	}
	r.tooLong(string(u.Code), maxUnit, "unit code", row.where("code"))
	r.tooLong(u.Name, maxUnit, "unit name", row.where("name"))
	if u.Name == "" {
		r.refuse(row.where("name"), "unit %s has no name.", u.Code)
	}
	r.unitAt[u.Code] = row.where("parent")
	if was := r.before.Units[u.Code]; was == nil || *was != u {
		r.plan.Units = append(r.plan.Units, u)
	}
	r.after.Units[u.Code] = &u
}

// tooLong refuses what would make a text longer than one SMS.
func (r *reading) tooLong(s string, most int, what string, at place) {
	n := utf8.RuneCountInString(s)
	if n <= most {
		return
	}
	hint := ""
	if what == "name" {
		hint = shorter(s)
	}
	r.refuse(at, "%s of %d letters: texts have room for %d. Shorten it%s.", what, n, most, hint)
}

// shorter proposes a name that fits: initials in front of the last name.
func shorter(name string) string {
	words := strings.Fields(name)
	for i := range len(words) - 1 {
		first, _ := utf8.DecodeRuneInString(words[i])
		words[i] = string(first) + "."
		if s := strings.Join(words, " "); utf8.RuneCountInString(s) <= maxName {
			return ", for example to " + s
		}
	}
	return ""
}

// dropUnits removes the units that a complete list lacks, unless open records are there.
func (r *reading) dropUnits() {
	for code := range r.before.Units {
		if _, there := r.unitAt[code]; there {
			continue
		}
		if r.InUse[code] {
			r.warn(place{}, "units.csv: unit %s is missing, but has open records: it stays until they are closed.", code)
			continue
		}
		delete(r.after.Units, code)
		r.plan.Gone = append(r.plan.Gone, code)
	}
	slices.Sort(r.plan.Gone)
}

func (r *reading) unitCodes() []domain.UnitCode {
	codes := make([]domain.UnitCode, 0, len(r.after.Units))
	for c := range r.after.Units {
		codes = append(codes, c)
	}
	slices.Sort(codes)
	return codes
}

func byCode(a, b *domain.Unit) int { return strings.Compare(string(a.Code), string(b.Code)) }

// checkUnits refuses unknown parents and loops. It sees all units: a parent may stand below its child.
func (r *reading) checkUnits() {
	var roots []domain.UnitCode
	for _, code := range r.unitCodes() {
		u, at := r.after.Units[code], r.unitAt[code]
		if at.file == nil {
			at = place{file: &source{name: "units.csv"}}
		}
		switch up := r.after.Ancestors(code); {
		case u.Parent == "":
			roots = append(roots, code)
		case r.after.Units[u.Parent] == nil:
			r.refuse(at, "parent %q of unit %s is not a unit.%s", u.Parent, code, didYouMean(string(u.Parent), r.unitCodes()))
		case up[len(up)-1].Parent == code && slices.MinFunc(up, byCode).Code == code: // once a circle
			names := make([]string, 0, len(up)+1)
			for _, a := range up {
				names = append(names, string(a.Code))
			}
			r.refuse(at, "units go round in a circle: %s.", strings.Join(append(names, string(code)), " > "))
		}
	}
	if len(roots) > 1 {
		r.warn(place{}, "units.csv: %d units have no parent (%v). Usually one does: the whole house.", len(roots), roots)
	}
}
