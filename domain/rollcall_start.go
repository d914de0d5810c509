package domain

import (
	"fmt"
	"strings"
	"time"
)

// PlanRollCall makes a roll-call and says what starting it would mean. Nobody is asked yet.
type PlanRollCall struct {
	Mode       Mode
	Title      string
	Audience   Audience
	Objectives string
	Target     int // 0: DefaultTarget
}

// DefaultTarget is the share of those asked that shall have answered when the call list is drawn, in per cent.
const DefaultTarget = 80

// ObjectivesLimit is the longest text of objectives, in characters.
const ObjectivesLimit = 300

// CommandName is not registered: it comes from a form or the command line only.
func (PlanRollCall) CommandName() string { return "plan_rollcall@1" }

// Needs a number, a code, a token, and what runs.
func (PlanRollCall) Needs() Needs {
	return Needs{RollCall: RollCallQuery{New: true}, Codes: 1, Tokens: 1}
}

// Decide checks the plan and tells its planner how many people, and how long it will take at the provider's rate.
func (c PlanRollCall) Decide(f Facts) (Change, error) {
	r := NewRollCall(c.Mode)
	r.ID, r.Code, r.Token, r.State, r.PlannedAt = f.NextID, f.Codes[0], f.Tokens[0], CallPlanned, f.Now
	r.Title, r.Audience, r.Objectives, r.Target, r.Lead = strings.TrimSpace(c.Title), c.Audience, c.Objectives, c.Target, f.Actor.Person
	if r.Target == 0 {
		r.Target = DefaultTarget
	}
	if err := MayCall(f, r, A2); err != nil {
		return Change{}, err
	}
	if err := r.check(f.Org); err != nil {
		return Change{}, err
	}
	if err := r.refuseClash(f); err != nil {
		return Change{}, err
	}
	change := Change{Entries: []Entry{SavedRollCall{*r}, GivenCode{Code: r.Code, Subject: r.Subject()}}, Events: []Event{r.event("planned")}}
	if f.Actor.Person != 0 {
		change.Notices = []Notice{r.planned(f)}
	}
	return change, nil
}

// planned asks the planner to confirm.
func (r *RollCall) planned(f Facts) Notice {
	e := r.Estimate(f.Org, f.Now)
	return Notice{
		ID: fmt.Sprintf("%s/plan/%d", r.Subject(), f.Now.UnixMicro()), To: Recipient{Address: f.Actor.Address}, Topic: "plan", Subject: r.Subject(), Key: "rollcall.plan",
		Args: r.Args(Args{
			"people": Number(e.People), "texts": Number(e.Texts), "takes": Span(e.Takes()), "rate": Number(e.Rate), "away": Number(e.Away), "unable": Number(e.Unable),
		}),
		Urgency: Prompt, Class: Once,
		Replies: []Reply{
			{Letter: "S", Key: "reply.rollcall_start_" + r.mode.String(), Command: StartRollCall{Call: r.ID}, Style: "danger"},
			{Letter: "X", Key: "reply.rollcall_drop", Command: DropRollCall{Call: r.ID}},
		},
	}
}

// StartRollCall asks everybody.
type StartRollCall struct{ Call int64 }

var _ = Register(StartRollCall{})

// CommandName is the stored name.
func (StartRollCall) CommandName() string { return "start_rollcall@1" }

// Needs the roll-call, and those that run.
func (c StartRollCall) Needs() Needs {
	return Needs{RollCall: RollCallQuery{ID: c.Call, Lock: true, New: true}}
}

// Decide gives everybody of the audience a place, asks those who are there, and sets the clocks of the further waves. Starting twice does
// nothing. People on leave are not asked: the list names them, and a person decides.
func (c StartRollCall) Decide(f Facts) (Change, error) {
	r, err := callAt(f, A2)
	if err != nil {
		return Change{}, err
	}
	switch {
	case r.State == CallRunning:
		return Change{}, nil
	case r.State != CallPlanned || f.Now.Sub(r.PlannedAt) > planValid:
		return Change{}, Invalid("rollcall_mode", "problem.rollcall_over")
	}
	if err := r.refuseClash(f); err != nil {
		return Change{}, err
	}
	people := r.Audience.People(f.Org)
	if len(people) == 0 {
		return Change{}, Invalid("rollcall_units", "problem.rollcall_nobody")
	}
	seats := make([]Seat, len(people))
	asked := 0
	for i, id := range people {
		away := f.away(id)
		seats[i] = Seat{Person: id, Asked: !away, Away: away}
		if !away {
			asked++
		}
	}
	r.State, r.StartedAt, r.AskedAt, r.Wave = CallRunning, f.Now, f.Now, 1
	if r.Lead == 0 {
		r.Lead = f.Actor.Person
	}
	change := Change{
		Entries: []Entry{SavedRollCall{*r}, TakenSeats{r.ID, seats}, r.wave(f, seats, 0)},
		Events:  []Event{r.event("started", "asked", fmt.Sprint(asked), "away", fmt.Sprint(len(seats)-asked))},
		Settle:  []Settle{{Subject: r.Subject(), Topic: "plan", Key: "rollcall.started", Args: r.Args(Args{"at": Moment(f.Now)}), Except: f.Actor.Person, Silent: true}},
	}
	for n := 1; n < len(Waves); n++ {
		change.Timers = append(change.Timers, r.timer(fmt.Sprintf("wave%d", n), r.StartedAt.Add(Waves[n].After), SendWave{Call: r.ID, Wave: n}))
	}
	change.Timers = append(change.Timers, r.timer("list", r.StartedAt.Add(CallListAfter), DrawCallList{Call: r.ID}),
		r.timer("remind", r.StartedAt.Add(remindEvery), RemindAllClear{Call: r.ID}), r.boardTimer(f.Now))
	for _, id := range r.followers(f.Org) {
		change.Notices = append(change.Notices, r.board(f, seats, id))
	}
	return change, nil
}

// callAt is the roll-call at hand for somebody who may do with it what takes this assurance.
func callAt(f Facts, least Assurance) (*RollCall, error) {
	if f.RollCall == nil {
		return nil, ErrNotFound
	}
	r := *f.RollCall
	if err := MayCall(f, &r, least); err != nil {
		return nil, err
	}
	return &r, nil
}

// DropRollCall gives a plan up.
type DropRollCall struct{ Call int64 }

var _ = Register(DropRollCall{})

// CommandName is the stored name.
func (DropRollCall) CommandName() string { return "drop_rollcall@1" }

// Needs the roll-call.
func (c DropRollCall) Needs() Needs { return Needs{RollCall: RollCallQuery{ID: c.Call, Lock: true}} }

// Decide drops what has not begun.
func (c DropRollCall) Decide(f Facts) (Change, error) {
	r, err := callAt(f, A1)
	if err != nil {
		return Change{}, err
	}
	switch r.State {
	case CallDropped:
		return Change{}, nil
	case CallPlanned:
	default:
		return Change{}, Invalid("rollcall_mode", "problem.rollcall_over")
	}
	r.State = CallDropped
	return Change{
		Entries: []Entry{SavedRollCall{*r}, EndedCode{r.Code}}, Events: []Event{r.event("dropped")},
		Settle: []Settle{{Subject: r.Subject(), Topic: "plan", Key: "rollcall.dropped", Args: r.Args(nil), Silent: true}},
	}, nil
}

// SendWave asks again those who have not answered.
type SendWave struct {
	Call int64
	Wave int
}

var _ = Register(SendWave{})

// CommandName is the stored name.
func (SendWave) CommandName() string { return "send_wave@1" }

// Needs everybody's places.
func (c SendWave) Needs() Needs {
	return Needs{RollCall: RollCallQuery{ID: c.Call, Lock: true, Seats: true}}
}

// Decide asks in the wave's way. A wave that went out, or a roll-call that is over, changes nothing.
func (c SendWave) Decide(f Facts) (Change, error) {
	if f.RollCall == nil || f.RollCall.State != CallRunning || c.Wave < f.RollCall.Wave || c.Wave >= len(Waves) {
		return Change{}, nil
	}
	r := *f.RollCall
	r.Wave, r.AskedAt = c.Wave+1, f.Now
	w := r.wave(f, f.Seats, c.Wave)
	return Change{
		Entries: []Entry{SavedRollCall{r}, w}, Events: []Event{r.event("wave", "wave", fmt.Sprint(c.Wave), "messages", fmt.Sprint(len(w.Mail)))}, Timers: []Timer{r.boardTimer(f.Now)},
	}, nil
}

// wave is one round of messages to those who were asked and have not answered. What somebody chose to be reached by, and the hour, do not
// count: this is for emergencies.
func (r *RollCall) wave(f Facts, seats []Seat, n int) CallWave {
	w := CallWave{Subject: r.Subject()}
	for _, s := range seats {
		p := f.Org.People[s.Person]
		if !s.Asked || s.Answer != 0 || p == nil || !p.Active {
			continue
		}
		for _, ch := range waysOf(f.Org, p, n) {
			w.Mail = append(w.Mail, r.ask(p, ch, n))
		}
	}
	return w
}

// waysOf are the channels of a wave for one person: text and Slack first, then text, or Slack for who gets none, then the telephone. What is
// switched off is left out, but for a text to somebody whom nothing else reaches: it waits. A call does not: the list at the end says who rings.
func waysOf(o *Organisation, p *Person, n int) (ways []Channel) {
	_, rings := p.At(Voice)
	switch {
	case Waves[n].Ring && rings && !o.IsOff(Voice):
		return []Channel{Voice}
	case Waves[n].Ring:
		return nil
	}
	slack := p.Slack.Usable() && !o.IsOff(Slack)
	if p.Phone.Usable() && (!o.IsOff(SMS) || !slack) {
		ways = append(ways, SMS)
	}
	if p.Slack.Usable() && (n == 0 && slack || len(ways) == 0) {
		ways = append(ways, Slack)
	}
	return ways
}

// ask is the question to one person over one channel. Digits by text, buttons and keys are the same answers.
func (r *RollCall) ask(p *Person, ch Channel, n int) Notice {
	notice := Notice{
		ID: fmt.Sprintf("%s/w%d/p%d", r.Subject(), n, p.ID), To: Recipient{Person: p.ID}, Topic: r.askTopic(p.ID), Subject: r.Subject(), Key: "rollcall.ask",
		Args: r.Args(Args{"at": Moment(r.StartedAt.Add(ringsAt))}), Urgency: Urgent, Class: Once, Only: ch, Replies: r.choices(), Expires: textValid,
	}
	switch {
	case ch == Voice:
		notice.Expires = callValid
	case n > 0:
		notice.Key = "rollcall.again"
	}
	return notice
}

// ringsAt is when the telephone rings first.
var ringsAt = func() time.Duration {
	for _, w := range Waves {
		if w.Ring {
			return w.After
		}
	}
	return CallListAfter
}()

// choices are the answers as replies.
func (r *RollCall) choices() []Reply {
	replies := make([]Reply, CallAnswers)
	for n := range replies {
		replies[n] = Reply{Letter: fmt.Sprint(n + 1), Key: fmt.Sprintf("reply.rollcall_%d", n+1), Command: AnswerRollCall{Call: r.ID, Answer: n + 1}}
	}
	return replies
}
