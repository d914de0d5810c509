package sms_test

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"goodcatch/bot"
	"goodcatch/bot/bottest"
	"goodcatch/bot/emulator"
	"goodcatch/bot/sms"
	"goodcatch/store"
)

const (
	account = "AC0123456789abcdef0123456789abcdef"
	token   = "newtoken0123456789abcdef01234567"
	old     = "oldtoken0123456789abcdef01234567"
	our     = "+15005550006"
	public  = "https://q.test.example"
	sid     = "SM5f0c1d2e3a4b5c6d7e8f90a1b2c3d4e5"

	// captured is a webhook as Twilio posts it, with made-up numbers.
	captured = "ToCountry=US&ToState=CA&SmsMessageSid=" + sid + "&NumMedia=0&ToCity=&FromZip=&SmsSid=" + sid + "&FromState=&SmsStatus=received&FromCity=&Body=NM+wrong+strength+heparin+in+drawer+B" +
		"&FromCountry=GB&To=%2B15005550006&MessagingServiceSid=MG0123456789abcdef0123456789abcdef&ToZip=&NumSegments=1&MessageSid=" + sid + "&AccountSid=" + account + "&From=%2B447700900101&ApiVersion=2010-04-01"
	// report is a status callback.
	report = "ApiVersion=2010-04-01&MessageStatus=delivered&RawDlrDoneDate=2611231000&SmsSid=" + sid + "&SmsStatus=delivered&To=%2B447700900101&From=%2B15005550006&MessageSid=" + sid + "&AccountSid=" + account

	form    = "application/x-www-form-urlencoded; charset=utf-8"
	refusal = "forbidden\n"
	empty   = `<?xml version="1.0" encoding="UTF-8"?><Response/>`
)

// A request is one captured webhook and what is done to it.
type request struct {
	method, path, body string
	kind               string // content type
	token              string // that signs
	signature          string // instead; "none" for no header
	signed             string // path that is signed, when it is another
}

func (r request) http() *http.Request {
	req := httptest.NewRequest(cmp.Or(r.method, http.MethodPost), cmp.Or(r.path, "/twilio/sms"), strings.NewReader(r.body))
	req.Header.Set("Content-Type", cmp.Or(r.kind, form))
	values, _ := url.ParseQuery(r.body)
	signature := emulator.SignTwilio(cmp.Or(r.token, token), public+cmp.Or(r.signed, r.path, "/twilio/sms"), values)
	if r.signature != "none" {
		req.Header.Set("X-Twilio-Signature", cmp.Or(r.signature, signature))
	}
	return req
}

// with replaces one parameter of the captured text.
func with(key, value string) string {
	values, _ := url.ParseQuery(captured)
	values.Set(key, value)
	return values.Encode()
}

func without(key string) string {
	values, _ := url.ParseQuery(captured)
	values.Del(key)
	return values.Encode()
}

// A side is the HTTP side of the channel over a database, with what it counted and the reports it handed on.
type side struct {
	mux *http.ServeMux

	mu      sync.Mutex
	counted map[string]int
	reports []store.Report
}

func newSide(t *testing.T, b *bot.Bot) *side {
	t.Helper()
	channel, err := sms.New(sms.Config{AccountSID: account, AuthTokens: []string{token, old}, From: our, PublicURL: public + "/"})
	if err != nil {
		t.Fatal(err)
	}
	s := &side{mux: http.NewServeMux(), counted: map[string]int{}}
	hook := &sms.Webhook{Channel: channel, Bot: b, Log: slog.New(slog.DiscardHandler), Count: func(_, outcome string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.counted[outcome]++
	}}
	hook.Report = func(_ context.Context, r store.Report) error {
		s.reports = append(s.reports, r)
		return nil
	}
	hook.Routes(s.mux)
	return s
}

func (s *side) serve(r request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	s.mux.ServeHTTP(rec, r.http())
	return rec
}

func records(t *testing.T, w *bottest.World) (n int) {
	t.Helper()
	if err := w.DB.Pool.QueryRow(t.Context(), `SELECT count(*) FROM records`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestRefusedWebhooksLeaveNoRecordAndSayOneThing holds the edge rules: whatever is wrong, the answer is the same 403, and nothing is kept.
func TestRefusedWebhooksLeaveNoRecordAndSayOneThing(t *testing.T) {
	t.Parallel()
	w := bottest.New(t, bottest.Settings{BotOnly: true, NoRedis: true})
	s := newSide(t, w.Program.Bot)
	query := "/twilio/sms?" + captured
	for name, r := range map[string]request{
		"no signature":                    {body: captured, signature: "none"},
		"forged signature":                {body: captured, signature: "AAAAAAAAAAAAAAAAAAAAAAAAAAA="},
		"signed with a token not ours":    {body: captured, token: "somebodyelses"},
		"signed for another path":         {body: captured, signed: "/twilio/status"},
		"signed for another host":         {body: captured, signature: emulator.SignTwilio(token, "https://evil.example/twilio/sms", values(captured))},
		"body changed after signing":      {body: strings.Replace(captured, "heparin", "insulin", 1), signature: emulator.SignTwilio(token, public+"/twilio/sms", values(captured))},
		"JSON":                            {body: captured, kind: "application/json"},
		"multipart":                       {body: captured, kind: "multipart/form-data; boundary=x"},
		"no content type that parses":     {body: captured, kind: "application/x-www-form-urlencoded; charset"},
		"too large":                       {body: with("Body", strings.Repeat("x", 65<<10))},
		"a key twice":                     {body: captured + "&Body=another"},
		"another account":                 {body: with("AccountSid", "AC99999999999999999999999999999999")},
		"no account":                      {body: without("AccountSid")},
		"SID of another kind":             {body: with("MessageSid", "CA5f0c1d2e3a4b5c6d7e8f90a1b2c3d4e5")},
		"SID too short":                   {body: with("MessageSid", "SM5f0c")},
		"SID in capitals":                 {body: with("MessageSid", strings.ToUpper(sid))},
		"no SID":                          {body: without("MessageSid")},
		"from our own number":             {body: with("From", our)},
		"from no number":                  {body: with("From", "NHSTRUST")},
		"from nobody":                     {body: without("From")},
		"parameters in the query":         {path: query, body: ""},
		"signed parameters in the query":  {path: query, signed: "/twilio/sms", signature: emulator.SignTwilio(token, public+"/twilio/sms", values(captured))},
		"hash of the body in the query":   {path: "/twilio/sms?bodySHA256=0000", body: captured},
		"hash of the body as a parameter": {body: captured + "&bodySHA256=0000"},
		"empty hash of the body":          {path: "/twilio/sms?bodySHA256=", body: captured},
		"bounds of key and value shifted": {body: strings.Replace(captured, "ApiVersion=2010-04-01", "ApiVersion2010-04-0=1", 1), signature: emulator.SignTwilio(token, public+"/twilio/sms", values(captured))},
		"empty":                           {body: ""},
		"half an escape":                  {body: captured + "&x=%zz"},
		"report without a signature":      {path: "/twilio/status?ob=1&at=1", body: report, signature: "none"},
		"report signed without its query": {path: "/twilio/status?ob=2&at=1", signed: "/twilio/status?ob=1&at=1", body: report},
	} {
		got := s.serve(r)
		if got.Code != http.StatusForbidden || got.Body.String() != refusal || got.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("%s: got %d %q %s, want 403 %q as text/plain", name, got.Code, got.Body, got.Header().Get("Content-Type"), refusal)
		}
	}
	if n := records(t, w); n != 0 || len(s.reports) != 0 {
		t.Errorf("%d records and %d delivery reports were taken", n, len(s.reports))
	}
	if s.counted["refused"] == 0 || len(s.counted) != 1 {
		t.Errorf("counted %v, want refusals only", s.counted)
	}
	var kept int
	if err := w.DB.Pool.QueryRow(t.Context(), `SELECT count(*) FROM inbox`).Scan(&kept); err != nil || kept != 0 {
		t.Errorf("%d lines in the inbox: %v", kept, err)
	}
}

func values(body string) url.Values {
	v, _ := url.ParseQuery(body)
	return v
}

// TestOnlyPostIsAnswered: a GET, which link previews and browsers make, is no webhook.
func TestOnlyPostIsAnswered(t *testing.T) {
	t.Parallel()
	s := newSide(t, nil)
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete} {
		for _, path := range []string{"/twilio/sms?" + captured, "/twilio/status?ob=1&at=1"} {
			if got := s.serve(request{method: method, path: path}); got.Code != http.StatusMethodNotAllowed {
				t.Errorf("%s %.20s: got %d, want 405", method, path, got.Code)
			}
		}
	}
}

// TestGoodWebhookIsAnsweredWithEmptyTwiML: the new token and, while rotating, the old one.
func TestGoodWebhookIsAnsweredWithEmptyTwiML(t *testing.T) {
	t.Parallel()
	w := bottest.New(t, bottest.Settings{BotOnly: true, NoRedis: true})
	s := newSide(t, w.Program.Bot)
	for i, r := range []request{
		{body: captured},
		{body: captured}, // Twilio's retry
		{body: strings.ReplaceAll(captured, sid, "SM00000000000000000000000000000001"), token: old},
		{body: strings.ReplaceAll(captured, sid, "MM00000000000000000000000000000002"), kind: "application/x-www-form-urlencoded"},
		{body: strings.ReplaceAll(captured, sid, "SM00000000000000000000000000000003") + "&OptOutType=HELP&ProfileName=x&MediaContentType0=image%2Fjpeg&SomethingNew=1"},
	} {
		got := s.serve(r)
		if got.Code != http.StatusOK || got.Header().Get("Content-Type") != "text/xml" || got.Body.String() != empty {
			t.Errorf("request %d: got %d %s %q, want 200 text/xml %s", i, got.Code, got.Header().Get("Content-Type"), got.Body, empty)
		}
	}
	if n := records(t, w); n != 4 {
		t.Errorf("%d records, want 4", n)
	}
	if s.counted["accepted"] != 4 || s.counted["doubled"] != 1 {
		t.Errorf("counted %v, want 4 accepted and 1 doubled", s.counted)
	}
}

// TestStatusIsAnsweredWith204 and hands on which row and attempt it is about.
func TestStatusIsAnsweredWith204(t *testing.T) {
	t.Parallel()
	s := newSide(t, nil)
	got := s.serve(request{path: "/twilio/status?at=2&ob=17", body: report})
	if got.Code != http.StatusNoContent || got.Body.Len() != 0 {
		t.Errorf("got %d %q, want 204 without a body", got.Code, got.Body)
	}
	want := store.Report{OutboxID: 17, Attempt: 2, ProviderID: sid, State: "delivered"}
	if len(s.reports) != 1 || s.reports[0] != want {
		t.Errorf("got %+v, want %+v", s.reports, want)
	}
}

// TestSameTextOnTwoProcessesIsOneRecord: copies of one webhook reach several processes at the same time.
func TestSameTextOnTwoProcessesIsOneRecord(t *testing.T) {
	t.Parallel()
	w := bottest.New(t, bottest.Settings{BotOnly: true, NoRedis: true})
	sides := []*side{newSide(t, w.Program.Bot), newSide(t, &bot.Bot{DB: w.DB, Catalog: w.Program.Catalog, Log: slog.New(slog.DiscardHandler)})}
	for round := range 10 {
		body := strings.ReplaceAll(captured, sid, fmt.Sprintf("SM%032x", round))
		var wg sync.WaitGroup
		start := make(chan struct{})
		for i := range 4 {
			wg.Go(func() {
				<-start
				if got := sides[i%2].serve(request{body: body}); got.Code != http.StatusOK {
					t.Errorf("got %d, want 200", got.Code)
				}
			})
		}
		close(start)
		wg.Wait()
	}
	if n := records(t, w); n != 10 {
		t.Errorf("%d records, want 10", n)
	}
	if got := sides[0].counted["accepted"] + sides[1].counted["accepted"]; got != 10 {
		t.Errorf("%d accepted, want 10", got)
	}
}

// TestDatabaseAwayIsAnswered503: Twilio tries again.
func TestDatabaseAwayIsAnswered503(t *testing.T) {
	t.Parallel()
	w := bottest.New(t, bottest.Settings{BotOnly: true, NoRedis: true})
	away, err := store.Open(t.Context(), "postgres://nobody@127.0.0.1:1/none?sslmode=disable", store.Options{Keys: w.DB.Keys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(away.Close)
	s := newSide(t, &bot.Bot{DB: away, Catalog: w.Program.Catalog, Log: slog.New(slog.DiscardHandler)})
	if got := s.serve(request{body: captured}); got.Code != http.StatusServiceUnavailable || strings.Contains(got.Body.String(), "heparin") {
		t.Errorf("got %d %q, want 503", got.Code, got.Body)
	}
}
