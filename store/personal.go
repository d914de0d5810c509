package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// PageLife is how long the link to a personal page, or to a manager's campaigns, works.
const PageLife = 7 * 24 * time.Hour

// NewPage makes a link to a person's own page and returns its token. Links whose time is over go.
func (tx *Tx) NewPage(person domain.PersonID) string {
	token := newToken() + newToken()
	tx.saveLinkTo("page", person, token)
	return token
}

// saveLinkTo queues a link to a page of one kind. Its token is fingerprinted with the kind: it opens no page of another.
func (tx *Tx) saveLinkTo(kind string, person domain.PersonID, token string) {
	tx.queue(`DELETE FROM pages WHERE expires_at < clock_timestamp()`)
	tx.queue(`INSERT INTO pages (fingerprint, person_id, expires_at) VALUES ($1, $2, clock_timestamp() + $3::interval)`, tx.db.Keys.Fingerprint(kind, token), int64(person), PageLife)
}

// PageOf is whose own page a token opens. One that is over, or never was, is domain.ErrNotFound.
func (db *DB) PageOf(ctx context.Context, token string) (domain.PersonID, error) {
	return db.linkedTo(ctx, "page", token)
}

// ConsoleOf is whose campaigns a token opens. One that is over, or never was, is domain.ErrNotFound.
func (db *DB) ConsoleOf(ctx context.Context, token string) (domain.PersonID, error) {
	return db.linkedTo(ctx, "console", token)
}

func (db *DB) linkedTo(ctx context.Context, kind, token string) (domain.PersonID, error) {
	var person domain.PersonID
	err := db.Pool.QueryRow(ctx, `SELECT person_id FROM pages WHERE fingerprint = $1 AND expires_at > clock_timestamp()`, db.Keys.Fingerprint(kind, token)).Scan(&person)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, domain.ErrNotFound
	}
	if err != nil {
		return 0, fmt.Errorf("%s link: %w", kind, err)
	}
	return person, nil
}

// A Personal page is what one person must sign, learn and do, and what they have signed and passed. Nobody else is shown it.
type Personal struct {
	ToSign  []PersonalDocument
	ToLearn []Lesson
	Owned   []*domain.Record
	Papers  []Paper                   // documents to decide about
	Stale   []*domain.DocumentVersion // owned, overdue for review, and no paper of theirs asks
	Signed  []PersonalDocument        // newest first, of every version
	Passed  []PersonalCourse          // newest first
}

// A PersonalDocument is a document version as its reader has it.
type PersonalDocument struct {
	Code, Title string
	Number      int
	Token       string    // of its page; of one to sign
	DueAt       time.Time // of one to sign
	At          time.Time // of one that is signed
	Zone        string
	Receipt     domain.Ref
	Sentence    string // what signing meant, as it was shown
	Hash        string
	Level       int
	Current     bool // the version signed is the one in force
}

// A PersonalCourse is a course that its learner has passed.
type PersonalCourse struct {
	Code, Title string
	Score       int // per cent
	At          time.Time
}

// Personal reads a person's page.
func (tx *Tx) Personal(ctx context.Context, person domain.PersonID) (Personal, error) {
	var p Personal
	tx.many(`
		SELECT v.code, v.title, v.number, t.token, t.due_at FROM tasks t JOIN document_versions v ON v.id = t.subject
		WHERE t.person_id = $1 AND t.kind = 'document' AND t.state = 'open' ORDER BY t.due_at, v.code`, []any{int64(person)}, func(rows pgx.Rows) error {
		var d PersonalDocument
		err := rows.Scan(&d.Code, &d.Title, &d.Number, &d.Token, &d.DueAt)
		p.ToSign = append(p.ToSign, d)
		return err
	})
	tx.many(`
		SELECT v.code, v.title, v.number, a.at, a.zone, a.receipt, a.sentence, a.sha256, a.level, v.state = 'effective' FROM attestations a JOIN document_versions v ON v.id = a.version_id
		WHERE a.person_id = $1 ORDER BY a.at DESC, a.id DESC`, []any{int64(person)}, func(rows pgx.Rows) error {
		var d PersonalDocument
		err := rows.Scan(&d.Code, &d.Title, &d.Number, &d.At, &d.Zone, &d.Receipt, &d.Sentence, &d.Hash, &d.Level, &d.Current)
		p.Signed = append(p.Signed, d)
		return err
	})
	tx.many(`
		SELECT DISTINCT ON (c.code) c.code, coalesce(c.titles->>$2, c.title), a.score, a.done_at FROM attempts a JOIN courses c ON c.id = a.course_id
		WHERE a.person_id = $1 AND a.passed ORDER BY c.code, a.done_at DESC`, []any{int64(person), tx.org.LanguageOf(person)}, func(rows pgx.Rows) error {
		var c PersonalCourse
		err := rows.Scan(&c.Code, &c.Title, &c.Score, &c.At)
		p.Passed = append(p.Passed, c)
		return err
	})
	tx.many(`SELECT `+recordColumns+` FROM records WHERE owner = $1 AND closed_at IS NULL ORDER BY due_at NULLS LAST, id LIMIT 50`, []any{int64(person)}, into(&p.Owned))
	tx.many(`
		SELECT `+versionColumns(false)+` FROM document_versions v
		WHERE v.owner = $1 AND v.state = 'effective' AND v.review_at < $2
		  AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.person_id = $1 AND t.kind IN ('review', 'revise') AND t.subject = v.id AND t.state = 'open')
		ORDER BY v.review_at, v.code LIMIT 50`, []any{int64(person), tx.now}, func(rows pgx.Rows) error {
		v, err := scanVersion(rows)
		if err == nil && v.Overdue(tx.now) {
			p.Stale = append(p.Stale, v)
		}
		return err
	})
	var err error
	if p.Papers, err = tx.Papers(ctx, person, 0); err != nil {
		return p, err
	}
	p.ToLearn, err = tx.OpenCourses(ctx, person)
	return p, err
}
