package emulator

import (
	"encoding/json"
	"slices"
	"time"
)

// View is a modal or Home tab as its user sees it.
type View struct {
	ID              string                       `json:"id"`
	User            string                       `json:"user"`
	Type            string                       `json:"type"` // modal or home
	CallbackID      string                       `json:"callback_id"`
	ExternalID      string                       `json:"external_id,omitempty"`
	Title           string                       `json:"title"`
	SubmitText      string                       `json:"submit,omitempty"`
	CloseText       string                       `json:"close,omitempty"`
	PrivateMetadata string                       `json:"private_metadata,omitempty"`
	Hash            string                       `json:"hash"`
	Blocks          json.RawMessage              `json:"blocks"`
	State           map[string]map[string]object `json:"state"`  // by block and action
	Errors          map[string]string            `json:"errors"` // by the label of the input
}

// Visible is what the user sees, line by line.
func (v View) Visible() string {
	out := visibleText(v.Blocks)
	if v.Title != "" {
		out = v.Title + "\n" + out
	}
	return out
}

// Buttons lists the words on the buttons among the blocks.
func (v View) Buttons() []string { return buttonTexts(v.Blocks) }

type view struct {
	View
	spec       object // as the product sent it
	root, prev string
}

// A trigger lets the product open one modal for a user soon after an interaction.
type trigger struct {
	user string
	made time.Time
	used bool
}

// maxStack is the number of modals that can lie on one another. Source: Slack, views.push.
const maxStack = 3

// newTrigger makes a trigger id. The caller holds the lock.
func (e *Emulator) newTrigger(user string) string {
	id := itoa(int(time.Now().UnixNano())) + "." + randomHex(16)
	e.slack.triggers[id] = &trigger{user: user, made: time.Now()}
	return id
}

// redeem uses up a trigger.
func (e *Emulator) redeem(id string) (*SlackUser, object) {
	t := e.slack.triggers[id]
	switch {
	case t == nil:
		return nil, slackError("invalid_trigger_id")
	case t.used:
		return nil, slackError("exchanged_trigger_id")
	case expired(t.made, e.opt.TriggerLife):
		return nil, slackError("expired_trigger_id")
	}
	t.used = true
	return e.slack.users[t.user], nil
}

// makeView checks a view against the limits and builds it. The caller holds the lock.
func (e *Emulator) makeView(call string, raw json.RawMessage, u *SlackUser) (*view, object) {
	check := checkView(raw)
	for _, problem := range check.problems {
		e.violate("slack", call, "%s", problem)
	}
	if check.code != "" {
		return nil, slackError(check.code, check.problems...)
	}
	var spec object
	_ = json.Unmarshal(raw, &spec) // checkView has read it
	blocks, _ := json.Marshal(spec["blocks"])
	v := &view{View: View{
		ID: slackID("V"), User: u.info.ID, Type: text(spec["type"]), CallbackID: text(spec["callback_id"]), ExternalID: text(spec["external_id"]),
		Title: text(spec["title"]), SubmitText: text(spec["submit"]), CloseText: text(spec["close"]), PrivateMetadata: text(spec["private_metadata"]),
		Hash: newHash(), Blocks: withIDs(blocks), State: map[string]map[string]object{}, Errors: map[string]string{},
	}, spec: spec}
	for _, c := range controls(v.Blocks) {
		if value := initialValue(c); value != nil {
			v.set(c, value)
		}
	}
	return v, nil
}

func newHash() string { return itoa(int(time.Now().Unix())) + "." + randomHex(4) }

func (v *view) set(c control, value object) {
	if v.State[c.blockID()] == nil {
		v.State[c.blockID()] = map[string]object{}
	}
	v.State[c.blockID()][c.actionID()] = value
}

func (e *Emulator) viewOpen(c *slackCall) object {
	u, bad := e.redeem(c.str("trigger_id"))
	if bad != nil {
		return bad
	}
	v, bad := e.makeView(c.method, c.raw("view"), u)
	if bad != nil {
		return bad
	}
	return e.stackView(c, u, v, nil)
}

func (e *Emulator) viewPush(c *slackCall) object {
	u, bad := e.redeem(c.str("trigger_id"))
	if bad != nil {
		return bad
	}
	if len(u.stack) == 0 {
		return slackError("not_found")
	}
	v, bad := e.makeView(c.method, c.raw("view"), u)
	if bad != nil {
		return bad
	}
	return e.stackView(c, u, v, u.stack)
}

// stackView puts a modal on top of a stack.
func (e *Emulator) stackView(c *slackCall, u *SlackUser, v *view, below []*view) object {
	if v.Type != "modal" {
		return slackError("invalid_arguments", "type must be modal")
	}
	if len(below) >= maxStack {
		return slackError("push_limit_reached")
	}
	v.root = v.ID
	if len(below) > 0 {
		v.root, v.prev = below[0].ID, below[len(below)-1].ID
	}
	e.slack.views[v.ID] = v
	u.stack = append(slices.Clone(below), v)
	u.show(c, v)
	return slackOK(object{"view": e.viewObject(v)})
}

func (e *Emulator) viewUpdate(c *slackCall) object {
	old := e.slack.views[c.str("view_id")]
	if id := c.str("external_id"); old == nil && id != "" {
		for _, v := range e.slack.views {
			if v.ExternalID == id {
				old = v
			}
		}
	}
	if old == nil {
		return slackError("not_found")
	}
	if hash := c.str("hash"); hash != "" && hash != old.Hash {
		return slackError("hash_conflict")
	}
	u := e.slack.users[old.User]
	next, bad := e.makeView(c.method, c.raw("view"), u)
	if bad != nil {
		return bad
	}
	old.replace(next)
	u.show(c, old)
	return slackOK(object{"view": e.viewObject(old)})
}

// replace takes over new content; answers stay where block and action ids stay, as at Slack.
func (v *view) replace(next *view) {
	kept := v.State
	id, root, prev := v.ID, v.root, v.prev
	*v = *next
	v.ID, v.root, v.prev = id, root, prev
	for _, c := range controls(v.Blocks) {
		if value := kept[c.blockID()][c.actionID()]; value != nil {
			v.set(c, value)
		}
	}
}

func (e *Emulator) viewPublish(c *slackCall) object {
	u := e.slack.users[c.str("user_id")]
	if u == nil || u.info.Deleted {
		return slackError("user_not_found")
	}
	old := e.slack.homes[u.info.ID]
	if hash := c.str("hash"); hash != "" && (old == nil || hash != old.Hash) {
		return slackError("hash_conflict")
	}
	v, bad := e.makeView(c.method, c.raw("view"), u)
	if bad != nil {
		return bad
	}
	if v.Type != "home" {
		return slackError("invalid_arguments", "type must be home")
	}
	if old != nil {
		v.ID = old.ID
	}
	v.root = v.ID
	e.slack.homes[u.info.ID] = v
	e.slack.views[v.ID] = v
	c.after = append(c.after, u.screen.add(Item{Kind: HomeShown, View: v.copy()}))
	e.changed(ChangeHome, u.info.ID)
	return slackOK(object{"view": e.viewObject(v)})
}

// viewObject is a view on the wire.
func (e *Emulator) viewObject(v *view) object {
	out := object{
		"id": v.ID, "team_id": e.opt.TeamID, "type": v.Type, "blocks": v.Blocks, "private_metadata": v.PrivateMetadata, "callback_id": v.CallbackID,
		"state": object{"values": v.values()}, "hash": v.Hash, "title": v.spec["title"], "close": v.spec["close"], "submit": v.spec["submit"],
		"clear_on_close": v.spec["clear_on_close"] == true, "notify_on_close": v.spec["notify_on_close"] == true, "previous_view_id": nil,
		"root_view_id": v.root, "app_id": e.opt.AppID, "external_id": v.ExternalID, "app_installed_team_id": e.opt.TeamID, "bot_id": e.opt.BotID,
	}
	if v.prev != "" {
		out["previous_view_id"] = v.prev
	}
	return out
}

// values is the state on the wire: inputs nobody touched are there with nothing chosen.
func (v *view) values() map[string]map[string]object {
	out := map[string]map[string]object{}
	for _, c := range controls(v.Blocks) {
		value := v.State[c.blockID()][c.actionID()]
		if value == nil && c.input() {
			value = emptyValue(c.kind())
		}
		if value == nil {
			continue
		}
		if out[c.blockID()] == nil {
			out[c.blockID()] = map[string]object{}
		}
		out[c.blockID()][c.actionID()] = value
	}
	return out
}
