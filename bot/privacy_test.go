package bot_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/alicebob/miniredis/v2/server"
	"github.com/jackc/pgx/v5"

	"goodcatch/bot/bottest"
	"goodcatch/bot/emulator"
)

// A ledger keeps everything that is written to it, by many at once.
type ledger struct {
	mu   sync.Mutex
	kept bytes.Buffer
}

func (l *ledger) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.kept.Write(p)
}

func (l *ledger) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.kept.String()
}

// newWatched makes a scene whose logs, at debug level, and whose every command to Redis are kept.
func newWatched(t *testing.T) (s scene, logs, redis *ledger) {
	t.Helper()
	logs, redis = &ledger{}, &ledger{}
	s = newScene(t, bottest.Settings{Log: slog.New(slog.NewJSONHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}))})
	s.Redis.Server().SetPreHook(func(_ *server.Peer, cmd string, args ...string) bool {
		_, _ = io.WriteString(redis, cmd+" "+strings.Join(args, " ")+"\n")
		return false
	})
	return s, logs, redis
}

// refusing makes PostgreSQL refuse new rows of a table, with a message, while do runs.
func (s scene) refusing(table, message string, do func()) {
	s.t.Helper()
	owner, err := pgx.Connect(s.t.Context(), s.URL)
	must(s.t, err)
	defer owner.Close(s.t.Context())
	for _, sql := range []string{
		`CREATE FUNCTION refusing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '` + message + `'; END $$`,
		`CREATE TRIGGER refusing BEFORE INSERT ON ` + table + ` FOR EACH ROW EXECUTE FUNCTION refusing()`,
	} {
		_, err := owner.Exec(s.t.Context(), sql)
		must(s.t, err)
	}
	do()
	_, err = owner.Exec(s.t.Context(), `DROP TRIGGER refusing ON `+table+`; DROP FUNCTION refusing`)
	must(s.t, err)
}

// Words that people write in TestNothingPrivateLeaves, and that nothing else holds.
var (
	narrative = regexp.MustCompile(`(?i)quokka|thistlewood|heparin|pangolin`)
	exchanged = regexp.MustCompile(`(?i)wombat|axolotl`) // the owner's question and learning line: texted, and kept out of everything else
	numbers   = regexp.MustCompile(`7700[ -]?900`)
)

// TestNothingPrivateLeaves plays a whole report, with faults, and then searches the logs at debug level, the metrics, every command that
// Redis was ever sent, and everything that went out: no narrative anywhere, no number, and no name but a colleague's, in a text.
func TestNothingPrivateLeaves(t *testing.T) {
	t.Parallel()
	s, logs, redis := newWatched(t)
	playPrivateStory(s)
	seen := map[string]string{"logs": logs.String(), "metrics": metrics(t, s.Product), "Redis's commands": redis.String(), "what Redis holds": s.Redis.Dump()}
	if !strings.Contains(seen["logs"], "turn failed") || !strings.Contains(seen["Redis's commands"], `{"id":`) {
		t.Fatalf("nothing was watched:\n%s", seen["logs"])
	}
	names := peoplesNames(s)
	for where, text := range seen {
		for what, private := range map[string]*regexp.Regexp{"words of a report": narrative, "words of a question": exchanged, "a number": numbers, "a name": names} {
			if at := private.FindStringIndex(text); at != nil {
				t.Errorf("%s: %s: …%s…", where, what, text[max(0, at[0]-200):min(len(text), at[1]+100)])
			}
		}
	}
	for _, p := range s.Emulator.Phones() {
		for _, m := range p.Thread() {
			if !m.Inbound() && (narrative.MatchString(m.Body) || numbers.MatchString(m.Body)) {
				t.Errorf("a text says: %s", m.Body)
			}
		}
	}
	for _, u := range s.Emulator.SlackUsers() {
		for _, m := range u.Messages() {
			if narrative.MatchString(m.Visible()) || numbers.MatchString(m.Visible()) || narrative.Match(m.Metadata) || narrative.Match(m.Blocks) {
				t.Errorf("a Slack message says: %s", m.Visible())
			}
		}
	}
}

// playPrivateStory goes from a report with a name in it to its closing words, by way of things that fail.
func playPrivateStory(s scene) {
	s.t.Helper()
	lee := s.Emulator.SlackUser("U0LEE")
	s.Emulator.Fail(emulator.Fault{Provider: "twilio", Match: sendCall, To: anasPhone, Times: 1, Kind: emulator.AcceptedThenDropped})
	s.Emulator.Fail(emulator.Fault{Provider: "slack", Match: "chat.postMessage", To: "U0OMAR", Times: 1, Kind: emulator.Refuse, Code: "user_disabled"})
	s.text(anasPhone, "NM Quokka pump gave heparin to Mr Thistlewood, his wife rang from 07700 900777")
	s.hears(anasPhone, "Thank you. Near miss", patient)
	s.rest()
	s.press(lee, "Acknowledge")
	s.press(lee, "Details")
	must(s.t, lee.Close())
	s.press(lee, "Ask the reporter", "Your question", "Was the wombat label readable?")
	s.until(`(SELECT state = 'needs_reporter' FROM records)`)
	s.rest()
	s.text(anasPhone, "No, the pangolin sticker hid it, ask Ben Okoro on 07700 900102")
	s.until(`(SELECT state = 'in_review' FROM records)`)
	s.rest()
	s.press(lee, "Close", "What was learnt or changed? (one line)", "Axolotl stickers were removed.", "May this line be texted", "Yes")
	s.until(`(SELECT state = 'closed' FROM records)`)
	s.rest()
	s.failingTurn()
	_, err := bottest.Post(http.DefaultClient, forged(s))
	must(s.t, err)
	s.Redis.SetError("heparin for +447700900101 is not stored")
	s.text(anasPhone, "MY")
	s.rest()
	s.Redis.SetError("")
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// press presses a button on the newest message that has it and fills in what opens, label by label.
func (s scene) press(u *emulator.SlackUser, label string, filled ...string) {
	s.t.Helper()
	s.rest()
	messages := u.Messages()
	for i := len(messages) - 1; i >= 0; i-- {
		if strings.Contains(strings.Join(messages[i].Buttons(), "|"), label) {
			must(s.t, u.Press(messages[i], label))
			break
		}
	}
	s.rest()
	for i := 0; i+1 < len(filled); i += 2 {
		must(s.t, u.Fill(filled[i], filled[i+1]))
	}
	if len(filled) > 0 {
		must(s.t, u.Submit())
	}
}

// failingTurn makes PostgreSQL refuse a report with a message that quotes it, as its own messages may.
func (s scene) failingTurn() {
	s.t.Helper()
	s.refusing("records", `invalid: "Quokka heparin +447700900101 Ana Silva"`, func() { s.text(anasPhone, "NM another quokka with heparin") })
	s.until(`(SELECT error = 'sqlstate P0001' AND sealed IS NOT NULL FROM inbox WHERE NOT handled)`)
}

func forged(s scene) *http.Request {
	req := s.SignedText(anasPhone, "NM forged quokka")
	req.Header.Set("X-Twilio-Signature", "AAAA")
	return req
}

func metrics(t *testing.T, product string) string {
	t.Helper()
	res, err := http.Get(product + "/metrics")
	must(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(t, err)
	if !bytes.Contains(body, []byte("goodcatch_messages_total")) {
		t.Fatalf("no metrics: %.200s", body)
	}
	return string(body)
}

// peoplesNames matches the full name of anybody on the roster, and any last name.
func peoplesNames(s scene) *regexp.Regexp {
	s.t.Helper()
	org, err := s.DB.Organisation(s.t.Context())
	must(s.t, err)
	var names []string
	for _, p := range org.People {
		parts := strings.Fields(p.Name)
		names = append(names, regexp.QuoteMeta(p.Name), regexp.QuoteMeta(parts[len(parts)-1]))
	}
	return regexp.MustCompile(`(?i)\b(` + strings.Join(names, "|") + `)\b`)
}
