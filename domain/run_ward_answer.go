package domain

import (
	"fmt"
	"slices"
	"time"
)

// takeWards takes an answer to a step that each ward answers for itself. The step is done when the last ward has answered.
func (c AnswerStep) takeWards(change *Change, f Facts, r *Run, n int) error {
	s := &r.Steps[n-1]
	units, err := c.units(f, r, n)
	if err != nil {
		return err
	}
	if w := s.Ward(units[0]); w.Answer != 0 { // late, or doubled
		change.Notices = append(change.Notices, r.wardAnswered(f, n, units, "run.ward_done"))
		return nil
	}
	for _, u := range units {
		w := s.Ward(u)
		w.Answer, w.By, w.At = c.Answer, f.Actor.Person, f.Now
		change.Events = append(change.Events, r.event("ward", "step", fmt.Sprint(n), "unit", string(u), "answer", fmt.Sprint(c.Answer), "channel", string(f.Actor.Channel)))
	}
	if missing := s.MissingWards(); len(missing) == 0 {
		s.Answer, s.By, s.At = StepNotNeeded, f.Actor.Person, f.Now
		if slices.ContainsFunc(s.Wards, func(w RunWard) bool { return w.Answer == StepDone }) {
			s.Answer = StepDone
		}
	}
	s.needHelp()
	for _, id := range s.Asked {
		r.settleWards(change, f, n, id, units)
	}
	if f.Actor.Channel == SMS {
		change.Notices = append(change.Notices, r.wardAnswered(f, n, units, "run.ward_noted"))
	}
	return nil
}

// units are the wards an answer is about: the one it names, else all that the actor speaks for.
func (c AnswerStep) units(f Facts, r *Run, n int) ([]UnitCode, error) {
	s, me := r.Steps[n-1], f.Actor.Person
	if c.Ward != "" {
		switch w := s.Ward(c.Ward); {
		case w == nil:
			return nil, r.whichWard(n, s.MissingWards())
		case !r.mayAnswer(f, *w):
			return nil, r.whichWard(n, s.MissingWards(me))
		}
		return []UnitCode{c.Ward}, nil
	}
	if s.Answer != 0 || slices.Contains(s.Asked, me) && len(s.MissingWards(me)) == 0 { // it is done: whose was it?
		return s.lastOf(me), nil
	}
	units, ok := s.speaksFor(me)
	if !ok {
		return nil, r.whichWard(n, units)
	}
	if !r.mayAnswer(f, *s.Ward(units[0])) {
		return nil, ErrForbidden
	}
	return units, nil
}

// mayAnswer reports whether the actor may answer for a ward: who was asked or told, who leads the run, and who answers for the ward anyway.
// The manager of another ward may not.
func (r *Run) mayAnswer(f Facts, w RunWard) bool {
	me := f.Actor.Person
	return f.Actor.Operator || w.with(me) || me == r.Lead || f.Org.Oversees(me, w.Unit)
}

// stepOf is the number of the step that an answer for a ward is about: the only one open that the actor may answer it in, else the last one
// that it has answered. None is 0.
func (r *Run) stepOf(f Facts, u UnitCode) (open []int, last int) {
	for i, s := range r.Steps {
		w := s.Ward(u)
		switch {
		case w == nil || !r.mayAnswer(f, *w):
		case w.Answer == 0:
			open = append(open, i+1)
		case last == 0 || w.At.After(r.Steps[last-1].Ward(u).At):
			last = i + 1
		}
	}
	return open, last
}

// lastOf is the ward of somebody that answered last; where they have none, of all.
func (s RunStep) lastOf(id PersonID) []UnitCode {
	var last *RunWard
	for _, any := range []bool{false, true} {
		for i := range s.Wards {
			w := &s.Wards[i]
			if w.Answer != 0 && (any || w.with(id)) && (last == nil || w.At.After(last.At)) {
				last = w
			}
		}
		if last != nil {
			break
		}
	}
	return []UnitCode{last.Unit}
}

func (r *Run) whichWard(n int, units []UnitCode) error {
	if len(units) == 0 {
		return ErrForbidden
	}
	return &InvalidError{Field: "run", Reason: "run.which_ward", Args: r.Args(Args{"n": Number(n), "wards": Text(someUnits(units)), "example": Text(string(units[0]))})}
}

// settleWards ends what was asked of somebody when their last ward has answered, and shows what is left of it until then.
func (r *Run) settleWards(change *Change, f Facts, n int, id PersonID, units []UnitCode) {
	s := r.Steps[n-1]
	theirs := slices.DeleteFunc(slices.Clone(units), func(u UnitCode) bool { return !s.Ward(u).with(id) })
	if len(theirs) == 0 {
		return
	}
	topic := r.askTopic(n, id)
	if !s.openWith(id) {
		change.Settle = append(change.Settle, Settle{Subject: r.Subject(), Topic: topic, Key: "run.ward_done", Args: r.wardDoneArgs(f, n, theirs), Except: f.Actor.Person})
		return
	}
	left := r.ask(f, n, id, r.asking(f, n, id), "left")
	change.Entries = append(change.Entries, Refresh{Subject: r.Subject(), Topic: topic, Key: left.Key, Args: left.Args, Replies: left.Replies})
}

func (r *Run) wardDoneArgs(f Facts, n int, units []UnitCode) Args {
	s := r.Steps[n-1]
	w := s.Ward(units[0])
	return r.Args(Args{
		"n": Number(n), "of": Number(len(r.Steps)), "text": Text(s.Text), "wards": Text(someUnits(units)), "words": Term(fmt.Sprintf("run_answer.%d", w.Answer)), "person": Text(f.Org.NameOf(w.By)),
		"at": Moment(w.At),
	})
}

// wardAnswered tells the actor what their answer was taken for.
func (r *Run) wardAnswered(f Facts, n int, units []UnitCode, key string) Notice {
	notice := r.told(f, key, nil)
	notice.Args = r.wardDoneArgs(f, n, units)
	return notice
}

// needHelp is since when any open ward needs help.
func (s *RunStep) needHelp() {
	s.HelpAt = time.Time{}
	for _, w := range s.Wards {
		if w.Answer == 0 && w.HelpAt.After(s.HelpAt) {
			s.HelpAt = w.HelpAt
		}
	}
}
