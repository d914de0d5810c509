package store

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

const taskColumns = `t.id, t.person_id, t.kind, t.subject, t.state, t.token, t.word, t.flag, t.created_at, t.due_at, t.snooze_to, t.opened_at, t.dwell_ms,
	t.proved_at, t.tries, t.retry_after, t.done_at, t.held_until, t.nudged_at,
	t.answered_at, t.reached, t.read_as`

func scanTask(rows pgx.Row, more ...any) (domain.Task, error) {
	var t domain.Task
	var dwell int64
	var snooze, opened, proved, retry, done, held, nudged, answered *time.Time
	err := rows.Scan(append([]any{&t.ID, &t.Person, &t.Kind, &t.Subject, &t.State, &t.Token, &t.Word, &t.Flag, &t.CreatedAt, &t.DueAt, &snooze, &opened, &dwell,
		&proved, &t.Tries, &retry, &done, &held, &nudged, &answered, &t.Reached, &t.ReadAs}, more...)...)
	t.CreatedAt, t.DueAt, t.Dwell = t.CreatedAt.UTC(), t.DueAt.UTC(), time.Duration(dwell)*time.Millisecond
	for _, p := range []struct {
		from *time.Time
		to   *time.Time
	}{{snooze, &t.SnoozeTo}, {opened, &t.OpenedAt}, {proved, &t.ProvedAt}, {retry, &t.RetryAfter}, {done, &t.DoneAt}, {held, &t.HeldUntil}, {nudged, &t.NudgedAt},
		{answered, &t.AnsweredAt}} {
		if p.from != nil {
			*p.to = p.from.UTC()
		}
	}
	return t, err
}

// taskFilter is the condition of a query, over $1 to $6: see taskArgs. A zero field narrows nothing.
const taskFilter = `($1::bigint = 0 OR t.id = $1) AND ($2::bigint = 0 OR t.person_id = $2) AND ($3::text = '' OR t.kind = $3) AND ($4::bigint = 0 OR t.subject = $4)
	AND ($5::text = '' OR t.token = $5) AND (NOT $6::boolean OR t.state = 'open')`

func taskArgs(q domain.TaskQuery) []any {
	return []any{int64(q.ID), int64(q.Person), string(q.Kind), q.Subject, q.Token, q.Open}
}

// mostTasks bounds what is loaded of one person's tasks: open ones first, then the newest.
const mostTasks = "200"

// taskQuery makes the statement that selects the tasks of a query. Each shape is planned for its own index.
func taskQuery(q domain.TaskQuery) string {
	sql := `SELECT ` + taskColumns + ` FROM tasks t WHERE ` + taskFilter
	switch {
	case q.ID != 0:
		return sql + ` AND t.id = $1 FOR UPDATE`
	case q.Token != "":
		return sql + ` AND t.token = $5 FOR UPDATE`
	case q.Person != 0:
		return sql + ` AND t.person_id = $2 ORDER BY t.state = 'open' DESC, t.id DESC LIMIT ` + mostTasks + ` FOR UPDATE`
	case q.Open:
		return sql + ` AND t.state = 'open' ORDER BY t.id`
	default:
		return sql + ` ORDER BY t.id`
	}
}

// loadTasks queues the reading of tasks, and of the versions that document tasks are about.
func (tx *Tx) loadTasks(f *domain.Facts, q domain.TaskQuery) {
	if q.None() {
		return
	}
	f.Versions = map[int64]*domain.DocumentVersion{}
	args := taskArgs(q)
	add := func(rows pgx.Rows) error {
		t, err := scanTask(rows)
		t.Retype = tx.db.retype(t)
		f.Tasks = append(f.Tasks, t)
		return err
	}
	tx.many(taskQuery(q), args, add)
	tx.loadArrivals(f, q)
	whole := q.ID != 0 || q.Token != ""
	tx.many(`
		SELECT `+versionColumns(whole)+` FROM document_versions v WHERE v.id IN (SELECT t.subject FROM tasks t WHERE t.kind = 'document' AND `+taskFilter+`)`,
		args, func(rows pgx.Rows) error {
			v, err := scanVersion(rows)
			if err == nil {
				f.Versions[v.ID] = v
			}
			return err
		})
	if q.Before && q.ID != 0 {
		tx.many(`
			SELECT `+versionColumns(true)+` FROM tasks t JOIN document_versions n ON n.id = t.subject AND t.kind = 'document'
			JOIN document_versions v ON v.code = n.code AND v.number < n.number AND v.published_at IS NOT NULL
			WHERE t.id = $1 ORDER BY v.number DESC LIMIT 1`, []any{int64(q.ID)}, func(rows pgx.Rows) (err error) {
			f.Before, err = scanVersion(rows)
			return err
		})
	}
	if q.Word != "" {
		tx.many(`
			SELECT `+taskColumns+` FROM tasks mine JOIN tasks t ON t.kind = 'document' AND t.subject = mine.subject AND t.word = $2 AND t.person_id <> mine.person_id
			WHERE mine.person_id = $1 AND mine.kind = 'document' AND mine.state = 'open' ORDER BY t.id LIMIT 10`, []any{int64(q.Person), q.Word}, add)
	}
}

// saveTask queues a task as a decision left it.
func (tx *Tx) saveTask(t domain.Task) {
	tx.queue(`
		UPDATE tasks SET state = $2, word = $3, flag = $4, due_at = $5, snooze_to = $6, opened_at = $7, dwell_ms = $8, proved_at = $9, tries = $10, retry_after = $11, done_at = $12,
		       answered_at = $13, reached = $14, read_as = $15
		WHERE id = $1`,
		int64(t.ID), string(t.State), t.Word, string(t.Flag), t.DueAt, maybe(t.SnoozeTo), maybe(t.OpenedAt), t.Dwell.Milliseconds(), maybe(t.ProvedAt), t.Tries,
		maybe(t.RetryAfter), maybe(t.DoneAt), maybe(t.AnsweredAt), t.Reached, string(t.ReadAs))
}

// tokenLetters hold nothing that is mistaken for another when read from a screen.
const tokenLetters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz"

// newToken draws the token of a task's page: ten characters, 58 bits.
func newToken() string {
	var b [16]byte
	out := make([]byte, 0, 10)
	for len(out) < 10 {
		_, _ = rand.Read(b[:]) // never fails: see crypto/rand
		for _, c := range b {
			if n := int(c & 63); n < len(tokenLetters) && len(out) < 10 {
				out = append(out, tokenLetters[n])
			}
		}
	}
	return string(out)
}

func newTokens(n int) []string {
	tokens := make([]string, n)
	for i := range tokens {
		tokens[i] = newToken()
	}
	return tokens
}

// TaskByID reads a task without locking it, and the document version it is about: nil for a course.
func (db *DB) TaskByID(ctx context.Context, id domain.TaskID) (domain.Task, *domain.DocumentVersion, error) {
	return db.task(ctx, domain.TaskQuery{ID: id})
}

// TaskByToken is TaskByID for the token of a page.
func (db *DB) TaskByToken(ctx context.Context, token string) (domain.Task, *domain.DocumentVersion, error) {
	return db.task(ctx, domain.TaskQuery{Token: token})
}

func (db *DB) task(ctx context.Context, q domain.TaskQuery) (t domain.Task, v *domain.DocumentVersion, err error) {
	where := `t.id = $1`
	arg := any(int64(q.ID))
	if q.ID == 0 {
		where, arg = `t.token = $1`, q.Token
	}
	t, err = scanTask(db.Pool.QueryRow(ctx, `SELECT `+taskColumns+` FROM tasks t WHERE `+where, arg))
	if errors.Is(err, pgx.ErrNoRows) {
		return t, nil, domain.ErrNotFound
	}
	if err != nil || !t.Kind.OfVersion() {
		return t, nil, err
	}
	v, err = scanVersion(db.Pool.QueryRow(ctx, `SELECT `+versionColumns(true)+` FROM document_versions v WHERE v.id = $1`, t.Subject))
	return t, v, err
}

// NewerTask finds the open task of the same person for the version that superseded this one's.
func (db *DB) NewerTask(ctx context.Context, old domain.Task) (domain.Task, error) {
	t, err := scanTask(db.Pool.QueryRow(ctx, `
		SELECT `+taskColumns+` FROM tasks t JOIN document_versions v ON v.id = t.subject JOIN document_versions o ON o.code = v.code AND o.id = $2
		WHERE t.person_id = $1 AND t.kind = 'document' AND t.state = 'open' ORDER BY t.id DESC LIMIT 1`, int64(old.Person), old.Subject))
	if errors.Is(err, pgx.ErrNoRows) {
		return t, domain.ErrNotFound
	}
	return t, err
}
