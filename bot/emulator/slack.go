package emulator

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// object is a JSON object on the wire.
type object = map[string]any

type slackState struct {
	users       map[string]*SlackUser
	userOrder   []string
	channels    map[string]*channel
	chanOrder   []string
	views       map[string]*view
	homes       map[string]*view
	triggers    map[string]*trigger
	replies     map[string]*responseURL
	files       map[string]*file
	codes       map[string]bool // unused OAuth codes
	sent        map[string]*sentEvent
	events      []string // ids of sent, oldest first
	waiting     []retry  // failed events to be tried again
	last        *interaction
	sockets     []*socket
	tickets     map[string]bool
	dropIn      int
	doubleIn    int
	lastTS      int64
	socket      bool
	socketsNews chan struct{} // closed when a socket opens or closes
}

func newSlackState(e *Emulator) slackState {
	return slackState{
		users: map[string]*SlackUser{}, channels: map[string]*channel{}, views: map[string]*view{}, homes: map[string]*view{},
		triggers: map[string]*trigger{}, replies: map[string]*responseURL{}, files: map[string]*file{}, codes: map[string]bool{},
		sent: map[string]*sentEvent{}, tickets: map[string]bool{}, socket: e.opt.SocketMode, socketsNews: make(chan struct{}),
	}
}

// slackCall is one call of the Web API.
type slackCall struct {
	method string
	token  string
	params map[string]json.RawMessage
	base   string
	after  []func() // run once the answer is out
	header http.Header
}

// str reads a parameter as text, whether it came as a form value or as a JSON value.
func (c *slackCall) str(name string) string {
	raw := c.params[name]
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	if string(raw) == "null" {
		return ""
	}
	return string(raw)
}

// raw reads a parameter that is JSON, which form bodies carry as text.
func (c *slackCall) raw(name string) json.RawMessage {
	raw := c.params[name]
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return json.RawMessage(s)
	}
	if string(raw) == "null" {
		return nil
	}
	return raw
}

func (c *slackCall) yes(name string) bool {
	s := c.str(name)
	return s == "true" || s == "1"
}

// to is whom the call concerns, for matching faults.
func (c *slackCall) to() string {
	for _, name := range []string{"channel", "user", "user_id", "users", "channel_id"} {
		if s := c.str(name); s != "" {
			return s
		}
	}
	return ""
}

func slackOK(fields object) object {
	if fields == nil {
		fields = object{}
	}
	fields["ok"] = true
	return fields
}

func slackError(code string, messages ...string) object {
	out := object{"ok": false, "error": code}
	if len(messages) > 0 {
		out["response_metadata"] = object{"messages": messages}
	}
	return out
}

// serveSlack reads a call, plays faults, checks the token and runs the method.
func (e *Emulator) serveSlack(w http.ResponseWriter, r *http.Request) {
	c, err := readSlackCall(r)
	if err != nil {
		writeSlack(w, slackError("invalid_form_data", err.Error()))
		return
	}
	c.base, c.header = e.base(), w.Header()
	e.mu.Lock()
	e.calls["slack "+c.method]++
	e.mu.Unlock()
	if e.transportFault(w, r, "slack", c.method, c.to()) {
		return
	}
	if limit := e.slackLimit(c); limit != nil {
		w.Header().Set("Retry-After", limit.retryAfter())
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, `{"ok":false,"error":"ratelimited"}`)
		return
	}
	answer, dropped := e.runSlack(c)
	defer func() {
		for _, f := range c.after {
			f()
		}
	}()
	if dropped {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("X-OAuth-Scopes", strings.Join(e.opt.Scopes, ","))
	writeSlack(w, answer)
}

func (e *Emulator) slackLimit(c *slackCall) *Fault {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.fault("slack", c.method, c.to(), Status429)
}

func (e *Emulator) runSlack(c *slackCall) (answer object, dropped bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	method, known := slackMethods[c.method]
	if !known {
		e.violate("slack", c.method, "unknown method")
		return object{"ok": false, "error": "unknown_method", "req_method": c.method}, false
	}
	if bad := e.slackGate(c, method); bad != nil {
		return bad, false
	}
	answer = method.run(e, c)
	return answer, answer["ok"] == true && e.fault("slack", c.method, c.to(), AcceptedThenDropped) != nil
}

// slackGate checks the token and plays refusals.
func (e *Emulator) slackGate(c *slackCall, method slackMethod) object {
	if e.fault("slack", c.method, c.to(), RevokedToken) != nil {
		return slackError("token_revoked")
	}
	if f := e.fault("slack", c.method, c.to(), Refuse); f != nil {
		return slackError(f.Code)
	}
	switch {
	case strings.HasPrefix(c.method, "apps.manifest."):
		if !strings.HasPrefix(c.token, "xoxe") {
			return slackError("invalid_auth", "an app configuration token is needed")
		}
		return nil
	case c.method == "oauth.v2.access" || c.method == "blocks.validate":
		return nil
	case c.token == "":
		return slackError("not_authed")
	case c.method == "apps.connections.open":
		if c.token != e.opt.SlackAppToken {
			return slackError("invalid_auth")
		}
		return nil
	case c.token != e.opt.SlackBotToken:
		return slackError("invalid_auth")
	}
	if method.scope != "" && !slices.Contains(e.opt.Scopes, method.scope) {
		e.violate("slack", c.method, "needs scope %s", method.scope)
		return object{"ok": false, "error": "missing_scope", "needed": method.scope, "provided": strings.Join(e.opt.Scopes, ",")}
	}
	return nil
}

// readSlackCall takes parameters from the query, a form or a JSON body, and the token from the header or the parameters.
func readSlackCall(r *http.Request) (*slackCall, error) {
	c := &slackCall{method: r.PathValue("method"), params: map[string]json.RawMessage{}}
	add := func(values url.Values) {
		for name, list := range values {
			c.params[name], _ = json.Marshal(list[0])
		}
	}
	add(r.URL.Query())
	body, err := io.ReadAll(io.LimitReader(r.Body, 4<<20))
	if err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case kind == "application/json" && len(body) > 0:
		if err := json.Unmarshal(body, &c.params); err != nil {
			return nil, fmt.Errorf("read JSON: %w", err)
		}
	case len(body) > 0:
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, fmt.Errorf("read form: %w", err)
		}
		add(form)
	}
	c.token = c.str("token")
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		c.token = bearer
	}
	return c, nil
}

func writeSlack(w http.ResponseWriter, answer object) {
	content, err := json.Marshal(answer)
	if err != nil {
		content = []byte(`{"ok":false,"error":"internal_error"}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", itoa(len(content)))
	_, _ = w.Write(content)
	_ = http.NewResponseController(w).Flush()
}

// ts makes the next message timestamp, unique and rising even when the shown clock stands still. The caller holds the lock.
func (e *Emulator) ts() string {
	micros := max(e.opt.Now().UnixMicro(), e.slack.lastTS+1)
	e.slack.lastTS = micros
	return fmt.Sprintf("%d.%06d", micros/1e6, micros%1e6)
}

// expired tells whether something made at a moment of the real clock is older than its life.
func expired(made time.Time, life time.Duration) bool { return time.Since(made) > life }
