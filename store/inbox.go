package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// A Caller is who an inbound message came from, with what the turn needs to know at once.
type Caller struct {
	domain.Address
	Channel   domain.Channel
	Person    *domain.Person // nil: unknown
	HideUntil time.Time
	Passive   int // automatic answers since the last message we understood
	Language  string
	Sessions  []Session // the last asked first
}

// Receive takes in one inbound message, exactly once for ever: fresh is false when it was handled before. It locks the address and its
// person, so that one person's turns are serial, and opens the conversations that wait.
func (tx *Tx) Receive(ctx context.Context, provider, externalID, foundBy string, channel domain.Channel, address string) (c Caller, fresh bool, err error) {
	at := time.Now().UTC()
	tx.one(&fresh, `
		INSERT INTO inbox (provider, external_id, received_at, handled, found_by) VALUES ($1, $2, $3, true, $4)
		ON CONFLICT (provider, external_id) DO UPDATE SET handled = true, sealed = NULL, sender = NULL, error = '' WHERE NOT inbox.handled RETURNING true`,
		[]any{provider, externalID, at, foundBy}, new(bool))
	if c, err = tx.Caller(ctx, channel, address); err == nil && !fresh {
		tx.returnReserved()
	}
	return c, fresh, err
}

// callerColumns are what is read of an address, under the locks on it and on its person. A function that gives nothing is not null.
const callerColumns = `id, coalesce(person_id, 0), value, verified_at IS NOT NULL, stopped_at IS NOT NULL, dead_at IS NOT NULL, hide_until, passive_replies, language,
	pg_advisory_xact_lock(7, person_id::int) IS NULL`

// Caller locks an address, making it known when it is new, and its person.
func (tx *Tx) Caller(ctx context.Context, channel domain.Channel, address string) (Caller, error) {
	c, found, err := tx.meet(ctx, channel, address, `SELECT `+callerColumns+` FROM addresses WHERE channel = $1 AND value = $2 FOR NO KEY UPDATE`)
	if err == nil && !found {
		c, _, err = tx.meet(ctx, channel, address, `
			INSERT INTO addresses (channel, value) VALUES ($1, $2)
			ON CONFLICT ON CONSTRAINT addresses_value DO UPDATE SET value = EXCLUDED.value RETURNING `+callerColumns)
	}
	return c, err
}

// meet reads an address with what waits for it.
func (tx *Tx) meet(ctx context.Context, channel domain.Channel, address, sql string) (c Caller, found bool, err error) {
	c.Channel = channel
	var person domain.PersonID
	var hide *time.Time
	var version int64
	tx.one(&found, sql, []any{channel, address}, &c.ID, &person, &c.Value, &c.Verified, &c.Stopped, &c.Dead, &hide, &c.Passive, &c.Language, new(bool))
	tx.lookClock(&version)
	if !tx.brief {
		tx.readSessions(channel, address, tx.businessNow(), &c.Sessions)
	}
	if err := tx.flush(ctx); err != nil || !found {
		return c, false, err
	}
	if err := tx.settle(ctx, version); err != nil {
		return c, true, err
	}
	if hide != nil {
		c.HideUntil = *hide
	}
	tx.caller = replyTo{Address: c.ID, Channel: channel, Person: person}
	if p := tx.org.People[person]; p != nil && p.Active {
		c.Person = p
	}
	return c, true, nil
}

// businessNow is the business clock before the transaction has read its own; only expiry of conversations looks at it.
func (tx *Tx) businessNow() time.Time {
	if tx.db.Now != nil {
		return tx.db.Now()
	}
	return time.Now()
}

// Handled tells which of a provider's messages were taken in already: whoever lists what the provider holds asks here first.
func (db *DB) Handled(ctx context.Context, provider string, ids []string) (map[string]bool, error) {
	return db.inbound(ctx, `SELECT external_id FROM inbox WHERE provider = $1 AND external_id = ANY($2) AND handled`, provider, ids)
}

// Taken tells which messages of a provider we hold: handled, or sealed until they are.
func (db *DB) Taken(ctx context.Context, provider string, ids []string) (map[string]bool, error) {
	return db.inbound(ctx, `SELECT external_id FROM inbox WHERE provider = $1 AND external_id = ANY($2)`, provider, ids)
}

func (db *DB) inbound(ctx context.Context, sql, provider string, ids []string) (map[string]bool, error) {
	rows, err := db.Pool.Query(ctx, sql, provider, ids)
	if err != nil {
		return nil, fmt.Errorf("known messages: %w", err)
	}
	known := map[string]bool{}
	var id string
	if _, err := pgx.ForEachRow(rows, []any{&id}, func() error { known[id] = true; return nil }); err != nil {
		return nil, fmt.Errorf("known messages: %w", err)
	}
	return known, nil
}

// KeepFailed keeps an inbound message whose turn failed, sealed, so that it can be tried again, for as long as the settings say, and marked
// so that its sender can have it burnt. reason must quote nobody: see Cause.
func (db *DB) KeepFailed(ctx context.Context, provider, externalID string, channel domain.Channel, from string, body []byte, reason string) error {
	sealed, err := db.Keys.Seal(body, inboxPlace(provider, externalID))
	if err != nil {
		return err
	}
	_, err = db.Pool.Exec(ctx, `
		INSERT INTO inbox (provider, external_id, received_at, handled, failures, error, sealed, sender) VALUES ($1, $2, clock_timestamp(), false, 1, $3, $4, $5)
		ON CONFLICT (provider, external_id) DO UPDATE SET failures = inbox.failures + 1, error = EXCLUDED.error, sealed = coalesce(inbox.sealed, EXCLUDED.sealed), sender = EXCLUDED.sender
		WHERE NOT inbox.handled`,
		provider, externalID, reason, sealed, db.senderPrint(channel, from))
	return err
}

// BurnFailed deletes what is kept of an address's messages whose turn failed. That they came stays known, so that no poller brings them back.
func (tx *Tx) BurnFailed(channel domain.Channel, from string) {
	tx.queue(`UPDATE inbox SET handled = true, sealed = NULL, sender = NULL, error = '' WHERE sender = $1`, tx.db.senderPrint(channel, from))
}

func inboxPlace(provider, externalID string) []byte {
	return []byte("inbox:" + provider + ":" + externalID)
}

// inboundTries is after how many failures an inbound message waits for an operator.
const inboundTries = 5

// FailedInbound returns the bodies of messages whose turn failed and may be tried again, oldest first, at most limit: one that failed once
// is a minute old, one that failed twice four minutes, then 16 and 64. One that an operator wants tried again is returned at once.
func (db *DB) FailedInbound(ctx context.Context, limit int) ([][]byte, error) {
	rows, err := db.Pool.Query(ctx, `
		SELECT provider, external_id, sealed FROM inbox
		WHERE NOT handled AND sealed IS NOT NULL AND failures < $2
		  AND (failures = 0 OR received_at < clock_timestamp() - interval '1 minute' * power(4, failures - 1))
		ORDER BY received_at LIMIT $1`, limit, inboundTries)
	if err != nil {
		return nil, fmt.Errorf("failed inbound: %w", err)
	}
	var bodies [][]byte
	var provider, external string
	var sealed []byte
	_, err = pgx.ForEachRow(rows, []any{&provider, &external, &sealed}, func() error {
		body, err := db.Keys.Open(sealed, inboxPlace(provider, external))
		if err != nil {
			db.log.Error("a failed message does not open: its key is gone", "provider", provider, "inbound", external)
			return nil // it stays among the dead letters
		}
		bodies = append(bodies, body)
		return nil
	})
	return bodies, err
}

// SetPassive counts the automatic answers to an address since its last message that we understood.
func (tx *Tx) SetPassive(id domain.AddressID, n int) {
	tx.queue(`UPDATE addresses SET passive_replies = $2 WHERE id = $1`, id, n)
}

// SetHide hides the reports that come from an address until a time; zero ends it.
func (tx *Tx) SetHide(id domain.AddressID, until time.Time) {
	tx.queue(`UPDATE addresses SET hide_until = $2 WHERE id = $1`, id, maybe(until))
}

// SetLanguage stores the language of an address and of the person behind it.
func (tx *Tx) SetLanguage(id domain.AddressID, lang string) {
	tx.queue(`UPDATE addresses SET language = $2 WHERE id = $1`, id, lang)
	tx.queue(`UPDATE people SET language = $2 WHERE id = (SELECT person_id FROM addresses WHERE id = $1)`, id, lang)
	tx.touchOrganisation()
}

// Stop records an opt-out, before anything else can be sent: what is queued for the address is withdrawn. The one lawful confirmation, if
// it was queued before, still goes out: it is the last.
func (tx *Tx) Stop(id domain.AddressID) {
	tx.queue(`UPDATE addresses SET stopped_at = $2 WHERE id = $1 AND stopped_at IS NULL`, id, tx.now)
	tx.queue(`UPDATE outbox SET state = 'withdrawn', error_code = 'opted_out' WHERE address_id = $1 AND state = 'pending' AND key <> 'say.stopped'`, id)
	tx.touchOrganisation()
}

// Start ends an opt-out.
func (tx *Tx) Start(id domain.AddressID) {
	tx.queue(`UPDATE addresses SET stopped_at = NULL WHERE id = $1`, id)
	tx.touchOrganisation()
}

// Verify marks an address as held by its person, for good.
func (tx *Tx) Verify(id domain.AddressID) {
	tx.queue(`UPDATE addresses SET verified_at = $2 WHERE id = $1 AND verified_at IS NULL`, id, tx.now)
	tx.touchOrganisation()
}
