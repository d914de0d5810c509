package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
	"goodcatch/store/seal"
)

// notifyChannel is what PostgreSQL's NOTIFY is called on when messages were queued.
const notifyChannel = "goodcatch_outbox"

// Announce tells other processes that messages were queued. One announcement serves many commits.
func (db *DB) Announce(ctx context.Context) error {
	_, err := db.Pool.Exec(ctx, "SELECT pg_notify($1, '')", notifyChannel)
	return err
}

// Listen wakes this process whenever another announces, until the context ends or the connection breaks.
func (db *DB) Listen(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, db.Pool.Config().ConnConfig.Copy())
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "LISTEN "+notifyChannel); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	db.Wake()
	for {
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return fmt.Errorf("listen: %w", err)
		}
		db.Wake()
	}
}

// Mark returns when something was last done; zero when never.
func (db *DB) Mark(ctx context.Context, name string) (time.Time, error) {
	var at time.Time
	err := db.Pool.QueryRow(ctx, `SELECT at FROM marks WHERE name = $1`, name).Scan(&at)
	if errors.Is(err, pgx.ErrNoRows) {
		return time.Time{}, nil
	}
	return at, err
}

// SetMark records when something was last done.
func (db *DB) SetMark(ctx context.Context, name string, at time.Time) error {
	_, err := db.Pool.Exec(ctx, `INSERT INTO marks (name, value, at) VALUES ($1, '', $2) ON CONFLICT (name) DO UPDATE SET at = EXCLUDED.at`, name, at)
	return err
}

// Alarm runs a command unless the same alarm ran within the last hour.
func (db *DB) Alarm(ctx context.Context, name string, cmd domain.Command) error {
	return db.InTx(ctx, func(tx *Tx) error {
		var due bool
		tx.one(&due, takeMark+` RETURNING 1`, []any{toldMark + name, alarmEvery}, new(int))
		if err := tx.flush(ctx); err != nil || !due {
			return err
		}
		_, err := tx.Do(ctx, domain.Clockwork, cmd)
		return err
	})
}

// Undelivered lists urgent texts that a provider accepted and that nobody received within the time. Each is listed once.
func (db *DB) Undelivered(ctx context.Context, after time.Duration) ([]Delivery, error) {
	rows, err := db.Pool.Query(ctx, `
		UPDATE outbox SET provider_state = 'overdue' WHERE id IN (
			SELECT id FROM outbox WHERE state = 'sent' AND channel = 'sms' AND urgency = 2 AND (topic IN ('escalation', 'bundle') OR topic LIKE 'step/%') AND provider_rank < 4
			                        AND provider_state <> 'overdue' AND sent_at BETWEEN clock_timestamp() - interval '1 day' AND clock_timestamp() - $1::interval
			LIMIT 100 FOR UPDATE SKIP LOCKED)
		RETURNING id, subject, topic, coalesce(person_id, 0), channel`, after)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Delivery, error) {
		var d Delivery
		return d, row.Scan(&d.ID, &d.Subject, &d.Topic, &d.Person, &d.Channel)
	})
}

// unreported is how long a delivery report may stay out before the provider is asked, and how long it is asked for.
const (
	unreported = time.Minute
	askedFor   = time.Hour
)

// Unreported lists texts and calls that were sent and of whose end nobody has told: their status callbacks were lost. Each text is listed every
// five minutes at most, each call every minute: who lets it ring out must be asked another way.
func (db *DB) Unreported(ctx context.Context) ([]Report, error) {
	rows, err := db.Pool.Query(ctx, `
		UPDATE outbox SET asked_at = clock_timestamp() WHERE id IN (
			SELECT id FROM outbox WHERE state = 'sent' AND channel IN ('sms', 'voice') AND op = 'send' AND provider_rank < 4 AND provider_id IS NOT NULL
			   AND sent_at BETWEEN clock_timestamp() - $1::interval AND clock_timestamp() - $2::interval
			   AND (asked_at IS NULL OR asked_at < clock_timestamp() - CASE channel WHEN 'voice' THEN interval '55 seconds' ELSE interval '5 minutes' END)
			ORDER BY channel = 'voice' DESC, sent_at LIMIT 100 FOR UPDATE SKIP LOCKED)
		RETURNING id, attempt, provider_id, channel`, askedFor, unreported)
	if err != nil {
		return nil, fmt.Errorf("unreported: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Report, error) {
		var r Report
		return r, row.Scan(&r.OutboxID, &r.Attempt, &r.ProviderID, &r.Channel)
	})
}

// SortKept files texts kept for a day that look like a report as unsorted drafts for the quality office, and forgets the rest.
func (db *DB) SortKept(ctx context.Context) error {
	return db.InTx(ctx, func(tx *Tx) error {
		kept, err := tx.TakeExpired(ctx, 20)
		if err != nil {
			return err
		}
		for _, k := range kept {
			masked, kinds := maskText(k.Text)
			actor := domain.Actor{Address: k.Address, Person: tx.HolderOf(k.Address), Channel: domain.SMS, Level: domain.A0, Reporter: true}
			if _, err := tx.Do(ctx, actor, domain.FileReport{Kind: domain.Unsorted, Text: masked, Masked: kinds, Received: k.ReceivedAt}); err != nil {
				return err
			}
		}
		return nil
	})
}

// SealEvents appends one link to the audit chain, over the events of transactions older than the oldest one running, at most limit. One
// leader does it at a time. It returns how many events were sealed.
func (db *DB) SealEvents(ctx context.Context, limit int) (sealed int, err error) {
	err = pgx.BeginFunc(ctx, db.Pool, func(tx pgx.Tx) error {
		var leader bool
		if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock(hashtext('goodcatch chain'))`).Scan(&leader); err != nil || !leader {
			return err
		}
		sealed, err = sealBatch(ctx, tx, limit)
		return err
	})
	return sealed, err
}

// unsealed are the events that are in no link yet.
const unsealed = `
	FROM events e WHERE e.id > coalesce((SELECT max(last) FROM chain) - 100000, 0) AND NOT EXISTS (SELECT 1 FROM chained c WHERE c.event_id = e.id)`

// sealable are those of them that no running transaction can come before: not while any that writes, in any database of the server, is
// older. An event whose transaction number is above the current one comes from before a restore.
const sealable = unsealed + `
	  AND (e.xid < pg_snapshot_xmin(pg_current_snapshot()) OR e.xid > pg_current_xact_id())`

func sealBatch(ctx context.Context, tx pgx.Tx, limit int) (int, error) {
	rows, err := tx.Query(ctx, `SELECT e.id, e.hash `+sealable+` ORDER BY e.id LIMIT $1`, limit)
	if err != nil {
		return 0, err
	}
	var ids []int64
	var leaves [][32]byte
	var id int64
	var hash []byte
	if _, err := pgx.ForEachRow(rows, []any{&id, &hash}, func() error {
		ids = append(ids, id)
		leaves = append(leaves, seal.Leaf(hash))
		return nil
	}); err != nil || len(ids) == 0 {
		return 0, err
	}
	var seq int64
	var prev [32]byte
	var head []byte
	err = tx.QueryRow(ctx, `SELECT seq, head FROM chain ORDER BY seq DESC LIMIT 1`).Scan(&seq, &head)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return 0, err
	}
	copy(prev[:], head)
	at := time.Now().UTC().Truncate(time.Microsecond)
	root := seal.Root(leaves)
	link := seal.Link(prev, root, ids[0], ids[len(ids)-1], at)
	if _, err := tx.Exec(ctx, `INSERT INTO chain (seq, first, last, events, root, prev, head, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		seq+1, ids[0], ids[len(ids)-1], len(ids), root[:], prev[:], link[:], at); err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `INSERT INTO chained (event_id, seq) SELECT unnest($1::bigint[]), $2`, ids, seq+1)
	return len(ids), err
}

// Purge removes what has had its time by the retention settings: the words of failed turns and of what was sent, and the codes of ended
// records, for others to use; and whatever expires by itself: conversations, reply channels, codes that link phones.
func (db *DB) Purge(ctx context.Context) error {
	now, err := db.BusinessTime(ctx)
	if err != nil {
		return err
	}
	org, err := db.Organisation(ctx)
	if err != nil {
		return fmt.Errorf("purge: %w", err)
	}
	keep := org.Settings.Retention.Kept()
	for _, p := range []struct {
		sql  string
		upTo time.Time
	}{
		{`UPDATE inbox SET sealed = NULL, sender = NULL WHERE sealed IS NOT NULL AND received_at < $1`, now.Add(-keep.FailedInbound)},
		{`UPDATE outbox SET rendered = NULL WHERE rendered IS NOT NULL AND created_at < $1`, now.Add(-keep.SentTexts)},
		{`DELETE FROM sessions WHERE expires_at < $1`, now},
		{`DELETE FROM burdens WHERE texts[cardinality(texts)] < $1`, now.Add(-domain.BurdenWeek)},
		{`
		 WITH gone AS (DELETE FROM files f WHERE f.at < $1 AND NOT EXISTS (SELECT 1 FROM document_versions v WHERE v.file_id = f.id) RETURNING f.id)
		 DELETE FROM subject_keys k USING gone WHERE k.subject = 'f' || gone.id`, now.Add(-domain.UnusedFile)},
		{`DELETE FROM link_codes WHERE expires_at < $1`, now},
		{`DELETE FROM link_tries WHERE day < ($1::timestamptz - interval '2 days')::date`, now},
		{`
		 WITH freed AS (UPDATE records SET code = ref WHERE closed_at < $1 AND code <> ref RETURNING id),
		      old AS (SELECT r.code FROM records r JOIN freed USING (id)) -- as they were before the update
		 INSERT INTO free_codes SELECT code FROM old ON CONFLICT DO NOTHING`, now.Add(-keep.Codes)},
		{endedCodes, now.Add(-keep.Codes)},
	} {
		if _, err := db.Pool.Exec(ctx, p.sql, p.upTo); err != nil {
			return fmt.Errorf("purge: %w", err)
		}
	}
	if err := db.expireChannels(ctx, now); err != nil {
		return fmt.Errorf("purge: %w", err)
	}
	var freed bool
	if err := db.Pool.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM free_codes)`).Scan(&freed); err != nil {
		return fmt.Errorf("purge: %w", err)
	}
	db.freed.Store(freed)
	return nil
}

// expireChannels ends the ways back to hidden reporters whose time is over, each on its record. One that fails holds up no other.
func (db *DB) expireChannels(ctx context.Context, now time.Time) error {
	rows, err := db.Pool.Query(ctx, `SELECT record_id FROM reply_channels WHERE expires_at < $1 ORDER BY record_id LIMIT 100`, now)
	if err != nil {
		return err
	}
	over, err := pgx.CollectRows(rows, pgx.RowTo[domain.RecordID])
	if err != nil {
		return err
	}
	var failed error
	for _, id := range over {
		_, err := db.Do(ctx, domain.Clockwork, domain.ExpireReplyChannel{Record: id})
		failed = errors.Join(failed, err)
	}
	return failed
}
