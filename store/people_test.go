package store_test

import (
	"context"
	"errors"
	"testing"

	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/storetest"
)

// roster writes people in one transaction and returns the organisation after it. Ids are handed out in order.
func roster(t *testing.T, db *store.DB, people ...*domain.Person) *domain.Organisation {
	t.Helper()
	err := db.InTx(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.LockRoster(t.Context()); err != nil {
			return err
		}
		tx.SaveUnit(domain.Unit{Code: "4B", Name: "Ward 4B"})
		for _, p := range people {
			if p.ID == 0 {
				ids, err := tx.NewPersonIDs(t.Context(), 1)
				if err != nil {
					return err
				}
				p.ID = ids[0]
			}
		}
		tx.SavePeople(people)
		return tx.RosterChanged(t.Context(), domain.Event{Name: "roster_imported"})
	})
	if err != nil {
		t.Fatal(err)
	}
	o, err := db.Organisation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func count(t *testing.T, db *store.DB, sql string, args ...any) (n int) {
	t.Helper()
	if err := db.Pool.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestSavedPersonIsInTheSnapshotWithAddresses(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	ana := &domain.Person{External: "p1", Name: "Ana Ruiz", Email: "ana@example.org", Unit: "4B", Roles: []domain.Role{domain.Staff, domain.Manager}, Language: "es",
		Phone: domain.Address{Value: "+447700900001"}, Slack: domain.Address{Value: "U0001"}}
	o := roster(t, db, ana)
	got := o.People[ana.ID]
	if got == nil || got.External != "p1" || !got.Active || !got.Has(domain.Manager) || got.Phone.Value != "+447700900001" || got.Slack.Value != "U0001" {
		t.Fatalf("got %+v", got)
	}
	if got.Phone.Verified || !got.Slack.Verified {
		t.Errorf("phone verified %v, want false until its first reply; Slack %v, want true", got.Phone.Verified, got.Slack.Verified)
	}
}

func TestNumberThatChangesHandsTakesNothingAlong(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	ana := &domain.Person{Name: "Ana", Unit: "4B", Phone: domain.Address{Value: "+447700900001"}}
	ben := &domain.Person{Name: "Ben", Unit: "4B", Phone: domain.Address{Value: "+447700900002"}}
	o := roster(t, db, ana, ben)
	phone := o.People[ana.ID].Phone.ID
	err := db.InTx(t.Context(), func(tx *store.Tx) error {
		if _, _, err := tx.Now(t.Context()); err != nil {
			return err
		}
		tx.Verify(phone)
		return tx.OpenSession(phone, "enrich", domain.Args{"record": domain.Number(1)}, "")
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Pool.Exec(t.Context(), `
		INSERT INTO outbox (dedupe, subject, topic, person_id, address_id, channel, urgency, class, key, sealed, not_before, created_at)
		VALUES ('x', 'r1', 'escalation', $1, $2, 'sms', 0, 'once', 'k', '', now(), now())`, ana.ID, phone); err != nil {
		t.Fatal(err)
	}
	ana.Phone.Value, ben.Phone.Value = "+447700900003", "+447700900001"
	o = roster(t, db, ana, ben)
	if o.Holders[phone] != ben.ID || o.People[ben.ID].Phone.Verified || o.People[ana.ID].Phone.Value != "+447700900003" {
		t.Errorf("holder p%d, ben %+v, ana %+v", o.Holders[phone], o.People[ben.ID].Phone, o.People[ana.ID].Phone)
	}
	if n := count(t, db, `SELECT count(*) FROM sessions`); n != 0 {
		t.Errorf("%d conversations are still open at the number", n)
	}
	if n := count(t, db, `SELECT count(*) FROM outbox WHERE state = 'pending'`); n != 0 {
		t.Errorf("%d messages for Ana would go to Ben", n)
	}
	if n := count(t, db, `SELECT count(*) FROM addresses WHERE value = '+447700900002' AND person_id IS NULL`); n != 1 {
		t.Error("Ben's old number still has a holder")
	}
}

func TestLeaverIsInactiveAndTheSameTransactionKnows(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	ana := &domain.Person{Name: "Ana", Unit: "4B", Phone: domain.Address{Value: "+447700900001"}}
	roster(t, db, ana)
	err := db.InTx(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.LockRoster(t.Context()); err != nil {
			return err
		}
		tx.Deactivate([]domain.PersonID{ana.ID})
		if err := tx.RosterChanged(t.Context(), domain.Event{Name: "roster_imported"}); err != nil {
			return err
		}
		f, err := tx.Facts(t.Context(), domain.Actor{Operator: true}, domain.Needs{})
		if err != nil {
			return err
		}
		if f.Org.People[ana.ID].Active {
			t.Error("the transaction that wrote it decides by the old roster")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestDeadLettersAreListedAndRetriedOnce(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	for _, sql := range []string{
		`INSERT INTO outbox (dedupe, subject, topic, channel, urgency, class, key, sealed, state, error_code, not_before, created_at) VALUES ('x', 'r1', 'escalation', 'sms', 0, 'once', 'card', '', 'dead', 'unsendable', now(), now())`,
		`INSERT INTO timers (subject, name, due_at, command, args, failures, error, dead) VALUES ('r1', 'escalate', now(), 'escalate@1', '{}', 5, 'boom', true)`,
		`INSERT INTO inbox (provider, external_id, received_at, handled, failures, error) VALUES ('twilio', 'SM1', now(), false, 1, 'boom')`,
	} {
		if _, err := db.Pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	letters, err := db.DeadLetters(t.Context())
	if err != nil || len(letters) != 3 {
		t.Fatalf("%d letters, %v", len(letters), err)
	}
	for _, l := range letters {
		if err := db.RetryDead(t.Context(), l.ID); err != nil {
			t.Errorf("%s: %v", l.ID, err)
		}
	}
	for _, id := range []string{letters[0].ID, letters[1].ID, "o", "x9", "i:nobody/1"} {
		if id[0] == 'i' && id != "i:nobody/1" {
			continue // an inbound text stays listed until its turn succeeds
		}
		if err := db.RetryDead(context.WithoutCancel(t.Context()), id); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("%s again: %v, want not found", id, err)
		}
	}
	if n := count(t, db, `SELECT count(*) FROM outbox WHERE state = 'pending'`) + count(t, db, `SELECT count(*) FROM timers WHERE NOT dead`); n != 2 {
		t.Errorf("%d of 2 run again", n)
	}
}
