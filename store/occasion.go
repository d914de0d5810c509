package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// An occasion is a roll-call, a run of a playbook, or a disruption. What its report is made of is read alike: what happened, from the audit, and what people
// wrote, opened.

// A HappenedStep is one thing that happened in an occasion, as the audit has it.
type HappenedStep struct {
	At   time.Time
	Name string
	Data map[string]string
}

// CallSteps lists what happened to a roll-call, in order, without its answers.
func (db *DB) CallSteps(ctx context.Context, r *domain.RollCall) ([]HappenedStep, error) {
	return db.happened(ctx, "rollcall", r.ID, r.PlannedAt)
}

// RunSteps lists what happened to a run of a playbook, in order, without answers at the table.
func (db *DB) RunSteps(ctx context.Context, r *domain.Run) ([]HappenedStep, error) {
	return db.happened(ctx, "run", r.ID, r.PlannedAt)
}

// RecoverySteps lists what happened to a disruption, in order.
func (db *DB) RecoverySteps(ctx context.Context, d *domain.Disruption) ([]HappenedStep, error) {
	return db.happened(ctx, "disruption", d.ID, d.StartedAt)
}

// happened reads the audit of an occasion's days.
func (db *DB) happened(ctx context.Context, kind string, id int64, since time.Time) ([]HappenedStep, error) {
	rows, err := db.Pool.Query(ctx, `
		SELECT at, name, data FROM events
		WHERE at >= $2::timestamptz AND at < $2::timestamptz + interval '90 days' AND name NOT LIKE '%answered' AND data->>($3::text) = $1 ORDER BY id`,
		fmt.Sprint(id), since, kind)
	if err != nil {
		return nil, fmt.Errorf("%s steps: %w", kind, err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (HappenedStep, error) {
		var s HappenedStep
		var data []byte
		if err := row.Scan(&s.At, &s.Name, &data); err != nil {
			return s, err
		}
		s.At = s.At.UTC()
		return s, json.Unmarshal(data, &s.Data)
	})
}

// A WrittenNote is what somebody wrote about an occasion, opened.
type WrittenNote struct {
	Person domain.PersonID
	Action bool // something to be done; else a word of the log or the debrief
	At     time.Time
	Text   string
}

// CallNotes lists what was written about a roll-call, in order.
func (db *DB) CallNotes(ctx context.Context, call int64) ([]WrittenNote, error) {
	return db.written(ctx, `SELECT coalesce(person_id, 0), action, at, sealed FROM rollcall_notes WHERE rollcall_id = $1 ORDER BY id`, call, callNotePlace(call))
}

// RunNotes lists what was written about a run of a playbook, in order.
func (db *DB) RunNotes(ctx context.Context, run int64) ([]WrittenNote, error) {
	return db.written(ctx, `SELECT coalesce(person_id, 0), action, at, sealed FROM run_notes WHERE run_id = $1 ORDER BY id`, run, runNotePlace(run))
}

func (db *DB) written(ctx context.Context, query string, id int64, place []byte) ([]WrittenNote, error) {
	rows, err := db.Pool.Query(ctx, query, id)
	if err != nil {
		return nil, fmt.Errorf("notes: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (WrittenNote, error) {
		var n WrittenNote
		var sealed []byte
		if err := row.Scan(&n.Person, &n.Action, &n.At, &sealed); err != nil {
			return n, err
		}
		n.At = n.At.UTC()
		text, err := db.Keys.Open(sealed, place)
		n.Text = string(text)
		return n, err
	})
}

// RunAnswers lists all answers given in a run, in order.
func (db *DB) RunAnswers(ctx context.Context, run int64) ([]domain.RunAnswer, error) {
	rows, err := db.Pool.Query(ctx, runAnswers, run)
	if err != nil {
		return nil, fmt.Errorf("run answers: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (domain.RunAnswer, error) { return scanRunAnswer(row) })
}
