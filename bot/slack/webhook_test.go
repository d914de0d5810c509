package slack_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"goodcatch/bot/bottest"
	"goodcatch/bot/emulator"
)

func TestWhatIsNotSlacksIsRefused(t *testing.T) {
	t.Parallel()
	w := bottest.New(t)
	o := w.Emulator.Options()
	event := func(team, app string) string {
		return `{"type":"event_callback","event_id":"Ev1","team_id":"` + team + `","api_app_id":"` + app + `","event":{"type":"message","channel_type":"im","user":"U0BEN","text":"NM forged"}}`
	}
	good := event(o.TeamID, o.AppID)
	stamp := func(age time.Duration) []string {
		at := strconv.FormatInt(time.Now().Add(-age).Unix(), 10)
		return []string{"X-Slack-Request-Timestamp", at, "X-Slack-Signature", emulator.SignSlack(o.SlackSigningSecret, at, []byte(good))}
	}
	payload := url.Values{"payload": {`{"type":"block_actions","user":{"id":"U0BEN"}}`}}.Encode()
	stranger := url.Values{"payload": {`{"type":"block_actions","api_app_id":"` + o.AppID + `","team":{"id":"` + o.TeamID + `"},"user":{"id":"U9","team_id":"T9"}}`}}.Encode()
	tests := []struct {
		name, path, kind, body string
		headers                []string
	}{
		{"forged signature", "/slack/events", "application/json", good, []string{"X-Slack-Signature", "v0=" + strings.Repeat("0", 64)}},
		{"no signature", "/slack/events", "application/json", good, []string{"X-Slack-Signature", ""}},
		{"signed ten minutes ago", "/slack/events", "application/json", good, stamp(10 * time.Minute)},
		{"signed for later", "/slack/events", "application/json", good, stamp(-10 * time.Minute)},
		{"other team", "/slack/events", "application/json", event("T9", o.AppID), nil},
		{"other app", "/slack/events", "application/json", event(o.TeamID, "A9"), nil},
		{"event as a form", "/slack/events", formBody, good, nil},
		{"payload in the query", "/slack/interactions?" + payload, formBody, "", nil},
		{"something in the query", "/slack/interactions?x=1", formBody, payload, nil},
		{"two payloads", "/slack/interactions", formBody, payload + "&" + payload, nil},
		{"no payload", "/slack/interactions", formBody, "x=1", nil},
		{"user of another workspace", "/slack/interactions", formBody, stranger, nil},
		{"body of a command for interactions", "/slack/interactions", formBody, "command=%2Freport&user_id=U0BEN", nil},
		{"command of another team", "/slack/commands", formBody, "command=%2Freport&user_id=U0BEN&team_id=T9&api_app_id=" + o.AppID, nil},
		{"too long", "/slack/events", "application/json", `{"x":"` + strings.Repeat("x", 1<<20) + `"}`, nil},
	}
	for _, tt := range tests {
		if status, body := post(t, w, tt.path, tt.kind, tt.body, tt.headers...); status != 401 || body != "unauthorized\n" {
			t.Errorf("%s: %d %q, want the constant 401", tt.name, status, body)
		}
	}
	if got := number(t, w, `SELECT count(*) FROM inbox`); got != 0 {
		t.Errorf("%d of them left a trace", got)
	}
	if status, _ := post(t, w, "/slack/events", "application/json", good); status != 200 {
		t.Errorf("the good one: %d", status)
	}
}

func TestChallengeIsAnswered(t *testing.T) {
	t.Parallel()
	w := bottest.New(t)
	status, body := post(t, w, "/slack/events", "application/json", `{"type":"url_verification","challenge":"abc"}`)
	if status != 200 || body != `{"challenge":"abc"}` {
		t.Errorf("got %d %s", status, body)
	}
}

func TestEventsAreTakenOnceWhateverTheRetryHeaderSays(t *testing.T) {
	t.Parallel()
	w := bottest.New(t)
	ben := w.Emulator.SlackUser("U0BEN")
	w.Emulator.DropNextEvent()
	if _, err := ben.DM("NM lost at first"); err != nil {
		t.Fatal(err)
	}
	if left := w.Emulator.RetryEvents(); left != 0 {
		t.Fatalf("%d events not taken", left)
	}
	w.Emulator.DoubleNextEvent()
	m, err := ben.DM("NM sent twice")
	ok(t, err)
	ok(t, w.Emulator.Redeliver(m.EventID, 2))
	if got := number(t, w, `SELECT count(*) FROM records`); got != 2 {
		t.Errorf("%d records, want 2", got)
	}
	clean(t, w)
}

func TestWhatIsNoMessageToUsIsTakenAndDoesNothing(t *testing.T) {
	t.Parallel()
	w := bottest.New(t)
	for _, inner := range []map[string]any{
		{"type": "function_executed", "user": map[string]any{"x": 1}},
		{"type": "message", "channel_type": "channel", "user": "U0BEN", "text": "NM in a channel"},
		{"type": "message", "channel_type": "im", "user": "U0BEN", "bot_id": "B1", "text": "NM from a bot"},
		{"type": "message", "channel_type": "im", "subtype": "message_changed", "text": "NM edited"},
		{"type": "message", "channel_type": "im", "text": "NM from nobody"},
		{"type": "app_home_opened", "user": "U0BEN", "tab": "messages"},
	} {
		if err := w.Emulator.SendEvent(inner); err != nil {
			t.Errorf("%v: %v", inner, err)
		}
	}
	if got := number(t, w, `SELECT count(*) FROM inbox`); got != 0 {
		t.Errorf("%d of them were received", got)
	}
}

func TestSocketIsMadeAnew(t *testing.T) {
	t.Parallel()
	w := bottest.New(t, bottest.Settings{SocketMode: true})
	ben := w.Emulator.SlackUser("U0BEN")
	ok(t, w.Emulator.DisconnectSockets(within(t)))
	ok(t, w.Emulator.WaitSockets(within(t), bottest.Sockets))
	if _, err := ben.DM("NM after a refresh"); err != nil {
		t.Fatal(err)
	}
	w.Emulator.CutSockets()
	ok(t, w.Emulator.WaitSockets(within(t), bottest.Sockets))
	if _, err := ben.DM("NM after a cut"); err != nil {
		t.Fatal(err)
	}
	if got := number(t, w, `SELECT count(*) FROM records`); got != 2 {
		t.Errorf("%d records, want 2", got)
	}
	clean(t, w)
}
