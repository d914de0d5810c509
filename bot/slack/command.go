package slack

import (
	"context"
	"encoding/json"

	slackgo "github.com/slack-go/slack"

	"goodcatch/domain"
)

// A slash is a command as it came.
type slash struct {
	Command string `json:"command"`
	Text    string `json:"text"`
	User    string `json:"user_id"`
	Team    string `json:"team_id"`
	App     string `json:"api_app_id"`
	Trigger string `json:"trigger_id"`
}

// commands are what the manifest lists.
var commands = map[string]func(*App, context.Context, slash) answer{
	"/report":  (*App).report,
	"/quality": (*App).quality,
}

func (a *App) command(ctx context.Context, raw []byte) answer {
	var s slash
	if json.Unmarshal(raw, &s) != nil || s.User == "" {
		return foreign
	}
	if bad := a.ours(ctx, s.App, s.Team, ""); bad != taken {
		return bad
	}
	if do := commands[s.Command]; do != nil {
		return do(a, ctx, s)
	}
	return taken
}

// report opens the report form, with the words that came with the command.
func (a *App) report(ctx context.Context, s slash) answer {
	return a.open(ctx, opening{user: s.User, trigger: s.Trigger, flow: "report", prefill: reportPrefill(typed(s.Text))})
}

// quality says what waits for the user, what is late, and how to report; only they see it. With words behind it, it does what they say:
// see qualityWords.
func (a *App) quality(ctx context.Context, s slash) answer {
	a.meet(ctx, s.User)
	if text := typed(s.Text); text != "" {
		return a.qualityWords(ctx, s, text)
	}
	board, err := a.Bot.Board(ctx, domain.Slack, s.User)
	if err != nil {
		a.Log.Error("board not read", "away", isAway(err))
		return away
	}
	help := a.Bot.Catalog.Compose(board.Voice, domain.Slack, "say.help", nil, nil).Text
	if board.Person != nil && board.Person.Leads() {
		help += "\n" + a.Bot.Catalog.Say(board.Voice, "slack.help_roles", nil)
	}
	blocks := append([]slackgo.Block{marked(help)}, a.sections(board, fewRows)...)
	if len(blocks) > maxMessageBlocks {
		blocks = blocks[:maxMessageBlocks]
	}
	if err := CheckMessage(help, blocks); err != nil {
		a.Log.Error("answer breaks a limit of Slack", "limit", err.Error())
		blocks = blocks[:1]
	}
	return answer{status: taken.status, body: map[string]any{"response_type": slackgo.ResponseTypeEphemeral, "text": help, "blocks": blocks}}
}
