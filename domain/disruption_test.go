package domain

import (
	"errors"
	"slices"
	"testing"
	"time"
)

var outageBegan = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// disrupted is a house with a pharmacy and a laboratory of one manager (2) under a lead (3) and an executive (4); 5 works elsewhere.
func disrupted() Facts {
	person := func(id PersonID, unit UnitCode, roles ...Role) *Person {
		return &Person{ID: id, Name: "P", Unit: unit, Roles: roles, Active: true, Phone: Address{ID: AddressID(id), Verified: true}}
	}
	o := &Organisation{
		Zone: time.UTC, Units: map[UnitCode]*Unit{"H": {Code: "H"}, "SUPP": {Code: "SUPP", Parent: "H"}, "PHA": {Code: "PHA", Parent: "SUPP"}, "4B": {Code: "4B", Parent: "H"}},
		People: map[PersonID]*Person{1: person(1, "H", Quality), 2: person(2, "PHA", Manager), 3: person(3, "SUPP", Lead), 4: person(4, "H", Executive), 5: person(5, "4B", Manager)},
		Activities: []Activity{
			{Code: "PHA", Name: "Dispensing", Unit: "PHA", Owner: Manager, RTO: 4 * time.Hour, MTPD: 8 * time.Hour}, {Code: "LAB", Name: "Laboratory", Unit: "PHA", Owner: Manager, RTO: time.Hour, MTPD: time.Hour},
			{Code: "BEDS", Name: "Beds", Unit: "4B", Owner: Manager, RTO: time.Hour, MTPD: 2 * time.Hour}, {Code: "PAY", Name: "Payroll", Unit: "H", Owner: Executive, RTO: 72 * time.Hour, MTPD: 96 * time.Hour},
		},
	}
	return Facts{Now: outageBegan, Org: o, Actor: Actor{Person: 1, Address: 1, Channel: Slack, Level: A2}, NextID: 1, Codes: []Code{"K7R"}, Tokens: []string{"token"}}
}

func disruptionOf(t *testing.T, c Change) *Disruption {
	t.Helper()
	for _, e := range c.Entries {
		if s, ok := e.(SavedDisruption); ok {
			return &s.Disruption
		}
	}
	t.Fatal("nothing is saved")
	return nil
}

// hearing lists who hears of a key, in order.
func hearing(c Change, key string) (people []PersonID) {
	for _, n := range c.Notices {
		if n.Key == key {
			people = append(people, n.To.Person)
		}
	}
	slices.Sort(people)
	return people
}

func decided(t *testing.T, cmd Command, f Facts) Change {
	t.Helper()
	c, err := cmd.Decide(f)
	if err != nil {
		t.Fatalf("%s: %v", cmd.CommandName(), err)
	}
	return c
}

// TestWhatIsLateClimbsAtItsTimes steps from timer to timer: at each somebody hears of it, never twice for the same step, and the clock is
// never behind.
func TestWhatIsLateClimbsAtItsTimes(t *testing.T) {
	f := disrupted()
	f.Disruption = disruptionOf(t, decided(t, StartRecovery{Title: "Flood", Down: []ActivityCode{"PHA", "LAB"}}, f))
	f.Actor = Actor{}
	for _, want := range []struct {
		after time.Duration
		told  map[string][]PersonID
	}{
		{45 * time.Minute, map[string][]PersonID{"recovery.soon": {2}}},
		{time.Hour, map[string][]PersonID{"recovery.over": {2, 3, 4}}}, // the laboratory's RTO is its MTPD: told once, as the graver
		{3 * time.Hour, map[string][]PersonID{"recovery.soon": {2}}},
		{4 * time.Hour, map[string][]PersonID{"recovery.late": {2, 3}}},
		{5 * time.Hour, map[string][]PersonID{"recovery.over": {2, 3, 4}}}, // the laboratory again
		{8 * time.Hour, map[string][]PersonID{"recovery.over": {2, 3, 4}}},
		{9 * time.Hour, map[string][]PersonID{"recovery.over": {2, 3, 4}}},
	} {
		timer := f.Disruption.next(f)
		if got := timer.At.Sub(outageBegan); got != want.after {
			t.Fatalf("the next step is after %v, want %v", got, want.after)
		}
		f.Now = timer.At.Add(-time.Second)
		if c := decided(t, timer.Command, f); len(c.Notices) != 0 {
			t.Errorf("too early after %v: %v", want.after, c.Notices)
		}
		f.Now = timer.At
		c := decided(t, timer.Command, f)
		for _, key := range []string{"recovery.soon", "recovery.late", "recovery.over"} {
			if got := hearing(c, key); !slices.Equal(got, want.told[key]) {
				t.Errorf("after %v %s to %v, want %v", want.after, key, got, want.told[key])
			}
		}
		f.Disruption = disruptionOf(t, c)
	}
}

func TestRestoredEndsTheClockAndDownAgainBeginsANewOne(t *testing.T) {
	f := disrupted()
	f.Disruption = disruptionOf(t, decided(t, StartRecovery{Mode: Live, Title: "Flood", Down: []ActivityCode{"PHA"}}, f))
	owner := Actor{Person: 2, Address: 2, Channel: SMS, Level: A1}
	for _, step := range []struct {
		after time.Duration
		say   Running
		next  time.Duration // of the clock
		met   bool
	}{
		{time.Hour, Degraded, 3 * time.Hour, false}, // less than its minimum: its time runs on
		{2 * time.Hour, Restored, 2*time.Hour + closeEvery, true},
		{2*time.Hour + time.Minute, Restored, 2*time.Hour + time.Minute + closeEvery, true},
		{6 * time.Hour, Down, 9 * time.Hour, false},
		{11 * time.Hour, Restored, 11*time.Hour + closeEvery, false}, // five hours, the second time
	} {
		f.Now, f.Actor = outageBegan.Add(step.after), owner
		cmd := ReportRecovery{Disruption: 1}
		cmd.Set(step.say, "PHA")
		c := decided(t, cmd, f)
		f.Disruption = disruptionOf(t, c)
		if at := c.Timers[0].At.Sub(outageBegan); at != step.next {
			t.Errorf("%s after %v: the clock stands at %v, want %v", step.say, step.after, at, step.next)
		}
		if got := f.Disruption.Outages[0].Met(); got != step.met {
			t.Errorf("%s after %v: met is %v", step.say, step.after, got)
		}
	}
	f.Actor = Actor{Person: 5, Level: A2}
	if _, err := (CloseRecovery{Disruption: 1}).Decide(f); !errors.Is(err, ErrForbidden) {
		t.Errorf("the manager of another ward closes it: %v", err)
	}
	f.Actor = Actor{Person: 1, Level: A1}
	if f.Disruption = disruptionOf(t, decided(t, CloseRecovery{Disruption: 1}, f)); f.Disruption.ClosedAt.IsZero() || f.Disruption.Mode() != Live {
		t.Errorf("%+v", f.Disruption)
	}
	if c := decided(t, CloseRecovery{Disruption: 1}, f); len(c.Notices)+len(c.Events) != 0 {
		t.Error("closed twice")
	}
	if c := decided(t, WatchRecovery{Disruption: 1}, f); len(c.Timers) != 0 {
		t.Error("a clock runs on")
	}
}

func TestWhoMayBeginAndSpeakForWhat(t *testing.T) {
	f := disrupted()
	may := func(person PersonID, level Assurance, codes ...ActivityCode) bool {
		g := f
		g.Actor = Actor{Person: person, Level: level}
		_, err := StartRecovery{Title: "Flood", Down: codes}.Decide(g)
		return err == nil
	}
	for _, c := range []struct {
		person PersonID
		level  Assurance
		codes  []ActivityCode
		want   bool
	}{
		{1, A2, []ActivityCode{"PHA", "BEDS"}, true}, {1, A1, []ActivityCode{"PHA"}, false}, {3, A2, []ActivityCode{"PHA"}, true}, {3, A2, []ActivityCode{"PHA", "BEDS"}, false}, {2, A2, []ActivityCode{"PAY"}, false},
		{1, A2, nil, false}, {1, A2, []ActivityCode{"XX"}, false}, {1, A2, []ActivityCode{"PHA", "PHA"}, false},
	} {
		if got := may(c.person, c.level, c.codes...); got != c.want {
			t.Errorf("person %d at A%d begins %v: %v", c.person, c.level, c.codes, got)
		}
	}
	f.Disruption = disruptionOf(t, decided(t, StartRecovery{Title: "Flood", Down: []ActivityCode{"PHA"}}, f))
	for person, want := range map[PersonID]bool{1: true, 2: true, 3: true, 4: true, 5: false} {
		g := f
		g.Actor = Actor{Person: person, Level: A1}
		if got := f.Disruption.MayReport(g, f.Org.Activities[0]); got != want {
			t.Errorf("person %d speaks for the pharmacy: %v", person, got)
		}
	}
}

// TestNobodyIsToldLiveInsideAnExercise holds for people; an activity is counted once, whatever the mode.
func TestNobodyIsToldLiveInsideAnExercise(t *testing.T) {
	f := disrupted()
	open := disruptionOf(t, decided(t, StartRecovery{Title: "Flood", Down: []ActivityCode{"PHA"}}, f))
	f.Disruptions = []*Disruption{open}
	for _, c := range []struct {
		mode Mode
		code ActivityCode
		want string
	}{
		{Live, "LAB", "problem.recovery_exercise"}, {Exercise, "LAB", ""}, {Live, "BEDS", ""}, {Exercise, "PHA", "problem.recovery_counted"}, {Live, "PHA", "problem.recovery_counted"},
	} {
		_, err := StartRecovery{Mode: c.mode, Title: "Fire", Down: []ActivityCode{c.code}}.Decide(f)
		var invalid *InvalidError
		if got := errors.As(err, &invalid); got != (c.want != "") || got && invalid.Reason != c.want {
			t.Errorf("%s %s: %v, want %q", c.mode, c.code, err, c.want)
		}
	}
	for _, title := range []string{"LIVE flood", "drill", ""} {
		if _, err := (StartRecovery{Title: title, Down: []ActivityCode{"BEDS"}}).Decide(f); err == nil {
			t.Errorf("%q is a title", title)
		}
	}
}

func TestReportsAreReadAsPeopleTypeThem(t *testing.T) {
	f := disrupted()
	d := disruptionOf(t, decided(t, StartRecovery{Title: "Flood", Down: []ActivityCode{"PHA"}}, f))
	for text, want := range map[string]struct {
		state Running
		codes string
	}{
		"1": {Restored, ""}, "PHA 1": {Restored, "PHA"}, "1 pha": {Restored, "PHA"}, "pha lab 2": {Degraded, "PHA LAB"}, "PHA, LAB: 3": {Down, "PHA LAB"}, "PHA is down again": {Down, "PHA"}, "lab restablecida": {Restored, "LAB"},
		"PHA rétabli": {Restored, "PHA"}, "PHA 已恢复": {Restored, "PHA"}, "PHA": {"", ""}, "PHA 4": {"", ""}, "PHA 1 2": {"", ""}, "the pump is down": {"", ""}, "": {"", ""},
	} {
		state, codes, ok := d.ReadReport(f.Org, text)
		got := ""
		for i, c := range codes {
			if i > 0 {
				got += " "
			}
			got += string(c)
		}
		if !ok {
			state, got = "", ""
		}
		if state != want.state || got != want.codes {
			t.Errorf("%q: %q of %q", text, state, got)
		}
	}
}
