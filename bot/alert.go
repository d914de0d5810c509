package bot

import (
	"goodcatch/domain"
	"goodcatch/domain/words"
)

// alertSubject is a safety alert, to whoever answers it for a ward and to the quality office.
func (t *turn) alertSubject(id int64) (subject, error) {
	facts, err := t.tx.Facts(t.ctx, t.actor(), domain.Needs{Alert: domain.AlertQuery{ID: id}})
	if err != nil {
		return subject{}, err
	}
	a, office := facts.Alert, domain.MayAlert(facts) == nil
	if a == nil || t.caller.Person == nil || !office && len(a.MayAnswer(t.org, t.caller.Person.ID)) == 0 {
		return subject{}, domain.ErrNotFound
	}
	status := func() error {
		if office {
			return t.say("alert.board", a.BoardArgs())
		}
		return t.say("alert.how", a.Args())
	}
	return subject{status: status, other: func(o words.Order) error { return t.alertOrder(a, o, status) }}, nil
}

// alertOrder takes what is typed behind an alert's code as the answer of a ward.
func (t *turn) alertOrder(a *domain.SafetyAlert, o words.Order, status func() error) error {
	if unit, count, ok := a.ReadAnswer(o.Text); ok {
		_, err := t.do(t.actor(), domain.AnswerAlert{Alert: a.ID, Unit: unit, Count: count})
		return err
	}
	if o.Text != "" {
		if err := t.keep(t.in.Text); err != nil {
			return err
		}
	}
	return status()
}
