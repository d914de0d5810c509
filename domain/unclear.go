package domain

import (
	"fmt"
	"slices"
)

// AskAuthor takes "I do not understand: …" to the author of a document.
type AskAuthor struct {
	Task TaskID
	Text string // masked
}

// CommandName is not registered: it carries text.
func (AskAuthor) CommandName() string { return "ask_author@1" }

// Needs the task.
func (c AskAuthor) Needs() Needs { return Needs{Tasks: TaskQuery{ID: c.Task}} }

// Decide writes to the author; only in Slack do they see who asks.
func (c AskAuthor) Decide(f Facts) (Change, error) {
	t, v, err := documentTask(f)
	if err != nil {
		return Change{}, err
	}
	if c.Text == "" {
		return Change{}, Invalid("text", "problem.empty")
	}
	args := documentArgs(v, t)
	args["text"], args["person"] = Text(c.Text), Text(f.Org.NameOf(t.Person))
	change := Change{
		Events: []Event{taskEvent(t, v, "document_unclear")},
		Notices: []Notice{
			{ID: fmt.Sprintf("%s/unclear/%d", t.ID.Subject(), f.Now.UnixMicro()), To: Recipient{Person: v.Owner}, Topic: "document_unclear", Subject: t.ID.Subject(), Key: "doc.unclear", Args: args, Urgency: Routine, Class: Once},
			toReader(f, t, "unclear_sent", "answer", "doc.unclear_sent", args),
		},
	}
	if t.State == TaskOpen && t.Flag == "" {
		t.Flag = Unclear
		change.Entries = []Entry{SavedTask{t}}
	}
	return change, nil
}

// NotMyJob says that a document is not for this person's work. The task waits, without reminders, for the manager's decision.
type NotMyJob struct{ Task TaskID }

var _ = Register(NotMyJob{})

// CommandName is the stored name.
func (NotMyJob) CommandName() string { return "not_my_job@1" }

// Needs the task.
func (c NotMyJob) Needs() Needs { return Needs{Tasks: TaskQuery{ID: c.Task}} }

// Decide asks the unit's manager; without one, the author.
func (c NotMyJob) Decide(f Facts) (Change, error) {
	t, v, err := documentTask(f)
	if err != nil {
		return Change{}, err
	}
	args := documentArgs(v, t)
	if t.State != TaskOpen {
		return Change{}, &InvalidError{Field: "task", Reason: "problem.doc_withdrawn", Args: args}
	}
	t.Flag = NotMine
	change := Change{
		Entries: []Entry{SavedTask{t}}, Events: []Event{taskEvent(t, v, "document_not_mine")}, Timers: []Timer{v.progressTimer(f.Now)},
		Notices: []Notice{toReader(f, t, "not_mine_sent", "answer", "doc.not_mine_sent", args)},
	}
	person := f.Org.People[t.Person]
	to := []PersonID{}
	for _, m := range f.overseers(Manager, person.Unit) {
		if m != t.Person {
			to = append(to, m)
		}
	}
	if len(to) == 0 {
		to = []PersonID{v.Owner}
	}
	asked := documentArgs(v, t)
	asked["unit"], asked["person"] = Text(string(person.Unit)), Text(person.Name)
	for _, id := range to {
		change.Notices = append(change.Notices, Notice{
			ID: fmt.Sprintf("%s/not_mine/p%d/%d", t.ID.Subject(), id, f.Now.UnixMicro()), To: Recipient{Person: id}, Topic: "document_not_mine", Subject: t.ID.Subject(),
			Key: "doc.not_mine", Args: asked, Urgency: Routine, Class: Once,
			Replies: []Reply{
				{Letter: "E", Key: "reply.excuse", Command: ExcuseReader{Task: t.ID, Excuse: true}},
				{Letter: "K", Key: "reply.must_read", Command: ExcuseReader{Task: t.ID}},
			},
		})
	}
	return change, nil
}

// ExcuseReader is a manager's word on "not my job": excused, or it must be read.
type ExcuseReader struct {
	Task   TaskID
	Excuse bool
}

var _ = Register(ExcuseReader{})

// CommandName is the stored name.
func (ExcuseReader) CommandName() string { return "excuse_reader@1" }

// Needs the task.
func (c ExcuseReader) Needs() Needs { return Needs{Tasks: TaskQuery{ID: c.Task}} }

// Decide lets those decide who answer for the person's unit, or stand in for its manager, and the author; nobody for themself.
func (c ExcuseReader) Decide(f Facts) (Change, error) {
	if len(f.Tasks) != 1 || f.Versions[f.Tasks[0].Subject] == nil {
		return Change{}, ErrNotFound
	}
	t, v := f.Tasks[0], f.Versions[f.Tasks[0].Subject]
	person := f.Org.People[t.Person]
	mine := f.Actor.Person != 0 && f.Actor.Person == v.Owner
	if person == nil || f.Actor.Person == t.Person || f.Actor.Level < A1 || !mine && !f.Org.Oversees(f.Actor.Person, person.Unit) && !slices.Contains(f.overseers(Manager, person.Unit), f.Actor.Person) {
		return Change{}, ErrForbidden
	}
	args := documentArgs(v, t)
	args["owner"], args["person"] = Text(f.Org.NameOf(f.Actor.Person)), Text(person.Name)
	if t.State != TaskOpen || t.Flag != NotMine {
		return Change{Notices: []Notice{toReader(f, t, "decided", "answer", "doc.decided", args)}}, nil
	}
	t.Flag = ""
	key, name, decided := "doc.must_read", "document_kept", "doc.decided_read"
	if c.Excuse {
		t.State, t.DoneAt, t.Flag = TaskWithdrawn, f.Now, Excused
		key, name, decided = "doc.excused", "document_excused", "doc.decided_excused"
	}
	change := Change{
		Entries: []Entry{SavedTask{t}}, Events: []Event{taskEvent(t, v, name)}, Timers: []Timer{v.progressTimer(f.Now)},
		Settle: []Settle{{Subject: t.ID.Subject(), Topic: "document_not_mine", Key: decided, Args: args, Silent: true}},
		Notices: []Notice{{
			ID: fmt.Sprintf("%s/decided/%d", t.ID.Subject(), f.Now.UnixMicro()), To: Recipient{Person: t.Person}, Topic: "answer", Subject: t.ID.Subject(), Key: key, Args: args, Urgency: Routine, Class: Once,
		}},
	}
	if c.Excuse {
		change.Settle = append(change.Settle, Settle{Subject: t.ID.Subject(), Topic: "document", Key: "doc.excused", Args: args, Silent: true})
	}
	return change, nil
}
