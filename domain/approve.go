package domain

import (
	"fmt"
	"slices"
	"time"
)

// args are the values of every text about a version's life.
func (v *DocumentVersion) args(f Facts) Args {
	return Args{
		"doc": Text(v.Code), "version": Number(v.Number), "title": Text(v.Title), "changed": Text(v.Changed), "bare": Text(string(v.Handle)), "owner": Text(f.Org.NameOf(v.Owner)),
		"stage": Term("stage." + string(v.State)),
	}
}

// approvalTopic is the topic of what one reviewer is sent: each reviewer's card is settled by itself.
func approvalTopic(id PersonID) string { return fmt.Sprintf("approval/p%d", id) }

// notice is a message about the version to one person.
func (v *DocumentVersion) notice(f Facts, to PersonID, topic, what, key string, args Args) Notice {
	return Notice{
		ID: fmt.Sprintf("%s/%s/p%d/%d", v.Subject(), what, to, f.Now.UnixMicro()), To: Recipient{Person: to}, Topic: topic, Subject: v.Subject(), Key: key, Args: args,
		Urgency: Routine, Class: Once,
	}
}

// toActor answers whoever acts, at the address they write from; else wherever they are reached.
func (v *DocumentVersion) toActor(f Facts, what, key string, args Args) Notice {
	n := v.notice(f, f.Actor.Person, "answer", what, key, args)
	n.Urgency, n.To = Prompt, actorOf(f)
	return n
}

// chore is the task that a person has about this version; its zero value when there is none.
func (v *DocumentVersion) chore(f Facts, id PersonID, kind TaskKind) Task {
	for _, t := range f.Chores {
		if t.Person == id && t.Kind == kind && t.Subject == v.ID {
			return t
		}
	}
	return Task{}
}

// ask puts a version before one reviewer: a task with a page to read it, and a card.
func (v *DocumentVersion) ask(f Facts, change *Change, id PersonID, token, key, what string) {
	if old := v.chore(f, id, ApproveDraft); old.Token != "" {
		token = old.Token
	}
	change.Entries = append(change.Entries, AskedTask{Task{Person: id, Kind: ApproveDraft, Subject: v.ID, State: TaskOpen, Token: token, CreatedAt: f.Now, DueAt: f.Now.Add(chaseDays[len(chaseDays)-1] * day)}})
	args := v.args(f)
	args["link"] = Link("/s/" + token)
	n := v.notice(f, id, approvalTopic(id), what, key, args)
	n.Replies = v.reviewerReplies()
	change.Notices = append(change.Notices, n)
}

func (v *DocumentVersion) start() Args { return Args{"version": Number(int(v.ID))} }

func (v *DocumentVersion) reviewerReplies() []Reply {
	return []Reply{
		{Letter: "A", Key: "reply.approve", Command: ApproveDocument{Version: v.ID}, Style: "primary"},
		{Letter: "R", Key: "reply.return", Flow: "return_document", Start: v.start()},
		{Letter: "?", Key: "reply.read", Flow: "read_draft", Start: v.start()},
	}
}

// ApproveDocument is one reviewer's yes to the text as it was submitted. The last one puts it in force, or lets it wait for its day.
type ApproveDocument struct{ Version int64 }

var _ = Register(ApproveDocument{})

// CommandName is the stored name.
func (ApproveDocument) CommandName() string { return "approve_document@1" }

// Needs the version.
func (c ApproveDocument) Needs() Needs { return Needs{Life: c.Version} }

// Decide keeps the approval with the hash of the text it is about. Only a reviewer's counts, and each once.
func (c ApproveDocument) Decide(f Facts) (Change, error) {
	if f.Version == nil {
		return Change{}, ErrNotFound
	}
	v := *f.Version
	if !slices.Contains(v.Reviewers, f.Actor.Person) || f.Actor.Level < A1 || f.Actor.Person == v.Owner {
		return Change{}, ErrForbidden
	}
	if v.State != InApproval {
		return Change{}, v.wrongStage()
	}
	args := v.args(f)
	_, by := v.submission(f.Decided)
	if slices.Contains(by, f.Actor.Person) {
		args["count"] = Number(len(v.Reviewers) - len(by))
		return Change{Notices: []Notice{v.toActor(f, "approved", "control.approved", args)}}, nil
	}
	waiting := v.waiting(append(by, f.Actor.Person))
	change := Change{
		Entries: []Entry{v.decided(f, ApprovedBy, "")},
		Events:  []Event{v.event("document_approved", "sha256", v.Hash, "waiting", fmt.Sprint(len(waiting)))},
	}
	v.endChores(f, &change, TaskDone, ApproveDraft, f.Actor.Person)
	args["at"] = Moment(f.Now)
	change.Settle = []Settle{{Subject: v.Subject(), Topic: approvalTopic(f.Actor.Person), Key: "control.card_approved", Args: args, Silent: true}}
	if len(waiting) > 0 {
		args["count"] = Number(len(waiting))
		change.Notices = []Notice{v.toActor(f, "approved", "control.approved", args)}
		return change, nil
	}
	change.Notices = []Notice{v.toActor(f, "approved", "control.approved_last", args)}
	return v.complete(f, change)
}

// waiting are the reviewers who have not approved.
func (v *DocumentVersion) waiting(by []PersonID) []PersonID {
	var waiting []PersonID
	for _, id := range v.Reviewers {
		if !slices.Contains(by, id) {
			waiting = append(waiting, id)
		}
	}
	return waiting
}

// endChores ends the open tasks of a kind about this version: those of the people given, or everybody's.
func (v *DocumentVersion) endChores(f Facts, change *Change, state TaskState, kind TaskKind, people ...PersonID) {
	for _, t := range f.Chores {
		if t.Subject == v.ID && t.Kind == kind && t.State == TaskOpen && (len(people) == 0 || slices.Contains(people, t.Person)) {
			t.State, t.DoneAt = state, f.Now
			change.Entries = append(change.Entries, SavedTask{t})
		}
	}
}

// complete goes on with a version that nobody has to approve any more.
func (v *DocumentVersion) complete(f Facts, change Change) (Change, error) {
	if err := v.move(Approved); err != nil {
		return Change{}, err
	}
	change.Clear = append(change.Clear, v.key("chase"))
	return v.approved(f, change)
}

// approved puts an approved version in force, or lets it wait for its day. Its author is told which.
func (v *DocumentVersion) approved(f Facts, change Change) (Change, error) {
	if v.EffectiveOn.After(f.Now) {
		change.Entries = append(change.Entries, SavedVersion{*v})
		change.Events = append(change.Events, v.event("document_waits", "sha256", v.Hash))
		change.Timers = append(change.Timers, Timer{Key: v.key("effect"), At: v.EffectiveOn, Command: TakeEffect{Version: v.ID}})
		args := v.args(f)
		args["due"] = Day(v.EffectiveOn)
		if v.Handle != "" {
			change.Notices = append(change.Notices, v.notice(f, v.Owner, "control", "waits", "control.waits", args))
		}
		return change, nil
	}
	return v.enforce(f, change)
}

// enforce puts the version in force and ends its code.
func (v *DocumentVersion) enforce(f Facts, change Change) (Change, error) {
	previous := InForce(f.History)
	effect, err := v.takeEffect(f, previous)
	if err != nil {
		return Change{}, err
	}
	if previous != nil && previous.Review != NoReview { // what was asked about it is answered: by the new one
		args := previous.args(f)
		args["newer"] = Number(v.Number)
		for _, topic := range []string{reviewTopic, retireTopic} {
			change.Settle = append(change.Settle, Settle{Subject: previous.Subject(), Topic: topic, Key: "doc.superseded", Args: args, Silent: true})
		}
	}
	change.Entries = append(append(change.Entries, effect.Entries...), v.decided(f, PutInForce, ""))
	change.Events = append(change.Events, effect.Events...)
	change.Timers = append(change.Timers, effect.Timers...)
	if v.Handle != "" {
		change.Entries = append(change.Entries, EndedCode{v.Handle})
		change.Notices = append(change.Notices, v.notice(f, v.Owner, "control", "in_force", "control.in_force", v.args(f)))
	}
	return change, nil
}

func (v *DocumentVersion) key(name string) TimerKey {
	return TimerKey{Subject: v.Subject(), Name: name}
}

// TakeEffect puts an approved version in force on its day.
type TakeEffect struct{ Version int64 }

var _ = Register(TakeEffect{})

// CommandName is the stored name.
func (TakeEffect) CommandName() string { return "take_effect@1" }

// Needs the version.
func (c TakeEffect) Needs() Needs { return Needs{Life: c.Version} }

// Decide does nothing when the version was returned meanwhile, or put off.
func (c TakeEffect) Decide(f Facts) (Change, error) {
	if f.Version == nil || f.Version.State != Approved || f.Version.EffectiveOn.After(f.Now) {
		return Change{}, nil
	}
	v := *f.Version
	return v.enforce(f, Change{})
}

// ReasonLimit is the longest reason for returning a document. Characters.
const ReasonLimit = 300

// ReturnDocument gives a version back to its author: a reviewer's no, with the reason, or the author's own second thoughts.
type ReturnDocument struct {
	Version int64
	Reason  string // masked
}

// CommandName is not registered: it carries text.
func (ReturnDocument) CommandName() string { return "return_document@1" }

// Needs the version.
func (c ReturnDocument) Needs() Needs { return Needs{Life: c.Version} }

// Decide makes it a draft again: nobody else is asked about this text any more, and its author is told why.
func (c ReturnDocument) Decide(f Facts) (Change, error) {
	if f.Version == nil {
		return Change{}, ErrNotFound
	}
	v := *f.Version
	p := f.Org.People[f.Actor.Person]
	if p == nil || !p.Active || f.Actor.Level < A1 || p.ID != v.Owner && !slices.Contains(v.Reviewers, p.ID) && !p.Has(Quality) {
		return Change{}, ErrForbidden
	}
	if c.Reason == "" {
		return Change{}, Invalid("reason", "problem.empty")
	}
	if v.State != InApproval && v.State != Approved {
		return Change{}, v.wrongStage()
	}
	if err := v.move(Draft); err != nil {
		return Change{}, err
	}
	args := v.args(f)
	args["person"], args["text"], args["by"] = Text(p.Name), Text(c.Reason), Text(p.Name)
	change := Change{
		Entries: []Entry{SavedVersion{v}, v.decided(f, ReturnedBy, c.Reason)},
		Events:  []Event{v.event("document_returned", "sha256", v.Hash)},
		Clear:   []TimerKey{v.key("chase"), v.key("effect")},
		Notices: []Notice{v.toActor(f, "return_sent", "control.return_sent", args)},
	}
	v.endChores(f, &change, TaskWithdrawn, ApproveDraft)
	for _, id := range v.Reviewers {
		change.Settle = append(change.Settle, Settle{Subject: v.Subject(), Topic: approvalTopic(id), Key: "control.card_returned", Args: args, Except: p.ID})
	}
	if p.ID != v.Owner {
		n := v.notice(f, v.Owner, "control", "returned", "control.returned", args)
		n.Replies = []Reply{{Letter: "S", Key: "reply.submit", Command: SubmitDocument{Version: v.ID}}}
		change.Notices = append(change.Notices, n)
	}
	return change, nil
}

// chaseDays are the days after the submission on which reviewers who have not answered are reminded; on the last one, and every week
// from then on, the quality group is asked to see to it. Source: the reminder steps 2, 5, 9 days of the controlled-document practice.
var chaseDays = []time.Duration{2, 5, 9, 12}

// chasesAfter are the days between later reminders.
const chasesAfter = 7

// chase is the timer of the n-th reminder.
func (v *DocumentVersion) chase(f Facts, submitted time.Time, step int) Timer {
	days := int(chaseDays[min(step, len(chaseDays)-1)])
	if beyond := step - (len(chaseDays) - 1); beyond > 0 {
		days += chasesAfter * beyond
	}
	return Timer{Key: v.key("chase"), At: DateOf(submitted, f.Org.Zone).Add(days).At(reminderHour*60, f.Org.Zone), Command: ChaseReviewers{Version: v.ID, Step: step}}
}
