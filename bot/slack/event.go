package slack

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"

	"goodcatch/bot"
	"goodcatch/domain"
)

// An outerEvent wraps what happened. Decoded by hand: the library refuses a whole event for one block it does not know.
type outerEvent struct {
	Type      string          `json:"type"`
	Challenge string          `json:"challenge"`
	Team      string          `json:"team_id"`
	App       string          `json:"api_app_id"`
	ID        string          `json:"event_id"`
	Event     json.RawMessage `json:"event"`
}

// An innerEvent is a message, or the opening of the Home tab.
type innerEvent struct {
	Type        string            `json:"type"`
	Subtype     string            `json:"subtype"`
	ChannelType string            `json:"channel_type"`
	User        json.RawMessage   `json:"user"` // an id, or in user_change an object
	BotID       string            `json:"bot_id"`
	Team        string            `json:"user_team"`
	Text        string            `json:"text"`
	Tab         string            `json:"tab"`
	Files       []json.RawMessage `json:"files"`
}

// events are those we subscribe to; the manifest lists the same.
var events = map[string]func(*App, context.Context, outerEvent, innerEvent) answer{
	"message":         (*App).message, // message.im
	"app_home_opened": (*App).homeOpened,
	"user_change":     (*App).userChanged,
}

// event takes one event. One we do not know is taken and does nothing: refused, Slack would send it again.
func (a *App) event(ctx context.Context, raw []byte) answer {
	var outer outerEvent
	if json.Unmarshal(raw, &outer) != nil {
		return foreign
	}
	if outer.Type == "url_verification" {
		return answer{status: taken.status, body: map[string]string{"challenge": outer.Challenge}}
	}
	if bad := a.ours(ctx, outer.App, outer.Team, ""); bad != taken {
		return bad
	}
	var inner innerEvent
	if outer.Type != "event_callback" || outer.ID == "" || json.Unmarshal(outer.Event, &inner) != nil {
		return taken
	}
	if do := events[inner.Type]; do != nil {
		return do(a, ctx, outer, inner)
	}
	return taken
}

// message takes what a person writes to us directly. Our own words, edits and notes of Slack are none.
func (a *App) message(ctx context.Context, outer outerEvent, m innerEvent) answer {
	var user string
	isFile := m.Subtype == "file_share"
	if m.ChannelType != "im" || m.BotID != "" || m.Subtype != "" && !isFile || json.Unmarshal(m.User, &user) != nil || user == "" {
		return taken
	}
	if bad := a.ours(ctx, outer.App, outer.Team, m.Team); bad != taken {
		return bad
	}
	a.meet(ctx, user)
	if len(m.Files) > 0 {
		return a.dropped(ctx, outer, m, user)
	}
	_, out := a.receive(ctx, bot.Inbound{ID: outer.ID, Channel: domain.Slack, From: user, Text: typed(m.Text)})
	return out
}

// homeOpened draws the Home tab while it is looked at.
func (a *App) homeOpened(ctx context.Context, _ outerEvent, e innerEvent) answer {
	var user string
	if json.Unmarshal(e.User, &user) != nil || user == "" || e.Tab != "" && e.Tab != "home" {
		return taken
	}
	a.meet(ctx, user)
	a.publish(ctx, user)
	return taken
}

// userChanged hears of users who left the workspace: nothing more is sent there.
func (a *App) userChanged(ctx context.Context, _ outerEvent, e innerEvent) answer {
	var user struct {
		ID      string `json:"id"`
		Deleted bool   `json:"deleted"`
	}
	if json.Unmarshal(e.User, &user) != nil || user.ID == "" || !user.Deleted {
		return taken
	}
	if err := a.Bot.Gone(ctx, domain.Slack, user.ID); err != nil {
		a.Log.Error("user not closed", "away", isAway(err))
		return away
	}
	a.Channel.forget(user.ID)
	return taken
}

var (
	angled   = regexp.MustCompile(`<([^<>|]*)(?:\|([^<>]*))?>`)
	unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
)

// typed gives back what a person typed: Slack wraps links, mentions and telephone numbers, and escapes three characters.
func typed(text string) string {
	text = angled.ReplaceAllStringFunc(text, func(s string) string {
		parts := angled.FindStringSubmatch(s)
		target, label := parts[1], parts[2]
		switch {
		case label != "" && strings.HasPrefix(target, "#"):
			return "#" + label
		case label != "":
			return label
		default:
			return target
		}
	})
	return unescape.Replace(text)
}
