package emulator

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// checkManifest checks an app manifest against the limits of Slack's manifest schema, version 1.
func checkManifest(raw json.RawMessage) []string {
	var m struct {
		Display struct {
			Name, Description string
			Long              string `json:"long_description"`
		} `json:"display_information"`
		Features struct {
			Commands  []struct{ Command string } `json:"slash_commands"`
			Shortcuts []struct{ Name string }
		}
		OAuth struct {
			Scopes struct{ Bot []string }
		} `json:"oauth_config"`
		Settings struct {
			Events struct {
				Bot []string `json:"bot_events"`
			} `json:"event_subscriptions"`
		}
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return []string{"not a manifest: " + err.Error()}
	}
	var problems []string
	within := func(what string, n, least, most int) {
		if n < least || n > most {
			problems = append(problems, fmt.Sprintf("%s is %d, must be %d to %d", what, n, least, most))
		}
	}
	within("length of name", utf8.RuneCountInString(m.Display.Name), 1, 35)
	within("length of description", utf8.RuneCountInString(m.Display.Description), 0, 140)
	if m.Display.Long != "" {
		within("length of long_description", utf8.RuneCountInString(m.Display.Long), 175, 4000)
	}
	within("number of slash commands", len(m.Features.Commands), 0, 50)
	for _, c := range m.Features.Commands {
		within("length of "+c.Command, len(c.Command), 2, 32)
	}
	within("number of shortcuts", len(m.Features.Shortcuts), 0, 10)
	for _, s := range m.Features.Shortcuts {
		within("length of shortcut "+s.Name, utf8.RuneCountInString(s.Name), 1, 24)
	}
	within("number of bot events", len(m.Settings.Events.Bot), 0, 100)
	within("number of bot scopes", len(m.OAuth.Scopes.Bot), 0, 255)
	return problems
}

func (e *Emulator) manifestValidate(c *slackCall) object {
	problems := checkManifest(c.raw("manifest"))
	if len(problems) == 0 {
		return slackOK(object{"errors": []any{}})
	}
	errors := []object{}
	for _, problem := range problems {
		e.violate("slack", c.method, "%s", problem)
		errors = append(errors, object{"message": problem, "pointer": "/"})
	}
	return object{"ok": false, "error": "invalid_manifest", "errors": errors}
}

func (e *Emulator) manifestCreate(c *slackCall) object {
	if bad := e.manifestValidate(c); bad["ok"] != true {
		return bad
	}
	return slackOK(object{
		"app_id":              e.opt.AppID,
		"oauth_authorize_url": "https://slack.com/oauth/v2/authorize?client_id=" + e.opt.SlackClientID,
		"credentials": object{
			"client_id": e.opt.SlackClientID, "client_secret": e.opt.SlackClientSecret, "verification_token": "emulator", "signing_secret": e.opt.SlackSigningSecret,
		},
	})
}
