package slack_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/bot/bottest"
	"goodcatch/bot/emulator"
)

func TestDoubledSubmissionMakesOneRecord(t *testing.T) {
	t.Parallel()
	w := bottest.New(t)
	u, _ := openReport(t, w, "U0BEN", "wrong vial in drawer B")
	ok(t, u.Submit())
	if _, err := w.Emulator.RepeatInteraction(); err != nil {
		t.Fatal(err)
	}
	if got := number(t, w, `SELECT count(*) FROM records`); got != 1 {
		t.Errorf("%d records, want 1", got)
	}
	if got := number(t, w, `SELECT count(*) FROM passages`); got != 1 {
		t.Errorf("%d passages, want 1", got)
	}
	clean(t, w)
}

// resubmission builds the submission of a view once more with other words, as when the first answer was lost.
func resubmission(w *bottest.World, v emulator.View, user, words string) string {
	o := w.Emulator.Options()
	blocks := []map[string]any{{"type": "input", "block_id": "kind"}, {"type": "input", "block_id": "what"}, {"type": "input", "block_id": "hide"}}
	values := map[string]any{
		"kind": map[string]any{"a": map[string]any{"type": "static_select", "selected_option": map[string]any{"value": "near_miss"}}},
		"what": map[string]any{"a": map[string]any{"type": "plain_text_input", "value": words}},
	}
	payload, _ := json.Marshal(map[string]any{
		"type": "view_submission", "api_app_id": o.AppID, "team": map[string]any{"id": o.TeamID}, "user": map[string]any{"id": user, "team_id": o.TeamID}, "trigger_id": "1.2",
		"view": map[string]any{"id": v.ID, "callback_id": v.CallbackID, "private_metadata": v.PrivateMetadata, "blocks": blocks, "state": map[string]any{"values": values}},
	})
	return url.Values{"payload": {string(payload)}}.Encode()
}

func TestDraftSentAgainWithOtherWordsIsAnAddition(t *testing.T) {
	t.Parallel()
	w := bottest.New(t)
	u, v := openReport(t, w, "U0BEN", "wrong vial")
	ok(t, u.Submit())
	for range 2 { // twice the same: the second says nothing new
		if status, body := post(t, w, "/slack/interactions", formBody, resubmission(w, v, "U0BEN", "wrong vial in drawer B, two of them")); status != 200 || body != "" {
			t.Fatalf("answer %d %q", status, body)
		}
	}
	if got := number(t, w, `SELECT count(*) FROM records`); got != 1 {
		t.Errorf("%d records, want 1", got)
	}
	if got := number(t, w, `SELECT count(*) FROM passages WHERE kind = 'addition'`); got != 1 {
		t.Errorf("%d additions, want 1", got)
	}
	card(t, u, "Added to NM-")
	clean(t, w)
}

func TestHiddenDraftSentAgainShowsItsReceiptAndSendsNothing(t *testing.T) {
	t.Parallel()
	w := bottest.New(t)
	u, v := openReport(t, w, "U0BEN", "someone skipped the check")
	ok(t, u.Fill("Hide me", "Yes"))
	ok(t, u.Submit())
	if _, err := w.Emulator.RepeatInteraction(); err != nil {
		t.Fatal(err)
	}
	status, body := post(t, w, "/slack/interactions", formBody, resubmission(w, v, "U0BEN", "someone skipped the check, again"))
	if status != 200 || !strings.Contains(body, `"response_action":"update"`) || !strings.Contains(body, "we kept no name") {
		t.Errorf("answer %d %s", status, body)
	}
	w.Settle()
	if m := u.Messages(); len(m) > 0 {
		t.Errorf("a hidden reporter was sent %q", m[0].Visible())
	}
	if got := number(t, w, `SELECT count(*) FROM passages`); got != 2 {
		t.Errorf("%d passages, want report and addition", got)
	}
	if got := number(t, w, `SELECT count(*) FROM records WHERE from_id IS NOT NULL OR reporter IS NOT NULL`); got != 0 {
		t.Error("the record names its hidden reporter")
	}
	clean(t, w)
}

func TestFormKeepsItsWordsWhileTheRecordIsAway(t *testing.T) {
	t.Parallel()
	w := bottest.New(t)
	u, _ := openReport(t, w, "U0BEN", "wrong vial in drawer B")
	owner, err := pgx.Connect(t.Context(), w.URL)
	ok(t, err)
	defer owner.Close(context.WithoutCancel(t.Context()))
	lock, err := owner.Begin(t.Context())
	ok(t, err)
	_, err = lock.Exec(t.Context(), `LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE`)
	ok(t, err)
	began := time.Now()
	err = u.Submit()
	if !errors.Is(err, emulator.ErrNotAccepted) || time.Since(began) > 3*time.Second {
		t.Fatalf("got %v after %v, want a form that stays open inside 3 s", err, time.Since(began))
	}
	for label, problem := range u.Errors() {
		if !strings.Contains(problem, "Your words are still here") {
			t.Errorf("%s: %s", label, problem)
		}
	}
	ok(t, lock.Rollback(t.Context()))
	ok(t, u.Submit())
	if got := number(t, w, `SELECT count(*) FROM records`); got != 1 {
		t.Errorf("%d records, want 1", got)
	}
	clean(t, w)
}
