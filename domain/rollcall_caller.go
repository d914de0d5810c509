package domain

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// NotReached is what somebody who rings enters when nobody picks up.
const NotReached = 0

// triedAgain is how soon after one entry another "not reached" is the same press, sent twice.
const triedAgain = time.Minute

// A CallerLink opens the part of the call list of one person who rings others, and nothing else.
type CallerLink struct {
	Caller PersonID
	Token  string
}

// A CallerLine is one person of a caller's part, heard of or not.
type CallerLine struct {
	Person *Person
	Seat   Seat
	Why    string // while nobody has heard of them: a catalogue key
}

// Heard reports whether somebody has heard of them: they are not to be rung any more.
func (l CallerLine) Heard() bool { return l.Seat.Answer != 0 }

// Entered reports whether the answer is what the caller entered.
func (l CallerLine) Entered() bool { return l.Seat.Answer != 0 && l.Seat.By != 0 }

// Part is exactly whom a caller rings, of these places: those nobody has heard of first, by unit and name.
func (r *RollCall) Part(o *Organisation, seats []Seat, caller PersonID) []CallerLine {
	var lines []CallerLine
	for _, s := range seats {
		p := o.People[s.Person]
		if s.Caller != caller || caller == 0 || p == nil || !p.Active {
			continue
		}
		line := CallerLine{Person: p, Seat: s}
		if !line.Heard() {
			line.Why = "rollcall_why." + s.why(p)
		}
		lines = append(lines, line)
	}
	heard := func(l CallerLine) int {
		if l.Heard() {
			return 1
		}
		return 0
	}
	slices.SortFunc(lines, func(a, b CallerLine) int {
		return cmp.Or(cmp.Compare(heard(a), heard(b)), cmp.Compare(a.Person.Unit, b.Person.Unit), byName(a.Person, b.Person))
	})
	return lines
}

// AnswerForRollCall is what somebody who rings others enters about one of them: their answer, or that they were not reached.
type AnswerForRollCall struct {
	Call   int64
	Person PersonID
	Answer int // NotReached, or 1 to 5
}

// CommandName is not registered: only the caller's page runs it.
func (AnswerForRollCall) CommandName() string { return "answer_for_rollcall@1" }

// Needs the place of whom it is about.
func (c AnswerForRollCall) Needs() Needs {
	return Needs{RollCall: RollCallQuery{ID: c.Call, Of: c.Person}}
}

// Decide keeps what the caller entered, and who they are, and tells whom it is about: they may answer otherwise themselves, then or later.
// What somebody said themselves stands: nobody answers over it. After the all-clear an answer is kept as late.
func (c AnswerForRollCall) Decide(f Facts) (Change, error) {
	r, err := answerable(f)
	if err != nil {
		return Change{}, err
	}
	if c.Answer < NotReached || c.Answer > CallAnswers {
		return Change{}, Invalid("answer", "problem.choice")
	}
	p := f.Org.People[c.Person]
	if p == nil || len(f.Seats) == 0 || f.Seats[0].Person != c.Person || f.Seats[0].Caller != f.Actor.Person {
		return Change{}, ErrForbidden
	}
	s := f.Seats[0]
	if s.Answer != 0 && s.By == 0 {
		return Change{}, &InvalidError{Field: "answer", Reason: "problem.ring_answered", Args: Args{"person": Text(p.Name), "answer": Number(s.Answer), "words": CallWords(s.Answer), "at": Moment(s.At)}}
	}
	if c.Answer == NotReached {
		return c.notReached(f, r, s)
	}
	return c.heard(f, r, s)
}

// heard keeps an answer and ends the asking, as an answer of theirs would.
func (c AnswerForRollCall) heard(f Facts, r *RollCall, s Seat) (Change, error) {
	if s.Answer == c.Answer && s.By == f.Actor.Person {
		return Change{}, nil
	}
	s.Answer, s.By, s.Channel, s.At = c.Answer, f.Actor.Person, f.Actor.Channel, f.Now
	if s.FirstAt.IsZero() {
		s.FirstAt = f.Now
	}
	change := r.entered(f, s)
	key, args := r.receipt(f.Org, s)
	settle := Settle{Subject: r.Subject(), Topic: r.askTopic(s.Person), Key: key, Args: args, Silent: true}
	if r.State == CallRunning {
		settle.Replies = r.choices()
		change.Notices = r.tellAskedFor(f, s.Person, key, args)
	}
	change.Settle = []Settle{settle}
	return change, nil
}

// notReached keeps that it was tried. An answer that the caller entered before is taken back with it, and whom it was about is asked again.
func (c AnswerForRollCall) notReached(f Facts, r *RollCall, s Seat) (Change, error) {
	if r.State == CallEnded {
		return Change{}, &InvalidError{Field: "answer", Reason: "problem.ring_over", Args: Args{"at": Moment(r.EndedAt)}}
	}
	back := s.Answer != 0
	if !back && !s.TriedAt.IsZero() && f.Now.Sub(s.TriedAt) < triedAgain {
		return Change{}, nil
	}
	s.Answer, s.By, s.Channel, s.FirstAt, s.At, s.TriedAt = 0, 0, "", time.Time{}, time.Time{}, f.Now
	change := r.entered(f, s)
	if back {
		args := r.Args(Args{"at": Moment(f.Now)})
		change.Settle = []Settle{{Subject: r.Subject(), Topic: r.askTopic(s.Person), Key: "rollcall.again", Args: args, Silent: true, Replies: r.choices()}}
		change.Notices = r.tellAskedFor(f, s.Person, "rollcall.again", args)
	}
	return change, nil
}

// entered is the change of a place by who rings, with its line in the audit.
func (r *RollCall) entered(f Facts, s Seat) Change {
	event := r.event("not_reached", "person", Actor{Person: s.Person}.Handle())
	if s.Answer != 0 {
		event = r.event("answered_for", "person", Actor{Person: s.Person}.Handle(), "answer", fmt.Sprint(s.Answer))
	}
	return Change{Entries: []Entry{CallAnswer{r.ID, s, f.Actor.Person}}, Events: []Event{event}, Timers: []Timer{r.boardTimer(f.Now)}}
}

// tellAskedFor tells somebody what was entered about them, where they can be reached by words, with the answers as replies.
func (r *RollCall) tellAskedFor(f Facts, id PersonID, key string, args Args) (told []Notice) {
	p := f.Org.People[id]
	if !p.Active {
		return nil
	}
	for _, ch := range waysOf(f.Org, p, 1) {
		told = append(told, Notice{
			ID: fmt.Sprintf("%s/for/p%d/%d", r.Subject(), id, f.Now.UnixMicro()), To: Recipient{Person: id}, Topic: r.askTopic(id), Subject: r.Subject(), Key: key, Args: args, Urgency: Urgent, Class: Once,
			Only: ch, Replies: r.choices(), Expires: textValid,
		})
	}
	return told
}

// receipt says to somebody what counts of them: what they answered, or what was entered for them and by whom, and where they report.
func (r *RollCall) receipt(o *Organisation, s Seat) (key string, args Args) {
	args = r.Args(Args{"answer": Number(s.Answer), "words": CallWords(s.Answer), "at": Moment(s.At)})
	key = "rollcall.recorded"
	switch {
	case s.By != 0:
		key, args["by"] = "rollcall.for_you", Text(o.NameOf(s.By))
	case r.State == CallEnded:
		key = "rollcall.late"
	}
	if r.State == CallEnded {
		return key, args
	}
	if point := o.reportsTo(o.People[s.Person], s.Answer); point != "" {
		key, args["point"] = key+"_at", Text(point)
	}
	return key, args
}
