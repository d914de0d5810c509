package emulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

type twilioState struct {
	messages []*sms          // oldest first
	bySID    map[string]*sms // messages
	phones   map[string]*Phone
	order    []string
	media    map[string]Media
	calls    map[string]*call
	held     []statusCallback // kept back by HoldCallbacks or LateCallbacks
	holding  bool
	stuck    []*sms // queued until ReleaseTexts
	dropIn   int    // inbound webhooks to lose
	doubleIn int    // inbound webhooks to send twice at once
}

func newTwilioState() twilioState {
	return twilioState{bySID: map[string]*sms{}, phones: map[string]*Phone{}, media: map[string]Media{}, calls: map[string]*call{}}
}

// Media is a picture or other file sent with a text.
type Media struct {
	SID         string `json:"sid"`
	ContentType string `json:"content_type"`
	Data        []byte `json:"-"`
}

// SMS is one text message as it stands.
type SMS struct {
	SID       string    `json:"sid"`
	From      string    `json:"from"`
	To        string    `json:"to"`
	Body      string    `json:"body"`
	Direction string    `json:"direction"` // inbound, outbound-api, outbound-reply
	Status    string    `json:"status"`
	ErrorCode int       `json:"error_code,omitempty"`
	Segments  int       `json:"segments"`
	Validity  int       `json:"validity,omitempty"` // seconds
	At        time.Time `json:"at"`
	Updated   time.Time `json:"updated"`
	Media     []Media   `json:"media,omitempty"`
}

// Inbound tells whether the message came from a person's phone.
func (m SMS) Inbound() bool { return m.Direction == "inbound" }

type sms struct {
	SMS
	service  string // MessagingServiceSid
	callback string
	accepted time.Time // real clock, for list lag
	redacted bool      // the provider has forgotten the words; the handset has not
}

// twilioReply is an answer of the fake Twilio; after runs once it is out.
type twilioReply struct {
	status int
	body   any
	raw    []byte // instead of body, with its type
	mime   string
	after  []func()
}

func (r twilioReply) with(after []func()) twilioReply {
	r.after = append(r.after, after...)
	return r
}

// twilioError answers the way Twilio reports an error.
func twilioError(status, code int, message string) twilioReply {
	info := "https://www.twilio.com/docs/errors/" + itoa(code)
	return twilioReply{status: status, body: map[string]any{"code": code, "message": message, "more_info": info, "status": status}}
}

// serveTwilio checks who calls, plays faults, and hands the call to its method.
func (e *Emulator) serveTwilio(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		writeTwilio(w, twilioError(http.StatusBadRequest, 20001, "Unreadable parameters"))
		return
	}
	account, rest, known := e.twilioPath(r.URL.Path)
	call := r.Method + " " + twilioTemplate(rest)
	to := r.Form.Get("To")
	e.mu.Lock()
	e.calls["twilio "+call]++
	e.mu.Unlock()
	if e.transportFault(w, r, "twilio", call, to) {
		return
	}
	if reply := e.twilioGate(w, r, call, to); reply != nil {
		writeTwilio(w, *reply)
		return
	}
	reply, ok := twilioReply{}, false
	if known && account == e.opt.TwilioAccountSID {
		reply, ok = e.twilioMethod(r, rest)
	}
	if !ok {
		e.mu.Lock()
		e.violate("twilio", r.Method+" "+r.URL.Path, "no such resource")
		e.mu.Unlock()
		reply = twilioError(http.StatusNotFound, 20404, "The requested resource "+r.URL.Path+" was not found")
	}
	defer func() {
		for _, f := range reply.after {
			f()
		}
	}()
	e.mu.Lock()
	dropped := reply.status < 300 && e.fault("twilio", call, to, AcceptedThenDropped) != nil
	e.mu.Unlock()
	if dropped {
		panic(http.ErrAbortHandler)
	}
	writeTwilio(w, reply)
}

// twilioPath splits /twilio/2010-04-01/Accounts/{sid}/rest.
func (e *Emulator) twilioPath(path string) (account, rest string, ok bool) {
	rest, ok = strings.CutPrefix(path, "/twilio/2010-04-01/Accounts/")
	if !ok {
		return "", path, false
	}
	if account, ok = strings.CutSuffix(rest, ".json"); ok && !strings.Contains(account, "/") {
		return account, "", true
	}
	account, rest, ok = strings.Cut(rest, "/")
	return account, rest, ok
}

// twilioTemplate replaces identifiers, for counting and matching calls.
func twilioTemplate(rest string) string {
	parts := strings.Split(rest, "/")
	for i, part := range parts {
		if i%2 == 1 {
			parts[i] = "{Sid}"
			if strings.HasSuffix(part, ".json") {
				parts[i] += ".json"
			}
		}
	}
	return strings.Join(parts, "/")
}

// twilioGate refuses calls without the right credentials and plays the faults that refuse.
func (e *Emulator) twilioGate(w http.ResponseWriter, r *http.Request, call, to string) *twilioReply {
	refuse := func(status, code int, message string) *twilioReply {
		reply := twilioError(status, code, message)
		return &reply
	}
	user, pass, _ := r.BasicAuth()
	o := e.opt
	own := user == o.TwilioAccountSID && pass == o.TwilioAuthToken || user == o.TwilioAPIKeySID && pass == o.TwilioAPIKeySecret
	e.mu.Lock()
	defer e.mu.Unlock()
	if !own || e.fault("twilio", call, to, RevokedToken) != nil {
		return refuse(http.StatusUnauthorized, 20003, "Authenticate")
	}
	if f := e.fault("twilio", call, to, Status429); f != nil {
		w.Header().Set("Retry-After", f.retryAfter())
		return refuse(http.StatusTooManyRequests, 20429, "Too Many Requests")
	}
	if f := e.fault("twilio", call, to, Refuse); f != nil {
		return refuse(http.StatusBadRequest, atoi(f.Code), "Refused by the emulator on demand")
	}
	return nil
}

func (e *Emulator) twilioMethod(r *http.Request, rest string) (twilioReply, bool) {
	parts := strings.Split(strings.TrimSuffix(rest, ".json"), "/")
	if rest == "" {
		return e.fetchAccount(), r.Method == http.MethodGet
	}
	switch {
	case parts[0] == "Messages" && len(parts) == 1 && r.Method == http.MethodPost:
		return e.sendSMS(r.PostForm), true
	case parts[0] == "Messages" && len(parts) == 1 && r.Method == http.MethodGet:
		return e.listSMS(r.URL.Query()), true
	case parts[0] == "Messages" && len(parts) == 2:
		return e.oneSMS(r, parts[1])
	case parts[0] == "Messages" && len(parts) >= 3 && parts[2] == "Media" && r.Method == http.MethodGet:
		return e.mediaOf(parts, strings.HasSuffix(rest, ".json")), true
	case parts[0] == "IncomingPhoneNumbers" && len(parts) == 1 && r.Method == http.MethodGet:
		return e.listNumbers(r.URL.Query().Get("PhoneNumber")), true
	case parts[0] == "Calls" && len(parts) == 1 && r.Method == http.MethodPost:
		return e.placeCall(r.PostForm), true
	case parts[0] == "Calls" && len(parts) == 2:
		return e.oneCall(r, parts[1])
	}
	return twilioReply{}, false
}

func writeTwilio(w http.ResponseWriter, reply twilioReply) {
	h := w.Header()
	h.Set("Twilio-Request-Id", "RQ"+randomHex(16))
	content, mime := reply.raw, reply.mime
	if mime == "" {
		mime = "application/json; charset=utf-8"
		if reply.body != nil {
			content, _ = json.Marshal(reply.body)
		}
	}
	h.Set("Content-Type", mime)
	if len(content) > 0 {
		h.Set("Content-Length", itoa(len(content)))
	}
	w.WriteHeader(reply.status)
	_, _ = w.Write(content)
	_ = http.NewResponseController(w).Flush()
}

// fetchAccount answers what a health check asks for.
func (e *Emulator) fetchAccount() twilioReply {
	return twilioReply{status: http.StatusOK, body: map[string]any{
		"sid": e.opt.TwilioAccountSID, "friendly_name": e.opt.TeamName, "status": "active", "type": "Full",
		"uri": "/2010-04-01/Accounts/" + e.opt.TwilioAccountSID + ".json",
	}}
}

// listNumbers answers with our number and its webhooks.
func (e *Emulator) listNumbers(number string) twilioReply {
	found := []any{}
	if number == "" || number == e.opt.OurNumber {
		found = append(found, map[string]any{
			"sid": "PN" + strings.Repeat("0", 31) + "1", "account_sid": e.opt.TwilioAccountSID, "phone_number": e.opt.OurNumber,
			"friendly_name": e.opt.OurNumber, "sms_url": e.public() + e.opt.SMSWebhook, "sms_method": "POST",
			"voice_url": e.public() + e.opt.VoiceWebhook, "voice_method": "POST", "status": "in-use", "api_version": "2010-04-01",
			"capabilities": map[string]bool{"sms": true, "mms": true, "voice": true, "fax": false},
		})
	}
	return twilioReply{status: http.StatusOK, body: map[string]any{
		"incoming_phone_numbers": found, "page": 0, "page_size": 50, "next_page_uri": nil,
		"uri": "/2010-04-01/Accounts/" + e.opt.TwilioAccountSID + "/IncomingPhoneNumbers.json",
	}}
}
