package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

const courseColumns = `c.id, c.code, c.title, c.educator, c.pass_mark, c.due_seconds, c.audience, c.source, c.published_at, c.family, c.valid_months, c.titles`

func scanCourse(row pgx.Row, more ...any) (*domain.Course, error) {
	var c domain.Course
	var seconds int64
	var audience []byte
	if err := row.Scan(append([]any{&c.ID, &c.Code, &c.Title, &c.Educator, &c.PassMark, &seconds, &audience, &c.Source, &c.PublishedAt, &c.Family, &c.ValidMonths, &c.Titles}, more...)...); err != nil {
		return nil, err
	}
	c.Due, c.PublishedAt = time.Duration(seconds)*time.Second, c.PublishedAt.UTC()
	return &c, json.Unmarshal(audience, &c.Audience)
}

// loadCourse queues the reading of a course with its items, tasks and attempts: the actor's own, or everybody's.
//
// A change of the course (everybody's) locks it alone; an answer shares it, so that no attempt is scored under one wording and written
// under another. The clock only reads: a reminder that comes at the same moment is harmless, and waits for nobody.
func (tx *Tx) loadCourse(f *domain.Facts, n domain.Needs) {
	if n.Course == "" {
		return
	}
	lock := ` FOR SHARE`
	if n.Everyone {
		lock = ` FOR UPDATE`
	}
	if f.Actor.Clock && !n.Tending {
		lock = ``
	}
	tx.many(`SELECT `+courseColumns+` FROM courses c WHERE c.code = $1`+lock, []any{n.Course}, func(rows pgx.Rows) (err error) {
		f.Course, err = scanCourse(rows)
		return err
	})
	tx.many(`
		SELECT i.id, i.key, i.text, i.options, i.right_option, i.explanation, i.withdrawn, i.revision, i.words FROM items i JOIN courses c ON c.id = i.course_id
		WHERE c.code = $1 ORDER BY i.withdrawn, i.position, i.id`, []any{n.Course}, func(rows pgx.Rows) error {
		var i domain.Item
		err := rows.Scan(&i.ID, &i.Key, &i.Text, &i.Options, &i.Right, &i.Explanation, &i.Withdrawn, &i.Revision, &i.Words)
		f.Course.Items = append(f.Course.Items, i)
		return err
	})
	tx.loadLearners(f, n)
}

// loadLearners queues the reading of who has the course and how they stand.
func (tx *Tx) loadLearners(f *domain.Facts, n domain.Needs) {
	person := int64(f.Actor.Person)
	tx.many(`
		SELECT `+taskColumns+` FROM tasks t JOIN courses c ON t.kind = 'course' AND t.subject = c.id
		WHERE c.code = $1 AND ($2 OR t.person_id = $3) ORDER BY t.person_id`, []any{n.Course, n.Everyone, person}, func(rows pgx.Rows) error {
		t, err := scanTask(rows)
		f.Tasks = append(f.Tasks, t)
		return err
	})
	if n.Tending {
		return
	}
	tx.many(`
		SELECT a.id, a.course_id, a.person_id, a.number, a.started_at, a.done_at, a.score, a.passed,
		       coalesce((SELECT array_agg(g.item_id ORDER BY g.item_id) FROM item_answers g WHERE g.attempt_id = a.id), '{}'),
		       coalesce((SELECT array_agg(g.choice ORDER BY g.item_id) FROM item_answers g WHERE g.attempt_id = a.id), '{}')
		FROM attempts a JOIN courses c ON c.id = a.course_id
		WHERE c.code = $1 AND ($2 OR a.person_id = $3) ORDER BY a.person_id, a.number`, []any{n.Course, n.Everyone, person}, func(rows pgx.Rows) error {
		a, err := scanAttempt(rows)
		f.Attempts = append(f.Attempts, a)
		if a.Person == f.Actor.Person {
			own := a
			f.Attempt = &own
		}
		return err
	})
}

func scanAttempt(row pgx.Row) (domain.Attempt, error) {
	a := domain.Attempt{Given: map[int64]int{}}
	var done *time.Time
	var items []int64
	var choices []int16
	if err := row.Scan(&a.ID, &a.Course, &a.Person, &a.Number, &a.StartedAt, &done, &a.Score, &a.Passed, &items, &choices); err != nil {
		return a, err
	}
	a.StartedAt = a.StartedAt.UTC()
	if done != nil {
		a.DoneAt = done.UTC()
	}
	for n, item := range items {
		a.Given[item] = int(choices[n])
	}
	return a, nil
}

// saveCourseEntry queues an entry of courses. ok is false when it is none.
func (tx *Tx) saveCourseEntry(e domain.Entry) (ok bool, err error) {
	switch e := e.(type) {
	case domain.SavedCourse:
		return true, tx.saveCourse(e.Course)
	case domain.AssignedCourse:
		tx.assignCourse(e)
	case domain.ClosedCourse:
		tx.queue(`UPDATE tasks SET state = 'done', done_at = $3 WHERE kind = 'course' AND subject = $1 AND person_id = ANY($2) AND state = 'open'`, e.Course, numbers(e.People), e.At)
	case domain.ReopenedCourse:
		tx.queue(`UPDATE tasks SET state = 'open', done_at = NULL, due_at = $3 WHERE kind = 'course' AND subject = $1 AND person_id = ANY($2) AND state = 'done'`, e.Course, numbers(e.People), e.Due)
	case domain.SavedAttempts:
		tx.saveAttempts(e.Attempts)
	case domain.GivenAnswer:
		tx.queue(`
			INSERT INTO item_answers (attempt_id, item_id, revision, choice, at)
			SELECT a.id, $4, $5, $6, $7 FROM attempts a WHERE a.course_id = $1 AND a.person_id = $2 AND a.number = $3`,
			e.Attempt.Course, int64(e.Attempt.Person), e.Attempt.Number, e.Item, e.Revision, e.Choice, e.At)
	default:
		return false, nil
	}
	return true, nil
}

func numbers(people []domain.PersonID) []int64 {
	ids := make([]int64, len(people))
	for n, p := range people {
		ids[n] = int64(p)
	}
	return ids
}

// saveCourse queues a course and its items in their order. Items without an id are new.
func (tx *Tx) saveCourse(c *domain.Course) error {
	audience, err := json.Marshal(c.Audience)
	if err != nil {
		return err
	}
	tx.queue(`
		INSERT INTO courses (code, title, educator, pass_mark, due_seconds, audience, source, published_at, family, valid_months, titles) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (code) DO UPDATE SET title = EXCLUDED.title, educator = EXCLUDED.educator, pass_mark = EXCLUDED.pass_mark, due_seconds = EXCLUDED.due_seconds,
		       audience = EXCLUDED.audience, source = EXCLUDED.source, family = EXCLUDED.family, valid_months = EXCLUDED.valid_months, titles = EXCLUDED.titles`,
		c.Code, c.Title, int64(c.Educator), c.PassMark, int64(c.Due/time.Second), audience, c.Source, c.PublishedAt, string(c.Family), c.ValidMonths, c.Titles)
	for n, i := range c.Items { // those that are known first, so that a key is free before its new item takes it
		if i.ID != 0 {
			tx.queue(`
				UPDATE items SET position = $2, text = $3, options = $4, right_option = $5, explanation = $6, revision = $7, withdrawn = $8, words = $9 WHERE id = $1`,
				i.ID, n, i.Text, i.Options, i.Right, i.Explanation, i.Revision, i.Withdrawn, i.Words)
		}
	}
	for n, i := range c.Items {
		if i.ID == 0 {
			tx.queue(`
				INSERT INTO items (course_id, key, position, text, options, right_option, explanation, revision, withdrawn, words)
				SELECT id, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb FROM courses WHERE code = $1`,
				c.Code, i.Key, n, i.Text, i.Options, i.Right, i.Explanation, i.Revision, i.Withdrawn, i.Words)
		}
	}
	tx.queue(`
		INSERT INTO item_revisions (item_id, revision, text, options, right_option, explanation, at)
		SELECT i.id, i.revision, i.text, i.options, i.right_option, i.explanation, $2 FROM items i JOIN courses c ON c.id = i.course_id
		WHERE c.code = $1 ON CONFLICT DO NOTHING`, c.Code, tx.now)
	return nil
}

// assignCourse queues one task per person who has none.
func (tx *Tx) assignCourse(e domain.AssignedCourse) {
	tx.queue(`
		INSERT INTO tasks (person_id, kind, subject, token, created_at, due_at, held_until, flag)
		SELECT n.person, 'course', c.id, n.token, $4, $5, $6, $7 FROM courses c, unnest($2::bigint[], $3::text[]) AS n (person, token) WHERE c.code = $1
		ON CONFLICT ON CONSTRAINT tasks_one DO NOTHING`, e.Course, numbers(e.People), newTokens(len(e.People)), e.At, e.Due, maybe(e.Held), string(e.Flag))
	tx.queue(staleMark)
}

// saveAttempts queues attempts, new or changed, with one statement.
func (tx *Tx) saveAttempts(all []*domain.Attempt) {
	var course, person []int64
	var number, score []int32
	var started []time.Time
	var done []*time.Time
	var passed []bool
	for _, a := range all {
		course, person = append(course, a.Course), append(person, int64(a.Person))
		number, score = append(number, int32(a.Number)), append(score, int32(a.Score))
		started, done, passed = append(started, a.StartedAt), append(done, maybe(a.DoneAt)), append(passed, a.Passed)
	}
	tx.queue(`
		INSERT INTO attempts (course_id, person_id, number, started_at, done_at, score, passed)
		SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::timestamptz[], $5::timestamptz[], $6::smallint[], $7::boolean[])
		ON CONFLICT ON CONSTRAINT attempts_number DO UPDATE SET done_at = EXCLUDED.done_at, score = EXCLUDED.score, passed = EXCLUDED.passed`,
		course, person, number, started, done, score, passed)
}

// A Lesson is one course as its learner has it.
type Lesson struct {
	Code   string
	Title  string
	DueAt  time.Time
	Begun  bool      // an attempt is open
	LastAt time.Time // when they last answered; zero when never
	Given  int       // answers of the open attempt that count
	Items  int
}

// OpenCourses lists the courses a person has yet to pass, the most urgent first.
func (tx *Tx) OpenCourses(ctx context.Context, person domain.PersonID) ([]Lesson, error) {
	_, org, err := tx.Now(ctx)
	if err != nil {
		return nil, fmt.Errorf("open courses: %w", err)
	}
	var list []Lesson
	tx.many(`
		SELECT c.code, c.title, c.titles, t.due_at, a.id IS NOT NULL, coalesce(g.last_at, a.started_at), coalesce(g.given, 0), (SELECT count(*) FROM items i WHERE i.course_id = c.id AND NOT i.withdrawn)
		FROM tasks t JOIN courses c ON c.id = t.subject
		LEFT JOIN attempts a ON a.course_id = c.id AND a.person_id = t.person_id AND a.done_at IS NULL
		LEFT JOIN LATERAL (
			SELECT max(x.at) AS last_at, count(*) FILTER (WHERE NOT i.withdrawn) AS given FROM item_answers x JOIN items i ON i.id = x.item_id WHERE x.attempt_id = a.id) g ON true
		WHERE t.person_id = $1 AND t.kind = 'course' AND t.state = 'open' ORDER BY t.due_at, c.code`, []any{int64(person)}, func(rows pgx.Rows) error {
		var l Lesson
		var last *time.Time
		var titles map[string]string
		err := rows.Scan(&l.Code, &l.Title, &titles, &l.DueAt, &l.Begun, &last, &l.Given, &l.Items)
		if last != nil {
			l.LastAt = last.UTC()
		}
		if own, ok := titles[org.LanguageOf(person)]; ok {
			l.Title = own
		}
		list = append(list, l)
		return err
	})
	if err := tx.flush(ctx); err != nil {
		return nil, fmt.Errorf("open courses: %w", err)
	}
	return list, nil
}

// A Taught course with how many people have yet to pass it.
type Taught struct {
	Course *domain.Course // with as many items as are asked, empty
	Open   int
}

// Courses lists all courses, by title. Who may see which, the caller decides.
func (tx *Tx) Courses(ctx context.Context) ([]Taught, error) {
	var list []Taught
	tx.many(`
		SELECT `+courseColumns+`, (SELECT count(*) FROM items i WHERE i.course_id = c.id AND NOT i.withdrawn),
		       (SELECT count(*) FROM tasks t JOIN people p ON p.id = t.person_id AND p.active WHERE t.kind = 'course' AND t.subject = c.id AND t.state = 'open')
		FROM courses c ORDER BY c.title, c.code`, nil, func(rows pgx.Rows) error {
		var t Taught
		var items int
		var err error
		if t.Course, err = scanCourse(rows, &items, &t.Open); err == nil {
			t.Course.Items = make([]domain.Item, items)
		}
		list = append(list, t)
		return err
	})
	if err := tx.flush(ctx); err != nil {
		return nil, fmt.Errorf("courses: %w", err)
	}
	return list, nil
}
