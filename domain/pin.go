package domain

import (
	"fmt"
	"strings"
	"time"
)

// A PIN is what a person adds to their telephone to sign: the second component of a signature. Only a hash of it exists. Source: 21 CFR
// 11.200 (a)(1)(i), two distinct identification components.
type PIN struct {
	Person       PersonID
	Hash         string    // by which it is recognised; empty: none is chosen
	Tries        int       // wrong ones since the last right one
	LockedUntil  time.Time // after too many of them
	Waiting      string    // hash of one that was typed once and has to be typed again
	WaitingSince time.Time
	RenewUntil   time.Time // the old one was given: a new one may be chosen
}

// Bounds of a PIN and of its use. Source: reliability rules, five tries; four digits are what people know from their bank.
const (
	leastPIN    = 4
	mostPIN     = 8
	pinTries    = 5
	pinLock     = 24 * time.Hour
	pinPatience = 15 * time.Minute // between the old one and the new, and between a new one and its repetition
)

// Locked reports whether too many wrong ones were given lately.
func (p PIN) Locked(now time.Time) bool { return p.LockedUntil.After(now) }

// TriesLeft is how many wrong ones may still come.
func (p PIN) TriesLeft() int { return pinTries - p.Tries }

// Choosing reports whether the next PIN that is typed is a new one.
func (p PIN) Choosing(now time.Time) bool { return p.Hash == "" || p.RenewUntil.After(now) }

// Expected is the hash that the next PIN has to match; empty: it is a new one, for the first time.
func (p PIN) Expected(now time.Time) string {
	switch {
	case !p.Choosing(now):
		return p.Hash
	case now.Sub(p.WaitingSince) > pinPatience:
		return ""
	default:
		return p.Waiting
	}
}

// A PINCheck is what became of comparing a typed PIN. The PIN itself comes no further than to whoever compared it.
type PINCheck struct {
	Against string // what was expected
	Right   bool   // it matched
	Fresh   string // its own hash, when it may be a new one
	Twice   bool   // a new one was typed twice on one form
	Weak    string // catalogue key: why it cannot be chosen
}

// WeakPIN says why nobody should choose this PIN: a catalogue key, empty when it will do. phone is the person's own number.
func WeakPIN(typed, phone string) string {
	switch {
	case len(typed) < leastPIN || len(typed) > mostPIN || strings.Trim(typed, "0123456789") != "":
		return "problem.pin_shape"
	case isRun(typed, 0) || isRun(typed, 1) || isRun(typed, 9):
		return "problem.pin_simple"
	case strings.Contains(phone, typed):
		return "problem.pin_phone"
	}
	return ""
}

// isRun reports whether each digit follows the one before by the step, 0 following 9.
func isRun(digits string, step byte) bool {
	for i := 1; i < len(digits); i++ {
		if (digits[i-1]-'0'+step)%10 != digits[i]-'0' {
			return false
		}
	}
	return true
}

// A SavedPIN is a person's PIN as a decision leaves it.
type SavedPIN struct{ PIN }

// Entry makes it part of a change.
func (SavedPIN) Entry() {}

// A ForgottenPIN ends a person's PIN: they choose another when they next sign.
type ForgottenPIN struct{ Person PersonID }

// Entry makes it part of a change.
func (ForgottenPIN) Entry() {}

// EnterPIN is a PIN that somebody typed: to sign a document that they have answered for, or, without one, to change it.
type EnterPIN struct {
	Task    TaskID // 0: to change it
	Check   PINCheck
	Signing string // the meaning as it was shown
	Inbound string
}

// CommandName is not registered: nothing of a PIN is stored to be run later.
func (EnterPIN) CommandName() string { return "enter_pin@1" }

// Needs the actor's PIN, and the task with a receipt number.
func (c EnterPIN) Needs() Needs {
	return Needs{PIN: true, Tasks: TaskQuery{ID: c.Task}, Receipt: c.Task != 0}
}

// Decide signs, goes on choosing, or counts a wrong one.
func (c EnterPIN) Decide(f Facts) (Change, error) {
	if c.Task == 0 {
		if p := f.Org.People[f.Actor.Person]; p == nil || !p.Active || f.Actor.Level < A1 {
			return Change{}, ErrForbidden
		}
		return enterPIN(f, c.Check, nil)
	}
	t, v, err := documentTask(f)
	if err != nil {
		return Change{}, err
	}
	if change, over, err := afterwards(f, t, v); over {
		return change, err
	}
	if v.Meaning != Signed || t.AnsweredAt.IsZero() {
		return Change{}, &InvalidError{Field: "pin", Reason: "problem.doc_read_first", Args: documentArgs(v, t)}
	}
	return enterPIN(f, c.Check, &signature{task: t, version: v, sentence: c.Signing, inbound: c.Inbound, level: A3})
}

// enterPIN takes a typed PIN for a signature; for none, to change it.
func enterPIN(f Facts, c PINCheck, s *signature) (Change, error) {
	p := PIN{Person: f.Actor.Person}
	if f.PIN != nil {
		p = *f.PIN
	}
	switch {
	case p.Locked(f.Now):
		return Change{}, &InvalidError{Field: "pin", Reason: "signature.pin_locked", Args: Args{"at": Moment(p.LockedUntil)}}
	case c.Against != p.Expected(f.Now):
		return Change{}, ErrConflict
	case p.Choosing(f.Now):
		return choosePIN(f, p, c, s)
	case !c.Right:
		return wrongPIN(f, p, s), nil
	}
	p.Tries = 0
	if s == nil {
		p.RenewUntil, p.Waiting = f.Now.Add(pinPatience), ""
		return Change{Entries: []Entry{SavedPIN{p}}, Notices: []Notice{askPIN(f, "new", "signature.pin_new", nil)}}, nil
	}
	change := s.sign(f)
	change.Entries = append(change.Entries, SavedPIN{p})
	return change, nil
}

// choosePIN takes a new one, once and once more.
func choosePIN(f Facts, p PIN, c PINCheck, s *signature) (Change, error) {
	switch {
	case c.Against == "" && c.Weak != "":
		return Change{}, Invalid("pin", c.Weak)
	case c.Against == "" && !c.Twice:
		p.Waiting, p.WaitingSince = c.Fresh, f.Now
		return Change{Entries: []Entry{SavedPIN{p}}, Notices: []Notice{askPIN(f, "again", "signature.pin_again", s)}}, nil
	case c.Against != "" && !c.Right && !c.Twice:
		p.Waiting = ""
		return Change{Entries: []Entry{SavedPIN{p}}, Notices: []Notice{askPIN(f, "differs", "signature.pin_differs", s)}}, nil
	case c.Weak != "" && c.Twice:
		return Change{}, Invalid("pin", c.Weak)
	}
	name := "pin_chosen"
	if p.Hash != "" {
		name = "pin_changed"
	}
	p.Hash = c.Fresh
	if !c.Twice {
		p.Hash = c.Against
	}
	p.Tries, p.Waiting, p.RenewUntil = 0, "", time.Time{}
	var change Change
	if s != nil {
		change = s.sign(f)
	}
	change.Entries = append(change.Entries, SavedPIN{p})
	change.Events = append(change.Events, pinEvent(name, p.Person))
	if s == nil || f.Actor.Channel == Web { // a page can be opened by whoever has its link: the person hears of it
		n := toReader(f, Task{Person: p.Person}, fmt.Sprintf("p%d/pin_set", p.Person), "answer", "signature.pin_set", nil)
		n.Subject = ""
		change.Notices = append(change.Notices, n)
	}
	return change, nil
}

// wrongPIN counts. After the fifth nobody gets further for a day, and the manager hears of it.
func wrongPIN(f Facts, p PIN, s *signature) Change {
	p.Tries++
	event := pinEvent("pin_wrong", p.Person)
	event.Data["tries"] = fmt.Sprint(p.Tries)
	change := Change{Events: []Event{event}}
	if left := p.TriesLeft(); left > 0 {
		if f.Actor.Channel != Web {
			n := askPIN(f, fmt.Sprintf("wrong/%d", p.Tries), "signature.pin_wrong", s)
			n.Args = Args{"count": Number(left)}
			change.Notices = []Notice{n}
		}
		change.Entries = []Entry{SavedPIN{p}}
		return change
	}
	p.Tries, p.LockedUntil = 0, f.Now.Add(pinLock)
	args := Args{"at": Moment(p.LockedUntil), "person": Text(f.Org.NameOf(p.Person))}
	change.Entries = []Entry{SavedPIN{p}}
	change.Events = append(change.Events, pinEvent("pin_locked", p.Person))
	n := toReader(f, Task{Person: p.Person}, fmt.Sprintf("p%d/pin_locked", p.Person), "answer", "signature.pin_locked", args)
	change.Notices = []Notice{n}
	for _, m := range answerFor(f.Org, p.Person) {
		change.Notices = append(change.Notices, Notice{
			ID: fmt.Sprintf("p%d/pin_locked/%d/p%d", p.Person, f.Now.UnixMicro(), m), To: Recipient{Person: m}, Topic: "pin_locked", Key: "signature.pin_locked_told", Args: args,
			Urgency: Routine, Class: Once,
		})
	}
	return change
}

// answerFor are the managers of a person's unit; without any but themself, the quality office.
func answerFor(o *Organisation, person PersonID) []PersonID {
	var ids []PersonID
	add := func(people []*Person) {
		for _, p := range people {
			if p.ID != person {
				ids = append(ids, p.ID)
			}
		}
	}
	if p := o.People[person]; p != nil {
		add(o.With(Manager, p.Unit))
	}
	if len(ids) == 0 {
		add(o.Anyone(Quality))
	}
	return ids
}

// PINFlow is the conversation that waits for a PIN. It has no flow: what is typed is never an answer that could be kept.
const PINFlow = "pin"

// askPIN asks for a PIN at the address at hand: for a signature, or to change it.
func askPIN(f Facts, what, key string, s *signature) Notice {
	var t Task
	args, start := Args{}, Args{}
	if s != nil {
		t, args = s.task, documentArgs(s.version, s.task)
		args["meaning"], start = Term("signature.meaning"), Args{"task": Number(int(s.task.ID))}
	}
	n := toReader(f, t, fmt.Sprintf("pin/p%d/%s", f.Actor.Person, what), "pin", key, args)
	n.To = Recipient{Address: f.Actor.Address}
	n.Ask = &Ask{Flow: PINFlow, Start: start, Question: "pin"}
	return n
}

// AskPIN is what a person is asked who wants to change their PIN by text.
func AskPIN(f Facts) Notice {
	switch {
	case f.PIN == nil || f.PIN.Hash == "":
		return askPIN(f, "choose", "signature.pin_new", nil)
	case f.PIN.Locked(f.Now):
		n := askPIN(f, "locked", "signature.pin_locked", nil)
		n.Ask, n.Args = nil, Args{"at": Moment(f.PIN.LockedUntil)}
		return n
	}
	return askPIN(f, "old", "signature.pin_old", nil)
}

func pinEvent(name string, person PersonID) Event {
	return Event{Name: name, Data: map[string]string{"person": fmt.Sprintf("p%d", person)}}
}

// ResetPIN forgets somebody's PIN: they ask for it in Slack, where we are sure of them, or an administrator does.
type ResetPIN struct{ Person PersonID }

var _ = Register(ResetPIN{})

// CommandName is the stored name.
func (ResetPIN) CommandName() string { return "reset_pin@1" }

// Needs nothing: forgetting twice is forgetting once.
func (ResetPIN) Needs() Needs { return Needs{} }

// Decide forgets it, and tells the person.
func (c ResetPIN) Decide(f Facts) (Change, error) {
	actor, person := f.Org.People[f.Actor.Person], f.Org.People[c.Person]
	may := f.Actor.Operator || f.Actor.Level >= A2 && actor != nil && actor.Active && (actor.ID == c.Person || actor.Has(Admin))
	switch {
	case !may:
		return Change{}, ErrForbidden
	case person == nil || !person.Active:
		return Change{}, ErrNotFound
	}
	return Change{
		Entries: []Entry{ForgottenPIN(c)}, Events: []Event{pinEvent("pin_reset", c.Person)},
		Notices: []Notice{{ID: fmt.Sprintf("p%d/pin_reset/%d", c.Person, f.Now.UnixMicro()), To: Recipient{Person: c.Person}, Topic: "answer", Key: "signature.pin_reset", Urgency: Prompt, Class: Once}},
	}, nil
}
