package store_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"goodcatch/domain"
	"goodcatch/store/storetest"
)

// TestOpenTasksAreTheAudienceWithoutThoseWhoSigned holds after any sequence of publishing, opening, proving and signing.
func TestOpenTasksAreTheAudienceWithoutThoseWhoSigned(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	people := ward(4)
	roster(t, db, people...)
	codes := 0
	rapid.Check(t, func(r *rapid.T) {
		codes++
		code := fmt.Sprintf("P-%d", codes)
		number := 0
		signed := map[domain.PersonID]bool{}
		put := func() {
			number++
			v := handHygiene(number, people[0].ID)
			v.Code = code
			publish(t, db, v)
			clear(signed)
		}
		put()
		for range rapid.IntRange(1, 8).Draw(r, "steps") {
			person := people[rapid.IntRange(0, len(people)-1).Draw(r, "person")].ID
			switch rapid.SampledFrom([]string{"publish", "open", "sign", "wrong", "again"}).Draw(r, "step") {
			case "publish":
				put()
			case "again":
				v := handHygiene(number, people[0].ID)
				v.Code = code
				publish(t, db, v)
			case "open":
				if !signed[person] {
					open(t, db, person)
				}
			case "wrong", "sign":
				if signed[person] {
					continue
				}
				option := rapid.IntRange(1, 2).Draw(r, "option")
				task := open(t, db, person)
				if _, err := db.Do(t.Context(), as(person), domain.AnswerDocument{Task: task.ID, Option: option}); err != nil {
					r.Fatal(err)
				}
				if option == 2 {
					signed[person] = true
				}
			}
			want := len(people) - len(signed)
			const of = `FROM tasks t JOIN document_versions v ON v.id = t.subject WHERE v.code = $1`
			if n := count(t, db, `SELECT count(*) `+of+` AND t.state = 'open'`, code); n != want {
				r.Fatalf("%d open, want %d", n, want)
			}
			if n := count(t, db, `SELECT count(*) `+of+` AND t.state = 'open' AND v.number <> $2`, code, number); n != 0 {
				r.Fatalf("%d open of versions that are over", n)
			}
			if n := count(t, db, `SELECT count(*) FROM (SELECT 1 `+of+` GROUP BY t.person_id, t.subject HAVING count(*) > 1) twice`, code); n != 0 {
				r.Fatalf("%d people have two tasks", n)
			}
		}
	})
}
