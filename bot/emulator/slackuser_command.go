package emulator

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Slash runs a slash command ("/report") in the conversation with the app.
func (u *SlackUser) Slash(command, text string) error {
	e := u.e
	e.mu.Lock()
	ch := e.dm(u)
	payload := object{
		"token": "emulator", "team_id": u.team(), "team_domain": e.domain(), "channel_id": ch.ID, "channel_name": "directmessage", "user_id": u.info.ID,
		"user_name": strings.ToLower(u.info.Name), "command": command, "text": text, "api_app_id": e.opt.AppID, "is_enterprise_install": "false",
		"response_url": e.newResponseURL(u.info.ID, ch.ID, ""), "trigger_id": e.newTrigger(u.info.ID),
	}
	e.mu.Unlock()
	answer, err := e.deliver(interaction{kind: "slash_commands", path: "/slack/commands", payload: payload})
	if err != nil {
		return err
	}
	return u.readCommandAnswer(ch, answer)
}

// readCommandAnswer shows what a command answered at once: JSON, or plain text for the user alone.
func (u *SlackUser) readCommandAnswer(ch *channel, answer Answer) error {
	var content reply
	body := strings.TrimSpace(string(answer.Body))
	switch {
	case body == "" || body == "null":
		return nil
	case strings.Contains(answer.Header.Get("Content-Type"), "json"):
		if err := json.Unmarshal(answer.Body, &content); err != nil {
			return fmt.Errorf("read answer of command: %w", err)
		}
	default:
		content.Text = body
	}
	if content.Text == "" && len(content.Blocks) == 0 {
		return nil
	}
	u.e.mu.Lock()
	defer u.e.mu.Unlock()
	c := &slackCall{method: "command answer"}
	if bad := u.e.postReply(c, ch, nil, u.info.ID, content); bad != nil {
		return fmt.Errorf("answer of command: %v", bad["error"])
	}
	for _, land := range c.after {
		land()
	}
	return nil
}

// common is what every interaction carries. The caller holds the lock.
func (u *SlackUser) common(kind string) object {
	e := u.e
	handle := strings.ToLower(strings.ReplaceAll(u.info.Name, " ", "."))
	return object{
		"type": kind, "token": "emulator", "api_app_id": e.opt.AppID, "team": object{"id": e.opt.TeamID, "domain": e.domain()}, "enterprise": nil,
		"is_enterprise_install": false, "user": object{"id": u.info.ID, "username": handle, "name": handle, "team_id": u.team()},
	}
}

// Shortcut runs a global shortcut.
func (u *SlackUser) Shortcut(callbackID string) error {
	u.e.mu.Lock()
	payload := u.common("shortcut")
	payload["callback_id"], payload["trigger_id"], payload["action_ts"] = callbackID, u.e.newTrigger(u.info.ID), u.e.ts()
	u.e.mu.Unlock()
	_, err := u.e.deliver(interaction{kind: "interactive", path: "/slack/interactions", payload: payload})
	return err
}

// MessageShortcut runs a shortcut on a message.
func (u *SlackUser) MessageShortcut(callbackID string, on Message) error {
	p, err := u.resolve(on)
	if err != nil {
		return err
	}
	u.e.mu.Lock()
	payload := u.common("message_action")
	payload["callback_id"], payload["trigger_id"], payload["action_ts"] = callbackID, u.e.newTrigger(u.info.ID), u.e.ts()
	payload["message_ts"], payload["message"] = on.TS, u.e.messageObject(p.msg, true)
	payload["channel"] = object{"id": p.ch.ID, "name": channelName(p.ch)}
	payload["response_url"] = u.e.newResponseURL(u.info.ID, p.ch.ID, on.TS)
	u.e.mu.Unlock()
	_, err = u.e.deliver(interaction{kind: "interactive", path: "/slack/interactions", payload: payload})
	return err
}

func channelName(ch *channel) string {
	if ch.DM != "" {
		return "directmessage"
	}
	return ch.Name
}
