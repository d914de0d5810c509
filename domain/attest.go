package domain

import (
	"fmt"
	"slices"
	"time"
)

// An Attestation says that a person signed a document version.
type Attestation struct {
	Task     Task // as it stands after
	Version  *DocumentVersion
	Name     string // printed name at that time; sealed when written
	Receipt  Ref
	Meaning  Meaning
	Sentence string // the meaning as it was shown
	At       time.Time
	Zone     string
	Channel  Channel
	Level    Assurance
	Inbound  string
	Fast     bool // read faster than can be
	Parts    int  // into which its text is cut: Task.Reached of them were opened
}

// Entry makes it part of a change.
func (Attestation) Entry() {}

// Number is the receipt's number as people see it: H4D2-2PKX.
func (a Attestation) Number() string { return ReceiptNumber(a.Receipt) }

// ReceiptNumber sets a receipt's reference in two halves.
func ReceiptNumber(r Ref) string {
	if len(r) != 8 {
		return string(r)
	}
	return string(r[:4] + "-" + r[4:])
}

// documentTask returns the task a command is about, for its own person only.
func documentTask(f Facts) (Task, *DocumentVersion, error) {
	if len(f.Tasks) != 1 || f.Tasks[0].Kind != ReadDocument {
		return Task{}, nil, ErrNotFound
	}
	t := f.Tasks[0]
	v := f.Versions[t.Subject]
	if v == nil {
		return Task{}, nil, ErrNotFound
	}
	if p := f.Org.People[t.Person]; !f.Actor.Clock && (f.Actor.Person != t.Person || f.Actor.Level < A1 || p == nil || !p.Active) {
		return Task{}, nil, ErrForbidden
	}
	return t, v, nil
}

// toReader is a notice to whoever acts: at the very address they write from, else wherever they are reached.
func toReader(f Facts, t Task, what, topic, key string, args Args) Notice {
	n := Notice{
		ID: fmt.Sprintf("%s/%s/%d", t.ID.Subject(), what, f.Now.UnixMicro()), To: Recipient{Address: f.Actor.Address}, Topic: topic, Subject: t.ID.Subject(),
		Key: key, Args: args, Urgency: Prompt, Class: Once,
	}
	if f.Actor.Address == 0 {
		n.To = Recipient{Person: t.Person}
	}
	return n
}

func taskEvent(t Task, v *DocumentVersion, name string, more ...string) Event {
	return Event{Name: name, Data: map[string]string{"task": t.ID.Subject(), "code": v.Code, "number": fmt.Sprint(v.Number), "person": fmt.Sprintf("p%d", t.Person)}}.with(more)
}

// OpenDocument says that a person opened the text. Only the first time counts; it makes the proof word.
type OpenDocument struct{ Task TaskID }

// CommandName is the stored name.
func (OpenDocument) CommandName() string { return "open_document@1" }

// Needs the task.
func (c OpenDocument) Needs() Needs { return Needs{Tasks: TaskQuery{ID: c.Task}} }

// Decide records when the text was first opened.
func (c OpenDocument) Decide(f Facts) (Change, error) {
	t, v, err := documentTask(f)
	if err != nil || t.State != TaskOpen || !t.OpenedAt.IsZero() {
		return Change{}, err
	}
	t.OpenedAt, t.ReadAs, t.Reached = f.Now, OnPage, 1
	switch f.Actor.Channel {
	case Slack:
		t.ReadAs, t.Reached = InForm, len(v.Parts())
	case SMS:
		t.ReadAs, t.Reached = ByDigest, len(v.Parts())
	}
	return Change{Entries: []Entry{OpenedDocument{Task: t}}, Events: []Event{taskEvent(t, v, "document_opened", "as", string(t.ReadAs))}, Timers: []Timer{v.progressTimer(f.Now)}}, nil
}

// An OpenedDocument is a task whose text was opened for the first time: the store chooses its proof word.
type OpenedDocument struct{ Task Task }

// Entry makes it part of a change.
func (OpenedDocument) Entry() {}

// AnswerDocument answers the one question about a document. Right, and it is signed, or the second component of a signature is asked for.
type AnswerDocument struct {
	Task     TaskID
	Option   int    // index; -1 none chosen
	Form     bool   // a modal: the least time to read it is held, and Read must be ticked
	Read     bool   // "I have read it"
	Sentence string // what signing means, as it was shown
	Inbound  string // the provider's id of this message

	ByDigest string    `json:"-"` // the same, as the last text of a digest shows it
	Signing  string    `json:"-"` // the same for a signature
	Retyped  string    `json:"-"` // a modal's second component
	PIN      *PINCheck `json:"-"` // a page's
}

var _ = Register(AnswerDocument{})

// CommandName is the stored name.
func (AnswerDocument) CommandName() string { return "answer_document@1" }

// Needs the task, a receipt number, and the actor's PIN.
func (c AnswerDocument) Needs() Needs {
	return Needs{Tasks: TaskQuery{ID: c.Task}, Receipt: true, PIN: true}
}

// Decide signs, asks for the second component, or explains and offers one more try.
func (c AnswerDocument) Decide(f Facts) (Change, error) {
	t, v, err := documentTask(f)
	if err != nil {
		return Change{}, err
	}
	if change, over, err := afterwards(f, t, v); over {
		return change, err
	}
	if err := c.allowed(f, t, v); err != nil {
		return Change{}, err
	}
	if t.ProvedAt.IsZero() { // on a page or in a form reaching the question is the proof
		t.ProvedAt, t.Dwell = f.Now, f.Now.Sub(t.OpenedAt)
	}
	if c.Option != v.Right {
		return c.wrong(f, t, v), nil
	}
	return c.right(f, t, v)
}

// right signs what is only acknowledged, and what came with its second component.
func (c AnswerDocument) right(f Facts, t Task, v *DocumentVersion) (Change, error) {
	t.AnsweredAt, t.RetryAfter = f.Now, time.Time{}
	s := signature{task: t, version: v, sentence: c.Sentence, inbound: c.Inbound, level: f.Actor.Level}
	if t.ReadAs == ByDigest && f.Actor.Channel == SMS {
		s.sentence = c.ByDigest
	}
	if v.Meaning != Signed {
		return s.sign(f), nil
	}
	s.sentence, s.level = c.Signing, A3
	switch {
	case c.Form:
		return s.sign(f), nil // the code was retyped: see allowed
	case c.PIN != nil:
		change, err := enterPIN(f, *c.PIN, &s)
		if err == nil && !change.attests() {
			change.Entries = append(change.Entries, SavedTask{t})
		}
		return change, err
	}
	change := Change{Entries: []Entry{SavedTask{t}}, Events: []Event{taskEvent(t, v, "document_answered")}, Clear: []TimerKey{t.ID.Key("retry")}}
	if f.Actor.Channel != Web {
		change.Notices = []Notice{askSecond(f, t, v)}
	}
	return change, nil
}

// attests reports whether a change holds an attestation.
func (c Change) attests() bool {
	return slices.ContainsFunc(c.Entries, func(e Entry) bool { _, ok := e.(Attestation); return ok })
}

// allowed holds the order: opened, read for as long as it takes, and only then answered.
func (c AnswerDocument) allowed(f Facts, t Task, v *DocumentVersion) error {
	viaText := !c.Form && f.Actor.Channel != Web
	switch {
	case t.OpenedAt.IsZero() || viaText && t.ProvedAt.IsZero():
		return &InvalidError{Field: "answer", Reason: "problem.doc_read_first", Args: documentArgs(v, t)}
	case f.Actor.Channel == Web && v.Unread(t) > 0:
		return &InvalidError{Field: "answer", Reason: "problem.doc_part", Args: Args{"count": Number(len(v.Parts()))}}
	case c.Option < 0 || c.Option >= len(v.Options):
		return Invalid("answer", "problem.choice")
	case c.Form && !c.Read:
		return Invalid("read_it", "problem.doc_tick")
	case c.Form && v.Meaning == Signed && f.Actor.Level < A2:
		return ErrForbidden
	case c.Form && v.Meaning == Signed && !t.SameRetyped(c.Retyped):
		return Invalid("retyped", "problem.retyped")
	}
	if left := v.MinimumDwell(f.Org.Settings) - f.Now.Sub(t.OpenedAt); c.Form && left > 0 {
		return &InvalidError{Field: "read_it", Reason: "problem.doc_dwell", Args: Args{"count": Number(int((left + time.Second - 1) / time.Second))}}
	}
	return nil
}

// retryHour is when a wrong answer may be tried again: the receiver's next morning.
const retryHour = 10

func (c AnswerDocument) wrong(f Facts, t Task, v *DocumentVersion) Change {
	zone := f.Org.ZoneOf(t.Person)
	t.Tries++
	t.AnsweredAt = time.Time{}
	t.RetryAfter = DateOf(f.Now, zone).Add(1).At(retryHour*60, zone)
	args := documentArgs(v, t)
	args["solution"], args["at"] = Text(v.RightAnswer()), Moment(t.RetryAfter)
	n := toReader(f, t, "wrong", "document_answer", "doc.wrong", args)
	n.Replies = []Reply{{Letter: "Q", Key: "reply.question", Command: AskDocument{Task: t.ID}, Style: "primary"}}
	change := Change{
		Entries: []Entry{SavedTask{t}},
		Events:  []Event{taskEvent(t, v, "document_answered_wrong", "option", Letter(c.Option), "tries", fmt.Sprint(t.Tries))},
		Timers:  []Timer{{Key: t.ID.Key("retry"), At: t.RetryAfter, Command: AskDocument{Task: t.ID}}},
	}
	if f.Actor.Channel != Web {
		change.Notices = []Notice{n}
	}
	return change
}

// AskDocument puts the question of a document again after a wrong answer: when its time has come, or as soon as the person asks.
type AskDocument struct{ Task TaskID }

var _ = Register(AskDocument{})

// CommandName is the stored name.
func (AskDocument) CommandName() string { return "ask_document@1" }

// Needs the task.
func (c AskDocument) Needs() Needs { return Needs{Tasks: TaskQuery{ID: c.Task}, PIN: true} }

// Decide asks, while there is something to answer.
func (c AskDocument) Decide(f Facts) (Change, error) {
	t, v, err := documentTask(f)
	if err == nil && !f.Actor.Clock {
		if change, over, err := afterwards(f, t, v); over {
			return change, err
		}
	}
	if err != nil || t.State != TaskOpen || t.ProvedAt.IsZero() {
		return Change{}, err
	}
	t.RetryAfter = time.Time{}
	n := askNext(f, t, v)
	if f.Actor.Clock {
		n.Urgency = Routine
	}
	return Change{Entries: []Entry{SavedTask{t}}, Notices: []Notice{n}, Clear: []TimerKey{t.ID.Key("retry")}}, nil
}

// askNext asks for what a signature still lacks: the answer, or the second component.
func askNext(f Facts, t Task, v *DocumentVersion) Notice {
	if v.Meaning == Signed && !t.AnsweredAt.IsZero() && !f.Actor.Clock {
		return askSecond(f, t, v)
	}
	return askQuestion(f, t, v)
}

// askQuestion puts the one question; a bare letter answers it.
func askQuestion(f Facts, t Task, v *DocumentVersion) Notice {
	args := documentArgs(v, t)
	args["asked"] = Text(v.QuestionLine())
	n := toReader(f, t, "question", "document_question", "doc.question", args)
	n.Ask = &Ask{Flow: "attest", Start: Args{"task": Number(int(t.ID))}, Question: "answer"}
	for i := range v.Options {
		n.Replies = append(n.Replies, Reply{Letter: Letter(i), Key: "reply.option_" + Letter(i), Command: AnswerDocument{Task: t.ID, Option: i}})
	}
	return n
}
