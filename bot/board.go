package bot

import (
	"context"
	"slices"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/store"
)

// A Board is what one person can see at a glance: a Home tab, a personal page.
type Board struct {
	Voice   conversations.Voice
	Person  *domain.Person // nil: nobody we know
	Org     *domain.Organisation
	Mine    store.Mine
	Offered []store.Offer    // requests to own a record that wait for this person
	Overdue []*domain.Record // of the units this person answers for: unowned, or late
	Papers  []store.Paper    // documents to approve, review or rewrite
	// Campaigns are the documents being signed in those units.
	Campaigns []store.Campaign
	Shifts    bool // this person has shifts that they can swap
}

// Board gathers what a person can see. It changes nothing.
func (b *Bot) Board(ctx context.Context, ch domain.Channel, from string) (Board, error) {
	var board Board
	err := b.DB.InTx(ctx, func(tx *store.Tx) error {
		t, err := b.visit(ctx, tx, ch, from)
		if err != nil {
			return err
		}
		board = Board{Voice: t.voice(), Person: t.caller.Person, Org: t.org}
		person := domain.PersonID(0)
		if t.caller.Person != nil {
			person = t.caller.Person.ID
		}
		board.Shifts = person != 0 && len(t.org.Swappable(person, t.now)) > 0
		if board.Mine, err = tx.Mine(ctx, person, t.caller.ID); err != nil || person == 0 {
			return err
		}
		if board.Offered, err = t.offeredAt(t.caller.ID); err != nil {
			return err
		}
		if board.Papers, err = tx.Papers(ctx, person, t.caller.ID); err != nil {
			return err
		}
		if board.Overdue, err = t.overdue(); err != nil {
			return err
		}
		board.Campaigns, _, err = t.campaigns()
		return err
	})
	return board, err
}

// offeredAt lists the requests to own a record that were sent to an address of the caller, less what they declined and what is no longer
// theirs: moved to another ward, perhaps.
func (t *turn) offeredAt(id domain.AddressID) ([]store.Offer, error) {
	offers, err := t.tx.Offered(t.ctx, id)
	facts := domain.Facts{Actor: t.actor(), Org: t.org, Now: t.now}
	return slices.DeleteFunc(offers, func(o store.Offer) bool {
		return slices.Contains(o.Record.Climb.Passed, t.caller.Person.ID) || domain.MayOwn(facts, o.Record) != nil
	}), err
}

// offered lists the records that the caller is asked to own, on whatever channel they were asked.
func (t *turn) offered() ([]*domain.Record, error) {
	var records []*domain.Record
	for _, id := range []domain.AddressID{t.caller.Person.Slack.ID, t.caller.Person.Phone.ID} {
		offers, err := t.offeredAt(id)
		if err != nil {
			return nil, err
		}
		for _, o := range offers {
			if !slices.ContainsFunc(records, func(r *domain.Record) bool { return r.ID == o.Record.ID }) {
				records = append(records, o.Record)
			}
		}
	}
	return records, nil
}

// overdue lists what is late or unowned in the units the caller answers for, less what is not theirs to see.
func (t *turn) overdue() ([]*domain.Record, error) {
	var units []domain.UnitCode
	for code := range t.org.Units {
		if t.org.Oversees(t.caller.Person.ID, code) {
			units = append(units, code)
		}
	}
	if len(units) == 0 {
		return nil, nil
	}
	list, err := t.tx.Overdue(t.ctx, units)
	facts := domain.Facts{Actor: t.actor(), Org: t.org, Now: t.now}
	return slices.DeleteFunc(list, func(r *domain.Record) bool { return domain.MayOwn(facts, r) != nil }), err
}

// visit looks in from an address without a message: no inbox, no change.
func (b *Bot) visit(ctx context.Context, tx *store.Tx, ch domain.Channel, from string) (*turn, error) {
	caller, err := tx.Caller(ctx, ch, from)
	if err != nil {
		return nil, err
	}
	t := &turn{bot: b, ctx: ctx, tx: tx, in: Inbound{Channel: ch, From: from}, caller: caller}
	t.now, t.org, err = tx.Now(ctx)
	return t, err
}

// Tell queues words for an address outside of any turn. The notice's id makes it once; its recipient is set here.
func (b *Bot) Tell(ctx context.Context, ch domain.Channel, from string, n domain.Notice) error {
	return b.DB.InTx(ctx, func(tx *store.Tx) error {
		t, err := b.visit(ctx, tx, ch, from)
		if err != nil {
			return err
		}
		n.To = domain.Recipient{Address: t.caller.ID}
		return tx.Notify(ctx, n)
	})
}
