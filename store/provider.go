package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// Why a message waits, as its row says: its provider is switched off, and another channel is to be looked for; there is none at present; it
// has taken another one.
const (
	heldOff   = "off"
	heldWaits = "off_waits"
	heldMoved = "off_moved"
)

// holdAtLeast is how long a message is put off when its provider should be on by now: the timer that switches it on is due.
const holdAtLeast = 5 * time.Second

// readSwitches adds the providers that are switched off.
func readSwitches(ctx context.Context, tx pgx.Tx, o *domain.Organisation) error {
	rows, err := tx.Query(ctx, `SELECT channel, off_at, until, coalesce(off_by, 0), why FROM provider_switches WHERE on_at IS NULL`)
	if err != nil {
		return err
	}
	off, err := pgx.CollectRows(rows, pgx.RowToStructByPos[domain.SwitchOff])
	if err != nil {
		return err
	}
	o.Off = map[domain.Channel]domain.SwitchOff{}
	for _, s := range off {
		o.Off[s.Channel] = s
	}
	return nil
}

// saveSwitchEntry queues a switch of a provider.
func (tx *Tx) saveSwitchEntry(e domain.Entry) bool {
	switch e := e.(type) {
	case domain.SwitchedOff:
		tx.queue(`
			INSERT INTO provider_switches (channel, off_at, until, off_by, why) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (channel) WHERE on_at IS NULL DO UPDATE SET until = EXCLUDED.until, off_by = EXCLUDED.off_by, why = EXCLUDED.why`,
			e.Channel, e.At, e.Until, nullable(e.By), e.Why)
		tx.queue(`UPDATE outbox SET not_before = $2 WHERE channel = $1 AND state = 'pending' AND error_code IN ('`+heldOff+`', '`+heldWaits+`')`, e.Channel, e.Until)
		tx.queue(`DELETE FROM marks WHERE name = $1`, alarmMark+string(e.Channel)) // it does not work again
		tx.touchOrganisation()
		return true
	case domain.SwitchedOn:
		tx.queue(`UPDATE provider_switches SET on_at = $2, on_by = $3 WHERE channel = $1 AND on_at IS NULL`, e.Channel, tx.now, e.By)
		tx.touchOrganisation()
		tx.letOut(e.Channel)
		return true
	}
	return false
}

// letOut lets the messages go that waited for a provider. Of what was asked again and again only the last goes out, and what asks for a
// roll-call's answer not after its time; routine texts wait for the end of quiet hours. Messages of other channels look for another way anew.
func (tx *Tx) letOut(ch domain.Channel) {
	const waits = `state = 'pending' AND error_code IN ('` + heldOff + `', '` + heldWaits + `')`
	tx.queue(`
		UPDATE outbox o SET state = 'withdrawn' WHERE `+waits+` AND channel = $1 AND op = 'send' AND (
		  (topic = 'escalation' OR topic LIKE 'ask/%') AND EXISTS (
		     SELECT 1 FROM outbox n WHERE n.subject = o.subject AND n.topic = o.topic AND n.address_id = o.address_id AND n.op = 'send' AND n.state = 'pending' AND n.id > o.id)
		  OR topic LIKE 'ask/%' AND valid_seconds > 0 AND created_at + valid_seconds * interval '1 second' < $2)`, ch, tx.now)
	if ch == domain.SMS {
		zones := map[string]time.Time{"": tx.org.Quiet.After(tx.now, tx.org.Zone)}
		for _, p := range tx.org.People {
			if p.Zone != nil {
				zones[p.Zone.String()] = tx.org.Quiet.After(tx.now, p.Zone)
			}
		}
		for zone, at := range zones {
			tx.queue(`
				UPDATE outbox SET not_before = $3, error_code = '' WHERE `+waits+` AND channel = $1 AND urgency = 0
				AND coalesce((SELECT p.zone FROM people p WHERE p.id = outbox.person_id), '') = $2`, ch, zone, at)
		}
	}
	tx.queue(`UPDATE outbox SET not_before = $2, error_code = '', offered_at = NULL WHERE `+waits+` AND channel = $1`, ch, tx.now)
	tx.queue(`UPDATE outbox SET error_code = '` + heldOff + `' WHERE state = 'pending' AND error_code = '` + heldWaits + `'`)
	tx.wake = true
}

// hold puts a message off whose provider is switched off. The claim that did not get it says so, whoever queued it and whenever: this is the
// one place that keeps a switched provider silent.
func (tx *Tx) hold(id int64, now time.Time) {
	for _, s := range tx.org.Off {
		until := s.Until
		if least := now.Add(holdAtLeast); until.Before(least) {
			until = least
		}
		tx.queue(`UPDATE outbox SET not_before = $3, error_code = '`+heldOff+`', offered_at = NULL WHERE id = $1 AND channel = $2 AND state = 'pending' AND op <> 'cancel' AND not_before <= $4`,
			id, s.Channel, until, now)
	}
}

// silent lists the channels that are switched off, for a claim.
func silent(o *domain.Organisation) []string {
	off := []string{}
	for ch := range o.Off {
		off = append(off, string(ch))
	}
	return off
}

// Held lists messages to people that wait for a provider and have not been looked at for another way, at most limit.
func (db *DB) Held(ctx context.Context, limit int) ([]Delivery, error) {
	rows, err := db.Pool.Query(ctx, `
		SELECT id, subject, topic, person_id, channel, urgency FROM outbox
		WHERE state = 'pending' AND error_code = $1 AND op = 'send' AND person_id IS NOT NULL ORDER BY urgency DESC, id LIMIT $2`, heldOff, limit)
	if err != nil {
		return nil, fmt.Errorf("held: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (d Delivery, err error) {
		return d, row.Scan(&d.ID, &d.Subject, &d.Topic, &d.Person, &d.Channel, &d.Urgency)
	})
}

// Waiting counts the messages that wait for each provider that is switched off.
func (db *DB) Waiting(ctx context.Context) (map[domain.Channel]int, error) {
	rows, err := db.Pool.Query(ctx, `SELECT channel, count(*) FROM outbox WHERE state = 'pending' AND error_code IN ($1, $2) GROUP BY channel`, heldOff, heldWaits)
	if err != nil {
		return nil, fmt.Errorf("waiting: %w", err)
	}
	waiting := map[domain.Channel]int{}
	var ch domain.Channel
	var n int
	_, err = pgx.ForEachRow(rows, []any{&ch, &n}, func() error { waiting[ch] = n; return nil })
	return waiting, err
}

// LeaveWaiting notes that a message has no other way at present.
func (db *DB) LeaveWaiting(ctx context.Context, d Delivery) error {
	_, err := db.Pool.Exec(ctx, `UPDATE outbox SET error_code = $2 WHERE id = $1 AND state = 'pending' AND error_code = $3`, d.ID, heldWaits, heldOff)
	return err
}

// TakeOtherWay sends a waiting message by the channel that domain.OtherWay names, in place of its own, with the question it asks; or leaves it
// waiting: without another way, or when the same words have gone that way already.
func (db *DB) TakeOtherWay(ctx context.Context, d Delivery) error {
	return db.InTx(ctx, func(tx *Tx) error {
		now, org, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		other, to, ok := org.OtherWay(org.People[d.Person], d.Channel, d.Topic)
		if !ok {
			tx.queue(`UPDATE outbox SET error_code = $2 WHERE id = $1 AND state = 'pending' AND error_code = $3`, d.ID, heldWaits, heldOff)
			return nil
		}
		row, address, created, err := tx.heldRow(ctx, d.ID)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil // settled, or let out, meanwhile
		}
		if err != nil {
			return err
		}
		base := strings.TrimSuffix(row.dedupe, "/"+string(d.Channel))
		row.dedupe = base + "/" + string(other)
		gone := false
		tx.one(&gone, `SELECT 1 FROM outbox WHERE dedupe = $1`, []any{row.dedupe}, new(int))
		if err := tx.flush(ctx); err != nil {
			return err
		}
		if gone {
			tx.queue(`UPDATE outbox SET error_code = $2 WHERE id = $1 AND state = 'pending'`, d.ID, heldWaits)
			return nil
		}
		tx.insertOutbox(row, other, d.Person, to.ID)
		tx.post()
		tx.queue(`
			INSERT INTO sessions (address_id, key, flow, sealed, asked_at, expires_at) SELECT $1, key, flow, sealed, $4, expires_at FROM sessions WHERE address_id = $2 AND asked_at = $3
			ON CONFLICT ON CONSTRAINT sessions_key DO NOTHING`, to.ID, address, created, now)
		tx.queue(`UPDATE outbox SET state = 'withdrawn', error_code = $2 WHERE id = $1`, d.ID, heldMoved)
		return nil
	})
}

// heldRow reads a waiting message as it would be queued, under its lock, with its address and the time it was queued.
func (tx *Tx) heldRow(ctx context.Context, id int64) (row outboxRow, address domain.AddressID, created time.Time, err error) {
	var seconds int
	n := &row.notice
	err = tx.conn.QueryRow(ctx, `
		SELECT dedupe, subject, topic, key, urgency, class, sealed, replies, valid_seconds, coalesce(address_id, 0), created_at FROM outbox
		WHERE id = $1 AND state = 'pending' AND error_code = $2 FOR UPDATE`, id, heldOff).
		Scan(&row.dedupe, &n.Subject, &n.Topic, &n.Key, &n.Urgency, &n.Class, &row.sealed, &row.replies, &seconds, &address, &created)
	n.Expires = time.Duration(seconds) * time.Second
	return row, address, created, err
}

// A Switch is one entry of the history of providers that were switched off.
type Switch struct {
	domain.SwitchOff
	OnAt time.Time // zero: off now
	OnBy string    // a handle
}

// Switches lists the last switches, the newest first.
func (db *DB) Switches(ctx context.Context, limit int) ([]Switch, error) {
	rows, err := db.Pool.Query(ctx, `SELECT channel, off_at, until, coalesce(off_by, 0), why, on_at, on_by FROM provider_switches ORDER BY id DESC LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("switches: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s Switch, err error) {
		var on *time.Time
		if err = row.Scan(&s.Channel, &s.At, &s.Until, &s.By, &s.Why, &on, &s.OnBy); on != nil {
			s.OnAt = *on
		}
		return s, err
	})
}
