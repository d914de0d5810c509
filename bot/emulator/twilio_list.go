package emulator

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// listSMS answers the message list, newest first, in pages.
func (e *Emulator) listSMS(q url.Values) twilioReply {
	size, page := atoi(q.Get("PageSize")), atoi(q.Get("Page"))
	if size <= 0 {
		size = 50
	}
	size = min(size, 1000)
	e.mu.Lock()
	defer e.mu.Unlock()
	wanted, err := sentFilter(q)
	if err != "" {
		e.violate("twilio", "GET Messages.json", "%s", err)
		return twilioError(http.StatusBadRequest, 20001, err)
	}
	hidden := e.listLag()
	source := e.twilio.messages
	if q.Get("To") != "" && q.Get("To") != e.opt.OurNumber {
		source = e.phone(q.Get("To")).thread
	} else if q.Get("From") != "" && q.Get("From") != e.opt.OurNumber {
		source = e.phone(q.Get("From")).thread
	}
	matches := func(m *sms) bool {
		return !hidden(m) && (q.Get("To") == "" || q.Get("To") == m.To) && (q.Get("From") == "" || q.Get("From") == m.From) && wanted(m.At)
	}
	found, more, seen := []any{}, false, 0
	for i := len(source) - 1; i >= 0 && !more; i-- {
		if !matches(source[i]) {
			continue
		}
		if seen++; seen <= page*size {
			continue
		}
		if more = len(found) == size; !more {
			found = append(found, e.messageJSON(source[i]))
		}
	}
	return twilioReply{status: http.StatusOK, body: e.pageJSON(q, found, page, size, more)}
}

func (e *Emulator) pageJSON(q url.Values, found []any, page, size int, more bool) map[string]any {
	address := func(n int) string {
		again := url.Values{}
		for name, values := range q {
			again[name] = values
		}
		again.Set("PageSize", itoa(size))
		again.Set("Page", itoa(n))
		again.Set("PageToken", "PA"+itoa(n))
		return "/2010-04-01/Accounts/" + e.opt.TwilioAccountSID + "/Messages.json?" + again.Encode()
	}
	next, previous := any(nil), any(nil)
	if more {
		next = address(page + 1)
	}
	if page > 0 {
		previous = address(page - 1)
	}
	return map[string]any{
		"messages": found, "page": page, "page_size": size, "start": page * size, "end": page*size + len(found) - 1,
		"uri": address(page), "first_page_uri": address(0), "next_page_uri": next, "previous_page_uri": previous,
	}
}

// listLag tells which messages a fault keeps out of lists.
func (e *Emulator) listLag() func(*sms) bool {
	f := e.fault("twilio", "GET Messages.json", "", ListLag)
	if f == nil {
		return func(*sms) bool { return false }
	}
	return func(m *sms) bool { return f.Delay == 0 || time.Since(m.accepted) < f.Delay }
}

// sentFilter reads DateSent, DateSent< and DateSent>, each a date or a time, in UTC.
func sentFilter(q url.Values) (func(time.Time) bool, string) {
	var tests []func(time.Time) bool
	for name, values := range q {
		if !strings.HasPrefix(name, "DateSent") || len(values) == 0 {
			continue
		}
		layout := time.RFC3339
		if len(values[0]) == len(time.DateOnly) {
			layout = time.DateOnly
		}
		at, err := time.Parse(layout, values[0])
		if err != nil {
			return nil, "unreadable " + name + "=" + values[0]
		}
		switch name {
		case "DateSent":
			day := at.UTC().Format(time.DateOnly)
			tests = append(tests, func(t time.Time) bool { return t.UTC().Format(time.DateOnly) == day })
		case "DateSent<":
			tests = append(tests, func(t time.Time) bool { return !t.Truncate(time.Second).After(at) })
		case "DateSent>":
			tests = append(tests, func(t time.Time) bool { return !t.Truncate(time.Second).Before(at.Truncate(time.Second)) })
		default:
			return nil, "unknown filter " + name
		}
	}
	return func(t time.Time) bool {
		for _, test := range tests {
			if !test(t) {
				return false
			}
		}
		return true
	}, ""
}

// oneSMS fetches, redacts, cancels or deletes a message.
func (e *Emulator) oneSMS(r *http.Request, sid string) (twilioReply, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	m := e.twilio.bySID[sid]
	if m == nil {
		return twilioError(http.StatusNotFound, 20404, "The requested resource /2010-04-01/Accounts/"+e.opt.TwilioAccountSID+"/Messages/"+sid+".json was not found"), true
	}
	switch r.Method {
	case http.MethodGet:
		return twilioReply{status: http.StatusOK, body: e.messageJSON(m)}, true
	case http.MethodPost:
		return e.updateSMS(m, r.PostForm), true
	case http.MethodDelete:
		delete(e.twilio.bySID, sid)
		e.twilio.messages = without(e.twilio.messages, m)
		p := e.phone(m.other(e.opt.OurNumber))
		p.thread = without(p.thread, m)
		e.changed(ChangeSMS, p.number)
		return twilioReply{status: http.StatusNoContent}, true
	}
	return twilioReply{}, false
}

func without(list []*sms, gone *sms) []*sms {
	var out []*sms
	for _, m := range list {
		if m != gone {
			out = append(out, m)
		}
	}
	return out
}

// final are the states in which a message may be redacted. Source: Twilio, redacting a post-flight message.
var final = map[string]bool{"delivered": true, "undelivered": true, "failed": true, "canceled": true, "received": true, "sent": true, "read": true}

// updateSMS blanks a body or cancels a message. Messages are delivered at once, so that canceling comes too late unless a fault holds
// them up.
func (e *Emulator) updateSMS(m *sms, form url.Values) twilioReply {
	if form.Get("Status") == "canceled" {
		if m.Status != "queued" && m.Status != "accepted" {
			return twilioError(http.StatusConflict, 30409, "Message cannot be canceled in its current state")
		}
		m.Status, m.Updated = "canceled", e.opt.Now()
		callbacks, _ := e.planCallbacks(m, []string{"canceled"})
		reply := twilioReply{status: http.StatusOK, body: e.messageJSON(m)}
		return reply.with(e.inBackground(callbacks))
	}
	if body, ok := form["Body"]; ok {
		if len(body) != 1 || body[0] != "" {
			return twilioError(http.StatusBadRequest, 20001, "Body can only be set to an empty string")
		}
		if !final[m.Status] {
			return twilioError(http.StatusBadRequest, 20009, "Cannot redact message because delivery has not been completed.")
		}
		m.redacted, m.Updated = true, e.opt.Now()
		e.changed(ChangeSMS, m.other(e.opt.OurNumber))
	}
	return twilioReply{status: http.StatusOK, body: e.messageJSON(m)}
}

// Held lists the texts, both ways, whose words the provider has not been made to forget.
func (e *Emulator) Held() []SMS {
	e.mu.Lock()
	defer e.mu.Unlock()
	var held []SMS
	for _, m := range e.twilio.messages {
		if !m.redacted {
			held = append(held, m.SMS)
		}
	}
	return held
}

// mediaOf lists the media of a message or sends the content of one.
func (e *Emulator) mediaOf(parts []string, asJSON bool) twilioReply {
	e.mu.Lock()
	defer e.mu.Unlock()
	m := e.twilio.bySID[parts[1]]
	missing := twilioError(http.StatusNotFound, 20404, "The requested media was not found")
	if m == nil {
		return missing
	}
	described := []any{}
	for _, media := range m.Media {
		item := map[string]any{
			"sid": media.SID, "parent_sid": m.SID, "account_sid": e.opt.TwilioAccountSID, "content_type": media.ContentType,
			"date_created": m.At.UTC().Format(time.RFC1123Z), "uri": "/2010-04-01/Accounts/" + e.opt.TwilioAccountSID + "/Messages/" + m.SID + "/Media/" + media.SID + ".json",
		}
		if len(parts) == 4 && parts[3] == media.SID {
			if asJSON {
				return twilioReply{status: http.StatusOK, body: item}
			}
			return twilioReply{status: http.StatusOK, raw: media.Data, mime: media.ContentType}
		}
		described = append(described, item)
	}
	if len(parts) == 4 {
		return missing
	}
	return twilioReply{status: http.StatusOK, body: map[string]any{"media_list": described, "page": 0, "page_size": 50, "next_page_uri": nil}}
}
