package domain

import (
	"fmt"
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

// move takes a version to another stage, or says why not.
func (v *DocumentVersion) move(to ...VersionState) error {
	for _, s := range to {
		if !v.State.MayMove(s) {
			return v.wrongStage()
		}
		v.State = s
	}
	return nil
}

// wrongStage says that what was asked is not possible now.
func (v *DocumentVersion) wrongStage() error {
	return &InvalidError{Field: "version", Reason: "problem.document_stage", Args: Args{"doc": Text(v.Code), "version": Number(v.Number), "stage": Term("stage." + string(v.State))}}
}

// Underway returns the version of a history that is on its way to be in force: one at most is. Nil: none.
func Underway(history []*DocumentVersion) *DocumentVersion {
	return inStage(history, Draft, InApproval, Approved)
}

// InForce returns the version of a history that is in force, or nil.
func InForce(history []*DocumentVersion) *DocumentVersion { return inStage(history, Effective) }

func inStage(history []*DocumentVersion, stages ...VersionState) *DocumentVersion {
	i := slices.IndexFunc(history, func(v *DocumentVersion) bool { return slices.Contains(stages, v.State) })
	if i < 0 {
		return nil
	}
	return history[i]
}

// takeEffect puts an approved version in force. Whoever must read it gets one task and one message, and the version before it ends with
// all its open tasks, in the one transaction.
func (v *DocumentVersion) takeEffect(f Facts, previous *DocumentVersion) (Change, error) {
	if err := v.move(Effective); err != nil {
		return Change{}, err
	}
	v.PublishedAt, v.ReviewAt = f.Now, f.Now.Add(v.ReviewEvery)
	people := v.Audience.People(f.Org)
	event := v.event("document_published", "sha256", v.Hash, "people", fmt.Sprint(len(people)))
	if previous != nil {
		event.Data["supersedes"] = fmt.Sprint(previous.Number)
	}
	return Change{
		Entries: []Entry{PublishedDocument{Version: *v, Previous: previous, People: people, DueAt: v.dueAt(f.Org.Zone)}},
		Events:  []Event{event},
		Timers:  append(v.reminders(f.Org.Zone), v.nextReview(f)),
	}, nil
}

// event is a line of the audit about the version, with pairs of names and values.
func (v *DocumentVersion) event(name string, more ...string) Event {
	return Event{Name: name, Data: map[string]string{"code": v.Code, "number": fmt.Sprint(v.Number)}}.with(more)
}

// A SavedVersion is a version as a decision leaves it, with its text.
type SavedVersion struct{ DocumentVersion }

// Entry makes it part of a change.
func (SavedVersion) Entry() {}

// A GivenCode makes a code resolve to a subject (v12), until an EndedCode and a year have passed.
type GivenCode struct {
	Code    Code
	Subject string
}

// Entry makes it part of a change.
func (GivenCode) Entry() {}

// An EndedCode says that nothing is asked any more by this code.
type EndedCode struct{ Code Code }

// Entry makes it part of a change.
func (EndedCode) Entry() {}

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
