package slack

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"

	slackgo "github.com/slack-go/slack"

	"goodcatch/domain"
	"goodcatch/domain/words"
)

// An opening is a modal to be opened for a user, with what they gave us for it.
type opening struct {
	user    string
	trigger string
	flow    string
	start   domain.Args
	prefill map[string]string
}

// A meta is what a modal carries to come back with: which flow about which record, which draft, which language. Never words.
type meta struct {
	Flow     string      `json:"f"`
	Start    domain.Args `json:"s,omitempty"`
	Draft    string      `json:"d"`
	Language string      `json:"l,omitempty"`
}

// open opens a modal while its trigger lives. When Slack does not open it in time, the user gets a message with a button that does.
func (a *App) open(ctx context.Context, o opening) answer {
	view, bad := a.view(ctx, o)
	if view == nil {
		return bad
	}
	if _, err := a.Channel.api.OpenViewContext(ctx, o.trigger, *view); err != nil {
		a.Log.Warn("form not opened", "flow", o.flow, "code", code(err))
		return a.tell(ctx, o, domain.Notice{Key: "slack.again", Replies: []domain.Reply{{Letter: "O", Key: "slack.open", Flow: o.flow, Start: o.start, Style: "primary"}}})
	}
	return taken
}

// view draws a form for a user; nil where there is none, with what Slack is answered then.
func (a *App) view(ctx context.Context, o opening) (*slackgo.ModalViewRequest, answer) {
	a.meet(ctx, o.user)
	turn, voice, err := a.Bot.Form(ctx, domain.Slack, o.user, o.flow, o.start)
	if errors.Is(err, domain.ErrNotFound) {
		return nil, a.tell(ctx, o, domain.Notice{Key: "problem.not_yours"})
	}
	if err != nil {
		a.Log.Error("form not made", "flow", o.flow, "away", isAway(err))
		return nil, away
	}
	carried, err := json.Marshal(meta{Flow: o.flow, Start: o.start, Draft: rand.Text(), Language: voice.Language})
	if err != nil {
		a.Log.Error("form not made", "flow", o.flow)
		return nil, taken
	}
	turn.Session.Flow = o.flow
	view := form{catalog: a.Bot.Catalog, voice: voice, turn: turn, prefill: o.prefill}.modal(string(carried))
	if err := CheckModal(view); err != nil {
		a.Log.Error("form breaks a limit of Slack", "flow", o.flow, "limit", err.Error())
		return nil, taken
	}
	return &view, taken
}

// tell queues a message to the user, once for this trigger. The time that Slack waits may be over already: it gets its own.
func (a *App) tell(ctx context.Context, o opening, n domain.Notice) answer {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWithin)
	defer cancel()
	n.ID, n.Topic, n.Urgency, n.Class = "open/"+o.trigger, "answer", domain.Prompt, domain.Once
	if err := a.Bot.Tell(ctx, domain.Slack, o.user, n); err != nil {
		a.Log.Error("user not told", "away", isAway(err))
		return away
	}
	return taken
}

// reportPrefill fills the report form with words that are there already, and with the kind they begin with: /report NM wrong vial.
func reportPrefill(text string) map[string]string {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	if said, ok := words.Keyword(text); ok && said.Word.IsReport() && said.Rest != "" {
		kind, _ := domain.KindOf(string(said.Word))
		return map[string]string{"kind": string(kind), "what": said.Rest}
	}
	return map[string]string{"what": text}
}
