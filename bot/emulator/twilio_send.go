package emulator

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// sendParameters are those of the Message resource. Source: twilio-go CreateMessageParams.
var sendParameters = map[string]bool{
	"To": true, "From": true, "Body": true, "MessagingServiceSid": true, "StatusCallback": true, "ValidityPeriod": true, "MediaUrl": true,
	"ContentSid": true, "ContentVariables": true, "SmartEncoded": true, "ShortenUrls": true, "RiskCheck": true, "SendAsMms": true,
	"ContentRetention": true, "AddressRetention": true, "ProvideFeedback": true, "Attempt": true, "MaxPrice": true, "ForceDelivery": true,
	"ScheduleType": true, "SendAt": true, "ApplicationSid": true, "PersistentAction": true, "TrafficType": true,
}

// sendSMS accepts a message, or says why not with the code the real one uses.
func (e *Emulator) sendSMS(form url.Values) twilioReply {
	e.mu.Lock()
	defer e.mu.Unlock()
	if bad := e.refuseSMS(form); bad != nil {
		return *bad
	}
	to := form.Get("To")
	now := e.opt.Now()
	m := &sms{
		SMS: SMS{
			SID: "SM" + randomHex(16), From: form.Get("From"), To: to, Body: form.Get("Body"), Direction: "outbound-api", Status: "queued",
			Segments: segments(form.Get("Body")), Validity: atoi(form.Get("ValidityPeriod")), At: now, Updated: now,
		},
		service: form.Get("MessagingServiceSid"), callback: form.Get("StatusCallback"), accepted: time.Now(),
	}
	if m.service != "" {
		m.Status = "accepted"
	}
	if m.From == "" {
		m.From = e.opt.OurNumber
	}
	answer := twilioReply{status: http.StatusCreated, body: e.messageJSON(m)}
	if m.service != "" {
		answer.body.(map[string]any)["num_segments"] = "0" // no sender chosen yet, as at Twilio
	}
	e.keep(m)
	answer.after = e.carry(m)
	return answer
}

// refuseSMS checks the parameters and the state of the recipient. The caller holds the lock.
func (e *Emulator) refuseSMS(form url.Values) *twilioReply {
	refuse := func(code int, message string) *twilioReply {
		reply := twilioError(http.StatusBadRequest, code, message)
		return &reply
	}
	for name := range form {
		if !sendParameters[name] {
			e.violate("twilio", "POST Messages.json", "unknown parameter %s", name)
		}
	}
	to, from, body := form.Get("To"), form.Get("From"), form.Get("Body")
	switch {
	case to == "":
		return refuse(21604, "A 'To' phone number is required.")
	case body == "" && form.Get("MediaUrl") == "" && form.Get("ContentSid") == "":
		return refuse(21602, "Message body is required.")
	case from == "" && form.Get("MessagingServiceSid") == "":
		return refuse(21603, "A 'From' phone number is required.")
	}
	if len([]rune(body)) > 1600 {
		e.violate("twilio", "POST Messages.json", "body of %d characters, 1600 allowed", len([]rune(body)))
		return refuse(21617, "The concatenated message body exceeds the 1600 character limit.")
	}
	if v := form.Get("ValidityPeriod"); v != "" && (atoi(v) < 1 || atoi(v) > 36000) {
		e.violate("twilio", "POST Messages.json", "ValidityPeriod %q, 1 to 36000 allowed", v)
		return refuse(20422, "Invalid Parameter: ValidityPeriod")
	}
	if c := form.Get("StatusCallback"); c != "" && !strings.HasPrefix(c, e.public()+"/") {
		e.violate("twilio", "POST Messages.json", "StatusCallback %s is not below the public URL", c)
		return refuse(21609, "The 'StatusCallback' URL is not valid.")
	}
	if from != "" && from != e.opt.OurNumber {
		e.violate("twilio", "POST Messages.json", "From %s is not ours", from)
		return refuse(21606, "The From phone number is not a valid, SMS-capable inbound phone number for your account.")
	}
	return e.refuseRecipient(to)
}

func (e *Emulator) refuseRecipient(to string) *twilioReply {
	refuse := func(code int, message string) *twilioReply {
		reply := twilioError(http.StatusBadRequest, code, message)
		return &reply
	}
	const call = "POST Messages.json"
	switch {
	case !e164.MatchString(to) || e.fault("twilio", call, to, InvalidNumber) != nil:
		return refuse(21211, "The 'To' number "+to+" is not a valid phone number.")
	case to == e.opt.OurNumber:
		return refuse(21266, "To and From number cannot be the same.")
	case e.phone(to).optedOut || e.fault("twilio", call, to, OptedOut) != nil:
		return refuse(21610, "Attempt to send to unsubscribed recipient")
	case e.fault("twilio", call, to, Landline) != nil:
		return refuse(21614, "'To' number is not a valid mobile number")
	}
	return nil
}

// keep files a message. The caller holds the lock.
func (e *Emulator) keep(m *sms) {
	e.twilio.messages = append(e.twilio.messages, m)
	e.twilio.bySID[m.SID] = m
	p := e.phone(m.other(e.opt.OurNumber))
	p.thread = append(p.thread, m)
}

// other is the end of a message that is not ours.
func (m *sms) other(ours string) string {
	if m.Direction == "inbound" || m.To == ours {
		return m.From
	}
	return m.To
}

// carry takes an accepted message to its phone, or loses it as a fault says, and returns what is to happen after the answer. The caller
// holds the lock.
func (e *Emulator) carry(m *sms) (after []func()) {
	const call = "POST Messages.json"
	if e.fault("twilio", call, m.To, Queued) != nil {
		e.twilio.stuck = append(e.twilio.stuck, m)
		e.changed(ChangeSMS, m.To)
		return nil
	}
	path := []string{"sent", "delivered"}
	if m.Status == "accepted" {
		path = []string{"queued", "sent", "delivered"}
	}
	reached := true
	if f := e.fault("twilio", call, m.To, Dead); f != nil {
		path[len(path)-1], m.ErrorCode, reached = "undelivered", 30005, false
		if f.Code != "" {
			m.ErrorCode = atoi(f.Code)
		}
	} else if e.fault("twilio", call, m.To, Silent) != nil {
		path, reached = path[:len(path)-1], false
	}
	m.Status, m.Updated = path[len(path)-1], e.opt.Now()
	if reached {
		land := e.phone(m.To).inbox.add(m.SMS)
		after = append(after, land)
	}
	e.changed(ChangeSMS, m.To)
	callbacks, early := e.planCallbacks(m, path)
	if early {
		e.mu.Unlock()
		e.sendCallbacks(callbacks)
		e.mu.Lock()
		return after
	}
	return append(after, e.inBackground(callbacks)...)
}

// ReleaseTexts carries the messages that a Queued fault held up, save those canceled meanwhile. Clear the fault first.
func (e *Emulator) ReleaseTexts() {
	e.mu.Lock()
	stuck := e.twilio.stuck
	e.twilio.stuck = nil
	var after []func()
	for _, m := range stuck {
		if m.Status != "canceled" {
			after = append(after, e.carry(m)...)
		}
	}
	e.mu.Unlock()
	for _, f := range after {
		f()
	}
}

// messageJSON is the Message resource on the wire. The caller holds the lock.
func (e *Emulator) messageJSON(m *sms) map[string]any {
	uri := "/2010-04-01/Accounts/" + e.opt.TwilioAccountSID + "/Messages/" + m.SID
	optional := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	sent, code, body := any(nil), any(nil), m.Body
	if m.redacted {
		body = ""
	}
	if m.Status != "queued" && m.Status != "accepted" {
		sent = m.At.UTC().Format(time.RFC1123Z)
	}
	if m.ErrorCode != 0 {
		code = m.ErrorCode
	}
	return map[string]any{
		"sid": m.SID, "account_sid": e.opt.TwilioAccountSID, "messaging_service_sid": optional(m.service), "from": m.From, "to": m.To, "body": body,
		"direction": m.Direction, "status": m.Status, "num_segments": itoa(m.Segments), "num_media": itoa(len(m.Media)),
		"date_created": m.At.UTC().Format(time.RFC1123Z), "date_updated": m.Updated.UTC().Format(time.RFC1123Z), "date_sent": sent,
		"error_code": code, "error_message": nil, "price": nil, "price_unit": "USD", "api_version": "2010-04-01",
		"uri": uri + ".json", "subresource_uris": map[string]string{"media": uri + "/Media.json"},
	}
}
