package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// lockLife queues the lock of the document that a version belongs to: its versions then follow each other.
func (tx *Tx) lockLife(version int64) {
	tx.queue(`SELECT 1 FROM documents WHERE code = (SELECT code FROM document_versions WHERE id = $1) FOR UPDATE`, version)
}

// loadLife queues the reading of one version to decide about, whole, with all that its document's life needs.
func (tx *Tx) loadLife(f *domain.Facts, version int64) {
	tx.lockLife(version)
	tx.many(`SELECT `+versionColumns(true)+` FROM document_versions v WHERE v.id = $1 FOR UPDATE`, []any{version}, func(rows pgx.Rows) (err error) {
		f.Version, err = scanVersion(rows)
		return err
	})
	tx.loadHistory(f, versionsCode, version)
}

// versionsCode is the code of the document whose version $1 is.
const versionsCode = `(SELECT code FROM document_versions WHERE id = $1)`

// loadHistory queues the reading of a document's versions, what was decided about them, and the tasks of reviewers and owners. code is a
// SQL expression over $1.
func (tx *Tx) loadHistory(f *domain.Facts, code string, arg any) {
	tx.many(`SELECT `+versionColumns(false)+` FROM document_versions v WHERE v.code = `+code+` ORDER BY v.number`, []any{arg}, func(rows pgx.Rows) error {
		v, err := scanVersion(rows)
		f.History = append(f.History, v)
		return err
	})
	tx.many(`
		SELECT d.version_id, d.what, coalesce(d.person_id, 0), d.sha256, d.at, d.channel, d.level FROM document_decisions d JOIN document_versions v ON v.id = d.version_id
		WHERE v.code = `+code+` ORDER BY d.id`, []any{arg}, func(rows pgx.Rows) error {
		var d domain.Decision
		err := rows.Scan(&d.Version, &d.What, &d.Person, &d.Hash, &d.At, &d.Channel, &d.Level)
		d.At = d.At.UTC()
		f.Decided = append(f.Decided, d)
		return err
	})
	tx.many(`
		SELECT `+taskColumns+` FROM tasks t JOIN document_versions v ON v.id = t.subject
		WHERE t.kind IN ('approve', 'review', 'revise') AND v.code = `+code+` ORDER BY t.id`, []any{arg}, func(rows pgx.Rows) error {
		t, err := scanTask(rows)
		f.Chores = append(f.Chores, t)
		return err
	})
}

// endedCodes frees the codes of questions that ended before $1.
const endedCodes = `
	WITH gone AS (DELETE FROM codes WHERE ended_at < $1 RETURNING code, subject),
	     nameless AS (UPDATE document_versions v SET handle = NULL FROM gone WHERE gone.subject = 'v' || v.id AND v.handle = gone.code)
	INSERT INTO free_codes SELECT code FROM gone ON CONFLICT DO NOTHING`

// saveLifeEntry queues an entry of the life of documents; ok is false when it is none.
func (tx *Tx) saveLifeEntry(ctx context.Context, e domain.Entry) (ok bool, err error) {
	switch e := e.(type) {
	case domain.SavedVersion:
		return true, tx.saveVersion(e.DocumentVersion)
	case domain.RetiredDocument:
		return true, tx.retire(e.Version)
	case domain.Decision:
		return true, tx.saveDecision(ctx, e)
	case domain.AskedTask:
		tx.askTask(e.Task)
	case domain.GivenCode:
		tx.queue(`INSERT INTO codes (code, subject) VALUES ($1, $2) ON CONFLICT (code) DO UPDATE SET subject = EXCLUDED.subject, ended_at = NULL`, string(e.Code), e.Subject)
	case domain.EndedCode:
		tx.queue(`UPDATE codes SET ended_at = $2 WHERE code = $1 AND ended_at IS NULL`, string(e.Code), tx.now)
	default:
		return false, nil
	}
	return true, nil
}

// askTask queues a task of one person, new or open again.
func (tx *Tx) askTask(t domain.Task) {
	tx.queue(`
		INSERT INTO tasks (person_id, kind, subject, token, created_at, due_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT ON CONSTRAINT tasks_one DO UPDATE SET state = 'open', due_at = EXCLUDED.due_at, done_at = NULL`,
		int64(t.Person), string(t.Kind), t.Subject, t.Token, t.CreatedAt, t.DueAt)
}

func reasonPlace(version int64) string { return fmt.Sprintf("document reason:v%d", version) }

// saveDecision queues a decision; the name is sealed under the person's own key.
func (tx *Tx) saveDecision(ctx context.Context, d domain.Decision) error {
	var name, reason []byte
	if d.Person != 0 {
		holder, err := tx.subject(ctx, fmt.Sprintf("p%d", d.Person), false)
		if err != nil {
			return err
		}
		if name, err = holder.Seal([]byte(d.Name), []byte("printed name")); err != nil {
			return err
		}
	}
	if d.Reason != "" {
		var err error
		if reason, err = tx.db.Keys.Seal([]byte(d.Reason), []byte(reasonPlace(d.Version))); err != nil {
			return err
		}
	}
	tx.queue(`
		INSERT INTO document_decisions (version_id, what, person_id, printed_name, sha256, at, channel, level, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		d.Version, string(d.What), nullable(d.Person), name, d.Hash, d.At, string(d.Channel), int(d.Level), reason)
	return nil
}

// retire takes a version out of force, with its open tasks.
func (tx *Tx) retire(v domain.DocumentVersion) error {
	if err := tx.saveVersion(v); err != nil {
		return err
	}
	tx.queue(`UPDATE documents SET current = NULL WHERE code = $1 AND current = $2`, v.Code, v.ID)
	return tx.endVersion(v, domain.Retired, "doc.retired", domain.Args{"doc": domain.Text(v.Code), "version": domain.Number(v.Number), "title": domain.Text(v.Title)})
}

// SubjectByCode finds what a code other than a record's stands for: v12. domain.ErrNotFound: nothing.
func (tx *Tx) SubjectByCode(ctx context.Context, code domain.Code) (subject string, err error) {
	var found bool
	tx.one(&found, `SELECT subject FROM codes WHERE code = $1`, []any{string(code)}, &subject)
	if err := tx.flush(ctx); err != nil {
		return "", err
	}
	if !found {
		return "", domain.ErrNotFound
	}
	return subject, nil
}

// Version reads a document version with its text, without locking it.
func (db *DB) Version(ctx context.Context, id int64) (*domain.DocumentVersion, error) {
	v, err := scanVersion(db.Pool.QueryRow(ctx, `SELECT `+versionColumns(true)+` FROM document_versions v WHERE v.id = $1`, id))
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, domain.ErrNotFound
	}
	return v, err
}

// Decisions lists what was decided about a document's versions, in order, with printed names and reasons: its approval chain.
func (db *DB) Decisions(ctx context.Context, code string) ([]domain.Decision, error) {
	rows, err := db.Pool.Query(ctx, `
		SELECT d.version_id, d.what, coalesce(d.person_id, 0), d.printed_name, k.wrapped, d.sha256, d.at, d.channel, d.level, d.reason
		FROM document_decisions d JOIN document_versions v ON v.id = d.version_id LEFT JOIN subject_keys k ON k.subject = 'p' || d.person_id
		WHERE v.code = $1 ORDER BY d.id`, code)
	if err != nil {
		return nil, fmt.Errorf("decisions about %s: %w", code, err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (domain.Decision, error) {
		var d domain.Decision
		var name, key, reason []byte
		var at time.Time
		if err := row.Scan(&d.Version, &d.What, &d.Person, &name, &key, &d.Hash, &at, &d.Channel, &d.Level, &reason); err != nil {
			return d, err
		}
		d.At = at.UTC()
		return d, db.openDecision(&d, name, key, reason)
	})
}

// openDecision opens a decision's name and reason. A name whose key is gone stays empty: that is erasure.
func (db *DB) openDecision(d *domain.Decision, name, key, reason []byte) error {
	if name != nil && key != nil {
		holder, err := db.Keys.OpenSubject(fmt.Sprintf("p%d", d.Person), key)
		if err != nil {
			return err
		}
		text, err := holder.Open(name, []byte("printed name"))
		if err != nil {
			return err
		}
		d.Name = string(text)
	}
	if reason != nil {
		text, err := db.Keys.Open(reason, []byte(reasonPlace(d.Version)))
		if err != nil {
			return err
		}
		d.Reason = string(text)
	}
	return nil
}

// A Paper is a document version that a person has to decide about or to rewrite.
type Paper struct {
	Task    domain.Task
	Version *domain.DocumentVersion
	Sent    SentNotice // the newest message that asks for it, with its buttons; zero: none went to this address
}

// Papers lists what a person has to decide about documents, the most urgent first.
func (tx *Tx) Papers(ctx context.Context, person domain.PersonID, address domain.AddressID) ([]Paper, error) {
	var papers []Paper
	tx.many(`
		SELECT `+taskColumns+` FROM tasks t WHERE t.person_id = $1 AND t.kind IN ('approve', 'review', 'revise') AND t.state = 'open' ORDER BY t.due_at, t.id LIMIT 20`,
		[]any{int64(person)}, func(rows pgx.Rows) error {
			t, err := scanTask(rows)
			papers = append(papers, Paper{Task: t})
			return err
		})
	if err := tx.flush(ctx); err != nil {
		return nil, err
	}
	for i := range papers {
		p := &papers[i]
		tx.many(`SELECT `+versionColumns(false)+` FROM document_versions v WHERE v.id = $1`, []any{p.Task.Subject}, func(rows pgx.Rows) (err error) {
			p.Version, err = scanVersion(rows)
			return err
		})
		tx.many(`
			SELECT id, subject, topic, state, replies FROM outbox
			WHERE subject = 'v' || $1::bigint AND address_id = $2 AND op = 'send' AND replies::text <> '[]' ORDER BY id DESC LIMIT 1`, []any{p.Task.Subject, address}, func(rows pgx.Rows) (err error) {
			p.Sent, err = scanSent(rows)
			return err
		})
	}
	return papers, tx.flush(ctx)
}

// Waiting lists the versions in review that wait for a person who has left.
func (tx *Tx) Waiting(ctx context.Context) ([]int64, error) {
	var ids []int64
	tx.many(`
		SELECT DISTINCT v.id FROM document_versions v JOIN people p ON p.id = ANY(v.reviewers) WHERE v.state = 'in_review' AND NOT p.active ORDER BY v.id`, nil,
		func(rows pgx.Rows) error {
			var id int64
			err := rows.Scan(&id)
			ids = append(ids, id)
			return err
		})
	return ids, tx.flush(ctx)
}
