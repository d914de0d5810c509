package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/storetest"
)

var (
	classNow   = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	importing  = domain.Actor{Operator: true, Level: domain.A3}
	classItems = []domain.Item{
		{Key: "first", Text: "Patient on the floor: first?", Options: []string{"lift", "check for injury", "call family"}, Right: 1, Explanation: "Check before moving."},
		{Key: "bed", Text: "Bed at night?", Options: []string{"high", "low"}, Right: 1, Explanation: "Low beds hurt less."},
		{Key: "shoes", Text: "Shoes?", Options: []string{"socks", "firm soles"}, Right: 1, Explanation: "Socks slip."},
	}
)

func classCourse(educator domain.PersonID) domain.Course {
	return domain.Course{Code: "FALLS", Title: "Falls", Educator: educator, PassMark: 60, Due: 14 * 24 * time.Hour, Audience: domain.Audience{Roles: []domain.Role{domain.Staff}}, Items: append([]domain.Item(nil), classItems...)}
}

// A class is a ward with a course for it.
type class struct {
	*store.DB
	t        testing.TB
	ana, edu *domain.Person
}

func newClass(t *testing.T) class {
	t.Helper()
	db := storetest.OpenAt(t, func() time.Time { return classNow })
	ana := &domain.Person{Name: "Ana Ruiz", Unit: "4B", Roles: []domain.Role{domain.Staff}, Phone: domain.Address{Value: "+447700900001"}}
	edu := &domain.Person{Name: "Edu", Unit: "4B", Roles: []domain.Role{domain.Educator}, Slack: domain.Address{Value: "U0006"}}
	org := roster(t, db, ana, edu)
	c := class{db, t, org.People[ana.ID], org.People[edu.ID]}
	c.do(importing, domain.PublishCourse{Course: classCourse(edu.ID)})
	return c
}

func (c class) do(actor domain.Actor, cmd domain.Command) domain.Change {
	c.t.Helper()
	change, err := c.Do(c.t.Context(), actor, cmd)
	if err != nil {
		c.t.Fatalf("%s: %v", cmd.CommandName(), err)
	}
	return change
}

func (c class) learner() domain.Actor {
	return domain.Actor{Person: c.ana.ID, Address: c.ana.Phone.ID, Channel: domain.SMS, Level: domain.A1}
}

func (c class) teacher() domain.Actor {
	return domain.Actor{Person: c.edu.ID, Address: c.edu.Slack.ID, Channel: domain.Slack, Level: domain.A2}
}

// facts are the course with everybody's attempts.
func (c class) facts() domain.Facts {
	c.t.Helper()
	var f domain.Facts
	err := c.InTx(c.t.Context(), func(tx *store.Tx) (err error) {
		f, err = tx.Facts(c.t.Context(), c.learner(), domain.Needs{Course: "FALLS", Everyone: true})
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return f
}

// take answers every question of an attempt with the options given.
func (c class) take(choices ...int) {
	c.t.Helper()
	c.do(c.learner(), domain.BeginQuiz{Course: "FALLS"})
	for _, choice := range choices {
		f := c.facts()
		item, _, _ := f.Course.Next(f.Attempt)
		c.do(c.learner(), domain.AnswerItem{Course: "FALLS", Attempt: f.Attempt.Number, Item: item.ID, Choice: choice})
	}
}

func TestPublishedCourseIsRead(t *testing.T) {
	t.Parallel()
	c := newClass(t)
	f := c.facts()
	if f.Course.Title != "Falls" || f.Course.Educator != c.edu.ID || f.Course.PassMark != 60 || f.Course.Due != 14*24*time.Hour || len(f.Course.Audience.Roles) != 1 || f.Course.Source == "" {
		t.Errorf("got %+v", f.Course)
	}
	if len(f.Course.Items) != 3 || f.Course.Items[1].Key != "bed" || f.Course.Items[1].Options[1] != "low" || f.Course.Items[1].Right != 1 || f.Course.Items[2].ID == 0 || f.Course.Items[0].Revision != 1 {
		t.Errorf("got %+v", f.Course.Items)
	}
	if len(f.Tasks) != 1 || f.Tasks[0].Person != c.ana.ID || !f.Tasks[0].DueAt.Equal(classNow.Add(14*24*time.Hour)) || f.Tasks[0].Token == "" {
		t.Errorf("got %+v", f.Tasks)
	}
	for sql, want := range map[string]int{
		`SELECT count(*) FROM outbox WHERE key = 'quiz.new' AND channel = 'sms'`: 1, `SELECT count(*) FROM outbox WHERE key = 'quiz.published' AND channel = 'slack'`: 1,
		`SELECT count(*) FROM timers WHERE subject = 'course/FALLS' AND name = 'remind'`: 1, `SELECT count(*) FROM item_revisions`: 3,
	} {
		if got := count(t, c.DB, sql); got != want {
			t.Errorf("%s: got %d", sql, got)
		}
	}
}

func TestPublishingTheSameCourseWritesNothing(t *testing.T) {
	t.Parallel()
	c := newClass(t)
	rows := func() int {
		return count(t, c.DB, `SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM outbox) + (SELECT count(*) FROM items) + (SELECT count(*) FROM tasks) + (SELECT max(xmin::text::bigint) FROM courses)::int`)
	}
	before := rows()
	c.do(importing, domain.PublishCourse{Course: classCourse(c.edu.ID)})
	if after := rows(); after != before {
		t.Errorf("%d rows before, %d after", before, after)
	}
}

func TestChangedCourseKeepsTheIdsOfUnchangedItems(t *testing.T) {
	t.Parallel()
	c := newClass(t)
	before := c.facts().Course
	next := classCourse(c.edu.ID)
	next.Items[1].Text = "Bed height at night?"
	next.Items = next.Items[:2]
	c.do(importing, domain.PublishCourse{Course: next})
	after := c.facts().Course
	if live := after.Live(); len(live) != 2 || live[0].ID != before.Items[0].ID || live[1].ID == before.Items[1].ID || live[1].Text != "Bed height at night?" {
		t.Errorf("got %+v", live)
	}
	if len(after.Items) != 4 || !after.Items[2].Withdrawn || !after.Items[3].Withdrawn {
		t.Errorf("got %+v", after.Items)
	}
}

func TestAttemptIsTakenUpDaysLater(t *testing.T) {
	t.Parallel()
	c := newClass(t)
	c.take(1)
	change := c.do(c.learner(), domain.BeginQuiz{Course: "FALLS"})
	if len(change.Entries) != 0 || change.Notices[0].Args["number"] != domain.Number(2) {
		t.Errorf("got %+v", change)
	}
	var lessons []store.Lesson
	err := c.InTx(t.Context(), func(tx *store.Tx) (err error) {
		lessons, err = tx.OpenCourses(t.Context(), c.ana.ID)
		return err
	})
	if err != nil || len(lessons) != 1 || !lessons[0].Begun || lessons[0].Given != 1 || lessons[0].Items != 3 || !lessons[0].LastAt.Equal(classNow) {
		t.Errorf("got %+v, %v", lessons, err)
	}
}

func TestPassClosesTheTask(t *testing.T) {
	t.Parallel()
	c := newClass(t)
	c.take(1, 1, 0)
	f := c.facts()
	if f.Attempt.Score != 66 || !f.Attempt.Passed || f.Tasks[0].State != domain.TaskDone || !f.Tasks[0].DoneAt.Equal(classNow) || f.Tasks[0].Tries != 0 {
		t.Errorf("got %+v, %+v", f.Attempt, f.Tasks)
	}
	var invalid *domain.InvalidError
	if _, err := c.Do(t.Context(), c.learner(), domain.BeginQuiz{Course: "FALLS"}); !errors.As(err, &invalid) {
		t.Errorf("begun again: %v", err)
	}
}

func TestWithdrawnItemScoresEveryAttemptAgain(t *testing.T) {
	t.Parallel()
	c := newClass(t)
	c.take(0, 0, 1) // 33
	c.take(1, 0, 0) // 33
	if n := count(t, c.DB, `SELECT count(*) FROM outbox WHERE key = 'quiz.stuck' AND person_id = $1`, int64(c.edu.ID)); n != 1 {
		t.Errorf("the educator was told %d times", n)
	}
	bed := c.facts().Course.Items[1]
	c.do(c.teacher(), domain.WithdrawItem{Course: "FALLS", Item: bed.ID})
	f := c.facts()
	if f.Attempts[0].Score != 50 || f.Attempts[1].Score != 50 || f.Attempts[0].Passed {
		t.Fatalf("got %+v", f.Attempts)
	}
	shoes := *f.Course.Item(f.Course.Live()[1].ID)
	shoes.Right = 0
	c.do(c.teacher(), domain.EditItem{Course: "FALLS", Item: shoes})
	f = c.facts()
	if f.Attempts[0].Score != 0 || f.Attempts[1].Score != 100 || !f.Attempts[1].Passed || f.Tasks[0].State != domain.TaskDone {
		t.Fatalf("got %+v, %+v", f.Attempts, f.Tasks)
	}
	if n := count(t, c.DB, `SELECT count(*) FROM outbox WHERE key = 'quiz.corrected'`); n != 1 {
		t.Errorf("told %d times", n)
	}
	if n := count(t, c.DB, `SELECT count(*) FROM item_revisions WHERE item_id = $1`, shoes.ID); n != 2 {
		t.Errorf("%d revisions are kept", n)
	}
	c.do(importing, domain.PublishCourse{Course: classCourse(c.edu.ID)})
	if got := c.facts().Course.Live(); len(got) != 2 || got[1].Right != 0 {
		t.Errorf("importing the old file undid the educator's work: %+v", got)
	}
}

func TestAnAnswerIsWrittenOnceHoweverOftenItComesAtOnce(t *testing.T) {
	t.Parallel()
	c := newClass(t)
	c.take()
	item := c.facts().Course.Items[0].ID
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Go(func() {
			err := c.InTx(context.WithoutCancel(t.Context()), func(tx *store.Tx) error {
				if _, err := tx.Caller(t.Context(), domain.SMS, "+447700900001"); err != nil {
					return err
				}
				_, err := tx.Do(t.Context(), c.learner(), domain.AnswerItem{Course: "FALLS", Attempt: 1, Item: item, Choice: n % 2})
				return err
			})
			var invalid *domain.InvalidError
			if err != nil && !errors.As(err, &invalid) {
				t.Errorf("answer: %v", err)
			}
		})
	}
	wg.Wait()
	if n := count(t, c.DB, `SELECT count(*) FROM item_answers`); n != 1 {
		t.Errorf("%d answers are kept", n)
	}
}

// A correction and answers that come at the same moment leave every score as its answers make it.
func TestCorrectionsAndAnswersAtOnceAgree(t *testing.T) {
	t.Parallel()
	c := newClass(t)
	c.take(0, 0)
	f := c.facts()
	last, _, _ := f.Course.Next(f.Attempt)
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := c.Do(t.Context(), c.learner(), domain.AnswerItem{Course: "FALLS", Attempt: 1, Item: last.ID, Choice: 1}); err != nil {
			t.Error(err)
		}
	})
	wg.Go(func() {
		item := f.Course.Items[0]
		item.Right = 0
		if _, err := c.Do(t.Context(), c.teacher(), domain.EditItem{Course: "FALLS", Item: item}); err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
	f = c.facts()
	if f.Attempt.Score != 66 || !f.Attempt.Passed || f.Tasks[0].State != domain.TaskDone {
		t.Errorf("got %+v, task %s", f.Attempt, f.Tasks[0].State)
	}
}

func TestCourseRemindersFire(t *testing.T) {
	t.Parallel()
	now := classNow
	var mu sync.Mutex
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	db := storetest.OpenAt(t, clock)
	ana := &domain.Person{Name: "Ana Ruiz", Unit: "4B", Roles: []domain.Role{domain.Staff}, Phone: domain.Address{Value: "+447700900001"}}
	edu := &domain.Person{Name: "Edu", Unit: "4B", Roles: []domain.Role{domain.Educator}, Slack: domain.Address{Value: "U0006"}}
	roster(t, db, ana, edu)
	if _, err := db.Do(t.Context(), importing, domain.PublishCourse{Course: classCourse(edu.ID)}); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if _, err := db.Fire(t.Context()); err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		now = now.Add(24 * time.Hour)
		mu.Unlock()
	}
	for key, want := range map[string]int{"quiz.remind": 4, "quiz.late": 2, "quiz.late_educator": 1} {
		if got := count(t, db, `SELECT count(*) FROM outbox WHERE key = $1`, key); got != want {
			t.Errorf("%s: %d", key, got)
		}
	}
	if n := count(t, db, `SELECT count(*) FROM timers`); n != 0 {
		t.Errorf("%d timers are left", n)
	}
}

func TestOnlyTheOwnAttemptsAreLoadedForALearner(t *testing.T) {
	t.Parallel()
	c := newClass(t)
	c.take(1)
	err := c.InTx(t.Context(), func(tx *store.Tx) error {
		f, err := tx.Facts(t.Context(), c.teacher(), domain.Needs{Course: "FALLS"})
		if err == nil && (f.Attempt != nil || len(f.Attempts)+len(f.Tasks) != 0) {
			t.Errorf("got %+v", f.Attempts)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCoursesAreListedForWhoTeaches(t *testing.T) {
	t.Parallel()
	c := newClass(t)
	err := c.InTx(t.Context(), func(tx *store.Tx) error {
		list, err := tx.Courses(t.Context())
		if err == nil && (len(list) != 1 || list[0].Open != 1 || len(list[0].Course.Items) != 3) {
			t.Errorf("got %+v", list)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// BenchmarkPublishCourse publishes a course to 5,000 people: tasks, notices, timer.
func BenchmarkPublishCourse(b *testing.B) {
	db := storetest.OpenAt(b, func() time.Time { return classNow })
	edu := crowd(b, db, 5000)
	n := 0
	for b.Loop() {
		n++
		course := classCourse(edu)
		course.Code = fmt.Sprintf("C-%d", n)
		change, err := db.Do(b.Context(), importing, domain.PublishCourse{Course: course})
		if err != nil {
			b.Fatal(err)
		}
		if got := len(change.Entries); got != 3 {
			b.Fatalf("%d entries", got)
		}
	}
	b.ReportMetric(5000*float64(b.N)/b.Elapsed().Seconds(), "people/s")
}

// BenchmarkWithdrawItem scores 5,000 failed attempts again, all of which pass now and are told.
func BenchmarkWithdrawItem(b *testing.B) {
	db := storetest.OpenAt(b, func() time.Time { return classNow })
	edu := crowd(b, db, 5000)
	org, err := db.Organisation(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	teacher := domain.Actor{Person: edu, Address: org.People[edu].Slack.ID, Channel: domain.Slack, Level: domain.A2}
	n := 0
	for b.Loop() {
		b.StopTimer()
		n++
		course := classCourse(edu)
		course.Code, course.PassMark = fmt.Sprintf("C-%d", n), 50
		if _, err := db.Do(b.Context(), importing, domain.PublishCourse{Course: course}); err != nil {
			b.Fatal(err)
		}
		for _, sql := range []string{
			`INSERT INTO attempts (course_id, person_id, number, started_at, done_at, score) SELECT subject, person_id, 1, created_at, created_at, 33 FROM tasks WHERE subject = (SELECT id FROM courses WHERE code = $1)`,
			`INSERT INTO item_answers (attempt_id, item_id, revision, choice, at) SELECT a.id, i.id, 1, CASE WHEN i.position = 0 THEN 1 ELSE 0 END, now() FROM attempts a JOIN items i USING (course_id) WHERE a.course_id = (SELECT id FROM courses WHERE code = $1)`,
		} {
			if _, err := db.Pool.Exec(b.Context(), sql, course.Code); err != nil {
				b.Fatal(err)
			}
		}
		var item int64
		if err := db.Pool.QueryRow(b.Context(), `SELECT i.id FROM items i JOIN courses c ON c.id = i.course_id WHERE c.code = $1 AND i.position = 1`, course.Code).Scan(&item); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if _, err := db.Do(b.Context(), teacher, domain.WithdrawItem{Course: course.Code, Item: item}); err != nil {
			b.Fatal(err)
		}
	}
}

// crowd makes staff with phones, and an educator whose id it returns.
func crowd(b *testing.B, db *store.DB, size int) domain.PersonID {
	b.Helper()
	edu := &domain.Person{Name: "Edu", Unit: "4B", Roles: []domain.Role{domain.Educator}, Slack: domain.Address{Value: "U0006"}}
	err := db.InTx(b.Context(), func(tx *store.Tx) error {
		if _, err := tx.LockRoster(b.Context()); err != nil {
			return err
		}
		tx.SaveUnit(domain.Unit{Code: "4B", Name: "Ward 4B"})
		ids, err := tx.NewPersonIDs(b.Context(), size+1)
		if err != nil {
			return err
		}
		edu.ID = ids[0]
		tx.SavePerson(edu)
		for n, id := range ids[1:] {
			tx.SavePerson(&domain.Person{ID: id, Name: fmt.Sprintf("P %d", n), Unit: "4B", Roles: []domain.Role{domain.Staff}, Phone: domain.Address{Value: fmt.Sprintf("+4477%08d", n)}})
		}
		return tx.RosterChanged(b.Context(), domain.Event{Name: "roster_imported"})
	})
	if err != nil {
		b.Fatal(err)
	}
	return edu.ID
}

func TestPassesAreListedWithTheirEnd(t *testing.T) {
	t.Parallel()
	c := newClass(t)
	passes := func() []domain.Pass {
		t.Helper()
		list, err := c.Passes(t.Context(), c.ana.ID)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if got := passes(); len(got) != 0 {
		t.Errorf("before: %+v", got)
	}
	renewed := classCourse(c.edu.ID)
	renewed.ValidMonths = 6
	c.do(importing, domain.PublishCourse{Course: renewed})
	c.take(1, 1, 1)
	want := domain.Pass{Person: c.ana.ID, Course: "FALLS", Title: "Falls", Family: domain.OfProcedure, PassedAt: classNow, Expires: classNow.AddDate(0, 6, 0)}
	if got := passes(); len(got) != 1 || got[0] != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
