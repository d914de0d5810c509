package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/storetest"
)

var author = domain.Actor{Operator: true, Level: domain.A3}

// handHygiene is a version that anybody may publish in a test.
func handHygiene(number int, owner domain.PersonID) domain.DocumentVersion {
	return domain.DocumentVersion{
		Code: "IC-04", Title: "Hand hygiene", Number: number, Owner: owner, Due: 14 * 24 * time.Hour, Changed: "gel before AND after gloves",
		Question: "Gloves come off and you leave the bay. Gel?", Options: []string{"no", "only if soiled", "always"}, Right: 2,
		Body: "# Hand hygiene\n\nGel before and after.\n", Hash: fmt.Sprintf("%064d", number),
	}
}

func ward(n int) []*domain.Person {
	people := make([]*domain.Person, n)
	for i := range people {
		people[i] = &domain.Person{Name: fmt.Sprintf("Person %d", i), Unit: "4B", Roles: []domain.Role{domain.Staff}, Phone: domain.Address{Value: fmt.Sprintf("+4477009%05d", i)}}
	}
	return people
}

func publish(t testing.TB, db *store.DB, v domain.DocumentVersion) {
	t.Helper()
	if _, err := db.Do(t.Context(), author, domain.PublishDocument{Version: v}); err != nil {
		t.Fatal(err)
	}
}

// open opens a person's task of the version in force and returns it as it then stands.
func open(t testing.TB, db *store.DB, person domain.PersonID) domain.Task {
	t.Helper()
	id := openTask(t, db, person)
	if _, err := db.Do(t.Context(), as(person), domain.OpenDocument{Task: id}); err != nil {
		t.Fatal(err)
	}
	task, _, err := db.TaskByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return task
}

func openTask(t testing.TB, db *store.DB, person domain.PersonID) (id domain.TaskID) {
	t.Helper()
	if err := db.Pool.QueryRow(t.Context(), `SELECT id FROM tasks WHERE person_id = $1 AND state = 'open' ORDER BY id DESC`, int64(person)).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

func as(p domain.PersonID) domain.Actor {
	return domain.Actor{Person: p, Channel: domain.Web, Level: domain.A1}
}

func TestPublishMakesOneTaskAndOneMessagePerPersonOfTheAudience(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	people := append(ward(5), &domain.Person{Name: "Manager", Unit: "4B", Roles: []domain.Role{domain.Manager}, Slack: domain.Address{Value: "U1"}},
		&domain.Person{Name: "Elsewhere", Unit: "9Z", Roles: []domain.Role{domain.Staff}, Phone: domain.Address{Value: "+447700999999"}})
	roster(t, db, people...)
	v := handHygiene(7, people[0].ID)
	v.Audience = domain.Audience{Roles: []domain.Role{domain.Staff}, Units: []domain.UnitCode{"4B"}}
	publish(t, db, v)
	publish(t, db, v) // the same file again
	if n := count(t, db, `SELECT count(*) FROM tasks WHERE state = 'open'`); n != 5 {
		t.Errorf("%d tasks, want one for each of the 5 staff of 4B", n)
	}
	if n := count(t, db, `SELECT count(*) FROM outbox WHERE key = 'doc.new' AND channel = 'sms'`); n != 5 {
		t.Errorf("%d messages", n)
	}
	if n := count(t, db, `SELECT count(*) FROM events WHERE name = 'document_published'`); n != 1 {
		t.Errorf("%d published", n)
	}
	if n := count(t, db, `SELECT count(*) FROM timers WHERE subject LIKE 'v%'`); n != len(domain.ReminderSteps)+1 { // and the periodic review
		t.Errorf("%d timers", n)
	}
	if n := count(t, db, `SELECT count(*) FROM tasks WHERE length(token) = 10`); n != 5 {
		t.Errorf("%d tokens of ten characters", n)
	}
}

func TestOlderNumberAndChangedFileOfTheSameNumberAreRefused(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	people := ward(1)
	roster(t, db, people...)
	publish(t, db, handHygiene(7, people[0].ID))
	same := handHygiene(7, people[0].ID)
	same.Hash = strings.Repeat("f", 64)
	for _, v := range []domain.DocumentVersion{handHygiene(6, people[0].ID), same} {
		var invalid *domain.InvalidError
		if _, err := db.Do(t.Context(), author, domain.PublishDocument{Version: v}); !errors.As(err, &invalid) {
			t.Errorf("number %d: got %v", v.Number, err)
		}
	}
}

func TestNextVersionEndsTheOneBeforeInTheSameTransaction(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	people := ward(3)
	roster(t, db, people...)
	publish(t, db, handHygiene(7, people[0].ID))
	signed := open(t, db, people[0].ID)
	if _, err := db.Do(t.Context(), as(people[0].ID), domain.AnswerDocument{Task: signed.ID, Option: 2, Sentence: "I have read it."}); err != nil {
		t.Fatal(err)
	}
	publish(t, db, handHygiene(8, people[0].ID))
	if n := count(t, db, `SELECT count(*) FROM tasks t JOIN document_versions v ON v.id = t.subject WHERE v.number = 7 AND t.state = 'withdrawn'`); n != 2 {
		t.Errorf("%d open tasks withdrawn, want 2", n)
	}
	if n := count(t, db, `SELECT count(*) FROM tasks t JOIN document_versions v ON v.id = t.subject WHERE v.number = 7 AND t.state = 'done'`); n != 1 {
		t.Errorf("%d signed ones kept, want 1", n)
	}
	if n := count(t, db, `SELECT count(*) FROM tasks t JOIN document_versions v ON v.id = t.subject WHERE v.number = 8 AND t.state = 'open'`); n != 3 {
		t.Errorf("%d new tasks, want 3", n)
	}
	if n := count(t, db, `SELECT count(*) FROM outbox o JOIN tasks t ON o.subject = 't' || t.id WHERE t.state = 'withdrawn' AND o.state = 'pending' AND o.op = 'send'`); n != 0 {
		t.Errorf("%d messages about withdrawn tasks still wait", n)
	}
	if n := count(t, db, `SELECT count(DISTINCT subject) FROM timers WHERE subject LIKE 'v%'`); n != 1 {
		t.Errorf("timers of %d versions, want 1", n)
	}
}

func TestAttestationHoldsWhoWhatAndHowAndCannotBeChanged(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	people := ward(2)
	roster(t, db, people...)
	v := handHygiene(7, people[0].ID)
	publish(t, db, v)
	task := open(t, db, people[1].ID)
	change, err := db.Do(t.Context(), as(people[1].ID), domain.AnswerDocument{Task: task.ID, Option: 2, Sentence: "I have read it.", Inbound: "web/1"})
	if err != nil {
		t.Fatal(err)
	}
	var sentence, hash, channel, inbound, receipt string
	var sealed []byte
	var level int
	var fast bool
	err = db.Pool.QueryRow(t.Context(), `SELECT sentence, sha256, channel, inbound, receipt, printed_name, level, fast FROM attestations`).
		Scan(&sentence, &hash, &channel, &inbound, &receipt, &sealed, &level, &fast)
	if err != nil {
		t.Fatal(err)
	}
	if sentence != "I have read it." || hash != v.Hash || channel != "web" || inbound != "web/1" || level != int(domain.A1) || !fast {
		t.Errorf("got %q %q %q %q level %d fast %v", sentence, hash, channel, inbound, level, fast)
	}
	if _, ok := store.ValidRef(receipt); !ok {
		t.Errorf("receipt %q has no valid check character", receipt)
	}
	if strings.Contains(string(sealed), "Person 1") {
		t.Error("the name is not sealed")
	}
	if len(change.Notices) == 0 || change.Notices[0].Topic != "attestation" {
		t.Errorf("got %+v", change.Notices)
	}
	if _, err := db.Pool.Exec(t.Context(), `UPDATE attestations SET sentence = ''`); err == nil {
		t.Error("an attestation could be changed")
	}
	again, err := db.Do(t.Context(), as(people[1].ID), domain.AnswerDocument{Task: task.ID, Option: 2})
	if err != nil || len(again.Entries) != 0 {
		t.Errorf("signed twice: %+v, %v", again, err)
	}
}

func TestReadersOfOneVersionHaveDifferentWords(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	people := ward(40)
	roster(t, db, people...)
	publish(t, db, handHygiene(7, people[0].ID))
	words := map[string]bool{}
	for _, p := range people {
		words[open(t, db, p.ID).Word] = true
	}
	if len(words) != len(people) || words[""] {
		t.Errorf("%d words for %d people", len(words), len(people))
	}
	first := open(t, db, people[0].ID)
	if again := open(t, db, people[0].ID); again.Word != first.Word || !again.OpenedAt.Equal(first.OpenedAt) {
		t.Error("opening again made another word")
	}
}

func TestReminderGoesToThoseStillOpenAndManagersOnce(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	db := storetest.OpenAt(t, func() time.Time { return now })
	manager := &domain.Person{Name: "Lee", Unit: "4B", Roles: []domain.Role{domain.Manager}, Phone: domain.Address{Value: "+447700911111"}}
	people := ward(3)
	roster(t, db, append([]*domain.Person{manager}, people...)...)
	v := handHygiene(7, manager.ID)
	v.Audience.Roles = []domain.Role{domain.Staff}
	publish(t, db, v)
	if _, err := db.Do(t.Context(), as(people[0].ID), domain.SnoozeDocuments{Person: people[0].ID, For: 100 * 24 * time.Hour}); err != nil {
		t.Fatal(err)
	}
	for now = now.Add(24 * time.Hour); now.Before(time.Date(2026, 12, 20, 0, 0, 0, 0, time.UTC)); now = now.Add(2 * time.Hour) {
		if _, err := db.Fire(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for key, want := range map[string]int{"doc.remind": 3*3 - 1 + 1, "doc.remind_today": 3, "doc.remind_late": 2 * 3, "doc.overdue": 1} {
		if n := count(t, db, `SELECT count(*) FROM outbox WHERE key = $1`, key); n != want {
			t.Errorf("%s: %d messages, want %d", key, n, want)
		}
	}
	if n := count(t, db, `SELECT count(*) FROM timers WHERE failures > 0`); n != 0 {
		t.Errorf("%d timers failed", n)
	}
}

func TestMailingWaitsForTheEndOfEachReadersQuietHours(t *testing.T) {
	t.Parallel()
	night := time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC)
	db := storetest.OpenAt(t, func() time.Time { return night })
	people := ward(2)
	people[1].Zone, _ = time.LoadLocation("America/New_York")
	people = append(people, &domain.Person{Name: "Slack", Unit: "4B", Slack: domain.Address{Value: "U1"}})
	roster(t, db, people...)
	publish(t, db, handHygiene(7, people[0].ID))
	for person, want := range map[domain.PersonID]time.Time{people[0].ID: time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC), people[1].ID: night, people[2].ID: night} {
		var at time.Time
		if err := db.Pool.QueryRow(t.Context(), `SELECT not_before FROM outbox WHERE person_id = $1`, int64(person)).Scan(&at); err != nil || !at.Equal(want) {
			t.Errorf("person %d: %v, want %v (%v)", person, at, want, err)
		}
	}
}

func BenchmarkPublish5000(b *testing.B) {
	db := storetest.Open(b)
	people := ward(5000)
	saveAll(b, db, people)
	for number := 1; b.Loop(); number++ {
		publish(b, db, handHygiene(number, people[0].ID))
	}
}

func saveAll(tb testing.TB, db *store.DB, people []*domain.Person) {
	tb.Helper()
	err := db.InTx(tb.Context(), func(tx *store.Tx) error {
		if _, err := tx.LockRoster(tb.Context()); err != nil {
			return err
		}
		ids, err := tx.NewPersonIDs(tb.Context(), len(people))
		if err != nil {
			return err
		}
		for i, p := range people {
			p.ID = ids[i]
			tx.SavePerson(p)
		}
		return tx.RosterChanged(tb.Context(), domain.Event{Name: "roster_imported"})
	})
	if err != nil {
		tb.Fatal(err)
	}
}
