package slack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"goodcatch/bot"
	"goodcatch/conversations"
	"goodcatch/domain"
)

// An interaction is a press, a shortcut, a submission, or what is typed into a menu.
type interaction struct {
	Type     string `json:"type"`
	Trigger  string `json:"trigger_id"`
	Callback string `json:"callback_id"`
	App      string `json:"api_app_id"`
	Team     *struct {
		ID string `json:"id"`
	} `json:"team"`
	User struct {
		ID   string `json:"id"`
		Team string `json:"team_id"`
	} `json:"user"`
	Actions []struct {
		ID    string `json:"action_id"`
		Value string `json:"value"`
	} `json:"actions"`
	Message *struct {
		Text string `json:"text"`
	} `json:"message"`
	View  *submitted `json:"view"`
	Block string     `json:"block_id"` // of a menu that is typed into
	Typed string     `json:"value"`

	raw []byte
}

// shortcuts are what the manifest names: in the global menu, and on a message.
var shortcuts = map[string]string{"report": "shortcut", "report_message": "message_action"}

// interaction takes what a person does in Slack.
func (a *App) interaction(ctx context.Context, raw []byte) answer {
	i := interaction{raw: raw}
	if json.Unmarshal(raw, &i) != nil || i.User.ID == "" {
		return foreign
	}
	team := ""
	if i.Team != nil {
		team = i.Team.ID
	}
	if bad := a.ours(ctx, i.App, team, i.User.Team); bad != taken {
		return bad
	}
	switch i.Type {
	case "view_submission":
		return a.submission(ctx, i)
	case "block_actions":
		return a.pressed(ctx, i)
	case "shortcut", "message_action":
		return a.shortcut(ctx, i)
	case "block_suggestion":
		return a.suggest(ctx, i)
	default:
		return taken
	}
}

// key is what makes an interaction once.
func (i interaction) key() string {
	if i.Trigger != "" {
		return i.Trigger
	}
	sum := sha256.Sum256(i.raw)
	return hex.EncodeToString(sum[:])
}

func (a *App) shortcut(ctx context.Context, i interaction) answer {
	if shortcuts[i.Callback] != i.Type {
		return taken
	}
	text := ""
	if i.Message != nil {
		text = typed(i.Message.Text)
	}
	return a.open(ctx, opening{user: i.User.ID, trigger: i.Trigger, flow: "report", prefill: reportPrefill(text)})
}

// pressed takes a button. Boxes and menus inside a form tell us nothing yet.
func (a *App) pressed(ctx context.Context, i interaction) answer {
	for _, action := range i.Actions {
		if letter, ok := strings.CutPrefix(action.ID, actionNotice); ok {
			id, err := strconv.ParseInt(action.Value, 10, 64)
			if err != nil {
				return taken
			}
			return a.replied(ctx, i, bot.Press{Notice: id, Letter: letter})
		}
		if flow, ok := strings.CutPrefix(action.ID, actionFlow); ok {
			o := opening{user: i.User.ID, trigger: i.Trigger, flow: flow}
			if action.Value != "" {
				id, err := strconv.ParseInt(action.Value, 10, 64)
				if err != nil {
					return taken
				}
				o.start = conversations.StartRecord(domain.RecordID(id))
			}
			return a.open(ctx, o)
		}
		if word, ok := strings.CutPrefix(action.ID, actionWord); ok {
			_, out := a.receive(ctx, bot.Inbound{ID: i.key(), Channel: domain.Slack, From: i.User.ID, Text: word})
			return out
		}
	}
	return taken
}

// replied runs what a button of a message offers: its command at once, its flow in a modal.
func (a *App) replied(ctx context.Context, i interaction, p bot.Press) answer {
	a.meet(ctx, i.User.ID)
	offered, err := a.Bot.Offered(ctx, domain.Slack, i.User.ID, p)
	if err != nil && !errors.Is(err, domain.ErrNotFound) {
		a.Log.Error("press not taken", "outbox", p.Notice, "away", isAway(err))
		return away
	}
	if offered.Flow != "" && offered.Question == "" {
		return a.open(ctx, opening{user: i.User.ID, trigger: i.Trigger, flow: offered.Flow, start: offered.Start})
	}
	_, out := a.receive(ctx, bot.Inbound{ID: i.key(), Channel: domain.Slack, From: i.User.ID, Press: &p})
	return out
}
