package domain

import (
	"fmt"
	"time"
)

// A DrillKind is a kind of practice that a house owes at intervals. Source: NHS EPRR framework: communications every six months, tabletop every
// year, live every three years; a real event in which the plan was used counts.
type DrillKind string

// The kinds.
const (
	CommunicationsDrill DrillKind = "communications" // a roll-call
	TabletopDrill       DrillKind = "tabletop"
	LiveDrill           DrillKind = "live" // steps really done
)

// DrillKinds lists them.
var DrillKinds = []DrillKind{CommunicationsDrill, TabletopDrill, LiveDrill}

// DrillMonths are the intervals that the settings name, in months; 0: the default.
type DrillMonths struct {
	Communications int `json:"communications,omitzero"`
	Tabletop       int `json:"tabletop,omitzero"`
	Live           int `json:"live,omitzero"`
}

// MostDrillMonths bounds an interval.
const MostDrillMonths = 120

// Every is the interval of a kind, in months.
func (m DrillMonths) Every(k DrillKind) int {
	set, usual := m.Communications, 6
	switch k {
	case TabletopDrill:
		set, usual = m.Tabletop, 12
	case LiveDrill:
		set, usual = m.Live, 36
	}
	if set > 0 {
		return set
	}
	return usual
}

// A Held is the last roll-call, or run of a form, of one mode that came to its end.
type Held struct {
	Form Form // empty: a roll-call
	Mode Mode
	Code Code
	At   time.Time // when it began
}

// counts reports whether what was held is practice of a kind. What was real counts as the talk about it too.
func (h Held) counts(k DrillKind) bool {
	switch k {
	case CommunicationsDrill:
		return h.Form == ""
	case TabletopDrill:
		return h.Form == Tabletop || h.Form == InSteps && h.Mode == Live
	default:
		return h.Form == InSteps
	}
}

// A Drill is one line of the drill calendar.
type Drill struct {
	Kind   DrillKind
	Months int
	Last   Held // its At is zero: never
	Due    Date
}

// Overdue reports whether it should have been held before a day.
func (d Drill) Overdue(today Date) bool { return today.Since(d.Due) > 0 }

// Drills reckons the calendar. What was never held is due one interval after the installation began.
func (f Facts) Drills() []Drill {
	var list []Drill
	for _, k := range DrillKinds {
		d := Drill{Kind: k, Months: f.Org.Settings.Drills.Every(k)}
		from := f.Began
		for _, h := range f.Held {
			if h.counts(k) && h.At.After(d.Last.At) {
				d.Last, from = h, h.At
			}
		}
		d.Due = DateOf(from.In(f.Org.Zone).AddDate(0, d.Months, 0), f.Org.Zone)
		list = append(list, d)
	}
	return list
}

// When the quality office is told of a drill: ahead, on the day, and every so many days after.
const (
	drillAhead = 30
	drillAgain = 7
	drillHour  = 9 * 60 // of the house's day, in minutes
)

// told reports whether a day is one on which a drill is told of, and by which text.
func (d Drill) told(day Date) (key string, ok bool) {
	switch n := day.Since(d.Due); {
	case n == -drillAhead:
		return "drill.soon", true
	case n == 0:
		return "drill.today", true
	default:
		return "drill.late", n > 0 && n%drillAgain == 0
	}
}

// Args are the values of every text about a drill.
func (d Drill) Args(zone *time.Location) Args {
	args := Args{"drill": Term("drill_kind." + string(d.Kind)), "due": FarDay(d.Due.At(12*60, zone)), "months": Number(d.Months), "last": Term("drill_last.never"), "how": Term("drill_how." + string(d.Kind))}
	if !d.Last.At.IsZero() {
		args["last"] = FarDay(d.Last.At)
	}
	return args
}

// LookAtDrills looks at the calendar. Since is when that was done last: what should have been told in between is told now.
type LookAtDrills struct{ Since time.Time }

var _ = Register(LookAtDrills{})

// CommandName is the stored name.
func (LookAtDrills) CommandName() string { return "look_at_drills@1" }

// Needs what was held.
func (LookAtDrills) Needs() Needs { return Needs{Drills: true} }

// Decide tells the quality office, else the executives, what comes and what is late, once for each day on which that is told, and looks again
// on the next such day; within a month at the latest, for intervals may change.
func (c LookAtDrills) Decide(f Facts) (Change, error) {
	var change Change
	today := DateOf(f.Now, f.Org.Zone)
	since := DateOf(c.Since, f.Org.Zone)
	next := today.Add(drillAhead)
	for _, d := range f.Drills() {
		key := ""
		for day := since.Add(1); today.Since(day) >= 0; day = day.Add(1) {
			if k, ok := d.told(day); ok {
				key = k
			}
		}
		if key != "" {
			change.tellDrill(f, d, key, today)
		}
		for day := today.Add(1); next.Since(day) > 0; day = day.Add(1) {
			if _, ok := d.told(day); ok {
				next = day
			}
		}
	}
	change.Timers = []Timer{drillTimer(next.At(drillHour, f.Org.Zone), f.Now)}
	return change, nil
}

// drillTimer is the calendar's clock.
func drillTimer(at, since time.Time) Timer {
	return Timer{Key: TimerKey{Subject: "drills", Name: "look"}, At: at, Command: LookAtDrills{Since: since}}
}

func (change *Change) tellDrill(f Facts, d Drill, key string, today Date) {
	for _, id := range followers(f.Org, 0) {
		change.Notices = append(change.Notices, Notice{
			ID: fmt.Sprintf("drills/%s/%s/p%d", d.Kind, today, id), To: Recipient{Person: id}, Topic: "drills", Subject: "drills", Key: key, Args: d.Args(f.Org.Zone), Urgency: Routine, Class: Once,
		})
	}
	change.Events = append(change.Events, Event{Name: "drill_told", Data: map[string]string{"kind": string(d.Kind), "due": d.Due.String(), "as": key}})
}
