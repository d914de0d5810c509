package emulator

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

type call struct {
	Call
	address  string // where the next TwiML is fetched
	callback string
	events   []string
	gather   string // where digits go; empty when none are asked for
	redirect string // where the call goes when nobody presses anything
}

// A Call is a telephone call of the product to a person's phone.
type Call struct {
	e      *Emulator
	SID    string    `json:"sid"`
	To     string    `json:"to"`
	From   string    `json:"from"`
	Status string    `json:"status"`
	Said   []string  `json:"said"` // what was spoken, oldest first
	At     time.Time `json:"at"`
}

// placeCall rings a phone.
func (e *Emulator) placeCall(form url.Values) twilioReply {
	e.mu.Lock()
	defer e.mu.Unlock()
	to := form.Get("To")
	switch {
	case !e164.MatchString(to):
		return twilioError(http.StatusBadRequest, 21211, "The 'To' number "+to+" is not a valid phone number.")
	case form.Get("From") != e.opt.OurNumber:
		return twilioError(http.StatusBadRequest, 21210, "'From' phone number not verified")
	case !strings.HasPrefix(form.Get("Url"), e.public()+"/"):
		e.violate("twilio", "POST Calls.json", "Url %q is not below the public URL", form.Get("Url"))
		return twilioError(http.StatusBadRequest, 21205, "Url is not a valid URL")
	}
	c := &call{
		Call:    Call{e: e, SID: "CA" + randomHex(16), To: to, From: form.Get("From"), Status: "queued", At: e.opt.Now()},
		address: form.Get("Url"), callback: form.Get("StatusCallback"), events: form["StatusCallbackEvent"],
	}
	e.twilio.calls[c.SID] = c
	body := e.callJSON(c)
	c.Status = "ringing"
	handle := c.Call
	land := e.phone(to).ringing.add(&handle)
	e.changed(ChangeCall, to)
	return twilioReply{status: http.StatusCreated, body: body, after: []func(){land}}
}

func (e *Emulator) callJSON(c *call) map[string]any {
	return map[string]any{
		"sid": c.SID, "account_sid": e.opt.TwilioAccountSID, "to": c.To, "from": c.From, "status": c.Status, "direction": "outbound-api",
		"date_created": c.At.UTC().Format(time.RFC1123Z), "api_version": "2010-04-01",
		"uri": "/2010-04-01/Accounts/" + e.opt.TwilioAccountSID + "/Calls/" + c.SID + ".json",
	}
}

// oneCall fetches a call or ends it.
func (e *Emulator) oneCall(r *http.Request, sid string) (twilioReply, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := e.twilio.calls[sid]
	if c == nil {
		return twilioError(http.StatusNotFound, 20404, "The requested call was not found"), true
	}
	if r.Method == http.MethodPost {
		if s := r.PostForm.Get("Status"); (s == "canceled" || s == "completed") && c.live() {
			c.Status = s
			e.changed(ChangeCall, c.To)
		}
	}
	return twilioReply{status: http.StatusOK, body: e.callJSON(c)}, r.Method == http.MethodGet || r.Method == http.MethodPost
}

func (c *call) live() bool {
	return c.Status == "queued" || c.Status == "ringing" || c.Status == "in-progress"
}

// ExpectCall waits for the phone to ring.
func (p *Phone) ExpectCall(ctx context.Context) (*Call, error) {
	c, err := p.ringing.take(ctx)
	if err != nil {
		return nil, fmt.Errorf("wait for a call to %s: %w", p.number, err)
	}
	return c, nil
}

// Ringing lists the calls that nobody has taken up by ExpectCall.
func (p *Phone) Ringing() []*Call { return p.ringing.unseen(false) }

func (c *Call) inner() *call {
	c.e.mu.Lock()
	defer c.e.mu.Unlock()
	return c.e.twilio.calls[c.SID]
}

// Answer picks up and listens to what is said.
func (c *Call) Answer() error {
	in := c.inner()
	return c.fetch(in, in.address, url.Values{"CallStatus": {"in-progress"}})
}

// Press sends digits to where the product asked for them.
func (c *Call) Press(digits string) error {
	in := c.inner()
	if in.gather == "" {
		return fmt.Errorf("call %s does not ask for digits", c.SID)
	}
	return c.fetch(in, in.gather, url.Values{"CallStatus": {"in-progress"}, "Digits": {digits}, "FinishedOnKey": {""}, "msg": {"Gather End"}})
}

// Wait lets the time for pressing a key pass.
func (c *Call) Wait() error {
	in := c.inner()
	if in.redirect == "" {
		return c.HangUp()
	}
	return c.fetch(in, in.redirect, url.Values{"CallStatus": {"in-progress"}})
}

// Ignore lets the call ring out.
func (c *Call) Ignore() error { return c.end("no-answer") }

// HangUp ends the call.
func (c *Call) HangUp() error { return c.end("completed") }

func (c *Call) end(status string) error {
	in := c.inner()
	c.e.mu.Lock()
	in.Status = status
	*c = in.Call
	address := in.callback
	form := c.e.callForm(in)
	lost := c.e.fault("twilio", "POST Calls.json", in.To, LostCallbacks) != nil
	c.e.mu.Unlock()
	c.e.changed(ChangeCall, c.To)
	if address == "" || lost {
		return nil
	}
	form.Set("CallDuration", "1")
	answer, err := c.e.postTwilio(address, form, nil)
	if err != nil {
		return err
	}
	return answer.err("call status")
}

func (e *Emulator) callForm(c *call) url.Values {
	return url.Values{
		"CallSid": {c.SID}, "AccountSid": {e.opt.TwilioAccountSID}, "From": {c.From}, "To": {c.To}, "CallStatus": {c.Status}, "Direction": {"outbound-api"},
		"ApiVersion": {"2010-04-01"}, "Called": {c.To}, "Caller": {c.From},
	}
}

// twiml is one verb with what is inside it.
type twiml struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []twiml    `xml:",any"`
}

func (t twiml) attr(name string) string {
	for _, a := range t.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// fetch asks the product what to do next and does it.
func (c *Call) fetch(in *call, address string, extra url.Values) error {
	e := c.e
	e.mu.Lock()
	if !in.live() {
		e.mu.Unlock()
		return fmt.Errorf("call %s is %s", c.SID, in.Status)
	}
	in.Status, in.gather, in.redirect = "in-progress", "", ""
	form := e.callForm(in)
	e.mu.Unlock()
	for name, values := range extra {
		form[name] = values
	}
	answer, err := e.postTwilio(address, form, nil)
	if err == nil {
		err = answer.err("voice webhook")
	}
	if err != nil {
		return err
	}
	var doc twiml
	if err := xml.Unmarshal(answer.Body, &doc); err != nil || doc.XMLName.Local != "Response" {
		return fmt.Errorf("voice webhook answered no TwiML: %.80q", answer.Body)
	}
	base, err := url.Parse(address)
	if err != nil {
		return err
	}
	return c.perform(in, base, doc)
}

func (c *Call) perform(in *call, base *url.URL, doc twiml) error {
	e := c.e
	e.mu.Lock()
	defer e.mu.Unlock()
	defer e.changed(ChangeCall, c.To)
	ended := true
	for _, verb := range doc.Children {
		target, err := base.Parse(strings.TrimSpace(verb.attr("action") + verb.redirectTarget()))
		if err != nil {
			return err
		}
		switch verb.XMLName.Local {
		case "Say":
			in.say(verb)
		case "Gather":
			for _, inside := range verb.Children {
				in.say(inside)
			}
			in.gather, ended = target.String(), false
		case "Redirect":
			in.redirect, ended = target.String(), false
		}
	}
	if ended {
		in.Status = "completed"
	}
	*c = in.Call
	return nil
}

func (t twiml) redirectTarget() string {
	if t.XMLName.Local == "Redirect" {
		return t.Text
	}
	return ""
}

// maxSay is the longest text of one Say. Source: Twilio, TwiML Say.
const maxSay = 4096

func (c *call) say(verb twiml) {
	words := strings.TrimSpace(verb.Text)
	if verb.XMLName.Local != "Say" || words == "" {
		return
	}
	if len([]rune(words)) > maxSay {
		c.e.violate("twilio", "voice webhook", "Say of %d characters, %d allowed", len([]rune(words)), maxSay)
	}
	c.Said = append(c.Said, words)
}
