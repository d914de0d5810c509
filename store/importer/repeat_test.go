package importer

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"goodcatch/domain"
)

// zonesThatSwitch are every kind of switch: an hour at 01:00 UTC, an hour at 02:00 local, the southern half, half an hour, at midnight,
// never.
var zonesThatSwitch = []string{"Europe/London", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "America/Santiago", "Asia/Kolkata"}

// ward has Lee, who is on duty in every event of these tests, in a zone of its own.
func ward() *domain.Organisation {
	return &domain.Organisation{
		Zone: time.UTC, Units: map[domain.UnitCode]*domain.Unit{"4B": {Code: "4B"}},
		People: map[domain.PersonID]*domain.Person{1: {ID: 1, External: "S1", Name: "Lee", Active: true}},
	}
}

// dutiesOf reads a calendar for 4B and returns the ward with it.
func dutiesOf(t interface{ Fatalf(string, ...any) }, ics string) *domain.Organisation {
	o := ward()
	r := newReading(fstest.MapFS{}, o, Options{})
	r.calendar(newSource("rota/manager-4B.ics", []byte(ics)), []byte(ics))
	if len(r.faults) > 0 {
		t.Fatalf("%v\n%s", r.faults, ics)
	}
	for _, f := range r.plan.Rotas {
		o.Rotas = append(o.Rotas, f.rotas...)
	}
	return o
}

func vcalendar(lines ...string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Lee\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
}

// A drawn is an event as drawn, and its occurrences as RFC 5545 has them, worked out day by day.
type drawn struct {
	zone     *time.Location
	first    domain.Date
	from     int
	days     int // how many midnights the event passes
	until    int
	weekly   bool
	interval int
	byday    []time.Weekday
	count    int
	except   int // which occurrence is left out; -1: none
}

var icsDays = []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}

func draw(t *rapid.T) drawn {
	zone, err := time.LoadLocation(rapid.SampledFrom(zonesThatSwitch).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	d := drawn{
		zone: zone, first: domain.Date{Year: 2026, Month: 1, Day: 1}.Add(rapid.IntRange(0, 365).Draw(t, "first")), from: 15 * rapid.IntRange(0, 95).Draw(t, "from"),
		until: 15 * rapid.IntRange(0, 95).Draw(t, "until"), weekly: rapid.Bool().Draw(t, "weekly"), interval: rapid.IntRange(1, 4).Draw(t, "interval"),
		count: rapid.IntRange(0, 12).Draw(t, "count"), except: rapid.IntRange(-1, 3).Draw(t, "except"),
	}
	if d.until <= d.from {
		d.days = 1
	}
	if d.weekly && rapid.Bool().Draw(t, "by day") {
		d.byday = append(d.byday, d.first.Weekday())
		for range rapid.IntRange(0, 4).Draw(t, "more days") {
			if day := time.Weekday(rapid.IntRange(0, 6).Draw(t, "day")); !slices.Contains(d.byday, day) {
				d.byday = append(d.byday, day)
			}
		}
	}
	if d.weekly && len(d.byday) < 2 {
		longest := 6
		if d.until <= d.from {
			longest = 7
		}
		d.days = max(d.days, rapid.IntRange(0, longest).Draw(t, "long"))
	}
	return d
}

// begins lists the days on which the event begins, within two years.
func (d drawn) begins() []domain.Date {
	var days []domain.Date
	monday := d.first
	for monday.Weekday() != time.Monday {
		monday = monday.Add(-1)
	}
	for day := d.first; day.Since(d.first) < 730 && (d.count == 0 || len(days) < d.count); day = day.Add(1) {
		switch {
		case !d.weekly && day.Since(d.first)%d.interval == 0,
			d.weekly && len(d.byday) == 0 && day.Since(d.first)%(7*d.interval) == 0,
			d.weekly && slices.Contains(d.byday, day.Weekday()) && day.Since(monday)/7%d.interval == 0:
			days = append(days, day)
		}
	}
	return days
}

func (d drawn) ics() string {
	at := func(day domain.Date, minutes int) string {
		return fmt.Sprintf("TZID=%s:%04d%02d%02dT%02d%02d00", d.zone, day.Year, day.Month, day.Day, minutes/60, minutes%60)
	}
	rule := fmt.Sprintf("RRULE:FREQ=%s;INTERVAL=%d", map[bool]string{true: "WEEKLY", false: "DAILY"}[d.weekly], d.interval)
	if len(d.byday) > 0 {
		var names []string
		for _, day := range d.byday {
			names = append(names, icsDays[day])
		}
		rule += ";BYDAY=" + strings.Join(names, ",")
	}
	if d.count > 0 {
		rule += fmt.Sprintf(";COUNT=%d", d.count)
	}
	lines := []string{"DTSTART;" + at(d.first, d.from), "DTEND;" + at(d.first.Add(d.days), d.until), rule}
	if begins := d.begins(); d.except >= 0 && d.except < len(begins) {
		lines = append(lines, "EXDATE;"+at(begins[d.except], d.from))
	}
	return vcalendar(lines...)
}

// TestImportedDutiesAreThoseOfTheCalendar holds that Lee is on duty in exactly the occurrences of any event, by the wall clock, whatever
// the clocks of six zones do.
func TestImportedDutiesAreThoseOfTheCalendar(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		o := dutiesOf(t, d.ics())
		begins := d.begins()
		for range 200 {
			day := d.first.Add(rapid.IntRange(-8, 500).Draw(t, "day"))
			at := day.At(15*rapid.IntRange(0, 95).Draw(t, "minutes"), d.zone)
			want := slices.ContainsFunc(begins, func(b domain.Date) bool {
				left := d.except >= 0 && d.except < len(begins) && begins[d.except] == b
				return !left && !at.Before(b.At(d.from, d.zone)) && at.Before(b.Add(d.days).At(d.until, d.zone))
			})
			if got := len(o.OnDuty(domain.Manager, "4B", at)) > 0; got != want {
				t.Fatalf("at %s on duty %v, want %v:\n%s", at.In(d.zone), got, want, d.ics())
			}
		}
	})
}

func TestCalendarDutiesKeepTheirHourWhenTheClocksChange(t *testing.T) {
	t.Parallel()
	weekend := []string{"DTSTART;TZID=Europe/London:20260320T170000", "DTEND;TZID=Europe/London:20260323T080000"}
	for name, c := range map[string]struct {
		lines []string
		on    []string
		off   []string
	}{
		"every weekend": {append(slices.Clone(weekend), "RRULE:FREQ=WEEKLY"),
			[]string{"2026-03-27T17:00:00Z", "2026-03-29T00:59:00Z", "2026-03-29T01:00:00Z", "2026-03-30T06:59:00Z", "2026-10-23T16:00:00Z", "2026-10-26T07:59:00Z"},
			[]string{"2026-03-27T16:59:00Z", "2026-03-30T07:00:00Z", "2026-10-23T15:59:00Z", "2026-10-26T08:00:00Z"}},
		"once": {weekend, []string{"2026-03-20T17:00:00Z", "2026-03-23T07:59:00Z"}, []string{"2026-03-27T17:00:00Z", "2026-03-23T08:00:00Z"}},
		"in UTC": {[]string{"DTSTART:20260328T080000Z", "DTEND:20260328T090000Z", "RRULE:FREQ=DAILY;UNTIL=20260330T080000Z"},
			[]string{"2026-03-29T08:30:00Z", "2026-03-30T08:59:00Z"}, []string{"2026-03-29T07:30:00Z", "2026-03-31T08:30:00Z"}},
		"whole days": {[]string{"DTSTART;VALUE=DATE:20260328", "DTEND;VALUE=DATE:20260330"}, []string{"2026-03-28T00:00:00Z", "2026-03-29T23:59:00Z"}, []string{"2026-03-30T00:00:00Z"}},
		"until a day": {append(slices.Clone(weekend), "RRULE:FREQ=WEEKLY;UNTIL=20260403"),
			[]string{"2026-04-03T16:00:00Z", "2026-04-06T06:59:00Z"}, []string{"2026-04-10T16:00:00Z"}},
		"one is moved": {append(slices.Clone(weekend), "RRULE:FREQ=WEEKLY", "END:VEVENT", "BEGIN:VEVENT", "UID:1", "SUMMARY:S1", "RECURRENCE-ID;TZID=Europe/London:20260327T170000",
			"DTSTART;TZID=Europe/London:20260328T100000", "DTEND;TZID=Europe/London:20260328T120000"),
			[]string{"2026-03-20T17:00:00Z", "2026-03-28T10:00:00Z", "2026-04-03T16:00:00Z"}, []string{"2026-03-27T17:00:00Z", "2026-03-29T12:00:00Z", "2026-03-30T06:00:00Z"}},
		"folded, with an alarm": {append(slices.Clone(weekend), "RRULE:FREQ=WEEK\r\n LY", "BEGIN:VALARM", "ACTION:DISPLAY", "END:VALARM"), []string{"2026-03-27T17:00:00Z"}, nil},
	} {
		o := dutiesOf(t, vcalendar(c.lines...))
		for _, moment := range append(slices.Clone(c.on), c.off...) {
			at, err := time.Parse(time.RFC3339, moment)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := len(o.OnDuty(domain.Manager, "4B", at)) > 0, slices.Contains(c.on, moment); got != want {
				t.Errorf("%s: at %s on duty %v, want %v", name, moment, got, want)
			}
		}
	}
}
