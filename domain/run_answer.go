package domain

import (
	"fmt"
	"slices"
)

// AnswerStep says that a step is done, not needed, or that help is. Step 0 is the only one that is open with the actor. Of a step that each
// ward answers for itself it speaks for one ward, without one for all that the actor was asked for.
type AnswerStep struct {
	Run    int64
	Step   int
	Answer int
	Ward   UnitCode `json:",omitempty"`
}

var _ = Register(AnswerStep{})

// CommandName is the stored name.
func (AnswerStep) CommandName() string { return "answer_step@1" }

// Needs the run.
func (c AnswerStep) Needs() Needs { return Needs{Run: RunQuery{ID: c.Run}} }

// Decide takes the answer of whoever was asked, or of who may lead the run. The first that ends a step, or a ward's part of it, counts; who
// comes later hears whose it was. What is done lets the steps after it begin.
func (c AnswerStep) Decide(f Facts) (Change, error) {
	if f.Run == nil || f.Run.State == RunPlanned || f.Run.State == RunDropped {
		return Change{}, ErrNotFound
	}
	r := f.Run.clone()
	if r.State == RunEnded && r.Knows(f) {
		return Change{}, &InvalidError{Field: "run", Reason: "run.over", Args: r.Args(nil)}
	}
	n, err := c.step(f, r)
	if err != nil {
		return Change{}, err
	}
	if c.Answer < 1 || c.Answer > StepAnswers {
		return Change{}, Invalid("answer", "problem.choice")
	}
	var change Change
	r.saw(f.Actor.Person)
	s := &r.Steps[n-1]
	switch wards := len(s.Wards) > 0; {
	case wards && c.Answer == StepHelp:
		return r.wardHelp(f, n, c)
	case wards:
		if err := c.takeWards(&change, f, r, n); err != nil || len(change.Events) == 0 {
			return change, err
		}
	case s.Answer != 0:
		return Change{Notices: []Notice{r.answered(f, n, "run.step_done")}}, nil
	case c.Answer == StepHelp:
		return r.help(f, n), nil
	default:
		s.Answer, s.By, s.At = c.Answer, f.Actor.Person, f.Now
		change.Settle = []Settle{{Subject: r.Subject(), Topic: stepTopic(n), Key: "run.step_done", Args: r.doneArgs(f, n), Except: f.Actor.Person}}
		if f.Actor.Channel == SMS {
			change.Notices = append(change.Notices, r.answered(f, n, "run.noted"))
		}
	}
	if s.Answer != 0 {
		r.finish(&change, f, n)
	}
	change.Entries = append(change.Entries, SavedRun{*r}, RunAnswer{Run: r.ID, Item: n, Person: f.Actor.Person, Answer: c.Answer, At: f.Now}, r.refresh(f))
	return change, nil
}

// finish ends a step: its clocks stop, who is to know hears of it, and the steps after it begin.
func (r *Run) finish(change *Change, f Facts, n int) {
	s := r.Steps[n-1]
	change.Events = append(change.Events, r.event("step", "step", fmt.Sprint(n), "answer", fmt.Sprint(s.Answer), "channel", string(f.Actor.Channel)))
	change.Clear = append(change.Clear, r.clocks(n)...)
	if s.Answer == StepDone {
		r.tell(change, f, n)
	}
	r.askReady(change, f)
	if r.Tally(f.Now).Open == 0 {
		for _, id := range followers(f.Org, r.Lead) {
			change.Notices = append(change.Notices, r.toLead(f, id, "all", "run.all_done"))
		}
	}
}

// clocks are the timers of a step.
func (r *Run) clocks(n int) []TimerKey {
	return []TimerKey{{r.Subject(), fmt.Sprintf("step%d", n)}, {r.Subject(), fmt.Sprintf("reach%d", n)}}
}

// step is the number of the step an answer is about, if it is the actor's to answer.
func (c AnswerStep) step(f Facts, r *Run) (int, error) {
	if f.Actor.Level < A1 && !f.Actor.Operator {
		return 0, ErrForbidden
	}
	mine := r.OpenWith(f.Actor.Person)
	if c.Ward != "" && c.Step == 0 {
		if open, last := r.stepOf(f, c.Ward); len(open) > 0 {
			mine = open
		} else if last > 0 {
			return last, nil
		} else if len(mine) == 0 {
			return 0, ErrForbidden
		}
	}
	switch {
	case c.Step < 0 || c.Step > len(r.Steps):
		return 0, Invalid("run", "problem.choice")
	case c.Step > 0:
		s := r.Steps[c.Step-1]
		if w := s.Ward(c.Ward); w != nil && r.mayAnswer(f, *w) {
			return c.Step, nil
		}
		if s.AskedAt.IsZero() || !slices.Contains(s.Asked, f.Actor.Person) && MayRun(f, r, A1) != nil {
			return 0, ErrForbidden
		}
		return c.Step, nil
	case len(mine) > 1:
		return 0, &InvalidError{Field: "run", Reason: "run.which", Args: r.Args(Args{"list": Text(numbers(mine)), "n": Number(mine[0])})}
	case len(mine) == 0:
		return 0, &InvalidError{Field: "run", Reason: "run.none", Args: r.Args(nil)}
	}
	return mine[0], nil
}

// numbers lists numbers: 1, 3.
func numbers(list []int) string {
	text := ""
	for i, n := range list {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprint(n)
	}
	return text
}

func (r *Run) doneArgs(f Facts, n int) Args {
	s := r.Steps[n-1]
	return r.Args(Args{
		"n": Number(n), "of": Number(len(r.Steps)), "text": Text(s.Text), "words": Term(fmt.Sprintf("run_answer.%d", s.Answer)), "person": Text(f.Org.NameOf(s.By)), "at": Moment(s.At),
	})
}

// answered tells the actor what their answer was taken for.
func (r *Run) answered(f Facts, n int, key string) Notice {
	return Notice{
		ID: fmt.Sprintf("%s/got%d/a%d/%d", r.Subject(), n, f.Actor.Address, f.Now.UnixMicro()), To: Recipient{Address: f.Actor.Address}, Topic: "answer", Subject: r.Subject(), Key: key,
		Args: r.doneArgs(f, n), Urgency: Prompt, Class: Once,
	}
}

// tell tells those who are to be informed that a step is done.
func (r *Run) tell(change *Change, f Facts, n int) {
	s := r.Steps[n-1]
	if s.Tell == "" {
		return
	}
	var mail Mailing
	for _, id := range f.HoldersOf(s.Informed...) {
		if id == f.Actor.Person {
			continue
		}
		mail = append(mail, Notice{
			ID: fmt.Sprintf("%s/tell%d/p%d", r.Subject(), n, id), To: Recipient{Person: id}, Topic: "tell", Subject: r.Subject(), Key: "run.tell", Args: r.Args(Args{"message": Text(s.Tell)}),
			Urgency: Urgent, Class: Once,
		})
	}
	change.Entries = append(change.Entries, mail)
	change.Events = append(change.Events, r.event("told", "step", fmt.Sprint(n), "people", fmt.Sprint(len(mail))))
}
