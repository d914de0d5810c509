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
func allTimers(id RecordID) []TimerKey {
	return []TimerKey{id.Key(escalateTimer), id.Key(nudgeTimer), id.Key(reachTimer)}
}

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

// ownerTopic is the topic of what an owner is sent, buttons and all.
const ownerTopic = "owner"

// toOwner tells the owner something; they can open the details.
func toOwner(r *Record, f Facts, what, key string, args Args) Notice {
	if args == nil {
		args = Args{}
	}
	args["code"], args["bare"] = Text(r.Name()), Text(string(r.Code))
	return Notice{
		ID: r.ID.notice(fmt.Sprintf("owner/%s/%d", what, f.Now.UnixMicro())), To: Recipient{Person: r.Owner}, Topic: ownerTopic, Subject: r.ID.Subject(),
		Key: key, Args: args, Urgency: Routine, Class: Once, Replies: ownerReplies(r),
	}
}

// startLadder copies the ladder of the record's rank, asks its first level, and sets the clock for the second.
func startLadder(change *Change, r *Record, f Facts) {
	r.Ladder = f.Org.Ladders.For(r.Rank)
	r.Climb = Climb{Passed: r.Climb.Passed, Silence: Silence{After: r.Climb.Silence.After, Off: r.Climb.Silence.Off}}
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

// shownAnew is what is known now on the messages that stand: of the owner, or of those who are asked to own.
func shownAnew(r *Record, f Facts) Refresh {
	if r.Owner != 0 {
		n := owned(r, f)
		return Refresh{Subject: n.Subject, Topic: n.Topic, Of: n.Key, Key: n.Key, Args: n.Args, Replies: n.Replies}
	}
	n := card(r, f, &Person{}, "", false)
	return Refresh{Subject: n.Subject, Topic: n.Topic, Key: n.Key, Args: n.Args, Replies: n.Replies}
}

func rankTerm(r *Record) Arg { return Term(r.RankKey()) }

// climb asks the next level that has somebody to ask, and sets the clock for the one after. After the last step it starts again
// from all levels, over every channel, and the administrators are told that nobody answers.
func climb(change *Change, r *Record, f Facts) {
	for r.Climb.Level < len(r.Ladder.Steps) {
		r.Climb.Level++
		people := levelPeople(r, f, r.Climb.Level)
		if asked := askLevel(change, r, f, people); asked && heardNow(people, r, f) {
			scheduleNext(change, r, f)
			scheduleReach(change, r, f)
			return
		}
	}
	r.Climb.Rounds++
	change.Events = append(change.Events, Event{Record: r.ID, Name: "ladder_exhausted", Data: map[string]string{"round": fmt.Sprint(r.Climb.Rounds)}})
	askAgain(change, r, f)
	alarmAdmins(change, r, f)
	scheduleReach(change, r, f)
	change.Timers = append(change.Timers, Timer{Key: r.ID.Key(escalateTimer), At: repeatAt(r, f), Command: Escalate{Record: r.ID, Level: len(r.Ladder.Steps), Round: r.Climb.Rounds}})
}

// longestRepeat bounds how far apart a routine ladder's repeats come to be.
const longestRepeat = 7 * 24 * time.Hour

// repeatAt is when everyone is asked again. That goes out over every channel, so a routine one waits for the end of quiet hours, and twice as
// long each time, a week at most: what six people have not taken for days is not taken sooner for being said to all of them every morning.
func repeatAt(r *Record, f Facts) time.Time {
	if r.Ladder.Urgent {
		return f.Now.Add(r.Ladder.Repeat)
	}
	wait := r.Ladder.Repeat
	for range r.Climb.Rounds - 1 {
		wait = min(2*wait, max(longestRepeat, r.Ladder.Repeat))
	}
	return f.Org.Quiet.After(f.Now.Add(wait), f.Org.Zone)
}

// scheduleNext sets the timer of the next level at its offset from the record's creation, never in the past. A routine one does not
// fall into the next receiver's quiet hours.
func scheduleNext(change *Change, r *Record, f Facts) {
	level := r.Climb.Level
	at := repeatAt(r, f)
	if level < len(r.Ladder.Steps) {
		at = r.CreatedAt.Add(r.Ladder.Steps[level].After)
		if at.Before(f.Now) {
			at = f.Now
		}
		if next := levelPeople(r, f, level+1); len(next) > 0 && !r.Ladder.Urgent {
			at = f.Org.Quiet.After(at, f.Org.ZoneOf(next[0].Person))
		}
	}
	change.Timers = append(change.Timers, Timer{Key: r.ID.Key(escalateTimer), At: at, Command: Escalate{Record: r.ID, Level: level, Round: r.Climb.Rounds}})
}

// heardNow reports whether one of those asked can be reached now: not if every provider that reaches them is switched off. Then their cards
// wait, and the next level is asked at once.
func heardNow(people []Duty, r *Record, f Facts) bool {
	return slices.ContainsFunc(people, func(d Duty) bool {
		return slices.ContainsFunc(f.Org.FirstWays(f.Org.People[d.Person], r.urgency()), func(ch Channel) bool { return !f.Org.IsOff(ch) })
	})
}

func askLevel(change *Change, r *Record, f Facts, people []Duty) bool {
	if r.Climb.First == 0 && len(people) > 0 {
		r.Climb.First = r.Climb.Level
	}
	for _, d := range people {
		p := f.Org.People[d.Person]
		r.Climb.Asked = append(r.Climb.Asked, p.ID)
		r.Climb.standIn(d)
		r.tryFirst(p, f, r.urgency())
		change.Notices = append(change.Notices, card(r, f, p, fmt.Sprintf("card/%d/%d/p%d/%d", r.Climb.Rounds, r.Climb.Level, p.ID, f.Now.UnixMicro()), r.Ladder.Urgent))
	}
	if len(people) > 0 {
		change.Events = append(change.Events, Event{Record: r.ID, Name: "asked", Data: map[string]string{"level": fmt.Sprint(r.Climb.Level), "people": fmt.Sprint(len(people))}})
	}
	for _, d := range people {
		if d.For != 0 {
			change.Events = append(change.Events, Event{Record: r.ID, Name: "deputy_asked", Data: map[string]string{"person": fmt.Sprintf("p%d", d.Person), "for": fmt.Sprintf("p%d", d.For)}})
		}
	}
	return len(people) > 0
}

// askAgain asks everyone again. Where all of them are on leave, and none has a deputy, they are asked all the same: better than nobody.
func askAgain(change *Change, r *Record, f Facts) {
	if !askWhoIsThere(change, r, f) {
		f.Org = f.Org.withoutLeave()
		askWhoIsThere(change, r, f)
	}
}

// askWhoIsThere repeats the card to everyone asked who has not passed and is not on leave, over every channel they have, and asks those
// of all levels who could not be asked before: on the roster, on duty, or reachable, only now. It reports whether anybody was asked.
func askWhoIsThere(change *Change, r *Record, f Facts) (asked bool) {
	for _, id := range r.Climb.Asked {
		if p := f.Org.People[id]; p != nil && p.Reachable() && !slices.Contains(r.Climb.Passed, id) && !f.away(id) {
			r.tryFirst(p, f, Urgent)
			change.Notices = append(change.Notices, card(r, f, p, fmt.Sprintf("card/again/%d/p%d/%d", r.Climb.Rounds, id, f.Now.UnixMicro()), true))
			asked = true
		}
	}
	for level := range r.Ladder.Steps {
		asked = askLevel(change, r, f, levelPeople(r, f, level+1)) || asked
	}
	return asked
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
	if r.Climb.Climbed() {
		n.Key = "card.escalated"
	}
	if away := r.Climb.StandIns[p.ID]; away != 0 {
		n.Key, n.Args["for"] = "card.for", Text(f.Org.NameOf(away))
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
	if r.State.Ended() { // triage takes it up again
		return []Reply{{Letter: "T", Key: "reply.triage", Flow: "triage", Start: start}, detailsReply(r)}
	}
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
