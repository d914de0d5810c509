package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// ClaimLease is how long a claimed delivery belongs to its worker. It is longer than a provider call may take.
const ClaimLease = 10 * time.Second

// MaxResends bounds how often a message of unknown outcome is sent again.
const MaxResends = 2

// offerAgain is after how long a message that was handed out and not claimed is handed out again: Redis may have lost it.
const offerAgain = 4 * time.Second

// A Due message is one to be delivered now.
type Due struct {
	ID      int64
	Urgency domain.Urgency
	Again   bool // handed out before, and nobody has claimed it since
}

// Offer hands out messages that are due, at most limit, urgent ones first. A message is not offered again for offerAgain, whoever asks.
func (db *DB) Offer(ctx context.Context, limit int) ([]Due, error) {
	now, err := db.BusinessTime(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := db.Pool.Query(ctx, `
		UPDATE outbox SET offered_at = clock_timestamp() FROM (
			SELECT id, offered_at FROM outbox WHERE state = 'pending' AND not_before <= $1 AND (offered_at IS NULL OR offered_at < clock_timestamp() - $3::interval)
			              AND (lease_until IS NULL OR lease_until <= clock_timestamp())
			ORDER BY urgency DESC, id LIMIT $2 FOR UPDATE SKIP LOCKED) AS due
		WHERE outbox.id = due.id
		RETURNING outbox.id, outbox.urgency, due.offered_at IS NOT NULL`, now, limit, offerAgain)
	if err != nil {
		return nil, fmt.Errorf("offer: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Due])
}

// BusinessTime is the clock that reminders live by.
func (db *DB) BusinessTime(ctx context.Context) (time.Time, error) {
	if db.Now != nil {
		return db.Now().UTC(), nil
	}
	return time.Now().UTC(), nil
}

// A Delivery is one claimed message: for this attempt it belongs to the claimer alone until its lease ends.
type Delivery struct {
	ID       int64
	Attempt  int
	Op       string // send, edit
	Subject  string
	Topic    string
	Person   domain.PersonID
	Address  domain.AddressID // 0: a hidden reporter
	Channel  domain.Channel
	To       string
	Urgency  domain.Urgency
	Class    domain.Class
	Key      string
	Args     domain.Args
	Replies  []domain.Reply
	Valid    time.Duration
	Language string
	Zone     *time.Location
	Now      time.Time
	Stopped  bool
	Dead     bool
	// PerSecond is how many messages a second the settings let out over the channel; 0: they say nothing.
	PerSecond int
	Created   time.Time
	// Names are the codes of the texts a bundle stands for.
	Names []string
	// Fate is what became of a text that is not to be sent now, for counting: put_off, held, bundled.
	Fate string

	// Of an edit: the message it replaces.
	TargetID, TargetChannel string
}

// Claim takes a message for delivery. ok is false when somebody else has it, it was withdrawn, or it must wait for its turn: two texts
// to one phone keep their order, the second waiting for the first's delivery report or three seconds; messages to one Slack user keep
// theirs, each waiting until the one before is sent.
func (db *DB) Claim(ctx context.Context, id int64) (d Delivery, ok bool, err error) {
	err = db.InTx(ctx, func(tx *Tx) error {
		d, ok, err = tx.claim(ctx, id)
		return err
	})
	return d, ok, err
}

const claimSQL = `
	UPDATE outbox o SET state = 'sending', attempt = attempt + 1, claimed_at = clock_timestamp(), lease_until = clock_timestamp() + $2::interval
	FROM (SELECT 1) one
	LEFT JOIN LATERAL (SELECT t.provider_id, t.provider_channel, t.state FROM outbox src JOIN outbox t ON t.id = src.target WHERE src.id = $1) target ON true
	LEFT JOIN LATERAL (
		SELECT a.value, a.stopped_at IS NOT NULL AS stopped, a.dead_at IS NOT NULL AS dead, coalesce(nullif(p.language, ''), a.language) AS language, coalesce(p.zone, '') AS zone
		FROM outbox src JOIN addresses a ON a.id = src.address_id LEFT JOIN people p ON p.id = a.person_id WHERE src.id = $1) address ON true
	WHERE o.id = $1 AND o.state = 'pending' AND o.not_before <= $3 AND (o.lease_until IS NULL OR o.lease_until <= clock_timestamp())
	  AND (o.op = 'send' OR target.state = 'sent')
	  AND (o.op = 'cancel' OR o.channel <> ALL ($4::text[])) -- switched off
	  AND NOT EXISTS (
		SELECT 1 FROM outbox e WHERE e.address_id = o.address_id AND e.id < o.id AND e.channel IN ('sms', 'slack') AND e.channel = o.channel AND o.op = 'send' AND e.op = 'send'
		   AND (e.state = 'sending' OR e.state = 'pending' AND e.not_before <= $3 OR e.channel = 'sms' AND e.state = 'sent' AND e.provider_rank < 4 AND e.sent_at > clock_timestamp() - interval '3 seconds'))
	  AND (o.address_id IS NOT NULL OR NOT EXISTS ( -- a hidden reporter: what goes through one reply channel keeps its order too
		SELECT 1 FROM outbox e WHERE e.subject = o.subject AND e.address_id IS NULL AND e.id < o.id AND e.channel = o.channel AND e.op = 'send'
		   AND (e.state = 'sending' OR e.state = 'pending' AND e.not_before <= $3 OR e.channel = 'sms' AND e.state = 'sent' AND e.provider_rank < 4 AND e.sent_at > clock_timestamp() - interval '3 seconds')))
	RETURNING o.attempt, o.op, o.subject, o.topic, coalesce(o.person_id, 0), coalesce(o.address_id, 0), o.channel, o.urgency, o.class, o.key, o.sealed, o.replies, o.valid_seconds, o.created_at,
	          coalesce(target.provider_id, ''), coalesce(target.provider_channel, ''), coalesce(address.value, ''), coalesce(address.stopped, false), coalesce(address.dead, false),
	          coalesce(address.language, ''), coalesce(address.zone, ''), ` + severalUrgent

func (tx *Tx) claim(ctx context.Context, id int64) (Delivery, bool, error) {
	now, org, err := tx.Now(ctx)
	if err != nil {
		return Delivery{}, false, err
	}
	d := Delivery{ID: id, Now: now, Zone: org.Zone}
	var sealed, replies []byte
	var seconds int
	var zone string
	var ok, several bool
	tx.one(&ok, claimSQL, []any{id, ClaimLease, now, silent(org)},
		&d.Attempt, &d.Op, &d.Subject, &d.Topic, &d.Person, &d.Address, &d.Channel, &d.Urgency, &d.Class, &d.Key, &sealed, &replies, &seconds, &d.Created,
		&d.TargetID, &d.TargetChannel, &d.To, &d.Stopped, &d.Dead, &d.Language, &zone, &several)
	if err := tx.flush(ctx); err != nil {
		return d, false, err
	}
	if !ok {
		// Not now: let it be offered again sooner, or at once when its turn comes.
		tx.hold(id, now)
		tx.queue(`UPDATE outbox SET offered_at = clock_timestamp() - interval '2 seconds' WHERE id = $1 AND state = 'pending'`, id)
		tx.queue(`UPDATE outbox SET state = 'withdrawn' WHERE id = $1 AND state = 'pending' AND op = 'edit' AND target IN (SELECT id FROM outbox WHERE state IN ('failed', 'dead', 'withdrawn'))`, id)
		return d, false, nil
	}
	d.Valid = time.Duration(seconds) * time.Second
	if err := tx.db.openJSON(sealed, outboxPlace(d.Key), &d.Args); err != nil {
		return d, false, err
	}
	if d.Replies, err = decodeReplies(replies); err != nil {
		return d, false, err
	}
	if d.Address == 0 {
		return tx.claimHidden(ctx, d)
	}
	d.speak(org, zone)
	return tx.dispatch(ctx, d, several)
}

// claimHidden opens the reply channel of a hidden reporter; without one the message has nowhere to go.
func (tx *Tx) claimHidden(ctx context.Context, d Delivery) (Delivery, bool, error) {
	var id domain.RecordID
	if _, err := fmt.Sscanf(d.Subject, "r%d", &id); err != nil {
		return d, false, fmt.Errorf("outbox %d: no address", d.ID)
	}
	to, ok, err := tx.replyChannel(ctx, id, d.Now)
	if err != nil {
		return d, false, err
	}
	if !ok {
		tx.queue(`UPDATE outbox SET state = 'withdrawn' WHERE id = $1`, d.ID)
		return d, false, nil
	}
	d.To, d.Language = to.Value, to.Language
	var stopped bool
	tx.one(&stopped, `SELECT 1 FROM addresses WHERE id = $1 AND stopped_at IS NOT NULL`, []any{to.Address}, new(int))
	if err := tx.flush(ctx); err != nil {
		return d, false, err
	}
	d.Stopped = stopped
	d.speak(tx.org, "")
	return d, true, nil
}

func (d *Delivery) speak(org *domain.Organisation, zone string) {
	switch d.Channel {
	case domain.SMS:
		d.PerSecond = org.Settings.TextsPerSecond
	case domain.Voice:
		d.PerSecond = org.Settings.CallsPerSecond
	}
	if d.Language == "" {
		d.Language = org.Language
	}
	if zone != "" {
		if z, err := time.LoadLocation(zone); err == nil {
			d.Zone = z
		}
	}
}

// Render keeps the exact text that is about to be sent, sealed, so that an unknown outcome can be settled by it. It fails with
// ErrConflict when the claim is no longer ours, or the message was withdrawn meanwhile.
func (db *DB) Render(ctx context.Context, d Delivery, text string) error {
	sealed, err := db.Keys.Seal([]byte(text), []byte("rendered"))
	if err != nil {
		return err
	}
	var state string
	err = db.Pool.QueryRow(ctx, `
		UPDATE outbox SET rendered = $3, state = CASE WHEN `+settled+` THEN 'withdrawn' ELSE state END WHERE id = $1 AND attempt = $2 AND state = 'sending' RETURNING state`,
		d.ID, d.Attempt, sealed).Scan(&state)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && state == "withdrawn" {
		return domain.ErrConflict
	}
	return err
}

// settled marks a message that was withdrawn while a worker had it, or while its outcome was unknown: whatever becomes of that attempt,
// there is no other. See settleTopic.
const settled = `not_before = 'infinity'`

// UnkeptTopic is the topic of messages that are forgotten once they are sent.
const UnkeptTopic = "unkept"

// MarkSent records the provider's yes. Fenced by the attempt: a worker that slept past its lease changes nothing.
func (db *DB) MarkSent(ctx context.Context, d Delivery, providerID, providerChannel string) error {
	if d.Topic == UnkeptTopic {
		_, err := db.Pool.Exec(ctx, `DELETE FROM outbox WHERE id = $1 AND attempt = $2`, d.ID, d.Attempt)
		return err
	}
	_, err := db.Pool.Exec(ctx, `
		UPDATE outbox SET state = 'sent', sent_at = coalesce(sent_at, clock_timestamp()), provider_id = nullif($3, ''), provider_channel = $4, lease_until = NULL, error_code = ''
		WHERE id = $1 AND attempt = $2 AND state IN ('sending', 'unknown')`, d.ID, d.Attempt, providerID, providerChannel)
	if err != nil || d.Channel != domain.Slack || d.Address == 0 || d.Op != "send" {
		return err
	}
	next, err := db.Pool.Exec(ctx, `UPDATE outbox SET offered_at = NULL WHERE address_id = $1 AND channel = 'slack' AND state = 'pending'`, d.Address)
	if err == nil && next.RowsAffected() > 0 {
		db.Wake()
	}
	return err
}

// MarkUnknown records that nobody can tell whether it was sent.
func (db *DB) MarkUnknown(ctx context.Context, d Delivery, code string) error {
	return db.mark(ctx, d, `UPDATE outbox SET state = 'unknown', error_code = $3 WHERE id = $1 AND attempt = $2 AND state = 'sending'`, code)
}

// MarkLater puts a message back, for the provider said to wait. Nobody offers or claims it before.
func (db *DB) MarkLater(ctx context.Context, d Delivery, after time.Duration) error {
	return db.mark(ctx, d, `
		UPDATE outbox SET state = CASE WHEN `+settled+` THEN 'withdrawn' ELSE 'pending' END, lease_until = clock_timestamp() + $3::interval, offered_at = NULL
		WHERE id = $1 AND attempt = $2 AND state = 'sending'`, max(after, 0))
}

// MarkFailed records the provider's final no.
func (db *DB) MarkFailed(ctx context.Context, d Delivery, code string) error {
	return db.mark(ctx, d, `UPDATE outbox SET state = 'failed', error_code = $3, lease_until = NULL WHERE id = $1 AND attempt = $2 AND state = 'sending'`, code)
}

// MarkDead puts a message among the dead letters: an operator decides.
func (db *DB) MarkDead(ctx context.Context, d Delivery, code string) error {
	return db.mark(ctx, d, `UPDATE outbox SET state = 'dead', error_code = $3, lease_until = NULL WHERE id = $1 AND attempt = $2 AND state = 'sending'`, code)
}

// mark writes an outcome. It is ErrConflict when the claim is no longer the worker's: nothing may follow from it then.
func (db *DB) mark(ctx context.Context, d Delivery, sql string, arg any) error {
	tag, err := db.Pool.Exec(ctx, sql, d.ID, d.Attempt, arg)
	if err == nil && tag.RowsAffected() == 0 {
		return domain.ErrConflict
	}
	return err
}

// MarkAddress records that an address opted out, or is dead, as the provider told us.
func (db *DB) MarkAddress(ctx context.Context, id domain.AddressID, stopped bool) error {
	return db.InTx(ctx, func(tx *Tx) error {
		if _, _, err := tx.Now(ctx); err != nil {
			return err
		}
		if stopped {
			tx.Stop(id)
			return nil
		}
		tx.queue(`UPDATE addresses SET dead_at = $2 WHERE id = $1`, id, tx.now)
		tx.touchOrganisation()
		return nil
	})
}

// providerRanks order a text's states: only upward moves count.
var providerRanks = map[string]int{"accepted": 1, "scheduled": 1, "queued": 1, "sending": 2, "sent": 3, "delivered": 4, "undelivered": 4, "failed": 4, "canceled": 4, "read": 5,
	"initiated": 1, "ringing": 2, "in-progress": 3, "completed": 4, "busy": 4, "no-answer": 4} // the second line: of calls

// A Report of delivery is what a status callback says.
type Report struct {
	OutboxID   int64 // as our callback address carries it; 0 unknown
	Attempt    int
	ProviderID string
	State      string
	ErrorCode  string
	Channel    domain.Channel // of one to ask the provider about
}

// TakeReport applies a delivery report. Reports come late, doubled, out of order, and sometimes before our own answer: only the
// row's id and upward moves count. A message about to be sent again, because nobody knew of the first time, is not. moved is false when it said nothing new; the delivery is returned for what follows from a failure.
func (db *DB) TakeReport(ctx context.Context, r Report) (d Delivery, moved bool, err error) {
	rank := providerRanks[r.State]
	if rank == 0 {
		return d, false, nil
	}
	row := db.Pool.QueryRow(ctx, `
		UPDATE outbox SET provider_state = $3, provider_rank = $4, error_code = $5, provider_id = coalesce(provider_id, $2),
		       state = CASE WHEN state IN ('sending', 'unknown', 'pending') OR state = 'failed' AND error_code = 'unknown' THEN 'sent' ELSE state END, sent_at = coalesce(sent_at, clock_timestamp())
		WHERE channel IN ('sms', 'voice') AND op = 'send' AND (id = $1 AND (attempt = $6 OR $6 = 0) AND coalesce(provider_id, $2) = $2 OR provider_id = $2) AND provider_rank < $4
		RETURNING id, attempt, subject, topic, coalesce(person_id, 0), coalesce(address_id, 0), channel, urgency, class`,
		r.OutboxID, r.ProviderID, r.State, rank, r.ErrorCode, r.Attempt)
	err = row.Scan(&d.ID, &d.Attempt, &d.Subject, &d.Topic, &d.Person, &d.Address, &d.Channel, &d.Urgency, &d.Class)
	if err == pgx.ErrNoRows {
		return d, false, nil
	}
	if err != nil {
		return d, false, err
	}
	if rank >= 4 && d.Address != 0 {
		if _, err := db.Pool.Exec(ctx, `UPDATE outbox SET offered_at = NULL WHERE address_id = $1 AND state = 'pending'`, d.Address); err != nil {
			return d, true, err
		}
		db.Wake()
	}
	return d, true, nil
}
