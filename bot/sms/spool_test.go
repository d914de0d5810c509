package sms_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"goodcatch/bot"
	"goodcatch/bot/bottest"
	"goodcatch/bot/sms"
	"goodcatch/store/storetest"
)

// TestSpoolKeepsTextsUntilTheRecordTakesThem plays an outage: the fallback takes a signed text, twice; the record is away, then back.
func TestSpoolKeepsTextsUntilTheRecordTakesThem(t *testing.T) {
	t.Parallel()
	w := bottest.New(t, bottest.Settings{BotOnly: true})
	spool := sms.Spool{Dir: t.TempDir(), Keys: storetest.Keys(t)}
	channel, err := sms.New(sms.Config{AccountSID: account, AuthTokens: []string{token}, From: our, PublicURL: public})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	hook := &sms.Webhook{Channel: channel, Take: spool.Take, Count: func(string, string) {}, Log: slog.New(slog.DiscardHandler)}
	hook.Routes(mux)
	for range 2 {
		rec := httptest.NewRecorder()
		mux.ServeHTTP(rec, request{body: captured}.http())
		if rec.Code != http.StatusOK || rec.Body.String() != empty {
			t.Fatalf("answered %d %q", rec.Code, rec.Body)
		}
	}
	rec := httptest.NewRecorder()
	mux.ServeHTTP(rec, request{body: captured, signature: "forged"}.http())
	if rec.Code != http.StatusForbidden {
		t.Errorf("a forged text was answered %d", rec.Code)
	}
	files, err := filepath.Glob(filepath.Join(spool.Dir, "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("spooled: %q, %v", files, err)
	}
	if data, err := os.ReadFile(files[0]); err != nil || bytes.Contains(data, []byte("heparin")) || bytes.Contains(data, []byte("447700")) {
		t.Errorf("the words can be read on the disk, or nothing can: %v", err)
	}
	away := errors.New("away")
	if n, err := spool.Drain(t.Context(), func(context.Context, bot.Inbound) (bot.Outcome, error) { return bot.Outcome{}, away }); n != 0 || !errors.Is(err, away) {
		t.Errorf("drained %d, %v while the record was away", n, err)
	}
	for _, want := range []int{1, 0} { // the second time there is nothing left
		if n, err := spool.Drain(t.Context(), w.Program.Bot.Receive); n != want || err != nil {
			t.Errorf("drained %d, %v, want %d", n, err, want)
		}
	}
	if _, err := spool.Take(t.Context(), bot.Inbound{Provider: "twilio", ID: sid, Channel: "sms", From: "+447700900101", Text: "NM wrong strength heparin in drawer B"}); err != nil {
		t.Fatal(err)
	}
	if n, err := spool.Drain(t.Context(), w.Program.Bot.Receive); n != 1 || err != nil { // the same text once more
		t.Errorf("drained %d, %v", n, err)
	}
	var records int
	var found string
	if err := w.DB.Pool.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM records), (SELECT found_by FROM inbox)`).Scan(&records, &found); err != nil || records != 1 || found != "spool" {
		t.Errorf("%d records, found by %q, %v", records, found, err)
	}
}
