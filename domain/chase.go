package domain

import (
	"fmt"
	"slices"
	"strings"
)

// ChaseReviewers reminds the reviewers who have not answered; in the end somebody of the quality group is asked to see to it.
type ChaseReviewers struct {
	Version int64
	Step    int // of chaseDays, and beyond: every week
}

var _ = Register(ChaseReviewers{})

// CommandName is the stored name.
func (ChaseReviewers) CommandName() string { return "chase_reviewers@1" }

// Needs the version.
func (c ChaseReviewers) Needs() Needs { return Needs{Life: c.Version, Tokens: mostReviewers} }

// Decide gives the places of reviewers who have left to others first, reminds, and sets the clock for the next time.
func (c ChaseReviewers) Decide(f Facts) (Change, error) {
	if f.Version == nil || f.Version.State != InApproval {
		return Change{}, nil
	}
	v := *f.Version
	submitted, by := v.submission(f.Decided)
	var change Change
	fresh := v.replace(f, &change, by)
	waiting := v.waiting(by)
	if len(waiting) == 0 {
		return v.complete(f, change)
	}
	change.Timers = append(change.Timers, v.chase(f, submitted, c.Step+1))
	change.Events = append(change.Events, v.event("reviewers_reminded", "step", fmt.Sprint(c.Step), "waiting", fmt.Sprint(len(waiting))))
	for _, id := range waiting {
		if !slices.Contains(fresh, id) {
			v.ask(f, &change, id, "", "control.remind", fmt.Sprintf("remind%d", c.Step))
		}
	}
	if c.Step >= len(chaseDays)-1 {
		v.askQuality(f, &change, waiting)
	}
	return change, nil
}

// askQuality asks somebody of the quality group to see to a review that does not end.
func (v *DocumentVersion) askQuality(f Facts, change *Change, waiting []PersonID) {
	lead := v.quality(f.Org, append(waiting, v.Owner)...)
	if lead == nil {
		return
	}
	args := v.args(f)
	var names []string
	for _, id := range waiting {
		names = append(names, f.Org.NameOf(id))
	}
	args["count"], args["names"] = Number(len(waiting)), Text(strings.Join(names, ", "))
	n := v.notice(f, lead.ID, "approval_late", "late", "control.late", args)
	n.Replies = []Reply{
		{Letter: "T", Key: "reply.stand_in", Command: StandIn{Version: v.ID}, Style: "primary"},
		{Letter: "?", Key: "reply.read", Flow: "read_draft", Start: v.start()},
	}
	change.Notices = append(change.Notices, n)
}

// replace gives the places of reviewers who have left to somebody of the quality group, once however many left. It returns who was asked
// newly. When nobody is there to ask, the places stay: the next reminder looks again.
func (v *DocumentVersion) replace(f Facts, change *Change, by []PersonID) (fresh []PersonID) {
	var stay, gone []PersonID
	for _, id := range v.Reviewers {
		p := f.Org.People[id]
		if p != nil && p.Active || slices.Contains(by, id) { // who approved before leaving has approved
			stay = append(stay, id)
		} else {
			gone = append(gone, id)
		}
	}
	stand := v.quality(f.Org, append([]PersonID{v.Owner}, stay...)...)
	if len(gone) == 0 || len(stay) == 0 && stand == nil {
		return nil
	}
	v.endChores(f, change, TaskWithdrawn, ApproveDraft, gone...)
	v.Reviewers = stay
	if stand != nil {
		v.Reviewers = append(v.Reviewers, stand.ID)
		fresh = []PersonID{stand.ID}
		d := v.decided(f, Replaced, "")
		d.Person, d.Name = stand.ID, stand.Name
		change.Entries = append(change.Entries, d)
		v.ask(f, change, stand.ID, f.Tokens[0], "control.review", "replace")
	}
	change.Entries = append(change.Entries, SavedVersion{*v})
	change.Events = append(change.Events, v.event("reviewer_replaced"))
	return fresh
}

// ReplaceReviewers gives the places of reviewers who have left to others at once: after an import of leavers.
type ReplaceReviewers struct{ Version int64 }

// CommandName is not registered: only an import runs it.
func (ReplaceReviewers) CommandName() string { return "replace_reviewers@1" }

// Needs the version.
func (c ReplaceReviewers) Needs() Needs { return Needs{Life: c.Version, Tokens: mostReviewers} }

// Decide replaces, and goes on when nobody is waited for any more.
func (c ReplaceReviewers) Decide(f Facts) (Change, error) {
	if f.Version == nil || f.Version.State != InApproval {
		return Change{}, nil
	}
	v := *f.Version
	_, by := v.submission(f.Decided)
	var change Change
	if v.replace(f, &change, by); len(v.waiting(by)) > 0 {
		return change, nil
	}
	return v.complete(f, change)
}

// StandIn takes the places of all reviewers who have not answered.
type StandIn struct{ Version int64 }

var _ = Register(StandIn{})

// CommandName is the stored name.
func (StandIn) CommandName() string { return "stand_in@1" }

// Needs the version.
func (c StandIn) Needs() Needs { return Needs{Life: c.Version, Tokens: 1} }

// Decide lets leads above the owner's unit and the quality office stand in; never the author. They then approve or return like any reviewer.
func (c StandIn) Decide(f Facts) (Change, error) {
	if f.Version == nil {
		return Change{}, ErrNotFound
	}
	v := *f.Version
	if !v.mayStandIn(f) {
		return Change{}, ErrForbidden
	}
	if v.State != InApproval {
		return Change{}, v.wrongStage()
	}
	_, by := v.submission(f.Decided)
	waiting := v.waiting(by)
	me := f.Actor.Person
	if slices.Contains(waiting, me) && len(waiting) == 1 || slices.Contains(by, me) {
		return Change{Notices: []Notice{v.toActor(f, "standing", "control.standing", v.args(f))}}, nil
	}
	v.Reviewers = append(slices.DeleteFunc(slices.Clone(v.Reviewers), func(id PersonID) bool { return slices.Contains(waiting, id) }), me)
	change := Change{Entries: []Entry{SavedVersion{v}, v.decided(f, StoodIn, "")}, Events: []Event{v.event("document_stood_in")}}
	args := v.args(f)
	args["by"], args["at"] = Text(f.Org.NameOf(me)), Moment(f.Now)
	for _, id := range waiting {
		if id != me {
			v.endChores(f, &change, TaskWithdrawn, ApproveDraft, id)
			change.Settle = append(change.Settle, Settle{Subject: v.Subject(), Topic: approvalTopic(id), Key: "control.card_taken", Args: args, Except: me})
		}
	}
	change.Settle = append(change.Settle, Settle{Subject: v.Subject(), Topic: "approval_late", Key: "control.card_taken", Args: args, Except: me, Silent: true})
	v.ask(f, &change, me, f.Tokens[0], "control.review", "stand_in")
	change.Notices[len(change.Notices)-1].Urgency = Prompt
	return change, nil
}

func (v *DocumentVersion) mayStandIn(f Facts) bool {
	p := f.Org.People[f.Actor.Person]
	if p == nil || !p.Active || f.Actor.Level < A1 || p.ID == v.Owner {
		return false
	}
	unit := f.Org.Root()
	if owner := f.Org.People[v.Owner]; owner != nil {
		unit = owner.Unit
	}
	return p.Has(Quality) || p.Has(Lead, Executive) && f.Org.Oversees(p.ID, unit)
}
