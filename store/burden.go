package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// severalUrgent is true of a claimed urgent card o behind which others wait for the same phone at $3. All other messages cost nothing.
const severalUrgent = `
	CASE WHEN o.urgency = 2 AND o.channel = 'sms' AND o.topic = 'escalation' AND o.op = 'send' AND o.attempt = 1 THEN EXISTS (
		SELECT 1 FROM outbox e WHERE e.address_id = o.address_id AND e.id > o.id AND e.urgency = 2 AND e.channel = 'sms' AND e.topic = 'escalation' AND e.op = 'send'
		   AND e.state = 'pending' AND e.not_before <= $3) ELSE false END`

// dispatch lets a text go that was claimed in this transaction, puts it off, or has a bundle go in its place. ok is false when there is
// nothing to send now. See domain.Burden.
func (tx *Tx) dispatch(ctx context.Context, d Delivery, several bool) (_ Delivery, ok bool, err error) {
	if d.Op != "send" || d.Channel != domain.SMS || d.Urgency == domain.Prompt || d.Urgency == domain.Urgent && !several && d.Topic != domain.BundleTopic {
		return d, true, nil
	}
	b := domain.Burden{AWeek: tx.org.Settings.TextsInAWeek(), Quiet: tx.org.Quiet, Zone: d.Zone, Now: d.Now, Unbounded: tx.db.unbounded}
	if d.Attempt > 1 || d.Topic == domain.BundleTopic { // let go before: its hours count, and no more
		if d.Urgency == domain.Routine && b.Quiet.Contains(b.Now, b.Zone) {
			return tx.putOff(d, domain.Dispatch{Until: b.Quiet.After(b.Now, b.Zone)}), false, nil
		}
		if d.Topic == domain.BundleTopic {
			return tx.openBundle(ctx, d)
		}
		return d, true, nil
	}
	text, others, ok, err := tx.waiting(ctx, d, &b)
	if err != nil {
		return d, false, err
	}
	if !ok {
		tx.wake = true
		tx.release(d, time.Time{}, text.Held)
		return d, false, nil
	}
	if text.Overtaken(others) {
		tx.overtakeText(d.ID)
		return d, false, nil
	}
	others = slices.DeleteFunc(others, func(o domain.WaitingText) bool {
		gone := o.Overtaken(others)
		if gone {
			tx.overtakeText(o.ID)
		}
		return gone
	})
	switch then := b.Dispatch(text, others); {
	case !then.Until.IsZero():
		return tx.putOff(d, then), false, nil
	case then.Bundle:
		d.Fate = "bundled"
		return d, false, tx.bundle(d, others)
	default:
		tx.bear(d)
		tx.askAnew(d)
		return d, true, nil
	}
}

// overtakeText withdraws a text that a later one asks for again.
func (tx *Tx) overtakeText(id int64) {
	tx.queue(`UPDATE outbox SET state = 'withdrawn', error_code = 'overtaken', lease_until = NULL WHERE id = $1`, id)
}

// piled are the untried texts of the urgency $3 that are due to the phone $1 at $4, or held for it, beside $2.
const piled = `
	FROM outbox WHERE address_id = $1 AND id <> $2 AND urgency = $3 AND channel = 'sms' AND op = 'send' AND topic <> 'bundle' AND state = 'pending' AND attempt = 0
	                AND (not_before <= $4 OR error_code = 'over_cap')`

// waiting reads what a phone was sent lately, into b, d itself, and what waits beside it, locked. ok is false when another transaction has
// its hands on one of those: a moment later it has not. Nobody waits for it here, who might wait for d.
func (tx *Tx) waiting(ctx context.Context, d Delivery, b *domain.Burden) (text domain.WaitingText, others []domain.WaitingText, ok bool, err error) {
	text = domain.WaitingText{ID: d.ID, Key: d.Key, Topic: d.Topic, Subject: d.Subject, Urgency: d.Urgency, Since: d.Created}
	args, there := []any{d.Address, d.ID, int(d.Urgency), d.Now}, 0
	tx.queue(`SELECT coalesce((SELECT texts FROM burdens WHERE address_id = $1), '{}'), error_code = 'over_cap' FROM outbox WHERE id = $2`, d.Address, d.ID).QueryRow(scanning(&b.Sent, &text.Held))
	tx.queue(`SELECT count(*) `+piled, args...).QueryRow(scanning(&there))
	tx.many(`SELECT id, key, topic, subject, urgency, created_at, error_code = 'over_cap' `+piled+` ORDER BY id FOR UPDATE SKIP LOCKED`, args, func(rows pgx.Rows) error {
		var o domain.WaitingText
		err := rows.Scan(&o.ID, &o.Key, &o.Topic, &o.Subject, &o.Urgency, &o.Since, &o.Held)
		others = append(others, o)
		return err
	})
	err = tx.flush(ctx)
	return text, others, there == len(others), err
}

// putOff lets a text wait.
func (tx *Tx) putOff(d Delivery, then domain.Dispatch) Delivery {
	d.Fate = "put_off"
	if then.Held {
		d.Fate = "held"
	}
	tx.release(d, then.Until, then.Held)
	return d
}

// release undoes a claim that nobody else has seen: as if the text had not been due before.
func (tx *Tx) release(d Delivery, until time.Time, held bool) {
	tx.queue(`
		UPDATE outbox SET state = 'pending', attempt = attempt - 1, lease_until = NULL, claimed_at = NULL, offered_at = NULL, not_before = greatest(not_before, $2),
		       error_code = CASE WHEN $3 THEN 'over_cap' ELSE '' END WHERE id = $1`, // over_cap marks what waits because its receiver's week is full
		d.ID, until, held)
}

// bear counts a routine text on its receiver's burden.
func (tx *Tx) bear(d Delivery) {
	if d.Urgency != domain.Routine {
		return
	}
	tx.queue(`
		INSERT INTO burdens (address_id, texts) VALUES ($1, ARRAY[$2::timestamptz])
		ON CONFLICT (address_id) DO UPDATE SET texts = array_append(ARRAY(SELECT t FROM unnest(burdens.texts) t WHERE t > $3 ORDER BY t), $2)`,
		d.Address, d.Now, d.Now.Add(-domain.BurdenWeek))
}

// askAnew begins the time to answer a question that was put off when its text goes out.
func (tx *Tx) askAnew(d Delivery) {
	if d.Now.Sub(d.Created) > time.Minute {
		tx.queue(`UPDATE sessions SET asked_at = $3, expires_at = $4 WHERE address_id = $1 AND asked_at = $2`, d.Address, d.Created, d.Now, d.Now.Add(SessionLife))
	}
}

// bundle queues one text in place of d and of the others that may be bundled. They point to it, and are not sent themselves; questions
// among them are not open any more: MORE puts them again.
func (tx *Tx) bundle(d Delivery, others []domain.WaitingText) error {
	ids, written := []int64{d.ID}, []time.Time{d.Created}
	for _, o := range others {
		if o.Bundles() {
			ids, written = append(ids, o.ID), append(written, o.Since)
		}
	}
	key := "burden.digest"
	if d.Urgency == domain.Urgent {
		key = "burden.urgent"
	}
	sealed, err := tx.db.sealJSON(domain.Args{}, outboxPlace(key))
	if err != nil {
		return err
	}
	tx.queue(`
		WITH carrier AS ( -- its class is the surest of theirs: until_certain comes after once
			INSERT INTO outbox (dedupe, subject, topic, person_id, address_id, channel, urgency, class, key, sealed, valid_seconds, not_before, created_at)
			SELECT 'bundle/' || id, '', $2, person_id, address_id, channel, urgency, (SELECT max(class) FROM outbox WHERE id = ANY($3)), $4, $5, valid_seconds, $6, $6 FROM outbox WHERE id = $1 RETURNING id)
		UPDATE outbox SET state = 'bundled', target = (SELECT id FROM carrier), attempt = 0, lease_until = NULL, claimed_at = NULL, error_code = '' WHERE id = ANY($3)`,
		d.ID, domain.BundleTopic, ids, key, sealed, d.Now)
	tx.queue(`DELETE FROM sessions WHERE address_id = $1 AND asked_at = ANY($2)`, d.Address, written)
	tx.bear(d)
	tx.wake = true
	return nil
}

// openBundle reads what a claimed bundle stands for now: what was settled meanwhile is not counted. One that stands for nothing is withdrawn.
func (tx *Tx) openBundle(ctx context.Context, d Delivery) (_ Delivery, ok bool, err error) {
	count := 0
	tx.many(`SELECT key, sealed FROM outbox WHERE address_id = $1 AND target = $2 AND state = 'bundled' ORDER BY id`, []any{d.Address, d.ID}, func(rows pgx.Rows) error {
		var key string
		var sealed []byte
		var args domain.Args
		if err := rows.Scan(&key, &sealed); err != nil {
			return err
		}
		if err := tx.db.openJSON(sealed, outboxPlace(key), &args); err != nil {
			return err
		}
		count++
		if name := domain.Named(args); name != "" {
			d.Names = append(d.Names, name)
		}
		return nil
	})
	if err := tx.flush(ctx); err != nil {
		return d, false, err
	}
	if count == 0 {
		tx.queue(`UPDATE outbox SET state = 'withdrawn' WHERE id = $1`, d.ID)
		return d, false, nil
	}
	if len(d.Names) == 0 {
		d.Key = "burden.digest_unnamed"
	}
	d.Args = domain.Args{"count": domain.Number(count)}
	return d, true, nil
}

// more are the texts that a phone at $1 can ask for: that went in a bundle, and that wait for room in its week.
const more = `address_id = $1 AND (state = 'bundled' OR state = 'pending' AND error_code = 'over_cap' AND channel = 'sms')`

// More queues texts that went in a bundle to the address, or wait because its week is full, at most so many, as they would have come, and
// puts their questions again. It returns how many, and how many are left.
func (tx *Tx) More(ctx context.Context, address domain.AddressID, most int) (shown, left int, err error) {
	var asked []domain.Reply
	tx.many(`
		WITH shown AS (
			UPDATE outbox SET state = 'withdrawn', error_code = 'shown' WHERE `+more+` AND id IN (SELECT id FROM outbox WHERE `+more+` ORDER BY id LIMIT $2) RETURNING *)
		INSERT INTO outbox (dedupe, subject, topic, person_id, address_id, channel, urgency, class, key, sealed, replies, not_before, created_at)
		SELECT 'more/' || id, subject, topic, person_id, address_id, channel, 1, 'once', key, sealed, replies, $3, $3 FROM shown ORDER BY id RETURNING replies`,
		[]any{address, most, tx.now}, func(rows pgx.Rows) error {
			var replies []byte
			if err := rows.Scan(&replies); err != nil {
				return err
			}
			shown++
			offered, err := decodeReplies(replies)
			for _, r := range offered {
				if r.Flow != "" && r.Question != "" {
					asked = append(asked, r)
					break
				}
			}
			return err
		})
	tx.queue(`SELECT count(*) FROM outbox WHERE `+more, address).QueryRow(scanning(&left))
	tx.wake = true
	if err := tx.flush(ctx); err != nil {
		return 0, 0, fmt.Errorf("more: %w", err)
	}
	for _, r := range asked {
		if err := tx.OpenSession(address, r.Flow, r.Start, r.Question); err != nil {
			return 0, 0, err
		}
	}
	return shown, left, nil
}

// Carried lists the texts that a bundle stood for, for what follows from its fate.
func (db *DB) Carried(ctx context.Context, bundle Delivery) ([]Delivery, error) {
	rows, err := db.Pool.Query(ctx, `
		SELECT id, subject, topic, coalesce(person_id, 0), channel, urgency, class FROM outbox
		WHERE address_id = (SELECT address_id FROM outbox WHERE id = $1) AND target = $1 AND state = 'bundled' ORDER BY id`, bundle.ID)
	if err != nil {
		return nil, fmt.Errorf("carried by %d: %w", bundle.ID, err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Delivery, error) {
		var d Delivery
		return d, row.Scan(&d.ID, &d.Subject, &d.Topic, &d.Person, &d.Channel, &d.Urgency, &d.Class)
	})
}

// leaveBundles takes the texts about a subject to an address out of their bundles, whose words named its code, and forgets when the phone
// was sent any: nothing of the kind may lead back to who hides. The texts go out by themselves, through the reply channel.
func (tx *Tx) leaveBundles(subject string, address domain.AddressID) {
	tx.queue(`
		WITH gone AS (
			UPDATE outbox o SET target = NULL, state = 'pending' FROM (SELECT id, target FROM outbox WHERE subject = $1 AND address_id = $2 AND state = 'bundled') piece
			WHERE o.id = piece.id AND o.topic NOT IN ('escalation', 'owner') RETURNING piece.target)
		UPDATE outbox SET rendered = NULL WHERE id IN (SELECT target FROM gone)`, subject, address)
	tx.queue(`DELETE FROM burdens WHERE address_id = $1`, address)
}

// A Load is what routine texts ask of people in a week. See domain.Burden.
type Load struct {
	Texts int // of the last seven days; a bundle is one
	Heads int // phones that can be texted
	Most  int // to one phone
	Held  int // wait because their receiver's week is full
}

// Load reads it.
func (db *DB) Load(ctx context.Context) (l Load, err error) {
	now, err := db.BusinessTime(ctx)
	if err != nil {
		return l, err
	}
	var b pgx.Batch
	l.queue(&b, now)
	if err := db.Pool.SendBatch(ctx, &b).Close(); err != nil {
		return l, fmt.Errorf("load: %w", err)
	}
	return l, nil
}

func (l *Load) queue(b *pgx.Batch, now time.Time) {
	b.Queue(`
		SELECT coalesce(sum(n), 0), coalesce(max(n), 0),
		       (SELECT count(*) FROM addresses WHERE channel = 'sms' AND person_id IS NOT NULL AND stopped_at IS NULL AND dead_at IS NULL),
		       (SELECT count(*) FROM outbox WHERE state = 'pending' AND error_code = 'over_cap')
		FROM (SELECT (SELECT count(*) FROM unnest(texts) t WHERE t > $1) AS n FROM burdens) week`, now.Add(-domain.BurdenWeek)).
		QueryRow(func(row pgx.Row) error { return row.Scan(&l.Texts, &l.Most, &l.Heads, &l.Held) })
}

// AHead is how many texts a person with a phone gets in the week, on average.
func (l Load) AHead() float64 { return float64(l.Texts) / float64(max(l.Heads, 1)) }
