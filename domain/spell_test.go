package domain

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// nights is a rota of three at 4B: every night from five to eight, in turn.
func nights(t testing.TB) *Organisation {
	o := house()
	o.Zone = london(t)
	o.Rotas = []Rota{{Role: Manager, Unit: "4B", Source: "rota.csv", Rotations: []Rotation{{People: []PersonID{1, 2, 3}, First: Date{2026, 3, 27}, Every: 1, From: 17 * 60, Until: 8 * 60}}}}
	return o
}

// told says spells by London's clock.
func told(o *Organisation, spells []Spell) string {
	var lines []string
	for _, s := range spells {
		who := "nobody"
		for i, d := range s.On {
			if who += "+"; i == 0 {
				who = ""
			}
			who += o.NameOf(d.Person)
			if d.For != 0 {
				who += " for " + o.NameOf(d.For)
			}
		}
		lines = append(lines, fmt.Sprintf("%s to %s %s", s.From.In(o.Zone).Format("2 15:04"), s.Until.In(o.Zone).Format("2 15:04"), who))
	}
	return strings.Join(lines, "; ")
}

func TestSpellsSayWhoIsOnDutyAndWhereNobodyIs(t *testing.T) {
	t.Parallel()
	o := nights(t)
	from, until := at(t, "2026-03-28T12:00:00Z"), at(t, "2026-03-30T11:00:00Z") // the clocks go on in the second night
	off(o, 3, from, 30, 2)
	post := Post{Manager, "4B"}
	want := "28 12:00 to 28 17:00 nobody; 28 17:00 to 29 08:00 Ben; 29 08:00 to 29 17:00 nobody; 29 17:00 to 30 08:00 Ben for Lee; 30 08:00 to 30 12:00 nobody"
	if got := told(o, o.Spells(post, from, until)); got != want {
		t.Errorf(" got %s\nwant %s", got, want)
	}
	if got := o.Posts(); !slices.Equal(got, []Post{post}) {
		t.Errorf("posts %v", got)
	}
	want = "28 17:00 to 29 08:00 Ben"
	if got := told(o, o.ShiftsOf(2, post, from, until)); got != want {
		t.Errorf("Ben's own: %s, want %s", got, want)
	}
}

func TestSwapCountsForWhateverFileTheShiftIsOf(t *testing.T) {
	t.Parallel()
	o := nights(t)
	night := Shift{Person: 4, Instead: 2, From: at(t, "2026-03-28T17:00:00Z"), Until: at(t, "2026-03-29T07:00:00Z")}
	o.Rotas = append(o.Rotas, Rota{Role: Manager, Unit: "4B", Shifts: []Shift{night}})
	for _, when := range []time.Time{night.From, night.Until.Add(-time.Minute)} {
		if got := o.OnDuty(Manager, "4B", when); !slices.Equal(got, []Duty{{Person: 4}}) {
			t.Errorf("%s: %v", when, got)
		}
	}
	back := night
	back.Person, back.Instead = 2, 4
	o.Rotas[1].Shifts = append(o.Rotas[1].Shifts, back)
	if got := o.OnDuty(Manager, "4B", night.From); !slices.Equal(got, []Duty{{Person: 2}}) {
		t.Errorf("given back: %v", got)
	}
}
