package domain

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// Identifiers. They number rows; none of them is ever shown to a person.
type (
	PersonID  int64
	AddressID int64
	RecordID  int64
	NoticeID  int64
)

// A Code names what is asked about in conversation, a record or a document version: letter, digit, letter (K7R). It is unique among all
// of them while the question is open and for a year after.
type Code string

// A Ref names a record for ever: eight Crockford characters with a check character, never guessable. Pages, exports and audit use it.
type Ref string

// A UnitCode names a ward, department or room: 4B, ED, LAB.
type UnitCode string

// A Channel is a way to reach a person or to be reached by one.
type Channel string

// The channels.
const (
	SMS   Channel = "sms"
	Slack Channel = "slack"
	Voice Channel = "voice"
	Web   Channel = "web"
)

// A Command is something a person, or the clock, asks to be done. Everything that changes state is one.
type Command interface {
	// CommandName is the stable stored name with its version: "acknowledge@1".
	CommandName() string
	// Needs says what to load, and lock, before deciding.
	Needs() Needs
	// Decide turns facts into the change they lead to. It is pure: the same facts give the same change.
	// An error means that nothing is written.
	Decide(Facts) (Change, error)
}

// Needs is what a command wants loaded. The zero value wants nothing but the time, the actor and the organisation.
type Needs struct {
	Record   RecordID // loaded and locked
	Ref      Ref      // the same, by its permanent reference
	Passages bool     // with the record: its free text, opened
	Told     bool     // with the record: who was told of it, how, and what became of it
	Create   int      // how many new record ids, refs and codes to hand out
	Tasks    TaskQuery
	Document string // code of a document to publish: locked, its current version is loaded, a new version's id handed out
	Version  int64  // a document version by id, without its text
	Whole    bool   // with Version: its text, History, Decided and Chores, nothing locked
	Life     int64  // a document version to decide about, whole; its document locked, with History, Decided and Chores
	InForce  bool   // every document version in force, without texts, in InForce
	Codes    int    // how many codes to hand out; what the decision does not use goes back
	Tokens   int    // how many tokens of pages to hand out
	File     FileID // a document file, as it was read when it was handed in, and the version in force of the document it speaks of
	NewFile  bool   // a number for a file to keep
	Receipt  bool   // a new receipt number, in Refs
	PIN      bool   // the actor's PIN, their turns locked
	Cards    bool   // with the version: its progress cards in Slack
	Course   string // code of the course
	Everyone bool   // with the course: everybody's tasks and attempts, the course locked for change; else the actor's own
	Tending  bool   // with the version or the course: it is locked for change, and its tasks are read under that lock; no attempts

	Recalls    RecallQuery
	Competence UnitCode // the top of the units whose competence list is wanted
	Sign       RecordID // with the like reports of late, what was proposed for them, the questions in stock, and a new proposal's id
	Proposal   int64    // a proposed quiz, locked
	Bank       bool     // all questions in stock
	Swap       int64    // a swap of a shift, locked
	NewSwap    bool     // a new swap's id
	Starters   bool     // in Competence: how the new starters stand

	RollCall   RollCallQuery
	Run        RunQuery
	Drills     bool // what was held last, and when the installation began
	Alert      AlertQuery
	Disruption DisruptionQuery
	Ward       WardQuery
}

// Facts is everything a decision may look at.
type Facts struct {
	Now      time.Time // business time: Postgres's clock, read after the locks
	Actor    Actor
	Org      *Organisation
	IDs      []RecordID
	Refs     []Ref
	Codes    []Code
	Record   *Record
	Passages []Passage
	Told     []Told // of the record, the newest first
	Tasks    []Task
	Version  *DocumentVersion
	Versions map[int64]*DocumentVersion // of the document tasks in Tasks; with text only for a task asked for by id or token
	Before   *DocumentVersion           // in force before the one that a task is about, with its text, in the reader's language; nil: none
	NextID   int64                      // for a new document version
	Course   *Course
	Attempt  *Attempt  // the actor's newest at the course
	Attempts []Attempt // at the course: the actor's, or everyone's; each person's in order

	Cards []ShownCard // of the version: its progress cards in Slack

	History []*DocumentVersion // of the document: every version, in order, without texts
	Decided []Decision         // about its versions, in order, without names and reasons
	Chores  []Task             // of its reviewers and owners
	Tokens  []string           // of pages
	InForce []*DocumentVersion // of all documents, by code

	File     *File            // without its bytes; nil when there is none
	Standing *DocumentVersion // in force of the document that File speaks of; nil: none
	NextFile FileID           // for a file to keep

	Swap *Swap

	PIN *PIN // the actor's; nil: none was ever chosen

	Recalls    []Recall // ordered by person and due time, those that ended among them
	Competence []Competence
	Signs      []Sign
	Proposal   *Proposal
	Proposals  []Proposal // for the category at hand, of late
	Bank       []BankItem // of the category at hand, or all; in order

	Alert *SafetyAlert // nil: there is none of that number

	Ward  *WardStatus  // the last word of the ward asked for; nil: it has said none
	Wards []WardStatus // all last words, by unit

	Disruption  *Disruption   // nil: there is none of that number
	Disruptions []*Disruption // the open ones but that

	RollCall *RollCall   // nil: there is none of that number
	Running  []*RollCall // the roll-calls under way, when one is to be made or started
	Seats    []Seat      // of the roll-call: the actor's, or everybody's

	Library    []Playbook  // the newest version of each playbook
	Run        *Run        // nil: there is none of that number
	Runs       []*Run      // those under way, when a run or a roll-call is to be made or started
	RunAnswers []RunAnswer // of the run

	Held  []Held    // the last roll-calls and runs of each kind that came to their end
	Began time.Time // when the installation did
}

// A Change is everything one decision leads to: written in one transaction, or not at all.
type Change struct {
	Records  []*Record  // new (Version 0) or changed
	Passages []Passage  // free text, sealed under its record's key
	Entries  []Entry    // rows of one system, and set-based work
	Events   []Event    // the audit
	Notices  []Notice   // outgoing messages
	Settle   []Settle   // what becomes of messages sent earlier
	Timers   []Timer    // commands to run later
	Clear    []TimerKey // timers that are no longer wanted
}

// An Entry is one typed row, or one set-based statement, beside the records. The store knows how to write each.
type Entry interface{ Entry() }

// A Passage is free text of a record: a narrative, an addition, a question, an answer, a reason, a learning line.
type Passage struct {
	Record RecordID
	Kind   PassageKind
	Author string // an actor's handle
	At     time.Time
	Text   string // masked before it comes here
}

// PassageKind says what a passage is.
type PassageKind string

// The kinds of passage.
const (
	Narrative  PassageKind = "narrative"
	Addition   PassageKind = "addition"
	Question   PassageKind = "question"
	Response   PassageKind = "response"
	Reason     PassageKind = "reason"
	Learning   PassageKind = "learning"
	Correction PassageKind = "correction"
)

// An Event is one line of the audit. It carries handles and facets, never names or free text.
type Event struct {
	Record RecordID // 0 when it concerns none
	Name   string   // past tense: "acknowledged"
	Data   map[string]string
}

// with is the event with more data: pairs of names and values.
func (e Event) with(more []string) Event {
	for n := 0; n+1 < len(more); n += 2 {
		e.Data[more[n]] = more[n+1]
	}
	return e
}

// A TimerKey names a timer so that it can be replaced or cleared: at most one timer exists per key.
type TimerKey struct {
	Subject string // "r7", "v12"
	Name    string // "escalate"
}

// Key returns the key of a timer about this record.
func (id RecordID) Key(name string) TimerKey {
	return TimerKey{Subject: id.Subject(), Name: name}
}

// Subject names the record in timers and messages.
func (id RecordID) Subject() string { return fmt.Sprintf("r%d", id) }

// A Timer is a command to run at a time unless it is cleared before. Late, double or needless firing is harmless: Decide looks again.
type Timer struct {
	Key     TimerKey
	At      time.Time
	Command Command
	Keep    bool // one of the same key that waits already stays as it is; else it is replaced
}

// Urgency orders deliveries and decides whether quiet hours apply.
type Urgency int

// The urgencies.
const (
	Routine Urgency = iota // waits for the end of quiet hours
	Prompt                 // the answer to what the receiver just did: at once, at any hour
	Urgent                 // rank 3 or 4, danger: at once, at any hour, over every channel
)

// A Class says what to do when a delivery's outcome is unknown.
type Class string

// The delivery classes. An escalation is sent again when in doubt; everything else is sent at most once.
const (
	Once         Class = "once"
	UntilCertain Class = "until_certain"
)

// A Recipient is whom a notice is for. Exactly one field is set.
type Recipient struct {
	Person   PersonID  `json:"person,omitempty"`
	Address  AddressID `json:"address,omitempty"`  // the very phone or Slack user that wrote to us
	Reporter RecordID  `json:"reporter,omitempty"` // whoever reported this record, hidden or not
}

// A Notice tells someone something and may offer commands as replies: a button in Slack, "Q9F A" by SMS, key 1 in a call.
type Notice struct {
	ID      string // dedupe key: the same notice is never queued twice
	To      Recipient
	Topic   string // "escalation", "receipt": with Subject, what Settle addresses
	Subject string // what it is about: "r7", "t12"
	Key     string // catalogue key
	Args    Args
	Urgency Urgency
	Class   Class
	Only    Channel // set: this channel and no other
	Ask     *Ask    // set: the notice asks a question; a bare reply answers it
	Replies []Reply
	Expires time.Duration // the provider may drop it after that; 0 = its default
}

// An Ask opens a flow with whoever gets the notice: their next bare reply is its answer.
type Ask struct {
	Flow     string
	Start    Args
	Question string // the question the notice itself puts; empty: the flow's first open question follows as a text of its own
}

// A Reply is something the receiver may do with a notice: run a command at once, or open a flow (a modal in Slack, questions by SMS).
type Reply struct {
	Letter  string // "A": what is typed after the code
	Key     string // catalogue key of the button
	Args    Args   // for its words
	Command Command
	Flow    string // with Start; exclusive with Command
	Start   Args
	Style   string // "primary", "danger" or ""
	// Question of the flow: the reply answers it, as typing the letter by text does. Empty: the reply begins the flow.
	Question string
}

// AnswerReplies offers the answers to a yes or no question of a flow, with the digits that answer it by text.
func AnswerReplies(flow string, start Args, question string, answers ...Answer) []Reply {
	replies := make([]Reply, len(answers))
	for i, a := range answers {
		replies[i] = Reply{Letter: fmt.Sprint(i + 1), Key: "answer." + a.String(), Flow: flow, Start: start, Question: question}
	}
	return replies
}

// Settle says what becomes of the messages of one topic about one record: queued ones are withdrawn, Slack copies already sent are
// edited to Key, and everyone else who got a text is told the same words. The person in Except is told nothing.
type Settle struct {
	Subject string
	Topic   string
	Key     string
	Args    Args
	Except  PersonID
	Silent  bool    // withdraw and edit, but send no new text
	Replies []Reply // what the edited copies offer; empty: nothing any more
}

// A Refresh shows the messages of one topic about one record anew, because more is known: they go on asking what they asked, and whoever
// got a text is not told again.
type Refresh struct {
	Subject string
	Topic   string
	Of      string // only messages of this text; empty: of any
	Key     string
	Args    Args
	Replies []Reply
}

// Entry makes it part of a change.
func (Refresh) Entry() {}

// An Arg is one value for a catalogue text, tagged with how to show it: in the receiver's language and time zone.
type Arg string

// Args are the values of a text, by the name the catalogue uses.
type Args map[string]Arg

// Text is shown as it is (clipped where a channel needs it).
func Text(s string) Arg { return Arg("s:" + s) }

// Term is shown as the catalogue's words for key.
func Term(key string) Arg { return Arg("k:" + key) }

// Moment is shown as a time, with the date when it is another day.
func Moment(t time.Time) Arg { return Arg("t:" + t.UTC().Format(time.RFC3339)) }

// Dated is shown as a time with its date, whatever day it is: in what people keep.
func Dated(t time.Time) Arg { return Arg("w:" + t.UTC().Format(time.RFC3339)) }

// DayTime is shown as a time with its weekday and date: when somebody is on duty.
func DayTime(t time.Time) Arg { return Arg("a:" + t.UTC().Format(time.RFC3339)) }

// Day is shown as a date.
func Day(t time.Time) Arg { return Arg("d:" + t.UTC().Format(time.RFC3339)) }

// FarDay is shown as a date with its year.
func FarDay(t time.Time) Arg { return Arg("y:" + t.UTC().Format(time.RFC3339)) }

// Number is shown as a number and selects the plural form.
func Number(n int) Arg { return Arg(fmt.Sprintf("n:%d", n)) }

// Link is shown as this installation's public address with the path.
func Link(path string) Arg { return Arg("l:" + path) }

// Span is shown as a length of time in its largest fitting unit.
func Span(d time.Duration) Arg { return Arg("p:" + d.String()) }

// Rows is shown as a list, one line each: the catalogue's words for the row's key with the row's values.
func Rows(rows []Row) Arg {
	text, err := json.Marshal(rows)
	if err != nil {
		return Text("")
	}
	return Arg("r:" + string(text))
}

// A Row is one line of a list.
type Row struct {
	Key  string
	Args Args
}

// Kind returns the tag and the value of an argument. An argument without a tag is text.
func (a Arg) Kind() (tag byte, value string) {
	if len(a) < 2 || a[1] != ':' {
		return 's', string(a)
	}
	return a[0], string(a[2:])
}

// String returns the bare value.
func (a Arg) String() string {
	_, v := a.Kind()
	return v
}

var registry = map[string]reflect.Type{}

// Register makes a command storable in timers and replies. It panics when a name is taken, or lacks its version.
func Register(c Command) struct{} {
	name := c.CommandName()
	if _, taken := registry[name]; taken || !strings.Contains(name, "@") {
		panic("domain: bad or doubled command name " + name)
	}
	registry[name] = reflect.TypeOf(c)
	return struct{}{}
}

// Registered lists the names of all storable commands.
func Registered() []string {
	names := make([]string, 0, len(registry))
	for n := range registry {
		names = append(names, n)
	}
	return names
}

// Encode returns the stored form of a command.
func Encode(c Command) (name string, args []byte, err error) {
	args, err = json.Marshal(c)
	return c.CommandName(), args, err
}

// Decode is the inverse of Encode. Unknown names and unknown fields are errors: such a row goes to the dead letters, never to a guess.
func Decode(name string, args []byte) (Command, error) {
	t, ok := registry[name]
	if !ok {
		return nil, fmt.Errorf("command %q is not known to this version", name)
	}
	v := reflect.New(t)
	dec := json.NewDecoder(strings.NewReader(string(args)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v.Interface()); err != nil {
		return nil, fmt.Errorf("decode %s: %w", name, err)
	}
	return v.Elem().Interface().(Command), nil
}
