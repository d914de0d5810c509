package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/storetest"
)

const newPhone = "+447700900199"

func TestSecondTextOfANewPhoneSeesTheConversationThatTheFirstOpens(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	took, goOn := make(chan struct{}), make(chan struct{})
	first, second := make(chan error, 1), make(chan error, 1)
	go func() {
		first <- db.InTx(t.Context(), func(tx *store.Tx) error {
			c, _, err := tx.Receive(t.Context(), "twilio", "SM1", "webhook", domain.SMS, newPhone)
			close(took)
			<-goOn
			if err != nil {
				return err
			}
			return tx.OpenSession(c.ID, "enrich", domain.Args{"record": domain.Number(7)}, "reached")
		})
	}()
	<-took
	var c store.Caller
	go func() {
		second <- db.InTx(t.Context(), func(tx *store.Tx) (err error) {
			c, _, err = tx.Receive(t.Context(), "twilio", "SM2", "webhook", domain.SMS, newPhone)
			return err
		})
	}()
	awaitLock(t, db)
	close(goOn)
	if err := errors.Join(<-first, <-second); err != nil {
		t.Fatal(err)
	}
	if len(c.Sessions) != 1 || c.Sessions[0].Flow != "enrich" {
		t.Errorf("the second text sees %d conversations, want 1", len(c.Sessions))
	}
}

// awaitLock waits until a transaction of this database waits for another.
func awaitLock(t *testing.T, db *store.DB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for {
		var waiting bool
		err := db.Pool.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database()))`).Scan(&waiting)
		if err != nil {
			t.Fatalf("nobody waits: %v", err)
		}
		if waiting {
			return
		}
	}
}

func TestNobodyMayDeleteWhomRecordsName(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	for _, table := range []string{"people", "addresses"} {
		_, err := db.Pool.Exec(t.Context(), `DELETE FROM `+table)
		var refused *pgconn.PgError
		if !errors.As(err, &refused) || refused.Code != "42501" {
			t.Errorf("DELETE FROM %s: %v, want permission denied", table, err)
		}
	}
}
