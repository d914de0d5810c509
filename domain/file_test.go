package domain

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestNamesOfFilesAreHarmless(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"IC-04 Hand hygiene.pdf":        "IC-04 Hand hygiene.pdf",
		"../../etc/passwd":              "passwd.pdf",
		`C:\docs\IC-04.docx`:            "IC-04.pdf",
		"evil\u202efdp.exe":             "evilfdp.pdf",
		"a\r\nb\x00\"c\".pdf":           "a b� c.pdf",
		"":                              "document.pdf",
		"...":                           "document.pdf",
		strings.Repeat("x", 300):        strings.Repeat("x", longestName) + ".pdf",
		"Hand hygiene v1.2 final draft": "Hand hygiene v1.2 final draft.pdf",
		"手卫生.pdf":                       "手卫生.pdf",
	} {
		if got := FileName(in, PDFFile); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if got := FileName("NHS 943 476 5919 transfer.pdf", PDFFile); strings.Contains(got, "943") {
		t.Errorf("an identifier stays: %s", got)
	}
}

// handing is a house with an author, a nurse and the quality office.
func handing(person PersonID, level Assurance) Facts {
	o := &Organisation{Zone: time.UTC, Units: map[UnitCode]*Unit{"H": {Code: "H"}}, People: map[PersonID]*Person{}}
	for id, roles := range map[PersonID][]Role{1: {Educator}, 2: {Staff}, 3: {Quality}, 4: {Manager}} {
		o.People[id] = &Person{ID: id, Unit: "H", Roles: roles, Active: true, Slack: Address{ID: AddressID(id), Value: "U", Verified: true}}
	}
	return Facts{
		Now: time.Unix(1e9, 0), Org: o, Actor: Actor{Person: person, Level: level, Channel: Slack}, NextFile: 9, NextID: 5, Codes: []Code{"K7R"}, Tokens: make([]string, mostReviewers),
		File: &File{ID: 9, Person: 1, Text: "Use gel.", SHA256: "ab", Says: DocumentVersion{
			Code: "IC-04", Title: "Hands", Number: 3, Due: 14 * day, Changed: "new", Question: "Gel?", Options: []string{"no", "yes"}, Right: 1, Reviewers: []PersonID{3},
		}},
	}
}

func TestOnlyAuthorsInASureSessionHandIn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		person PersonID
		level  Assurance
		reason string // "" may, "forbidden", or a catalogue key
	}{{1, A2, ""}, {4, A2, ""}, {3, A3, ""}, {2, A2, "files.not_author"}, {0, A2, "files.unlinked"}, {1, A1, "forbidden"}} {
		err := MayHandIn(handing(c.person, c.level))
		var invalid *InvalidError
		got := ""
		switch {
		case errors.As(err, &invalid):
			got = invalid.Reason
		case errors.Is(err, ErrForbidden):
			got = "forbidden"
		}
		if got != c.reason {
			t.Errorf("person %d at level %d: got %q, want %q", c.person, c.level, got, c.reason)
		}
	}
	if err := MayHandIn(Facts{Actor: Actor{Operator: true}}); err != nil {
		t.Errorf("the command line: %v", err)
	}
}

func TestAFileIsItsAuthorsToSubmit(t *testing.T) {
	t.Parallel()
	for person, want := range map[PersonID]error{1: nil, 3: nil, 4: ErrNotFound} {
		if _, err := (SubmitFile{File: 9, Code: "IC-04"}).Decide(handing(person, A2)); !errors.Is(err, want) {
			t.Errorf("person %d: got %v, want %v", person, err, want)
		}
	}
	gone := handing(1, A2)
	gone.File = nil
	if _, err := (SubmitFile{File: 9, Code: "IC-04"}).Decide(gone); !errors.Is(err, ErrNotFound) {
		t.Errorf("a file that is gone: %v", err)
	}
}

func TestWhatIsTypedIntoTheFormIsChecked(t *testing.T) {
	t.Parallel()
	for field, spoil := range map[string]func(*SubmitFile){
		"code":      func(c *SubmitFile) { c.Code = "ic 4" },
		"due_days":  func(c *SubmitFile) { c.DueDays = "soon" },
		"effective": func(c *SubmitFile) { c.EffectiveDay = "1 Dec" },
		"options":   func(c *SubmitFile) { c.Filled.Options = []string{"only one"} },
		"title":     func(c *SubmitFile) { c.Filled.Title = strings.Repeat("x", 25) },
	} {
		f := handing(1, A2)
		filled := f.File.Says
		cmd := SubmitFile{File: 9, Code: "IC-04", Filled: &filled, DueDays: "14", EffectiveDay: "2026-12-01"}
		if _, err := cmd.Decide(f); err != nil {
			t.Fatalf("as it should be: %v", err)
		}
		spoil(&cmd)
		_, err := cmd.Decide(f)
		var invalid *InvalidError
		if !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("%s: got %v", field, err)
		}
	}
}

func TestTheNextVersionFollowsTheHighestOrTheDraftUnderWay(t *testing.T) {
	t.Parallel()
	f := handing(1, A2)
	if got := nextNumber(f); got != 1 {
		t.Errorf("of a new document: %d", got)
	}
	f.History = []*DocumentVersion{{Number: 2, State: Effective}, {Number: 7, State: Retired}}
	if got := nextNumber(f); got != 8 {
		t.Errorf("after version 7: %d", got)
	}
	f.History = append(f.History, &DocumentVersion{Number: 8, State: Draft})
	if got := nextNumber(f); got != 8 {
		t.Errorf("with a draft: %d", got)
	}
}
