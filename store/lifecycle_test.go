package store_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/storetest"
)

// committee is a roster with an author (the first) and reviewers, who have Slack.
func committee(t *testing.T, db *store.DB, n int) []*domain.Person {
	t.Helper()
	people := make([]*domain.Person, n+1)
	for i := range people {
		people[i] = &domain.Person{Name: fmt.Sprintf("Reviewer %d", i), Unit: "4B", Roles: []domain.Role{domain.Staff}, Slack: domain.Address{Value: fmt.Sprintf("U%d", i)}}
	}
	roster(t, db, people...)
	return people
}

// handIn hands in a version of the first person's that the others must approve, and returns its id and code.
func handIn(t testing.TB, db *store.DB, number int, people []*domain.Person) (id int64, code domain.Code) {
	t.Helper()
	v := handHygiene(number, people[0].ID)
	for _, p := range people[1:] {
		v.Reviewers = append(v.Reviewers, p.ID)
	}
	if _, err := db.Do(t.Context(), author, domain.HandInDocument{Version: v}); err != nil {
		t.Fatal(err)
	}
	if err := db.Pool.QueryRow(t.Context(), `SELECT id, coalesce(handle, '') FROM document_versions WHERE code = 'IC-04' AND number = $1`, number).Scan(&id, &code); err != nil {
		t.Fatal(err)
	}
	return id, code
}

func TestReviewersWhoApproveAtTheSameMomentPutItInForceOnce(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	people := committee(t, db, 8)
	id, _ := handIn(t, db, 1, people)
	var wg sync.WaitGroup
	for _, p := range people[1:] {
		wg.Go(func() {
			if _, err := db.Do(t.Context(), as(p.ID), domain.ApproveDocument{Version: id}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := count(t, db, `SELECT count(*) FROM document_decisions WHERE what = 'put_in_force'`); n != 1 {
		t.Errorf("put in force %d times", n)
	}
	if n := count(t, db, `SELECT count(*) FROM tasks WHERE kind = 'document' AND state = 'open'`); n != 9 {
		t.Errorf("%d tasks", n)
	}
	if n := count(t, db, `SELECT count(*) FROM tasks WHERE kind = 'approve' AND state = 'done'`); n != 8 {
		t.Errorf("%d approvals done", n)
	}
}

func TestDecisionsAreKeptWithNamesAndReasonsAndCannotBeChanged(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	people := committee(t, db, 2)
	id, _ := handIn(t, db, 1, people)
	if _, err := db.Do(t.Context(), as(people[1].ID), domain.ReturnDocument{Version: id, Reason: "section 2"}); err != nil {
		t.Fatal(err)
	}
	chain, err := db.Decisions(t.Context(), "IC-04")
	if err != nil || len(chain) != 2 {
		t.Fatalf("%+v, %v", chain, err)
	}
	d := chain[1]
	if d.What != domain.ReturnedBy || d.Name != "Reviewer 1" || d.Reason != "section 2" || d.Hash != handHygiene(1, 0).Hash || d.Level != domain.A1 {
		t.Errorf("got %+v", d)
	}
	if n := count(t, db, `SELECT count(*) FROM document_decisions WHERE position('section'::bytea IN reason) > 0 OR position('Reviewer'::bytea IN printed_name) > 0`); n != 0 {
		t.Error("a name or reason lies open")
	}
	for _, sql := range []string{`UPDATE document_decisions SET what = 'approved'`, `DELETE FROM document_decisions`} {
		if _, err := db.Pool.Exec(t.Context(), sql); err == nil {
			t.Errorf("%s: allowed", sql)
		}
	}
	if _, err := db.Pool.Exec(t.Context(), `DELETE FROM subject_keys WHERE subject = $1`, fmt.Sprintf("p%d", people[1].ID)); err != nil {
		t.Fatal(err)
	}
	if chain, err := db.Decisions(t.Context(), "IC-04"); err != nil || chain[1].Name != "" || chain[1].Reason != "section 2" {
		t.Errorf("after the name was erased: %+v, %v", chain, err)
	}
}

func TestHandingInTheSameFileAgainWritesNothingAndWastesNoCode(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	people := committee(t, db, 1)
	id, _ := handIn(t, db, 1, people)
	again := func(stage string) {
		t.Helper()
		before := count(t, db, `SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM outbox) + (SELECT count(*) FROM document_decisions)`)
		for range 3 {
			handIn(t, db, 1, people)
		}
		if after := count(t, db, `SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM outbox) + (SELECT count(*) FROM document_decisions)`); after != before {
			t.Errorf("%s: %d rows more", stage, after-before)
		}
		if n := count(t, db, `SELECT count(*) FROM free_codes`); n != 1 { // one was drawn, and went back each time
			t.Errorf("%s: %d codes are free", stage, n)
		}
	}
	again("in review")
	if _, err := db.Do(t.Context(), as(people[1].ID), domain.ApproveDocument{Version: id}); err != nil {
		t.Fatal(err)
	}
	again("in force")
	if _, err := db.Do(t.Context(), author, domain.RetireDocument{Version: id}); err != nil {
		t.Fatal(err)
	}
	again("retired")
}

func TestACodeIsFreeAYearAfterItsQuestionEnded(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	db := storetest.OpenAt(t, func() time.Time { return now })
	people := committee(t, db, 1)
	id, code := handIn(t, db, 1, people)
	resolves := func() bool {
		err := db.InTx(t.Context(), func(tx *store.Tx) error {
			_, err := tx.SubjectByCode(t.Context(), code)
			return err
		})
		return err == nil
	}
	if _, err := db.Do(t.Context(), as(people[1].ID), domain.ApproveDocument{Version: id}); err != nil {
		t.Fatal(err)
	}
	now = now.Add(364 * 24 * time.Hour)
	if err := db.Purge(t.Context()); err != nil || !resolves() {
		t.Errorf("after 364 days: resolves %v, %v", resolves(), err)
	}
	now = now.Add(48 * time.Hour)
	if err := db.Purge(t.Context()); err != nil || resolves() {
		t.Errorf("after a year: resolves %v, %v", resolves(), err)
	}
	if n := count(t, db, `SELECT count(*) FROM document_versions WHERE handle IS NOT NULL`); n != 0 {
		t.Error("the version still has the code")
	}
	if _, next := handIn(t, db, 2, people); next != code {
		t.Errorf("the next code is %s, want the free one %s", next, code)
	}
}

func TestEveryVersionStaysReadable(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	people := committee(t, db, 0)
	var ids []int64
	for number := 1; number <= 3; number++ {
		id, _ := handIn(t, db, number, people)
		ids = append(ids, id)
	}
	if _, err := db.Do(t.Context(), author, domain.RetireDocument{Version: ids[2]}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []domain.VersionState{domain.Superseded, domain.Superseded, domain.Retired} {
		v, err := db.Version(t.Context(), ids[i])
		if err != nil || v.State != want || !strings.Contains(v.Body, "Gel before") {
			t.Errorf("%d: %s %q, %v", i, v.State, v.Body, err)
		}
	}
}
