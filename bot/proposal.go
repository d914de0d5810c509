package bot

import (
	"goodcatch/domain"
	"goodcatch/domain/words"
)

// proposalSubject is a proposed quiz, to who may decide about it.
func (t *turn) proposalSubject(id int64) (subject, error) {
	facts, err := t.tx.Facts(t.ctx, t.actor(), domain.Needs{Proposal: id})
	if err != nil {
		return subject{}, err
	}
	if facts.Proposal == nil || domain.MayPropose(facts) != nil {
		return subject{}, domain.ErrNotFound
	}
	status := func() error { return t.say("proposal.status", facts.Proposal.Args()) }
	return subject{status: status, other: func(words.Order) error { return status() }}, nil
}
