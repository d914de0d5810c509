package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// An Upcoming is the next thing that happens by itself.
type Upcoming struct {
	At      time.Time
	Command string      // the stored command that runs then; empty: a waiting message goes out
	Code    domain.Code // of the record it concerns; empty: none
}

// notPutBack leaves out messages whose provider asked to wait: they go out by themselves, by the wall's clock.
const notPutBack = `(lease_until IS NULL OR lease_until <= clock_timestamp())`

// Upcoming returns the next timer or waiting message. ok is false when nothing waits.
func (db *DB) Upcoming(ctx context.Context) (u Upcoming, ok bool, err error) {
	err = db.Pool.QueryRow(ctx, `
		SELECT next.at, next.command, coalesce(r.code, '') FROM (
			(SELECT due_at AS at, command, subject FROM timers WHERE NOT dead ORDER BY due_at, id LIMIT 1)
			UNION ALL
			(SELECT not_before, '', subject FROM outbox WHERE state = 'pending' AND `+notPutBack+` ORDER BY not_before, id LIMIT 1)) next
		LEFT JOIN records r ON next.subject = 'r' || r.id
		ORDER BY next.at LIMIT 1`).Scan(&u.At, &u.Command, &u.Code)
	if errors.Is(err, pgx.ErrNoRows) {
		return Upcoming{}, false, nil
	}
	if err != nil {
		return Upcoming{}, false, fmt.Errorf("upcoming: %w", err)
	}
	return u, true, nil
}

// NextTimer returns when the next timer falls due, whatever messages wait. ok is false when there is none.
func (db *DB) NextTimer(ctx context.Context) (at time.Time, ok bool, err error) {
	var t *time.Time
	if err := db.Pool.QueryRow(ctx, `SELECT min(due_at) FROM timers WHERE NOT dead`).Scan(&t); err != nil || t == nil {
		return time.Time{}, false, err
	}
	return *t, true, nil
}

// Unsent counts the messages that are due at the time or under way, without those whose provider asked to wait.
func (db *DB) Unsent(ctx context.Context, at time.Time) (n int, err error) {
	err = db.Pool.QueryRow(ctx, `SELECT count(*) FROM outbox WHERE state = 'sending' OR state = 'pending' AND not_before <= $1 AND `+notPutBack, at).Scan(&n)
	return n, err
}

// OfferAgain lets messages due at the time be handed out at once, although a worker was told of them a moment ago or their provider
// asked to wait: for a clock that jumps, and a provider known to be well again.
func (db *DB) OfferAgain(ctx context.Context, at time.Time) error {
	_, err := db.Pool.Exec(ctx, `UPDATE outbox SET offered_at = NULL, lease_until = NULL WHERE state = 'pending' AND not_before <= $1`, at)
	db.Wake()
	return err
}
