package sms

import (
	"context"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/twilio/twilio-go/client"

	"goodcatch/bot"
	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/crashpoint"
)

// Counts receives what the webhooks saw, for the metrics: "accepted", "doubled", "refused", "away".
type Counts func(channel, outcome string)

// A Webhook is the HTTP side of the channel.
type Webhook struct {
	Channel *Channel
	Bot     *bot.Bot
	// Take takes a text in. Nil: Bot.Receive. A spool takes them where there is no bot; delivery reports are then refused.
	Take   func(context.Context, bot.Inbound) (bot.Outcome, error)
	Report func(ctx context.Context, r store.Report) error // what follows from a delivery report
	Count  Counts
	Log    *slog.Logger
}

const (
	mostBody = 64 << 10
	emptyXML = `<?xml version="1.0" encoding="UTF-8"?><Response/>`
	refusal  = "forbidden\n"
)

var messageSID = regexp.MustCompile(`^(SM|MM)[0-9a-f]{32}$`)

// Routes adds the webhook's paths.
func (w *Webhook) Routes(mux *http.ServeMux) {
	mux.HandleFunc("POST /twilio/sms", w.inbound)
	mux.HandleFunc("POST /twilio/status", w.status)
	mux.HandleFunc("POST /twilio/voice", w.voice)
	mux.HandleFunc("POST /twilio/voice/key", w.key)
	mux.HandleFunc("POST /twilio/call", w.call)
}

// inbound takes one text. 200 only when it is safe in the record store; 503 makes Twilio try again.
func (w *Webhook) inbound(rw http.ResponseWriter, r *http.Request) {
	form, ok := w.signed(r)
	if !ok || !messageSID.MatchString(form.Get("MessageSid")) || !e164.MatchString(form.Get("From")) || form.Get("From") == w.Channel.cfg.From {
		w.refuse(rw)
		return
	}
	crashpoint.Pass(crashpoint.Received)
	media, err := strconv.Atoi(form.Get("NumMedia"))
	if err != nil {
		media = 0
	}
	take := w.Take
	if take == nil {
		take = w.Bot.Receive
	}
	out, err := take(r.Context(), bot.Inbound{
		Provider: "twilio", ID: form.Get("MessageSid"), Channel: domain.SMS, From: form.Get("From"), Text: form.Get("Body"), Media: media,
	})
	if err != nil {
		w.Count("sms", "away")
		w.Log.Error("text not taken", "inbound", form.Get("MessageSid"), "away", store.Away(err))
		http.Error(rw, "try again", http.StatusServiceUnavailable)
		return
	}
	crashpoint.Pass(crashpoint.Committed)
	if out.Fresh {
		w.Count("sms", "accepted")
	} else {
		w.Count("sms", "doubled")
	}
	rw.Header().Set("Content-Type", "text/xml")
	_, _ = io.WriteString(rw, emptyXML)
}

// status takes one delivery report.
func (w *Webhook) status(rw http.ResponseWriter, r *http.Request) {
	w.report(rw, r, "Message", messageSID)
}

// report takes what became of a text or a call: both are named by a prefix of the provider's parameters, Message or Call.
func (w *Webhook) report(rw http.ResponseWriter, r *http.Request, what string, sid *regexp.Regexp) {
	form, ok := w.signed(r)
	if !ok || w.Report == nil || !sid.MatchString(form.Get(what+"Sid")) {
		w.refuse(rw)
		return
	}
	q := r.URL.Query()
	id, _ := strconv.ParseInt(q.Get("ob"), 10, 64)
	attempt, _ := strconv.Atoi(q.Get("at"))
	err := w.Report(r.Context(), store.Report{OutboxID: id, Attempt: attempt, ProviderID: form.Get(what + "Sid"), State: form.Get(what + "Status"), ErrorCode: form.Get("ErrorCode")})
	if err != nil {
		w.Log.Error("delivery report not taken", "outbox", id, "away", store.Away(err))
		http.Error(rw, "try again", http.StatusServiceUnavailable)
		return
	}
	rw.WriteHeader(http.StatusNoContent)
}

func (w *Webhook) refuse(rw http.ResponseWriter) {
	w.Count("sms", "refused")
	rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
	rw.WriteHeader(http.StatusForbidden)
	_, _ = io.WriteString(rw, refusal)
}

// signed reads and checks a webhook: shape first, then the signature over the configured public address, never over what the request
// says of itself.
func (w *Webhook) signed(r *http.Request) (url.Values, bool) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, false
	}
	raw, err := io.ReadAll(io.LimitReader(r.Body, mostBody+1))
	if err != nil || len(raw) > mostBody {
		return nil, false
	}
	form, err := url.ParseQuery(string(raw))
	if err != nil {
		return nil, false
	}
	flat := make(map[string]string, len(form))
	for k, v := range form {
		if len(v) != 1 || !isParameter(k) {
			return nil, false
		}
		flat[k] = v[0]
	}
	if form.Get("AccountSid") != w.Channel.cfg.AccountSID || form.Has("bodySHA256") || r.URL.Query().Has("bodySHA256") {
		return nil, false
	}
	address := strings.TrimSuffix(w.Channel.cfg.PublicURL, "/") + r.URL.RequestURI()
	for _, token := range w.Channel.cfg.AuthTokens {
		v := client.NewRequestValidator(token)
		if v.Validate(address, flat, r.Header.Get("X-Twilio-Signature")) {
			return form, true
		}
	}
	return nil, false
}

const mostName = 40 // letters of a parameter's name

// isParameter reports whether a name has the shape of every name Twilio posts: a letter, then letters, digits and _. A replayed signature
// with the bounds of names and values shifted has others.
func isParameter(name string) bool {
	for i, c := range []byte(name) {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return name != "" && len(name) <= mostName
}
