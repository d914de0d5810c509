package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// loadProposals queues the reading of what quizzes that reports cause need.
func (tx *Tx) loadProposals(ctx context.Context, f *domain.Facts, n domain.Needs) error {
	if n.Proposal != 0 {
		tx.many(`SELECT `+proposalColumns+` FROM proposals WHERE id = $1 FOR UPDATE`, []any{n.Proposal}, func(rows pgx.Rows) error {
			p, err := scanProposal(rows)
			f.Proposal = &p
			return err
		})
	}
	if n.Bank {
		tx.loadBank(f, `true OR $1`, false)
	}
	if n.Sign == 0 {
		return nil
	}
	now, _, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	tx.many(`
		SELECT l.record_id, l.category, l.unit, l.rank, l.counts, l.created_at FROM causes one JOIN causes l ON l.category = one.category AND l.created_at > $2
		WHERE one.record_id = $1 ORDER BY l.record_id`, []any{n.Sign, now.Add(-proposalsLate)}, func(rows pgx.Rows) error {
		var s domain.Sign
		err := rows.Scan(&s.Record, &s.Category, &s.Unit, &s.Rank, &s.Counts, &s.CreatedAt)
		s.CreatedAt = s.CreatedAt.UTC()
		f.Signs = append(f.Signs, s)
		return err
	})
	tx.many(`SELECT `+proposalColumns+` FROM proposals WHERE created_at > $2 AND category = (SELECT category FROM causes WHERE record_id = $1) ORDER BY id`,
		[]any{n.Sign, now.Add(-proposalsLate)}, func(rows pgx.Rows) error {
			p, err := scanProposal(rows)
			f.Proposals = append(f.Proposals, p)
			return err
		})
	tx.loadBank(f, `category = (SELECT category FROM causes WHERE record_id = $1)`, n.Sign)
	tx.queue(`SELECT nextval(pg_get_serial_sequence('proposals', 'id'))`).QueryRow(scanning(&f.NextID))
	return nil
}

// proposalsLate is how far back is read; the decision looks at less.
const proposalsLate = 15 * 24 * time.Hour

func (tx *Tx) loadBank(f *domain.Facts, where string, arg any) {
	tx.many(`SELECT category, title, text, options, right_option, explanation FROM bank WHERE `+where+` ORDER BY position`, []any{arg}, func(rows pgx.Rows) error {
		var b domain.BankItem
		err := rows.Scan(&b.Category, &b.Title, &b.Item.Text, &b.Item.Options, &b.Item.Right, &b.Item.Explanation)
		f.Bank = append(f.Bank, b)
		return err
	})
}

const proposalColumns = `id, category, code, top, reports, serious, state, title, items, reason, course, created_at, decided_at`

func scanProposal(row pgx.Row) (domain.Proposal, error) {
	var p domain.Proposal
	var items []byte
	var decided *time.Time
	if err := row.Scan(&p.ID, &p.Category, &p.Code, &p.Top, &p.Reports, &p.Serious, &p.State, &p.Title, &items, &p.Reason, &p.Course, &p.CreatedAt, &decided); err != nil {
		return p, err
	}
	p.CreatedAt = p.CreatedAt.UTC()
	if decided != nil {
		p.DecidedAt = decided.UTC()
	}
	return p, json.Unmarshal(items, &p.Items)
}

// saveProposalEntry queues an entry of quizzes that reports cause. ok is false when it is none.
func (tx *Tx) saveProposalEntry(e domain.Entry) (ok bool, err error) {
	switch e := e.(type) {
	case domain.SavedProposal:
		p := e.Proposal
		items, err := json.Marshal(p.Items)
		if err != nil {
			return true, err
		}
		tx.queue(`
			INSERT INTO proposals (`+proposalColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
			ON CONFLICT (id) DO UPDATE SET state = EXCLUDED.state, title = EXCLUDED.title, items = EXCLUDED.items, reason = EXCLUDED.reason, course = EXCLUDED.course, decided_at = EXCLUDED.decided_at`,
			p.ID, p.Category, string(p.Code), string(p.Top), p.Reports, p.Serious, string(p.State), p.Title, items, p.Reason, p.Course, p.CreatedAt, maybe(p.DecidedAt))
	case domain.SavedBank:
		tx.queue(`DELETE FROM bank`)
		for n, b := range e.Items {
			tx.queue(`INSERT INTO bank (category, position, title, text, options, right_option, explanation) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
				b.Category, n, b.Title, b.Item.Text, b.Item.Options, b.Item.Right, b.Item.Explanation)
		}
	case domain.Annotation:
		tx.queue(`INSERT INTO annotations (at, unit, kind, subject, text_key) VALUES ($1, $2, $3, $4, $5)`, e.At, string(e.Unit), e.Kind, e.Subject, e.Key)
	default:
		return false, nil
	}
	return true, nil
}

// Annotations lists the dates worth marking on the charts of some units, oldest first.
func (db *DB) Annotations(ctx context.Context, units []domain.UnitCode, from, to time.Time) ([]domain.Annotation, error) {
	rows, err := db.Pool.Query(ctx, `SELECT at, unit, kind, subject, text_key FROM annotations WHERE unit = ANY($1) AND at >= $2 AND at < $3 ORDER BY at, id`, units, from, to)
	if err != nil {
		return nil, fmt.Errorf("annotations: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (domain.Annotation, error) {
		var a domain.Annotation
		err := row.Scan(&a.At, &a.Unit, &a.Kind, &a.Subject, &a.Key)
		a.At = a.At.UTC()
		return a, err
	})
}

// The bounds of one sweep over the audit: how many events it reads at most, and how many it reads again, because a transaction that
// began earlier may have ended later. What has not changed is passed over.
const (
	sweepEvents = 5000
	sweepAgain  = 1000
)

// SweepCauses looks through the audit for reports whose category, rank or place is new since the last time, and considers each of them,
// once a change, as a reason for a quiz. It costs the way of a report nothing. It returns how many were considered.
func (db *DB) SweepCauses(ctx context.Context) (considered int, err error) {
	var seen, last int64
	if err := db.Pool.QueryRow(ctx, `
		SELECT coalesce((SELECT nullif(value, '')::bigint FROM marks WHERE name = 'causes'), 0), coalesce((SELECT max(id) FROM events), 0)`).Scan(&seen, &last); err != nil || seen >= last {
		return 0, err
	}
	last = min(last, seen+sweepEvents)
	err = db.InTx(ctx, func(tx *Tx) error {
		considered = 0
		var leader bool
		tx.queue(`SELECT pg_try_advisory_xact_lock(hashtext('goodcatch causes'))`).QueryRow(scanning(&leader))
		now, _, err := tx.Now(ctx)
		if err != nil || !leader {
			return err
		}
		changed, err := tx.newSigns(ctx, max(0, seen-sweepAgain), last, now)
		if err != nil {
			return err
		}
		for _, id := range changed {
			if _, err := tx.Do(ctx, domain.Clockwork, domain.ConsiderQuiz{Record: id}); err != nil {
				return err
			}
			considered++
		}
		tx.queue(`INSERT INTO marks (name, value, at) VALUES ('causes', $1, $2) ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value, at = EXCLUDED.at`, fmt.Sprint(last), now)
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("sweep causes: %w", err)
	}
	return considered, nil
}

// newSigns copies what the search for causes knows of the reports that some events are about, and returns those for which it is new.
func (tx *Tx) newSigns(ctx context.Context, after, last int64, now time.Time) (changed []domain.RecordID, err error) {
	tx.many(`
		INSERT INTO causes AS c (record_id, category, unit, rank, counts, created_at)
		SELECT r.id, r.details->>'category', r.unit, r.rank,
		       r.kind IN ('near_miss', 'incident', 'unsafe_condition') AND r.state NOT IN ('duplicate', 'not_reportable', 'withdrawn') AND NOT coalesce((r.details->>'about_manager')::boolean, false),
		       r.created_at
		FROM records r
		WHERE r.id IN (SELECT e.record_id FROM events e WHERE e.id > $1 AND e.id <= $2 AND e.record_id IS NOT NULL)
		  AND coalesce(r.details->>'category', '') <> '' AND r.created_at > $3
		ON CONFLICT (record_id) DO UPDATE SET category = EXCLUDED.category, unit = EXCLUDED.unit, rank = EXCLUDED.rank, counts = EXCLUDED.counts
		WHERE (c.category, c.unit, c.rank, c.counts) IS DISTINCT FROM (EXCLUDED.category, EXCLUDED.unit, EXCLUDED.rank, EXCLUDED.counts)
		RETURNING c.record_id`, []any{after, last, now.Add(-proposalsLate)}, func(rows pgx.Rows) error {
		var id domain.RecordID
		err := rows.Scan(&id)
		changed = append(changed, id)
		return err
	})
	return changed, tx.flush(ctx)
}
