package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// Mine is what waits for a person and what became of their reports.
type Mine struct {
	Owned     []*domain.Record // open, the most overdue first
	Reports   []*domain.Record // newest first, 20 at most; hidden ones are not known here
	Documents int
	Courses   int
}

// Overdue counts the owned records whose due time has passed.
func (m Mine) Overdue(now time.Time) int {
	n := 0
	for _, r := range m.Owned {
		if !r.DueAt.IsZero() && r.DueAt.Before(now) {
			n++
		}
	}
	return n
}

// Mine lists what waits for a person, and the reports of this person or address.
func (tx *Tx) Mine(ctx context.Context, person domain.PersonID, address domain.AddressID) (Mine, error) {
	var m Mine
	tx.many(`SELECT `+recordColumns+` FROM records WHERE owner = $1 AND closed_at IS NULL ORDER BY due_at NULLS LAST, id LIMIT 50`, []any{nullable(person)}, into(&m.Owned))
	tx.many(`SELECT `+recordColumns+` FROM records WHERE from_id = $1 OR reporter = $2 ORDER BY created_at DESC, id DESC LIMIT 20`, []any{address, nullable(person)}, into(&m.Reports))
	tx.countTasks(&m, person)
	return m, tx.flush(ctx)
}

func into(list *[]*domain.Record) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		r, err := scanRecord(rows)
		if err != nil {
			return err
		}
		*list = append(*list, r)
		return nil
	}
}

// Overdue lists the open records of these units that nobody took in time, or whose owner's due time has passed: the one overdue list of
// a manager. What waits for its first answer is not late yet.
func (tx *Tx) Overdue(ctx context.Context, units []domain.UnitCode) ([]*domain.Record, error) {
	var list []*domain.Record
	tx.many(`
		SELECT `+recordColumns+` FROM records
		WHERE closed_at IS NULL AND unit = ANY($1) 
		  AND (due_at < $2 OR owner IS NULL AND ((climb->>'level')::int > coalesce((climb->>'first')::int, 1) OR coalesce((climb->>'rounds')::int, 0) > 0))
		ORDER BY rank DESC, created_at LIMIT 50`, []any{units, tx.now}, into(&list))
	return list, tx.flush(ctx)
}

// ReportsFrom counts the reports of an address since a time.
func (tx *Tx) ReportsFrom(ctx context.Context, address domain.AddressID, since time.Time) (n int, err error) {
	tx.queue(`SELECT count(*) FROM records WHERE from_id = $1 AND created_at > $2`, address, since).QueryRow(scanning(&n))
	return n, tx.flush(ctx)
}

// RecordsFrom lists the reports of an address since a time that are not hidden yet.
func (tx *Tx) RecordsFrom(ctx context.Context, address domain.AddressID, since time.Time) ([]domain.RecordID, error) {
	return tx.ids(ctx, `SELECT id FROM records WHERE from_id = $1 AND created_at > $2 AND NOT hidden ORDER BY id`, address, since)
}

// HiddenFrom lists the hidden reports whose reply channel leads to this address.
func (tx *Tx) HiddenFrom(ctx context.Context, ch domain.Channel, value string) ([]domain.RecordID, error) {
	return tx.ids(ctx, `SELECT record_id FROM reply_channels WHERE fingerprint = $1 ORDER BY record_id`, tx.db.addressPrint(ch, value))
}

func (tx *Tx) ids(ctx context.Context, sql string, args ...any) ([]domain.RecordID, error) {
	var ids []domain.RecordID
	tx.many(sql, args, func(rows pgx.Rows) error {
		var id domain.RecordID
		if err := rows.Scan(&id); err != nil {
			return err
		}
		ids = append(ids, id)
		return nil
	})
	return ids, tx.flush(ctx)
}

// IsReplyChannel reports whether a hidden report's reply channel leads to this address.
func (tx *Tx) IsReplyChannel(ctx context.Context, id domain.RecordID, ch domain.Channel, value string, now time.Time) (bool, error) {
	var found bool
	tx.one(&found, `SELECT 1 FROM reply_channels WHERE record_id = $1 AND fingerprint = $2 AND expires_at > $3`, []any{id, tx.db.addressPrint(ch, value), now}, new(int))
	return found, tx.flush(ctx)
}

// ResendReceipt queues the last receipt of an address, hidden or not, once more. ok is false when there is none.
func (tx *Tx) ResendReceipt(ctx context.Context, address domain.AddressID, ch domain.Channel, value, mark string) (ok bool, err error) {
	tx.one(&ok, `
		INSERT INTO outbox (dedupe, subject, topic, person_id, address_id, channel, urgency, class, key, sealed, replies, not_before, created_at)
		SELECT 'resend/' || $1, subject, 'resent', person_id, address_id, channel, urgency, class, key, sealed, replies, $2, $2
		FROM outbox WHERE topic IN ('receipt', 'attestation') AND channel = $5
		  AND (address_id = $3 OR address_id IS NULL AND person_id IS NULL AND subject IN (SELECT 'r' || record_id FROM reply_channels WHERE fingerprint = $4))
		ORDER BY id DESC LIMIT 1
		ON CONFLICT ON CONSTRAINT outbox_dedupe DO NOTHING RETURNING 1`,
		[]any{mark, tx.now, address, tx.db.addressPrint(ch, value), ch}, new(int))
	tx.wake = true
	return ok, tx.flush(ctx)
}

// countTasks queues the counting of a person's open tasks.
func (tx *Tx) countTasks(m *Mine, person domain.PersonID) {
	tx.queue(`SELECT count(*) FILTER (WHERE kind = 'document'), count(*) FILTER (WHERE kind = 'course') FROM tasks WHERE person_id = $1 AND state = 'open'`, int64(person)).
		QueryRow(scanning(&m.Documents, &m.Courses))
}
