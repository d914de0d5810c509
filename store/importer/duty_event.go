package importer

import (
	"path"
	"slices"
	"strings"
	"time"

	"goodcatch/domain"
)

// readCalendars reads rota/ROLE-UNIT.ics: each event is a duty of its attendee, or of whom its summary names. Events that repeat daily or
// weekly become rotations, which go on by the wall clock of their zone; others are single shifts.
func (r *reading) readCalendars() error {
	names, err := r.list(rotaFolder, ".ics")
	if err != nil {
		return err
	}
	for _, name := range names {
		src, text, ok, err := r.open(name)
		if err != nil || !ok {
			return err
		}
		r.calendar(src, text)
	}
	return nil
}

// calendar reads one file.
func (r *reading) calendar(src *source, text []byte) {
	before := len(r.faults)
	whole := place{file: src}
	role, unit := r.post(src.name, whole)
	events := r.events(r.readLines(src, text))
	d := diary{reading: r, role: role, unit: unit, masters: map[string][]master{}}
	for _, e := range events {
		if e.instead == nil {
			d.take(e)
		}
	}
	for _, e := range events {
		if e.instead != nil {
			d.replace(e)
		}
	}
	if len(r.faults) == before {
		r.putRotas(src.name, d.finished())
	}
}

// post reads what a calendar is for from its name: manager-MED.ics.
func (r *reading) post(name string, whole place) (domain.Role, domain.UnitCode) {
	base := strings.TrimSuffix(path.Base(name), path.Ext(name))
	role, unit, ok := strings.Cut(base, "-")
	if !ok {
		r.refuse(whole, "must be named after the role and the unit that are on duty, like manager-MED.ics.")
		return "", ""
	}
	return r.role(strings.ToLower(role), whole), r.unit(unit, whole)
}

// A diary gathers what the events of one calendar say.
type diary struct {
	*reading
	role    domain.Role
	unit    domain.UnitCode
	zones   []*time.Location
	found   [][]*domain.Rotation // by zone
	shifts  [][]domain.Shift
	masters map[string][]master // events that repeat, by their UID
}

// A master is an event that repeats, and the rotations it is kept as.
type master struct {
	stretch
	rotations []*domain.Rotation
}

// finished are the rotas, one for each zone that the calendar uses.
func (d *diary) finished() []domain.Rota {
	var rotas []domain.Rota
	for i, zone := range d.zones {
		o := domain.Rota{Role: d.role, Unit: d.unit, Zone: zone, Shifts: d.shifts[i]}
		for _, rotation := range d.found[i] {
			o.Rotations = append(o.Rotations, *rotation)
		}
		rotas = append(rotas, o)
	}
	return rotas
}

// in is the place of a zone's rotas.
func (d *diary) in(zone *time.Location) int {
	i := slices.IndexFunc(d.zones, func(z *time.Location) bool { return nameOf(z) == nameOf(zone) })
	if i < 0 {
		i = len(d.zones)
		d.zones, d.found, d.shifts = append(d.zones, zone), append(d.found, nil), append(d.shifts, nil)
	}
	return i
}

// A stretch is when an event lasts, by the wall clock of a zone: nil is the organisation's.
type stretch struct {
	zone        *time.Location
	first, last domain.Date
	from, until int // minutes after midnight
}

// turns is how many duties of a day at most the stretch is cut into; the last one may be shorter.
func (s stretch) turns() int {
	n := s.last.Since(s.first)
	if s.until > s.from {
		n++
	}
	return n
}

// days are those on which the duties begin of a stretch that begins on a day.
func (s stretch) days(first domain.Date) []domain.Date {
	days := make([]domain.Date, s.turns())
	for i := range days {
		days[i] = first.Add(i)
	}
	return days
}

// take reads an event.
func (d *diary) take(e event) {
	before := len(d.faults)
	s, people := d.stretch(e), d.onDuty(e)
	if len(d.faults) > before || e.cancelled {
		return
	}
	if e.rule == nil {
		if len(e.except) > 0 {
			d.refuse(e.except[0].start, "EXDATE in an event that does not repeat.")
			return
		}
		d.single(s, people)
		return
	}
	rule, ok := d.rule(*e.rule, s)
	if !ok {
		return
	}
	for _, p := range e.except {
		for _, day := range d.exceptions(p, s) {
			rule.except = append(rule.except, s.days(day)...)
		}
	}
	if len(d.faults) > before {
		return
	}
	i := d.in(s.zone)
	for _, id := range people {
		m := master{s, rule.rotations(s, id)}
		d.found[i] = append(d.found[i], m.rotations...)
		d.masters[e.uid] = append(d.masters[e.uid], m)
	}
}

// single adds a shift for each of the people.
func (d *diary) single(s stretch, people []domain.PersonID) {
	zone := orZone(s.zone, d.after.Zone)
	i := d.in(s.zone)
	for _, id := range people {
		d.shifts[i] = append(d.shifts[i], domain.Shift{Person: id, From: s.first.At(s.from, zone).UTC(), Until: s.last.At(s.until, zone).UTC()})
	}
}

// replace reads an event that stands in the place of one occurrence of another.
func (d *diary) replace(e event) {
	masters := d.masters[e.uid]
	if len(masters) == 0 {
		d.refuse(e.instead.start, "RECURRENCE-ID of an event that does not repeat in this file.")
		return
	}
	before := len(d.faults)
	s, people := d.stretch(e), d.onDuty(e)
	day, _, zone, ok := d.moment(*e.instead)
	if !ok || len(d.faults) > before {
		return
	}
	if nameOf(zone) != nameOf(s.zone) {
		d.refuse(e.instead.start, "RECURRENCE-ID and DTSTART are in different time zones.")
		return
	}
	for _, m := range masters {
		for _, rotation := range m.rotations {
			rotation.Except = append(rotation.Except, m.days(day)...)
		}
	}
	if !e.cancelled {
		d.single(s, people)
	}
}

// onDuty are the attendees of an event, else whom its summary names.
func (d *diary) onDuty(e event) []domain.PersonID {
	var ids []domain.PersonID
	for _, a := range e.attendees {
		address := a.value
		if len(address) > len("mailto:") && strings.EqualFold(address[:len("mailto:")], "mailto:") {
			address = address[len("mailto:"):]
		}
		if p := d.called(address, a.at, "attendee"); p != nil {
			ids = append(ids, p.ID)
		}
	}
	switch {
	case len(e.attendees) > 0:
		return ids
	case e.summary == nil:
		d.refuse(e.start, "this event names nobody: it needs an ATTENDEE, or a SUMMARY that is a person's id, e-mail, phone or name.")
		return nil
	}
	if p := d.called(strings.ReplaceAll(e.summary.value, `\,`, ","), e.summary.at, "summary"); p != nil {
		return []domain.PersonID{p.ID}
	}
	return nil
}

// called finds a person by name, or as every file names people.
func (d *diary) called(text string, at place, key string) *domain.Person {
	var found []*domain.Person
	for _, p := range d.after.People {
		if p.Active && strings.EqualFold(p.Name, text) {
			found = append(found, p)
		}
	}
	switch len(found) {
	case 0:
		return d.personNamed(word{leaf[string]{value: text, at: at, set: text != ""}}, at, key)
	case 1:
		return found[0]
	default:
		d.refuse(at, "%d people are called %s. Give the event an ATTENDEE with an e-mail address.", len(found), text)
		return nil
	}
}

// stretch reads when an event begins and ends.
func (d *diary) stretch(e event) (s stretch) {
	if e.begin == nil {
		d.refuse(e.start, "this event has no DTSTART.")
		return s
	}
	var ok bool
	if s.first, s.from, s.zone, ok = d.moment(*e.begin); !ok {
		return s
	}
	if e.end == nil {
		if e.begin.params["VALUE"] != "DATE" {
			d.refuse(e.start, "this event has no DTEND.")
		}
		s.last = s.first.Add(1)
		return s
	}
	var zone *time.Location
	if s.last, s.until, zone, ok = d.moment(*e.end); !ok {
		return s
	}
	switch {
	case nameOf(zone) != nameOf(s.zone):
		d.refuse(e.end.start, "DTSTART and DTEND are in different time zones.")
	case s.last.Since(s.first) < 0 || s.last == s.first && s.until <= s.from:
		d.refuse(e.end.at, "the event ends before it begins.")
	}
	return s
}

// moment reads a day or a time. A zone is that of TZID, UTC for a time with Z, else the organisation's (nil).
func (d *diary) moment(p property) (day domain.Date, minutes int, zone *time.Location, ok bool) {
	text := p.value
	if name := p.params["TZID"]; name != "" {
		if zone = d.zone(name, p.start); zone == nil {
			return day, 0, nil, false
		}
	}
	layout := "20060102T150405"
	if p.params["VALUE"] == "DATE" {
		layout = "20060102"
	} else if rest, utc := strings.CutSuffix(text, "Z"); utc {
		text, zone = rest, time.UTC
	}
	t, err := time.Parse(layout, text)
	if err != nil || t.Second() != 0 {
		d.refuse(p.at, "%s %q is no %s, like %s.", p.name, p.value, map[bool]string{true: "day", false: "time of whole minutes"}[len(layout) == 8], time.Date(2026, 12, 1, 17, 0, 0, 0, time.UTC).Format(layout))
		return day, 0, nil, false
	}
	return domain.DateOf(t, time.UTC), t.Hour()*60 + t.Minute(), zone, true
}

// exceptions are the days of an EXDATE.
func (d *diary) exceptions(p property, s stretch) []domain.Date {
	var days []domain.Date
	for text := range strings.SplitSeq(p.value, ",") {
		one := p
		one.value = text
		day, _, zone, ok := d.moment(one)
		if !ok {
			return nil
		}
		if nameOf(zone) != nameOf(s.zone) {
			d.refuse(p.start, "EXDATE and DTSTART are in different time zones.")
			return nil
		}
		days = append(days, day)
	}
	return days
}
