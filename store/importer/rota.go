package importer

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"goodcatch/domain"
)

// A RotaFile is all that one file says of who is on duty. New people have their provisional ids until Apply.
type RotaFile struct {
	source string
	rotas  []domain.Rota
}

// rotaTable is the one table of rotas; calendars lie beside it, in rotaFolder.
const (
	rotaTable  = "rota.csv"
	rotaFolder = "rota"
)

// once is what every says of a single shift.
const once = "once"

// readRota reads rota.csv: a line is a rotation, or with "once" a single shift. The file is whole: what it does not say any more is gone.
// Swaps that colleagues agreed stay.
func (r *reading) readRota() error {
	src, text, ok, err := r.open(rotaTable)
	if err != nil || !ok {
		return err
	}
	rows, faults := readTable(src, text, []string{"role", "unit", "people", "every", "first"}, []string{"from", "until", "days", "holidays", "last", "instead", "timezone"})
	r.faults = append(r.faults, faults...)
	var rotas []domain.Rota
	for _, row := range rows {
		r.takeRota(row, &rotas)
	}
	r.putRotas(rotaTable, rotas)
	return nil
}

// takeRota reads one line into the rota of its post.
func (r *reading) takeRota(row row, rotas *[]domain.Rota) {
	before := len(r.faults)
	role := r.role(strings.ToLower(row.get("role")), row.where("role"))
	if row.get("role") == "" {
		r.refuse(row.where("role"), "a line needs the role that is on duty, like manager.")
	}
	unit := r.unit(row.get("unit"), row.where("unit"))
	var zone *time.Location
	if name := row.get("timezone"); name != "" {
		zone = r.zone(name, row.where("timezone"))
	}
	first, last := r.date(row, "first"), domain.Date{}
	if row.get("last") != "" {
		if last = r.date(row, "last"); last.Since(first) < 0 {
			r.refuse(row.where("last"), "the last day lies before the first.")
		}
	}
	from, until := r.hours(row)
	if row.get("every") == once {
		s := r.shift(row, orZone(zone, r.after.Zone), first, last, from, until)
		if len(r.faults) == before {
			rota := rotaOf(rotas, role, unit, zone)
			rota.Shifts = append(rota.Shifts, s)
		}
		return
	}
	rotation := domain.Rotation{
		People: r.turns(row), First: first, Last: last, From: from, Until: until,
		Every: r.every(row), Days: r.days(row), Holidays: r.holidayRule(row),
	}
	if row.get("instead") != "" {
		r.refuse(row.where("instead"), "instead belongs to a single shift, whose every is %q.", once)
	}
	if len(r.faults) == before {
		rota := rotaOf(rotas, role, unit, zone)
		rota.Rotations = append(rota.Rotations, rotation)
	}
}

func orZone(zone, other *time.Location) *time.Location {
	if zone == nil {
		return other
	}
	return zone
}

// rotaOf finds the rota of a post and zone, or begins it.
func rotaOf(rotas *[]domain.Rota, role domain.Role, unit domain.UnitCode, zone *time.Location) *domain.Rota {
	i := slices.IndexFunc(*rotas, func(o domain.Rota) bool { return o.Role == role && o.Unit == unit && nameOf(o.Zone) == nameOf(zone) })
	if i < 0 {
		i = len(*rotas)
		*rotas = append(*rotas, domain.Rota{Role: role, Unit: unit, Zone: zone})
	}
	return &(*rotas)[i]
}

func nameOf(zone *time.Location) string {
	if zone == nil {
		return ""
	}
	return zone.String()
}

// shift reads a single shift: one person, from a time of the first day until a time of the last, or of the same duty.
func (r *reading) shift(row row, zone *time.Location, first, last domain.Date, from, until int) domain.Shift {
	people := r.turns(row)
	if len(people) != 1 {
		r.refuse(row.where("people"), "a single shift is one person's.")
		return domain.Shift{}
	}
	for _, column := range []string{"days", "holidays"} {
		if row.get(column) != "" {
			r.refuse(row.where(column), "%s belongs to a rotation, not to a single shift.", column)
		}
	}
	end := last
	if end == (domain.Date{}) {
		if end = first; until <= from {
			end = first.Add(1)
		}
	}
	s := domain.Shift{Person: people[0], From: first.At(from, zone).UTC(), Until: end.At(until, zone).UTC()}
	if !s.From.Before(s.Until) {
		r.refuse(row.where("until"), "the shift ends before it begins.")
	}
	if w := wordOf(row, "instead"); w.set {
		if p := r.personNamed(w, row.start, "instead"); p != nil {
			s.Instead = p.ID
		}
	}
	return s
}

// turns reads the people of a line in their order; "-" leaves a turn to nobody.
func (r *reading) turns(row row) []domain.PersonID {
	var ids []domain.PersonID
	for name := range strings.SplitSeq(row.get("people"), ";") {
		if name = strings.TrimSpace(name); name == remove {
			ids = append(ids, 0)
			continue
		}
		w := word{leaf[string]{value: name, at: row.where("people"), set: true}}
		if p := r.personNamed(w, row.start, "person"); p != nil {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// mostDays is the longest turn: longer ones are nobody's duty but a job.
const mostDays = 366

func (r *reading) every(row row) int {
	switch text := strings.ToLower(row.get("every")); text {
	case "day":
		return 1
	case "week":
		return 7
	default:
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > mostDays {
			r.refuse(row.where("every"), "every %q is no length of a turn. Want day, week, a number of days, or %s.", row.get("every"), once)
		}
		return n
	}
}

func (r *reading) date(row row, column string) domain.Date {
	d, err := domain.ParseDate(row.get(column))
	if err != nil {
		r.refuse(row.where(column), "%s %q is no day. Want one like 2026-12-01.", column, row.get(column))
	}
	return d
}

// hours reads when a duty begins and ends, in minutes after midnight; neither said: at midnight, round the clock.
func (r *reading) hours(row row) (from, until int) {
	for _, c := range []struct {
		column string
		into   *int
	}{{"from", &from}, {"until", &until}} {
		text := row.get(c.column)
		if text == "" && row.get("from")+row.get("until") == "" {
			continue
		}
		at, err := time.Parse("15:04", text)
		if err != nil {
			r.refuse(row.where(c.column), "%s %q is no time of day. Want one like 17:00.", c.column, text)
		}
		*c.into = at.Hour()*60 + at.Minute()
	}
	return from, until
}

// weekdays as files say them.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// days reads mon-fri, or sat;sun. A range may pass the end of the week: fri-mon.
func (r *reading) days(row row) []time.Weekday {
	var days []time.Weekday
	for part := range strings.SplitSeq(strings.ToLower(row.get("days")), ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		one, to, ranged := strings.Cut(part, "-")
		if !ranged {
			to = one
		}
		a, b := slices.Index(weekdays, one), slices.Index(weekdays, to)
		if a < 0 || b < 0 {
			r.refuse(row.where("days"), "days %q: want mon-fri, or sat;sun.", part)
			return nil
		}
		for d := a; ; d = (d + 1) % 7 {
			if !slices.Contains(days, time.Weekday(d)) {
				days = append(days, time.Weekday(d))
			}
			if d == b {
				break
			}
		}
	}
	slices.Sort(days)
	return days
}

func (r *reading) holidayRule(row row) domain.Holidays {
	rule := domain.Holidays(strings.ToLower(row.get("holidays")))
	if !slices.Contains([]domain.Holidays{domain.Always, domain.NotHolidays, domain.OnlyHolidays}, rule) {
		r.refuse(row.where("holidays"), "holidays %q: want no (not on holidays), only (on no other day), or nothing (like any day).", rule)
	}
	return rule
}
