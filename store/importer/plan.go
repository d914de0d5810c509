// Package importer reads a folder of files (organisation, units, people, leave, rotas, activities, policies, documents, courses, playbooks) into a plan, and applies it.
//
// Reading is complete before anything is written: every fault is collected with its file, line and a caret, and while there is one
// nothing is written. Applying is one transaction, and repeating it writes nothing. The package must not decide what happens to
// records: what leavers own is given back by the domain's commands.
package importer

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"time"

	"goodcatch/domain"
)

// Longest values that still let every text fit one SMS.
const (
	maxName    = 18
	maxUnit    = 14
	maxTitle   = 24
	maxChanged = 40
	maxItem    = 120 // a question with its lettered options
	maxTail    = 90  // an explanation
)

// Options are what Read needs to know beside the files.
type Options struct {
	Complete  bool     // people.csv and units.csv are complete: whoever is missing has left
	Languages []string // those we speak; empty: en
	// KeepLanguage holds the people who chose their language themselves.
	KeepLanguage map[domain.PersonID]bool
	// InUse holds the units with open records: they stay, even when a complete import lacks them.
	InUse map[domain.UnitCode]bool
}

// A Plan is what an import would change, checked against the organisation it was read for.
type Plan struct {
	Base         int64                              // version of that organisation
	zone         *time.Location                     // of the organisation as it will be
	roster       map[domain.PersonID]*domain.Person // by id, or provisional id
	Organisation *domain.Organisation               // name, zone, settings, ladders as they will be; nil: unchanged
	Units        []domain.Unit                      // new or changed
	Gone         []domain.UnitCode
	People       []*domain.Person // new (ID 0) or changed
	Leavers      []domain.PersonID
	Leave        []PersonsLeave // of people whose leave is not what we know
	Rotas        []RotaFile     // files that say something else than we know of who is on duty
	Holidays     *HolidayFile   // nil: as they are
	Activities   *ActivityFile  // nil: as they are
	Documents    []Document
	Courses      []Course
	Playbooks    []Playbook
	Bank         []domain.BankItem // questions in stock; nil: as they are
	bankAt       place
	Unchanged    int      // people whose line says what we know already
	Warnings     []string // what is allowed but probably not meant
}

// A Document is a document version to publish. Its Owner and Reviewers are filled in by Apply: they may be new.
type Document struct {
	domain.DocumentVersion
	owner     *domain.Person
	reviewers []*domain.Person
	named     []*domain.Person // of the audience
	file      *domain.File     // as it was handed in
	at        place
}

// A Course is a course to publish. Its Educator is filled in by Apply.
type Course struct {
	domain.Course
	educator *domain.Person
	named    []*domain.Person // of the audience
	at       place
}

// Empty reports whether the plan changes nothing of the roster.
func (p *Plan) Empty() bool {
	return p.Organisation == nil && len(p.Units)+len(p.Gone)+len(p.People)+len(p.Leavers)+len(p.Leave)+len(p.Rotas) == 0 && p.Holidays == nil && p.Activities == nil
}

// A reading is the state of Read: what is known before, and what the files say.
type reading struct {
	Options
	dir       fs.FS
	before    *domain.Organisation
	after     *domain.Organisation // before, with what the files change; new people have negative ids
	plan      *Plan
	faults    Faults
	found     int
	rotaFiles []string       // that were read
	author    *domain.Person // who owns documents that name no owner; nil: they must
	// where things of the files stand
	unitAt   map[domain.UnitCode]place
	musterAt []place // of the units of muster points
	personAt map[domain.PersonID]place
}

// Read reads the folder and checks everything, against itself and against the organisation as it stands. Files may be missing: what
// they would say stays as it is. The error is Faults when the files are at fault.
func Read(dir fs.FS, before *domain.Organisation, o Options) (*Plan, error) {
	if len(o.Languages) == 0 {
		o.Languages = []string{"en"}
	}
	r := newReading(dir, before, o)
	for _, step := range []func() error{r.readOrganisation, r.readPolicies, r.readUnits, r.readPeople, r.readLeave, r.readHolidays, r.readRota, r.readCalendars, r.readActivities, r.readDocuments, r.readCourses, r.readBank, r.readPlaybooks} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if one, ok := dir.(alone); ok && r.found == 0 {
		return nil, one.unknown()
	}
	if r.found == 0 {
		return nil, Faults{{File: ".", Problem: "none of organisation.yaml, units.csv, people.csv, leave.csv, rota.csv, holidays.csv, rota/*.ics, activities.csv, policies.yaml, documents/*.md (or .pdf and .docx with .yaml), courses/*.yaml, playbooks/*.yaml and bank.yaml is here. \"goodcatch init hospital DIR\" writes examples of all."}}
	}
	r.checkUnits()
	r.checkMuster()
	if len(r.faults) == 0 { // a chain broken by another fault would be reported twice
		r.checkChains()
		r.checkAdmin()
	}
	if len(r.faults) > 0 {
		return nil, r.faults.sorted()
	}
	r.dropRotas()
	r.plan.zone, r.plan.roster = r.after.Zone, r.after.People
	return r.plan, nil
}

func newReading(dir fs.FS, before *domain.Organisation, o Options) *reading {
	return &reading{
		Options: o, dir: dir, before: before, after: copyOf(before), plan: &Plan{Base: before.Version},
		unitAt: map[domain.UnitCode]place{}, personAt: map[domain.PersonID]place{},
	}
}

// copyOf is a snapshot that may be changed: the maps are new, and so is whatever a reading replaces in them.
func copyOf(o *domain.Organisation) *domain.Organisation {
	c := *o
	c.Units, c.People, c.ByRole = maps.Clone(o.Units), maps.Clone(o.People), nil // the plan changes them
	if c.Units == nil {
		c.Units = map[domain.UnitCode]*domain.Unit{}
	}
	if c.People == nil {
		c.People = map[domain.PersonID]*domain.Person{}
	}
	return &c
}

// open reads one file; ok is false when there is none.
func (r *reading) open(name string) (src *source, text []byte, ok bool, err error) {
	text, err = fs.ReadFile(r.dir, name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, false, nil
	}
	if err != nil {
		return nil, nil, false, fmt.Errorf("import: %w", err)
	}
	r.found++
	return newSource(name, text), text, true, nil
}

// list returns the files of a folder with one of the endings, sorted.
func (r *reading) list(folder string, endings ...string) ([]string, error) {
	var names []string
	for _, ending := range endings {
		found, err := fs.Glob(r.dir, path.Join(folder, "*"+ending))
		if err != nil {
			return nil, fmt.Errorf("import: %w", err)
		}
		names = append(names, found...)
	}
	names = slices.DeleteFunc(names, func(n string) bool { return path.Base(n) == "README.md" })
	slices.Sort(names)
	return names, nil
}

// refuse notes a fault. One spot has one fault: what follows from the first would only confuse.
func (r *reading) refuse(at place, format string, args ...any) {
	f := at.fault(format, args...)
	if f.Line > 0 && slices.ContainsFunc(r.faults, func(g Fault) bool { return g.File == f.File && g.Line == f.Line && g.Column == f.Column }) {
		return
	}
	r.faults = append(r.faults, f)
}

// decode reads a file's YAML, or a part that begins after some lines, and notes its faults. It returns false when it is not YAML at
// all; otherwise what could be read is worth checking.
func (r *reading) decode(src *source, after int, text []byte, into any) bool {
	d := decoder{file: src, offset: after}
	ok := d.decode(text, into)
	r.faults = append(r.faults, d.faults...)
	return ok
}

func (r *reading) warn(at place, format string, args ...any) {
	f := at.fault(format, args...)
	f.Source = ""
	r.plan.Warnings = append(r.plan.Warnings, f.String())
}
