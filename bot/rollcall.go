package bot

import (
	"slices"
	"strings"

	"goodcatch/domain"
	"goodcatch/domain/mask"
	"goodcatch/domain/words"
	"goodcatch/store"
)

// rollCallDigit takes a bare digit as the answer to the roll-call, or its debrief, that asked this person last. Where another question was
// put about the same time the code is asked for: which one?
func (t *turn) rollCallDigit(text string) (done bool, err error) {
	digit, ok := words.Digit(text)
	if !ok || t.caller.Person == nil {
		return false, nil
	}
	calls, err := t.tx.CallsOf(t.ctx, t.caller.Person.ID)
	if err != nil {
		return false, err
	}
	calls = slices.DeleteFunc(calls, func(c store.SeatedCall) bool { what, _ := c.Awaits(c.Seat, t.now); return what == domain.CallClosed })
	if len(calls) == 0 {
		return false, nil
	}
	latest := slices.MaxFunc(calls, func(a, b store.SeatedCall) int {
		_, one := a.Awaits(a.Seat, t.now)
		_, other := b.Awaits(b.Seat, t.now)
		return one.Compare(other)
	})
	what, asked := latest.Awaits(latest.Seat, t.now)
	codes := []string{}
	for _, c := range calls {
		if _, at := c.Awaits(c.Seat, t.now); asked.Sub(at) < rivalry {
			codes = append(codes, string(c.Code))
		}
	}
	if len(t.caller.Sessions) > 0 {
		switch gap := t.caller.Sessions[0].AskedAt.Sub(asked); {
		case gap >= rivalry:
			return false, nil
		case gap > -rivalry:
			codes = append(codes, t.rivals()...)
		}
	}
	if len(codes) > 1 {
		return true, t.say("say.which", domain.Args{"codes": domain.Text(strings.Join(codes, ", ")), "first": domain.Text(codes[0]), "answer": domain.Text(strings.TrimSpace(text))})
	}
	_, err = t.do(t.actor(), what.With(latest.ID, digit))
	return true, err
}

// rollCallSubject is a roll-call as anybody on the roster may address it: they may answer unasked. A phone that is on no roster is told so:
// in an emergency nobody shall believe to have been counted.
func (t *turn) rollCallSubject(id int64) (subject, error) {
	if t.caller.Person == nil {
		unknown := func() error {
			return t.say("problem.rollcall_unknown", domain.Args{"emergency": domain.Text(t.org.Emergency)})
		}
		return subject{status: unknown, other: func(words.Order) error { return unknown() }, unoffered: func(string) (bool, error) { return true, unknown() }}, nil
	}
	facts, err := t.tx.Facts(t.ctx, t.actor(), domain.Needs{RollCall: domain.RollCallQuery{ID: id, Mine: true}})
	if err != nil {
		return subject{}, err
	}
	r := facts.RollCall
	leads := r != nil && domain.MayCall(facts, r, domain.A1) == nil
	if r == nil || r.State == domain.CallDropped || r.State == domain.CallPlanned && !leads {
		return subject{}, domain.ErrNotFound
	}
	var seat domain.Seat
	if len(facts.Seats) > 0 {
		seat = facts.Seats[0]
	}
	return subject{
		status:    func() error { _, err := t.do(t.actor(), domain.ShowRollCall{Call: id}); return err },
		other:     func(o words.Order) error { return t.rollCallOrder(r, seat, o) },
		unoffered: func(letter string) (bool, error) { return t.rollCallLetter(r, letter) },
	}, nil
}

// rollCallOrder takes a digit with the code as an answer, and words as what there is to say about it.
func (t *turn) rollCallOrder(r *domain.RollCall, s domain.Seat, o words.Order) error {
	if o.Do == words.Answer {
		digit, _ := words.Digit(o.Text)
		what, _ := r.Awaits(s, t.now)
		if what == domain.CallClosed { // a volunteer, or late
			what = domain.CallOpen
		}
		_, err := t.do(t.actor(), what.With(r.ID, digit))
		return err
	}
	text := strings.TrimSpace(o.Text)
	word, rest, _ := strings.Cut(text, " ")
	action := strings.EqualFold(strings.TrimRight(word, ":"), "action")
	if action {
		text = strings.TrimSpace(rest)
	}
	_, err := t.do(t.actor(), domain.NoteRollCall{Call: r.ID, Text: mask.Text(mask.Clean(text)).Text, Action: action})
	return err
}

// rollCallLetter is what who leads can do by letter although nothing offered it to them: a second manager gives the all-clear.
func (t *turn) rollCallLetter(r *domain.RollCall, letter string) (bool, error) {
	commands := map[string]domain.Command{"S": domain.StartRollCall{Call: r.ID}, "X": domain.DropRollCall{Call: r.ID}, "C": domain.EndRollCall{Call: r.ID}}
	cmd := commands[letter]
	if cmd == nil {
		return false, nil
	}
	_, err := t.do(t.actor(), cmd)
	return true, err
}
