package emulator

import (
	"context"
	"fmt"
	"html"
	"slices"
	"strings"
)

// A SlackUser is a member of the workspace with a screen and a keyboard.
type SlackUser struct {
	e      *Emulator
	info   User
	stack  []*view // open modals, the visible one last
	screen feed[Item]
	opened feed[View]
}

// ID is the member's id.
func (u *SlackUser) ID() string { return u.info.ID }

// Info describes the member.
func (u *SlackUser) Info() User {
	u.e.mu.Lock()
	defer u.e.mu.Unlock()
	return u.info
}

// Expect waits for the next item on the screen that was not taken yet. Modals are not items: see ExpectView.
func (u *SlackUser) Expect(ctx context.Context) (Item, error) {
	item, err := u.screen.take(ctx)
	if err != nil {
		return item, fmt.Errorf("wait for something in Slack for %s: %w", u.info.ID, err)
	}
	return item, nil
}

// ExpectMessage waits for the next message posted, edited or shown to this user alone, passing over the Home tab.
func (u *SlackUser) ExpectMessage(ctx context.Context) (Item, error) {
	for {
		item, err := u.Expect(ctx)
		if err != nil || item.Kind != HomeShown {
			return item, err
		}
	}
}

// Unseen lists the items not taken by Expect.
func (u *SlackUser) Unseen() []Item { return u.screen.unseen(false) }

// Forget drops the items and modals not taken so far.
func (u *SlackUser) Forget() {
	u.screen.unseen(true)
	u.opened.unseen(true)
}

// ExpectView waits for the next modal opened, pushed or updated.
func (u *SlackUser) ExpectView(ctx context.Context) (View, error) {
	v, err := u.opened.take(ctx)
	if err != nil {
		return v, fmt.Errorf("wait for a modal for %s: %w", u.info.ID, err)
	}
	return v, nil
}

// show puts a modal on the screen, once the answer is out.
func (u *SlackUser) show(c *slackCall, v *view) {
	land := u.opened.add(v.copy())
	if c == nil {
		land()
	} else {
		c.after = append(c.after, land)
	}
	u.e.changed(ChangeView, u.info.ID)
}

// View is the modal on top, and whether there is one.
func (u *SlackUser) View() (View, bool) {
	u.e.mu.Lock()
	defer u.e.mu.Unlock()
	if len(u.stack) == 0 {
		return View{}, false
	}
	return u.stack[len(u.stack)-1].copy(), true
}

// copy is a snapshot whose maps no longer change.
func (v *view) copy() View {
	out := v.View
	out.State = v.values()
	out.Errors = map[string]string{}
	for label, problem := range v.Errors {
		out.Errors[label] = problem
	}
	return out
}

// Home is the Home tab, and whether the product has published one.
func (u *SlackUser) Home() (View, bool) {
	u.e.mu.Lock()
	defer u.e.mu.Unlock()
	if v := u.e.slack.homes[u.info.ID]; v != nil {
		return v.copy(), true
	}
	return View{}, false
}

// Messages lists what stands in the direct conversation with the app, oldest first.
func (u *SlackUser) Messages() []Message {
	u.e.mu.Lock()
	defer u.e.mu.Unlock()
	return u.e.dm(u).seenBy(u.info.ID)
}

// seenBy lists the messages that still stand and that a user sees.
func (ch *channel) seenBy(user string) []Message {
	var out []Message
	for _, m := range ch.messages {
		if !m.Deleted && (m.Ephemeral == "" || m.Ephemeral == user) {
			out = append(out, m.Message)
		}
	}
	return out
}

// DM writes to the app and waits until the product has taken the event.
func (u *SlackUser) DM(text string) (Message, error) {
	u.e.mu.Lock()
	ch := u.e.dm(u)
	u.e.mu.Unlock()
	return u.write(ch, text, nil)
}

// DMFile sends the app a file with a comment.
func (u *SlackUser) DMFile(text, name, mimeType string, data []byte) (Message, error) {
	u.e.mu.Lock()
	ch := u.e.dm(u)
	f := u.newUpload(name, mimeType, data)
	u.e.mu.Unlock()
	return u.write(ch, text, []string{f.id})
}

func (u *SlackUser) newUpload(name, mimeType string, data []byte) *file {
	f := u.e.newFile(name, mimeType, u.info.ID)
	f.data, f.size, f.uploaded, f.complete = data, len(data), true, true
	return f
}

// Say writes in a channel; the app hears of it when it is a member, as a mention when it is named.
func (u *SlackUser) Say(channelID, text string) (Message, error) {
	u.e.mu.Lock()
	ch := u.e.findChannel(channelID)
	u.e.mu.Unlock()
	if ch == nil {
		return Message{}, fmt.Errorf("no channel %s", channelID)
	}
	return u.write(ch, text, nil)
}

func (u *SlackUser) write(ch *channel, typed string, files []string) (Message, error) {
	e := u.e
	e.mu.Lock()
	m := &message{Message: Message{TS: e.ts(), User: u.info.ID, Text: html.EscapeString(typed), Files: files, At: e.opt.Now()}}
	m.Text = strings.NewReplacer("&#34;", `"`, "&#39;", "'").Replace(m.Text) // Slack escapes & < > only
	if strings.Contains(typed, "<@"+e.opt.BotUserID+">") {
		m.Text = typed
	}
	ch.keep(m)
	inner := object{
		"type": "message", "user": m.User, "text": m.Text, "ts": m.TS, "event_ts": m.TS, "channel": ch.ID, "channel_type": channelType(ch), "team": u.team(),
		"client_msg_id": randomHex(16),
		"blocks": []object{{"type": "rich_text", "block_id": randomHex(3), "elements": []object{
			{"type": "rich_text_section", "elements": []object{{"type": "text", "text": typed}}}}}},
	}
	if files != nil {
		inner["subtype"], inner["files"], inner["upload"] = "file_share", []object{e.fileObject(e.slack.files[files[0]])}, false
	}
	if ch.DM == "" && m.Text == typed && strings.Contains(typed, "<@"+e.opt.BotUserID+">") {
		inner["type"] = "app_mention"
		delete(inner, "channel_type")
	}
	event := e.newEvent(inner)
	m.EventID = event.id
	out := m.Message
	heard := slices.Contains(ch.Members, e.opt.BotUserID)
	e.changed(ChangeMessage, ch.ID)
	e.mu.Unlock()
	if !heard {
		return out, nil
	}
	return out, e.deliverEvent(event)
}

func (u *SlackUser) team() string {
	if u.info.Team != "" {
		return u.info.Team
	}
	return u.e.opt.TeamID
}

func channelType(ch *channel) string {
	return map[string]string{"im": "im", "mpim": "mpim", "private_channel": "group", "public_channel": "channel"}[ch.kind()]
}

// OpenHome opens the app's Home tab and waits until the product has taken the event.
func (u *SlackUser) OpenHome() error {
	e := u.e
	e.mu.Lock()
	inner := object{"type": "app_home_opened", "user": u.info.ID, "channel": e.dm(u).ID, "tab": "home", "event_ts": e.ts()}
	if v := e.slack.homes[u.info.ID]; v != nil {
		inner["view"] = e.viewObject(v)
	}
	event := e.newEvent(inner)
	e.mu.Unlock()
	return e.deliverEvent(event)
}

// Deactivate ends the membership and tells the app.
func (u *SlackUser) Deactivate() error {
	e := u.e
	e.mu.Lock()
	u.info.Deleted = true
	event := e.newEvent(object{"type": "user_change", "user": e.userObject(u, true), "event_ts": e.ts()})
	e.changed(ChangeSetting, u.info.ID)
	e.mu.Unlock()
	return e.deliverEvent(event)
}
