package domain

import (
	"fmt"
	"slices"
	"time"

	"goodcatch/domain/scale"
)

// Timer names of a record.
const (
	escalateTimer = "escalate"
	nudgeTimer    = "nudge"
)

// allTimers are the keys to clear when nothing more is expected of anyone.
func allTimers(id RecordID) []TimerKey { return []TimerKey{id.Key(escalateTimer), id.Key(nudgeTimer)} }

func recordArg(id RecordID) Arg { return Arg(fmt.Sprintf("n:%d", id)) }

func (id RecordID) notice(what string) string { return fmt.Sprintf("r%d/%s", id, what) }

// reporter is the recipient that reaches whoever reported this record, hidden or not. actor is asked while the record is new.
func (r *Record) reporter(actor Actor) Recipient {
	if r.Hidden {
		return Recipient{Reporter: r.ID}
	}
	if r.From != 0 {
		return Recipient{Address: r.From}
	}
	return Recipient{Address: actor.Address}
}

// answer is a notice back to the actor of this very moment.
func answer(r *Record, f Facts, what, key string, args Args) Notice {
	to := Recipient{Address: f.Actor.Address}
	if f.Actor.Reporter {
		to = r.reporter(f.Actor)
	}
	return Notice{ID: r.ID.notice(fmt.Sprintf("%s/%d", what, f.Now.UnixMicro())), To: to, Topic: "answer", Subject: r.ID.Subject(), Key: key, Args: args, Urgency: Prompt, Class: Once}
}

// toOwner tells the owner something; they can open the details.
func toOwner(r *Record, f Facts, what, key string, args Args) Notice {
	if args == nil {
		args = Args{}
	}
	args["code"], args["bare"] = Text(r.Name()), Text(string(r.Code))
	return Notice{
		ID: r.ID.notice(fmt.Sprintf("%s/%d", what, f.Now.UnixMicro())), To: Recipient{Person: r.Owner}, Topic: "owner", Subject: r.ID.Subject(),
		Key: key, Args: args, Urgency: Routine, Class: Once, Replies: ownerReplies(r),
	}
}

// startLadder copies the ladder of the record's rank, asks its first level, and sets the clock for the second.
func startLadder(change *Change, r *Record, f Facts) {
	r.Ladder = f.Org.Ladders.For(r.Rank)
	r.Climb = Climb{Passed: r.Climb.Passed}
	climb(change, r, f)
}

// rankChanged starts the ladder again for a new rank or unit, unless a person owns the record already: then the owner is told.
func rankChanged(change *Change, r *Record, f Facts, before scale.Rank) {
	if r.State.Ended() {
		return
	}
	if r.Owner != 0 {
		if r.Rank > before {
			n := toOwner(r, f, "raised", "owner.raised", Args{"rank": rankTerm(r)})
			if r.Ladder = f.Org.Ladders.For(r.Rank); r.Ladder.Urgent {
				n.Urgency = Urgent
			}
			change.Notices = append(change.Notices, n)
		}
		return
	}
	change.Settle = append(change.Settle, Settle{Subject: r.ID.Subject(), Topic: "escalation", Key: "card.changed", Args: Args{"code": Text(r.Name()), "rank": rankTerm(r), "unit": Text(string(r.Unit))}, Silent: true})
	startLadder(change, r, f)
}

func rankTerm(r *Record) Arg { return Term(r.RankKey()) }

// climb asks the next level that has somebody to ask, and sets the clock for the one after. After the last step it starts again
// from all levels, over every channel, and the administrators are told that nobody answers.
func climb(change *Change, r *Record, f Facts) {
	for r.Climb.Level < len(r.Ladder.Steps) {
		r.Climb.Level++
		if asked := askLevel(change, r, f, levelPeople(r, f, r.Climb.Level)); asked {
			scheduleNext(change, r, f)
			return
		}
	}
	r.Climb.Rounds++
	change.Events = append(change.Events, Event{Record: r.ID, Name: "ladder_exhausted", Data: map[string]string{"round": fmt.Sprint(r.Climb.Rounds)}})
	askAgain(change, r, f)
	alarmAdmins(change, r, f)
	change.Timers = append(change.Timers, Timer{Key: r.ID.Key(escalateTimer), At: f.Now.Add(r.Ladder.Repeat), Command: Escalate{Record: r.ID, Level: len(r.Ladder.Steps), Round: r.Climb.Rounds}})
}

// scheduleNext sets the timer of the next level at its offset from the record's creation, never in the past. A routine one does not
// fall into the next receiver's quiet hours.
func scheduleNext(change *Change, r *Record, f Facts) {
	level := r.Climb.Level
	at := f.Now.Add(r.Ladder.Repeat)
	if level < len(r.Ladder.Steps) {
		at = r.CreatedAt.Add(r.Ladder.Steps[level].After)
		if at.Before(f.Now) {
			at = f.Now
		}
		if next := levelPeople(r, f, level+1); len(next) > 0 && !r.Ladder.Urgent {
			at = f.Org.Quiet.After(at, f.Org.ZoneOf(next[0].ID))
		}
	}
	change.Timers = append(change.Timers, Timer{Key: r.ID.Key(escalateTimer), At: at, Command: Escalate{Record: r.ID, Level: level, Round: r.Climb.Rounds}})
}

// levelPeople are those to ask at a level: the role's nearest holders, less the reporter, those asked before, and those who passed.
// A report about the unit's manager skips managers altogether.
func levelPeople(r *Record, f Facts, level int) []*Person {
	role := r.Ladder.Steps[level-1].Role
	var found []*Person
	switch role {
	case Manager:
		if r.Kind == Unsorted || r.Report != nil && r.Report.AboutManager {
			return nil
		}
		found = f.Org.With(role, r.Unit)
	case Lead:
		if r.Kind == Unsorted {
			return nil
		}
		found = f.Org.With(role, r.Unit)
	default:
		found = f.Org.Anyone(role)
	}
	return slices.DeleteFunc(slices.Clone(found), func(p *Person) bool {
		return p.ID == reporterIn(r, f) || slices.Contains(r.Climb.Asked, p.ID) || slices.Contains(r.Climb.Passed, p.ID) || !p.Reachable() || barred(r, p)
	})
}

// reporterIn is the reporter as this decision knows them: also a hidden one, while they are the actor.
func reporterIn(r *Record, f Facts) PersonID {
	if r.Reporter == 0 && (f.Actor.Reporter || r.Version == 0) {
		return f.Actor.Person
	}
	return r.Reporter
}

// barred reports whether a person must not see a record: a manager of the unit, when the report is about the manager.
func barred(r *Record, p *Person) bool {
	return r.Report != nil && r.Report.AboutManager && p.Has(Manager) && !p.Has(Quality, Executive)
}

func askLevel(change *Change, r *Record, f Facts, people []*Person) bool {
	for _, p := range people {
		r.Climb.Asked = append(r.Climb.Asked, p.ID)
		change.Notices = append(change.Notices, card(r, f, p, fmt.Sprintf("card/%d/%d/p%d/%d", r.Climb.Rounds, r.Climb.Level, p.ID, f.Now.UnixMicro()), r.Ladder.Urgent))
	}
	if len(people) > 0 {
		change.Events = append(change.Events, Event{Record: r.ID, Name: "asked", Data: map[string]string{"level": fmt.Sprint(r.Climb.Level), "people": fmt.Sprint(len(people))}})
	}
	return len(people) > 0
}

// askAgain repeats the card to everyone asked who has not passed, over every channel they have.
func askAgain(change *Change, r *Record, f Facts) {
	for _, id := range r.Climb.Asked {
		if p := f.Org.People[id]; p != nil && p.Reachable() && !slices.Contains(r.Climb.Passed, id) {
			change.Notices = append(change.Notices, card(r, f, p, fmt.Sprintf("card/again/%d/p%d/%d", r.Climb.Rounds, id, f.Now.UnixMicro()), true))
		}
	}
}

func alarmAdmins(change *Change, r *Record, f Facts) {
	if r.Climb.Rounds != 1 {
		return
	}
	for _, p := range f.Org.Anyone(Admin) {
		change.Notices = append(change.Notices, Notice{
			ID: r.ID.notice(fmt.Sprintf("alarm/p%d/%d", p.ID, f.Now.UnixMicro())), To: Recipient{Person: p.ID}, Topic: "alarm", Subject: r.ID.Subject(), Key: "alarm.unowned",
			Args: Args{"code": Text(r.Name()), "unit": Text(string(r.Unit))}, Urgency: Urgent, Class: UntilCertain,
		})
	}
}

// card is the request to own a record: code, kind, rank and unit, never the narrative.
func card(r *Record, f Facts, p *Person, what string, urgent bool) Notice {
	n := Notice{
		ID: r.ID.notice(what), To: Recipient{Person: p.ID}, Topic: "escalation", Subject: r.ID.Subject(), Key: "card.new", Class: UntilCertain, Urgency: Routine,
		Args: Args{
			"code": Text(r.Name()), "bare": Text(string(r.Code)), "kind": Term("kind." + string(r.Kind)), "rank": rankTerm(r), "unit": Text(string(r.Unit)),
			"at": Moment(r.CreatedAt), "level": Number(r.Climb.Level),
		},
		Replies: []Reply{
			{Letter: "A", Key: "reply.acknowledge", Command: Acknowledge{Record: r.ID}, Style: "primary"},
			{Letter: "D", Key: "reply.decline", Flow: "decline", Start: Args{"record": recordArg(r.ID)}},
			detailsReply(r),
		},
	}
	if r.Climb.Level > 1 || r.Climb.Rounds > 0 {
		n.Key = "card.escalated"
	}
	if urgent {
		n.Urgency, n.Expires = Urgent, 5*time.Minute
	}
	return n
}

func detailsReply(r *Record) Reply {
	return Reply{Letter: "?", Key: "reply.details", Flow: "details", Start: Args{"record": recordArg(r.ID)}}
}

// ownerReplies are what an owner can do with a record in this state.
func ownerReplies(r *Record) []Reply {
	start := Args{"record": recordArg(r.ID)}
	return []Reply{
		{Letter: "T", Key: "reply.triage", Flow: "triage", Start: start, Style: "primary"},
		{Letter: "Q", Key: "reply.ask", Flow: "ask_reporter", Start: start},
		{Letter: "C", Key: "reply.close", Flow: "close", Start: start},
		{Letter: "H", Key: "reply.hand_over", Flow: "hand_over", Start: start},
		{Letter: "L", Key: "reply.release", Command: Release{Record: r.ID}},
		detailsReply(r),
	}
}

// Escalate climbs one level unless somebody owns the record. Level and Round say from where, so that a late twin does nothing.
type Escalate struct {
	Record RecordID
	Level  int
	Round  int
}

var _ = Register(Escalate{})

// CommandName is the stored name.
func (Escalate) CommandName() string { return "escalate@1" }

// Needs the record.
func (c Escalate) Needs() Needs { return Needs{Record: c.Record} }

// Decide climbs, or does nothing when the record is owned, ended, or further up already.
func (c Escalate) Decide(f Facts) (Change, error) {
	r := f.Record.Clone()
	if r.Owner != 0 || r.State.Ended() || r.Climb.Level != c.Level || r.Climb.Rounds != c.Round {
		return Change{}, nil
	}
	change := Change{Records: []*Record{r}, Events: []Event{{Record: r.ID, Name: "escalated", Data: map[string]string{"from": fmt.Sprint(c.Level)}}}}
	climb(&change, r, f)
	return change, nil
}

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
	r.DueAt = f.Now.Add(r.Ladder.Triage)
	r.Report.feedback("B", f.Now, r.CreatedAt)
	name := Text(f.Org.NameOf(owner))
	change := Change{
		Records: []*Record{r},
		Events:  []Event{{Record: r.ID, Name: event, Data: map[string]string{"owner": fmt.Sprintf("p%d", owner)}}},
		Clear:   []TimerKey{r.ID.Key(escalateTimer)},
		Settle:  []Settle{{Subject: r.ID.Subject(), Topic: "escalation", Key: "card.taken", Args: Args{"code": Text(r.Name()), "owner": name, "at": Moment(f.Now)}, Except: owner}},
		Notices: []Notice{owned(r, f), {
			ID: r.ID.notice(fmt.Sprintf("owned/%d", f.Now.UnixMicro())), To: r.reporter(Actor{}), Topic: "feedback", Subject: r.ID.Subject(), Key: "feedback.owned",
			Args: Args{"code": Text(r.Name()), "owner": name}, Urgency: Routine, Class: Once,
		}},
		Timers: []Timer{{Key: r.ID.Key(nudgeTimer), At: r.DueAt, Command: NudgeOwner{Record: r.ID}}},
	}
	if r.From == 0 && !r.Hidden {
		change.Notices = change.Notices[:1]
	}
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

// Decide asks the next level, unless others of this level are still to answer.
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
	again := slices.Contains(r.Climb.Passed, f.Actor.Person)
	r.Climb.Passed = append(r.Climb.Passed, f.Actor.Person)
	change := passed(r, f, "declined", c.Text)
	if !again {
		climb(&change, r, f)
	}
	return change, nil
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
	r.Climb.Passed = append(r.Climb.Passed, owner)
	change := passed(r, f, event, why)
	change.Clear = []TimerKey{r.ID.Key(nudgeTimer)}
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

// Decide changes the owner and tells both.
func (c HandOver) Decide(f Facts) (Change, error) {
	if err := MayWork(f, f.Record); err != nil {
		return Change{}, err
	}
	to := f.Org.People[c.To]
	if to == nil || !to.Reachable() || barred(f.Record, to) || to.ID == f.Record.Reporter {
		return Change{}, Invalid("to", "problem.hand_over")
	}
	r := f.Record.Clone()
	r.Owner, r.OwnedAt, r.DueAt = to.ID, f.Now, f.Now.Add(r.Ladder.Triage)
	n := owned(r, f)
	n.To, n.Key, n.Urgency = Recipient{Person: to.ID}, "owner.handed", Prompt
	n.Args["by"] = Text(f.Org.NameOf(f.Actor.Person))
	return Change{
		Records: []*Record{r},
		Events:  []Event{{Record: r.ID, Name: "handed_over", Data: map[string]string{"owner": fmt.Sprintf("p%d", to.ID)}}},
		Notices: []Notice{n, answer(r, f, "handed", "owner.handed_away", Args{"code": Text(r.Name()), "owner": Text(to.Name)})},
		Timers:  []Timer{{Key: r.ID.Key(nudgeTimer), At: r.DueAt, Command: NudgeOwner{Record: r.ID}}},
	}, nil
}

// NudgeOwner reminds the owner of a record whose due time has come, and every two days after that; the reporter hears every 14 days
// that it is still being worked on.
type NudgeOwner struct {
	Record RecordID
	Times  int
}

var _ = Register(NudgeOwner{})

// CommandName is the stored name.
func (NudgeOwner) CommandName() string { return "nudge_owner@1" }

// Needs the record.
func (c NudgeOwner) Needs() Needs { return Needs{Record: c.Record} }

// Decide reminds, or does nothing when the record ended, was released or its due time moved.
func (c NudgeOwner) Decide(f Facts) (Change, error) {
	r := f.Record
	if r.Owner == 0 || r.State.Ended() || r.DueAt.After(f.Now) {
		return Change{}, nil
	}
	const every = 48 * time.Hour
	change := Change{
		Notices: []Notice{toOwner(r, f, "nudge", "owner.nudge", Args{"due": Moment(r.DueAt), "state": Term("state." + string(r.State))})},
		Events:  []Event{{Record: r.ID, Name: "owner_reminded"}},
		Timers:  []Timer{{Key: r.ID.Key(nudgeTimer), At: f.Now.Add(every), Command: NudgeOwner{Record: r.ID, Times: c.Times + 1}}},
	}
	if (c.Times+1)%7 == 0 && (r.From != 0 || r.Hidden) {
		change.Notices = append(change.Notices, Notice{
			ID: r.ID.notice(fmt.Sprintf("still/%d", c.Times)), To: r.reporter(Actor{}), Topic: "feedback", Subject: r.ID.Subject(), Key: "feedback.still",
			Args: Args{"code": Text(r.Name()), "state": Term("state." + string(r.State))}, Urgency: Routine, Class: Once,
		})
	}
	return change, nil
}
