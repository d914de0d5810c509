package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

const disruptionColumns = `d.id, d.mode, d.code, d.title, coalesce(d.lead, 0), d.token, d.outages, d.started_at, d.closed_at`

func scanDisruption(row pgx.Row) (*domain.Disruption, error) {
	var mode string
	var read domain.Disruption
	var outages []byte
	var closed *time.Time
	if err := row.Scan(&read.ID, &mode, &read.Code, &read.Title, &read.Lead, &read.Token, &outages, &read.StartedAt, &closed); err != nil {
		return nil, err
	}
	m, ok := domain.ModeNamed(mode)
	if !ok {
		return nil, fmt.Errorf("disruption %d: mode %q", read.ID, mode)
	}
	d := domain.NewDisruption(m)
	d.ID, d.Code, d.Title, d.Lead, d.Token, d.StartedAt = read.ID, read.Code, read.Title, read.Lead, read.Token, read.StartedAt.UTC()
	if closed != nil {
		d.ClosedAt = closed.UTC()
	}
	return d, json.Unmarshal(outages, &d.Outages)
}

// lockDisruption queues the lock under which a disruption changes. Lock order: disruption, timers, outbox.
func (tx *Tx) lockDisruption(id int64) {
	tx.queue(`SELECT 1 FROM disruptions WHERE id = $1 FOR UPDATE`, id)
}

// loadDisruption queues the reading of a disruption, locked, of those that are open, of its boards, or of a number for a new one.
func (tx *Tx) loadDisruption(f *domain.Facts, q domain.DisruptionQuery) {
	if q.Open { // an activity is counted by one at a time
		tx.queue(`SELECT pg_advisory_xact_lock(hashtext('goodcatch disruptions'))`)
	}
	if q.New {
		tx.queue(`SELECT nextval(pg_get_serial_sequence('disruptions', 'id'))`).QueryRow(scanning(&f.NextID))
	}
	if q.ID != 0 {
		tx.lockDisruption(q.ID)
		tx.many(`SELECT `+disruptionColumns+` FROM disruptions d WHERE d.id = $1`, []any{q.ID}, func(rows pgx.Rows) (err error) {
			f.Disruption, err = scanDisruption(rows)
			return err
		})
	}
	if q.Open {
		tx.many(`SELECT `+disruptionColumns+` FROM disruptions d WHERE d.closed_at IS NULL AND d.id <> $1 ORDER BY d.id`, []any{q.ID}, func(rows pgx.Rows) error {
			d, err := scanDisruption(rows)
			f.Disruptions = append(f.Disruptions, d)
			return err
		})
	}
	if q.Boards {
		tx.loadCardsOf(f, (&domain.Disruption{ID: q.ID}).Subject(), domain.BoardTopic)
	}
}

// saveDisruptionEntry queues a disruption; ok is false when the entry is none. What it is, its code and its token are written once.
func (tx *Tx) saveDisruptionEntry(e domain.Entry) (ok bool, err error) {
	saved, ok := e.(domain.SavedDisruption)
	if !ok {
		return false, nil
	}
	d := saved.Disruption
	outages, err := json.Marshal(d.Outages)
	if err != nil {
		return true, err
	}
	tx.queue(`
		INSERT INTO disruptions (id, mode, code, title, lead, token, outages, started_at, closed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO UPDATE SET outages = EXCLUDED.outages, closed_at = EXCLUDED.closed_at`,
		d.ID, d.Mode().String(), string(d.Code), d.Title, nullable(d.Lead), d.Token, outages, d.StartedAt, maybe(d.ClosedAt))
	return true, nil
}

// A Recovery is a disruption as a page or a report reads it.
type Recovery struct {
	*domain.Disruption
	Org *domain.Organisation
	Now time.Time
}

// RecoveryByToken reads a disruption for its board. A token that opens none, or whose disruption has been closed for so long, is
// domain.ErrNotFound.
func (db *DB) RecoveryByToken(ctx context.Context, token string) (Recovery, error) {
	r, err := db.recovery(ctx, `d.token = $1`, token)
	if err == nil && !r.ClosedAt.IsZero() && r.Now.Sub(r.ClosedAt) > domain.RecoveryLinkValid {
		return Recovery{}, domain.ErrNotFound
	}
	return r, err
}

// RecoveryByCode reads the newest disruption of a code. One that does not exist is domain.ErrNotFound.
func (db *DB) RecoveryByCode(ctx context.Context, code domain.Code) (Recovery, error) {
	return db.recovery(ctx, `d.code = $1`, string(code))
}

func (db *DB) recovery(ctx context.Context, where string, arg any) (r Recovery, err error) {
	r.Disruption, err = scanDisruption(db.Pool.QueryRow(ctx, `SELECT `+disruptionColumns+` FROM disruptions d WHERE `+where+` ORDER BY d.id DESC LIMIT 1`, arg))
	if errors.Is(err, pgx.ErrNoRows) {
		return r, domain.ErrNotFound
	}
	if err != nil {
		return r, fmt.Errorf("disruption: %w", err)
	}
	if r.Org, err = db.Organisation(ctx); err != nil {
		return r, err
	}
	r.Now, err = db.BusinessTime(ctx)
	return r, err
}

// Disruptions lists disruptions, the newest first, at most so many.
func (db *DB) Disruptions(ctx context.Context, most int) ([]*domain.Disruption, error) {
	rows, err := db.Pool.Query(ctx, `SELECT `+disruptionColumns+` FROM disruptions d ORDER BY d.id DESC LIMIT $1`, most)
	if err != nil {
		return nil, fmt.Errorf("disruptions: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (*domain.Disruption, error) { return scanDisruption(row) })
}
