package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"goodcatch/domain"
	"goodcatch/store/storetest"
)

func TestWardsThatAnswerAnAlertAtOnceAreAllInItsMatrix(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	people := []*domain.Person{{Name: "Quinn", Unit: "H", Roles: []domain.Role{domain.Quality}, Slack: domain.Address{Value: "U0"}}}
	for i := range 8 {
		people = append(people, &domain.Person{Name: fmt.Sprintf("Nurse %d", i), Unit: "4B", Roles: []domain.Role{domain.Staff}, Slack: domain.Address{Value: fmt.Sprintf("U%d", i+1)}})
	}
	roster(t, db, people...)
	if _, err := db.Do(t.Context(), as(people[0].ID), domain.IssueAlert{Title: "Pump X2, alarm fault", Action: "Take it out of use.", Due: 8 * time.Hour}); err != nil {
		t.Fatal(err)
	}
	var id int64
	if err := db.Pool.QueryRow(t.Context(), `SELECT id FROM safety_alerts`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i, p := range people[1:] {
		wg.Go(func() {
			if _, err := db.Do(t.Context(), as(p.ID), domain.AnswerAlert{Alert: id, Unit: "4B", Count: i}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := count(t, db, `SELECT count(*) FROM events WHERE name = 'alert_answered'`); n != 8 {
		t.Errorf("%d answers in the audit", n)
	}
	var stands, last string // of answers that wait for each other the last one counts
	if err := db.Pool.QueryRow(t.Context(), `
		SELECT (SELECT coalesce(w->>'count', '0') FROM safety_alerts, jsonb_array_elements(wards) AS w WHERE w->>'unit' = '4B'),
		       (SELECT data->>'count' FROM events WHERE name = 'alert_answered' ORDER BY id DESC LIMIT 1)`).Scan(&stands, &last); err != nil {
		t.Fatal(err)
	}
	if stands != last {
		t.Errorf("%s stands, the last answer was %s", stands, last)
	}
}
