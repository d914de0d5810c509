package emulator

import (
	"net/url"
	"slices"
	"time"
)

// A statusCallback tells the product how far a message or call has come.
type statusCallback struct {
	sid     string
	address string
	form    url.Values
}

// planCallbacks makes the callbacks of a message as the faults want them, and holds back those to come later. The caller holds the lock.
func (e *Emulator) planCallbacks(m *sms, path []string) (out []statusCallback, early bool) {
	if m.callback == "" {
		return nil, false
	}
	for _, status := range path {
		out = append(out, e.callbackOf(m, status))
	}
	const call = "POST Messages.json"
	if e.fault("twilio", call, m.To, LostCallbacks) != nil {
		return nil, false
	}
	if e.fault("twilio", call, m.To, ShuffledCallbacks) != nil {
		slices.Reverse(out)
	}
	if e.fault("twilio", call, m.To, DoubledCallbacks) != nil {
		var twice []statusCallback
		for _, c := range out {
			twice = append(twice, c, c)
		}
		out = twice
	}
	if f := e.fault("twilio", call, m.To, LateCallbacks); f != nil && f.Delay > 0 {
		late := out
		time.AfterFunc(f.Delay, func() { e.sendCallbacks(late) })
		return nil, false
	} else if f != nil || e.twilio.holding {
		e.twilio.held = append(e.twilio.held, out...)
		return nil, false
	}
	return out, e.fault("twilio", call, m.To, EarlyCallbacks) != nil
}

func (e *Emulator) callbackOf(m *sms, status string) statusCallback {
	form := url.Values{
		"MessageSid": {m.SID}, "MessageStatus": {status}, "SmsSid": {m.SID}, "SmsStatus": {status}, "To": {m.To}, "From": {m.From},
		"AccountSid": {e.opt.TwilioAccountSID}, "ApiVersion": {"2010-04-01"},
	}
	if m.service != "" {
		form.Set("MessagingServiceSid", m.service)
	}
	if m.ErrorCode != 0 && (status == "undelivered" || status == "failed") {
		form.Set("ErrorCode", itoa(m.ErrorCode))
	}
	if status == "delivered" {
		form.Set("RawDlrDoneDate", m.Updated.UTC().Format("0601021504"))
	}
	return statusCallback{sid: m.SID, address: m.callback, form: form}
}

// inBackground counts callbacks as under way from now and returns what sends them without waiting.
func (e *Emulator) inBackground(callbacks []statusCallback) []func() {
	if len(callbacks) == 0 {
		return nil
	}
	e.flight.begin()
	return []func(){func() {
		go func() {
			defer e.flight.end()
			e.sendCallbacks(callbacks)
		}()
	}}
}

// sendCallbacks posts callbacks one after the other. Like Twilio it does not repeat one that the product refused.
func (e *Emulator) sendCallbacks(callbacks []statusCallback) {
	for _, c := range callbacks {
		_, _ = e.postTwilio(c.address, c.form, nil)
		e.changed(ChangeStatus, c.sid)
	}
}

// HoldCallbacks keeps status callbacks back until ReleaseCallbacks.
func (e *Emulator) HoldCallbacks() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.twilio.holding = true
}

// ReleaseCallbacks sends all that was held back, in order, and returns when the product has answered.
func (e *Emulator) ReleaseCallbacks() {
	e.mu.Lock()
	held := e.twilio.held
	e.twilio.held, e.twilio.holding = nil, false
	e.mu.Unlock()
	e.sendCallbacks(held)
}

// HeldCallbacks counts the callbacks held back.
func (e *Emulator) HeldCallbacks() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.twilio.held)
}
