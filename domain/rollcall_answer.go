package domain

import (
	"fmt"
	"time"
)

// AnswerRollCall is an answer, however it came: a digit by text, a button in Slack, a key of the telephone.
type AnswerRollCall struct {
	Call   int64
	Answer int
}

var _ = Register(AnswerRollCall{})

// CommandName is the stored name.
func (AnswerRollCall) CommandName() string { return "answer_rollcall@1" }

// Needs the actor's own place.
func (c AnswerRollCall) Needs() Needs { return Needs{RollCall: RollCallQuery{ID: c.Call, Mine: true}} }

// Decide keeps the answer: a later one takes its place, the same one again changes nothing. Who was not asked is a volunteer. Whatever else
// was to ask this person is withdrawn. After the all-clear an answer is kept as late, and said to be.
func (c AnswerRollCall) Decide(f Facts) (Change, error) {
	r, err := answerable(f)
	if err != nil {
		return Change{}, err
	}
	if c.Answer < OnSite || c.Answer > CallAnswers {
		return Change{}, Invalid("answer", "problem.choice")
	}
	s := Seat{Person: f.Actor.Person, Volunteer: true}
	if len(f.Seats) > 0 {
		s = f.Seats[0]
	}
	same := s.Answer == c.Answer && s.By == 0
	if !same {
		s.Answer, s.By, s.Channel, s.At = c.Answer, 0, f.Actor.Channel, f.Now
		if s.FirstAt.IsZero() {
			s.FirstAt = f.Now
		}
	}
	change := Change{}
	if !same {
		change.Entries = []Entry{CallAnswer{r.ID, s, s.Person}}
		change.Events = []Event{r.event("answered", "answer", fmt.Sprint(c.Answer), "channel", string(f.Actor.Channel))}
		change.Timers = []Timer{r.boardTimer(f.Now)}
	}
	key, args := r.receipt(f.Org, s)
	if s.Volunteer && r.State == CallRunning {
		key = "rollcall.volunteer"
	}
	change.endAsking(f, r, s, args)
	if f.Actor.Channel == SMS || f.Actor.Channel == Slack && (!s.Asked || r.State == CallEnded) {
		change.Notices = append(change.Notices, Notice{
			ID: fmt.Sprintf("%s/got/p%d/%d", r.Subject(), s.Person, f.Now.UnixMicro()), To: Recipient{Address: f.Actor.Address}, Topic: "answer", Subject: r.Subject(), Key: key, Args: args,
			Urgency: Prompt, Class: Once,
		})
	}
	return change, nil
}

// endAsking withdraws what else would ask the person, ends a call that rings, and turns their card in Slack into what they answered, which
// they may still change there. The call in which they press the key goes on.
func (change *Change) endAsking(f Facts, r *RollCall, s Seat, args Args) {
	if !s.Asked {
		return
	}
	settle := Settle{Subject: r.Subject(), Topic: r.askTopic(s.Person), Key: "rollcall.answered", Args: args, Silent: true}
	if args["point"] != "" {
		settle.Key = "rollcall.answered_at"
	}
	if f.Actor.Channel == Voice {
		settle.Except = s.Person
	}
	if r.State == CallRunning {
		settle.Replies = r.choices()
	}
	change.Settle = append(change.Settle, settle)
}

// answerable is the roll-call at hand, which the actor may answer: any active person may while it has begun.
func answerable(f Facts) (*RollCall, error) {
	if f.RollCall == nil {
		return nil, ErrNotFound
	}
	p := f.Org.People[f.Actor.Person]
	if p == nil || !p.Active || f.Actor.Level < A1 {
		return nil, ErrForbidden
	}
	if f.RollCall.State != CallRunning && f.RollCall.State != CallEnded {
		return nil, ErrNotFound
	}
	r := *f.RollCall
	return &r, nil
}

// CallWords are the catalogue's words for an answer: on site.
func CallWords(answer int) Arg { return Term(fmt.Sprintf("rollcall_answer.%d", answer)) }

// EndRollCall gives the all-clear.
type EndRollCall struct{ Call int64 }

var _ = Register(EndRollCall{})

// CommandName is the stored name.
func (EndRollCall) CommandName() string { return "end_rollcall@1" }

// Needs everybody's places.
func (c EndRollCall) Needs() Needs {
	return Needs{RollCall: RollCallQuery{ID: c.Call, Lock: true, Seats: true}}
}

// Decide stops all asking, and tells everybody who was asked, and every volunteer, that it is over, with what came of it.
func (c EndRollCall) Decide(f Facts) (Change, error) {
	r, err := callAt(f, A1)
	if err != nil {
		return Change{}, err
	}
	switch r.State {
	case CallEnded:
		return Change{}, nil
	case CallRunning:
	default:
		return Change{}, Invalid("rollcall_mode", "problem.rollcall_over")
	}
	r.State, r.EndedAt = CallEnded, f.Now
	t := r.Tally(f.Org, f.Seats)
	args := r.Args(Args{"at": Moment(f.Now), "answered": Number(t.Answered), "asked": Number(t.Asked), "median": Span(max(time.Minute, t.Median))})
	change := Change{
		Entries: []Entry{SavedRollCall{*r}, EndedAsking{r.Subject(), "rollcall.ended", args}, EndedCode{r.Code}},
		Events:  []Event{r.event("ended", "answered", fmt.Sprint(t.Answered), "asked", fmt.Sprint(t.Asked))},
		Clear:   []TimerKey{{r.Subject(), "list"}, {r.Subject(), "remind"}},
		Timers:  []Timer{r.timer("debrief", f.Now.Add(debriefAfter), AskDebrief{Call: r.ID}), r.timer("board", f.Now, RefreshBoard{Call: r.ID})},
	}
	for n := 1; n < len(Waves); n++ {
		change.Clear = append(change.Clear, TimerKey{r.Subject(), fmt.Sprintf("wave%d", n)})
	}
	var mail Mailing
	for _, s := range f.Seats {
		p := f.Org.People[s.Person]
		if p == nil || !s.Asked && s.Answer == 0 {
			continue
		}
		for _, ch := range waysOf(f.Org, p, 1) {
			mail = append(mail, Notice{
				ID: fmt.Sprintf("%s/end/p%d", r.Subject(), p.ID), To: Recipient{Person: p.ID}, Topic: "allclear", Subject: r.Subject(), Key: "rollcall.ended", Args: args, Urgency: Urgent, Class: Once, Only: ch,
			})
		}
	}
	change.Entries = append(change.Entries, mail)
	return change, nil
}

// EndedAsking withdraws all that still asks anybody of a roll-call, ends its calls, and turns its cards in Slack into these words.
type EndedAsking struct {
	Subject string
	Key     string
	Args    Args
}

// Entry marks an entry.
func (EndedAsking) Entry() {}

// AskDebrief asks those who answered one question about how it went.
type AskDebrief struct{ Call int64 }

var _ = Register(AskDebrief{})

// CommandName is the stored name.
func (AskDebrief) CommandName() string { return "ask_debrief@1" }

// Needs everybody's places.
func (c AskDebrief) Needs() Needs {
	return Needs{RollCall: RollCallQuery{ID: c.Call, Lock: true, Seats: true}}
}

// Decide asks once, outside quiet hours. Words may come back too, with the code.
func (c AskDebrief) Decide(f Facts) (Change, error) {
	if f.RollCall == nil || f.RollCall.State != CallEnded || !f.RollCall.DebriefAt.IsZero() {
		return Change{}, nil
	}
	r := *f.RollCall
	r.DebriefAt = f.Now
	var mail Mailing
	for _, s := range f.Seats {
		p := f.Org.People[s.Person]
		if s.Answer == 0 || p == nil || !p.Active {
			continue
		}
		for _, ch := range waysOf(f.Org, p, 1) {
			n := Notice{
				ID: fmt.Sprintf("%s/debrief/p%d", r.Subject(), p.ID), To: Recipient{Person: p.ID}, Topic: "debrief", Subject: r.Subject(), Key: "rollcall.debrief", Args: r.Args(nil),
				Urgency: Routine, Class: Once, Only: ch,
			}
			for answer := 1; answer <= DebriefCount; answer++ {
				n.Replies = append(n.Replies, Reply{Letter: fmt.Sprint(answer), Key: fmt.Sprintf("reply.debrief_%d", answer), Command: DebriefRollCall{Call: r.ID, Answer: answer}})
			}
			mail = append(mail, n)
		}
	}
	return Change{Entries: []Entry{SavedRollCall{r}, mail}, Events: []Event{r.event("debriefed", "people", fmt.Sprint(len(mail)))}}, nil
}

// DebriefRollCall answers the debrief question.
type DebriefRollCall struct {
	Call   int64
	Answer int
}

var _ = Register(DebriefRollCall{})

// CommandName is the stored name.
func (DebriefRollCall) CommandName() string { return "debrief_rollcall@1" }

// Needs the actor's own place.
func (c DebriefRollCall) Needs() Needs { return Needs{RollCall: RollCallQuery{ID: c.Call, Mine: true}} }

// Decide keeps the answer; a later one takes its place.
func (c DebriefRollCall) Decide(f Facts) (Change, error) {
	r, err := answerable(f)
	if err != nil {
		return Change{}, err
	}
	if len(f.Seats) == 0 || f.Seats[0].Answer == 0 {
		return Change{}, ErrForbidden
	}
	if c.Answer < 1 || c.Answer > DebriefCount {
		return Change{}, Invalid("answer", "problem.choice")
	}
	return Change{
		Entries: []Entry{DebriefAnswer{r.ID, f.Actor.Person, c.Answer}}, Events: []Event{r.event("debrief_answered", "answer", fmt.Sprint(c.Answer))},
		Notices: []Notice{r.thanks(f, "rollcall.debrief_saved")},
	}, nil
}

// NoteRollCall keeps what somebody writes about a roll-call: what failed, of anybody in it; what is to be done, of who may lead it.
type NoteRollCall struct {
	Call   int64
	Text   string // masked
	Action bool
}

// CommandName is not registered: it comes from typed words and forms only.
func (NoteRollCall) CommandName() string { return "note_rollcall@1" }

// Needs the actor's own place.
func (c NoteRollCall) Needs() Needs { return Needs{RollCall: RollCallQuery{ID: c.Call, Mine: true}} }

// Decide keeps the words, sealed.
func (c NoteRollCall) Decide(f Facts) (Change, error) {
	if f.RollCall == nil {
		return Change{}, ErrNotFound
	}
	r, key, name := f.RollCall, "rollcall.debrief_saved", "noted"
	if c.Action {
		key, name = "rollcall.action_saved", "action_added"
		if err := MayCall(f, r, A1); err != nil {
			return Change{}, err
		}
	} else if _, err := answerable(f); err != nil {
		return Change{}, err
	}
	if c.Text == "" {
		return Change{}, Invalid("rollcall_action", "problem.empty")
	}
	change := Change{Entries: []Entry{CallNote{Call: r.ID, Person: f.Actor.Person, Action: c.Action, At: f.Now, Text: c.Text}}, Events: []Event{r.event(name)}}
	if f.Actor.Address != 0 {
		change.Notices = []Notice{r.thanks(f, key)}
	}
	return change, nil
}

func (r *RollCall) thanks(f Facts, key string) Notice {
	return Notice{
		ID: fmt.Sprintf("%s/thanks/a%d/%d", r.Subject(), f.Actor.Address, f.Now.UnixMicro()), To: Recipient{Address: f.Actor.Address}, Topic: "answer", Subject: r.Subject(), Key: key, Args: r.Args(nil),
		Urgency: Prompt, Class: Once,
	}
}

// Awaits says what a bare digit from the person in a place would answer now: the roll-call, its debrief, or nothing.
func (r *RollCall) Awaits(s Seat, now time.Time) (what CallQuestion, asked time.Time) {
	switch {
	case r.State == CallRunning && (s.Asked || s.Answer != 0):
		asked = r.AskedAt
		if s.At.After(asked) {
			asked = s.At
		}
		return CallOpen, asked
	case r.State != CallEnded || now.Sub(r.EndedAt) > debriefOpen:
		return CallClosed, time.Time{}
	case !r.DebriefAt.IsZero() && s.Answer != 0:
		return CallDebrief, r.DebriefAt
	case s.Asked && s.Answer == 0:
		return CallOpen, r.EndedAt // late
	default:
		return CallClosed, time.Time{}
	}
}

// A CallQuestion is what a roll-call wants of somebody.
type CallQuestion int

// The questions.
const (
	CallClosed CallQuestion = iota
	CallOpen
	CallDebrief
)

// With is the command that answers the question with a digit.
func (q CallQuestion) With(call int64, digit int) Command {
	if q == CallDebrief {
		return DebriefRollCall{Call: call, Answer: digit}
	}
	return AnswerRollCall{Call: call, Answer: digit}
}
