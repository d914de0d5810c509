package emulator

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Message is a Slack message as one sees it now.
type Message struct {
	Channel   string              `json:"channel"`
	TS        string              `json:"ts"`
	ThreadTS  string              `json:"thread_ts,omitempty"`
	User      string              `json:"user"` // who wrote it
	Text      string              `json:"text"`
	Blocks    json.RawMessage     `json:"blocks,omitempty"`
	Metadata  json.RawMessage     `json:"metadata,omitempty"`
	Ephemeral string              `json:"ephemeral,omitempty"` // the only user who sees it
	Edited    bool                `json:"edited,omitempty"`
	Deleted   bool                `json:"deleted,omitempty"`
	Files     []string            `json:"files,omitempty"`
	Reactions map[string][]string `json:"reactions,omitempty"`
	At        time.Time           `json:"at"`
	EventID   string              `json:"event_id,omitempty"` // of the event that told the product of a person's message
}

// Visible is what a reader sees: block texts and labels line by line, buttons in square brackets, else the plain text.
func (m Message) Visible() string {
	if len(m.Blocks) == 0 || string(m.Blocks) == "null" || string(m.Blocks) == "[]" {
		return m.Text
	}
	return visibleText(m.Blocks)
}

// Buttons lists the words on the buttons.
func (m Message) Buttons() []string { return buttonTexts(m.Blocks) }

// Kinds of item.
const (
	Posted    = "posted"
	Updated   = "updated"
	Deleted   = "deleted"
	Ephemeral = "ephemeral"
	HomeShown = "home"
)

// Item is something new on a Slack user's screen.
type Item struct {
	Kind    string // Posted, Updated, Deleted, Ephemeral or HomeShown
	Message Message
	View    View // the Home tab, for HomeShown
}

type message struct {
	Message
	bot    bool
	values map[string]map[string]object // what people chose in its inputs
}

// channel is a conversation of any kind.
type channel struct {
	Channel
	messages []*message
	byTS     map[string]*message
}

// Channel describes a conversation.
type Channel struct {
	ID       string   `json:"id"`
	Name     string   `json:"name,omitempty"`
	DM       string   `json:"dm,omitempty"` // the user, for a direct message with the app
	Group    bool     `json:"group,omitempty"`
	Private  bool     `json:"private,omitempty"`
	Archived bool     `json:"archived,omitempty"`
	Members  []string `json:"members"` // people and, when invited, the app's own user
}

// AddChannel makes a channel, or replaces the description of one. The app is invited unless Members are given without it.
func (e *Emulator) AddChannel(c Channel) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if c.Members == nil {
		c.Members = append([]string{e.opt.BotUserID}, e.slack.userOrder...)
	}
	e.addChannel(c)
}

func (e *Emulator) addChannel(c Channel) *channel {
	old := e.slack.channels[c.ID]
	if old == nil {
		old = &channel{byTS: map[string]*message{}}
		e.slack.channels[c.ID] = old
		e.slack.chanOrder = append(e.slack.chanOrder, c.ID)
	}
	old.Channel = c
	e.changed(ChangeSetting, c.ID)
	return old
}

// findChannel resolves an id, a user id (the DM with the app) or #name. The caller holds the lock.
func (e *Emulator) findChannel(id string) *channel {
	if u := e.slack.users[id]; u != nil {
		return e.dm(u)
	}
	if name, ok := strings.CutPrefix(id, "#"); ok {
		for _, c := range e.slack.channels {
			if c.Name == name {
				return c
			}
		}
	}
	return e.slack.channels[id]
}

// dm is the direct conversation of a user with the app.
func (e *Emulator) dm(u *SlackUser) *channel {
	id := "D" + u.info.ID[1:]
	if c := e.slack.channels[id]; c != nil {
		return c
	}
	return e.addChannel(Channel{ID: id, DM: u.info.ID, Members: []string{u.info.ID, e.opt.BotUserID}})
}

// openChannel resolves the channel parameter and says why the app may not write there.
func (e *Emulator) openChannel(c *slackCall) (*channel, object) {
	ch := e.findChannel(c.str("channel"))
	switch {
	case ch == nil:
		return nil, slackError("channel_not_found")
	case ch.Archived:
		return nil, slackError("is_archived")
	case !slices.Contains(ch.Members, e.opt.BotUserID):
		return nil, slackError("not_in_channel")
	case ch.DM != "" && e.slack.users[ch.DM].info.Deleted:
		return nil, slackError("user_disabled")
	}
	return ch, nil
}

// keep files a message in its channel. The caller holds the lock.
func (ch *channel) keep(m *message) {
	m.Channel = ch.ID
	ch.messages = append(ch.messages, m)
	ch.byTS[m.TS] = m
}

// show puts a message on the screens of those who see it, once the answer is out.
func (e *Emulator) show(c *slackCall, ch *channel, kind string, m *message) {
	viewers := ch.Members
	if m.Ephemeral != "" {
		viewers = []string{m.Ephemeral}
	}
	for _, id := range viewers {
		if u := e.slack.users[id]; u != nil {
			land := u.screen.add(Item{Kind: kind, Message: m.Message})
			if c == nil {
				land()
			} else {
				c.after = append(c.after, land)
			}
		}
	}
	if m.Ephemeral != "" {
		e.changed(ChangeEphemeral, m.Ephemeral)
	}
	e.changed(ChangeMessage, ch.ID)
}

// messageObject is a message on the wire.
func (e *Emulator) messageObject(m *message, metadata bool) object {
	out := object{"type": "message", "ts": m.TS, "text": m.Text, "user": m.User, "team": e.opt.TeamID}
	if m.bot {
		out["bot_id"], out["app_id"] = e.opt.BotID, e.opt.AppID
	}
	if len(m.Blocks) > 0 {
		out["blocks"] = m.Blocks
	}
	if m.ThreadTS != "" {
		out["thread_ts"] = m.ThreadTS
	}
	if m.Edited {
		out["edited"] = object{"user": m.User, "ts": m.TS}
	}
	if metadata && len(m.Metadata) > 0 {
		out["metadata"] = m.Metadata
	}
	var reactions []object
	for name, users := range m.Reactions {
		reactions = append(reactions, object{"name": name, "users": users, "count": len(users)})
	}
	if reactions != nil {
		out["reactions"] = reactions
	}
	var files []object
	for _, id := range m.Files {
		files = append(files, e.fileObject(e.slack.files[id]))
	}
	if files != nil {
		out["files"] = files
	}
	return out
}
