package store_test

import (
	"strings"
	"testing"

	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/storetest"
)

func TestAMessageOfARollCallWithoutItsModeGoesNowhere(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	tell := func(args domain.Args) error {
		return db.InTx(t.Context(), func(tx *store.Tx) error {
			if _, _, err := tx.Now(t.Context()); err != nil {
				return err
			}
			return tx.Notify(t.Context(), domain.Notice{ID: "x", To: domain.Recipient{Address: 1}, Key: "rollcall.again", Args: args, Class: domain.Once})
		})
	}
	if err := tell(domain.Args{"bare": domain.Text("K7R")}); err == nil || !strings.Contains(err.Error(), "EXERCISE") {
		t.Errorf("got %v", err)
	}
	if err := tell(domain.Exercise.Headed(nil)); err != nil {
		t.Error(err)
	}
}
