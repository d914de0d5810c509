package emulator

import (
	"strings"
	"time"
)

// User describes a member of the workspace. Only ID is required.
type User struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Email   string `json:"email"`
	TZ      string `json:"tz"`
	Locale  string `json:"locale"`
	Team    string `json:"team,omitempty"` // another team's member in a shared channel
	Guest   bool   `json:"guest,omitempty"`
	Bot     bool   `json:"bot,omitempty"`
	Deleted bool   `json:"deleted,omitempty"`
}

// AddSlackUser makes a member, or replaces the description of one.
func (e *Emulator) AddSlackUser(info User) *SlackUser {
	if info.Name == "" {
		info.Name = info.ID
	}
	if info.TZ == "" {
		info.TZ = "Europe/London"
	}
	if info.Locale == "" {
		info.Locale = "en-GB"
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	u := e.slack.users[info.ID]
	if u == nil {
		u = &SlackUser{e: e}
		e.slack.users[info.ID] = u
		e.slack.userOrder = append(e.slack.userOrder, info.ID)
	}
	u.info = info
	e.dm(u)
	e.changed(ChangeSetting, info.ID)
	return u
}

// SlackUser is the member with an id, made when there was none.
func (e *Emulator) SlackUser(id string) *SlackUser {
	e.mu.Lock()
	u := e.slack.users[id]
	e.mu.Unlock()
	if u == nil {
		return e.AddSlackUser(User{ID: id})
	}
	return u
}

func (e *Emulator) userObject(u *SlackUser, locale bool) object {
	i := u.info
	handle := strings.ToLower(strings.ReplaceAll(i.Name, " ", "."))
	team := i.Team
	if team == "" {
		team = e.opt.TeamID
	}
	offset := 0
	if zone, err := time.LoadLocation(i.TZ); err == nil {
		_, offset = e.opt.Now().In(zone).Zone()
	}
	out := object{
		"id": i.ID, "team_id": team, "name": handle, "deleted": i.Deleted, "real_name": i.Name, "tz": i.TZ, "tz_label": i.TZ, "tz_offset": offset,
		"profile": object{
			"real_name": i.Name, "real_name_normalized": i.Name, "display_name": i.Name, "display_name_normalized": i.Name, "email": i.Email, "team": team,
		},
		"is_admin": false, "is_owner": false, "is_bot": i.Bot, "is_app_user": false, "is_restricted": i.Guest, "is_stranger": i.Team != "", "is_email_confirmed": true,
		"updated": e.opt.Now().Unix(),
	}
	if locale {
		out["locale"] = i.Locale
	}
	return out
}

func (e *Emulator) userInfo(c *slackCall) object {
	if c.str("user") == e.opt.BotUserID {
		return slackOK(object{"user": e.botObject()})
	}
	u := e.slack.users[c.str("user")]
	if u == nil {
		return slackError("user_not_found")
	}
	return slackOK(object{"user": e.userObject(u, c.yes("include_locale"))})
}

func (e *Emulator) botObject() object {
	return object{
		"id": e.opt.BotUserID, "team_id": e.opt.TeamID, "name": e.opt.BotName, "real_name": e.opt.BotName, "is_bot": true, "deleted": false,
		"profile": object{"real_name": e.opt.BotName, "bot_id": e.opt.BotID, "api_app_id": e.opt.AppID, "team": e.opt.TeamID},
	}
}

func (e *Emulator) userList(c *slackCall) object {
	all := []object{e.botObject()}
	for _, id := range e.slack.userOrder {
		all = append(all, e.userObject(e.slack.users[id], c.yes("include_locale")))
	}
	page, next := paged(c, all)
	return slackOK(object{"members": page, "cache_ts": e.opt.Now().Unix(), "response_metadata": object{"next_cursor": next}})
}

func (e *Emulator) userByEmail(c *slackCall) object {
	for _, id := range e.slack.userOrder {
		u := e.slack.users[id]
		if u.info.Email != "" && strings.EqualFold(u.info.Email, c.str("email")) && !u.info.Deleted {
			return slackOK(object{"user": e.userObject(u, false)})
		}
	}
	return slackError("users_not_found")
}
