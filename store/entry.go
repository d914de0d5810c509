package store

import (
	"context"
	"fmt"
	"time"

	"goodcatch/domain"
)

// saveEntry queues one typed row or set-based statement. An entry nobody knows is a programming error and fails the transaction.
func (tx *Tx) saveEntry(ctx context.Context, e domain.Entry) error {
	switch e := e.(type) {
	case domain.ReplyChannel:
		return tx.hideReporter(ctx, e)
	case domain.BurntChannel:
		return tx.burnChannel(ctx, e)
	case domain.Refresh:
		return tx.showAnew(e)
	default:
		return tx.saveSystemEntry(ctx, e)
	}
}

// A replyTo is what a reply channel seals: where a hidden reporter can be reached.
type replyTo struct {
	Address  domain.AddressID `json:"address"`
	Channel  domain.Channel   `json:"channel"`
	Value    string           `json:"value"`
	Language string           `json:"language,omitempty"`
	Person   domain.PersonID  `json:"person,omitempty"`
}

func replyPlace(id domain.RecordID) string { return fmt.Sprintf("reply-channel:r%d", id) }

// hideReporter seals where the reporter is, and takes their trace off the record's messages.
func (tx *Tx) hideReporter(ctx context.Context, e domain.ReplyChannel) error {
	to, err := tx.readAddress(ctx, e.Address)
	if err != nil {
		return err
	}
	sealed, err := tx.db.sealJSON(to, replyPlace(e.Record))
	if err != nil {
		return err
	}
	tx.queue(`
		INSERT INTO reply_channels (record_id, fingerprint, sealed, expires_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (record_id) DO UPDATE SET expires_at = EXCLUDED.expires_at`,
		e.Record, tx.db.addressPrint(to.Channel, to.Value), sealed, e.Expires)
	tx.leaveBundles(e.Record.Subject(), e.Address)
	tx.queue(`UPDATE outbox SET address_id = NULL, person_id = NULL WHERE subject = $1 AND address_id = $2 AND topic NOT IN ('escalation', 'owner')`, e.Record.Subject(), e.Address)
	return nil
}

// readAddress reads one address as a reply channel keeps it.
func (tx *Tx) readAddress(ctx context.Context, id domain.AddressID) (replyTo, error) {
	to := replyTo{Address: id}
	var found bool
	tx.one(&found, `
		SELECT a.channel, a.value, coalesce(nullif(p.language, ''), a.language), coalesce(a.person_id, 0)
		FROM addresses a LEFT JOIN people p ON p.id = a.person_id WHERE a.id = $1`, []any{id}, &to.Channel, &to.Value, &to.Language, &to.Person)
	if err := tx.flush(ctx); err != nil {
		return to, err
	}
	if !found {
		return to, fmt.Errorf("address %d: %w", id, domain.ErrNotFound)
	}
	return to, nil
}

// burnChannel shreds a reply channel and every trace that could lead back: sessions of the address, messages to the reporter with their
// provider ids, and timers that would write to them.
func (tx *Tx) burnChannel(_ context.Context, e domain.BurntChannel) error {
	tx.queue(`DELETE FROM reply_channels WHERE record_id = $1`, e.Record)
	tx.queue(`DELETE FROM sessions WHERE address_id = $1`, e.Address)
	tx.queue(`DELETE FROM kept_texts WHERE address_id = $1`, e.Address)
	tx.queue(`DELETE FROM timers WHERE subject = $1 AND name LIKE 'reporter%'`, e.Record.Subject())
	tx.queue(`
		UPDATE outbox SET state = CASE WHEN state IN ('pending', 'unknown') THEN 'withdrawn' ELSE state END,
		       address_id = NULL, person_id = NULL, provider_id = NULL, provider_channel = '', rendered = NULL, sealed = ''
		WHERE subject = $1 AND (address_id = $2 OR address_id IS NULL AND person_id IS NULL)`, e.Record.Subject(), e.Address)
	tx.queue(`
		UPDATE outbox SET state = CASE WHEN state IN ('pending', 'unknown') THEN 'withdrawn' ELSE state END, rendered = NULL, sealed = ''
		WHERE address_id = $1 AND subject = '' AND topic = 'answer'`, e.Address) // "which one: K7R, Q9F?" and the like
	return nil
}

// replyChannel opens where a record's hidden reporter can be reached.
func (tx *Tx) replyChannel(ctx context.Context, id domain.RecordID, now time.Time) (replyTo, bool, error) {
	var to replyTo
	var sealed []byte
	var found bool
	tx.one(&found, `SELECT sealed FROM reply_channels WHERE record_id = $1 AND expires_at > $2`, []any{id, now}, &sealed)
	if err := tx.flush(ctx); err != nil || !found {
		return to, false, err
	}
	return to, true, tx.db.openJSON(sealed, replyPlace(id), &to)
}
