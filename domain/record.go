package domain

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"goodcatch/domain/scale"
)

// A System is one of the five systems of medical quality management, or continuity.
type System string

// The systems.
const (
	QualitySystem     System = "quality"
	ClinicalSystem    System = "clinical"
	SafetySystem      System = "safety"
	CaseSystem        System = "case"
	PerformanceSystem System = "performance"
	ContinuitySystem  System = "continuity"
)

// A Kind is what a record is about.
type Kind string

// The kinds that staff report. Definitions after AHRQ Common Formats and LFPSE's event types.
const (
	NearMiss        Kind = "near_miss"        // did not reach the patient
	Incident        Kind = "incident"         // reached the patient, with or without harm
	UnsafeCondition Kind = "unsafe_condition" // raises the probability of an event
	GoodCare        Kind = "good_care"        // what went well and should be repeated
	Equipment       Kind = "equipment"        // a device fault
	Supply          Kind = "supply"           // a supplier's late or faulty delivery
	Variance        Kind = "variance"         // a step of a clinical pathway missed
	Unsorted        Kind = "unsorted"         // looks like a report; the quality office decides
)

// Prefix is the word before a code: NM-K7R. It is also the SMS keyword of the kind.
func (k Kind) Prefix() string {
	switch k {
	case NearMiss:
		return "NM"
	case Incident:
		return "INC"
	case UnsafeCondition:
		return "RISK"
	case GoodCare:
		return "GOOD"
	case Equipment:
		return "EQ"
	case Supply:
		return "SUP"
	case Variance:
		return "PV"
	default:
		return "TXT"
	}
}

// KindOf returns the kind whose SMS keyword this is.
func KindOf(prefix string) (Kind, bool) {
	for _, k := range ReportKinds {
		if k.Prefix() == prefix {
			return k, true
		}
	}
	return "", false
}

// ReportKinds are the kinds a person can choose, in the order offered.
var ReportKinds = []Kind{NearMiss, Incident, UnsafeCondition, GoodCare, Equipment, Supply, Variance}

// System returns the system a kind belongs to.
func (k Kind) System() System {
	switch k {
	case Supply:
		return QualitySystem
	case Variance:
		return ClinicalSystem
	default:
		return SafetySystem
	}
}

// A State is where a record stands.
type State string

// The states of a report. Source: the statuses proven in use by the English prison service's incident reporting, in hospital words.
const (
	New           State = "new"
	Acknowledged  State = "acknowledged" // a person owns it
	InReview      State = "in_review"
	OnHold        State = "on_hold"
	NeedsReporter State = "needs_reporter" // a question waits for the reporter
	Closed        State = "closed"
	Reopened      State = "reopened"
	Duplicate     State = "duplicate"
	NotReportable State = "not_reportable"
	Withdrawn     State = "withdrawn" // by its reporter; kept, marked
)

// Ended reports whether nothing more is expected in this state.
func (s State) Ended() bool {
	return s == Closed || s == Duplicate || s == NotReportable || s == Withdrawn
}

// moves is the one table of allowed moves. The package documentation draws it.
var moves = map[State][]State{
	New:           {Acknowledged, Duplicate, NotReportable, Withdrawn},
	Acknowledged:  {New, InReview, OnHold, NeedsReporter, Closed, Duplicate, NotReportable, Withdrawn},
	InReview:      {New, OnHold, NeedsReporter, Closed, Duplicate, NotReportable, Withdrawn},
	OnHold:        {New, InReview, NeedsReporter, Closed, Duplicate, NotReportable, Withdrawn},
	NeedsReporter: {New, InReview, OnHold, Closed, Duplicate, NotReportable, Withdrawn},
	Closed:        {Reopened},
	Duplicate:     {Reopened},
	NotReportable: {Reopened},
	Withdrawn:     {Reopened},
	Reopened:      {New, Acknowledged, InReview, OnHold, NeedsReporter, Closed, Duplicate, NotReportable, Withdrawn},
}

// CanMove reports whether a record may go from one state to another. Staying is always allowed.
func CanMove(from, to State) bool {
	if from == to {
		return true
	}
	for _, s := range moves[from] {
		if s == to {
			return true
		}
	}
	return false
}

// Next returns the states that may follow, in the order offered.
func (s State) Next() []State { return moves[s] }

// A Record is the spine that all five systems share: state, owner, due date, rank, escalation. What differs lies in Details.
type Record struct {
	ID        RecordID
	Ref       Ref
	Code      Code
	Kind      Kind
	State     State
	Unit      UnitCode
	Rank      scale.Rank // the worse of actual and potential; it routes
	Reporter  PersonID   // 0: hidden, or unknown
	From      AddressID  // where the reporter wrote from; 0 when hidden
	Hidden    bool
	Owner     PersonID
	OwnedAt   time.Time
	CreatedAt time.Time
	DueAt     time.Time // when the next step is expected of the owner
	ClosedAt  time.Time
	Ladder    Ladder
	Climb     Climb
	Report    *Report // set for the kinds that staff report
	Version   int     // 0: not stored yet
}

// A Climb is how far a record's ladder has been climbed.
type Climb struct {
	Level  int        `json:"level"`            // the last level asked; 0 none
	First  int        `json:"first,omitempty"`  // the first level that had somebody to ask
	Asked  []PersonID `json:"asked,omitempty"`  // everyone asked so far
	Passed []PersonID `json:"passed,omitempty"` // who declined or released it: not asked again
	Rounds int        `json:"rounds,omitempty"` // repeats after the last step
	Tried  Tries      `json:"tried,omitempty"`  // by which channels

	StandIns map[PersonID]PersonID `json:"stand_ins,omitempty"` // of those asked: for whom, who is on leave

	Silence Silence `json:"silence,omitzero"` // of the owner
}

// Climbed reports whether somebody was asked to own the record, did not, and others were asked after them.
func (c Climb) Climbed() bool { return c.Level > max(c.First, 1) || c.Rounds > 0 }

// Name is the code with its kind: NM-K7R.
func (r *Record) Name() string { return r.Kind.Prefix() + "-" + string(r.Code) }

// RankKey is the catalogue key of what the rank rests on: danger now, what might have been, harm that nobody has graded yet, or the harm.
func (r *Record) RankKey() string {
	rep := r.Report
	switch {
	case rep == nil:
		return max(r.Rank, scale.None).Key()
	case rep.Danger == Yes && (rep.Grade() == nil || rep.Grade().Rank < r.Rank):
		return "rank.danger"
	case rep.Potential != nil && rep.Potential.Rank > 0 && (rep.Grade() == nil || rep.Grade().Rank < r.Rank):
		return "rank.potential"
	case r.Kind == Incident && (rep.Grade() == nil || !rep.Grade().Known()):
		return scale.Unknown.Key()
	case rep.Grade() == nil: // nobody was hurt yet, whatever the rank that routes
		return scale.None.Key()
	default:
		return max(r.Rank, scale.None).Key()
	}
}

// answers reports whether there is a way back to the reporter: an address, or a reply channel that nobody has burnt.
func (r *Record) answers() bool { return r.From != 0 || r.Hidden && !r.Report.Burnt }

// Move changes the state, or says why not.
func (r *Record) Move(to State) error {
	if !CanMove(r.State, to) {
		return &MoveError{Code: r.Code, From: r.State, To: to}
	}
	r.State = to
	return nil
}

// Clone returns a copy that a decision may change without touching its facts.
func (r *Record) Clone() *Record {
	c := *r
	c.Climb.Asked = append([]PersonID(nil), r.Climb.Asked...)
	c.Climb.Passed = append([]PersonID(nil), r.Climb.Passed...)
	c.Climb.StandIns = maps.Clone(r.Climb.StandIns)
	c.Climb.Silence.Asked = slices.Clone(r.Climb.Silence.Asked)
	c.Climb.Tried = r.Climb.Tried.clone()
	if r.Report != nil {
		rep := *r.Report
		c.Report = &rep
	}
	return &c
}

// An Answer is three-valued, and open: "not asked" is never "no".
type Answer int

// The answers.
const (
	Open Answer = iota
	Yes
	No
	Unsure
)

var answerNames = [...]string{"", "yes", "no", "unsure"}

func (a Answer) String() string {
	if a < 0 || int(a) >= len(answerNames) {
		return ""
	}
	return answerNames[a]
}

// ParseAnswer is the inverse of String; anything else is Open.
func ParseAnswer(s string) Answer {
	for i, n := range answerNames {
		if n == s {
			return Answer(i)
		}
	}
	return Open
}

// MarshalJSON stores an answer by its name.
func (a Answer) MarshalJSON() ([]byte, error) { return json.Marshal(a.String()) }

// UnmarshalJSON reads an answer by its name.
func (a *Answer) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	*a = ParseAnswer(s)
	return nil
}
