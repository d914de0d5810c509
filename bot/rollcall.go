package bot

import (
	"strings"

	"goodcatch/domain"
	"goodcatch/domain/mask"
	"goodcatch/domain/words"
)

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
	text, action := cutAction(text)
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
