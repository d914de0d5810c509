package domain

// mayReview decides who answers a periodic review: whoever is asked, its owner, and the quality group above.
func (v *DocumentVersion) mayReview(f Facts) error {
	p := f.Org.People[f.Actor.Person]
	if p == nil || !p.Active || f.Actor.Level < A1 {
		return ErrForbidden
	}
	if k := v.keeper(f); p.ID == v.Owner || k != nil && k.ID == p.ID || v.mayStandIn(f) {
		return nil
	}
	return ErrForbidden
}

// reviewed checks that a review is under way and that the actor may answer it.
func reviewed(f Facts, stages ...ReviewStage) (*DocumentVersion, error) {
	if f.Version == nil {
		return nil, ErrNotFound
	}
	v := *f.Version
	if err := v.mayReview(f); err != nil {
		return nil, err
	}
	if v.State != Effective {
		return nil, v.wrongStage()
	}
	for _, s := range stages {
		if v.Review == s {
			return &v, nil
		}
	}
	return nil, &InvalidError{Field: "version", Reason: "problem.no_review", Args: v.args(f)}
}

// answered ends what was asked about a review: the tasks, and everybody's cards.
func (v *DocumentVersion) answered(f Facts, change *Change, key string, args Args) {
	v.endChores(f, change, TaskDone, ReviewDocument)
	v.endChores(f, change, TaskDone, ReviseDocument)
	change.Settle = append(change.Settle, Settle{Subject: v.Subject(), Topic: reviewTopic, Key: key, Args: args, Silent: true})
}

// KeepDocument says that a version is still right: the next review lies a whole period ahead.
type KeepDocument struct{ Version int64 }

var _ = Register(KeepDocument{})

// CommandName is the stored name.
func (KeepDocument) CommandName() string { return "keep_document@1" }

// Needs the version.
func (c KeepDocument) Needs() Needs { return Needs{Life: c.Version} }

// Decide sets the next date. It is the answer too to a revision that proves needless.
func (c KeepDocument) Decide(f Facts) (Change, error) {
	v, err := reviewed(f, Asked, Revising)
	if err != nil {
		return Change{}, err
	}
	v.Review, v.Cause, v.ReviewAt = NoReview, "", f.Now.Add(v.ReviewEvery)
	args := v.args(f)
	args["due"], args["by"] = Day(v.ReviewAt), Text(f.Org.NameOf(f.Actor.Person))
	change := Change{
		Entries: []Entry{SavedVersion{*v}, v.decided(f, StillRight, ""), EndedCode{v.Handle}},
		Events:  []Event{v.event("document_reviewed", "sha256", v.Hash, "answer", "still_right")},
		Timers:  []Timer{v.nextReview(f)},
		Notices: []Notice{v.toActor(f, "kept", "control.kept", args)},
	}
	v.answered(f, &change, "control.card_kept", args)
	return change, nil
}

// RewriteDocument says that a version needs a change: its owner is to hand in the next one.
type RewriteDocument struct{ Version int64 }

var _ = Register(RewriteDocument{})

// CommandName is the stored name.
func (RewriteDocument) CommandName() string { return "rewrite_document@1" }

// Needs the version.
func (c RewriteDocument) Needs() Needs { return Needs{Life: c.Version, Tokens: 1} }

// Decide makes a task of it for whoever answers for the version; reminders go on until the next version is in force.
func (c RewriteDocument) Decide(f Facts) (Change, error) {
	v, err := reviewed(f, Asked)
	if err != nil {
		return Change{}, err
	}
	v.Review = Revising
	args := v.reviewArgs(f)
	args["by"] = Text(f.Org.NameOf(f.Actor.Person))
	change := Change{
		Entries: []Entry{SavedVersion{*v}, v.decided(f, NeedsChange, "")},
		Events:  []Event{v.event("document_reviewed", "sha256", v.Hash, "answer", "needs_change")},
	}
	v.answered(f, &change, "control.card_revising", args)
	who := v.keeper(f)
	if who == nil {
		return change, nil
	}
	token := f.Tokens[0]
	if old := v.chore(f, who.ID, ReviseDocument); old.Token != "" {
		token = old.Token
	}
	change.Entries = append(change.Entries, AskedTask{Task{Person: who.ID, Kind: ReviseDocument, Subject: v.ID, State: TaskOpen, Token: token, CreatedAt: f.Now, DueAt: v.ReviewAt}})
	args["link"] = Link("/s/" + token)
	change.Notices = append(change.Notices, v.toActor(f, "revising", "control.revising", args))
	if who.ID != f.Actor.Person {
		n := v.notice(f, who.ID, reviewTopic, "revise", "control.revise", args)
		n.Replies = v.reviewReplies()
		change.Notices = append(change.Notices, n)
	}
	return change, nil
}

// ProposeRetirement says that a version is not needed any more. The quality office confirms before it is retired.
type ProposeRetirement struct{ Version int64 }

var _ = Register(ProposeRetirement{})

// CommandName is the stored name.
func (ProposeRetirement) CommandName() string { return "propose_retirement@1" }

// Needs the version.
func (c ProposeRetirement) Needs() Needs { return Needs{Life: c.Version} }

// Decide asks the quality office.
func (c ProposeRetirement) Decide(f Facts) (Change, error) {
	v, err := reviewed(f, Asked, Revising)
	if err != nil {
		return Change{}, err
	}
	v.Review = RetireAsks
	args := v.reviewArgs(f)
	args["by"] = Text(f.Org.NameOf(f.Actor.Person))
	change := Change{
		Entries: []Entry{SavedVersion{*v}, v.decided(f, RetireProposed, "")},
		Events:  []Event{v.event("document_reviewed", "sha256", v.Hash, "answer", "retire")},
		Notices: []Notice{v.toActor(f, "retiring", "control.retiring", args)},
	}
	v.answered(f, &change, "control.card_retiring", args)
	v.askRetire(f, &change)
	return change, nil
}

// askRetire asks the quality office to confirm a retirement: everybody there but whoever proposed it, while there is anybody else.
func (v *DocumentVersion) askRetire(f Facts, change *Change) {
	proposer := f.Actor.Person
	for _, d := range f.Decided {
		if d.Version == v.ID && d.What == RetireProposed {
			proposer = d.Person
		}
	}
	office := f.Org.Anyone(Quality)
	for _, p := range office {
		if p.ID == proposer && len(office) > 1 {
			continue
		}
		args := v.reviewArgs(f)
		args["by"] = Text(f.Org.NameOf(proposer))
		n := v.notice(f, p.ID, retireTopic, "retire", "control.confirm_retire", args)
		n.Replies = []Reply{
			{Letter: "X", Key: "reply.confirm_retire", Command: RetireDocument{Version: v.ID}, Style: "danger"},
			{Letter: "K", Key: "reply.keep", Command: RefuseRetirement{Version: v.ID}},
			{Letter: "?", Key: "reply.read", Flow: "read_draft", Start: v.start()},
		}
		change.Notices = append(change.Notices, n)
	}
}

// RefuseRetirement keeps a version in force that somebody proposed to retire.
type RefuseRetirement struct{ Version int64 }

var _ = Register(RefuseRetirement{})

// CommandName is the stored name.
func (RefuseRetirement) CommandName() string { return "refuse_retirement@1" }

// Needs the version.
func (c RefuseRetirement) Needs() Needs { return Needs{Life: c.Version, Codes: 1, Tokens: 1} }

// Decide asks the owner again: still right, or needs change?
func (c RefuseRetirement) Decide(f Facts) (Change, error) {
	v, err := reviewed(f, RetireAsks)
	if err != nil {
		return Change{}, err
	}
	if !f.Org.People[f.Actor.Person].Has(Quality) {
		return Change{}, ErrForbidden
	}
	v.Review = Asked
	args := v.reviewArgs(f)
	args["by"] = Text(f.Org.NameOf(f.Actor.Person))
	change := Change{
		Entries: []Entry{v.decided(f, RetireRefused, "")},
		Events:  []Event{v.event("retirement_refused", "sha256", v.Hash)},
		Settle:  []Settle{{Subject: v.Subject(), Topic: retireTopic, Key: "control.card_refused", Args: args, Silent: true}},
		Notices: []Notice{v.toActor(f, "refused", "control.refused", args)},
	}
	v.askKeeper(f, &change)
	return change, nil
}
