package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/slack-go/slack"
)

// checkSlack asks Slack who we are and what the token may do.
func checkSlack(ctx context.Context, a *app) []finding {
	if !a.hasSlack() {
		return []finding{{unset, "slack", "not set up", ""}}
	}
	if faults := a.slackFaults(); len(faults) > 0 {
		return asFindings("slack", faults)
	}
	options := []slack.Option{slack.OptionHTTPClient(&http.Client{Timeout: patience}), slack.OptionAppLevelToken(a.SlackAppToken)}
	if a.SlackAPIURL != "" {
		options = append(options, slack.OptionAPIURL(strings.TrimSuffix(a.SlackAPIURL, "/")+"/"))
	}
	client := slack.New(a.SlackBotToken, options...)
	who, err := client.AuthTestContext(ctx)
	if err != nil {
		return []finding{slackRefusal(err)}
	}
	found := []finding{{fine, "slack", fmt.Sprintf("is %s in team %s", who.User, who.TeamID), ""}, scopes(who.Header.Get("X-OAuth-Scopes"))}
	if a.SlackAppToken != "" {
		if _, _, err := client.StartSocketModeContext(ctx); err != nil {
			return append(found, finding{bad, "slack", "Socket Mode is refused: " + reason(err), "Switch Socket Mode on in the app's settings, and give SLACK_APP_TOKEN the scope connections:write."})
		}
		found = append(found, finding{fine, "slack", "Socket Mode is granted", ""})
	}
	return found
}

func slackRefusal(err error) finding {
	var refused slack.SlackErrorResponse
	switch {
	case errors.As(err, &refused):
		return finding{bad, "slack", "refuses the token: " + refused.Err, "Install the app in the workspace again and copy the Bot User OAuth Token."}
	case timedOut(err):
		return finding{bad, "slack", "does not answer", "Can this machine reach slack.com on port 443?"}
	default:
		return finding{bad, "slack", "cannot be reached: " + reason(err), "Can this machine reach slack.com on port 443?"}
	}
}

// scopes compares what the token may do with what the program calls.
func scopes(header string) finding {
	granted := strings.FieldsFunc(header, func(r rune) bool { return r == ',' || r == ' ' })
	wanted, err := wantedScopes()
	if err != nil || len(wanted) == 0 {
		return finding{note, "slack", "scopes were not compared: the app manifest cannot be read", "Compare them by hand with \"goodcatch slack manifest\"."}
	}
	missing := slices.DeleteFunc(slices.Clone(wanted), func(s string) bool { return slices.Contains(granted, s) })
	if len(missing) > 0 {
		return finding{bad, "slack", "the token lacks the scopes " + strings.Join(missing, " "), "Add them under OAuth & Permissions, or apply \"goodcatch slack manifest\", and install the app again."}
	}
	return finding{fine, "slack", fmt.Sprintf("has all %d scopes", len(wanted)), ""}
}

// A twilioNumber is what Twilio tells of a number of ours.
type twilioNumber struct {
	SMSURL       string `json:"sms_url"`
	SMSMethod    string `json:"sms_method"`
	VoiceURL     string `json:"voice_url"`
	Capabilities struct {
		SMS   bool `json:"sms"`
		Voice bool `json:"voice"`
	} `json:"capabilities"`
}

// checkTwilio looks up our number and where Twilio sends its texts and calls.
func checkTwilio(ctx context.Context, a *app) []finding {
	if !a.hasTwilio() {
		return []finding{{unset, "twilio", "not set up", ""}}
	}
	if faults := a.twilioFaults(); len(faults) > 0 {
		return asFindings("twilio", faults)
	}
	var answer struct {
		Numbers []twilioNumber `json:"incoming_phone_numbers"`
	}
	status, err := a.askTwilio(ctx, "/IncomingPhoneNumbers.json?"+url.Values{"PhoneNumber": {a.TwilioFromNumber}}.Encode(), &answer)
	switch {
	case err != nil && timedOut(err):
		return []finding{{bad, "twilio", "does not answer", "Can this machine reach api.twilio.com on port 443?"}}
	case err != nil:
		return []finding{{bad, "twilio", "cannot be reached: " + reason(err), "Can this machine reach api.twilio.com on port 443?"}}
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return []finding{{bad, "twilio", fmt.Sprintf("refuses us (%d)", status), "Check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or the API key, at console.twilio.com."}}
	case status != http.StatusOK:
		return []finding{{note, "twilio", fmt.Sprintf("answers %d when asked for our number: its webhooks were not compared", status), "Compare them by hand at console.twilio.com, Phone Numbers."}}
	case len(answer.Numbers) == 0:
		return []finding{{bad, "twilio", "TWILIO_FROM_NUMBER is not a number of this account", "Buy or port it at console.twilio.com, Phone Numbers; or correct TWILIO_FROM_NUMBER."}}
	}
	return a.compareNumber(answer.Numbers[0])
}

// askTwilio gets a resource of our account.
func (a *app) askTwilio(ctx context.Context, resource string, into any) (status int, err error) {
	base := "https://api.twilio.com"
	if a.TwilioAPIURL != "" {
		base = strings.TrimSuffix(a.TwilioAPIURL, "/")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/2010-04-01/Accounts/"+a.TwilioAccountSID+resource, nil)
	if err != nil {
		return 0, err
	}
	user, password := a.TwilioAccountSID, strings.Split(a.TwilioAuthToken, ",")[0]
	if a.TwilioAPIKeySID != "" {
		user, password = a.TwilioAPIKeySID, a.TwilioAPIKeySecret
	}
	req.SetBasicAuth(user, password)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return resp.StatusCode, nil
	}
	return resp.StatusCode, json.NewDecoder(resp.Body).Decode(into)
}

// retries asks Twilio to try a webhook again, up to five times, on failed connections and on our 5xx answers.
const retries = "#rc=5&rp=all"

// compareNumber compares the number's webhooks with where we listen. A messaging service has an address of its own, which wins.
func (a *app) compareNumber(n twilioNumber) (found []finding) {
	base := strings.TrimSuffix(a.PublicURL, "/")
	fix := func(field, path string) string {
		return fmt.Sprintf("At console.twilio.com, Phone Numbers, set %q to %s%s%s, HTTP POST.", field, base, path, retries)
	}
	if !n.Capabilities.SMS {
		found = append(found, finding{bad, "twilio", "our number cannot send texts", "Take a number with SMS."})
	}
	bare, _, hasRetries := strings.Cut(n.SMSURL, "#")
	switch {
	case a.PublicURL == "":
		found = append(found, finding{unset, "twilio", "webhooks are not compared without PUBLIC_URL", ""})
	case bare != base+"/twilio/sms" || n.SMSMethod != http.MethodPost:
		found = append(found, finding{bad, "twilio", "texts to our number do not come to us", fix("A message comes in", "/twilio/sms")})
	case !hasRetries:
		found = append(found, finding{note, "twilio", "a text that arrives while we are away is tried once only", fix("A message comes in", "/twilio/sms")})
	default:
		found = append(found, finding{fine, "twilio", "texts come to us, with retries", ""})
	}
	if bare, _, _ := strings.Cut(n.VoiceURL, "#"); a.PublicURL != "" && n.Capabilities.Voice && bare != base+"/twilio/voice" {
		found = append(found, finding{note, "twilio", "calls to our number do not come to us", fix("A call comes in", "/twilio/voice")})
	}
	return found
}
