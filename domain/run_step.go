package domain

import (
	"fmt"
	"slices"
	"time"
)

// askReady asks for every step that nothing stands before any more. Whoever has several open is told to say which.
func (r *Run) askReady(change *Change, f Facts) {
	var ready []int
	for i := range r.Steps {
		s := &r.Steps[i]
		if !s.AskedAt.IsZero() || s.After > 0 && r.Steps[s.After-1].Answer == 0 {
			continue
		}
		s.Asked, s.AskedAt, s.DueAt = f.responders(s.PlayStep), f.Now, f.Now.Add(s.Within)
		ready = append(ready, i+1)
		change.Timers = append(change.Timers, r.timer(fmt.Sprintf("step%d", i+1), s.DueAt, RunStepLate{Run: r.ID, Step: i + 1}))
	}
	for _, n := range ready {
		for _, id := range r.Steps[n-1].Asked {
			change.Notices = append(change.Notices, r.ask(f, n, id, "run.step", "ask"))
		}
	}
}

// responders are who is asked to do a step: who holds its station; where nobody does, whoever answers for it; at last the quality office, and
// the executives.
func (f Facts) responders(s PlayStep) []PersonID {
	for _, p := range []Station{s.Responsible, s.Accountable, {Role: Quality}, {Role: Executive}} {
		if ids := f.HoldersOf(p); len(ids) > 0 {
			return ids
		}
	}
	return nil
}

// ask is the request to do a step, or a reminder of it. Digits by text and buttons in Slack are the same answers.
func (r *Run) ask(f Facts, n int, to PersonID, key, what string) Notice {
	s := r.Steps[n-1]
	notice := Notice{
		ID: fmt.Sprintf("%s/%s%d/p%d/%d", r.Subject(), what, n, to, f.Now.UnixMicro()), To: Recipient{Person: to}, Topic: stepTopic(n), Subject: r.Subject(), Key: key,
		Args: r.stepArgs(f, n, to), Urgency: Urgent, Class: UntilCertain, Replies: r.stepReplies(n),
	}
	if first := firstBesides(s.Asked, to); first != 0 {
		notice.Args["person"] = Text(f.Org.NameOf(first))
	}
	return notice
}

// firstBesides is the first of some people who is not this one; where there is no other, they themselves.
func firstBesides(ids []PersonID, id PersonID) PersonID {
	if i := slices.IndexFunc(ids, func(x PersonID) bool { return x != id }); i >= 0 {
		return ids[i]
	}
	return id
}

func (r *Run) stepArgs(f Facts, n int, to PersonID) Args {
	s, how := r.Steps[n-1], string(r.Code)
	if len(r.OpenWith(to)) > 1 {
		how = fmt.Sprintf("%s %d", r.Code, n)
	}
	return r.Args(Args{
		"n": Number(n), "of": Number(len(r.Steps)), "text": Text(s.Text), "how": Text(how), "at": Moment(s.AskedAt), "due": Moment(s.DueAt), "station": Text(s.Accountable.String()),
	})
}

func (r *Run) stepReplies(n int) []Reply {
	replies := make([]Reply, StepAnswers)
	for a := range replies {
		replies[a] = Reply{Letter: fmt.Sprint(a + 1), Key: fmt.Sprintf("reply.run_%d", a+1), Command: AnswerStep{Run: r.ID, Step: n, Answer: a + 1}}
	}
	replies[0].Style = "primary"
	return replies
}

// OpenWith lists the numbers of the steps that somebody was asked for and that are not done.
func (r *Run) OpenWith(id PersonID) (open []int) {
	for i, s := range r.Steps {
		if s.open() && slices.Contains(s.Asked, id) {
			open = append(open, i+1)
		}
	}
	return open
}

// AnswerStep says that a step is done, not needed, or that help is. Step 0 is the only one that is open with the actor.
type AnswerStep struct {
	Run    int64
	Step   int
	Answer int
}

var _ = Register(AnswerStep{})

// CommandName is the stored name.
func (AnswerStep) CommandName() string { return "answer_step@1" }

// Needs the run.
func (c AnswerStep) Needs() Needs { return Needs{Run: RunQuery{ID: c.Run}} }

// Decide takes the answer of whoever was asked, or of who may lead the run. The first that ends a step counts; who comes later hears whose it
// was. What is done lets the steps after it begin.
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
	s := &r.Steps[n-1]
	switch {
	case c.Answer < 1 || c.Answer > StepAnswers:
		return Change{}, Invalid("answer", "problem.choice")
	case s.Answer != 0:
		return Change{Notices: []Notice{r.answered(f, n, "run.step_done")}}, nil
	case c.Answer == StepHelp:
		return r.help(f, n), nil
	}
	s.Answer, s.By, s.At = c.Answer, f.Actor.Person, f.Now
	change := Change{
		Events: []Event{r.event("step", "step", fmt.Sprint(n), "answer", fmt.Sprint(c.Answer), "channel", string(f.Actor.Channel))},
		Clear:  []TimerKey{{r.Subject(), fmt.Sprintf("step%d", n)}},
		Settle: []Settle{{Subject: r.Subject(), Topic: stepTopic(n), Key: "run.step_done", Args: r.doneArgs(f, n), Except: f.Actor.Person}},
	}
	if f.Actor.Channel == SMS {
		change.Notices = append(change.Notices, r.answered(f, n, "run.noted"))
	}
	if c.Answer == StepDone {
		r.tell(&change, f, n)
	}
	r.askReady(&change, f)
	if r.Tally(f.Now).Open == 0 {
		for _, id := range followers(f.Org, r.Lead) {
			change.Notices = append(change.Notices, r.toLead(f, id, "all", "run.all_done"))
		}
	}
	change.Entries = append(change.Entries, SavedRun{*r}, RunAnswer{Run: r.ID, Item: n, Person: f.Actor.Person, Answer: c.Answer, At: f.Now}, r.refresh(f))
	return change, nil
}

// step is the number of the step an answer is about, if it is the actor's to answer.
func (c AnswerStep) step(f Facts, r *Run) (int, error) {
	mine := r.OpenWith(f.Actor.Person)
	switch {
	case f.Actor.Level < A1 && !f.Actor.Operator:
		return 0, ErrForbidden
	case c.Step < 0 || c.Step > len(r.Steps):
		return 0, Invalid("run", "problem.choice")
	case c.Step > 0:
		s := r.Steps[c.Step-1]
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

// helpAgain is how soon a second cry for help with the same step is passed on again.
const helpAgain = 5 * time.Minute

// help tells who is accountable for a step, and whose advice there is, that somebody needs help with it. It stays open.
func (r *Run) help(f Facts, n int) Change {
	s := &r.Steps[n-1]
	args := r.stepArgs(f, n, f.Actor.Person)
	var change Change
	if s.HelpAt.IsZero() || f.Now.Sub(s.HelpAt) >= helpAgain {
		s.HelpAt = f.Now
		change.Events = []Event{r.event("help", "step", fmt.Sprint(n))}
		for _, id := range f.helpers(r, *s) {
			notice := r.ask(f, n, id, "run.help", "help")
			notice.Args["person"] = Text(f.Org.NameOf(f.Actor.Person))
			change.Notices = append(change.Notices, notice)
		}
		change.Entries = []Entry{SavedRun{*r}, RunAnswer{Run: r.ID, Item: n, Person: f.Actor.Person, Answer: StepHelp, At: f.Now}, r.refresh(f)}
	}
	change.Notices = append(change.Notices, Notice{
		ID: fmt.Sprintf("%s/helped%d/a%d/%d", r.Subject(), n, f.Actor.Address, f.Now.UnixMicro()), To: Recipient{Address: f.Actor.Address}, Topic: "answer", Subject: r.Subject(), Key: "run.help_noted",
		Args: args, Urgency: Prompt, Class: Once,
	})
	return change
}

// helpers are who is told of a need: accountable and consulted, but not who needs help; where that is nobody, who leads the run.
func (f Facts) helpers(r *Run, s RunStep) []PersonID {
	ids := slices.DeleteFunc(f.HoldersOf(append([]Station{s.Accountable}, s.Consulted...)...), func(id PersonID) bool { return id == f.Actor.Person })
	if len(ids) == 0 {
		ids = followers(f.Org, r.Lead)
	}
	return ids
}

// RunStepLate says that a step is not done in its time. Late is how often that was told, so that a late twin does nothing.
type RunStepLate struct {
	Run  int64
	Step int
	Late int
}

var _ = Register(RunStepLate{})

// CommandName is the stored name.
func (RunStepLate) CommandName() string { return "run_step_late@1" }

// Needs the run.
func (c RunStepLate) Needs() Needs { return Needs{Run: RunQuery{ID: c.Run}} }

// Decide tells who is accountable, who may then answer too; the second time who leads the run.
func (c RunStepLate) Decide(f Facts) (Change, error) {
	if f.Run == nil || f.Run.State != RunRunning || c.Step < 1 || c.Step > len(f.Run.Steps) {
		return Change{}, nil
	}
	r := f.Run.clone()
	s := &r.Steps[c.Step-1]
	if !s.open() || s.Late != c.Late {
		return Change{}, nil
	}
	s.Late++
	to := f.HoldersOf(s.Accountable)
	if !slices.ContainsFunc(to, func(id PersonID) bool { return !slices.Contains(s.Asked, id) }) {
		to = followers(f.Org, r.Lead)
	}
	change := Change{Events: []Event{r.event("step_late", "step", fmt.Sprint(c.Step))}}
	asked := s.Asked
	s.Asked = slices.Clone(asked)
	for _, id := range to {
		if !slices.Contains(s.Asked, id) {
			s.Asked = append(s.Asked, id)
		}
	}
	for _, id := range to {
		change.Notices = append(change.Notices, r.ask(f, c.Step, id, "run.late", "late"))
	}
	if s.Late < mostLate {
		change.Timers = []Timer{r.timer(fmt.Sprintf("step%d", c.Step), f.Now.Add(max(s.Within, lateAgain)), RunStepLate{Run: r.ID, Step: c.Step, Late: s.Late})}
	}
	change.Entries = []Entry{SavedRun{*r}, r.refresh(f)}
	return change, nil
}
