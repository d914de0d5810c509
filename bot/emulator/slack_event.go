package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

// A sentEvent is an Events API delivery, kept to be delivered again.
type sentEvent struct {
	id   string
	body []byte
}

// A retry is an event that the product did not take.
type retry struct {
	event   *sentEvent
	attempt int
	reason  string
}

const keptEvents = 5000

// newEvent wraps an inner event the way the Events API does. The caller holds the lock.
func (e *Emulator) newEvent(inner object) *sentEvent {
	id := slackID("Ev")
	body, _ := json.Marshal(object{
		"token": "emulator", "team_id": e.opt.TeamID, "context_team_id": e.opt.TeamID, "context_enterprise_id": nil, "api_app_id": e.opt.AppID,
		"event": inner, "type": "event_callback", "event_id": id, "event_time": e.opt.Now().Unix(), "is_ext_shared_channel": false,
		"authorizations": []object{{"enterprise_id": nil, "team_id": e.opt.TeamID, "user_id": e.opt.BotUserID, "is_bot": true, "is_enterprise_install": false}},
		"event_context":  "4-" + randomHex(12),
	})
	event := &sentEvent{id: id, body: body}
	e.slack.sent[id] = event
	e.slack.events = append(e.slack.events, id)
	if len(e.slack.events) > keptEvents {
		delete(e.slack.sent, e.slack.events[0])
		e.slack.events = e.slack.events[1:]
	}
	return event
}

// deliverEvent sends an event, and once more at once when it is not taken. What fails then waits for RetryEvents.
func (e *Emulator) deliverEvent(event *sentEvent) error {
	e.mu.Lock()
	drop, double := e.slack.dropIn > 0, e.slack.doubleIn > 0
	if drop {
		e.slack.dropIn--
		e.slack.waiting = append(e.slack.waiting, retry{event, 1, "http_timeout"})
	} else if double {
		e.slack.doubleIn--
	}
	e.mu.Unlock()
	if drop {
		return nil
	}
	if double {
		done := make(chan error, 1)
		go func() { done <- e.attemptEvent(retry{event: event}) }()
		err := e.attemptEvent(retry{event: event})
		if second := <-done; err == nil {
			err = second
		}
		return err
	}
	err := e.attemptEvent(retry{event: event})
	if err == nil {
		return nil
	}
	if e.attemptEvent(retry{event, 1, "http_error"}) == nil {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.slack.waiting = append(e.slack.waiting, retry{event, 2, "http_error"})
	return err
}

// attemptEvent makes one delivery. An answer that forbids retries counts as taken.
func (e *Emulator) attemptEvent(r retry) error {
	if e.socketMode() {
		_, err := e.sendEnvelope("events_api", json.RawMessage(r.event.body), false, r.attempt, r.reason)
		return err
	}
	header := http.Header{}
	if r.attempt > 0 {
		header.Set("X-Slack-Retry-Num", itoa(r.attempt))
		header.Set("X-Slack-Retry-Reason", r.reason)
	}
	answer, err := e.postSlack("/slack/events", "application/json", string(r.event.body), header)
	if err != nil {
		return fmt.Errorf("deliver event %s: %w", r.event.id, err)
	}
	if err = answer.err("event " + r.event.id); err != nil && answer.Header.Get("X-Slack-No-Retry") == "1" {
		return nil
	}
	return err
}

// RetryEvents delivers again what the product did not take, as Slack does after one and five minutes, and tells how many are still not
// taken. An event is given up after its third retry.
func (e *Emulator) RetryEvents() (left int) {
	e.mu.Lock()
	waiting := e.slack.waiting
	e.slack.waiting = nil
	e.mu.Unlock()
	for _, r := range waiting {
		if e.attemptEvent(r) == nil || r.attempt >= 3 {
			continue
		}
		r.attempt++
		left++
		e.mu.Lock()
		e.slack.waiting = append(e.slack.waiting, r)
		e.mu.Unlock()
	}
	return left
}

// Redeliver sends an event once more as retry number attempt, as after a lost answer.
func (e *Emulator) Redeliver(eventID string, attempt int) error {
	e.mu.Lock()
	event := e.slack.sent[eventID]
	e.mu.Unlock()
	if event == nil {
		return fmt.Errorf("no event %s", eventID)
	}
	return e.attemptEvent(retry{event, attempt, "http_timeout"})
}

// DropNextEvent loses the next event until RetryEvents.
func (e *Emulator) DropNextEvent() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.slack.dropIn++
}

// DoubleNextEvent sends the next event twice at the same time.
func (e *Emulator) DoubleNextEvent() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.slack.doubleIn++
}

// SendEvent delivers an inner event of any kind.
func (e *Emulator) SendEvent(inner map[string]any) error {
	e.mu.Lock()
	event := e.newEvent(inner)
	e.mu.Unlock()
	return e.deliverEvent(event)
}

// An interaction is a payload sent to the interactions, options or commands path.
type interaction struct {
	kind    string // socket envelope type
	path    string
	payload object
}

// deliver sends an interaction over HTTP or a socket and returns the product's answer.
func (e *Emulator) deliver(i interaction) (Answer, error) {
	e.mu.Lock()
	e.slack.last = &i
	e.mu.Unlock()
	var answer Answer
	var err error
	if e.socketMode() {
		var body []byte
		if body, err = json.Marshal(i.payload); err == nil {
			answer, err = e.sendEnvelope(i.kind, body, true, 0, "")
		}
	} else {
		answer, err = e.postSlack(i.path, "application/x-www-form-urlencoded", i.form(), nil)
	}
	if err != nil {
		return answer, fmt.Errorf("%s: %w", i.path, err)
	}
	return answer, answer.err(i.path)
}

// form is the body over HTTP: a payload parameter, or the fields themselves for a command.
func (i interaction) form() string {
	form := url.Values{}
	if i.kind != "slash_commands" {
		payload, _ := json.Marshal(i.payload)
		form.Set("payload", string(payload))
		return form.Encode()
	}
	for name, value := range i.payload {
		form.Set(name, fmt.Sprint(value))
	}
	return form.Encode()
}

// RepeatInteraction sends the latest button press, submission or command once more, byte for byte but freshly signed.
func (e *Emulator) RepeatInteraction() (Answer, error) {
	e.mu.Lock()
	last := e.slack.last
	e.mu.Unlock()
	if last == nil {
		return Answer{}, fmt.Errorf("no interaction yet")
	}
	return e.deliver(*last)
}
