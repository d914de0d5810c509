package domain

// RetireDocument takes a version out of force without another in its place: nobody has to sign it any more, and everybody's cards say so.
type RetireDocument struct{ Version int64 }

var _ = Register(RetireDocument{})

// CommandName is the stored name.
func (RetireDocument) CommandName() string { return "retire_document@1" }

// Needs the version.
func (c RetireDocument) Needs() Needs { return Needs{Life: c.Version} }

// Decide lets the quality office retire what is in force, or a draft that nobody needs; the command line too.
func (c RetireDocument) Decide(f Facts) (Change, error) {
	if f.Version == nil {
		return Change{}, ErrNotFound
	}
	if p := f.Org.People[f.Actor.Person]; !f.Actor.Operator && (p == nil || !p.Active || !p.Has(Quality) || f.Actor.Level < A1) {
		return Change{}, ErrForbidden
	}
	v := *f.Version
	inForce := v.State == Effective
	if err := v.move(Retired); err != nil {
		return Change{}, err
	}
	v.Review = NoReview
	args := v.args(f)
	args["by"] = Text(f.Org.NameOf(f.Actor.Person))
	change := Change{
		Entries: []Entry{SavedVersion{v}, v.decided(f, RetiredBy, "")},
		Events:  []Event{v.event("document_retired", "sha256", v.Hash)},
	}
	if inForce {
		change.Entries[0] = RetiredDocument{v}
	}
	for _, kind := range []TaskKind{ReviewDocument, ReviseDocument} {
		v.endChores(f, &change, TaskWithdrawn, kind)
	}
	if v.Handle != "" {
		change.Entries = append(change.Entries, EndedCode{v.Handle})
	}
	for _, topic := range []string{reviewTopic, retireTopic} {
		change.Settle = append(change.Settle, Settle{Subject: v.Subject(), Topic: topic, Key: "control.card_retired", Args: args, Silent: true})
	}
	if f.Actor.Person != v.Owner {
		change.Notices = append(change.Notices, v.notice(f, v.Owner, "control", "retired", "control.retired", args))
	}
	if f.Actor.Person != 0 {
		change.Notices = append(change.Notices, v.toActor(f, "retired", "control.retired", args))
	}
	return change, nil
}

// A RetiredDocument is a version to take out of force: its open tasks end by a few statements, however many people have one.
type RetiredDocument struct{ Version DocumentVersion }

// Entry makes it part of a change.
func (RetiredDocument) Entry() {}
