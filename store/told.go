package store

import (
	"fmt"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// mostTold bounds the messages that are shown of one record.
const mostTold = 20

// loadTold queues the reading of who was told of a record, when a command needs it. What went to its reporter is not among it: they may be
// hidden.
func (tx *Tx) loadTold(f *domain.Facts, n domain.Needs) {
	if !n.Told || n.Record == 0 {
		return
	}
	tx.many(`
		SELECT person, channel, state, at FROM (
			SELECT person_id AS person, channel, CASE
			         WHEN state = 'pending' AND error_code <> '`+heldMoved+`' OR state = 'sending' THEN 'waiting'
			         WHEN state = 'unknown' THEN 'unknown'
			         WHEN state = 'withdrawn' THEN 'dropped'
			         WHEN state IN ('failed', 'dead') OR provider_state IN ('undelivered', 'failed', 'busy', 'no-answer') THEN 'failed'
			         WHEN channel = 'voice' AND provider_state = 'completed' THEN 'rang'
			         WHEN provider_state IN ('delivered', 'read') THEN 'delivered'
			         ELSE 'sent' END AS state, created_at AS at
			FROM outbox WHERE subject = $1 AND topic IN ('escalation', 'silent', 'owner') AND op = 'send' AND person_id IS NOT NULL
			UNION ALL
			SELECT substr(actor, 2)::bigint, '', 'seen', at FROM events WHERE record_id = $2 AND name = 'seen' AND actor ~ '^p[0-9]+$') told
		ORDER BY at DESC, person LIMIT $3`, []any{n.Record.Subject(), n.Record, mostTold}, func(rows pgx.Rows) error {
		var t domain.Told
		if err := rows.Scan(&t.Person, &t.Channel, &t.State, &t.At); err != nil {
			return fmt.Errorf("told: %w", err)
		}
		f.Told = append(f.Told, t)
		return nil
	})
}
