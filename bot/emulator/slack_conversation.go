package emulator

import (
	"slices"
	"strings"
)

func (e *Emulator) channelObject(ch *channel) object {
	out := object{
		"id": ch.ID, "is_channel": ch.DM == "" && !ch.Group && !ch.Private, "is_group": ch.Private, "is_im": ch.DM != "", "is_mpim": ch.Group,
		"is_private": ch.Private || ch.DM != "" || ch.Group, "is_archived": ch.Archived, "is_member": slices.Contains(ch.Members, e.opt.BotUserID),
		"context_team_id": e.opt.TeamID, "num_members": len(ch.Members),
	}
	if ch.DM != "" {
		out["user"] = ch.DM
		return out
	}
	out["name"], out["name_normalized"] = ch.Name, ch.Name
	return out
}

func (e *Emulator) conversationOpen(c *slackCall) object {
	users := strings.Split(c.str("users"), ",")
	if id := c.str("channel"); id != "" {
		ch := e.slack.channels[id]
		if ch == nil {
			return slackError("channel_not_found")
		}
		return slackOK(object{"channel": e.channelObject(ch)})
	}
	for _, id := range users {
		u := e.slack.users[id]
		if u == nil {
			return slackError("user_not_found")
		}
		if u.info.Deleted {
			return slackError("user_disabled")
		}
	}
	if len(users) > 1 {
		slices.Sort(users)
		id := "G" + strings.Join(users, "")
		ch := e.slack.channels[id]
		if ch == nil {
			ch = e.addChannel(Channel{ID: id, Name: "mpdm", Group: true, Members: append(users, e.opt.BotUserID)})
		}
		return slackOK(object{"channel": e.channelObject(ch)})
	}
	return slackOK(object{"channel": e.channelObject(e.dm(e.slack.users[users[0]]))})
}

func (e *Emulator) conversationInfo(c *slackCall) object {
	ch := e.slack.channels[c.str("channel")]
	if ch == nil {
		return slackError("channel_not_found")
	}
	return slackOK(object{"channel": e.channelObject(ch)})
}

// conversationList answers conversations.list (all) and users.conversations (those of a user, the app's own by default).
func (e *Emulator) conversationList(c *slackCall) object {
	member := ""
	if c.method == "users.conversations" {
		if member = c.str("user"); member == "" {
			member = e.opt.BotUserID
		}
	}
	kinds := strings.Split(c.str("types"), ",")
	if kinds[0] == "" {
		kinds = []string{"public_channel"}
	}
	var found []object
	for _, id := range e.slack.chanOrder {
		ch := e.slack.channels[id]
		if !slices.Contains(kinds, ch.kind()) || member != "" && !slices.Contains(ch.Members, member) || ch.Archived && c.yes("exclude_archived") {
			continue
		}
		found = append(found, e.channelObject(ch))
	}
	page, next := paged(c, found)
	return slackOK(object{"channels": page, "response_metadata": object{"next_cursor": next}})
}

func (ch *channel) kind() string {
	switch {
	case ch.DM != "":
		return "im"
	case ch.Group:
		return "mpim"
	case ch.Private:
		return "private_channel"
	}
	return "public_channel"
}

// paged cuts a list by limit and cursor; a cursor is the position in the list.
func paged[T any](c *slackCall, list []T) ([]T, string) {
	limit, from := atoi(c.str("limit")), atoi(c.str("cursor"))
	if limit <= 0 {
		limit = 100
	}
	from = min(from, len(list))
	to := min(from+limit, len(list))
	page := append([]T{}, list[from:to]...)
	if to == len(list) {
		return page, ""
	}
	return page, itoa(to)
}

// conversationHistory lists messages newest first; conversations.replies only those of a thread, oldest first.
func (e *Emulator) conversationHistory(c *slackCall) object {
	ch, bad := e.openChannel(c)
	if bad != nil {
		return bad
	}
	oldest, latest, inclusive := c.str("oldest"), c.str("latest"), c.yes("inclusive")
	if oldest == "0" {
		oldest = ""
	}
	within := func(m *message) bool {
		after := oldest == "" || earlier(oldest, m.TS) || inclusive && !earlier(m.TS, oldest)
		before := latest == "" || earlier(m.TS, latest) || inclusive && !earlier(latest, m.TS)
		return after && before && !m.Deleted && m.Ephemeral == ""
	}
	var found []object
	for _, m := range ch.messages {
		if thread := c.str("ts"); c.method == "conversations.replies" && m.TS != thread && m.ThreadTS != thread {
			continue
		}
		if within(m) {
			found = append(found, e.messageObject(m, c.yes("include_all_metadata")))
		}
	}
	if c.method == "conversations.history" {
		slices.Reverse(found)
	}
	page, next := paged(c, found)
	return slackOK(object{"messages": page, "has_more": next != "", "response_metadata": object{"next_cursor": next}})
}

// earlier compares timestamps, which callers may send without the part behind the point.
func earlier(a, b string) bool {
	as, af, _ := strings.Cut(a, ".")
	bs, bf, _ := strings.Cut(b, ".")
	if as != bs {
		return atoi(as) < atoi(bs)
	}
	return (af + "000000")[:6] < (bf + "000000")[:6]
}

func (e *Emulator) conversationMembers(c *slackCall) object {
	ch := e.slack.channels[c.str("channel")]
	if ch == nil {
		return slackError("channel_not_found")
	}
	page, next := paged(c, ch.Members)
	return slackOK(object{"members": page, "response_metadata": object{"next_cursor": next}})
}

func (e *Emulator) conversationJoin(c *slackCall) object {
	ch := e.slack.channels[c.str("channel")]
	if ch == nil || ch.kind() != "public_channel" {
		return slackError("channel_not_found")
	}
	if !slices.Contains(ch.Members, e.opt.BotUserID) {
		ch.Members = append(ch.Members, e.opt.BotUserID)
	}
	return slackOK(object{"channel": e.channelObject(ch)})
}
