package domain

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestARedWardIsToldOnceAndItsNeedIsInNoMessage follows a ward from amber to red and back: who answers for it hears of red once, again when it
// says what it needs, and of its end; nobody's message holds the need.
func TestARedWardIsToldOnceAndItsNeedIsInNoMessage(t *testing.T) {
	f := disrupted()
	f.Actor = Actor{Person: 5, Address: 5, Channel: SMS, Level: A1}
	const need = "secret need"
	for _, step := range []struct {
		colour Colour
		need   string
		told   []PersonID
		over   bool
	}{
		{Amber, need, nil, false}, {Red, "", []PersonID{4}, false}, {Red, "", nil, false}, {Red, need, []PersonID{4}, false}, {Green, "", nil, true}, {Green, "", nil, false},
	} {
		f.Now = f.Now.Add(time.Minute)
		c := decided(t, SayWard{Unit: "4B", Colour: step.colour, Need: step.need}, f)
		if got := hearing(c, "ward.red"); !slices.Equal(got, step.told) {
			t.Errorf("%s %q: told %v, want %v", step.colour, step.need, got, step.told)
		}
		if got := len(c.Settle) == 1; got != step.over {
			t.Errorf("%s: its end is told: %v", step.colour, got)
		}
		for _, n := range c.Notices {
			for name, a := range n.Args {
				if strings.Contains(string(a), need) {
					t.Errorf("%s holds the need in %s", n.Key, name)
				}
			}
		}
		w := c.Entries[0].(SavedWardStatus).Status
		if w.Need != step.need || w.Needs != (step.need != "") {
			t.Errorf("%+v", w)
		}
		f.Ward = &w
	}
	for person, want := range map[PersonID]bool{1: true, 2: false, 3: false, 4: true, 5: true} {
		f.Actor = Actor{Person: person, Level: A1}
		if _, err := (SayWard{Unit: "4B", Colour: Green}).Decide(f); (err == nil) != want {
			t.Errorf("person %d speaks for 4B: %v", person, err)
		}
		if MayReadNeed(f, "4B") {
			t.Errorf("person %d reads it on a phone", person)
		}
		f.Actor.Level = A2
		if got := MayReadNeed(f, "4B"); got != want {
			t.Errorf("person %d reads it: %v", person, got)
		}
	}
}

func TestSilentWardsAreAskedWhileItIsReal(t *testing.T) {
	f := disrupted()
	for _, m := range []Mode{Exercise, Live} {
		d := disruptionOf(t, decided(t, StartRecovery{Mode: m, Title: "Flood", Down: []ActivityCode{"PAY"}}, f))
		g := f
		g.Disruption, g.Wards = d, []WardStatus{{Unit: "PHA", At: f.Now.Add(-wardSilence)}, {Unit: "4B", At: f.Now.Add(time.Second - wardSilence)}}
		c := decided(t, AskWards{Disruption: 1}, g)
		if got, want := hearing(c, "recovery.wards"), map[Mode][]PersonID{Live: {2}}[m]; !slices.Equal(got, want) {
			t.Errorf("%s asks %v, want %v", m, got, want)
		}
		if got := len(c.Timers); got != map[Mode]int{Live: 1}[m] {
			t.Errorf("%s: %d clocks", m, got)
		}
		g.Disruption.ClosedAt = f.Now
		if c := decided(t, AskWards{Disruption: 1}, g); len(c.Timers)+len(c.Notices) != 0 {
			t.Errorf("%s: asked after its end", m)
		}
	}
}
