package domain

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// A signature is an attestation about to be made: of a task whose question was answered rightly.
type signature struct {
	task     Task
	version  *DocumentVersion
	sentence string // the meaning as it was shown
	inbound  string
	level    Assurance
}

// sign ends the task. Nothing below the assurance that the document's meaning asks for comes here: see SignsAt.
func (s signature) sign(f Facts) Change {
	t, v := s.task, s.version
	t.State, t.DoneAt, t.RetryAfter, t.Flag = TaskDone, f.Now, time.Time{}, ""
	a := Attestation{
		Task: t, Version: v, Name: f.Org.NameOf(t.Person), Receipt: f.Refs[0], Meaning: v.Meaning, Sentence: s.sentence, At: f.Now,
		Zone: f.Org.ZoneOf(t.Person).String(), Channel: f.Actor.Channel, Level: s.level, Inbound: s.inbound, Fast: t.Dwell < v.LeastReading(t.ReadAs, f.Org.Settings), Parts: len(v.Parts()),
	}
	args := documentArgs(v, t)
	args["at"], args["receipt"], args["meaning"] = Dated(f.Now), Text(a.Number()), Term("signature.meaning")
	key := "doc.signed"
	if v.Meaning == Signed {
		key = "signature.signed"
	}
	return Change{
		Entries: []Entry{SavedTask{t}, a},
		Events: []Event{taskEvent(t, v, "document_signed", "receipt", string(a.Receipt), "sha256", v.Hash, "channel", string(a.Channel), "meaning", string(a.Meaning),
			"level", fmt.Sprint(int(a.Level)), "fast", fmt.Sprint(a.Fast))},
		Settle:  nothingToSign(t, args),
		Timers:  []Timer{v.progressTimer(f.Now)},
		Notices: []Notice{toReader(f, t, "signed", "attestation", key, args)},
		Clear:   []TimerKey{t.ID.Key("retry"), t.ID.Key("snooze")},
	}
}

// nothingToSign says on everything that asked for a signature that it was given.
func nothingToSign(t Task, args Args) []Settle {
	var all []Settle
	for _, topic := range []string{"document", "document_question", "document_answer"} {
		all = append(all, Settle{Subject: t.ID.Subject(), Topic: topic, Key: "doc.settled", Args: args, Silent: true})
	}
	return all
}

// afterwards answers whoever wants to sign what is signed or withdrawn already.
func afterwards(f Facts, t Task, v *DocumentVersion) (change Change, over bool, err error) {
	args := documentArgs(v, t)
	switch t.State {
	case TaskDone:
		return Change{Notices: []Notice{toReader(f, t, "again", "answer", "doc.already", args)}}, true, nil
	case TaskWithdrawn:
		return Change{}, true, &InvalidError{Field: "answer", Reason: "problem.doc_withdrawn", Args: args}
	}
	return Change{}, false, nil
}

// askSecond asks for the second component of a signature: by text the PIN, in Slack a code to retype.
func askSecond(f Facts, t Task, v *DocumentVersion) Notice {
	s := signature{task: t, version: v}
	if f.Actor.Channel == Slack {
		args := documentArgs(v, t)
		n := toReader(f, t, "confirm", "document_answer", "signature.confirm", args)
		n.Replies = []Reply{{Letter: "S", Key: "reply.sign", Flow: "sign_document", Start: Args{"task": Number(int(t.ID))}, Style: "primary"}}
		return n
	}
	switch {
	case f.PIN == nil || f.PIN.Hash == "":
		return askPIN(f, "choose", "signature.pin_choose", &s)
	case f.PIN.Locked(f.Now):
		return toReader(f, t, "pin_locked", "answer", "signature.pin_locked", Args{"at": Moment(f.PIN.LockedUntil)})
	}
	return askPIN(f, "ask", "signature.pin", &s)
}

// SameRetyped reports whether a person has retyped the code of a task: any case, spaces forgiven.
func (t Task) SameRetyped(typed string) bool {
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if !unicode.IsLetter(r) {
				return -1
			}
			return unicode.ToUpper(r)
		}, s)
	}
	return t.Retype != "" && letters(t.Retype) == letters(typed)
}

// SignDocument signs in Slack what was answered rightly before, by a code that was shown and retyped.
type SignDocument struct {
	Task    TaskID
	Retyped string
	Signing string // the meaning as it was shown
	Inbound string
}

// CommandName is not registered: a signature is never given by the clock or by one press.
func (SignDocument) CommandName() string { return "sign_document@1" }

// Needs the task, and a receipt number.
func (c SignDocument) Needs() Needs { return Needs{Tasks: TaskQuery{ID: c.Task}, Receipt: true} }

// Decide signs for a person we know by their Slack session.
func (c SignDocument) Decide(f Facts) (Change, error) {
	t, v, err := documentTask(f)
	if err != nil {
		return Change{}, err
	}
	if change, over, err := afterwards(f, t, v); over {
		return change, err
	}
	switch {
	case f.Actor.Level < A2 || f.Actor.Channel != Slack:
		return Change{}, ErrForbidden
	case v.Meaning != Signed || t.AnsweredAt.IsZero():
		return Change{}, &InvalidError{Field: "retyped", Reason: "problem.doc_read_first", Args: documentArgs(v, t)}
	case !t.SameRetyped(c.Retyped):
		return Change{}, Invalid("retyped", "problem.retyped")
	}
	return signature{task: t, version: v, sentence: c.Signing, inbound: c.Inbound, level: A3}.sign(f), nil
}
