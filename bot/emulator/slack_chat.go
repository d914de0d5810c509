package emulator

import (
	"encoding/json"
	"slices"
	"strings"
)

// compose checks the content of a message against Slack's limits and makes it. The caller holds the lock.
func (e *Emulator) compose(call string, text string, blocks, attachments json.RawMessage) (*message, object) {
	check := checkMessage(text, blocks, attachments)
	for _, problem := range check.problems {
		e.violate("slack", call, "%s", problem)
	}
	if check.code != "" {
		return nil, slackError(check.code, check.problems...)
	}
	return &message{
		Message: Message{User: e.opt.BotUserID, Text: text, Blocks: withIDs(blocks), At: e.opt.Now()},
		bot:     true, values: map[string]map[string]object{},
	}, nil
}

// composeCall makes a message of a chat call, metadata included.
func (e *Emulator) composeCall(c *slackCall) (*message, object) {
	m, bad := e.compose(c.method, c.str("text"), c.raw("blocks"), c.raw("attachments"))
	if bad != nil {
		return nil, bad
	}
	m.ThreadTS = c.str("thread_ts")
	if raw := c.raw("metadata"); len(raw) > 0 {
		var metadata struct {
			Type    string `json:"event_type"`
			Payload object `json:"event_payload"`
		}
		if err := json.Unmarshal(raw, &metadata); err != nil || metadata.Type == "" {
			return nil, slackError("metadata_must_be_sent_from_app", "metadata needs event_type and event_payload")
		}
		m.Metadata = raw
	}
	return m, nil
}

func (e *Emulator) chatPost(c *slackCall) object {
	ch, bad := e.openChannel(c)
	if bad != nil {
		return bad
	}
	m, bad := e.composeCall(c)
	if bad != nil {
		return bad
	}
	m.TS = e.ts()
	ch.keep(m)
	e.show(c, ch, Posted, m)
	return slackOK(object{"channel": ch.ID, "ts": m.TS, "message": e.messageObject(m, true)})
}

func (e *Emulator) chatEphemeral(c *slackCall) object {
	ch, bad := e.openChannel(c)
	if bad != nil {
		return bad
	}
	user := e.slack.users[c.str("user")]
	if user == nil || !slices.Contains(ch.Members, user.info.ID) {
		return slackError("user_not_in_channel")
	}
	m, bad := e.composeCall(c)
	if bad != nil {
		return bad
	}
	m.TS, m.Ephemeral = e.ts(), user.info.ID
	ch.keep(m)
	e.show(c, ch, Ephemeral, m)
	return slackOK(object{"message_ts": m.TS})
}

// findMessage resolves channel and ts of a message of ours that still stands.
func (e *Emulator) findMessage(c *slackCall, field string) (*channel, *message, object) {
	ch, bad := e.openChannel(c)
	if bad != nil {
		return nil, nil, bad
	}
	m := ch.byTS[c.str(field)]
	if m == nil || m.Deleted || m.Ephemeral != "" {
		return nil, nil, slackError("message_not_found")
	}
	return ch, m, nil
}

func (e *Emulator) chatUpdate(c *slackCall) object {
	ch, m, bad := e.findMessage(c, "ts")
	if bad != nil {
		return bad
	}
	if !m.bot {
		return slackError("cant_update_message")
	}
	text, blocks := c.str("text"), c.raw("blocks")
	if c.params["blocks"] == nil && text == "" {
		return slackError("no_text")
	}
	next, bad := e.compose(c.method, text, blocks, c.raw("attachments"))
	if bad != nil {
		return bad
	}
	m.Text, m.Blocks, m.Edited = next.Text, next.Blocks, true
	if raw := c.raw("metadata"); len(raw) > 0 {
		m.Metadata = raw
	}
	e.show(c, ch, Updated, m)
	return slackOK(object{"channel": ch.ID, "ts": m.TS, "text": m.Text, "message": e.messageObject(m, true)})
}

func (e *Emulator) chatDelete(c *slackCall) object {
	ch, m, bad := e.findMessage(c, "ts")
	if bad != nil {
		return bad
	}
	if !m.bot {
		return slackError("cant_delete_message")
	}
	m.Deleted = true
	e.show(c, ch, Deleted, m)
	return slackOK(object{"channel": ch.ID, "ts": m.TS})
}

func (e *Emulator) chatPermalink(c *slackCall) object {
	ch, m, bad := e.findMessage(c, "message_ts")
	if bad != nil {
		return bad
	}
	link := "https://" + e.domain() + ".slack.com/archives/" + ch.ID + "/p" + strings.ReplaceAll(m.TS, ".", "")
	return slackOK(object{"channel": ch.ID, "permalink": link})
}

func (e *Emulator) reactionAdd(c *slackCall) object {
	ch, m, bad := e.findMessage(c, "timestamp")
	if bad != nil {
		return bad
	}
	name := c.str("name")
	if slices.Contains(m.Reactions[name], e.opt.BotUserID) {
		return slackError("already_reacted")
	}
	reactions := map[string][]string{name: {e.opt.BotUserID}} // a new map: copies of the message are about
	for other, users := range m.Reactions {
		reactions[other] = append(reactions[other], users...)
	}
	m.Reactions = reactions
	e.changed(ChangeMessage, ch.ID)
	return slackOK(nil)
}
