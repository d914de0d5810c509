package slack

import (
	"context"
	"encoding/json"

	slackgo "github.com/slack-go/slack"

	"goodcatch/bot"
	"goodcatch/domain"
)

// mostSuggested bounds an answer in bytes: Slack drops one of 20 kB over a socket without a word.
const mostSuggested = 18_000

// suggest answers what somebody types into a menu that holds more than one menu may: units, colleagues.
func (a *App) suggest(ctx context.Context, i interaction) answer {
	var m meta
	found := []*slackgo.OptionBlockObject{}
	if i.View != nil && i.View.Callback == "form" && json.Unmarshal([]byte(i.View.Meta), &m) == nil {
		choices, err := a.Bot.Choices(ctx, domain.Slack, i.User.ID, bot.Submit{Flow: m.Flow, Start: m.Start}, i.Block, i.Typed, mostOptions)
		if err != nil {
			a.Log.Error("choices not found", "flow", m.Flow, "away", isAway(err))
			return away
		}
		size := 0
		for _, c := range choices {
			o := slackgo.NewOptionBlockObject(c.Value, plainText(Clip(c.Label, maxOption)), nil)
			raw, err := json.Marshal(o)
			if size += len(raw) + 1; err != nil || size > mostSuggested {
				break
			}
			found = append(found, o)
		}
	}
	return answer{status: taken.status, body: map[string]any{"options": found}}
}
