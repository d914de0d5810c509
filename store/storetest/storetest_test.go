package storetest_test

import (
	"testing"
	"time"

	"goodcatch/store"
	"goodcatch/store/storetest"
)

func TestEachTestHasADatabaseOfItsOwnAndTheLimitedRole(t *testing.T) {
	t.Parallel()
	one, two := storetest.Open(t), storetest.Open(t)
	if _, err := one.Pool.Exec(t.Context(), `INSERT INTO units (code, name) VALUES ('4B', 'Ward 4B')`); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := two.Pool.QueryRow(t.Context(), `SELECT count(*) FROM units`).Scan(&n); err != nil || n != 0 {
		t.Errorf("the other database holds %d units, %v", n, err)
	}
	var role string
	if err := one.Pool.QueryRow(t.Context(), `SELECT current_user`).Scan(&role); err != nil || role != "goodcatch_app" {
		t.Errorf("works as %q, %v", role, err)
	}
	if _, err := one.Pool.Exec(t.Context(), `DELETE FROM events`); err == nil {
		t.Error("the limited role may delete the audit")
	}
}

func TestOpenAtUsesTheTestsClock(t *testing.T) {
	t.Parallel()
	want := time.Date(2025, 11, 21, 14, 2, 0, 0, time.UTC)
	db := storetest.OpenAt(t, func() time.Time { return want })
	err := db.InTx(t.Context(), func(tx *store.Tx) error {
		got, _, err := tx.Now(t.Context())
		if !got.Equal(want) {
			t.Errorf("now is %v, want %v", got, want)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestKeysOpenWhatTheySealed(t *testing.T) {
	t.Parallel()
	sealed, err := storetest.Keys(t).Seal([]byte("x"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := storetest.Keys(t).Open(sealed, nil); err != nil || string(plain) != "x" {
		t.Errorf("got %q, %v", plain, err)
	}
}
