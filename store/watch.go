package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// Marks of the watch: when a kind of process was last heard of, when an alarm was raised, and when the world last heard our heart beat.
const (
	beatMark      = "beat/"
	alarmMark     = "alarm/"
	toldMark      = "told/" // of alarms that a command raises: the watch does not take them back
	heartbeatMark = "heartbeat"
	canaryMark    = "canary"
)

// Beat says that processes of these kinds live.
func (db *DB) Beat(ctx context.Context, kinds []domain.Vital) error {
	for _, k := range kinds {
		if _, err := db.claimMark(ctx, beatMark+string(k), 0); err != nil {
			return fmt.Errorf("beat: %w", err)
		}
	}
	return nil
}

// takeMark sets mark $1 to this moment, if it is older than $2.
const takeMark = `
	INSERT INTO marks (name, value, at) VALUES ($1, '', clock_timestamp())
	ON CONFLICT (name) DO UPDATE SET at = EXCLUDED.at WHERE marks.at <= clock_timestamp() - $2::interval`

// claimMark sets a mark to this moment, if it is older than that. Of those who try at once one succeeds.
func (db *DB) claimMark(ctx context.Context, name string, older time.Duration) (bool, error) {
	tag, err := db.Pool.Exec(ctx, takeMark, name, older)
	return tag.RowsAffected() == 1, err
}

// alarmEvery is how often one alarm is repeated while it stands.
const alarmEvery = time.Hour

// RaiseAlarm reports whether this process is the one to tell of a part that has stopped: once for all processes, and once an hour.
func (db *DB) RaiseAlarm(ctx context.Context, v domain.Vital) (mine bool, err error) {
	return db.claimMark(ctx, alarmMark+string(v), alarmEvery)
}

// LowerAlarms takes back the alarms of parts that are well, and returns those that stood: this process is the one to tell.
func (db *DB) LowerAlarms(ctx context.Context, well []domain.Vital) (over []domain.Vital, err error) {
	names := make([]string, len(well))
	for i, v := range well {
		names[i] = alarmMark + string(v)
	}
	return db.alarms(ctx, `DELETE FROM marks WHERE name = ANY($1) RETURNING name`, names)
}

// Alarms lists the parts whose alarm stands.
func (db *DB) Alarms(ctx context.Context) ([]domain.Vital, error) {
	return db.alarms(ctx, `SELECT name FROM marks WHERE starts_with(name, $1)`, alarmMark)
}

func (db *DB) alarms(ctx context.Context, sql string, arg any) (list []domain.Vital, err error) {
	rows, err := db.Pool.Query(ctx, sql, arg)
	if err != nil {
		return nil, fmt.Errorf("alarms: %w", err)
	}
	var name string
	_, err = pgx.ForEachRow(rows, []any{&name}, func() error {
		list = append(list, domain.Vital(strings.TrimPrefix(name, alarmMark)))
		return nil
	})
	return list, err
}

// Heartbeat reports whether it is this process's turn to let the world hear that all is well.
func (db *DB) Heartbeat(ctx context.Context, every time.Duration) (mine bool, err error) {
	return db.claimMark(ctx, heartbeatMark, every)
}

// SendCanary queues a text to the test phone, unless one went out within the interval.
func (db *DB) SendCanary(ctx context.Context, phone string, every time.Duration) error {
	mine, err := db.claimMark(ctx, canaryMark, every)
	if err != nil || !mine {
		return err
	}
	return db.InTx(ctx, func(tx *Tx) error {
		to, err := tx.Caller(ctx, domain.SMS, phone)
		if err != nil {
			return err
		}
		return tx.Notify(ctx, domain.Notice{
			ID: fmt.Sprintf("canary/%s", Nonce()), To: domain.Recipient{Address: to.ID}, Topic: canaryMark, Subject: canaryMark, Key: "watch.canary",
			Args: domain.Args{"at": domain.Moment(tx.now)}, Urgency: domain.Prompt, Class: domain.Once,
		})
	})
}

// clockless counts open matters that have no next step: records that nobody owns and nobody is asked about, records whose owner is not
// reminded, drafts whose reviewers are not, approved documents that never come into force, safety
// alerts that ask no ward again, disruptions that count nothing, runs of playbooks that remind nobody, their steps that nobody is told are
// late, their injects that do not come, and their objectives that nobody is asked to judge; the drill
// calendar, where nobody looks at it. A timer that is dead is none.
const clockless = `
	SELECT (SELECT count(*) FROM records r WHERE r.closed_at IS NULL AND NOT EXISTS (
	          SELECT 1 FROM timers t WHERE t.subject = 'r' || r.id AND t.name = CASE WHEN r.owner IS NULL THEN 'escalate' ELSE 'nudge' END AND NOT t.dead))
	     + (SELECT count(*) FROM document_versions v WHERE v.state IN ('in_review', 'approved') AND NOT EXISTS (
	          SELECT 1 FROM timers t WHERE t.subject = 'v' || v.id AND t.name = CASE v.state WHEN 'approved' THEN 'effect' ELSE 'chase' END AND NOT t.dead))
	     + (SELECT count(*) FROM safety_alerts a WHERE a.closed_at IS NULL AND jsonb_path_exists(a.wards, '$[*] ? (!exists(@.by))') AND NOT EXISTS (
	          SELECT 1 FROM timers t WHERE t.subject = 'n' || a.id AND t.name = 'alert' AND NOT t.dead))
	     + (SELECT count(*) FROM (SELECT 1 FROM playbooks LIMIT 1) p WHERE NOT EXISTS (SELECT 1 FROM timers t WHERE t.subject = 'drills' AND NOT t.dead))
	     + (SELECT count(*) FROM runs r WHERE r.state = 'running' AND NOT EXISTS (SELECT 1 FROM timers t WHERE t.subject = 'y' || r.id AND t.name = 'remind' AND NOT t.dead))
	     + (SELECT count(*) FROM runs r, jsonb_array_elements(r.body -> 'steps') WITH ORDINALITY AS s (step, n)
	        WHERE r.state = 'running' AND s.step ? 'asked_at' AND NOT s.step ? 'answer' AND coalesce((s.step ->> 'late')::int, 0) < 2 AND NOT EXISTS (
	          SELECT 1 FROM timers t WHERE t.subject = 'y' || r.id AND t.name = 'step' || s.n AND NOT t.dead))
	     + (SELECT count(*) FROM disruptions d WHERE d.closed_at IS NULL AND NOT EXISTS (
	          SELECT 1 FROM timers t WHERE t.subject = 'd' || d.id AND t.name = 'late' AND NOT t.dead))
	     + (SELECT count(*) FROM runs r, jsonb_array_elements(r.body -> 'injects') WITH ORDINALITY AS i (inject, n)
	        WHERE r.state = 'running' AND NOT i.inject ? 'sent_at' AND NOT EXISTS (SELECT 1 FROM timers t WHERE t.subject = 'y' || r.id AND t.name = 'inject' || i.n AND NOT t.dead))
	     + (SELECT count(*) FROM runs r WHERE r.state = 'ended' AND jsonb_path_exists(r.body, '$.objectives[*] ? (!exists(@.result))') AND NOT EXISTS (
	          SELECT 1 FROM timers t WHERE t.subject = 'y' || r.id AND t.name = 'judge' AND NOT t.dead))`

// Pulse looks at everything that PostgreSQL can tell: all but whether messages get through, and Redis.
func (db *DB) Pulse(ctx context.Context) (p domain.Pulse, err error) {
	now, err := db.BusinessTime(ctx)
	if err != nil {
		return p, err
	}
	p.Silence = map[domain.Vital]time.Duration{}
	var b pgx.Batch
	b.Queue(`SELECT substr(name, length($1) + 1), extract(epoch FROM clock_timestamp() - at)::float8 FROM marks WHERE starts_with(name, $1)`, beatMark).Query(func(rows pgx.Rows) error {
		var kind domain.Vital
		var silence float64
		_, err := pgx.ForEachRow(rows, []any{&kind, &silence}, func() error { p.Silence[kind] = seconds(silence); return nil })
		return err
	})
	var timer, unsent, unknown, tail, canary float64
	b.Queue(`
		SELECT coalesce((SELECT extract(epoch FROM $1::timestamptz - min(due_at)) FROM timers WHERE NOT dead AND due_at <= $1), 0)::float8,
		       coalesce((SELECT extract(epoch FROM $1::timestamptz - min(not_before)) FROM outbox WHERE state IN ('pending', 'sending') AND not_before <= $1), 0)::float8,
		       coalesce((SELECT extract(epoch FROM clock_timestamp() - min(claimed_at)) FROM outbox WHERE state = 'unknown'), 0)::float8,
		       coalesce((SELECT extract(epoch FROM $1::timestamptz - min(e.at)) `+unsealed+`), 0)::float8,
		       (SELECT count(*) FROM inbox WHERE found_by = 'poller' AND received_at > clock_timestamp() - interval '5 minutes'),
		       (`+clockless+`),
		       coalesce((SELECT extract(epoch FROM clock_timestamp() - m.at) FROM marks m WHERE m.name = $2 AND coalesce((
		          SELECT o.provider_state <> 'delivered' FROM outbox o WHERE o.subject = $2 AND o.topic = $2 ORDER BY o.id DESC LIMIT 1), true)), 0)::float8`, now, canaryMark).
		QueryRow(func(row pgx.Row) error {
			return row.Scan(&timer, &unsent, &unknown, &tail, &p.FoundByPoller, &p.Clockless, &canary)
		})
	if err := db.Pool.SendBatch(ctx, &b).Close(); err != nil {
		return p, fmt.Errorf("pulse: %w", err)
	}
	p.OldestTimer, p.OldestUnsent, p.OldestUnknown, p.Unsealed, p.Canary = seconds(timer), seconds(unsent), seconds(unknown), seconds(tail), seconds(canary)
	return p, nil
}
