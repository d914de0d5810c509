package slack_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"goodcatch/bot/bottest"
	"goodcatch/bot/emulator"
	"goodcatch/bot/slack"
	"goodcatch/conversations"
)

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func number(t *testing.T, w *bottest.World, sql string, args ...any) (n int) {
	t.Helper()
	ok(t, w.DB.Pool.QueryRow(t.Context(), sql, args...).Scan(&n))
	return n
}

// clean fails on anything that Slack or Twilio would object to, and on any use of a response_url.
func clean(t *testing.T, w *bottest.World) {
	t.Helper()
	for _, v := range w.Emulator.Violations() {
		t.Errorf("violation: %s", v)
	}
	if n := w.Emulator.Calls()["slack response_url"]; n > 0 {
		t.Errorf("response_url used %d times", n)
	}
}

// card waits for a message with these words on a user's screen.
func card(t *testing.T, u *emulator.SlackUser, words string) emulator.Message {
	t.Helper()
	for {
		item, err := u.ExpectMessage(within(t))
		if err != nil {
			t.Fatalf("%q: %v", words, err)
		}
		if strings.Contains(item.Message.Visible(), words) {
			return item.Message
		}
	}
}

// fileNearMiss makes a record by text.
func fileNearMiss(t *testing.T, w *bottest.World, text string) {
	t.Helper()
	if _, err := w.Emulator.Phone("+447700900101").Text(text); err != nil {
		t.Fatal(err)
	}
}

func TestTwoManagersPressAtOnceAndOneOwnsIt(t *testing.T) {
	t.Parallel()
	w := bottest.New(t)
	fileNearMiss(t, w, "NM wrong strength heparin in drawer B")
	lee, omar := w.Emulator.SlackUser("U0LEE"), w.Emulator.SlackUser("U0OMAR")
	cards := map[*emulator.SlackUser]emulator.Message{lee: card(t, lee, "Nobody owns it yet"), omar: card(t, omar, "Nobody owns it yet")}
	done := make(chan error, 2)
	for u, m := range cards {
		go func() { done <- u.Press(m, "Acknowledge") }()
	}
	ok(t, <-done)
	ok(t, <-done)
	w.Settle()
	winner, loser, name := lee, omar, "Lee Wong"
	if number(t, w, `SELECT count(*) FROM records r JOIN people p ON p.id = r.owner WHERE p.name = 'Omar Haddad'`) == 1 {
		winner, loser, name = omar, lee, "Omar Haddad"
	}
	card(t, winner, "You own ")
	card(t, loser, "taken by "+name+" at 10:00")
	if got := number(t, w, `SELECT count(*) FROM events WHERE name = 'acknowledged'`); got != 1 {
		t.Errorf("%d acknowledgements, want 1", got)
	}
	for u, m := range cards {
		for _, now := range u.Messages() {
			if now.TS == m.TS && (len(now.Buttons()) > 0 || !strings.Contains(now.Visible(), "taken by "+name)) {
				t.Errorf("copy of %s was not edited: %s", u.ID(), now.Visible())
			}
		}
	}
	clean(t, w)
}

// openReport opens the report form and fills it in.
func openReport(t *testing.T, w *bottest.World, user, words string) (*emulator.SlackUser, emulator.View) {
	t.Helper()
	u := w.Emulator.SlackUser(user)
	ok(t, u.Slash("/report", words))
	v, err := u.ExpectView(within(t))
	ok(t, err)
	return u, v
}

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

const formBody = "application/x-www-form-urlencoded"

// post sends a request to the product, signed now unless headers say otherwise.
func post(t *testing.T, w *bottest.World, path, kind, body string, headers ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, w.Product+path, strings.NewReader(body))
	ok(t, err)
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	req.Header.Set("Content-Type", kind)
	req.Header.Set("X-Slack-Request-Timestamp", stamp)
	req.Header.Set("X-Slack-Signature", emulator.SignSlack(w.Emulator.Options().SlackSigningSecret, stamp, []byte(body)))
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	ok(t, err)
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	ok(t, err)
	return res.StatusCode, string(got)
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

func TestHostileWordsAreShownInert(t *testing.T) {
	t.Parallel()
	w := bottest.New(t)
	fileNearMiss(t, w, "NM <!channel> <@U0BEN> <http://evil.example|click> & *loud*")
	lee := w.Emulator.SlackUser("U0LEE")
	ok(t, lee.Press(card(t, lee, "Nobody owns it yet"), "Details"))
	v, err := lee.ExpectView(within(t))
	ok(t, err)
	shown := string(v.Blocks)
	for _, bad := range []string{"<!channel>", "<@U0BEN>", "<http://evil", `\u003c!channel\u003e`} {
		if strings.Contains(shown, bad) {
			t.Errorf("live markup %s in %s", bad, shown)
		}
	}
	if !strings.Contains(v.Visible(), "&lt;!channel&gt;") {
		t.Errorf("the words are not there: %s", v.Visible())
	}
	clean(t, w)
}

func TestFormThatDidNotOpenInTimeIsOfferedByAButton(t *testing.T) {
	t.Parallel()
	w := bottest.New(t)
	ben := w.Emulator.SlackUser("U0BEN")
	w.Emulator.Fail(emulator.Fault{Provider: "slack", Match: "views.open", Kind: emulator.Refuse, Code: "expired_trigger_id", Times: 1})
	ok(t, ben.Slash("/report", ""))
	ok(t, ben.Press(card(t, ben, "did not open the form in time"), "Open the form"))
	if _, err := ben.ExpectView(within(t)); err != nil {
		t.Fatal(err)
	}
	clean(t, w)
}

func TestUnknownUserMayReportAndIsMatchedByVerifiedAddress(t *testing.T) {
	t.Parallel()
	w := bottest.New(t)
	_, err := w.DB.Pool.Exec(t.Context(), `UPDATE people SET email = 'ana@hospital.example' WHERE name = 'Ana Silva'`)
	ok(t, err)
	_, err = w.DB.Pool.Exec(t.Context(), `UPDATE organisation SET version = version + 1`)
	ok(t, err)
	nobody := w.Emulator.AddSlackUser(emulator.User{ID: "U0NOBODY", Name: "Nobody", Email: "nobody@elsewhere.example", Locale: "es-ES"})
	guest := w.Emulator.AddSlackUser(emulator.User{ID: "U0GUEST", Name: "Guest", Email: "ana@hospital.example", Guest: true})
	ana := w.Emulator.AddSlackUser(emulator.User{ID: "U0ANA", Name: "Ana", Email: "Ana@Hospital.example"})
	for _, u := range []*emulator.SlackUser{nobody, guest, ana} {
		if _, err := u.DM("NM wrong vial"); err != nil {
			t.Fatal(err)
		}
	}
	if got := number(t, w, `SELECT count(*) FROM records WHERE details->>'verified' = 'false' AND reporter IS NULL`); got != 2 {
		t.Errorf("%d reports of unknown users, want 2", got)
	}
	if got := number(t, w, `SELECT count(*) FROM addresses a JOIN people p ON p.id = a.person_id WHERE a.value = 'U0ANA' AND p.name = 'Ana Silva' AND a.verified_at IS NOT NULL`); got != 1 {
		t.Error("the verified address matched nobody")
	}
	card(t, nobody, "guardad") // spoken to in their own language
	clean(t, w)
}

func TestHomeFollowsWhatChanges(t *testing.T) {
	t.Parallel()
	w := bottest.New(t)
	lee, quinn := w.Emulator.SlackUser("U0LEE"), w.Emulator.SlackUser("U0QUINN")
	fileNearMiss(t, w, "NM wrong strength heparin in drawer B")
	m := card(t, lee, "Nobody owns it yet")
	home := func(u *emulator.SlackUser, words string) emulator.View {
		t.Helper()
		for {
			item, err := u.Expect(within(t))
			if err != nil {
				v, _ := u.Home()
				t.Fatalf("home never shows %q: %s", words, v.Visible())
			}
			if item.Kind == emulator.HomeShown && strings.Contains(item.View.Visible(), words) {
				return item.View
			}
		}
	}
	ok(t, lee.OpenHome())
	v := home(lee, "To acknowledge (1)")
	ok(t, quinn.OpenHome())
	home(quinn, "Overdue in your units (1)")
	_ = m
	ok(t, lee.Press(v, "Acknowledge"))
	v = home(lee, "Yours (1)")
	if strings.Contains(v.Visible(), "To acknowledge") {
		t.Errorf("still to acknowledge: %s", v.Visible())
	}
	ok(t, lee.Press(v, "Report"))
	if view, err := lee.ExpectView(within(t)); err != nil || view.Title != "Report" {
		t.Errorf("%v %v", view.Title, err)
	}
	clean(t, w)
}

func TestQualityAnswersTheCommandItself(t *testing.T) {
	t.Parallel()
	for _, s := range []bottest.Settings{{}, {SocketMode: true}} {
		w := bottest.New(t, s)
		fileNearMiss(t, w, "NM wrong strength heparin in drawer B")
		lee := w.Emulator.SlackUser("U0LEE")
		card(t, lee, "Nobody owns it yet")
		ok(t, lee.Slash("/quality", ""))
		m := card(t, lee, "To acknowledge (1)")
		if m.Ephemeral != "U0LEE" || !strings.Contains(m.Visible(), "*/report* opens") {
			t.Errorf("got %+v", m)
		}
		ok(t, lee.Press(m, "Acknowledge"))
		card(t, lee, "You own ")
		clean(t, w)
	}
}

func TestSocketIsMadeAnew(t *testing.T) {
	t.Parallel()
	w := bottest.New(t, bottest.Settings{SocketMode: true})
	ben := w.Emulator.SlackUser("U0BEN")
	ok(t, w.Emulator.DisconnectSockets(within(t)))
	ok(t, w.Emulator.WaitSockets(within(t), 1))
	if _, err := ben.DM("NM after a refresh"); err != nil {
		t.Fatal(err)
	}
	w.Emulator.CutSockets()
	ok(t, w.Emulator.WaitSockets(within(t), 0))
	ok(t, w.Emulator.WaitSockets(within(t), 1))
	if _, err := ben.DM("NM after a cut"); err != nil {
		t.Fatal(err)
	}
	if got := number(t, w, `SELECT count(*) FROM records`); got != 2 {
		t.Errorf("%d records, want 2", got)
	}
	clean(t, w)
}

func TestMessageShortcutBringsItsWords(t *testing.T) {
	t.Parallel()
	w := bottest.New(t)
	ben := w.Emulator.SlackUser("U0BEN")
	m, err := ben.DM("hello there")
	ok(t, err)
	ok(t, ben.MessageShortcut("report_message", m))
	v, err := ben.ExpectView(within(t))
	ok(t, err)
	if got := v.State["what"]["a"]["value"]; got != "hello there" {
		t.Errorf("prefilled with %v", got)
	}
	if strings.Contains(v.PrivateMetadata, "hello") {
		t.Error("words in the metadata")
	}
	ok(t, ben.Close())
	ok(t, ben.Shortcut("report"))
	if _, err := ben.ExpectView(within(t)); err != nil {
		t.Fatal(err)
	}
	clean(t, w)
}

func TestUserWhoLeftIsSentNothingMore(t *testing.T) {
	t.Parallel()
	w := bottest.New(t)
	ok(t, w.Emulator.SlackUser("U0BEN").Deactivate())
	if got := number(t, w, `SELECT count(*) FROM addresses WHERE value = 'U0BEN' AND dead_at IS NOT NULL`); got != 1 {
		t.Error("the address lives on")
	}
}

func calls(w *bottest.World) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(w.Emulator.Calls())) {
		if method, found := strings.CutPrefix(name, "slack "); found {
			names = append(names, method)
		}
	}
	return names
}

// scopes are what the methods we call ask for. Source: the method pages of Slack's reference.
var scopes = map[string]string{
	"auth.test": "", "apps.connections.open": "", "views.open": "", "views.publish": "",
	"chat.postMessage": "chat:write", "chat.update": "chat:write", "chat.delete": "chat:write",
	"conversations.open": "im:write", "conversations.history": "im:history", "users.info": "users:read",
}

func TestManifestAsksForTheScopesOfWhatWeCall(t *testing.T) {
	t.Parallel()
	w := bottest.New(t, bottest.Settings{SocketMode: true})
	stranger := w.Emulator.AddSlackUser(emulator.User{ID: "U0STRANGER"})
	ok(t, stranger.OpenHome())
	fileNearMiss(t, w, "NM wrong strength heparin in drawer B")
	lee := w.Emulator.SlackUser("U0LEE")
	m := card(t, lee, "Nobody owns it yet")
	ok(t, lee.Press(m, "Details"))
	ok(t, lee.Press(m, "Acknowledge"))
	card(t, lee, "taken by")
	o := w.Emulator.Options()
	provider := httptest.NewServer(w.Emulator)
	defer provider.Close()
	channel, err := slack.New(slack.Config{BotToken: o.SlackBotToken, APIURL: provider.URL + "/slack/api/"})
	ok(t, err)
	if _, _, err := channel.Find(t.Context(), "U0LEE", 1, time.Now()); err != nil {
		t.Fatal(err)
	}
	ok(t, channel.Cancel(t.Context(), conversations.Receipt{ID: m.TS, Channel: m.Channel}))

	want := map[string]bool{"commands": true, "im:history": true, "users:read.email": true} // commands, message.im, the profile's e-mail
	called := calls(w)
	for _, method := range called {
		scope, known := scopes[method]
		if !known {
			t.Errorf("%s is called: which scope does it ask for?", method)
		}
		if scope != "" {
			want[scope] = true
		}
	}
	for method := range scopes {
		if !slices.Contains(called, method) {
			t.Errorf("%s was not called: the test has lost a part", method)
		}
	}
	raw, err := slack.ManifestJSON("", true)
	ok(t, err)
	var got struct {
		OAuth struct {
			Scopes struct{ Bot []string }
		} `json:"oauth_config"`
	}
	ok(t, json.Unmarshal(raw, &got))
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(slices.Values(got.OAuth.Scopes.Bot))); diff != "" {
		t.Error(diff)
	}
	clean(t, w)
}

func TestMessagesToOnePersonKeepTheirOrder(t *testing.T) {
	t.Parallel()
	w := bottest.New(t)
	ben := w.Emulator.SlackUser("U0BEN")
	for range 5 {
		if _, err := ben.DM("NM look-alike vials in drawer B"); err != nil {
			t.Fatal(err)
		}
	}
	w.Settle()
	var got []string
	for _, m := range ben.Messages() {
		switch shown := m.Visible(); {
		case strings.Contains(shown, "saved"):
			got = append(got, "receipt")
		case strings.Contains(shown, "Could it have"):
			got = append(got, "question")
		}
	}
	want := slices.Repeat([]string{"receipt", "question"}, 5)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
