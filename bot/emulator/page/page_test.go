package page_test

import (
	"context"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"goodcatch/bot/emulator"
	"goodcatch/bot/emulator/page"
	"goodcatch/bot/emulator/page/pagetest"
)

var look = flag.String("look", "", "write screenshots of the block gallery into this directory")

const (
	anaPhone = "+447700900020"
	samPhone = "+447700900010"
)

// A show is a page over an emulator whose product only says yes.
type show struct {
	t        *testing.T
	emulator *emulator.Emulator
	stage    *page.Stage
	url      string
	slack    *slack.Client
	heard    chan string // bodies the product was sent
	submit   string      // what the product answers to a submission
	now      time.Time
}

func start(t *testing.T) *show {
	t.Helper()
	s := &show{t: t, heard: make(chan string, 100), now: time.Date(2026, 3, 4, 14, 5, 0, 0, time.UTC)}
	product := httptest.NewServer(http.HandlerFunc(s.product))
	t.Cleanup(product.Close)
	var providers *httptest.Server
	s.emulator = emulator.New(emulator.Options{
		Now: func() time.Time { return s.now }, ProductURL: func() string { return product.URL }, BaseURL: func() string { return providers.URL }, TeamName: "Riverside Hospital",
	})
	providers = httptest.NewServer(s.emulator)
	t.Cleanup(providers.Close)
	t.Cleanup(s.emulator.Close)
	s.slack = slack.New(s.emulator.Options().SlackBotToken, slack.OptionAPIURL(providers.URL+"/slack/api/"))
	s.emulator.AddPhone(anaPhone, "Ana Ruiz")
	s.emulator.AddPhone(samPhone, "Sam Okafor")
	s.emulator.AddSlackUser(emulator.User{ID: "U0010", Name: "Sam Okafor"})
	s.emulator.AddSlackUser(emulator.User{ID: "U0020", Name: "Ana Ruiz"})
	s.stage = &page.Stage{
		Emulator: s.emulator, Hospital: "Riverside Hospital", Public: "http://127.0.0.1:8080", Now: func() time.Time { return s.now },
		People: []page.Person{
			{Name: "Ana Ruiz", Role: "Nurse, Ward 4B", Phone: anaPhone, Slack: "U0020", PinPhone: true, PinSlack: true, Part: "reporter"},
			{Name: "Sam Okafor", Role: "Manager, Ward 4B", Phone: samPhone, Slack: "U0010", PinPhone: true, PinSlack: true, Part: "manager"},
		},
		Next: func(context.Context) (page.Due, bool, error) {
			return page.Due{At: s.now.Add(time.Hour), What: "K7R climbs to the next level"}, true, nil
		},
		Step:    func(context.Context) error { s.now = s.now.Add(time.Hour); return nil },
		Advance: func(_ context.Context, d time.Duration) error { s.now = s.now.Add(d); return nil },
	}
	server := httptest.NewServer(s.stage.Handler())
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *show) product(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if strings.HasPrefix(r.URL.Path, "/twilio/") {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, "<Response/>")
	} else if s.submit != "" && strings.Contains(string(body), "view_submission") {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, s.submit)
	} else if strings.HasPrefix(r.URL.Path, "/slack/options") {
		_, _ = io.WriteString(w, `{"options":[{"text":{"type":"plain_text","text":"4B Ward 4B"},"value":"4B"}]}`)
	}
	s.heard <- string(body)
}

// do posts an action and returns the status and the problem shown.
func (s *show) do(action, order string) (int, string) {
	s.t.Helper()
	res, err := http.Post(s.url+"/demo/do/"+action, "application/json", strings.NewReader(order))
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	var answer struct{ Problem string }
	_ = json.NewDecoder(res.Body).Decode(&answer)
	return res.StatusCode, answer.Problem
}

func TestTextGoesThroughTheWebhook(t *testing.T) {
	s := start(t)
	if status, problem := s.do("text", `{"number": "`+anaPhone+`", "text": "NM wet floor"}`); status != 200 || problem != "" {
		t.Fatalf("status %d, problem %q", status, problem)
	}
	if body := <-s.heard; !strings.Contains(body, "Body=NM+wet+floor") {
		t.Errorf("the product heard %q", body)
	}
}

func TestUnknownPeopleAndBadOrdersAreRefused(t *testing.T) {
	s := start(t)
	for _, c := range []struct {
		action, order string
		want          int
	}{
		{"text", `{"number": "+447700900999", "text": "NM"}`, 404},
		{"dm", `{"user": "U404", "text": "hello"}`, 404},
		{"text", `{"nombre": 1}`, 400},
		{"fly", `{}`, 404},
		{"advance", `{"minutes": 0}`, 409},
		{"break", `{"break": "everything"}`, 404},
		{"submit", `{"user": "U0010", "view": "V1"}`, 404},
	} {
		if got, _ := s.do(c.action, c.order); got != c.want {
			t.Errorf("%s %s: status %d, want %d", c.action, c.order, got, c.want)
		}
	}
}

func TestOnlyThisMachineMayAct(t *testing.T) {
	s := start(t)
	for _, c := range []struct {
		header, value string
		want          int
	}{{"Host", "evil.example", http.StatusMisdirectedRequest}, {"Sec-Fetch-Site", "cross-site", http.StatusForbidden}} {
		req, err := http.NewRequest("POST", s.url+"/demo/do/step", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		if req.Header.Set(c.header, c.value); c.header == "Host" {
			req.Host = c.value
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != c.want {
			t.Errorf("%s %s: status %d, want %d", c.header, c.value, res.StatusCode, c.want)
		}
	}
}

func TestFeedTellsOfChanges(t *testing.T) {
	s := start(t)
	res, err := http.Get(s.url + "/demo/feed")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := make([]byte, 4096)
	n, err := res.Body.Read(lines)
	if err != nil || !strings.HasPrefix(string(lines[:n]), "event: clock\n") {
		t.Fatalf("first event %q, %v", lines[:n], err)
	}
	s.emulator.AddPhone("+447700900033", "Aoife Kelly")
	if n, err = res.Body.Read(lines); err != nil || !strings.HasPrefix(string(lines[:n]), "event: change\n") {
		t.Fatalf("second event %q, %v", lines[:n], err)
	}
}

func TestBrokenThingsHealAgain(t *testing.T) {
	s := start(t)
	for _, id := range []string{"drop-delivery", "slack-revoked", "lose-callbacks"} {
		if status, problem := s.do("break", `{"break": "`+id+`"}`); status != 200 {
			t.Fatalf("break %s: %d %s", id, status, problem)
		}
	}
	if got := len(s.emulator.Snapshot().Faults); got != 3 {
		t.Fatalf("%d faults stand, want 3", got)
	}
	if s.do("heal", "{}"); len(s.emulator.Snapshot().Faults) != 0 {
		t.Error("faults stand after healing")
	}
}

// gallery holds each kind of block and control once.
func gallery(t *testing.T) slack.Blocks {
	t.Helper()
	text, err := os.ReadFile("testdata/gallery.json")
	if err != nil {
		t.Fatal(err)
	}
	var blocks slack.Blocks
	if err := json.Unmarshal(text, &blocks); err != nil {
		t.Fatal(err)
	}
	return blocks
}

func TestEveryBlockIsDrawn(t *testing.T) {
	s := start(t)
	if _, _, err := s.slack.PostMessage("U0010", slack.MsgOptionText("near miss", false), slack.MsgOptionBlocks(gallery(t).BlockSet...)); err != nil {
		t.Fatal(err)
	}
	b := pagetest.Open(t, s.url, 1280, 900)
	for _, words := range []string{"NM-K7R", "Ward 4B", "strong words", "Nobody else sees this", "a < b & c", "one of a list"} {
		b.See(words)
	}
	if text := b.Text(); strings.Contains(text, "block)") || strings.Contains(text, "&lt;") {
		t.Errorf("something is not drawn: %s", text)
	}
	b.Press("Acknowledge")
	if body := <-s.heard; !strings.Contains(body, "block_actions") {
		t.Errorf("the product heard %q", body)
	}
	for _, fault := range b.Unlabelled() {
		t.Error(fault)
	}
	if *look != "" {
		b.Screenshot(*look + "/gallery.png")
	}
}
