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

// A Muster is a roll-call with everybody's places, as a page or a report reads it.
type Muster struct {
	*domain.RollCall
	Org   *domain.Organisation
	Now   time.Time
	Seats []domain.Seat
}

// MusterByToken reads a roll-call for its board. A token that opens none is domain.ErrNotFound.
func (db *DB) MusterByToken(ctx context.Context, token string) (Muster, error) {
	return db.muster(ctx, `c.token = $1 AND c.state <> 'dropped'`, token)
}

// MusterByCode reads the newest roll-call of a code. One that does not exist is domain.ErrNotFound.
func (db *DB) MusterByCode(ctx context.Context, code domain.Code) (Muster, error) {
	return db.muster(ctx, `c.code = $1`, string(code))
}

func (db *DB) muster(ctx context.Context, where string, arg any) (m Muster, err error) {
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
	if m.Now, err = db.BusinessTime(ctx); err != nil {
		return m, err
	}
	rows, err := db.Pool.Query(ctx, `SELECT `+seatColumns+` FROM rollcall_seats s WHERE s.rollcall_id = $1 ORDER BY s.person_id`, m.ID)
	if err != nil {
		return m, fmt.Errorf("roll-call: %w", err)
	}
	m.Seats, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (domain.Seat, error) { return scanSeat(row) })
	return m, err
}

// RollCalls lists roll-calls, the newest first, at most so many.
func (db *DB) RollCalls(ctx context.Context, most int) ([]*domain.RollCall, error) {
	rows, err := db.Pool.Query(ctx, `SELECT `+rollCallColumns+` FROM rollcalls c ORDER BY c.id DESC LIMIT $1`, most)
	if err != nil {
		return nil, fmt.Errorf("roll-calls: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (*domain.RollCall, error) { return scanRollCall(row) })
}

// CallNotes lists what was written about a roll-call, in order, opened.
func (db *DB) CallNotes(ctx context.Context, call int64) ([]domain.CallNote, error) {
	rows, err := db.Pool.Query(ctx, `SELECT coalesce(person_id, 0), action, at, sealed FROM rollcall_notes WHERE rollcall_id = $1 ORDER BY id`, call)
	if err != nil {
		return nil, fmt.Errorf("roll-call notes: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (domain.CallNote, error) {
		n := domain.CallNote{Call: call}
		var sealed []byte
		if err := row.Scan(&n.Person, &n.Action, &n.At, &sealed); err != nil {
			return n, err
		}
		n.At = n.At.UTC()
		text, err := db.Keys.Open(sealed, callNotePlace(call))
		n.Text = string(text)
		return n, err
	})
}

// A CallStep is one thing that happened to a roll-call or a disruption, as the audit has it.
type CallStep struct {
	At   time.Time
	Name string
	Data map[string]string
}

// CallSteps lists what happened to a roll-call, in order, without its answers. It reads the audit of its days.
func (db *DB) CallSteps(ctx context.Context, r *domain.RollCall) ([]CallStep, error) {
	return db.steps(ctx, "rollcall", r.ID, r.PlannedAt)
}

// RecoverySteps lists what happened to a disruption, in order.
func (db *DB) RecoverySteps(ctx context.Context, d *domain.Disruption) ([]CallStep, error) {
	return db.steps(ctx, "disruption", d.ID, d.StartedAt)
}

// steps lists the lines of the audit whose data name a matter, from its beginning on, without answers.
func (db *DB) steps(ctx context.Context, what string, id int64, from time.Time) ([]CallStep, error) {
	rows, err := db.Pool.Query(ctx, `
		SELECT at, name, data FROM events
		WHERE at >= $2::timestamptz AND at < $2::timestamptz + interval '90 days' AND name NOT LIKE '%answered' AND data->>$3 = $1 ORDER BY id`,
		fmt.Sprint(id), from, what)
	if err != nil {
		return nil, fmt.Errorf("steps of a %s: %w", what, err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (CallStep, error) {
		var s CallStep
		var data []byte
		if err := row.Scan(&s.At, &s.Name, &data); err != nil {
			return s, err
		}
		s.At = s.At.UTC()
		return s, json.Unmarshal(data, &s.Data)
	})
}
