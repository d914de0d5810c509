package domain

import (
	"slices"
	"time"
)

// A DecisionKind is what was decided about a document version.
type DecisionKind string

// The kinds of decision, in the order of a version's life.
const (
	Submitted       DecisionKind = "submitted"    // its reviewers were asked, all of them anew
	ApprovedBy      DecisionKind = "approved"     // by one reviewer
	ReturnedBy      DecisionKind = "returned"     // with a reason
	StoodIn         DecisionKind = "stood_in"     // took the places of reviewers who did not answer
	Replaced        DecisionKind = "replaced"     // got the place of a reviewer who left
	PutInForce      DecisionKind = "put_in_force" // the last approval was there, and the day
	StillRight      DecisionKind = "still_right"  // periodic review: nothing to change
	NeedsChange     DecisionKind = "needs_change" // periodic review: a new version is to be written
	RetireProposed  DecisionKind = "retire_proposed"
	RetireRefused   DecisionKind = "retire_refused"
	RetiredBy       DecisionKind = "retired"
	ReviewTriggered DecisionKind = "review_triggered" // before its time
)

// A Decision says what somebody decided about a document version, and about which text of it. All of them are its approval chain: added
// to, never changed.
type Decision struct {
	Version int64
	What    DecisionKind
	Person  PersonID // 0: the clock, or the command line
	Name    string   // printed name at that time; sealed when written
	Hash    string   // of the text that was decided about
	At      time.Time
	Channel Channel
	Level   Assurance
	Reason  string // masked; sealed when written
}

// Entry makes it part of a change.
func (Decision) Entry() {}

// decided is a decision of the actor of this moment.
func (v *DocumentVersion) decided(f Facts, what DecisionKind, reason string) Decision {
	return Decision{
		Version: v.ID, What: what, Person: f.Actor.Person, Name: f.Org.NameOf(f.Actor.Person), Hash: v.Hash, At: f.Now, Channel: f.Actor.Channel, Level: f.Actor.Level, Reason: reason,
	}
}

// submission returns when a version was last submitted, and who has approved that very text since.
func (v *DocumentVersion) submission(decided []Decision) (at time.Time, by []PersonID) {
	for _, d := range decided {
		if d.Version == v.ID && d.What == Submitted {
			at = d.At
		}
	}
	for _, d := range v.Approvals(decided) {
		by = append(by, d.Person)
	}
	return at, by
}

// Approvals are those of the text as it was last submitted: what was approved before it was returned does not count any more.
func (v *DocumentVersion) Approvals(decided []Decision) []Decision {
	var approvals []Decision
	for _, d := range decided {
		switch {
		case d.Version != v.ID:
		case d.What == Submitted:
			approvals = nil
		case d.What == ApprovedBy && d.Hash == v.Hash:
			approvals = append(approvals, d)
		}
	}
	return approvals
}

// MayFollow decides who may read a version at any stage and ask where it stands: its owner, its reviewers, and the quality group above.
func MayFollow(f Facts, v *DocumentVersion) error {
	p := f.Org.People[f.Actor.Person]
	if p == nil || !p.Active || f.Actor.Level < A1 || !slices.Contains(v.Reviewers, p.ID) && v.mayReview(f) != nil {
		return ErrForbidden
	}
	return nil
}

// StandingOf says in words where a version stands.
func StandingOf(f Facts, v *DocumentVersion) (key string, args Args) {
	args = v.args(f)
	at, by := v.submission(f.Decided)
	switch v.State {
	case InApproval:
		args["at"], args["count"] = Moment(at), Number(len(v.waiting(by)))
	case Approved:
		args["due"] = Day(v.EffectiveOn)
	case Effective:
		args["at"], args["due"] = Moment(v.PublishedAt), Day(v.ReviewAt)
		if v.Overdue(f.Now) {
			return "control.status_overdue", args
		}
		if v.Review != NoReview {
			return "control.status_" + string(v.Review), args
		}
	}
	return "control.status_" + string(v.State), args
}
