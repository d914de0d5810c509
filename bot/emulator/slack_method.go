package emulator

import "strings"

// A slackMethod answers one method; the lock is held while it runs.
type slackMethod struct {
	scope string // needed by the bot token; empty for none
	run   func(*Emulator, *slackCall) object
}

// slackMethods is the whole API; filled in by init because methods refer to the table's callers.
var slackMethods map[string]slackMethod

func init() {
	slackMethods = map[string]slackMethod{
		"auth.test":                    {"", (*Emulator).authTest},
		"team.info":                    {"team:read", (*Emulator).teamInfo},
		"oauth.v2.access":              {"", (*Emulator).oauthAccess},
		"apps.connections.open":        {"", (*Emulator).connectionsOpen},
		"blocks.validate":              {"", (*Emulator).blocksValidate},
		"apps.manifest.create":         {"", (*Emulator).manifestCreate},
		"apps.manifest.validate":       {"", (*Emulator).manifestValidate},
		"chat.postMessage":             {"chat:write", (*Emulator).chatPost},
		"chat.postEphemeral":           {"chat:write", (*Emulator).chatEphemeral},
		"chat.update":                  {"chat:write", (*Emulator).chatUpdate},
		"chat.delete":                  {"chat:write", (*Emulator).chatDelete},
		"chat.getPermalink":            {"", (*Emulator).chatPermalink},
		"reactions.add":                {"reactions:write", (*Emulator).reactionAdd},
		"conversations.open":           {"im:write", (*Emulator).conversationOpen},
		"conversations.info":           {"channels:read", (*Emulator).conversationInfo},
		"conversations.list":           {"channels:read", (*Emulator).conversationList},
		"conversations.history":        {"im:history", (*Emulator).conversationHistory},
		"conversations.replies":        {"im:history", (*Emulator).conversationHistory},
		"conversations.members":        {"channels:read", (*Emulator).conversationMembers},
		"conversations.join":           {"channels:join", (*Emulator).conversationJoin},
		"users.conversations":          {"channels:read", (*Emulator).conversationList},
		"users.info":                   {"users:read", (*Emulator).userInfo},
		"users.list":                   {"users:read", (*Emulator).userList},
		"users.lookupByEmail":          {"users:read.email", (*Emulator).userByEmail},
		"views.open":                   {"", (*Emulator).viewOpen},
		"views.push":                   {"", (*Emulator).viewPush},
		"views.update":                 {"", (*Emulator).viewUpdate},
		"views.publish":                {"", (*Emulator).viewPublish},
		"files.getUploadURLExternal":   {"files:write", (*Emulator).fileUploadURL},
		"files.completeUploadExternal": {"files:write", (*Emulator).fileComplete},
		"files.info":                   {"files:read", (*Emulator).fileInfo},
		"files.delete":                 {"files:write", (*Emulator).fileDelete},
	}
}

// defaultScopes are granted when Options name none: all that any known method asks for.
var defaultScopes = []string{
	"app_mentions:read", "channels:join", "channels:read", "chat:write", "commands", "files:read", "files:write", "groups:read", "im:history", "im:read",
	"im:write", "reactions:write", "team:read", "users:read", "users:read.email",
}

// authTest answers who the token is.
func (e *Emulator) authTest(c *slackCall) object {
	return slackOK(object{
		"url": "https://" + e.domain() + ".slack.com/", "team": e.opt.TeamName, "user": e.opt.BotName, "team_id": e.opt.TeamID,
		"user_id": e.opt.BotUserID, "bot_id": e.opt.BotID, "is_enterprise_install": false,
	})
}

func (e *Emulator) domain() string {
	return strings.ToLower(strings.ReplaceAll(e.opt.TeamName, " ", "-"))
}

func (e *Emulator) teamInfo(*slackCall) object {
	return slackOK(object{"team": object{"id": e.opt.TeamID, "name": e.opt.TeamName, "domain": e.domain(), "email_domain": "", "icon": object{"image_default": true}}})
}

// OAuthCode issues a code that oauth.v2.access takes once.
func (e *Emulator) OAuthCode() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	code := randomHex(12)
	e.slack.codes[code] = true
	return code
}

func (e *Emulator) oauthAccess(c *slackCall) object {
	if c.str("client_id") != e.opt.SlackClientID || c.str("client_secret") != e.opt.SlackClientSecret {
		return slackError("bad_client_secret")
	}
	if !e.slack.codes[c.str("code")] {
		return slackError("invalid_code")
	}
	delete(e.slack.codes, c.str("code"))
	return slackOK(object{
		"access_token": e.opt.SlackBotToken, "token_type": "bot", "scope": strings.Join(e.opt.Scopes, ","), "bot_user_id": e.opt.BotUserID,
		"app_id": e.opt.AppID, "team": object{"id": e.opt.TeamID, "name": e.opt.TeamName}, "enterprise": nil, "is_enterprise_install": false,
		"authed_user": object{"id": "U0INSTALLER"},
	})
}

func (e *Emulator) blocksValidate(c *slackCall) object {
	if problems := checkMessage("x", c.raw("blocks"), nil).problems; len(problems) > 0 {
		return slackError("invalid_blocks", problems...)
	}
	return slackOK(nil)
}
