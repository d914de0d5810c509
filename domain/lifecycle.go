package domain

import (
	"slices"
	"time"
)

// A DocumentKind says what a controlled document is for. All kinds have the same life.
type DocumentKind string

// The kinds of document.
const (
	Procedure      DocumentKind = "procedure"
	Policy         DocumentKind = "policy"
	Objective      DocumentKind = "objective"
	Rule           DocumentKind = "rule"
	Responsibility DocumentKind = "raci" // who is responsible, accountable, consulted, informed
)

// DocumentKinds lists the kinds, the usual one first.
var DocumentKinds = []DocumentKind{Procedure, Policy, Objective, Rule, Responsibility}

// A VersionState is a stage in the life of a document version. Source: the document control of ISO 9001 7.5.3 and ISO 13485 4.2.4.
type VersionState string

// The stages.
const (
	Draft      VersionState = "draft"
	InApproval VersionState = "in_review" // its reviewers are asked
	Approved   VersionState = "approved"  // waits for its day
	Effective  VersionState = "effective"
	Superseded VersionState = "superseded" // a newer version is in force
	Retired    VersionState = "retired"    // nothing took its place
)

// versionMoves is the one table of allowed moves of a document version. The package documentation draws it.
var versionMoves = map[VersionState][]VersionState{
	Draft:      {InApproval, Retired},
	InApproval: {Draft, Approved},
	Approved:   {Draft, Effective},
	Effective:  {Superseded, Retired},
}

// MayMove reports whether a version may go from one stage to another.
func (s VersionState) MayMove(to VersionState) bool { return slices.Contains(versionMoves[s], to) }

// A Meaning is what a signature under a document says. Source: 21 CFR 11.50 (a)(3).
type Meaning string

// The meanings.
const (
	Read   Meaning = "read_and_understood" // an acknowledgement: assurance A1 is enough
	Signed Meaning = "signed"              // a signature: two components, assurance A3. Source: 21 CFR 11.200 (a)(1)
)

// Level is the assurance a signature of this meaning needs.
func (m Meaning) Level() Assurance {
	if m == Signed {
		return A3
	}
	return A1
}

// Duties is a responsibility chart (RACI): which role does what about a topic.
type Duties struct {
	Topic       string `json:"topic"` // sepsis: what people ask WHO about
	Responsible []Role `json:"responsible,omitempty"`
	Accountable Role   `json:"accountable,omitempty"`
	Consulted   []Role `json:"consulted,omitempty"`
	Informed    []Role `json:"informed,omitempty"`
}

// yearly is how long a document stands unreviewed by default. Source: periodic review "at least once a year or after a significant
// incident or change".
const yearly = 365 * 24 * time.Hour

// WithDefaults fills in what an author may leave out: a procedure, to be read, reviewed once a year.
func (v DocumentVersion) WithDefaults() DocumentVersion {
	if v.Kind == "" {
		v.Kind = Procedure
	}
	if v.Meaning == "" {
		v.Meaning = Read
	}
	if v.ReviewEvery == 0 {
		v.ReviewEvery = yearly
	}
	return v
}
