package domain

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// SubmitFile makes a draft of a file that was handed in, and sends it to its reviewers.
type SubmitFile struct {
	File FileID
	Code string
	// As the author filled it in, which is never stored; nil: as the file says.
	Filled       *DocumentVersion `json:"-"`
	DueDays      string           `json:"-"` // with Filled, as it was typed: 14
	EffectiveDay string           `json:"-"` // with Filled, as it was typed: 2026-12-01; empty: at once
}

var _ = Register(SubmitFile{})

// CommandName is the stored name.
func (SubmitFile) CommandName() string { return "submit_file@1" }

// Needs the file, and what handing in a document needs.
func (c SubmitFile) Needs() Needs {
	n := HandInDocument{Version: DocumentVersion{Code: c.Code}}.Needs()
	n.File = c.File
	return n
}

// documentCode is what names a document: IC-04.
var documentCode = regexp.MustCompile(`^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$`)

// Decide takes the text and the hash from the file, and everything else from its author.
func (c SubmitFile) Decide(f Facts) (Change, error) {
	if err := MayFillIn(f); err != nil {
		return Change{}, err
	}
	v, err := c.version(f)
	if err != nil {
		return Change{}, err
	}
	change, err := HandInDocument{Version: *v}.Decide(f)
	if err != nil {
		return Change{}, err
	}
	change.Settle = append(change.Settle, Settle{Subject: f.File.ID.Subject(), Topic: "file", Key: "files.taken", Args: Args{"doc": Text(v.Name()), "title": Text(v.Title)}, Silent: true})
	return change, nil
}

// version is the document that the file becomes.
func (c SubmitFile) version(f Facts) (*DocumentVersion, error) {
	v := f.File.Says
	if c.Filled != nil {
		v = *c.Filled
		if err := c.typed(&v, f.Org.Zone); err != nil {
			return nil, err
		}
	}
	v.Code, v.Body, v.Hash, v.File, v.Owner = c.Code, f.File.Body(), f.File.SHA256, int64(f.File.ID), f.File.Person
	if c.Filled != nil {
		v.Number = nextNumber(f)
	}
	if !documentCode.MatchString(v.Code) {
		return nil, Invalid("code", "problem.document_code")
	}
	return &v, nil
}

// typed reads what was typed into the form as a number and as a day.
func (c SubmitFile) typed(v *DocumentVersion, zone *time.Location) error {
	days, err := strconv.Atoi(strings.TrimSpace(c.DueDays))
	if err != nil || days < 1 || days > 365 {
		return Invalid("due_days", "problem.due_days")
	}
	v.Due, v.EffectiveOn = time.Duration(days)*day, time.Time{}
	if c.EffectiveDay == "" {
		return nil
	}
	at, err := time.ParseInLocation(time.DateOnly, c.EffectiveDay, zone)
	if err != nil {
		return Invalid("effective", "problem.day")
	}
	v.EffectiveOn = at.UTC()
	return nil
}

// nextNumber is the number of the document's next version, or of the draft that waits to be handed in again.
func nextNumber(f Facts) int {
	if v := Underway(f.History); v != nil {
		return v.Number
	}
	next := 1
	for _, v := range f.History {
		next = max(next, v.Number+1)
	}
	return next
}
