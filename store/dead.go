package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// A DeadLetter is something that could not be done and waits for an operator: a message, a timer, or an inbound text whose turn failed.
// It holds no names, numbers or words of a person.
type DeadLetter struct {
	ID     string // o12: message, t7: timer, i:twilio/SM…: inbound
	At     time.Time
	What   string // catalogue key and channel, command, or provider
	Reason string
}

// DeadLetters lists what waits for an operator, oldest first.
func (db *DB) DeadLetters(ctx context.Context) ([]DeadLetter, error) {
	rows, err := db.Pool.Query(ctx, `
		SELECT 'o' || id, created_at, key || ' by ' || channel || ' about ' || subject, error_code FROM outbox WHERE state = 'dead'
		UNION ALL
		SELECT 't' || id, due_at, command || ' about ' || subject, error FROM timers WHERE dead
		UNION ALL
		SELECT 'i:' || provider || '/' || external_id, received_at, 'inbound by ' || provider, error FROM inbox WHERE NOT handled
		ORDER BY 2, 1`)
	if err != nil {
		return nil, fmt.Errorf("dead letters: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[DeadLetter])
}

// RetryDead queues one dead letter again. An inbound text is marked only: the bot runs its turn when it next looks, or the provider or
// its poller hands it in again. A letter that is not dead is domain.ErrNotFound.
func (db *DB) RetryDead(ctx context.Context, id string) error {
	return db.InTx(ctx, func(tx *Tx) error {
		now, _, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		var found bool
		switch number, kind := letterNumber(id); kind {
		case 'o':
			tx.one(&found, `
				UPDATE outbox SET state = 'pending', resends = 0, not_before = $2, offered_at = NULL, lease_until = NULL, error_code = ''
				WHERE id = $1 AND state = 'dead' RETURNING 1`, []any{number, now}, new(int))
			tx.wake = true
		case 't':
			tx.one(&found, `UPDATE timers SET dead = false, failures = 0, error = '', due_at = least(due_at, $2) WHERE id = $1 AND dead RETURNING 1`, []any{number, now}, new(int))
		case 'i':
			provider, external, _ := strings.Cut(strings.TrimPrefix(id, "i:"), "/")
			tx.one(&found, `UPDATE inbox SET failures = 0, error = 'to be tried again' WHERE provider = $1 AND external_id = $2 AND NOT handled RETURNING 1`, []any{provider, external}, new(int))
		}
		if err := tx.flush(ctx); err != nil {
			return fmt.Errorf("retry %s: %w", id, err)
		}
		if !found {
			return fmt.Errorf("retry %s: %w", id, domain.ErrNotFound)
		}
		tx.saveEvent(operator, domain.Event{Name: "dead_letter_retried", Data: map[string]string{"letter": id}})
		return nil
	})
}

// letterNumber splits "o12"; kind is 0 for what is no letter's id.
func letterNumber(id string) (number int64, kind byte) {
	if strings.HasPrefix(id, "i:") {
		return 0, 'i'
	}
	if len(id) < 2 || id[0] != 'o' && id[0] != 't' {
		return 0, 0
	}
	number, err := strconv.ParseInt(id[1:], 10, 64)
	if err != nil {
		return 0, 0
	}
	return number, id[0]
}

// OpensSealed tries the keys on the first and the last subject. tried is false when nothing is sealed yet.
func (db *DB) OpensSealed(ctx context.Context) (tried bool, err error) {
	rows, err := db.Pool.Query(ctx, `(SELECT subject, wrapped FROM subject_keys ORDER BY subject LIMIT 1) UNION (SELECT subject, wrapped FROM subject_keys ORDER BY subject DESC LIMIT 1)`)
	if err != nil {
		return false, fmt.Errorf("open a sealed row: %w", err)
	}
	type wrapped struct {
		Subject string
		Key     []byte
	}
	keys, err := pgx.CollectRows(rows, pgx.RowToStructByPos[wrapped])
	if err != nil {
		return false, fmt.Errorf("open a sealed row: %w", err)
	}
	for _, k := range keys {
		if _, err := db.Keys.OpenSubject(k.Subject, k.Key); err != nil {
			return true, fmt.Errorf("open the key of %s: %w", k.Subject, err)
		}
	}
	return len(keys) > 0, nil
}
