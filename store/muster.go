package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// A Muster is a roll-call with everybody's places, as a page or a report reads it.
type Muster struct {
	*domain.RollCall
	Org   *domain.Organisation
	Now   time.Time
	Seats []domain.Seat
}

// MusterByToken reads a roll-call for its board. A token that opens none, or that has had its time, is domain.ErrNotFound; of the latter the
// roll-call is returned all the same.
func (db *DB) MusterByToken(ctx context.Context, token string) (Muster, error) {
	m, err := db.muster(ctx, `c.token = $1 AND c.state <> 'dropped'`, token)
	if err == nil && m.BoardClosed(m.Now) {
		return m, domain.ErrNotFound
	}
	return m, err
}

// MusterByCode reads the newest roll-call of a code. One that does not exist is domain.ErrNotFound.
func (db *DB) MusterByCode(ctx context.Context, code domain.Code) (Muster, error) {
	return db.muster(ctx, `c.code = $1`, string(code))
}

func (db *DB) muster(ctx context.Context, where string, arg any) (m Muster, err error) {
	if m, err = db.musterOnly(ctx, where, arg); err == nil {
		m.Seats, err = db.seats(ctx, `s.rollcall_id = $1`, m.ID)
	}
	return m, err
}

// musterOnly reads a roll-call without anybody's place.
func (db *DB) musterOnly(ctx context.Context, where string, arg any) (m Muster, err error) {
	m.RollCall, err = scanRollCall(db.Pool.QueryRow(ctx, `SELECT `+rollCallColumns+` FROM rollcalls c WHERE `+where+` ORDER BY c.id DESC LIMIT 1`, arg))
	if errors.Is(err, pgx.ErrNoRows) {
		return m, domain.ErrNotFound
	}
	if err != nil {
		return m, fmt.Errorf("roll-call: %w", err)
	}
	if m.Org, err = db.Organisation(ctx); err != nil {
		return m, err
	}
	m.Now, err = db.BusinessTime(ctx)
	return m, err
}

func (db *DB) seats(ctx context.Context, where string, args ...any) ([]domain.Seat, error) {
	rows, err := db.Pool.Query(ctx, `SELECT `+seatColumns+` FROM rollcall_seats s WHERE `+where+` ORDER BY s.person_id`, args...)
	if err != nil {
		return nil, fmt.Errorf("roll-call: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (domain.Seat, error) { return scanSeat(row) })
}

// RollCalls lists roll-calls, the newest first, at most so many.
func (db *DB) RollCalls(ctx context.Context, most int) ([]*domain.RollCall, error) {
	rows, err := db.Pool.Query(ctx, `SELECT `+rollCallColumns+` FROM rollcalls c ORDER BY c.id DESC LIMIT $1`, most)
	if err != nil {
		return nil, fmt.Errorf("roll-calls: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (*domain.RollCall, error) { return scanRollCall(row) })
}
