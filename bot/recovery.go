package bot

import (
	"goodcatch/domain"
	"goodcatch/domain/words"
)

// recoverySubject is a disruption, to who leads it and to whoever may say how one of its activities runs.
func (t *turn) recoverySubject(id int64) (subject, error) {
	facts, err := t.tx.Facts(t.ctx, t.actor(), domain.Needs{Disruption: domain.DisruptionQuery{ID: id}})
	if err != nil {
		return subject{}, err
	}
	d := facts.Disruption
	if d == nil || t.caller.Person == nil || domain.MayRecover(facts, d, domain.A1) != nil && len(d.Mine(facts)) == 0 {
		return subject{}, domain.ErrNotFound
	}
	status := func() error { _, err := t.do(t.actor(), domain.ShowRecovery{Disruption: id}); return err }
	return subject{
		status: status,
		other:  func(o words.Order) error { return t.recoveryOrder(facts, o, status) },
		unoffered: func(letter string) (bool, error) {
			if letter != "C" {
				return false, nil
			}
			_, err := t.do(t.actor(), domain.CloseRecovery{Disruption: id})
			return true, err
		},
	}, nil
}

// recoveryOrder takes what is typed behind a disruption's code as word of how activities run: "1" of the caller's only one, "PHA 1" of one
// by its code. Other words are kept, and the caller is shown how it stands.
func (t *turn) recoveryOrder(f domain.Facts, o words.Order, status func() error) error {
	d := f.Disruption
	state, codes, ok := d.ReadReport(t.org, o.Text)
	if !ok {
		if o.Text != "" {
			if err := t.keep(t.in.Text); err != nil {
				return err
			}
		}
		return status()
	}
	if len(codes) == 0 && d.ClosedAt.IsZero() {
		code, which := d.OnlyMine(f)
		if which != nil {
			return t.say("recovery.which", which)
		}
		codes = []domain.ActivityCode{code}
	}
	cmd := domain.ReportRecovery{Disruption: d.ID}
	cmd.Set(state, codes...)
	_, err := t.do(t.actor(), cmd)
	return err
}
