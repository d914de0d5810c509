package domain

import (
	"fmt"
	"slices"
	"time"
)

// A Silence is how long an owner may do nothing about a record, and how often they have been silent for that long since they last did
// something. After the first silence they are reminded; after the second, and each further one, the next level of the ladder is asked to take
// the record over. It stays the owner's until somebody does.
type Silence struct {
	After time.Duration `json:"after,omitzero"`  // 0: as the policy says
	Off   bool          `json:"off,omitzero"`    // nobody is asked to take it over; what is due is still told every two days
	Count int           `json:"count,omitzero"`  // silences since the owner's last act
	Level int           `json:"level,omitzero"`  // the last level asked to take it over; 0 none
	Asked []PersonID    `json:"asked,omitempty"` // who was asked to take it over since then: they may
}

// The bounds of a silence, and how often the owner is reminded of what is due where nobody else is asked.
const (
	ShortestSilence = 15 * time.Minute
	LongestSilence  = 7 * 24 * time.Hour
	dueEvery        = 48 * time.Hour
	stillEvery      = 14 * 24 * time.Hour // how often the reporter hears that it is still worked on
)

// silentTopic is the topic of what others are asked while an owner is silent.
const silentTopic = "silent"

// QuietFor is how long the owner may do nothing: what was chosen for this record, else the policy's time for its rank.
func (r *Record) QuietFor() time.Duration {
	switch {
	case r.Climb.Silence.After != 0:
		return r.Climb.Silence.After
	case r.Ladder.Remind != 0:
		return r.Ladder.Remind
	default:
		return min(max(r.Ladder.Triage, ShortestSilence), LongestSilence)
	}
}

// toTriage is how long a new owner has for their first act.
func (r *Record) toTriage() time.Duration {
	if r.Climb.Silence.After != 0 || r.Ladder.Remind != 0 {
		return r.QuietFor()
	}
	return r.Ladder.Triage
}

// waitsForOthers reports whether an owner has good reason to do nothing: the record is on hold, or the reporter was asked.
func (r *Record) waitsForOthers() bool { return r.State == OnHold || r.State == NeedsReporter }

// heard notes that the owner did something, or that there is a new one: the next step is expected after usual, or after the time chosen for this
// record. Whoever was asked to take it over learns that there is nothing to do.
func (r *Record) heard(change *Change, f Facts, usual time.Duration) {
	s := &r.Climb.Silence
	if s.After != 0 && !s.Off && !r.waitsForOthers() {
		usual = s.After
	}
	if s.Level != 0 {
		change.Settle = append(change.Settle, Settle{Subject: r.ID.Subject(), Topic: silentTopic, Key: "card.at_work", Args: Args{"code": Text(r.Name()), "owner": Text(f.Org.NameOf(r.Owner))}, Except: r.Owner})
	}
	s.over()
	r.DueAt = f.Now.Add(usual)
	change.Timers = append(change.Timers, Timer{Key: r.ID.Key(nudgeTimer), At: r.DueAt, Command: NudgeOwner{Record: r.ID}})
}

// over forgets the silences so far.
func (s *Silence) over() { s.Count, s.Level, s.Asked = 0, 0, nil }

// NudgeOwner says that the owner of a record has let its due time pass, or has been silent again since the last reminder. Times counts those
// before.
type NudgeOwner struct {
	Record RecordID
	Times  int
}

var _ = Register(NudgeOwner{})

// CommandName is the stored name.
func (NudgeOwner) CommandName() string { return "nudge_owner@1" }

// Needs the record.
func (c NudgeOwner) Needs() Needs { return Needs{Record: c.Record} }

// Decide reminds the owner, and from the second silence on asks the next level too; the reporter hears every 14 days that it is still worked
// on. It does nothing when the record ended, was released or its due time moved, and when a twin of the timer was there before.
func (c NudgeOwner) Decide(f Facts) (Change, error) {
	if f.Record.Owner == 0 || f.Record.State.Ended() || f.Record.DueAt.After(f.Now) || c.Times < f.Record.Climb.Silence.Count {
		return Change{}, nil
	}
	r := f.Record.Clone()
	s := &r.Climb.Silence
	s.Count = c.Times + 1 // a timer of an older program counts alone
	change := Change{Records: []*Record{r}, Events: []Event{{Record: r.ID, Name: "owner_reminded"}}}
	nudge := toOwner(r, f, "nudge", "owner.nudge", Args{"due": Moment(r.DueAt), "state": Term("state." + string(r.State))})
	wait := dueEvery
	if !s.Off {
		wait = r.QuietFor()
		if s.Count > 1 && offerUp(&change, r, f) {
			nudge.Key = "owner.offered"
			nudge.Args["level"] = Number(s.Level)
		} else if s.Count > 2 { // nobody is left to ask
			for range min(s.Count-2, 16) {
				wait = min(2*wait, max(LongestSilence, r.QuietFor()))
			}
		}
	}
	change.Notices = append(change.Notices, nudge)
	next := f.Now.Add(wait)
	if !r.Ladder.Urgent {
		next = f.Org.Quiet.After(next, f.Org.ZoneOf(r.Owner))
	}
	change.Timers = []Timer{{Key: r.ID.Key(nudgeTimer), At: next, Command: NudgeOwner{Record: r.ID, Times: s.Count}}}
	if late := f.Now.Sub(r.DueAt); r.answers() && (late+next.Sub(f.Now))/stillEvery > late/stillEvery {
		change.Notices = append(change.Notices, Notice{
			ID: r.ID.notice(fmt.Sprintf("still/%d", f.Now.UnixMicro())), To: r.reporter(Actor{}), Topic: "feedback", Subject: r.ID.Subject(), Key: "feedback.still",
			Args: Args{"code": Text(r.Name()), "state": Term("state." + string(r.State))}, Urgency: Routine, Class: Once,
		})
	}
	return change, nil
}

// offerUp asks the next level above the owner that has somebody to ask. It reports whether there was one.
func offerUp(change *Change, r *Record, f Facts) bool {
	s := &r.Climb.Silence
	for level := max(s.Level, r.levelOf(f, r.Owner)) + 1; level <= len(r.Ladder.Steps); level++ {
		people := slices.DeleteFunc(levelHolders(r, f, level), func(d Duty) bool { return d.Person == r.Owner || slices.Contains(r.Climb.Passed, d.Person) })
		if len(people) == 0 {
			continue
		}
		s.Level = level
		for _, d := range people {
			s.Asked = append(s.Asked, d.Person)
			r.Climb.standIn(d)
			change.Notices = append(change.Notices, offer(r, f, f.Org.People[d.Person]))
		}
		change.Events = append(change.Events, Event{Record: r.ID, Name: "owner_silent", Data: map[string]string{"level": fmt.Sprint(level), "people": fmt.Sprint(len(people))}})
		return true
	}
	return false
}

// levelOf is the level that somebody stands at: 0 when the ladder does not name them.
func (r *Record) levelOf(f Facts, id PersonID) int {
	for level := len(r.Ladder.Steps); level > 0; level-- {
		if p := f.Org.People[id]; p != nil && p.Has(r.Ladder.Steps[level-1].Role) {
			return level
		}
	}
	return 0
}

// offer asks somebody to take a record over from a silent owner.
func offer(r *Record, f Facts, p *Person) Notice {
	n := card(r, f, p, fmt.Sprintf("silent/%d/%d/p%d/%d", r.Climb.Silence.Count, r.Climb.Silence.Level, p.ID, f.Now.UnixMicro()), r.Ladder.Urgent)
	n.Topic, n.Key = silentTopic, "card.silent"
	n.Args["owner"] = Text(f.Org.NameOf(r.Owner))
	n.Args["at"], n.Args["level"] = Moment(r.OwnedAt), Number(r.Climb.Silence.Level)
	n.Replies = []Reply{{Letter: "A", Key: "reply.take_over", Command: TakeOver{Record: r.ID, From: r.Owner}, Style: "primary"}, detailsReply(r)}
	return n
}

// TakeOver makes whoever was asked because the owner is silent the new owner.
type TakeOver struct {
	Record RecordID
	From   PersonID
}

var _ = Register(TakeOver{})

// CommandName is the stored name.
func (TakeOver) CommandName() string { return "take_over@1" }

// Needs the record.
func (c TakeOver) Needs() Needs { return Needs{Record: c.Record} }

// Decide changes the owner while the one who was silent still is. Released meanwhile, it is acknowledged as any other; when the owner has done
// something, or somebody was faster, it is taken (a *TakenError).
func (c TakeOver) Decide(f Facts) (Change, error) {
	r := f.Record
	if r.Owner == 0 || r.Owner == f.Actor.Person || r.State.Ended() {
		return Acknowledge{Record: c.Record}.Decide(f)
	}
	if err := MayOwn(f, r); err != nil {
		return Change{}, err
	}
	if r.Owner != c.From || r.Climb.Silence.Level == 0 {
		return Change{}, &TakenError{Code: r.Code, Owner: r.Owner, At: r.OwnedAt}
	}
	r = r.Clone()
	change, err := newOwner(r, f, f.Actor.Person, "taken_over")
	if err != nil {
		return Change{}, err
	}
	change.Notices = append(change.Notices, Notice{
		ID: r.ID.notice(fmt.Sprintf("taken_over/%d", f.Now.UnixMicro())), To: Recipient{Person: c.From}, Topic: "taken_over", Subject: r.ID.Subject(), Key: "owner.taken_over",
		Args: Args{"code": Text(r.Name()), "owner": Text(f.Org.NameOf(r.Owner))}, Urgency: Routine, Class: Once,
	})
	return change, nil
}

// SetSilence chooses for one record how long its owner may do nothing, or that nobody else is asked.
type SetSilence struct {
	Record RecordID
	After  time.Duration // 0: as the policy says
	Off    bool
}

// CommandName is not registered: it comes from a form or a text only.
func (SetSilence) CommandName() string { return "set_silence@1" }

// Needs the record.
func (c SetSilence) Needs() Needs { return Needs{Record: c.Record} }

// Decide keeps the choice, within its bounds. For an owned record that waits for nobody else the time starts now.
func (c SetSilence) Decide(f Facts) (Change, error) {
	if err := MayWork(f, f.Record); err != nil {
		return Change{}, err
	}
	if c.After != 0 && (c.After < ShortestSilence || c.After > LongestSilence) {
		return Change{}, Invalid("silence", "problem.silence")
	}
	r := f.Record.Clone()
	if r.State.Ended() {
		return Change{}, &MoveError{Code: r.Code, From: r.State, To: r.State}
	}
	change := Change{Records: []*Record{r}}
	r.setSilence(&change, f, c.After, c.Off)
	args := Args{"code": Text(r.Name()), "after": Span(r.QuietFor())}
	change.Notices = []Notice{answer(r, f, "silence", r.silenceKey(), args)}
	if r.Owner != 0 && r.Owner != f.Actor.Person {
		change.Notices = append(change.Notices, toOwner(r, f, "silence", r.silenceKey(), args))
	}
	return change, nil
}

// setSilence changes the choice and the clock that follows from it.
func (r *Record) setSilence(change *Change, f Facts, after time.Duration, off bool) {
	r.chooseSilence(change, after, off)
	switch {
	case r.Owner == 0 || r.waitsForOthers():
	case off: // what is due stays due
		r.heard(change, f, max(r.DueAt.Sub(f.Now), 0))
	default:
		r.heard(change, f, r.QuietFor())
	}
}

func (r *Record) chooseSilence(change *Change, after time.Duration, off bool) {
	if off {
		after = 0
	}
	r.Climb.Silence.After, r.Climb.Silence.Off = after, off
	change.Events = append(change.Events, Event{Record: r.ID, Name: "silence_set", Data: map[string]string{"after": r.Climb.Silence.Chosen()}})
}

// The choices of a silence that are no length of time.
const (
	SilenceByPolicy = "policy"
	SilenceOff      = "off"
)

// Chosen is the choice as a form and the audit name it: a length of time, or one of the above.
func (s Silence) Chosen() string {
	switch {
	case s.Off:
		return SilenceOff
	case s.After != 0:
		return s.After.String()
	default:
		return SilenceByPolicy
	}
}

// SilenceNamed is the inverse of Chosen. ok is false for what is out of bounds, or no choice.
func SilenceNamed(name string) (after time.Duration, off, ok bool) {
	switch name {
	case SilenceByPolicy:
		return 0, false, true
	case SilenceOff:
		return 0, true, true
	}
	after, err := time.ParseDuration(name)
	return after, false, err == nil && after >= ShortestSilence && after <= LongestSilence
}

// silenceKey is the text that says what follows when an owner does nothing.
func (r *Record) silenceKey() string {
	if r.Climb.Silence.Off {
		return "owner.silence_off"
	}
	return "owner.silence"
}
