package emulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

// A Surface is where controls stand: a Message or a View.
type Surface interface {
	surface() (channel, ts, view string)
}

func (m Message) surface() (string, string, string) { return m.Channel, m.TS, "" }
func (v View) surface() (string, string, string)    { return "", "", v.ID }

// place is a surface as it stands now.
type place struct {
	ch  *channel
	msg *message
	v   *view
}

func (p place) blocks() json.RawMessage {
	if p.v != nil {
		return p.v.Blocks
	}
	return p.msg.Blocks
}

// resolve finds the present state of what a person looks at.
func (u *SlackUser) resolve(on Surface) (place, error) {
	u.e.mu.Lock()
	defer u.e.mu.Unlock()
	channelID, ts, viewID := on.surface()
	if viewID != "" {
		if v := u.e.slack.views[viewID]; v != nil && v.User == u.info.ID {
			return place{v: v}, nil
		}
		return place{}, fmt.Errorf("%s does not see view %s", u.info.ID, viewID)
	}
	ch := u.e.slack.channels[channelID]
	if ch == nil || ch.byTS[ts] == nil {
		return place{}, fmt.Errorf("no message %s in %s", ts, channelID)
	}
	m := ch.byTS[ts]
	if m.Deleted || m.Ephemeral != "" && m.Ephemeral != u.info.ID {
		return place{}, fmt.Errorf("%s does not see message %s", u.info.ID, ts)
	}
	return place{ch: ch, msg: m}, nil
}

// Press presses the button with these words on a message or view as it stands now, and waits until the product has taken it.
func (u *SlackUser) Press(on Surface, label string) error { return u.PressBeside(on, "", label) }

// PressBeside presses the first button with these words in or after the block that shows another text, for lists with a button in each row.
func (u *SlackUser) PressBeside(on Surface, beside, label string) error {
	p, err := u.resolve(on)
	if err != nil {
		return err
	}
	u.e.mu.Lock()
	var found *control
	reached := beside == ""
	for _, block := range flatten(decodeBlocks(p.blocks())) {
		raw, _ := json.Marshal([]object{block})
		reached = reached || strings.Contains(visibleText(raw), beside)
		for _, c := range controls(raw) {
			if reached && found == nil && c.kind() == "button" && c.label == label {
				found = &c
			}
		}
	}
	seen := buttonTexts(p.blocks())
	u.e.mu.Unlock()
	if found == nil {
		return fmt.Errorf("no button %q beside %q, only %q", label, beside, seen)
	}
	return u.act(p, *found, nil)
}

// PressAt presses the button with these ids, for pages that draw the blocks themselves.
func (u *SlackUser) PressAt(on Surface, blockID, actionID string) error {
	p, c, err := u.at(on, blockID, actionID)
	if err != nil {
		return err
	}
	return u.act(p, c, nil)
}

func (u *SlackUser) at(on Surface, blockID, actionID string) (place, control, error) {
	p, err := u.resolve(on)
	if err != nil {
		return p, control{}, err
	}
	u.e.mu.Lock()
	defer u.e.mu.Unlock()
	for _, c := range controls(p.blocks()) {
		if c.blockID() == blockID && c.actionID() == actionID {
			return p, c, nil
		}
	}
	return p, control{}, fmt.Errorf("no control %s/%s", blockID, actionID)
}

// Choose picks in a menu, radio group or the like, known by its label or placeholder, on a message or view.
func (u *SlackUser) Choose(on Surface, label string, values ...string) error {
	p, err := u.resolve(on)
	if err != nil {
		return err
	}
	u.e.mu.Lock()
	c, err := findControl(p.blocks(), label)
	u.e.mu.Unlock()
	if err != nil {
		return err
	}
	return u.fill(p, c, values)
}

// FillAt answers the control with these ids, with visible words or typed text.
func (u *SlackUser) FillAt(on Surface, blockID, actionID string, values ...string) error {
	p, c, err := u.at(on, blockID, actionID)
	if err != nil {
		return err
	}
	return u.fill(p, c, values)
}

// findControl finds what is not a button by its words: the same, else the only one that contains them.
func findControl(blocks json.RawMessage, label string) (control, error) {
	var near []control
	var seen []string
	for _, c := range controls(blocks) {
		if c.kind() == "button" {
			continue
		}
		if c.label == label {
			return c, nil
		}
		if strings.Contains(strings.ToLower(c.label), strings.ToLower(label)) {
			near = append(near, c)
		}
		seen = append(seen, c.label)
	}
	if len(near) == 1 {
		return near[0], nil
	}
	return control{}, fmt.Errorf("no input %q (%d like it) among %q", label, len(near), seen)
}

// fill keeps an answer, and tells the product where Slack would.
func (u *SlackUser) fill(p place, c control, values []string) error {
	value, err := u.answerFor(c, values)
	if err != nil {
		return err
	}
	u.keep(p, c, value)
	if c.input() && c.block["dispatch_action"] != true {
		return nil
	}
	return u.act(p, c, value)
}

func (u *SlackUser) keep(p place, c control, value object) {
	u.e.mu.Lock()
	defer u.e.mu.Unlock()
	if p.v != nil {
		p.v.set(c, value)
		delete(p.v.Errors, c.label)
		u.e.changed(ChangeView, u.info.ID)
		return
	}
	if p.msg.values[c.blockID()] == nil {
		p.msg.values[c.blockID()] = map[string]object{}
	}
	p.msg.values[c.blockID()][c.actionID()] = value
}

// act sends block_actions for a control.
func (u *SlackUser) act(p place, c control, value object) error {
	e := u.e
	e.mu.Lock()
	action := object{"type": c.kind(), "action_id": c.actionID(), "block_id": c.blockID(), "action_ts": e.ts()}
	for _, field := range []string{"text", "value", "style", "url", "placeholder"} {
		if v, ok := c.element[field]; ok {
			action[field] = v
		}
	}
	for field, v := range value {
		action[field] = v
	}
	payload := u.common("block_actions")
	payload["actions"], payload["trigger_id"] = []object{action}, e.newTrigger(u.info.ID)
	if p.v != nil {
		payload["container"], payload["view"] = object{"type": "view", "view_id": p.v.ID}, e.viewObject(p.v)
		payload["state"] = object{"values": p.v.values()}
	} else {
		u.describe(payload, p)
	}
	e.mu.Unlock()
	_, err := e.deliver(interaction{kind: "interactive", path: "/slack/interactions", payload: payload})
	return err
}

// describe adds the message an action came from. Slack leaves the message itself out when it is ephemeral.
func (u *SlackUser) describe(payload object, p place) {
	payload["container"] = object{"type": "message", "message_ts": p.msg.TS, "channel_id": p.ch.ID, "is_ephemeral": p.msg.Ephemeral != ""}
	payload["channel"] = object{"id": p.ch.ID, "name": channelName(p.ch)}
	payload["state"] = object{"values": p.msg.chosen()}
	payload["response_url"] = u.e.newResponseURL(u.info.ID, p.ch.ID, p.msg.TS)
	if p.msg.Ephemeral == "" {
		payload["message"] = u.e.messageObject(p.msg, true)
	}
}

// chosen copies what was filled in on a message.
func (m *message) chosen() map[string]map[string]object {
	out := map[string]map[string]object{}
	for block, values := range m.values {
		out[block] = maps.Clone(values)
	}
	return out
}
