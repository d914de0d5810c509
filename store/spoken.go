package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// A Spoken message is what a telephone call says and which keys answer it.
type Spoken struct {
	Notice   int64
	Text     string
	Language string
	Replies  []domain.Reply
	Over     bool       // withdrawn or settled meanwhile: there is nothing to decide
	Mode     domain.Arg // of a roll-call: EXERCISE or LIVE, which comes first in all that is said; empty: of anything else
}

// Spoken finds the message of a call to a number. A row that is no call, or goes to another number, is domain.ErrNotFound.
func (db *DB) Spoken(ctx context.Context, id int64, to string) (Spoken, error) {
	s := Spoken{Notice: id}
	var sealed, replies, values []byte
	var key string
	err := db.Pool.QueryRow(ctx, `
		SELECT coalesce(o.rendered, ''), o.replies, o.key, o.sealed, coalesce(nullif(p.language, ''), nullif(a.language, ''), (SELECT language FROM organisation)), o.state = 'withdrawn' OR `+settled+`
		FROM outbox o JOIN addresses a ON a.id = o.address_id LEFT JOIN people p ON p.id = a.person_id
		WHERE o.id = $1 AND o.channel = 'voice' AND o.op = 'send' AND a.value = $2`, id, to).Scan(&sealed, &replies, &key, &values, &s.Language, &s.Over)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && len(sealed) == 0 {
		return s, domain.ErrNotFound
	}
	if err != nil {
		return s, fmt.Errorf("spoken message %d: %w", id, err)
	}
	text, err := db.Keys.Open(sealed, []byte("rendered"))
	if err != nil {
		return s, fmt.Errorf("spoken message %d: %w", id, err)
	}
	s.Text = string(text)
	var args domain.Args
	if err := db.openJSON(values, outboxPlace(key), &args); err != nil {
		return s, fmt.Errorf("spoken message %d: %w", id, err)
	}
	s.Mode = args[domain.ModeArg]
	s.Replies, err = decodeReplies(replies)
	return s, err
}
