package main

import (
	"bytes"
	"context"
	"log/slog"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goodcatch/bot/bottest"
	"goodcatch/store"
	"goodcatch/store/storetest"
)

// TestRestoreWithAnEmptyRedisSendsNothingAgain is the restore drill: a hospital at work is backed up, restored into a fresh database, and
// taken up by a program with an empty Redis. What was sent stays sent, and the ladder goes on where it stood.
func TestRestoreWithAnEmptyRedisSendsNothingAgain(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("pg_dump"); err != nil {
		t.Skip("needs pg_dump on the PATH")
	}
	w := bottest.New(t)
	ana := w.Emulator.Phone("+447700900101")
	if _, err := ana.Text("INC wrong diet served, pt ok"); err != nil {
		t.Fatal(err)
	}
	w.Settle()
	before := ladder(t, w.DB)

	dir, fresh := filepath.Join(t.TempDir(), "backup"), storetest.EmptyDatabase(t)
	var out bytes.Buffer
	run := func(url string, cmd interface {
		Run(context.Context, *app) error
	}) {
		t.Helper()
		if err := cmd.Run(t.Context(), &app{Settings: &Settings{DatabaseURL: url}, out: &out, err: &out, log: slog.New(slog.DiscardHandler)}); err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
	}
	run(w.URL, backupCmd{Dir: dir})
	run(fresh, restoreCmd{Dir: dir})
	if !strings.Contains(out.String(), "Everything matches") {
		t.Errorf("printed %s", out.String())
	}

	clock := w.Clock.Now()
	db := storetest.Connect(t, fresh, store.Options{Now: func() time.Time { return clock }})
	if due, err := db.Offer(t.Context(), 100); err != nil || len(due) != 0 {
		t.Errorf("%d messages would be sent again, %v", len(due), err)
	}
	if again, err := db.Unsettled(t.Context(), 0); err != nil || len(again) != 0 {
		t.Errorf("%d outcomes are unknown, %v", len(again), err)
	}
	if after := ladder(t, db); after != before {
		t.Errorf("next is %+v, want %+v", after, before)
	}
	clock = before.At
	if fired, err := db.Fire(t.Context()); err != nil || fired != 1 {
		t.Errorf("fired %d, %v", fired, err)
	}
	if due, err := db.Offer(t.Context(), 100); err != nil || len(due) == 0 {
		t.Errorf("the ladder asks nobody after %+v: %v", before, err)
	}
}

// ladder is what happens next by itself.
func ladder(t *testing.T, db *store.DB) store.Upcoming {
	t.Helper()
	u, ok, err := db.Upcoming(t.Context())
	if err != nil || !ok {
		t.Fatalf("nothing is due, %v", err)
	}
	return u
}
