package domain

import (
	"fmt"
	"slices"
	"time"
)

// Acknowledge means "I own it": the ladder stops.
type Acknowledge struct{ Record RecordID }

var _ = Register(Acknowledge{})

// CommandName is the stored name.
func (Acknowledge) CommandName() string { return "acknowledge@1" }

// Needs the record.
func (c Acknowledge) Needs() Needs { return Needs{Record: c.Record} }

// Decide makes the actor the owner. The first wins; a second is told who and when (a *TakenError).
func (c Acknowledge) Decide(f Facts) (Change, error) {
	r := f.Record
	if err := MayOwn(f, r); err != nil {
		return Change{}, err
	}
	if r.State.Ended() {
		return Change{}, &MoveError{Code: r.Code, From: r.State, To: Acknowledged}
	}
	if r.Owner == f.Actor.Person {
		return Change{Notices: []Notice{owned(r, f)}}, nil
	}
	if r.Owner != 0 {
		return Change{}, &TakenError{Code: r.Code, Owner: r.Owner, At: r.OwnedAt}
	}
	r = r.Clone()
	if err := r.Move(Acknowledged); err != nil {
		return Change{}, err
	}
	return takeOwnership(r, f, f.Actor.Person, "acknowledged"), nil
}

// takeOwnership makes a person the owner and settles everything that asked for one.
func takeOwnership(r *Record, f Facts, owner PersonID, event string) Change {
	r.Owner, r.OwnedAt = owner, f.Now
	name := Text(f.Org.NameOf(owner))
	change := Change{
		Records: []*Record{r},
		Events:  []Event{{Record: r.ID, Name: event, Data: map[string]string{"owner": fmt.Sprintf("p%d", owner)}}},
		Clear:   []TimerKey{r.ID.Key(escalateTimer), r.ID.Key(reachTimer)},
		Settle:  []Settle{{Subject: r.ID.Subject(), Topic: "escalation", Key: "card.taken", Args: Args{"code": Text(r.Name()), "owner": name, "at": Moment(f.Now)}, Except: owner}},
	}
	r.heard(&change, f, r.toTriage())
	change.Notices = []Notice{owned(r, f)}
	if !r.answers() {
		return change
	}
	change.Notices = append(change.Notices, Notice{
		ID: r.ID.notice(fmt.Sprintf("owned/%d", f.Now.UnixMicro())), To: r.reporter(Actor{}), Topic: "feedback", Subject: r.ID.Subject(), Key: "feedback.owned",
		Args: Args{"code": Text(r.Name()), "owner": name}, Urgency: Routine, Class: Once,
	})
	r.Report.feedback("B", f.Now, r.CreatedAt)
	return change
}

func owned(r *Record, f Facts) Notice {
	n := toOwner(r, f, "own", "owner.owned", Args{"at": Moment(r.OwnedAt), "due": Moment(r.DueAt), "kind": Term("kind." + string(r.Kind)), "rank": rankTerm(r), "unit": Text(string(r.Unit))})
	n.Urgency = Prompt
	if f.Actor.Person == r.Owner && f.Actor.Address != 0 {
		n.To = Recipient{Address: f.Actor.Address}
	}
	return n
}

// Decline says "not me": the ladder moves on at once.
type Decline struct {
	Record RecordID
	Text   string // the reason, masked; may be empty
}

// CommandName is not registered: it carries text.
func (Decline) CommandName() string { return "decline@1" }

// Needs the record.
func (c Decline) Needs() Needs { return Needs{Record: c.Record} }

// Decide asks the next level at once, even while others of this level are still to answer. Somebody who was never asked is only left
// out from now on.
func (c Decline) Decide(f Facts) (Change, error) {
	if err := MayOwn(f, f.Record); err != nil {
		return Change{}, err
	}
	if f.Record.Owner != 0 && f.Record.Owner != f.Actor.Person {
		return Change{}, &TakenError{Code: f.Record.Code, Owner: f.Record.Owner, At: f.Record.OwnedAt}
	}
	if f.Record.Owner == f.Actor.Person {
		return release(f, "declined", c.Text)
	}
	r := f.Record.Clone()
	if r.State.Ended() {
		return Change{}, &MoveError{Code: r.Code, From: r.State, To: New}
	}
	awaited := slices.Contains(r.Climb.Asked, f.Actor.Person) && !slices.Contains(r.Climb.Passed, f.Actor.Person)
	r.pass(f.Actor.Person)
	change := passed(r, f, "declined", c.Text)
	if awaited {
		climb(&change, r, f)
	}
	return change, nil
}

// pass leaves a person out of the ladder from now on.
func (r *Record) pass(id PersonID) {
	if !slices.Contains(r.Climb.Passed, id) {
		r.Climb.Passed = append(r.Climb.Passed, id)
	}
}

// Release gives an owned record back: the ladder runs on from where it stood.
type Release struct{ Record RecordID }

var _ = Register(Release{})

// CommandName is the stored name.
func (Release) CommandName() string { return "release@1" }

// Needs the record.
func (c Release) Needs() Needs { return Needs{Record: c.Record} }

// Decide takes the owner off and asks the next level at once.
func (c Release) Decide(f Facts) (Change, error) {
	if f.Record.Owner == 0 || f.Record.Owner != f.Actor.Person && !f.Actor.Clock && !f.Actor.Operator {
		return Change{}, ErrForbidden
	}
	return release(f, "released", "")
}

func release(f Facts, event, why string) (Change, error) {
	r := f.Record.Clone()
	if r.State.Ended() {
		return Change{}, &MoveError{Code: r.Code, From: r.State, To: New}
	}
	owner := r.Owner
	if err := r.Move(New); err != nil {
		return Change{}, err
	}
	r.Owner, r.OwnedAt, r.DueAt = 0, time.Time{}, time.Time{}
	r.pass(owner)
	change := passed(r, f, event, why)
	change.Clear = []TimerKey{r.ID.Key(nudgeTimer)}
	change.Settle = []Settle{{Subject: r.ID.Subject(), Topic: ownerTopic, Key: "owner.released", Args: Args{"code": Text(r.Name())}, Silent: true}}
	if r.Climb.Silence.Level != 0 { // who was asked to take it over is asked in the ladder's way from now on
		change.Settle = append(change.Settle, Settle{Subject: r.ID.Subject(), Topic: silentTopic, Key: "card.changed", Args: Args{"code": Text(r.Name()), "rank": rankTerm(r), "unit": Text(string(r.Unit))}, Silent: true})
	}
	r.Climb.Silence.over()
	climb(&change, r, f)
	return change, nil
}

// passed is the change that a person who passes a record on leaves behind.
func passed(r *Record, f Facts, event, why string) Change {
	change := Change{Records: []*Record{r}, Events: []Event{{Record: r.ID, Name: event}}}
	if why != "" {
		change.Passages = []Passage{{Record: r.ID, Kind: Reason, Author: f.Actor.Handle(), At: f.Now, Text: why}}
	}
	if f.Actor.Address != 0 {
		change.Notices = []Notice{answer(r, f, event, "owner."+event, Args{"code": Text(r.Name())})}
	}
	return change
}

// HandOver gives a record to a named person, who owns it from now on and can hand it back.
type HandOver struct {
	Record RecordID
	To     PersonID
}

var _ = Register(HandOver{})

// CommandName is the stored name.
func (HandOver) CommandName() string { return "hand_over@1" }

// Needs the record.
func (c HandOver) Needs() Needs { return Needs{Record: c.Record} }

// Decide changes the owner and tells both. A record that nobody owned yet is acknowledged by it.
func (c HandOver) Decide(f Facts) (Change, error) {
	if err := MayWork(f, f.Record); err != nil {
		return Change{}, err
	}
	to := f.Org.People[c.To]
	if !MayTake(f.Org, f.Record, to) {
		return Change{}, Invalid("to", "problem.hand_over")
	}
	r := f.Record.Clone()
	change, err := newOwner(r, f, to.ID, "handed_over")
	if err != nil {
		return Change{}, err
	}
	n := &change.Notices[0]
	n.To, n.Key = Recipient{Person: to.ID}, "owner.handed"
	n.Args["by"] = Text(f.Org.NameOf(f.Actor.Person))
	change.Notices = append(change.Notices, answer(r, f, "handed", "owner.handed_away", Args{"code": Text(r.Name()), "owner": Text(to.Name)}))
	return change, nil
}

// newOwner gives a record to a person. When it had an owner nobody is asked any more, and the reporter knows that somebody has it.
func newOwner(r *Record, f Facts, to PersonID, event string) (Change, error) {
	if r.State.Ended() {
		return Change{}, &MoveError{Code: r.Code, From: r.State, To: Acknowledged}
	}
	if r.Owner == 0 {
		if err := r.Move(Acknowledged); err != nil {
			return Change{}, err
		}
		return takeOwnership(r, f, to, event), nil
	}
	r.Owner, r.OwnedAt = to, f.Now
	taken := Settle{Subject: r.ID.Subject(), Topic: ownerTopic, Key: "card.taken", Args: Args{"code": Text(r.Name()), "owner": Text(f.Org.NameOf(to)), "at": Moment(f.Now)}, Silent: true}
	change := Change{
		Records: []*Record{r},
		Events:  []Event{{Record: r.ID, Name: event, Data: map[string]string{"owner": fmt.Sprintf("p%d", to)}}},
		Settle:  []Settle{taken},
	}
	if r.Climb.Silence.Level != 0 {
		taken.Topic, taken.Silent, taken.Except = silentTopic, false, to
		change.Settle = append(change.Settle, taken)
		r.Climb.Silence.Level = 0
	}
	r.heard(&change, f, r.toTriage())
	change.Notices = []Notice{owned(r, f)}
	return change, nil
}
