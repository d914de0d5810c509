package emulator

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Options say which account and workspace are played and where the product is. The zero value plays an account good for tests.
type Options struct {
	// Now gives the times shown on messages. Ages of triggers, response URLs and signatures use the real clock.
	Now func() time.Time
	// BaseURL is where this emulator is reached, without a trailing slash. Unset, the Host of the latest request is used.
	BaseURL func() string
	// ProductURL is where webhooks are posted; PublicURL is the address they are signed for, ProductURL's when empty.
	ProductURL func() string
	PublicURL  string

	TwilioAccountSID, TwilioAuthToken       string
	TwilioAPIKeySID, TwilioAPIKeySecret     string
	OurNumber                               string // E.164
	SMSWebhook, VoiceWebhook                string // paths; a fragment such as #rc=5&rp=all asks for retries, as at Twilio
	AdvancedOptOut                          bool   // adds OptOutType to inbound webhooks
	SlackSigningSecret                      string
	SlackBotToken, SlackAppToken            string
	SlackClientID, SlackClientSecret        string
	TeamID, TeamName, AppID                 string
	BotUserID, BotID, BotName               string
	Scopes                                  []string // granted to the bot token
	SocketMode                              bool
	TriggerLife, ResponseURLLife, SlackWait time.Duration // 3 s, 30 min, 3 s (how long Slack waits for an answer)
}

// Emulator is the two fake providers. It is safe for concurrent use. Close it when done.
type Emulator struct {
	opt     Options
	mux     *http.ServeMux
	client  *http.Client
	flight  flight
	changes changeLog
	closed  chan struct{}
	once    sync.Once

	mu         sync.Mutex
	lastHost   string
	faults     []*Fault
	healed     chan struct{} // closed by ClearFaults, so that hanging calls go on
	violations []Violation
	calls      map[string]int
	twilio     twilioState
	slack      slackState
}

// New makes an emulator that is not listening yet: serve it as an http.Handler.
func New(o Options) *Emulator {
	e := &Emulator{
		opt:    withDefaults(o),
		closed: make(chan struct{}),
		healed: make(chan struct{}),
		calls:  map[string]int{},
		client: &http.Client{
			Transport:     &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: 30 * time.Second},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	e.twilio = newTwilioState()
	e.slack = newSlackState(e)
	e.mux = http.NewServeMux()
	e.mux.HandleFunc("/twilio/", e.serveTwilio)
	e.mux.HandleFunc("/slack/api/{method}", e.serveSlack)
	e.mux.HandleFunc("POST /slack/upload/{id}", e.serveUpload)
	e.mux.HandleFunc("GET /slack/files/{id}/{name}", e.serveFile)
	e.mux.HandleFunc("POST /slack/response/{id}", e.serveResponseURL)
	e.mux.HandleFunc("GET /slack/socket/{ticket}", e.serveSocket)
	return e
}

func withDefaults(o Options) Options {
	set := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	set(&o.TwilioAccountSID, "AC0123456789abcdef0123456789abcdef")
	set(&o.TwilioAuthToken, "emulatorauthtoken0123456789abcdef")
	set(&o.TwilioAPIKeySID, "SK0123456789abcdef0123456789abcdef")
	set(&o.TwilioAPIKeySecret, "emulatorapikeysecret0123456789ab")
	set(&o.OurNumber, "+15005550006")
	set(&o.SMSWebhook, "/twilio/sms")
	set(&o.VoiceWebhook, "/twilio/voice")
	set(&o.SlackSigningSecret, "emulatorsigningsecret0123456789")
	set(&o.SlackBotToken, "xoxb-emulator-bot")
	set(&o.SlackAppToken, "xapp-emulator-app")
	set(&o.SlackClientID, "1111111111.2222222222")
	set(&o.SlackClientSecret, "emulatorclientsecret")
	set(&o.TeamID, "T0HOSPITAL")
	set(&o.TeamName, "General Hospital")
	set(&o.AppID, "A0GOODCATCH")
	set(&o.BotUserID, "U0GOODCATCH")
	set(&o.BotID, "B0GOODCATCH")
	set(&o.BotName, "goodcatch")
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.ProductURL == nil {
		o.ProductURL = func() string { return "" }
	}
	if o.TriggerLife == 0 {
		o.TriggerLife = 3 * time.Second
	}
	if o.ResponseURLLife == 0 {
		o.ResponseURLLife = 30 * time.Minute
	}
	if o.SlackWait == 0 {
		o.SlackWait = 3 * time.Second
	}
	if o.Scopes == nil {
		o.Scopes = defaultScopes
	}
	return o
}

// Options returns the settings in force, defaults filled in, for configuring the product.
func (e *Emulator) Options() Options { return e.opt }

// ServeHTTP answers the product's calls.
func (e *Emulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	e.lastHost = r.Host
	e.mu.Unlock()
	e.mux.ServeHTTP(w, r)
}

// Close ends open sockets and hanging calls.
func (e *Emulator) Close() {
	e.once.Do(func() { close(e.closed) })
	e.closeSockets()
	e.client.CloseIdleConnections()
}

// Calls tells how often each method was called: "slack chat.postMessage", "twilio POST Messages.json".
func (e *Emulator) Calls() map[string]int {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := make(map[string]int, len(e.calls))
	for name, n := range e.calls {
		out[name] = n
	}
	return out
}

// base is where this emulator is reached. Call it without the lock.
func (e *Emulator) base() string {
	if e.opt.BaseURL != nil {
		return strings.TrimRight(e.opt.BaseURL(), "/")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return "http://" + e.lastHost
}

func (e *Emulator) public() string {
	if e.opt.PublicURL != "" {
		return strings.TrimRight(e.opt.PublicURL, "/")
	}
	return strings.TrimRight(e.opt.ProductURL(), "/")
}

// randomHex makes n random bytes as 2n lower case hex digits.
func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return hex.EncodeToString(b)
}

// slackID makes an identifier the way Slack's look: a letter and ten capitals or digits.
func slackID(letter string) string { return letter + strings.ToUpper(randomHex(5)) }
