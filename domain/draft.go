package domain

import (
	"fmt"
	"slices"
	"strings"
)

// mostReviewers bounds how many people must approve one version: each is asked, reminded and waited for.
const mostReviewers = 12

// DraftDocument keeps a text as the draft of a document's next version; a draft there was gives way to it. The same file again changes
// nothing, at whatever stage it is.
type DraftDocument struct{ Version DocumentVersion }

// CommandName is not registered: it carries text.
func (DraftDocument) CommandName() string { return "draft_document@1" }

// Needs the document, locked.
func (c DraftDocument) Needs() Needs { return Needs{Document: c.Version.Code} }

// Decide keeps the draft.
func (c DraftDocument) Decide(f Facts) (Change, error) {
	v, err := draft(f, c.Version)
	if v == nil || err != nil {
		return Change{}, err
	}
	return Change{Entries: []Entry{SavedVersion{*v}}, Events: []Event{v.event("document_drafted", "sha256", v.Hash)}}, nil
}

// draft returns a text as the draft of the document's next version; nil when this very file is one of its versions already.
func draft(f Facts, given DocumentVersion) (*DocumentVersion, error) {
	v := given.WithDefaults()
	before, underway := InForce(f.History), Underway(f.History)
	if err := mayDraft(f, &v, before); err != nil {
		return nil, err
	}
	if v.Code == "" || v.Title == "" || v.Hash == "" || v.Number < 1 || strings.TrimSpace(v.Body) == "" && v.File == 0 {
		return nil, Invalid("document", "problem.document_incomplete")
	}
	for _, old := range f.History {
		switch {
		case old.Number == v.Number && old.sameFiles(&v):
			return nil, nil
		case old != underway && v.Number <= old.Number:
			return nil, &InvalidError{Field: "version", Reason: "problem.version_old", Args: Args{"code": Text(old.Name())}}
		}
	}
	v.ID, v.State, v.CreatedAt, v.Handle, v.Review, v.Cause = f.NextID, Draft, f.Now, "", "", ""
	if underway != nil {
		if underway.State != Draft {
			return nil, &InvalidError{Field: "version", Reason: "problem.version_underway", Args: Args{"code": Text(underway.Name()), "stage": Term("stage." + string(underway.State))}}
		}
		v.ID, v.CreatedAt, v.Handle = underway.ID, underway.CreatedAt, underway.Handle
	}
	return &v, nil
}

// mayDraft decides who writes: whoever may publish, the owner of the document, and anybody of the house a document of their own.
func mayDraft(f Facts, v, before *DocumentVersion) error {
	if mayPublish(f) == nil {
		return nil
	}
	p := f.Org.People[f.Actor.Person]
	if p == nil || !p.Active || f.Actor.Level < A2 || v.Owner != p.ID || before != nil && before.Owner != p.ID {
		return ErrForbidden
	}
	return nil
}

// HandInDocument takes a finished text: a draft that goes to its reviewers at once. A text without reviewers that comes from the command
// line is approved already: it takes effect at once, or on its day.
type HandInDocument struct {
	Version DocumentVersion
	File    *File // to be kept with it; nil: it is kept already, or there is none
}

// CommandName is not registered: it carries text.
func (HandInDocument) CommandName() string { return "hand_in_document@1" }

// Needs the document, locked, and what reviewers are asked with.
func (c HandInDocument) Needs() Needs {
	return Needs{Document: c.Version.Code, Codes: 1, Tokens: mostReviewers, NewFile: c.File != nil}
}

// Decide drafts and submits in one.
func (c HandInDocument) Decide(f Facts) (Change, error) {
	if c.File != nil {
		c.Version.File = int64(f.NextFile)
	}
	v, err := draft(f, c.Version)
	if v == nil || err != nil {
		return Change{}, err
	}
	change, err := v.submit(f)
	change.Events = append([]Event{v.event("document_drafted", "sha256", v.Hash)}, change.Events...)
	if c.File != nil {
		change.keep(*c.File, f)
	}
	return change, err
}

// SubmitDocument asks the reviewers of a draft.
type SubmitDocument struct{ Version int64 }

var _ = Register(SubmitDocument{})

// CommandName is the stored name.
func (SubmitDocument) CommandName() string { return "submit_document@1" }

// Needs the version.
func (c SubmitDocument) Needs() Needs {
	return Needs{Life: c.Version, Codes: 1, Tokens: mostReviewers}
}

// Decide lets the author submit, and whoever may publish.
func (c SubmitDocument) Decide(f Facts) (Change, error) {
	if f.Version == nil {
		return Change{}, ErrNotFound
	}
	if f.Version.Owner != f.Actor.Person && mayPublish(f) != nil || f.Actor.Level < A1 {
		return Change{}, ErrForbidden
	}
	v := *f.Version
	return v.submit(f)
}

// submit takes a draft to its reviewers.
func (v *DocumentVersion) submit(f Facts) (Change, error) {
	if err := v.Check(); err != nil {
		return Change{}, err
	}
	if len(v.Reviewers) == 0 && f.Actor.Operator {
		if err := v.move(InApproval, Approved); err != nil {
			return Change{}, err
		}
		return v.approved(f, Change{})
	}
	if err := v.move(InApproval); err != nil {
		return Change{}, err
	}
	people, err := v.askable(f.Org)
	if err != nil {
		return Change{}, err
	}
	v.Reviewers = people
	if v.Handle == "" {
		v.Handle = f.Codes[0]
	}
	change := Change{
		Entries: []Entry{SavedVersion{*v}, v.decided(f, Submitted, ""), GivenCode{v.Handle, v.Subject()}},
		Events:  []Event{v.event("document_submitted", "sha256", v.Hash, "reviewers", fmt.Sprint(len(v.Reviewers)))},
		Timers:  []Timer{v.chase(f, f.Now, 0)},
	}
	for i, id := range v.Reviewers {
		v.ask(f, &change, id, f.Tokens[i], "control.review", "ask")
	}
	if f.Actor.Address != 0 {
		args := v.args(f)
		args["count"] = Number(len(v.Reviewers))
		change.Notices = append(change.Notices, v.toActor(f, "submitted", "control.submitted", args))
	}
	return change, nil
}

// askable are the reviewers to ask: those named, without the author, whose own approval proves nothing, and without those who have left.
// When nobody remains, the quality group of the author's unit is asked.
func (v *DocumentVersion) askable(o *Organisation) ([]PersonID, error) {
	var people []PersonID
	for _, id := range v.Reviewers {
		if p := o.People[id]; p != nil && p.Active && id != v.Owner && !slices.Contains(people, id) {
			people = append(people, id)
		}
	}
	if len(people) == 0 {
		if stand := v.quality(o, v.Owner); stand != nil {
			people = append(people, stand.ID)
		}
	}
	if len(people) == 0 || len(people) > mostReviewers {
		return nil, &InvalidError{Field: "reviewers", Reason: "problem.reviewers", Args: Args{"limit": Number(mostReviewers)}}
	}
	return people, nil
}

// quality is who sees to a document when its own people do not: the nearest lead of a quality group above its owner, else the quality
// office, else another lead, an executive, a manager. The people in not are passed over. Nil: nobody is left.
func (v *DocumentVersion) quality(o *Organisation, not ...PersonID) *Person {
	unit := o.Root()
	if p := o.People[v.Owner]; p != nil {
		unit = p.Unit
	}
	for _, found := range [][]*Person{o.With(Lead, unit), o.Anyone(Quality), o.Anyone(Lead), o.Anyone(Executive), o.Anyone(Manager)} {
		for _, p := range found {
			if !slices.Contains(not, p.ID) && p.Reachable() {
				return p
			}
		}
	}
	return nil
}
