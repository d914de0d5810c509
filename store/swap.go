package store

import (
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// loadSwap queues the reading of a swap, locked, or a number for a new one.
func (tx *Tx) loadSwap(f *domain.Facts, n domain.Needs) {
	if n.NewSwap {
		tx.queue(`SELECT nextval(pg_get_serial_sequence('swaps', 'id'))`).QueryRow(scanning(&f.NextID))
	}
	if n.Swap == 0 {
		return
	}
	tx.many(`
		SELECT id, role, unit, from_at, until_at, giver, taker, state, asked_at, coalesce(back_role, ''), coalesce(back_unit, ''), back_from_at, back_until_at
		FROM swaps WHERE id = $1 FOR UPDATE`, []any{n.Swap}, func(rows pgx.Rows) error {
		var s domain.Swap
		var from, until *time.Time
		err := rows.Scan(&s.ID, &s.Post.Role, &s.Post.Unit, &s.From, &s.Until, &s.Giver, &s.Taker, &s.State, &s.AskedAt, &s.Back.Post.Role, &s.Back.Post.Unit, &from, &until)
		if from != nil && until != nil {
			s.Back.From, s.Back.Until = from.UTC(), until.UTC()
		}
		s.From, s.Until, s.AskedAt = s.From.UTC(), s.Until.UTC(), s.AskedAt.UTC()
		f.Swap = &s
		return err
	})
}

// saveSwap queues a swap as a decision left it. Who is on duty changes when it is accepted: every process is to know.
func (tx *Tx) saveSwap(s domain.Swap) {
	tx.queue(`
		INSERT INTO swaps (id, role, unit, from_at, until_at, giver, taker, state, asked_at, back_role, back_unit, back_from_at, back_until_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, nullif($10, ''), nullif($11, ''), $12, $13)
		ON CONFLICT (id) DO UPDATE SET from_at = EXCLUDED.from_at, back_from_at = EXCLUDED.back_from_at, state = EXCLUDED.state`,
		s.ID, string(s.Post.Role), string(s.Post.Unit), s.From, s.Until, int64(s.Giver), int64(s.Taker), string(s.State), s.AskedAt,
		string(s.Back.Post.Role), string(s.Back.Post.Unit), maybe(s.Back.From), maybe(s.Back.Until))
	if s.State == domain.SwapAccepted {
		tx.touchOrganisation()
	}
}
