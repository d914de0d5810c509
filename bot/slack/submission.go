package slack

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	slackgo "github.com/slack-go/slack"

	"goodcatch/bot"
	"goodcatch/conversations"
	"goodcatch/domain"
)

// A submitted view with what was filled in.
type submitted struct {
	Callback string `json:"callback_id"`
	Meta     string `json:"private_metadata"`
	Blocks   []struct {
		Type string `json:"type"`
		ID   string `json:"block_id"`
	} `json:"blocks"`
	State struct {
		Values map[string]map[string]value `json:"values"`
	} `json:"state"`
}

// A value is one input's, of whatever type.
type value struct {
	Typed  string   `json:"value"`
	One    *option  `json:"selected_option"`
	Chosen []option `json:"selected_options"`
}

type option struct {
	Value string `json:"value"`
}

// stored is the value in the form that flows keep: several are joined by commas, nothing is "".
func (v value) stored() string {
	if v.One != nil {
		return v.One.Value
	}
	if len(v.Chosen) == 0 {
		return v.Typed
	}
	chosen := make([]string, len(v.Chosen))
	for i, o := range v.Chosen {
		chosen[i] = o.Value
	}
	return strings.Join(chosen, ",")
}

// submission takes a filled-in form: it is in the record when we answer, or the form stays open with its words and says why.
func (a *App) submission(ctx context.Context, i interaction) answer {
	var m meta
	if i.View == nil || i.View.Callback != "form" || json.Unmarshal([]byte(i.View.Meta), &m) != nil || m.Draft == "" {
		return taken
	}
	a.meet(ctx, i.User.ID)
	submit := &bot.Submit{Flow: m.Flow, Start: m.Start}
	for _, b := range i.View.Blocks {
		if stored := i.View.State.Values[b.ID][answerAction].stored(); stored != "" {
			submit.Answers = append(submit.Answers, conversations.Answer{Question: b.ID, Value: stored})
		}
	}
	voice := conversations.Voice{Language: m.Language}
	if view, follows := a.following(ctx, i, *submit); view != nil {
		return answer{status: taken.status, body: map[string]any{"response_action": "update", "view": view}}
	} else if follows {
		return i.View.problem("", a.Bot.Catalog.Say(voice, "problem.away", nil))
	}
	out, told := a.receive(ctx, bot.Inbound{ID: "draft/" + m.Draft, Channel: domain.Slack, From: i.User.ID, Submit: submit})
	switch {
	case told != taken:
		a.count("away")
		return i.View.problem("", a.Bot.Catalog.Say(voice, "problem.away", nil))
	case out.Problem != nil:
		var invalid *domain.InvalidError
		field := ""
		if errors.As(out.Problem, &invalid) {
			field = invalid.Field
		}
		return i.View.problem(field, out.Words)
	}
	a.refreshUser(i.User.ID)
	if out.Record != nil && out.Record.Hidden {
		return answer{status: taken.status, body: map[string]any{"response_action": "update", "view": a.saved(voice, out.Record)}}
	}
	return taken
}

// following is the form that follows the one filled in, in its place. Nothing is taken in before the last of them. It is nil where none
// follows, and where the one that does cannot be made just now.
func (a *App) following(ctx context.Context, i interaction, s bot.Submit) (view *slackgo.ModalViewRequest, follows bool) {
	f, ok := conversations.FlowNamed(s.Flow)
	if !ok || f.Next == nil {
		return nil, false
	}
	flow, start := f.Next(s.Answers)
	if flow == "" {
		return nil, false
	}
	view, _ = a.view(ctx, opening{user: i.User.ID, trigger: i.Trigger, flow: flow, start: start})
	return view, true
}

// problem keeps the form open with a problem at the input of that name, or at the first.
func (v *submitted) problem(field, words string) answer {
	at := ""
	for _, b := range v.Blocks {
		if b.Type == string(slackgo.MBTInput) && (at == "" || b.ID == field) {
			at = b.ID
		}
	}
	return answer{status: taken.status, body: map[string]any{"response_action": "errors", "errors": map[string]string{at: words}}}
}

// saved is the receipt of a hidden report: the form itself, so that nothing stays in Slack.
func (a *App) saved(voice conversations.Voice, r *domain.Record) slackgo.ModalViewRequest {
	say := a.Bot.Catalog.Say
	args := domain.Args{"code": domain.Text(r.Name()), "bare": domain.Text(string(r.Code)), "ref": domain.Text(string(r.Ref)), "unit": domain.Text(string(r.Unit))}
	blocks := []slackgo.Block{marked(say(voice, "slack.hidden_saved", escaped(args))), note(say(voice, "slack.hidden_note", escaped(args)))}
	if r.Report != nil && len(r.Report.Masked) > 0 {
		blocks = append(blocks, note(say(voice, "slack.masked", domain.Args{"count": domain.Number(len(r.Report.Masked))})))
	}
	return slackgo.ModalViewRequest{
		Type: slackgo.VTModal, CallbackID: "saved", Title: plainText(Clip(say(voice, "slack.saved", nil), maxTitle)),
		Close: plainText(Clip(say(voice, "slack.close", nil), maxTitle)), Blocks: slackgo.Blocks{BlockSet: blocks},
	}
}
