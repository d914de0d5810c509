package bot_test

import (
	"net/http"
	"sync"
	"testing"

	"goodcatch/bot/bottest"
)

// A code that is drawn and not given is lost for ever: three letters last for a few thousand reports.
func TestATextThatComesTwiceCostsOneCode(t *testing.T) {
	t.Parallel()
	s := newScene(t, bottest.Settings{BotOnly: true})
	req := s.SignedText(anasPhone, "NM wrong strength vial in drawer B")
	var copies sync.WaitGroup
	for range 8 {
		again := req.Clone(t.Context())
		again.Body, _ = req.GetBody()
		copies.Go(func() {
			if status, err := bottest.Post(http.DefaultClient, again); err != nil || status != http.StatusOK {
				t.Errorf("answered %d, %v", status, err)
			}
		})
	}
	copies.Wait()
	var records, lost int
	must(t, s.DB.Pool.QueryRow(t.Context(), `
		SELECT (SELECT count(*) FROM records), nextval('code_numbers') - 1 - (SELECT count(*) FROM records) - (SELECT count(*) FROM free_codes)`).Scan(&records, &lost))
	if records != 1 || lost != 0 {
		t.Errorf("%d records and %d codes lost, want 1 and 0", records, lost)
	}
	s.text(anasPhone, "NM another one")
	must(t, s.DB.Pool.QueryRow(t.Context(), `SELECT count(DISTINCT code) FROM records WHERE code NOT IN (SELECT code FROM free_codes)`).Scan(&records))
	if records != 2 {
		t.Errorf("%d codes in use, want 2", records)
	}
}
