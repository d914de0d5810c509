package domain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"goodcatch/domain/proof"
)

// ProveReading brings the proof word from the end of the text. The right one is followed by the one question.
type ProveReading struct {
	Person PersonID
	Code   string // of the document; empty: the word says which
	Word   string
}

// CommandName is the stored name.
func (ProveReading) CommandName() string { return "prove_reading@1" }

// Needs the person's document tasks, and whoever else holds the word.
func (c ProveReading) Needs() Needs {
	return Needs{Tasks: TaskQuery{Person: c.Person, Kind: ReadDocument, Word: proof.Fold(c.Word)}, PIN: true}
}

// Decide takes the person's own word, says plainly what is wrong with any other, and records a colleague's.
func (c ProveReading) Decide(f Facts) (Change, error) {
	if c.Person == 0 || f.Actor.Person != c.Person || f.Actor.Level < A1 {
		return Change{}, ErrForbidden
	}
	open := c.mine(f, TaskOpen)
	for _, t := range open {
		if t.Word != "" && proof.Same(t.Word, c.Word) {
			return c.proved(f, t), nil
		}
	}
	if old, ok := c.ended(f); ok {
		return c.late(f, old, open), nil
	}
	if len(open) == 0 {
		return Change{Notices: []Notice{c.say(f, Task{Person: c.Person}, fmt.Sprintf("p%d/none", c.Person), "doc.none", nil)}}, nil
	}
	return c.refused(f, open), nil
}

// mine are the person's tasks in a state that the code does not exclude, the most urgent first.
func (c ProveReading) mine(f Facts, state TaskState) []Task {
	var mine []Task
	for _, t := range f.Tasks {
		v := f.Versions[t.Subject]
		if t.Person == c.Person && t.State == state && v != nil && (c.Code == "" || strings.EqualFold(v.Code, c.Code)) {
			mine = append(mine, t)
		}
	}
	slices.SortFunc(mine, func(a, b Task) int { return cmp.Or(a.DueAt.Compare(b.DueAt), cmp.Compare(a.ID, b.ID)) })
	return mine
}

// ended finds the word among the person's own tasks that are over: superseded, or signed already.
func (c ProveReading) ended(f Facts) (Task, bool) {
	for _, state := range []TaskState{TaskWithdrawn, TaskDone} {
		for _, t := range slices.Backward(c.mine(f, state)) {
			if t.Word != "" && proof.Same(t.Word, c.Word) {
				return t, true
			}
		}
	}
	return Task{}, false
}

func (c ProveReading) proved(f Facts, t Task) Change {
	v := f.Versions[t.Subject]
	change := Change{Clear: []TimerKey{t.ID.Key("retry")}}
	if t.ProvedAt.IsZero() {
		t.ProvedAt, t.Dwell = f.Now, f.Now.Sub(t.OpenedAt)
		change.Events = []Event{taskEvent(t, v, "document_proved", "seconds", fmt.Sprint(int(t.Dwell.Seconds())))}
	}
	change.Entries = []Entry{SavedTask{t}}
	change.Notices = []Notice{askNext(f, t, v)}
	return change
}

// late answers a word whose version is over: with the newer version, or that it is signed.
func (c ProveReading) late(f Facts, old Task, open []Task) Change {
	v := f.Versions[old.Subject]
	if old.State == TaskDone {
		return Change{Notices: []Notice{c.say(f, old, "already", "doc.already", documentArgs(v, old))}}
	}
	for _, t := range open {
		if newer := f.Versions[t.Subject]; newer.Code == v.Code {
			return Change{Notices: []Notice{c.say(f, t, "newer", "doc.newer", documentArgs(newer, t))}}
		}
	}
	return Change{Notices: []Notice{c.say(f, old, "ended", "doc.ended", documentArgs(v, old))}}
}

// refused records a wrong word, and whose it is when it is a colleague's.
func (c ProveReading) refused(f Facts, open []Task) Change {
	t := AtHand(open)
	key, name, holder := "doc.wrong_word", "document_wrong_word", ""
	for _, other := range f.Tasks {
		at := slices.IndexFunc(open, func(o Task) bool { return o.Subject == other.Subject })
		if other.Person != c.Person && at >= 0 && proof.Same(other.Word, c.Word) {
			t, key, name, holder = open[at], "doc.not_your_word", "document_colleagues_word", fmt.Sprintf("p%d", other.Person)
		}
	}
	v := f.Versions[t.Subject]
	t.Tries++
	event := taskEvent(t, v, name, "tries", fmt.Sprint(t.Tries))
	if holder != "" {
		event.Data["holder"] = holder
	}
	return Change{Entries: []Entry{SavedTask{t}}, Events: []Event{event}, Notices: []Notice{c.say(f, t, fmt.Sprintf("word/%d", t.Tries), key, documentArgs(v, t))}}
}

// AtHand is the document somebody means who names none: the one they opened last and have not finished, else the most urgent, which comes
// first.
func AtHand(open []Task) Task {
	t := open[0]
	for _, o := range open[1:] {
		if o.OpenedAt.After(t.OpenedAt) {
			t = o
		}
	}
	return t
}

func (c ProveReading) say(f Facts, t Task, what, key string, args Args) Notice {
	return toReader(f, t, what, "answer", key, args)
}
