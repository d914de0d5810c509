package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// An Unsettled message was perhaps sent.
type Unsettled struct {
	Delivery
	Text    string // as it was about to be sent; empty: it never was
	Since   time.Time
	Age     time.Duration // since then, by the database's clock
	Resends int
}

// A Verdict is what the provider's list says of an unsettled message. The zero value says nothing: the list could not be asked.
type Verdict struct {
	Listed      bool   // the list answered
	ID, Channel string // of the message in the list; empty: it is not there
}

// Unsettled lists messages whose outcome is unknown, or whose worker died, older than age.
func (db *DB) Unsettled(ctx context.Context, age time.Duration) ([]Unsettled, error) {
	_, err := db.Pool.Exec(ctx, `UPDATE outbox SET state = 'unknown', error_code = 'lease' WHERE state = 'sending' AND lease_until < clock_timestamp()`)
	if err != nil {
		return nil, err
	}
	rows, err := db.Pool.Query(ctx, `
		SELECT o.id, o.attempt, o.op, o.subject, o.topic, o.channel, o.class, o.claimed_at, clock_timestamp() - o.claimed_at, o.resends, coalesce(o.rendered, ''),
		       coalesce(o.address_id, 0), coalesce(o.person_id, 0), coalesce(a.value, '')
		FROM outbox o LEFT JOIN addresses a ON a.id = o.address_id
		WHERE o.state = 'unknown' AND o.claimed_at < clock_timestamp() - $1::interval ORDER BY o.id LIMIT 200`, age)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Unsettled, error) {
		var u Unsettled
		var sealed []byte
		if err := row.Scan(&u.ID, &u.Attempt, &u.Op, &u.Subject, &u.Topic, &u.Channel, &u.Class, &u.Since, &u.Age, &u.Resends, &sealed, &u.Address, &u.Person, &u.To); err != nil {
			return u, err
		}
		if len(sealed) > 0 {
			text, err := db.Keys.Open(sealed, []byte("rendered"))
			if err != nil {
				return u, err
			}
			u.Text = string(text)
		}
		return u, nil
	})
}

// Whereto is where an unsettled message was sent. A hidden reporter's address comes out of its seal for this one look and is kept nowhere;
// it is empty when the way back was burnt.
func (db *DB) Whereto(ctx context.Context, u Unsettled) (address string, err error) {
	var id domain.RecordID
	if u.To != "" || u.Address != 0 || u.Person != 0 {
		return u.To, nil
	}
	if _, err := fmt.Sscanf(u.Subject, "r%d", &id); err != nil {
		return "", nil
	}
	err = db.InTx(ctx, func(tx *Tx) error {
		now, _, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		to, _, err := tx.replyChannel(ctx, id, now)
		if to.Channel == u.Channel {
			address = to.Value
		}
		return err
	})
	return address, err
}

// Resolve settles an unknown outcome: found at the provider, sent again, or given up. It is ErrConflict when the message found is
// another one of ours, with the same words.
func (db *DB) Resolve(ctx context.Context, u Unsettled, v Verdict) error {
	switch {
	case v.ID != "":
		_, err := db.Pool.Exec(ctx, `
			UPDATE outbox SET state = 'sent', sent_at = coalesce(sent_at, claimed_at), provider_id = $3, provider_channel = $4, error_code = ''
			WHERE id = $1 AND attempt = $2 AND state = 'unknown'`, u.ID, u.Attempt, v.ID, v.Channel)
		return named(err)
	case u.mayResend(v):
		_, err := db.Pool.Exec(ctx, `
			UPDATE outbox SET state = CASE WHEN `+settled+` THEN 'withdrawn' ELSE 'pending' END, resends = resends + 1, lease_until = NULL, offered_at = NULL
			WHERE id = $1 AND attempt = $2 AND state = 'unknown'`, u.ID, u.Attempt)
		db.Wake()
		return err
	default:
		_, err := db.Pool.Exec(ctx, `UPDATE outbox SET state = 'failed', error_code = 'unknown' WHERE id = $1 AND attempt = $2 AND state = 'unknown'`, u.ID, u.Attempt)
		return err
	}
}

// mayResend: what the list does not hold, what never left (no text was made) and an edit, which may be repeated without harm, go out
// again. In doubt, an escalation does and everything else does not.
func (u Unsettled) mayResend(v Verdict) bool {
	return u.Resends < MaxResends && (v.Listed || u.Class == domain.UntilCertain || u.Op == "edit" || u.Text == "")
}
