package domain

import (
	"testing"
	"time"
)

func TestTheDrillCalendar(t *testing.T) {
	t.Parallel()
	began := musterAt.AddDate(-4, 0, 0)
	f := Facts{Now: musterAt, Org: muster(), Began: began}
	day := func(y, m, d int) Date { return Date{Year: y, Month: time.Month(m), Day: d} }
	for name, c := range map[string]struct {
		held []Held
		want [3]Date // communications, tabletop, live
	}{
		"never":             {nil, [3]Date{day(2023, 5, 23), day(2023, 11, 23), day(2025, 11, 23)}},
		"a roll-call":       {[]Held{{At: musterAt}}, [3]Date{day(2027, 5, 23), day(2023, 11, 23), day(2025, 11, 23)}},
		"a real roll-call":  {[]Held{{Mode: Live, At: musterAt}}, [3]Date{day(2027, 5, 23), day(2023, 11, 23), day(2025, 11, 23)}},
		"a tabletop":        {[]Held{{Form: Tabletop, At: musterAt}}, [3]Date{day(2023, 5, 23), day(2027, 11, 23), day(2025, 11, 23)}},
		"a live exercise":   {[]Held{{Form: InSteps, At: musterAt}}, [3]Date{day(2023, 5, 23), day(2023, 11, 23), day(2029, 11, 23)}},
		"a real event":      {[]Held{{Form: InSteps, Mode: Live, At: musterAt}}, [3]Date{day(2023, 5, 23), day(2027, 11, 23), day(2029, 11, 23)}},
		"the newest counts": {[]Held{{At: musterAt}, {Mode: Live, At: began.AddDate(1, 0, 0)}}, [3]Date{day(2027, 5, 23), day(2023, 11, 23), day(2025, 11, 23)}},
	} {
		f.Held = c.held
		for i, d := range f.Drills() {
			if d.Due != c.want[i] || d.Overdue(day(2026, 11, 23)) != (c.want[i].Since(day(2026, 11, 23)) < 0) {
				t.Errorf("%s: %s is due %s, want %s", name, d.Kind, d.Due, c.want[i])
			}
		}
	}
	f.Org.Settings.Drills = DrillMonths{Communications: 3, Live: 12}
	f.Held = []Held{{At: musterAt}}
	if got := f.Drills(); got[0].Due != day(2027, 2, 23) || got[1].Due != day(2023, 11, 23) || got[2].Due != day(2023, 11, 23) {
		t.Errorf("with other intervals: %+v", got)
	}
}

// TestADrillIsToldOfAheadOnTheDayAndWeeklyAfter follows the calendar's own clock for a year from the beginning.
func TestADrillIsToldOfAheadOnTheDayAndWeeklyAfter(t *testing.T) {
	t.Parallel()
	began := at(t, "2026-01-10T12:00:00Z")
	f := Facts{Now: began, Org: muster(), Began: began, Actor: Clockwork}
	f.Org.Zone = london(t)
	cmd, told, looks := LookAtDrills{began}, map[string][]string{}, 0
	for f.Now.Before(began.AddDate(0, 8, 0)) {
		looks++
		change, err := cmd.Decide(f)
		if err != nil || len(change.Timers) != 1 || !change.Timers[0].At.After(f.Now) {
			t.Fatalf("%+v %v", change, err)
		}
		for _, n := range change.Notices {
			if n.To.Person != 30 {
				t.Errorf("told p%d", n.To.Person)
			}
			told[n.Key] = append(told[n.Key], f.Now.Format("01-02 15:04"))
		}
		f.Now, cmd = change.Timers[0].At, change.Timers[0].Command.(LookAtDrills)
	}
	if got := told["drill.soon"]; len(got) != 1 || got[0] != "06-10 08:00" { // nine o'clock in summer
		t.Errorf("soon: %v", got)
	}
	if got := told["drill.today"]; len(got) != 1 || got[0] != "07-10 08:00" {
		t.Errorf("today: %v", got)
	}
	if got := told["drill.late"]; len(got) < 8 || got[0] != "07-17 08:00" || got[1] != "07-24 08:00" {
		t.Errorf("late: %v", got)
	}
	if looks > 25 {
		t.Errorf("%d looks in eight months", looks)
	}
	f.Now = began.AddDate(0, 0, 185) // nobody looked for half a year: what was missed is told once
	change, err := LookAtDrills{began}.Decide(f)
	if err != nil || len(change.Notices) != 1 || change.Notices[0].Key != "drill.today" {
		t.Errorf("%+v %v", change.Notices, err)
	}
}
