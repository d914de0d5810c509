package domain

import (
	"testing"
	"time"

	"goodcatch/domain/scale"
)

func at(t testing.TB, text string) time.Time {
	t.Helper()
	when, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return when.UTC()
}

func TestQuietHoursEndByTheWallClockAlsoWhenClocksChange(t *testing.T) {
	t.Parallel()
	night, siesta := Window{21 * 60, 8 * 60}, Window{13 * 60, 15 * 60}
	skipped := Window{22 * 60, 90} // its end, 01:30, does not exist on 29 March
	zone := london(t)
	for _, c := range []struct {
		window   Window
		at, want string
	}{
		{night, "2026-11-23T20:59:00Z", "2026-11-23T20:59:00Z"},
		{night, "2026-11-23T21:00:00Z", "2026-11-24T08:00:00Z"},
		{night, "2026-11-24T07:59:59Z", "2026-11-24T08:00:00Z"},
		{night, "2026-11-24T08:00:00Z", "2026-11-24T08:00:00Z"},
		{night, "2026-03-28T22:00:00Z", "2026-03-29T07:00:00Z"}, // an hour shorter
		{night, "2026-03-29T00:30:00Z", "2026-03-29T07:00:00Z"},
		{night, "2026-03-29T07:00:00Z", "2026-03-29T07:00:00Z"},
		{night, "2026-10-24T21:00:00Z", "2026-10-25T08:00:00Z"}, // 22:00 in summer time; an hour longer
		{night, "2026-10-25T00:30:00Z", "2026-10-25T08:00:00Z"}, // the first 01:30
		{night, "2026-10-25T01:30:00Z", "2026-10-25T08:00:00Z"}, // the second
		{siesta, "2026-07-01T12:30:00Z", "2026-07-01T14:00:00Z"},
		{siesta, "2026-07-01T11:59:00Z", "2026-07-01T11:59:00Z"},
		{skipped, "2026-03-28T23:00:00Z", "2026-03-29T01:00:00Z"}, // 02:00 in summer time
		{Window{}, "2026-11-23T03:00:00Z", "2026-11-23T03:00:00Z"},
	} {
		got := c.window.After(at(t, c.at), zone)
		if !got.Equal(at(t, c.want)) {
			t.Errorf("%v at %s: got %s, want %s", c.window, c.at, got.UTC().Format(time.RFC3339), c.want)
		}
		if c.window.Contains(got, zone) {
			t.Errorf("%v at %s: %s is still quiet", c.window, c.at, got)
		}
	}
}

func TestRoutineStepWaitsForTheReceiversMorning(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		reported string
		rank     scale.Rank
		lead     *time.Location
		want     string
	}{
		"by day":                             {"2026-11-23T10:00:00Z", scale.Moderate, nil, "2026-11-23T14:00:00Z"},
		"in the evening":                     {"2026-11-23T18:00:00Z", scale.Moderate, nil, "2026-11-24T08:00:00Z"},
		"the night the clocks go forward":    {"2026-03-28T20:00:00Z", scale.Moderate, nil, "2026-03-29T07:00:00Z"},
		"the night the clocks go back":       {"2026-10-24T18:00:00Z", scale.Moderate, nil, "2026-10-25T08:00:00Z"},
		"mild, a day later, over the change": {"2026-03-28T22:30:00Z", scale.Mild, nil, "2026-03-30T07:00:00Z"},
		"the lead is five hours behind":      {"2026-11-23T18:00:00Z", scale.Moderate, newYork, "2026-11-23T22:00:00Z"},
		"severe: never":                      {"2026-03-29T00:55:00Z", scale.Severe, nil, "2026-03-29T01:05:00Z"},
	} {
		o.People[miaLead].Zone = c.lead
		_, change := filed(t, o, at(t, c.reported), reporterOf(o, nurse), incidentIn("4B", c.rank))
		if due, ok := timerOf(change, escalateTimer); !ok || !due.At.Equal(at(t, c.want)) {
			t.Errorf("%s: due %s, want %s", name, due.At.UTC().Format(time.RFC3339), c.want)
		}
	}
}

func TestRoutineRepeatWaitsForMorningToo(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	for _, id := range []PersonID{leeOf4B, omarOf4B, doraOfMED, miaLead, quinn, eve} {
		o.People[id].Active = false
	}
	_, change := filed(t, o, at(t, "2026-11-23T23:00:00Z"), reporterOf(o, nurse), incidentIn("4B", scale.Moderate))
	if due, _ := timerOf(change, escalateTimer); !due.At.Equal(at(t, "2026-11-25T08:00:00Z")) {
		t.Errorf("everyone is asked again at %s", due.At)
	}
}

func TestOfflineReportClimbsFromWhenItWasMade(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	cmd := incidentIn("4B", scale.Severe)
	cmd.Received = monday.Add(-15 * time.Minute)
	_, change := filed(t, o, monday, reporterOf(o, nurse), cmd)
	if due, _ := timerOf(change, escalateTimer); !due.At.Equal(monday) {
		t.Errorf("level 2 is due at %s: it was due before the report came in, so now", due.At)
	}
}
