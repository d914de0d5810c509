package domain

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func zoned(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// sixZones are every kind of switch: an hour at 01:00 UTC, an hour at 02:00 local, the southern half, half an hour, at midnight, never.
var sixZones = []string{"Europe/London", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "America/Santiago", "Asia/Kolkata"}

func TestWallClockOnTheDaysOfTheSwitch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone    string
		day     Date
		minutes int
		want    string
	}{
		{"Europe/London", Date{2026, 3, 29}, 59, "2026-03-29T00:59:00Z"},
		{"Europe/London", Date{2026, 3, 29}, 60, "2026-03-29T01:00:00Z"}, // skipped: 02:00
		{"Europe/London", Date{2026, 3, 29}, 90, "2026-03-29T01:00:00Z"},
		{"Europe/London", Date{2026, 3, 29}, 8 * 60, "2026-03-29T07:00:00Z"},
		{"Europe/London", Date{2026, 10, 25}, 90, "2026-10-25T00:30:00Z"}, // twice: the first
		{"Europe/London", Date{2026, 10, 25}, 8 * 60, "2026-10-25T08:00:00Z"},
		{"America/New_York", Date{2026, 3, 8}, 150, "2026-03-08T07:00:00Z"},
		{"America/New_York", Date{2026, 3, 8}, 8 * 60, "2026-03-08T12:00:00Z"},
		{"America/New_York", Date{2026, 11, 1}, 90, "2026-11-01T05:30:00Z"},
		{"America/New_York", Date{2026, 11, 1}, 8 * 60, "2026-11-01T13:00:00Z"},
		{"Australia/Sydney", Date{2026, 10, 4}, 150, "2026-10-03T16:00:00Z"},
		{"Australia/Sydney", Date{2026, 4, 5}, 150, "2026-04-04T15:30:00Z"},
		{"Australia/Lord_Howe", Date{2026, 10, 4}, 135, "2026-10-03T15:30:00Z"}, // half an hour is skipped
		{"Australia/Lord_Howe", Date{2026, 4, 5}, 105, "2026-04-04T14:45:00Z"},
		{"America/Santiago", Date{2026, 9, 6}, 30, "2026-09-06T04:00:00Z"}, // midnight itself is skipped
		{"America/Santiago", Date{2026, 4, 4}, 23*60 + 30, "2026-04-05T02:30:00Z"},
		{"Asia/Kolkata", Date{2026, 3, 29}, 90, "2026-03-28T20:00:00Z"},
		{"Europe/London", Date{2026, 12, 31}, 24 * 60, "2027-01-01T00:00:00Z"},
	} {
		if got := c.day.At(c.minutes, zoned(t, c.zone)); !got.Equal(at(t, c.want)) {
			t.Errorf("%s %s %d: got %s, want %s", c.zone, c.day, c.minutes, got.UTC().Format(time.RFC3339), c.want)
		}
	}
}

// TestDutyIsHandedOverOnceADayInEveryZone walks a year by the quarter of an hour: the duty changes hands exactly once a day, at eight by
// the wall clock, in the order of the list, whatever the clocks do.
func TestDutyIsHandedOverOnceADayInEveryZone(t *testing.T) {
	t.Parallel()
	for _, name := range sixZones {
		zone := zoned(t, name)
		rota := Rota{Rotations: []Rotation{{People: []PersonID{1, 2, 3}, First: Date{2026, 1, 1}, Every: 1, From: 8 * 60, Until: 8 * 60}}}
		last, changes := PersonID(0), 0
		for now := (Date{2026, 1, 1}).At(8*60, zone); now.Before(Date{2027, 1, 1}.At(8*60, zone)); now = now.Add(15 * time.Minute) {
			on := rota.duty(now, zone, nobodysHoliday)
			if len(on) != 1 {
				t.Fatalf("%s %s: %v on duty", name, now, on)
			}
			if on[0] == last {
				continue
			}
			local := now.In(zone)
			if local.Hour() != 8 || local.Minute() != 0 {
				t.Errorf("%s: handed over at %s", name, local)
			}
			if last != 0 && on[0] != last%3+1 {
				t.Errorf("%s: %d follows %d", name, on[0], last)
			}
			last = on[0]
			changes++
		}
		if changes != 365 {
			t.Errorf("%s: %d turns in a year of 365 days", name, changes)
		}
	}
}

func nobodysHoliday(Date) bool { return false }

func TestWeeklyDutyKeepsItsHourWhenTheClocksChange(t *testing.T) {
	t.Parallel()
	zone := zoned(t, "Europe/London")
	rota := Rota{Rotations: []Rotation{{People: []PersonID{1, 2}, First: Date{2026, 3, 23}, Every: 7, From: 9 * 60, Until: 9 * 60}}}
	for when, want := range map[string]PersonID{
		"2026-03-23T08:59:00Z": 0, "2026-03-23T09:00:00Z": 1, "2026-03-30T07:59:00Z": 1, // 08:59 in summer time
		"2026-03-30T08:00:00Z": 2, "2026-04-06T07:59:00Z": 2, "2026-04-06T08:00:00Z": 1,
	} {
		on := rota.duty(at(t, when), zone, nobodysHoliday)
		if want == 0 && len(on) == 0 {
			continue
		}
		if len(on) != 1 || on[0] != want {
			t.Errorf("%s: got %v, want %d", when, on, want)
		}
	}
}

func TestHoursDaysAndHolidaysOfARotation(t *testing.T) {
	t.Parallel()
	zone := zoned(t, "Europe/London")
	workdays := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	christmas := func(d Date) bool { return d == Date{2026, 12, 25} }
	rota := Rota{Rotations: []Rotation{
		{People: []PersonID{1}, First: Date{2026, 1, 1}, Every: 1, From: 8 * 60, Until: 17 * 60, Days: workdays, Holidays: NotHolidays},
		{People: []PersonID{2}, First: Date{2026, 1, 1}, Every: 1, From: 21 * 60, Until: 7 * 60},
		{People: []PersonID{3}, First: Date{2026, 1, 1}, Every: 1, From: 0, Until: 0, Holidays: OnlyHolidays},
	}}
	for when, want := range map[string][]PersonID{
		"2026-11-23T08:00:00Z": {1}, "2026-11-23T16:59:00Z": {1}, "2026-11-23T17:00:00Z": nil, "2026-11-23T21:00:00Z": {2},
		"2026-11-24T06:59:00Z": {2}, "2026-11-24T07:00:00Z": nil, "2026-11-22T12:00:00Z": nil, // a Sunday
		"2026-12-25T12:00:00Z": {3}, "2026-12-25T22:00:00Z": {2, 3}, "2026-12-26T01:00:00Z": {2},
	} {
		if got := rota.duty(at(t, when), zone, christmas); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", when, got, want)
		}
	}
}

func TestSwapsLeaveAndDeputies(t *testing.T) {
	t.Parallel()
	o := house()
	noon := at(t, "2026-11-23T12:00:00Z")
	week := func(id, deputy PersonID) { // away this week
		o.People[id].Leave = []Leave{{From: noon.Add(-24 * time.Hour), Until: noon.Add(6 * 24 * time.Hour), Deputy: deputy}}
	}
	o.Rotas = []Rota{{Role: Manager, Unit: "MED", Rotations: []Rotation{{People: []PersonID{3}, First: Date{2026, 1, 1}, Every: 1}}}}
	on := func() []Duty { return o.OnDuty(Manager, "4B", noon) }
	if got := on(); !slices.Equal(got, []Duty{{Person: 3}}) {
		t.Fatalf("of the ancestor's rota: %v", got)
	}
	week(3, 4)
	if got := on(); !slices.Equal(got, []Duty{{Person: 4, For: 3}}) {
		t.Errorf("deputy: %v", got)
	}
	week(4, 3) // each other's deputies, both away
	if got := on(); got != nil {
		t.Errorf("nobody is there: %v", got)
	}
	o.People[4].Leave = nil
	o.Rotas[0].Shifts = []Shift{
		{Person: 1, From: noon.Add(-time.Hour), Until: noon.Add(time.Hour), Instead: 3},
		{Person: 2, From: noon.Add(-time.Hour), Until: noon.Add(time.Hour), Instead: 1},
	}
	if got := on(); !slices.Equal(got, []Duty{{Person: 2}}) {
		t.Errorf("a swap of a swap: %v", got)
	}
	o.People[2].Active = false
	if got := on(); got != nil {
		t.Errorf("who has left is on duty: %v", got)
	}
	if o.OnDuty(Executive, "4B", noon) != nil {
		t.Error("a rota that does not exist has somebody on duty")
	}
}

// TestEveryMomentOfARoundTheClockRotationHasOnePerson holds it for any zone, turn length and hour.
func TestEveryMomentOfARoundTheClockRotationHasOnePerson(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(sixZones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		hour := rapid.IntRange(0, 24*60-1).Draw(t, "hour")
		r := Rotation{People: []PersonID{1, 2, 3, 4}, First: Date{2026, 1, 5}, Every: rapid.IntRange(1, 28).Draw(t, "every"), From: hour, Until: hour}
		begin := r.First.At(hour, zone)
		now := begin.Add(time.Duration(rapid.Int64Range(0, int64(3*365*24*time.Hour)).Draw(t, "at")))
		id := r.turn(now, zone, nobodysHoliday)
		if id == 0 {
			t.Fatalf("nobody at %s", now.In(zone))
		}
		if on := (Rota{Rotations: []Rotation{r}}).duty(now, zone, nobodysHoliday); !slices.Equal(on, []PersonID{id}) {
			t.Fatalf("%v at %s", on, now.In(zone))
		}
	})
}
