package domain

import (
	"reflect"
	"slices"
	"strings"
	"time"
)

// A Playbook is what a house does when something fails: steps with who is responsible and by when, what everybody is told, and for the table
// the news that come in bit by bit. It is imported; each change makes a new version, and a run that is under way keeps the one it began with.
// Source: ISO 22301:2019 8.4.4, business continuity plans: roles and responsibilities, immediate steps, communication.
type Playbook struct {
	Code       string // POWER
	Number     int    // version, counted from 1
	Title      string
	Scenario   Scenario
	Objectives []string // what a run is to show, each in a line
	Steps      []PlayStep
	Injects    []Inject
}

// A Scenario is the kind of disruption that a playbook is for.
type Scenario string

// The scenarios.
const (
	Cyber    Scenario = "cyber"
	Power    Scenario = "power"
	Water    Scenario = "water"
	Flood    Scenario = "flood"
	Fire     Scenario = "fire"
	StaffOut Scenario = "staff"
	Supplier Scenario = "supplier"
	Other    Scenario = "other"
)

// Scenarios lists them.
var Scenarios = []Scenario{Cyber, Power, Water, Flood, Fire, StaffOut, Supplier, Other}

// A Station is a role in a unit: whoever holds it at that moment. Without a unit it is the whole house's.
type Station struct {
	Role Role     `json:"role"`
	Unit UnitCode `json:"unit,omitempty"`
}

// String is the station as a playbook's file spells it: manager 4B.
func (p Station) String() string { return strings.TrimSpace(string(p.Role) + " " + string(p.Unit)) }

// A PlayStep is one thing to do. Source: the RACI chart: one is responsible for doing it, one is accountable, some are asked for advice,
// some are told the outcome.
type PlayStep struct {
	Text        string        `json:"text"`
	Responsible Station       `json:"responsible"`
	Accountable Station       `json:"accountable"`
	Consulted   []Station     `json:"consulted,omitempty"` // told when help is needed
	Informed    []Station     `json:"informed,omitempty"`  // told Tell when it is done
	After       int           `json:"after,omitempty"`     // number of the step that comes first; 0: it is asked for at the start
	Within      time.Duration `json:"within"`              // of being asked
	Tell        string        `json:"tell,omitempty"`
	Each        UnitCode      `json:"each,omitempty"` // each ward within this unit answers for itself; EachWard: of the house; empty: one answer for all
}

// An Inject is a piece of news, with a question, that comes to everybody at the table some time after the beginning.
type Inject struct {
	At   time.Duration `json:"at"`
	Text string        `json:"text"` // a question to be answered by yes, no, not sure
}

// Room in texts, in characters: with the mode, the code and how to answer each is one segment, in every language of the catalogue. Wide is the
// room of lines with a letter outside the phones' small alphabet, counted in units of UCS-2: such a text holds 70 in all, not 160. They are
// measured: see TestALineOfAPlaybookIsOneSegmentInEveryLanguage.
const (
	StepRoom, StepRoomWide           = 76, 24
	WardStepRoom, WardStepRoomWide   = 60, 17 // of a step that each ward answers
	TellRoom, TellRoomWide           = 90, 54
	InjectRoom, InjectRoomWide       = 84, 28
	ObjectiveRoom, ObjectiveRoomWide = 80, 24
)

// Bounds of a playbook.
const (
	MostSteps      = 12
	MostInjects    = 12
	MostObjectives = 6
	longestStep    = 24 * time.Hour
	longestTable   = 8 * time.Hour
)

// LongestStep bounds PlayStep.Within, LongestTable Inject.At.
const (
	LongestStep  = longestStep
	LongestTable = longestTable
)

// SavedPlaybook is a new version of a playbook.
type SavedPlaybook struct{ Playbook Playbook }

// Entry marks an entry.
func (SavedPlaybook) Entry() {}

// Same reports whether two playbooks say the same, whatever their versions.
func (p Playbook) Same(other Playbook) bool {
	p.Number = other.Number
	return reflect.DeepEqual(p, other)
}

// PlaybookCoded finds a playbook by its code, forgiving case; nil when there is none.
func PlaybookCoded(all []Playbook, code string) *Playbook {
	i := slices.IndexFunc(all, func(p Playbook) bool { return strings.EqualFold(p.Code, strings.TrimSpace(code)) })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// ImportPlaybook takes a playbook in, as a new version where it says something new.
type ImportPlaybook struct{ Playbook Playbook }

// CommandName is not registered: it comes from the import only, which checks every line of the file.
func (ImportPlaybook) CommandName() string { return "import_playbook@1" }

// Needs the playbooks there are.
func (ImportPlaybook) Needs() Needs { return Needs{Run: RunQuery{Library: true}} }

// Decide adds a version, or nothing. Runs under way are not touched: each has its own copy.
func (c ImportPlaybook) Decide(f Facts) (Change, error) {
	if !f.Actor.Operator {
		return Change{}, ErrForbidden
	}
	p := c.Playbook
	p.Number = 1
	if old := PlaybookCoded(f.Library, p.Code); old != nil {
		if old.Same(p) {
			return Change{}, nil
		}
		p.Number = old.Number + 1
	}
	calendar := drillTimer(f.Now.Add(24*time.Hour), f.Now)
	calendar.Keep = true // the calendar begins with the first
	return Change{
		Entries: []Entry{SavedPlaybook{p}},
		Timers:  []Timer{calendar},
		Events:  []Event{{Name: "playbook_imported", Data: map[string]string{"playbook": p.Code, "version": Number(p.Number).String()}}},
	}, nil
}

// firstHolders are who holds the first of the stations that anybody holds.
func (f Facts) firstHolders(stations ...Station) []PersonID {
	for _, p := range stations {
		if ids := f.HoldersOf(p); len(ids) > 0 {
			return ids
		}
	}
	return nil
}

// HoldersOf lists everybody who holds one of the stations at a moment, in their order, nobody twice.
func (f Facts) HoldersOf(stations ...Station) []PersonID {
	var ids []PersonID
	for _, p := range stations {
		for _, d := range f.holders(p) {
			if !slices.Contains(ids, d.Person) {
				ids = append(ids, d.Person)
			}
		}
	}
	return ids
}

// holders are who holds a post now: on duty, else its nearest holders who are there, else anybody with the role.
func (f Facts) holders(p Station) []Duty {
	unit := p.Unit
	if unit == "" {
		unit = f.Org.Root()
	}
	return f.Holding(p.Role, unit)
}
