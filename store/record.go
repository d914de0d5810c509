package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
	"goodcatch/domain/scale"
)

// recordColumns are the columns of records in the order of recordRow.into.
const recordColumns = `id, ref, code, kind, state, rank, unit, coalesce(reporter, 0), coalesce(from_id, 0), hidden, coalesce(owner, 0),
	owned_at, created_at, due_at, closed_at, ladder, climb, details, version`

type recordRow struct {
	r                     domain.Record
	rank                  int
	owned, due, closed    *time.Time
	ladder, climb, detail []byte
}

func (w *recordRow) into() []any {
	r := &w.r
	return []any{&r.ID, &r.Ref, &r.Code, &r.Kind, &r.State, &w.rank, &r.Unit, &r.Reporter, &r.From, &r.Hidden, &r.Owner,
		&w.owned, &r.CreatedAt, &w.due, &w.closed, &w.ladder, &w.climb, &w.detail, &r.Version}
}

func (w *recordRow) record() (*domain.Record, error) {
	r := w.r
	r.Rank = scale.Rank(w.rank)
	r.CreatedAt = r.CreatedAt.UTC()
	for _, t := range []struct {
		from *time.Time
		to   *time.Time
	}{{w.owned, &r.OwnedAt}, {w.due, &r.DueAt}, {w.closed, &r.ClosedAt}} {
		if t.from != nil {
			*t.to = t.from.UTC()
		}
	}
	r.Report = &domain.Report{}
	for _, j := range []struct {
		from []byte
		to   any
	}{{w.ladder, &r.Ladder}, {w.climb, &r.Climb}, {w.detail, r.Report}} {
		if err := json.Unmarshal(j.from, j.to); err != nil {
			return nil, fmt.Errorf("record %d: %w", r.ID, err)
		}
	}
	return &r, nil
}

func scanRecord(rows pgx.CollectableRow) (*domain.Record, error) {
	var w recordRow
	if err := rows.Scan(w.into()...); err != nil {
		return nil, err
	}
	return w.record()
}

// lockRecord queues the reading of one record for change.
func (tx *Tx) lockRecord(w *recordRow, found *bool, id domain.RecordID, ref domain.Ref) {
	if id != 0 {
		tx.one(found, `SELECT `+recordColumns+` FROM records WHERE id = $1 FOR UPDATE`, []any{id}, w.into()...)
		return
	}
	tx.one(found, `SELECT `+recordColumns+` FROM records WHERE ref = $1 FOR UPDATE`, []any{ref}, w.into()...)
}

// saveRecord queues a new record, or the changed one, which the transaction holds locked.
func (tx *Tx) saveRecord(r *domain.Record) error {
	ladder, err := json.Marshal(r.Ladder)
	if err != nil {
		return err
	}
	climb, err := json.Marshal(r.Climb)
	if err != nil {
		return err
	}
	details, err := json.Marshal(r.Report)
	if err != nil {
		return err
	}
	after := r.Clone()
	after.Version++
	tx.written[r.ID] = after
	if r.Version == 0 {
		tx.makes(r.ID.Subject())
		tx.queue(`
			INSERT INTO records (id, ref, code, kind, system, state, rank, unit, reporter, from_id, hidden, owner, owned_at, created_at, due_at, closed_at, ladder, climb, details, version)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 1)`,
			r.ID, r.Ref, r.Code, r.Kind, r.Kind.System(), r.State, int(r.Rank), r.Unit, nullable(r.Reporter), nullable(r.From), r.Hidden, nullable(r.Owner),
			maybe(r.OwnedAt), r.CreatedAt, maybe(r.DueAt), maybe(r.ClosedAt), ladder, climb, details)
		return nil
	}
	tx.queue(`
		UPDATE records SET kind = $2, system = $3, state = $4, rank = $5, unit = $6, reporter = $7, from_id = $8, hidden = $9, owner = $10, owned_at = $11,
		       due_at = $12, closed_at = $13, ladder = $14, climb = $15, details = $16, version = version + 1
		WHERE id = $1`,
		r.ID, r.Kind, r.Kind.System(), r.State, int(r.Rank), r.Unit, nullable(r.Reporter), nullable(r.From), r.Hidden, nullable(r.Owner), maybe(r.OwnedAt),
		maybe(r.DueAt), maybe(r.ClosedAt), ladder, climb, details)
	return nil
}

// maybe stores a zero time as absence.
func maybe(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

type sealedPassage struct {
	p      domain.Passage
	sealed []byte
}

// readPassages queues the reading of a record's sealed text and its key.
func (tx *Tx) readPassages(id domain.RecordID, into *[]sealedPassage, key *[]byte) {
	var found bool
	tx.one(&found, `SELECT wrapped FROM subject_keys WHERE subject = $1`, []any{id.Subject()}, key)
	tx.many(`SELECT kind, author, at, sealed FROM passages WHERE record_id = $1 ORDER BY id`, []any{id}, func(rows pgx.Rows) error {
		s := sealedPassage{p: domain.Passage{Record: id}}
		if err := rows.Scan(&s.p.Kind, &s.p.Author, &s.p.At, &s.sealed); err != nil {
			return err
		}
		*into = append(*into, s)
		return nil
	})
}

// openPassages opens sealed text. When the key is gone the text is gone: that is erasure, not an error.
func (db *DB) openPassages(id domain.RecordID, key []byte, sealed []sealedPassage) ([]domain.Passage, error) {
	if len(sealed) == 0 || key == nil {
		return nil, nil
	}
	subject, err := db.Keys.OpenSubject(id.Subject(), key)
	if err != nil {
		return nil, fmt.Errorf("record %d: %w", id, err)
	}
	passages := make([]domain.Passage, 0, len(sealed))
	for _, s := range sealed {
		text, err := subject.Open(s.sealed, []byte(s.p.Kind))
		if err != nil {
			return nil, fmt.Errorf("record %d: %w", id, err)
		}
		s.p.Text = string(text)
		passages = append(passages, s.p)
	}
	return passages, nil
}

// savePassages seals a change's free text, under a new key for a new record.
func (tx *Tx) savePassages(ctx context.Context, c domain.Change) error {
	fresh := map[domain.RecordID]bool{}
	for _, r := range c.Records {
		fresh[r.ID] = r.Version == 0
	}
	for _, p := range c.Passages {
		subject, err := tx.subject(ctx, p.Record.Subject(), fresh[p.Record])
		if err != nil {
			return err
		}
		sealed, err := subject.Seal([]byte(p.Text), []byte(p.Kind))
		if err != nil {
			return err
		}
		fresh[p.Record] = false
		tx.queue(`INSERT INTO passages (record_id, kind, author, at, sealed) VALUES ($1, $2, $3, $4, $5)`, p.Record, p.Kind, p.Author, p.At, sealed)
	}
	return nil
}

// RecordByCode finds a record by its code, without locking it.
func (tx *Tx) RecordByCode(ctx context.Context, code domain.Code) (*domain.Record, error) {
	var w recordRow
	var found bool
	tx.one(&found, `SELECT `+recordColumns+` FROM records WHERE code = $1`, []any{code}, w.into()...)
	if err := tx.flush(ctx); err != nil {
		return nil, err
	}
	if !found {
		return nil, domain.ErrNotFound
	}
	return w.record()
}
