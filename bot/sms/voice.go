package sms

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"

	api "github.com/twilio/twilio-go/rest/api/v2010"
	"github.com/twilio/twilio-go/twiml"

	"goodcatch/bot"
	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/store"
)

// A Voice rings telephones: it says a message and takes a key press for a reply. Only a key press is an answer; a voicemail that
// listens is not.
type Voice struct{ *Channel }

// Bounds of a call.
const (
	ringFor   = 30      // seconds; shorter than most voicemail takes over
	listenFor = "8"     // seconds to press a key
	sayTimes  = 3       // how often the message is said before we hang up
	longest   = 60 * 10 // seconds: a call forgotten off the hook
)

// Send rings. What is said is fetched once somebody picks up.
func (v Voice) Send(ctx context.Context, m conversations.Outgoing) (conversations.Receipt, error) {
	query := url.Values{"ob": {fmt.Sprint(m.ID)}, "at": {fmt.Sprint(m.Attempt)}}.Encode()
	p := &api.CreateCallParams{}
	p.SetTo(m.To)
	p.SetFrom(v.cfg.From)
	p.SetUrl(v.cfg.PublicURL + "/twilio/voice?" + query)
	p.SetStatusCallback(v.cfg.PublicURL + "/twilio/call?" + query)
	p.SetStatusCallbackEvent([]string{"ringing", "answered", "completed"})
	p.SetTimeout(ringFor)
	p.SetTimeLimit(longest)
	service, one := v.service(ctx)
	placed, err := service.CreateCall(p)
	if err != nil {
		return conversations.Receipt{}, one.refused(err)
	}
	if placed.Sid == nil {
		return conversations.Receipt{}, &conversations.SendError{Reason: conversations.Unknown, Code: "no_sid"}
	}
	return conversations.Receipt{ID: *placed.Sid}, nil
}

// Edit cannot be done: what was said is said.
func (v Voice) Edit(context.Context, conversations.Receipt, conversations.Outgoing) error {
	return &conversations.SendError{Reason: conversations.Rejected, Code: "edit"}
}

// Cancel ends a call that rings or is under way: somebody else has taken the matter.
func (v Voice) Cancel(ctx context.Context, r conversations.Receipt) error {
	p := &api.UpdateCallParams{}
	p.SetStatus("completed")
	service, one := v.service(ctx)
	_, err := service.UpdateCall(r.ID, p)
	if err == nil || one.status == http.StatusNotFound {
		return nil
	}
	return one.refused(err)
}

// Find looks for a call that may have been placed: to this number, not before since.
func (v Voice) Find(ctx context.Context, u store.Unsettled) (conversations.Receipt, bool, error) {
	p := &api.ListCallParams{}
	p.SetTo(u.To)
	p.SetStartTimeAfter(u.Since.UTC())
	p.SetLimit(20)
	service, one := v.service(ctx)
	list, err := service.ListCall(p)
	if err != nil {
		return conversations.Receipt{}, false, one.refused(err)
	}
	for _, c := range list {
		if c.Sid != nil && c.Direction != nil && *c.Direction == "outbound-api" {
			return conversations.Receipt{ID: *c.Sid}, true, nil
		}
	}
	return conversations.Receipt{}, false, nil
}

// Status asks what became of a call, for when its callbacks were lost.
func (v Voice) Status(ctx context.Context, id string) (state, errorCode string, err error) {
	service, one := v.service(ctx)
	c, err := service.FetchCall(id, &api.FetchCallParams{})
	if err != nil {
		return "", "", one.refused(err)
	}
	if c.Status != nil {
		state = *c.Status
	}
	return state, "", nil
}

var callSID = regexp.MustCompile(`^CA[0-9a-f]{32}$`)

// voice says the message and asks for a key.
func (w *Webhook) voice(rw http.ResponseWriter, r *http.Request) {
	spoken, _, ok := w.spoken(rw, r)
	if !ok {
		return
	}
	w.ask(rw, r, spoken, "")
}

// ask says the message with the keys that answer it; nobody presses one: it is said again, a few times.
func (w *Webhook) ask(rw http.ResponseWriter, r *http.Request, s store.Spoken, first string) {
	round, _ := strconv.Atoi(r.URL.Query().Get("n"))
	if round >= sayTimes {
		w.speak(rw, s, "voice.goodbye")
		return
	}
	again := r.URL.Query()
	again.Set("n", strconv.Itoa(round+1))
	language := voices[s.Language]
	gather := twiml.VoiceGather{Input: "dtmf", NumDigits: "1", Timeout: listenFor, Action: "/twilio/voice/key?" + r.URL.RawQuery, Method: "POST"}
	for _, words := range []string{first, s.Text} {
		if words != "" {
			gather.InnerElements = append(gather.InnerElements, twiml.VoiceSay{Message: words, Language: language})
		}
	}
	w.answer(rw, gather, twiml.VoiceRedirect{Url: "/twilio/voice?" + again.Encode(), Method: "POST"})
}

// voices are the languages of the provider's speech.
var voices = map[string]string{"en": "en-GB", "es": "es-ES", "fr": "fr-FR", "zh-CN": "cmn-CN"}

// key takes a key press: the same reply as a letter by text or a button in Slack.
func (w *Webhook) key(rw http.ResponseWriter, r *http.Request) {
	s, form, ok := w.spoken(rw, r)
	if !ok {
		return
	}
	digit := form.Get("Digits")
	letter := conversations.LetterOfKey(s.Replies, digit)
	if letter == "" {
		first := ""
		if digit != conversations.RepeatKey(s.Replies) {
			first = w.Bot.Catalog.Say(conversations.Voice{Language: s.Language}, "voice.no_such_key", headed(s))
		}
		w.ask(rw, r, s, first)
		return
	}
	out, err := w.Bot.Receive(r.Context(), bot.Inbound{
		Provider: "twilio", ID: form.Get("CallSid") + "/" + letter, Channel: domain.Voice, From: form.Get("To"), Press: &bot.Press{Notice: s.Notice, Letter: letter},
	})
	switch {
	case err != nil:
		w.Count("voice", "away")
		w.Log.Error("key not taken", "outbox", s.Notice, "away", store.Away(err))
		w.speak(rw, s, "voice.away")
	case out.Problem != nil:
		w.answer(rw, twiml.VoiceSay{Message: out.Words, Language: voices[s.Language]}, twiml.VoiceHangup{})
	default:
		w.Count("voice", "accepted")
		w.speak(rw, s, takenKey(s, letter))
	}
}

// call takes a report of how a call went. One that was answered without a key, perhaps by a machine, has reached nobody.
func (w *Webhook) call(rw http.ResponseWriter, r *http.Request) {
	w.report(rw, r, "Call", callSID)
}

// spoken finds what a call is about. It has answered already when ok is false.
func (w *Webhook) spoken(rw http.ResponseWriter, r *http.Request) (s store.Spoken, form url.Values, ok bool) {
	form, ok = w.signed(r)
	if !ok || w.Bot == nil || !callSID.MatchString(form.Get("CallSid")) {
		w.refuse(rw)
		return s, nil, false
	}
	id, _ := strconv.ParseInt(r.URL.Query().Get("ob"), 10, 64)
	s, err := w.Bot.DB.Spoken(r.Context(), id, form.Get("To"))
	switch {
	case errors.Is(err, domain.ErrNotFound):
		w.refuse(rw)
		return s, nil, false
	case err != nil:
		w.Log.Error("call not answered", "outbox", id, "away", store.Away(err))
		http.Error(rw, "try again", http.StatusServiceUnavailable)
		return s, nil, false
	case s.Over:
		w.speak(rw, s, "voice.over")
		return s, nil, false
	}
	return s, form, true
}

// headed are the values of what is said in a call: of a roll-call EXERCISE or LIVE, which comes first.
func headed(s store.Spoken) domain.Args {
	if s.Mode == "" {
		return nil
	}
	return domain.Args{domain.ModeArg: s.Mode}
}

// takenKey is what is said when a key was taken.
func takenKey(s store.Spoken, letter string) string {
	if s.Mode != "" {
		return "voice.answered"
	}
	return "voice.taken_" + letter
}

// speak says one text and hangs up.
func (w *Webhook) speak(rw http.ResponseWriter, s store.Spoken, key string) {
	if s.Mode != "" && key == "voice.goodbye" {
		key = "voice.no_answer"
	}
	words := w.Bot.Catalog.Say(conversations.Voice{Language: s.Language}, key, headed(s))
	w.answer(rw, twiml.VoiceSay{Message: words, Language: voices[s.Language]}, twiml.VoiceHangup{})
}

func (w *Webhook) answer(rw http.ResponseWriter, verbs ...twiml.Element) {
	body, err := twiml.Voice(verbs)
	if err != nil {
		w.Log.Error("no TwiML", "error_kind", fmt.Sprintf("%T", err))
		body = emptyXML
	}
	rw.Header().Set("Content-Type", "text/xml")
	_, _ = io.WriteString(rw, body)
}
