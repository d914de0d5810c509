package store_test

import (
	"testing"

	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/storetest"
)

func TestTheStatesOfAMessageAreKeptApart(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	ctx := t.Context()
	row := `INSERT INTO outbox (dedupe, subject, topic, person_id, channel, state, provider_state, error_code, urgency, class, key, sealed, not_before, created_at)
		VALUES ($1, 'r1', $2, 5, $3, $4, $5, $6, 0, 'once', 'k', '', now(), now())`
	if _, err := db.Pool.Exec(ctx, `
		INSERT INTO records (id, ref, code, kind, system, state, rank, unit, created_at, ladder, climb, details, version)
		VALUES (1, 'R', 'K7R', 'near_miss', 'safety', 'new', 1, '4B', now(), '{}', '{}', '{}', 1)`); err != nil {
		t.Fatal(err)
	}
	want := map[domain.ToldState]int{}
	for name, c := range map[string]struct {
		topic                       string
		channel                     domain.Channel
		state, provider, code, want string
	}{
		"queued": {"escalation", "sms", "pending", "", "", "waiting"}, "provider off": {"escalation", "sms", "pending", "", "off_waits", "waiting"}, "in doubt": {"owner", "sms", "unknown", "", "", "unknown"},
		"taken": {"escalation", "sms", "sent", "sent", "", "sent"}, "Slack": {"escalation", "slack", "sent", "", "", "sent"}, "arrived": {"silent", "sms", "sent", "delivered", "", "delivered"},
		"came back": {"escalation", "sms", "sent", "undelivered", "30003", "failed"}, "refused": {"escalation", "sms", "failed", "", "21610", "failed"},
		"voicemail": {"escalation", "voice", "sent", "completed", "", "rang"}, "rang out": {"escalation", "voice", "sent", "no-answer", "", "failed"}, "settled": {"escalation", "sms", "withdrawn", "", "", "dropped"},
		"the reporter's": {"feedback", "sms", "sent", "delivered", "", ""},
	} {
		if _, err := db.Pool.Exec(ctx, row, name, c.topic, c.channel, c.state, c.provider, c.code); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if c.want != "" {
			want[domain.ToldState(c.want)]++
		}
	}
	if _, err := db.Pool.Exec(ctx, `INSERT INTO events (at, record_id, name, actor, data, hash) VALUES (now(), 1, 'seen', 'p5', '{}', ''), (now(), 1, 'seen', 'reporter', '{}', '')`); err != nil {
		t.Fatal(err)
	}
	want[domain.ToldSeen] = 1
	var told []domain.Told
	if err := db.InTx(ctx, func(tx *store.Tx) error {
		f, err := tx.Facts(ctx, domain.Clockwork, domain.Needs{Record: 1, Told: true})
		told = f.Told
		return err
	}); err != nil {
		t.Fatal(err)
	}
	got := map[domain.ToldState]int{}
	for _, m := range told {
		got[m.State]++
	}
	for _, state := range domain.ToldStates {
		if got[state] != want[state] {
			t.Errorf("%s: %d, want %d", state, got[state], want[state])
		}
	}
}
