package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
	"goodcatch/domain/mask"
)

// keptPerAddress bounds how many texts are kept for one address: the oldest give way.
const keptPerAddress = 20

// A KeptText is a text nobody understood, while it is kept.
type KeptText struct {
	ID         int64
	Address    domain.AddressID
	ReceivedAt time.Time
	Text       string
}

// KeepText keeps a text, sealed, for a day.
func (tx *Tx) KeepText(_ context.Context, address domain.AddressID, text string, likely bool) error {
	sealed, err := tx.db.Keys.Seal([]byte(text), []byte("kept"))
	if err != nil {
		return err
	}
	tx.queue(`DELETE FROM kept_texts WHERE id IN (SELECT id FROM kept_texts WHERE address_id = $1 ORDER BY id DESC OFFSET $2)`, address, keptPerAddress-1)
	tx.queue(`INSERT INTO kept_texts (address_id, received_at, likely, sealed) VALUES ($1, $2, $3, $4)`, address, tx.now, likely, sealed)
	return nil
}

// TakeKept returns the texts kept for an address, oldest first, and keeps them no longer.
func (tx *Tx) TakeKept(ctx context.Context, address domain.AddressID) ([]KeptText, error) {
	return tx.takeKept(ctx, `
		WITH gone AS (DELETE FROM kept_texts WHERE address_id = $1 RETURNING id, address_id, received_at, sealed) SELECT * FROM gone ORDER BY id`, address)
}

func (tx *Tx) takeKept(ctx context.Context, sql string, args ...any) ([]KeptText, error) {
	var kept []KeptText
	tx.many(sql, args, func(rows pgx.Rows) error {
		var k KeptText
		var sealed []byte
		if err := rows.Scan(&k.ID, &k.Address, &k.ReceivedAt, &sealed); err != nil {
			return err
		}
		text, err := tx.db.Keys.Open(sealed, []byte("kept"))
		if err != nil {
			return fmt.Errorf("kept text %d: %w", k.ID, err)
		}
		k.Text = string(text)
		kept = append(kept, k)
		return nil
	})
	return kept, tx.flush(ctx)
}

// KeptFor is how long a text that nobody understood is kept.
const KeptFor = 24 * time.Hour

// TakeExpired forgets texts kept for a day, and returns those that look like a report, at most limit: each becomes an unsorted draft.
func (tx *Tx) TakeExpired(ctx context.Context, limit int) ([]KeptText, error) {
	now, _, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	tx.queue(`DELETE FROM kept_texts WHERE received_at <= $1 AND NOT likely`, now.Add(-KeptFor))
	return tx.takeKept(ctx, `
		DELETE FROM kept_texts WHERE id IN (SELECT id FROM kept_texts WHERE received_at <= $1 AND likely ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED)
		RETURNING id, address_id, received_at, sealed`, now.Add(-KeptFor), limit)
}

// HolderOf returns whom an address belongs to, 0 for nobody.
func (tx *Tx) HolderOf(address domain.AddressID) domain.PersonID {
	if p := tx.org.Holder(address); p != nil {
		return p.ID
	}
	return 0
}

func maskText(text string) (masked string, kinds []string) {
	m := mask.Text(text)
	for _, k := range m.Found {
		kinds = append(kinds, string(k))
	}
	return m.Text, kinds
}
