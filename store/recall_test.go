package store_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"goodcatch/domain"
	"goodcatch/store/storetest"
)

// TestASweepAsksManyPeopleInBatches: two batches and a bit, ten items each; everybody is asked once, and a second sweep asks nobody.
func TestASweepAsksManyPeopleInBatches(t *testing.T) {
	t.Parallel()
	now := classNow
	db := storetest.OpenAt(t, func() time.Time { return now })
	people := make([]*domain.Person, 2*domain.RecallBatch+50)
	for n := range people {
		people[n] = &domain.Person{Name: "P", Unit: "4B", Roles: []domain.Role{domain.Staff}, Phone: domain.Address{Value: "+44770090" + string(rune('0'+n/1000)) + string(rune('0'+n/100%10)) + string(rune('0'+n/10%10)) + string(rune('0'+n%10))}}
	}
	edu := &domain.Person{Name: "Edu", Unit: "4B", Roles: []domain.Role{domain.Educator}, Slack: domain.Address{Value: "U0006"}}
	roster(t, db, append(people, edu)...)
	course := classCourse(edu.ID)
	for n := range 7 {
		item := classItems[0]
		item.Key = string(rune('a' + n))
		course.Items = append(course.Items, item)
	}
	if _, err := db.Do(t.Context(), importing, domain.PublishCourse{Course: course}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Pool.Exec(t.Context(), `
		INSERT INTO recalls (person_id, item_id, step, rights, asked, unanswered, waiting, due_at)
		SELECT p.id, i.id, 0, 0, 0, 0, false, $1 FROM people p, items i WHERE p.id <> $2`, now, int64(edu.ID)); err != nil {
		t.Fatal(err)
	}
	sweep := domain.SweepRecalls{At: now}
	for batch := 1; ; batch++ {
		change, err := db.Do(t.Context(), domain.Clockwork, sweep)
		if err != nil {
			t.Fatal(err)
		}
		if len(change.Timers) == 0 {
			if batch != 3 {
				t.Errorf("%d batches", batch)
			}
			break
		}
		sweep = change.Timers[0].Command.(domain.SweepRecalls)
	}
	if got := count(t, db, `SELECT count(DISTINCT person_id) FROM outbox WHERE key = 'recall.question'`); got != len(people) {
		t.Errorf("%d people asked", got)
	}
	if got := count(t, db, `SELECT count(*) FROM timers WHERE subject = 'recall'`); got > 4 {
		t.Errorf("%d timers", got)
	}
	if change, err := db.Do(t.Context(), domain.Clockwork, domain.SweepRecalls{At: now}); err != nil || len(change.Notices) > 0 {
		t.Errorf("asked again: %d, %v", len(change.Notices), err)
	}
	if got := count(t, db, `SELECT count(*) FROM sessions WHERE flow = 'recall'`); got != len(people) {
		t.Errorf("%d conversations wait", got)
	}
}

func TestAQuestionComesBackInTheWordsOfItsPerson(t *testing.T) {
	t.Parallel()
	now := classNow
	db := storetest.OpenAt(t, func() time.Time { return now })
	ana := &domain.Person{Name: "Ana", Unit: "4B", Roles: []domain.Role{domain.Staff}, Phone: domain.Address{Value: "+447700900001"}}
	sol := &domain.Person{Name: "Sol", Unit: "4B", Language: "es", Roles: []domain.Role{domain.Staff}, Phone: domain.Address{Value: "+447700900002"}}
	edu := &domain.Person{Name: "Edu", Unit: "4B", Roles: []domain.Role{domain.Educator}, Slack: domain.Address{Value: "U0006"}}
	roster(t, db, ana, sol, edu)
	course := classCourse(edu.ID)
	course.Titles = map[string]string{"es": "Caidas"}
	item := classItems[0]
	item.Words = map[string]domain.Wording{"es": {Text: "Que primero?", Options: slices.Repeat([]string{"x"}, len(item.Options)), Explanation: "Porque si."}}
	course.Items = []domain.Item{item}
	if _, err := db.Do(t.Context(), importing, domain.PublishCourse{Course: course}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Pool.Exec(t.Context(), `
		INSERT INTO recalls (person_id, item_id, step, rights, asked, unanswered, waiting, due_at) SELECT p.id, i.id, 0, 0, 0, 0, false, $1 FROM people p, items i WHERE p.id <> $2`, now, int64(edu.ID)); err != nil {
		t.Fatal(err)
	}
	change, err := db.Do(t.Context(), domain.Clockwork, domain.SweepRecalls{At: now})
	if err != nil {
		t.Fatal(err)
	}
	got := map[domain.PersonID]string{}
	for _, n := range change.Notices {
		got[n.To.Person] = n.Args["title"].String() + ": " + n.Args["item"].String()
	}
	want := map[domain.PersonID]string{ana.ID: course.Title + ": " + item.Text, sol.ID: "Caidas: Que primero?"}
	if !maps.Equal(got, want) {
		t.Errorf("asked %v, want %v", got, want)
	}
}
