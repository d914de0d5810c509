package slack

import (
	"context"
	"errors"
	"strings"

	slackgo "github.com/slack-go/slack"

	"goodcatch/bot"
	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/domain/words"
)

// forms are the words after /quality that open a form.
var forms = map[string]string{"rollcall": "rollcall", "playbook": "playbook", "drills": "drills", "recovery": "recovery", "swap": "swap", "starters": "starters", "alert": "safety_alert", "provider": "provider"}

// qualityWords does what is typed after /quality: "link" shows a token to text from the user's phone, "link NUMBER" texts six digits to it;
// "rollcall" plans a roll-call, "playbook" a run of a playbook, "drills" shows the drill calendar, "recovery" begins a disruption, "swap"
// offers a shift to a colleague, "alert" asks all wards about a device or a drug, "provider" switches a provider off and on, "starters"
// opens the path of the new starters, and with the code of one of these behind it, each stands for that code alone; "status" shows how all
// wards stand, "competence 4B" opens the competence list of a ward, "proof IC-04 4B" proves that a ward knew a document. Anything else is
// taken like a direct message, and answered as one: courses, my, test, sign.
func (a *App) qualityWords(ctx context.Context, s slash, text string) answer {
	word, rest, _ := strings.Cut(text, " ")
	if flow := forms[strings.ToLower(word)]; flow != "" {
		if _, _, ok := words.ParseCode(rest); !ok {
			return a.open(ctx, opening{user: s.User, trigger: s.Trigger, flow: flow})
		}
		text = rest
	}
	if strings.EqualFold(word, "competence") {
		return a.open(ctx, opening{user: s.User, trigger: s.Trigger, flow: "competence", start: conversations.StartUnit(domain.UnitCode(strings.ToUpper(strings.TrimSpace(rest))))})
	}
	if strings.EqualFold(text, "status") {
		return a.wards(ctx, s)
	}
	if strings.EqualFold(word, "proof") {
		return a.proof(ctx, s, rest)
	}
	if !strings.EqualFold(word, "link") {
		_, out := a.receive(ctx, bot.Inbound{ID: s.Trigger, Channel: domain.Slack, From: s.User, Text: text})
		return out
	}
	if number := strings.TrimSpace(rest); number != "" {
		return a.linked(ctx, s.User, "slack.link_challenged", nil, a.Bot.Challenge(ctx, s.User, number))
	}
	token, err := a.Bot.LinkToken(ctx, s.User)
	return a.linked(ctx, s.User, "slack.link_token", domain.Args{"token": domain.Text(token)}, err)
}

// linked answers the user alone; the token is shown once and stands in no message that Slack keeps.
func (a *App) linked(ctx context.Context, user, key string, args domain.Args, err error) answer {
	board, boardErr := a.Bot.Board(ctx, domain.Slack, user)
	if boardErr != nil {
		return away
	}
	var invalid *domain.InvalidError
	switch {
	case errors.Is(err, domain.ErrForbidden) || errors.As(err, &invalid):
		key, args = bot.Problem(board.Org, err)
	case err != nil:
		a.Log.Error("phone not linked", "away", isAway(err))
		return away
	}
	return answer{status: taken.status, body: map[string]any{"response_type": slackgo.ResponseTypeEphemeral, "text": a.Bot.Catalog.Say(board.Voice, key, args)}}
}

// wards shows how all wards stand, to the user alone: what they need is in no message that Slack keeps.
func (a *App) wards(ctx context.Context, s slash) answer {
	board, err := a.Bot.WardBoard(ctx, s.User)
	if errors.Is(err, domain.ErrForbidden) {
		return a.linked(ctx, s.User, "", nil, err)
	}
	if err != nil {
		a.Log.Error("wards not read", "away", isAway(err))
		return away
	}
	m := a.Bot.Catalog.Compose(board.Voice, domain.Slack, "ward.board", board.Args, nil)
	return answer{status: taken.status, body: map[string]any{"response_type": slackgo.ResponseTypeEphemeral, "text": m.Rich}}
}
