package emulator

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// A Phone is a person's handset.
type Phone struct {
	e        *Emulator
	number   string
	label    string
	optedOut bool // said STOP
	thread   []*sms
	inbox    feed[SMS]
	ringing  feed[*Call]
}

// AddPhone makes a phone, or names one that exists.
func (e *Emulator) AddPhone(number, label string) *Phone {
	e.mu.Lock()
	defer e.mu.Unlock()
	p := e.phone(number)
	p.label = label
	e.changed(ChangeSetting, number)
	return p
}

// Phone is the handset with a number, made when nobody had it.
func (e *Emulator) Phone(number string) *Phone {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.phone(number)
}

func (e *Emulator) phone(number string) *Phone {
	p := e.twilio.phones[number]
	if p == nil {
		p = &Phone{e: e, number: number}
		e.twilio.phones[number] = p
		e.twilio.order = append(e.twilio.order, number)
	}
	return p
}

// Number is the phone's number in E.164.
func (p *Phone) Number() string { return p.number }

// OptedOut tells whether the provider refuses messages to this phone because it said STOP.
func (p *Phone) OptedOut() bool {
	p.e.mu.Lock()
	defer p.e.mu.Unlock()
	return p.optedOut
}

// Expect waits for the next text that was not taken yet.
func (p *Phone) Expect(ctx context.Context) (SMS, error) {
	m, err := p.inbox.take(ctx)
	if err != nil {
		return m, fmt.Errorf("wait for a text to %s: %w", p.number, err)
	}
	return m, nil
}

// Unseen lists the texts that arrived and were not taken by Expect.
func (p *Phone) Unseen() []SMS { return p.inbox.unseen(false) }

// Forget drops the texts not taken so far.
func (p *Phone) Forget() { p.inbox.unseen(true) }

// Thread lists every text to and from this phone, oldest first.
func (p *Phone) Thread() []SMS {
	p.e.mu.Lock()
	defer p.e.mu.Unlock()
	return p.texts()
}

func (p *Phone) texts() []SMS {
	out := make([]SMS, 0, len(p.thread))
	for _, m := range p.thread {
		out = append(out, m.SMS)
	}
	return out
}

// Text sends a text to our number and waits for the product's answer. The message stands in the provider's list whatever the product
// answers; an error says that the webhook was not taken.
func (p *Phone) Text(body string, media ...Media) (SMS, error) {
	e := p.e
	e.mu.Lock()
	now := e.opt.Now()
	m := &sms{SMS: SMS{
		SID: "SM" + randomHex(16), From: p.number, To: e.opt.OurNumber, Body: body, Direction: "inbound", Status: "received",
		Segments: segments(body), At: now, Updated: now,
	}, accepted: time.Now()}
	if len(media) > 0 {
		m.SID = "MM" + m.SID[2:]
	}
	for _, item := range media {
		item.SID = "ME" + randomHex(16)
		m.Media = append(m.Media, item)
	}
	e.keep(m)
	form := e.inboundForm(m)
	p.heed(body, form)
	drop, double := e.twilio.dropIn > 0, e.twilio.doubleIn > 0
	if drop {
		e.twilio.dropIn--
	} else if double {
		e.twilio.doubleIn--
	}
	out := m.SMS
	e.mu.Unlock()
	e.changed(ChangeSMS, p.number)
	if drop {
		return out, nil
	}
	return out, e.deliverText(p, form, double)
}

// optOutWords are matched as the whole message. Source: Twilio, default opt-out keywords.
var optOutWords = map[string]string{
	"STOP": "STOP", "STOPALL": "STOP", "UNSUBSCRIBE": "STOP", "CANCEL": "STOP", "END": "STOP", "QUIT": "STOP", "REVOKE": "STOP", "OPTOUT": "STOP",
	"START": "START", "UNSTOP": "START", "YES": "START", "HELP": "HELP", "INFO": "HELP",
}

// heed obeys the words that Twilio itself acts on. The caller holds the lock.
func (p *Phone) heed(body string, form url.Values) {
	kind := optOutWords[strings.ToUpper(strings.TrimSpace(body))]
	switch kind {
	case "STOP":
		p.optedOut = true
	case "START":
		p.optedOut = false
	}
	if kind != "" && p.e.opt.AdvancedOptOut {
		form.Set("OptOutType", kind)
	}
}

// inboundForm is what Twilio posts for a text. The caller holds the lock.
func (e *Emulator) inboundForm(m *sms) url.Values {
	form := url.Values{
		"ToCountry": {"US"}, "ToState": {"CA"}, "ToCity": {""}, "ToZip": {""}, "FromCountry": {"US"}, "FromState": {"CA"}, "FromCity": {"SAN FRANCISCO"}, "FromZip": {"94103"},
		"MessageSid": {m.SID}, "SmsMessageSid": {m.SID}, "SmsSid": {m.SID}, "SmsStatus": {"received"}, "AccountSid": {e.opt.TwilioAccountSID},
		"From": {m.From}, "To": {m.To}, "Body": {m.Body}, "NumMedia": {itoa(len(m.Media))}, "NumSegments": {itoa(m.Segments)}, "ApiVersion": {"2010-04-01"},
	}
	for i, media := range m.Media {
		form.Set("MediaUrl"+itoa(i), "https://api.twilio.com/2010-04-01/Accounts/"+e.opt.TwilioAccountSID+"/Messages/"+m.SID+"/Media/"+media.SID)
		form.Set("MediaContentType"+itoa(i), media.ContentType)
	}
	return form
}

// deliverText posts the webhook, twice at the same time if doubled.
func (e *Emulator) deliverText(p *Phone, form url.Values, doubled bool) error {
	if !doubled {
		return e.deliverOnce(p, form)
	}
	var first, second error
	var wg sync.WaitGroup
	wg.Go(func() { first = e.deliverOnce(p, form) })
	wg.Go(func() { second = e.deliverOnce(p, form) })
	wg.Wait()
	if first != nil {
		return first
	}
	return second
}

// deliverOnce posts the webhook, again as often as the fragment of the webhook URL asks.
func (e *Emulator) deliverOnce(p *Phone, form url.Values) error {
	address := e.public() + e.opt.SMSWebhook
	_, fragment, _ := strings.Cut(address, "#")
	rules, _ := url.ParseQuery(fragment)
	tries := 1 + min(atoi(rules.Get("rc")), 5)
	token := randomHex(16)
	var err error
	for ; tries > 0; tries-- {
		var answer Answer
		answer, err = e.postTwilio(address, form, http.Header{"I-Twilio-Idempotency-Token": {token}})
		if err == nil {
			err = answer.err("inbound text")
		}
		if err == nil {
			return e.readTwiML(p, answer)
		}
		if !repeats(rules.Get("rp"), answer.Status) {
			return err
		}
	}
	return err
}

// repeats tells whether a retry policy covers an answer; status 0 is no answer at all, which every policy covers.
func repeats(policy string, status int) bool {
	switch policy {
	case "all":
		return true
	case "4xx":
		return status == 0 || status/100 == 4
	case "5xx":
		return status == 0 || status/100 == 5
	}
	return status == 0
}

// readTwiML delivers the messages of an inline reply.
func (e *Emulator) readTwiML(p *Phone, answer Answer) error {
	if len(answer.Body) == 0 {
		return nil
	}
	var doc struct {
		XMLName  xml.Name `xml:"Response"`
		Messages []struct {
			Text string `xml:",chardata"`
			Body string `xml:"Body"`
		} `xml:"Message"`
	}
	if err := xml.Unmarshal(answer.Body, &doc); err != nil || !strings.Contains(answer.Header.Get("Content-Type"), "xml") {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.violate("twilio", "inbound webhook", "answer is not TwiML as text/xml: %.80q", answer.Body)
		return nil
	}
	for _, reply := range doc.Messages {
		e.replyInline(p, strings.TrimSpace(reply.Text+reply.Body))
	}
	return nil
}

func (e *Emulator) replyInline(p *Phone, body string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.opt.Now()
	m := &sms{SMS: SMS{
		SID: "SM" + randomHex(16), From: e.opt.OurNumber, To: p.number, Body: body, Direction: "outbound-reply", Status: "delivered",
		Segments: segments(body), At: now, Updated: now,
	}, accepted: time.Now()}
	if p.optedOut {
		return
	}
	e.keep(m)
	p.inbox.add(m.SMS)()
	e.changed(ChangeSMS, p.number)
}

// Redeliver posts the webhook of an inbound text once more, as a late retry does.
func (p *Phone) Redeliver(sid string) error {
	p.e.mu.Lock()
	m := p.e.twilio.bySID[sid]
	if m == nil || m.From != p.number {
		p.e.mu.Unlock()
		return fmt.Errorf("no text %s from %s", sid, p.number)
	}
	form := p.e.inboundForm(m)
	p.e.mu.Unlock()
	return p.e.deliverOnce(p, form)
}

// DropNextInbound loses the webhook of the next inbound text; the message list still has it.
func (e *Emulator) DropNextInbound() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.twilio.dropIn++
}

// DoubleNextInbound posts the webhook of the next inbound text twice at the same time.
func (e *Emulator) DoubleNextInbound() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.twilio.doubleIn++
}
