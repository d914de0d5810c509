package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// Gauges say how the whole installation is doing.
type Gauges struct {
	domain.Pulse
	Alarms     []domain.Vital // that stand
	OpenByRank map[int]int
	OpenTasks  map[string]int
	Overdue    int // open records past their due time
	Unowned    int
	Unknown    int                    // messages of unknown outcome
	Dead       int                    // dead letters
	Off        map[domain.Channel]int // providers that are switched off, and how many messages wait for each
	Missed     int                    // inbound of the last day that the webhook missed
	Load       Load
}

// Gauges reads them.
func (db *DB) Gauges(ctx context.Context) (g Gauges, err error) {
	now, err := db.BusinessTime(ctx)
	if err != nil {
		return g, err
	}
	if g.Pulse, err = db.Pulse(ctx); err != nil {
		return g, err
	}
	if g.Alarms, err = db.Alarms(ctx); err != nil {
		return g, err
	}
	if g.Off, err = db.offAndWaiting(ctx); err != nil {
		return g, err
	}
	g.OpenByRank, g.OpenTasks = map[int]int{}, map[string]int{"document": 0, "course": 0}
	var b pgx.Batch
	b.Queue(`SELECT rank, count(*) FROM records WHERE closed_at IS NULL GROUP BY rank`).Query(func(rows pgx.Rows) error {
		var rank, n int
		_, err := pgx.ForEachRow(rows, []any{&rank, &n}, func() error { g.OpenByRank[rank] = n; return nil })
		return err
	})
	b.Queue(`SELECT kind, count(*) FROM tasks WHERE state = 'open' GROUP BY kind`).Query(func(rows pgx.Rows) error {
		var kind string
		var n int
		_, err := pgx.ForEachRow(rows, []any{&kind, &n}, func() error { g.OpenTasks[kind] = n; return nil })
		return err
	})
	b.Queue(`
		SELECT (SELECT count(*) FROM records WHERE closed_at IS NULL AND due_at < $1),
		       (SELECT count(*) FROM records WHERE closed_at IS NULL AND owner IS NULL),
		       (SELECT count(*) FROM outbox WHERE state = 'unknown'),
		       (SELECT count(*) FROM outbox WHERE state = 'dead') + (SELECT count(*) FROM timers WHERE dead) + (SELECT count(*) FROM inbox WHERE NOT handled),
		       (SELECT count(*) FROM inbox WHERE found_by = 'poller' AND received_at > clock_timestamp() - interval '1 day')`, now).
		QueryRow(func(row pgx.Row) error {
			return row.Scan(&g.Overdue, &g.Unowned, &g.Unknown, &g.Dead, &g.Missed)
		})
	g.Load.queue(&b, now)
	if err := db.Pool.SendBatch(ctx, &b).Close(); err != nil {
		return g, fmt.Errorf("gauges: %w", err)
	}
	return g, nil
}

// offAndWaiting is how many messages wait for each provider that is switched off.
func (db *DB) offAndWaiting(ctx context.Context) (map[domain.Channel]int, error) {
	org, err := db.Organisation(ctx)
	if err != nil {
		return nil, err
	}
	waiting, err := db.Waiting(ctx)
	if err != nil {
		return nil, err
	}
	off := map[domain.Channel]int{}
	for ch := range org.Off {
		off[ch] = waiting[ch]
	}
	return off, nil
}

func seconds(s float64) time.Duration { return max(0, time.Duration(s*float64(time.Second))) }
