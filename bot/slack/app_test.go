package slack_test

import (
	"encoding/json"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodcatch/bot/bottest"
	"goodcatch/bot/emulator"
	"goodcatch/bot/slack"
	"goodcatch/domain"
)

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
	card(t, lee, "Nobody owns it yet")
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
	if fresh := home(quinn, "Report"); strings.Contains(fresh.Visible(), "Overdue") {
		t.Errorf("what waits for its first answer is overdue: %s", fresh.Visible())
	}
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

// scopes are what the methods we call ask for. Source: the method pages of Slack's reference.
var scopes = map[string]string{
	"auth.test": "", "apps.connections.open": "", "views.open": "", "views.publish": "",
	"chat.postMessage": "chat:write", "chat.update": "chat:write",
	"conversations.open": "im:write", "conversations.history": "im:history", "users.info": "users:read",
	"files.getUploadURLExternal": "files:write", "files.completeUploadExternal": "files:write",
}

// publishForProof puts a document in force, so that there is something to prove.
func publishForProof(t *testing.T, w *bottest.World) {
	t.Helper()
	org, err := w.DB.Organisation(t.Context())
	ok(t, err)
	owner := domain.PersonID(0)
	for id := range org.People {
		owner = id
	}
	_, err = w.DB.Do(t.Context(), domain.Actor{Operator: true, Level: domain.A3}, domain.PublishDocument{Version: domain.DocumentVersion{
		Code: "IC-04", Title: "Hand hygiene", Number: 7, Owner: owner, Due: 14 * 24 * time.Hour, Changed: "gel", Question: "Gel?", Options: []string{"no", "always"}, Right: 1, Body: "Gel.", Hash: "x",
		Audience: domain.Audience{Roles: []domain.Role{domain.Biomed}},
	}})
	ok(t, err)
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

	publishForProof(t, w)
	ok(t, lee.Slash("/quality", "proof IC-04 4B csv"))
	card(t, lee, "people 0 signed")

	// commands, dropped files (url_private), message.im, the profile's e-mail
	want := map[string]bool{"commands": true, "files:read": true, "im:history": true, "users:read.email": true}
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
