package domain

import (
	"fmt"
	"slices"
	"time"
)

// A RollCall asks many people at once where they are and whether they can come: by text and in Slack at once, again by text, by telephone
// twice, and at last a list says who rings whom of those nobody has heard of. It is an exercise or live from its first moment to its
// report: the mode is set when it is made and has no setter.
type RollCall struct {
	ID         int64
	Code       Code // what people type: K7R 2
	State      CallState
	Title      string
	Audience   Audience
	Objectives string   // what it is to show, in the planner's words
	Target     int      // per cent of those asked who shall have answered by CallListAfter
	Lead       PersonID // who planned it; 0: the operator
	Token      string   // of its board
	PlannedAt  time.Time
	StartedAt  time.Time
	Wave       int // of the waves, how many have gone out
	AskedAt    time.Time
	ListedAt   time.Time // when the call list was drawn
	EndedAt    time.Time // the all-clear
	DebriefAt  time.Time // when the debrief question went out

	mode Mode
}

// NewRollCall is a roll-call of a mode, for good.
func NewRollCall(m Mode) *RollCall { return &RollCall{mode: m} }

// Mode says whether the roll-call is an exercise or live.
func (r *RollCall) Mode() Mode { return r.mode }

// BoardClosed reports whether the link of the board has had its time. The report is the operator's then.
func (r *RollCall) BoardClosed(now time.Time) bool {
	return r.State == CallEnded && now.Sub(r.EndedAt) > boardOpen || r.State == CallPlanned && now.Sub(r.PlannedAt) > boardOpen
}

// CallState is where a roll-call stands.
type CallState string

// The states of a roll-call: planned -> running -> ended, or planned -> dropped.
const (
	CallPlanned CallState = "planned"
	CallRunning CallState = "running"
	CallEnded   CallState = "ended"
	CallDropped CallState = "dropped"
)

// The answers to a roll-call. Source: dialogs, 5.6: on site, within half an hour, within an hour, later, not at all.
const (
	OnSite       = 1
	WithinHalf   = 2
	WithinHour   = 3
	Later        = 4
	CannotCome   = 5
	CallAnswers  = 5
	DebriefCount = 3 // answers to the debrief question: yes, partly, no
)

// A Wave is one round of asking those who have not answered.
type Wave struct {
	After time.Duration
	Ring  bool // by telephone; else by text, the first also in Slack
}

// Waves are the rounds of a roll-call, and CallListAfter is when people take over from the machine.
var Waves = []Wave{{0, false}, {3 * time.Minute, false}, {5 * time.Minute, true}, {10 * time.Minute, true}}

// The times of a roll-call.
const (
	CallListAfter = 15 * time.Minute
	debriefAfter  = 5 * time.Minute  // the all-clear first, then the question
	debriefOpen   = 72 * time.Hour   // how long a bare digit answers it
	boardEvery    = 10 * time.Second // how often, at most, boards in Slack are edited
	textValid     = CallListAfter    // a text that would come later than the list is of no use
	callValid     = 4 * time.Minute  // so is a call that would ring after the next one
	remindEvery   = time.Hour        // how often who leads is reminded of the all-clear
	planValid     = 12 * time.Hour   // a plan older than that is made anew
	boardOpen     = 30 * day         // how long after the all-clear the board's link works
	mostTextRate  = 1000             // texts a second that a setting may name
)

// MostTextRate bounds Settings.TextsPerSecond and CallsPerSecond.
const MostTextRate = mostTextRate

// DefaultTextsPerSecond and DefaultCallsPerSecond are what the provider takes where the settings name nothing else. Source: a Twilio short
// code or pool sends 100 texts a second; an account places one call a second until more is agreed.
const (
	DefaultTextsPerSecond = 100
	DefaultCallsPerSecond = 1
)

// TextRate is how many texts a second go out.
func (s Settings) TextRate() int {
	if s.TextsPerSecond > 0 {
		return s.TextsPerSecond
	}
	return DefaultTextsPerSecond
}

// A Seat is one person's place in a roll-call.
type Seat struct {
	Person    PersonID
	Asked     bool      // false: a volunteer, or somebody on leave
	Volunteer bool      // answered without being asked
	Away      bool      // on leave when it began: not asked, but on the list
	Answer    int       // 0: none
	Channel   Channel   // of the answer
	FirstAt   time.Time // of the first answer
	At        time.Time // of the answer that counts
	Caller    PersonID  // who rings them; 0: not on the list
	By        PersonID  // who rang them and entered the answer; 0: they gave it themselves
	TriedAt   time.Time // when who rings them last did not reach them
	Debrief   int       // 0: none
}

// A RollCallQuery says what of a roll-call a command needs.
type RollCallQuery struct {
	ID     int64
	Lock   bool     // for a change of the roll-call itself
	Seats  bool     // everybody's places, ordered by person
	Mine   bool     // the actor's, locked
	Of     PersonID // another's, locked
	Links  bool     // with Seats: a token for each place
	New    bool     // a number for one to make, and those that run
	Boards bool     // its boards in Slack
}

// None reports whether nothing is asked for.
func (q RollCallQuery) None() bool { return q == RollCallQuery{} }

// Entries of roll-calls.
type (
	// SavedRollCall is a roll-call, new or as a decision leaves it. Its mode is written once.
	SavedRollCall struct{ RollCall RollCall }
	// TakenSeats gives people their places, by one statement.
	TakenSeats struct {
		Call  int64
		Seats []Seat
	}
	// A CallAnswer is one answer, or that somebody was rung in vain. All are kept; the last counts.
	CallAnswer struct {
		Call  int64
		Seat  Seat     // as it is now
		Giver PersonID // who said so
	}
	// CallWave is one round of asking: what still waits to be sent to somebody is not queued a second time.
	CallWave struct {
		Subject string
		Mail    Mailing
	}
	// DrawnCalls says who rings whom, and what opens each caller's part.
	DrawnCalls struct {
		Call            int64
		People, Callers []PersonID
		Links           []CallerLink
	}
	// A DebriefAnswer is one person's answer to the debrief question.
	DebriefAnswer struct {
		Call   int64
		Person PersonID
		Answer int
	}
	// A CallNote is what somebody wrote about a roll-call: sealed.
	CallNote struct {
		Call   int64
		Person PersonID
		Action bool // something to be done, of the lead; else of the debrief
		At     time.Time
		Text   string // masked
	}
)

// Entry marks an entry.
func (SavedRollCall) Entry() {}

// Entry marks an entry.
func (TakenSeats) Entry() {}

// Entry marks an entry.
func (CallAnswer) Entry() {}

// Entry marks an entry.
func (CallWave) Entry() {}

// Entry marks an entry.
func (DrawnCalls) Entry() {}

// Entry marks an entry.
func (DebriefAnswer) Entry() {}

// Entry marks an entry.
func (CallNote) Entry() {}

// Subject names the roll-call in messages and timers.
func (r *RollCall) Subject() string { return fmt.Sprintf("m%d", r.ID) }

// askTopic is the topic of all that asks one person: an answer by one way ends the others.
func (r *RollCall) askTopic(p PersonID) string { return fmt.Sprintf("ask/p%d", p) }

// BoardTopic is the topic of boards in Slack.
const BoardTopic = "board"

// Args are the values of every text about the roll-call, its mode among them. Every message of a roll-call is made with these.
func (r *RollCall) Args(more Args) Args {
	return r.mode.about(r.Code, r.Title, more)
}

// event is a line of the audit.
func (r *RollCall) event(name string, more ...string) Event {
	return Event{Name: "rollcall_" + name, Data: map[string]string{"rollcall": fmt.Sprint(r.ID), "code": string(r.Code), "mode": r.mode.String()}}.with(more)
}

func (r *RollCall) timer(name string, at time.Time, cmd Command) Timer {
	return Timer{Key: TimerKey{Subject: r.Subject(), Name: name}, At: at, Command: cmd}
}

// check says why a plan cannot be one.
func (r *RollCall) check(o *Organisation) error {
	if err := fits("rollcall_title", r.Title, TitleRoom); err != nil {
		return err
	}
	if SaysMode(r.Title) {
		return Invalid("rollcall_title", "problem.rollcall_word")
	}
	for _, u := range r.Audience.Units {
		if o.Units[u] == nil {
			return Invalid("rollcall_units", "quiz.problem.unit")
		}
	}
	if slices.ContainsFunc(r.Audience.Roles, func(role Role) bool { return !slices.Contains(Roles, role) }) {
		return Invalid("rollcall_roles", "problem.choice")
	}
	if r.Target < 0 || r.Target > 100 {
		return Invalid("rollcall_target", "problem.choice")
	}
	if len(r.Audience.People(o)) == 0 {
		return Invalid("rollcall_units", "problem.rollcall_nobody")
	}
	return nil
}

// clash is a running roll-call of the other mode that asks some of the same people: nobody is told LIVE inside an exercise, or EXERCISE
// while it is real.
func (r *RollCall) clash(o *Organisation, running []*RollCall) *RollCall {
	for _, other := range running {
		if other.mode == r.mode || other.State != CallRunning {
			continue
		}
		for _, id := range r.Audience.People(o) {
			if other.Audience.Includes(o, o.People[id]) {
				return other
			}
		}
	}
	return nil
}

// refuseClash refuses to begin beside a roll-call, or a run of a playbook, of the other mode.
func (r *RollCall) refuseClash(f Facts) error {
	clash := func(m Mode, code Code, title string) error {
		return &InvalidError{Field: "rollcall_mode", Reason: "problem.rollcall_" + m.String(), Args: Args{"bare": Text(string(code)), "title": Text(title)}}
	}
	if other := r.clash(f.Org, f.Running); other != nil {
		return clash(other.mode, other.Code, other.Title)
	}
	for _, run := range f.Runs {
		asked := func(id PersonID) bool { return r.Audience.Includes(f.Org, f.Org.People[id]) }
		if run.mode != r.mode && run.State == RunRunning && slices.ContainsFunc(run.Everybody(f), asked) {
			return clash(run.mode, run.Code, run.Title)
		}
	}
	return nil
}

// An Estimate says how long the first texts of a roll-call will take.
type Estimate struct {
	People int // who are asked
	Texts  int // texts of the first wave
	Rate   int // texts a second
	Away   int // on leave: not asked, on the list
	Unable int // who can be sent nothing at all
}

// Takes is how long the texts of one wave take, in whole minutes, at least one.
func (e Estimate) Takes() time.Duration {
	return max(time.Minute, (time.Duration(e.Texts)*time.Second/time.Duration(max(1, e.Rate)) + time.Minute - 1).Truncate(time.Minute))
}

// Estimate reckons a roll-call as it would begin now.
func (r *RollCall) Estimate(o *Organisation, now time.Time) Estimate {
	e := Estimate{Rate: o.Settings.TextRate()}
	for _, id := range r.Audience.People(o) {
		p := o.People[id]
		if o.Back(id, now).After(now) {
			e.Away++
			continue
		}
		e.People++
		switch {
		case p.Phone.Usable():
			e.Texts++
		case !p.Slack.Usable() && p.Phone.ID == 0:
			e.Unable++
		}
	}
	return e
}
