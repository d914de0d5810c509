package domain

import (
	"fmt"
	"time"
)

// TaskID numbers tasks.
type TaskID int64

// TaskKind says what a task asks of a person.
type TaskKind string

// The kinds of task.
const (
	ReadDocument TaskKind = "document" // read, prove and acknowledge a document version
	TakeCourse   TaskKind = "course"   // take a quiz

	ApproveDraft   TaskKind = "approve" // a reviewer's: approve a document version, or return it
	ReviewDocument TaskKind = "review"  // an owner's: is the version in force still right?
	ReviseDocument TaskKind = "revise"  // an owner's: write the next version
)

// OfVersion reports whether the subject of a task of this kind is a document version.
func (k TaskKind) OfVersion() bool {
	return k == ReadDocument || k == ApproveDraft || k == ReviewDocument || k == ReviseDocument
}

// A TaskState is where a task stands.
type TaskState string

// The states of a task.
const (
	TaskOpen      TaskState = "open"
	TaskDone      TaskState = "done"
	TaskWithdrawn TaskState = "withdrawn" // superseded, excused, or the person left or moved
)

// A Task is one thing one person must do: exactly one exists per person and subject.
type Task struct {
	ID         TaskID
	Person     PersonID
	Kind       TaskKind
	Subject    int64 // document version, or course
	State      TaskState
	Token      string // of its page: /s/<token>
	Word       string // the personal proof word; empty until the page was made
	Flag       TaskFlag
	CreatedAt  time.Time
	DueAt      time.Time
	SnoozeTo   time.Time
	OpenedAt   time.Time     // the page was opened by a POST
	Dwell      time.Duration // between opening and proving
	ProvedAt   time.Time
	AnsweredAt time.Time // the right answer to a document that has to be signed: the second component is awaited
	Retype     string    // what its reader retypes in a form to sign; made of the task itself, and stored nowhere
	Reached    int       // parts of the text that were opened, in their order
	ReadAs     ReadAs    // how the text was first opened
	Tries      int       // wrong words and wrong answers
	RetryAfter time.Time // a wrong answer: not before
	DoneAt     time.Time
	HeldUntil  time.Time // the person is on leave: nothing is sent before
	NudgedAt   time.Time // when a manager last asked for a reminder
	Lost       bool      // the last message about it did not arrive; known only where TaskQuery.Arrivals was asked for
}

// ReadAs says where somebody read a text.
type ReadAs string

// The ways to read.
const (
	OnPage   ReadAs = "page"
	InForm   ReadAs = "form"   // a modal, which shows all of it
	ByDigest ReadAs = "digest" // texts on a phone
)

// A TaskFlag says what is special about a task: whom it waits for, or why it is as it is.
type TaskFlag string

// The flags.
const (
	NotMine TaskFlag = "not_mine" // the person says it is not for their job; a manager decides, and no reminders go out
	Unclear TaskFlag = "unclear"  // the person asked the author
	Excused TaskFlag = "excused"  // withdrawn for good: a manager agreed that it is not for their job
	Given   TaskFlag = "given"    // handed to this person outside of the audience: no move takes it away
)

// Subject names the task in timers and messages.
func (id TaskID) Subject() string { return fmt.Sprintf("t%d", id) }

// Key returns the key of a timer about this task.
func (id TaskID) Key(name string) TimerKey { return TimerKey{Subject: id.Subject(), Name: name} }

// A SavedTask is a task as a decision leaves it.
type SavedTask struct{ Task }

// Entry makes it part of a change.
func (SavedTask) Entry() {}

// An AskedTask is a task to make, or the same one to open again: its token stays.
type AskedTask struct{ Task }

// Entry makes it part of a change.
func (AskedTask) Entry() {}

// A TaskQuery says which tasks a command needs. Those of one person, one token or one id are locked; all of a subject's are only read.
// Set fields narrow it.
type TaskQuery struct {
	ID      TaskID
	Person  PersonID
	Kind    TaskKind
	Subject int64
	Token   string
	Open    bool // only open ones
	// Before: with one task by id, the version in force before the one it is about.
	Before bool
	// Arrivals: with all tasks of a document, whether the last message about each has arrived.
	Arrivals bool
	// Word: with a person's tasks, those of colleagues that hold this proof word for a version the person has to sign.
	Word string
}

// None reports whether nothing is asked for.
func (q TaskQuery) None() bool { return q == TaskQuery{} }
