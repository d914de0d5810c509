package domain

import "time"

// TaskID numbers tasks.
type TaskID int64

// TaskKind says what a task asks of a person.
type TaskKind string

// The kinds of task.
const (
	ReadDocument TaskKind = "document" // read, prove and acknowledge a document version
	TakeCourse   TaskKind = "course"   // take a quiz
)

// A TaskState is where a task stands.
type TaskState string

// The states of a task.
const (
	TaskOpen      TaskState = "open"
	TaskDone      TaskState = "done"
	TaskWithdrawn TaskState = "withdrawn" // superseded, or the person left
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
	CreatedAt  time.Time
	DueAt      time.Time
	SnoozeTo   time.Time
	OpenedAt   time.Time     // the page was opened by a POST
	Dwell      time.Duration // between opening and proving
	ProvedAt   time.Time
	Tries      int
	RetryAfter time.Time // a wrong answer: not before
	DoneAt     time.Time
}

// A TaskQuery says which tasks a command needs, locked. Set fields narrow it.
type TaskQuery struct {
	ID      TaskID
	Person  PersonID
	Kind    TaskKind
	Subject int64
	Token   string
	Open    bool // only open ones
}

// None reports whether nothing is asked for.
func (q TaskQuery) None() bool { return q == TaskQuery{} }
