package emulator_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	twilioclient "github.com/twilio/twilio-go/client"
	twilioapi "github.com/twilio/twilio-go/rest/api/v2010"

	"goodcatch/bot/emulator"
)

// publicURL is what webhooks are signed for; the product really listens elsewhere.
const publicURL = "https://quality.example.org"

// A product stands for the program under test: it checks signatures with the providers' own libraries and keeps what came in.
type product struct {
	t        *testing.T
	e        *emulator.Emulator
	mu       sync.Mutex
	seen     []request
	answer   func(request) (status int, contentType, body string) // nil: an empty 200
	slack    *slack.Client
	twilio   *twilioapi.ApiService
	arrivals chan request
}

type request struct {
	path   string
	header http.Header
	body   string
	form   url.Values
	inter  slack.InteractionCallback
	event  slackevents.EventsAPIEvent
}

// start runs an emulator and a product wired to one another.
func start(t *testing.T, change ...func(*emulator.Options)) *product {
	t.Helper()
	p := &product{t: t, arrivals: make(chan request, 1000)}
	productServer := httptest.NewServer(http.HandlerFunc(p.serve))
	var emulatorServer *httptest.Server
	o := emulator.Options{
		PublicURL:  publicURL,
		ProductURL: func() string { return productServer.URL },
		BaseURL:    func() string { return emulatorServer.URL },
	}
	for _, f := range change {
		f(&o)
	}
	p.e = emulator.New(o)
	emulatorServer = httptest.NewServer(p.e)
	t.Cleanup(func() {
		p.e.Close()
		emulatorServer.Close()
		productServer.Close()
	})
	opt := p.e.Options()
	p.slack = slack.New(opt.SlackBotToken, slack.OptionAppLevelToken(opt.SlackAppToken), slack.OptionAPIURL(emulatorServer.URL+"/slack/api/"),
		slack.OptionHTTPClient(&http.Client{Timeout: 5 * time.Second}))
	p.twilio = twilioFor(opt.TwilioAPIKeySID, opt.TwilioAPIKeySecret, opt.TwilioAccountSID, emulatorServer.URL+"/twilio")
	return p
}

// rewrite sends requests meant for Twilio to the emulator.
type rewrite struct{ base string }

func (r rewrite) RoundTrip(req *http.Request) (*http.Response, error) {
	to, err := url.Parse(r.base + req.URL.Path)
	if err != nil {
		return nil, err
	}
	to.RawQuery = req.URL.RawQuery
	again := req.Clone(req.Context())
	again.URL, again.Host = to, to.Host
	return http.DefaultTransport.RoundTrip(again)
}

func twilioFor(user, secret, account, base string) *twilioapi.ApiService {
	c := &twilioclient.Client{
		Credentials: twilioclient.NewCredentials(user, secret),
		HTTPClient:  &http.Client{Transport: rewrite{base}, Timeout: 5 * time.Second},
	}
	c.SetAccountSid(account)
	return twilioapi.NewApiServiceWithClient(c)
}

func (p *product) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		p.t.Errorf("read webhook: %v", err)
	}
	got := request{path: r.URL.RequestURI(), header: r.Header, body: string(body)}
	if strings.HasPrefix(r.URL.Path, "/twilio/") {
		p.checkTwilio(&got)
	} else {
		p.checkSlack(&got)
	}
	p.mu.Lock()
	p.seen = append(p.seen, got)
	answer := p.answer
	p.mu.Unlock()
	status, kind, reply := http.StatusOK, "text/plain", ""
	if answer != nil {
		status, kind, reply = answer(got)
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, reply)
	p.arrivals <- got
}

func (p *product) checkTwilio(r *request) {
	v := twilioclient.NewRequestValidator(p.e.Options().TwilioAuthToken)
	if !v.ValidateBody(publicURL+r.path, []byte(r.body), r.header.Get("X-Twilio-Signature")) {
		p.t.Errorf("bad Twilio signature on %s", r.path)
	}
	r.form, _ = url.ParseQuery(r.body)
}

func (p *product) checkSlack(r *request) {
	v, err := slack.NewSecretsVerifier(r.header, p.e.Options().SlackSigningSecret)
	if err == nil {
		_, _ = v.Write([]byte(r.body))
		err = v.Ensure()
	}
	if err != nil {
		p.t.Errorf("bad Slack signature on %s: %v", r.path, err)
	}
	switch r.path {
	case "/slack/events":
		r.event, err = slackevents.ParseEvent(json.RawMessage(r.body), slackevents.OptionNoVerifyToken())
	case "/slack/interactions", "/slack/options":
		form, _ := url.ParseQuery(r.body)
		err = json.Unmarshal([]byte(form.Get("payload")), &r.inter)
	case "/slack/commands":
		r.form, err = url.ParseQuery(r.body)
	}
	if err != nil {
		p.t.Errorf("slack-go cannot read %s: %v\n%s", r.path, err, r.body)
	}
}

// when makes the product answer webhooks.
func (p *product) when(answer func(request) (int, string, string)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = answer
}

// next waits for the next webhook.
func (p *product) next() request {
	p.t.Helper()
	select {
	case r := <-p.arrivals:
		return r
	case <-within(p.t).Done():
		p.t.Fatal("no webhook came")
		return request{}
	}
}

// none checks that no webhook is waiting to be looked at.
func (p *product) none() {
	p.t.Helper()
	if err := p.e.Settled(within(p.t)); err != nil {
		p.t.Fatal(err)
	}
	select {
	case r := <-p.arrivals:
		p.t.Errorf("unexpected webhook %s %s", r.path, r.body)
	default:
	}
}

// clean checks that nothing is held against the product.
func (p *product) clean() {
	p.t.Helper()
	for _, v := range p.e.Violations() {
		p.t.Errorf("violation: %s", v)
	}
}

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
