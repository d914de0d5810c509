package domain

import (
	"fmt"
	"slices"
)

// askReady asks for every step that nothing stands before any more. Whoever has several open is told to say which.
func (r *Run) askReady(change *Change, f Facts) {
	var ready []int
	for i := range r.Steps {
		s := &r.Steps[i]
		if !s.AskedAt.IsZero() || s.After > 0 && r.Steps[s.After-1].Answer == 0 {
			continue
		}
		s.AskedAt, s.DueAt, s.Wards = f.Now, f.Now.Add(s.Within), f.wardsOf(s.PlayStep)
		if s.Asked = f.responders(s.PlayStep); len(s.Wards) > 0 {
			s.Asked = nil
		}
		for _, w := range s.Wards {
			s.Asked = together(s.Asked, w.Asked)
		}
		ready = append(ready, i+1)
		change.Timers = append(change.Timers, r.timer(fmt.Sprintf("step%d", i+1), s.DueAt, RunStepLate{Run: r.ID, Step: i + 1}))
	}
	for _, n := range ready {
		r.askAll(change, f, n, r.Steps[n-1].Asked, "ask")
	}
}

// together are some people and more, nobody twice.
func together(ids, more []PersonID) []PersonID {
	ids = slices.Clone(ids)
	for _, id := range more {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// responders are who is asked to do a step: who holds its station; where nobody who can be reached does, whoever answers for it; at last the
// quality office, and the executives.
func (f Facts) responders(s PlayStep) []PersonID {
	for _, p := range []Station{s.Responsible, s.Accountable, {Role: Quality}, {Role: Executive}} {
		ids := slices.DeleteFunc(f.HoldersOf(p), func(id PersonID) bool { return !f.Org.People[id].Reachable() })
		if len(ids) > 0 {
			return ids
		}
	}
	return nil
}

// askAll asks people for a step, or tells them that it is late, and notes by which channels: who does not look is tried by the next.
func (r *Run) askAll(change *Change, f Facts, n int, ids []PersonID, what string) {
	s := &r.Steps[n-1]
	for _, id := range ids {
		change.Notices = append(change.Notices, r.ask(f, n, id, r.asking(f, n, id), what))
		if p := f.Org.People[id]; p != nil {
			s.Tried.begin(p, f, Urgent)
		}
	}
	r.scheduleReach(change, f, n)
}

// asking is the text by which a step is asked of somebody now. Who is told of it before it is late hears that nobody else can be reached.
func (r *Run) asking(f Facts, n int, id PersonID) string {
	s := r.Steps[n-1]
	switch wards, late := len(s.Wards) > 0, s.told(id); {
	case late && f.Now.Before(s.DueAt):
		return "run.unreached"
	case wards && late:
		return "run.ward_late"
	case wards:
		return "run.ward"
	case late:
		return "run.late"
	default:
		return "run.step"
	}
}

// askTopic is the topic of what asks somebody for a step. Of one that each ward answers everybody's is their own: it ends with their wards.
func (r *Run) askTopic(n int, id PersonID) string {
	if len(r.Steps[n-1].Wards) == 0 {
		return stepTopic(n)
	}
	return fmt.Sprintf("%s/p%d", stepTopic(n), id)
}

// ask is the request to do a step, or a reminder of it. Digits by text, buttons in Slack and keys are the same answers.
func (r *Run) ask(f Facts, n int, to PersonID, key, what string) Notice {
	s := r.Steps[n-1]
	notice := Notice{
		ID: fmt.Sprintf("%s/%s%d/p%d/%d", r.Subject(), what, n, to, f.Now.UnixMicro()), To: Recipient{Person: to}, Topic: r.askTopic(n, to), Subject: r.Subject(), Key: key,
		Args: r.stepArgs(f, n, to), Urgency: Urgent, Class: UntilCertain, Replies: r.stepReplies(n, to),
	}
	others := s.Asked
	if missing := s.MissingWards(to); len(missing) > 0 {
		others = s.Ward(missing[0]).Asked
	}
	notice.Args["keys"] = Term("run_keys.press")
	if notice.Replies == nil {
		notice.Args["keys"] = Term("run_keys.text")
	}
	if first := firstBesides(others, to); first != 0 {
		notice.Args["person"] = Text(f.Org.NameOf(first))
	}
	return notice
}

// askTopics are the topics of all that asks for a step.
func (r *Run) askTopics(n int) (topics []string) {
	for _, id := range r.Steps[n-1].Asked {
		if topic := r.askTopic(n, id); !slices.Contains(topics, topic) {
			topics = append(topics, topic)
		}
	}
	return topics
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
	if open := r.OpenWith(to); len(open) > 1 || len(open) == 1 && open[0] != n { // the code alone would answer another
		how = fmt.Sprintf("%s %d", r.Code, n)
	}
	args := Args{
		"n": Number(n), "of": Number(len(r.Steps)), "text": Text(s.Text), "how": Text(how), "at": Moment(s.AskedAt), "due": Moment(s.DueAt), "station": Text(s.Accountable.String()),
	}
	if len(s.Wards) > 0 {
		units, _ := s.speaksFor(to)
		if len(units) == 0 {
			units = []UnitCode{s.Wards[0].Unit}
		}
		args["wards"], args["all"], args["example"] = Text(someUnits(units)), Text(ListUnits(units)), Text(string(units[0]))
	}
	return r.Args(args)
}

// stepReplies are the answers that somebody can give with one press: none where they have to name a ward.
func (r *Run) stepReplies(n int, to PersonID) []Reply {
	if s := r.Steps[n-1]; len(s.Wards) > 0 {
		if _, ok := s.speaksFor(to); !ok {
			return nil
		}
	}
	replies := make([]Reply, StepAnswers)
	for a := range replies {
		replies[a] = Reply{Letter: fmt.Sprint(a + 1), Key: fmt.Sprintf("reply.run_%d", a+1), Command: AnswerStep{Run: r.ID, Step: n, Answer: a + 1}}
	}
	replies[0].Style = "primary"
	return replies
}

// OpenWith lists the numbers of the steps that wait for somebody.
func (r *Run) OpenWith(id PersonID) (open []int) {
	for i, s := range r.Steps {
		if s.openWith(id) {
			open = append(open, i+1)
		}
	}
	return open
}
