package domain

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A ReviewStage is where the periodic review of a version in force stands.
type ReviewStage string

// The stages of a periodic review.
const (
	NoReview   ReviewStage = ""
	Asked      ReviewStage = "asked"    // its owner is asked whether it is still right
	Revising   ReviewStage = "revising" // a new version is being written
	RetireAsks ReviewStage = "retiring" // the quality office is asked to confirm
)

// A Cause is why a version is reviewed.
type Cause string

// The causes. Source: "at least once a year or after a significant incident or change".
const (
	Yearly        Cause = "yearly"
	AfterIncident Cause = "incident"     // a linked record of rank 3 or 4 was closed
	AfterChange   Cause = "organisation" // something changed where it is used
	AfterAudits   Cause = "audits"       // three of its audits failed
)

// Topics of what is sent about a periodic review.
const (
	reviewTopic = "review"
	retireTopic = "retire"
)

// reviewDays are the days from the review date on which the owner is asked, and reminded; after them every week, and the quality group
// too. Source: the reminders -60, -30, -7 of the periodic review.
var reviewDays = []int{-60, -30, -7, 0}

// Overdue reports whether a version in force should have been reviewed by now: it is marked wherever it is shown.
func (v *DocumentVersion) Overdue(now time.Time) bool {
	return v.State == Effective && !v.ReviewAt.IsZero() && now.After(v.ReviewAt)
}

// reviewDay is the n-th moment of reviewDays, and beyond them every week.
func (v *DocumentVersion) reviewDay(zone *time.Location, step int) time.Time {
	days := reviewDays[min(step, len(reviewDays)-1)]
	if beyond := step - (len(reviewDays) - 1); beyond > 0 {
		days += 7 * beyond
	}
	return DateOf(v.ReviewAt, zone).Add(days).At(reminderHour*60, zone)
}

// nextReview is the timer of the first such moment that lies ahead.
func (v *DocumentVersion) nextReview(f Facts) Timer {
	step := 0
	for !v.reviewDay(f.Org.Zone, step).After(f.Now) {
		step++
	}
	return Timer{Key: v.key("review"), At: v.reviewDay(f.Org.Zone, step), Command: AskReview{Version: v.ID}}
}

// keeper is who answers for a version in force: its owner; while they are away their deputy; when they have left, the quality group.
func (v *DocumentVersion) keeper(f Facts) *Person {
	if d, there := f.Org.Present(v.Owner, f.Now); there {
		return f.Org.People[d.Person]
	}
	if p := f.Org.People[v.Owner]; p != nil && p.Active {
		return p // away without a deputy: it waits on their desk
	}
	return v.quality(f.Org)
}

// AskReview asks whoever answers for a version whether it is still right, or reminds them of what they said they would do.
type AskReview struct{ Version int64 }

var _ = Register(AskReview{})

// CommandName is the stored name.
func (AskReview) CommandName() string { return "ask_review@1" }

// Needs the version.
func (c AskReview) Needs() Needs { return Needs{Life: c.Version, Codes: 1, Tokens: 1} }

// Decide asks, and sets the clock for the next time. A new version that is on its way needs no reminder.
func (c AskReview) Decide(f Facts) (Change, error) {
	if f.Version == nil || f.Version.State != Effective {
		return Change{}, nil
	}
	v := *f.Version
	change := Change{Timers: []Timer{v.nextReview(f)}}
	if v.Review == NoReview {
		v.Review, v.Cause = Asked, Yearly
	}
	if next := Underway(f.History); next != nil && next.State != Draft {
		return change, nil
	}
	v.askKeeper(f, &change)
	return change, nil
}

// askKeeper puts the review before whoever has to act next; late, before the quality group too.
func (v *DocumentVersion) askKeeper(f Facts, change *Change) {
	if v.Handle == "" {
		v.Handle = f.Codes[0]
	}
	change.Entries = append(change.Entries, SavedVersion{*v}, GivenCode{v.Handle, v.Subject()})
	change.Events = append(change.Events, v.event("review_asked", "stage", string(v.Review), "cause", string(v.Cause), "overdue", fmt.Sprint(v.Overdue(f.Now))))
	if v.Review == RetireAsks {
		v.askRetire(f, change)
		return
	}
	who := v.keeper(f)
	if who == nil {
		return
	}
	kind, key := ReviewDocument, "control.due"
	switch {
	case v.Review == Revising:
		kind, key = ReviseDocument, "control.revise"
	case v.Overdue(f.Now):
		key = "control.overdue"
	}
	token := f.Tokens[0]
	if old := v.chore(f, who.ID, kind); old.Token != "" {
		token = old.Token
	}
	change.Entries = append(change.Entries, AskedTask{Task{Person: who.ID, Kind: kind, Subject: v.ID, State: TaskOpen, Token: token, CreatedAt: f.Now, DueAt: v.ReviewAt}})
	args := v.reviewArgs(f)
	args["link"] = Link("/s/" + token)
	n := v.notice(f, who.ID, reviewTopic, "review", key, args)
	n.Replies = v.reviewReplies()
	change.Notices = append(change.Notices, n)
	if v.Overdue(f.Now) {
		v.tellQuality(f, change, who.ID)
	}
}

func (v *DocumentVersion) reviewArgs(f Facts) Args {
	args := v.args(f)
	args["due"], args["cause"] = Day(v.ReviewAt), Term("cause."+string(v.Cause))
	return args
}

// reviewReplies are the answers to "is it still right?".
func (v *DocumentVersion) reviewReplies() []Reply {
	replies := []Reply{
		{Letter: "A", Key: "reply.still_right", Command: KeepDocument{Version: v.ID}, Style: "primary"},
		{Letter: "B", Key: "reply.needs_change", Command: RewriteDocument{Version: v.ID}},
		{Letter: "C", Key: "reply.retire", Command: ProposeRetirement{Version: v.ID}, Style: "danger"},
		{Letter: "?", Key: "reply.read", Flow: "read_draft", Start: v.start()},
	}
	if v.Review == Revising {
		return append(replies[:1:1], replies[2:]...)
	}
	return replies
}

// tellQuality tells somebody of the quality group that a review is late.
func (v *DocumentVersion) tellQuality(f Facts, change *Change, asked PersonID) {
	lead := v.quality(f.Org, v.Owner, asked)
	if lead == nil {
		return
	}
	args := v.reviewArgs(f)
	args["person"] = Text(f.Org.NameOf(asked))
	n := v.notice(f, lead.ID, reviewTopic, "review_late", "control.overdue_lead", args)
	n.Replies = v.reviewReplies()
	change.Notices = append(change.Notices, n)
}

// flaggedTime is how long a review that an incident or a change has triggered may take.
const flaggedTime = 14 * 24 * time.Hour

// FlagReview has a document in force reviewed before its time.
type FlagReview struct {
	Code   string
	Cause  Cause
	Record RecordID `json:",omitempty"` // the record that is the cause
	Name   string   `json:",omitempty"` // and what it is called: INC-K7R
}

var _ = Register(FlagReview{})

// CommandName is the stored name.
func (FlagReview) CommandName() string { return "flag_review@1" }

// Needs the document.
func (c FlagReview) Needs() Needs { return Needs{Document: c.Code, Codes: 1, Tokens: 1} }

// Decide brings the review date near and asks at once. Of a review that is under way the cause is kept, and nobody is asked twice.
func (c FlagReview) Decide(f Facts) (Change, error) {
	if p := f.Org.People[f.Actor.Person]; !f.Actor.Clock && !f.Actor.Operator && (p == nil || !p.Active || !p.Has(Quality, Lead, Executive) || f.Actor.Level < A2) {
		return Change{}, ErrForbidden
	}
	if f.Version == nil || f.Version.State != Effective {
		return Change{}, nil
	}
	v := *f.Version
	event := v.event("review_triggered", "cause", string(c.Cause))
	event.Record = c.Record
	change := Change{Entries: []Entry{v.decided(f, ReviewTriggered, c.Name)}, Events: []Event{event}}
	if v.Review == Revising || v.Review == RetireAsks {
		return change, nil
	}
	if by := f.Now.Add(flaggedTime); v.ReviewAt.IsZero() || by.Before(v.ReviewAt) {
		v.ReviewAt = by
	}
	v.Review, v.Cause = Asked, c.Cause
	change.Timers = []Timer{v.nextReview(f)}
	v.askKeeper(f, &change)
	return change, nil
}

// flagged is the timer that has the procedure a record is linked to reviewed at once. It outlives the record, which ends with its own.
func flagged(r *Record, f Facts) Timer {
	return Timer{
		Key: TimerKey{Subject: "document/" + r.Report.Document, Name: "flag/" + string(r.Ref)}, At: f.Now,
		Command: FlagReview{Code: r.Report.Document, Cause: AfterIncident, Record: r.ID, Name: r.Name()},
	}
}

// FlagChange has every document reviewed whose readers work in units where something changed: reorganised, moved, given new equipment.
type FlagChange struct {
	Units []UnitCode
	Text  string // what changed, masked
}

// CommandName is not registered: it carries text.
func (FlagChange) CommandName() string { return "flag_change@1" }

// Needs what is in force.
func (FlagChange) Needs() Needs { return Needs{InForce: true} }

// Decide lets leads, the quality office and executives flag. Owners are told what changed, and asked about each of their documents. A
// document for the whole house is meant only when the whole house changes.
func (c FlagChange) Decide(f Facts) (Change, error) {
	p := f.Org.People[f.Actor.Person]
	if p == nil || !p.Active || !p.Has(Quality, Lead, Executive) || f.Actor.Level < A2 {
		return Change{}, ErrForbidden
	}
	change := Change{}
	codes := map[PersonID][]string{}
	for _, v := range f.InForce {
		if !c.concerns(f.Org, v) {
			continue
		}
		change.Timers = append(change.Timers, Timer{
			Key: TimerKey{Subject: "document/" + v.Code, Name: fmt.Sprintf("flag/change%d", f.Now.UnixMicro())}, At: f.Now, Command: FlagReview{Code: v.Code, Cause: AfterChange},
		})
		change.Events = append(change.Events, v.event("change_flagged"))
		if k := v.keeper(f); k != nil {
			codes[k.ID] = append(codes[k.ID], v.Code)
		}
	}
	say := func(to Recipient, what, key string, u Urgency, args Args) {
		change.Notices = append(change.Notices, Notice{ID: fmt.Sprintf("change/p%d/%d/%s", p.ID, f.Now.UnixMicro(), what), To: to, Topic: "answer", Key: key, Args: args, Urgency: u, Class: Once})
	}
	for _, id := range slices.Sorted(maps.Keys(codes)) {
		say(Recipient{Person: id}, fmt.Sprintf("p%d", id), "control.change_told", Routine, Args{
			"by": Text(p.Name), "unit": Text(unitList(c.Units)), "text": Text(c.Text), "docs": Text(strings.Join(codes[id], ", ")),
		})
	}
	key := "control.change_flagged"
	if len(change.Timers) == 0 {
		key = "control.change_none"
	}
	say(Recipient{Address: f.Actor.Address}, "done", key, Prompt, Args{"count": Number(len(change.Timers))})
	return change, nil
}

func unitList(units []UnitCode) string {
	var codes []string
	for _, u := range units {
		codes = append(codes, string(u))
	}
	return strings.Join(codes, ", ")
}

// concerns reports whether the readers of a version work where something changed.
func (c FlagChange) concerns(o *Organisation, v *DocumentVersion) bool {
	units := v.Audience.Units
	if len(units) == 0 {
		units = []UnitCode{o.Root()}
	}
	for _, u := range units {
		for _, changed := range c.Units {
			if o.Within(u, changed) {
				return true
			}
		}
	}
	return false
}
