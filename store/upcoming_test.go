package store_test

import (
	"testing"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/storetest"
)

func TestUpcomingIsTheEarliestOfTimersAndMessages(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	ctx := t.Context()
	if _, ok, err := db.Upcoming(ctx); ok || err != nil {
		t.Fatalf("an empty store has something coming: %v, %v", ok, err)
	}
	at := time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)
	for _, sql := range []string{
		`INSERT INTO timers (subject, name, due_at, command, args) VALUES ('r7', 'escalate', '2026-03-04 11:00Z', 'escalate@1', '{}'), ('r8', 'nudge', '2026-03-04 10:00Z', 'nudge_owner@1', '{}')`,
		`INSERT INTO outbox (dedupe, subject, topic, channel, urgency, class, key, sealed, not_before, created_at) VALUES ('a', '', 'x', 'sms', 0, 'once', 'k', '', '2026-03-04 12:00Z', now())`,
	} {
		if _, err := db.Pool.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	want := store.Upcoming{At: at, Command: domain.NudgeOwner{}.CommandName()}
	if got, ok, err := db.Upcoming(ctx); err != nil || !ok || !got.At.Equal(want.At) || got.Command != want.Command || got.Code != "" {
		t.Errorf("got %+v, %v, %v; want %+v", got, ok, err, want)
	}
	if next, ok, err := db.NextTimer(ctx); !ok || err != nil || !next.Equal(at) {
		t.Errorf("next timer %v, %v, %v; want %v", next, ok, err, at)
	}
	for when, want := range map[time.Duration]int{time.Hour: 0, 2 * time.Hour: 1} {
		if err := db.OfferAgain(ctx, at.Add(when)); err != nil {
			t.Error(err)
		}
		if n, err := db.Unsent(ctx, at.Add(when)); n != want || err != nil {
			t.Errorf("%v later: %d unsent, %v, want %d", when, n, err, want)
		}
	}
}
