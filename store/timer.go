package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// timerTries is after how many failures a timer becomes a dead letter.
const timerTries = 5

// Fire runs the timers that are due, oldest first, each in a transaction of its own, and returns how many fired. A failing one is put
// off and holds up nobody.
func (db *DB) Fire(ctx context.Context) (fired int, err error) {
	now, err := db.BusinessTime(ctx)
	if err != nil {
		return 0, err
	}
	rows, err := db.Pool.Query(ctx, `SELECT subject, name FROM timers WHERE due_at <= $1 AND NOT dead ORDER BY due_at, id LIMIT 500`, now)
	if err != nil {
		return 0, fmt.Errorf("fire: %w", err)
	}
	keys, err := pgx.CollectRows(rows, pgx.RowToStructByPos[domain.TimerKey])
	if err != nil {
		return 0, fmt.Errorf("fire: %w", err)
	}
	for _, key := range keys {
		done, err := db.fireOne(ctx, key, now)
		if err != nil {
			if Away(err) {
				return fired, err
			}
			if err := db.timerFailed(ctx, key, now, err); err != nil {
				return fired, err
			}
			continue
		}
		if done {
			fired++
		}
	}
	return fired, nil
}

// fireOne looks at the timer again under its lock: a twin may have fired it, or a decision cleared it. The record or task is locked first,
// as everywhere, so the timer's command is read once without a lock and then again with it.
func (db *DB) fireOne(ctx context.Context, key domain.TimerKey, now time.Time) (done bool, err error) {
	err = db.InTx(ctx, func(tx *Tx) error {
		var name string
		var args []byte
		var found bool
		tx.one(&found, `SELECT command, args FROM timers WHERE subject = $1 AND name = $2 AND due_at <= $3 AND NOT dead`, []any{key.Subject, key.Name, now}, &name, &args)
		if err := tx.flush(ctx); err != nil || !found {
			return err
		}
		cmd, err := domain.Decode(name, args)
		if err != nil {
			return err
		}
		if r := cmd.Needs().Record; r != 0 {
			tx.queue(`SELECT 1 FROM records WHERE id = $1 FOR UPDATE`, r)
		}
		if t := cmd.Needs().Tasks.ID; t != 0 {
			tx.queue(`SELECT 1 FROM tasks WHERE id = $1 FOR UPDATE`, int64(t))
		}
		if v := cmd.Needs().Life; v != 0 {
			tx.lockLife(v)
		}
		if q := cmd.Needs().RollCall; q.Lock {
			tx.lockRollCall(q)
		}
		tx.lockRun(cmd.Needs().Run)
		if q := cmd.Needs().Disruption; q.ID != 0 {
			tx.lockDisruption(q.ID)
		}
		found = false
		tx.one(&found, `SELECT 1 FROM timers WHERE subject = $1 AND name = $2 AND due_at <= $3 AND command = $4 AND args::text = $5 FOR UPDATE SKIP LOCKED`,
			[]any{key.Subject, key.Name, now, name, string(args)}, new(int))
		if err := tx.flush(ctx); err != nil || !found {
			return err
		}
		tx.queue(`DELETE FROM timers WHERE subject = $1 AND name = $2`, key.Subject, key.Name)
		_, err = tx.Do(ctx, domain.Clockwork, cmd)
		if errors.Is(err, domain.ErrNotFound) || errors.Is(err, domain.ErrConflict) || errors.Is(err, domain.ErrForbidden) {
			err = nil // the world moved on: the reminder is moot
		}
		done = err == nil
		return err
	})
	return done, err
}

// timerFailed puts a failing timer off, longer each time, and at last among the dead letters.
func (db *DB) timerFailed(ctx context.Context, key domain.TimerKey, now time.Time, cause error) error {
	db.log.Error("timer failed", "subject", key.Subject, "timer", key.Name, "error_kind", fmt.Sprintf("%T", cause))
	_, err := db.Pool.Exec(ctx, `
		UPDATE timers SET failures = failures + 1, error = $3, due_at = $2::timestamptz + (interval '1 minute' * power(2, least(failures, 6))), dead = failures + 1 >= $5
		WHERE subject = $1 AND name = $4`, key.Subject, now, Cause(cause), key.Name, timerTries)
	return err
}

// NextDue returns when the next timer or waiting message falls due. ok is false when nothing waits.
func (db *DB) NextDue(ctx context.Context) (at time.Time, ok bool, err error) {
	var t *time.Time
	err = db.Pool.QueryRow(ctx, `
		SELECT least((SELECT min(due_at) FROM timers WHERE NOT dead), (SELECT min(not_before) FROM outbox WHERE state = 'pending'))`).Scan(&t)
	if err != nil || t == nil {
		return time.Time{}, false, err
	}
	return *t, true, nil
}
