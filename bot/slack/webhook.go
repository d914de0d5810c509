package slack

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"

	slackgo "github.com/slack-go/slack"
)

const (
	mostBody = 1 << 20
	refusal  = "unauthorized\n"
)

// Routes adds the webhook's paths.
func (a *App) Routes(mux *http.ServeMux) {
	mux.HandleFunc("POST /slack/events", a.webhook(kindEvent, eventBody))
	mux.HandleFunc("POST /slack/interactions", a.webhook(kindInteraction, payloadBody))
	mux.HandleFunc("POST /slack/commands", a.webhook(kindCommand, commandBody))
	mux.HandleFunc("POST /slack/options", a.webhook(kindInteraction, payloadBody))
}

// webhook checks one request and answers it. body takes the JSON out of what was signed.
func (a *App) webhook(kind string, body func(mediaType string, raw []byte) ([]byte, bool)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		raw, ok := a.signed(r)
		if ok {
			mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
			raw, ok = body(mediaType, raw)
		}
		if !ok {
			a.count("refused")
			write(w, foreign)
			return
		}
		write(w, a.handle(r.Context(), kind, raw))
	}
}

// signed reads the body once, bounded, and checks Slack's signature over its raw bytes. Nothing in the address is looked at, so nothing
// may be there.
func (a *App) signed(r *http.Request) ([]byte, bool) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, mostBody+1))
	if err != nil || len(raw) > mostBody || r.URL.RawQuery != "" {
		return nil, false
	}
	for _, secret := range a.Channel.cfg.SigningSecrets {
		v, err := slackgo.NewSecretsVerifier(r.Header, secret)
		if err != nil {
			continue
		}
		if _, err := v.Write(raw); err == nil && v.Ensure() == nil {
			return raw, true
		}
	}
	return nil, false
}

func write(w http.ResponseWriter, a answer) {
	body := a.json()
	if a.status != http.StatusOK {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		body = []byte("try again\n")
	} else if body != nil {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	if a.status == http.StatusUnauthorized {
		w.Header().Set("X-Slack-No-Retry", "1")
		body = []byte(refusal)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(body)
}

func eventBody(mediaType string, raw []byte) ([]byte, bool) {
	return raw, mediaType == "application/json" && json.Valid(raw)
}

// payloadBody takes the one payload parameter out of the form.
func payloadBody(mediaType string, raw []byte) ([]byte, bool) {
	form, err := url.ParseQuery(string(raw))
	if err != nil || mediaType != "application/x-www-form-urlencoded" || len(form["payload"]) != 1 {
		return nil, false
	}
	return []byte(form.Get("payload")), json.Valid([]byte(form.Get("payload")))
}

// commandBody makes of the form the object that Socket Mode would send.
func commandBody(mediaType string, raw []byte) ([]byte, bool) {
	form, err := url.ParseQuery(string(raw))
	if err != nil || mediaType != "application/x-www-form-urlencoded" {
		return nil, false
	}
	fields := make(map[string]string, len(form))
	for name, values := range form {
		if len(values) != 1 {
			return nil, false
		}
		fields[name] = values[0]
	}
	object, err := json.Marshal(fields)
	return object, err == nil
}
