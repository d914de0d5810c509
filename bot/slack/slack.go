// Package slack speaks Slack's wire: direct messages out; events, buttons, commands and modals in, over webhooks or Socket Mode; the
// Home tab.
//
// What the package must not do: understand what was said (package bot does), decide anything (domain does), or put a reporter's words
// into a message, a button's value or a view's metadata. No response_url is ever used: it forgets after 30 minutes.
//
// # Hidden reporters
//
// Direct messages stay in Slack's history and exports, so hiding is done in the report form alone. The form itself then turns into the
// receipt, with code and reference, and no message is sent. The way back is sealed apart from the record. What comes later (a question
// of the owner, the closing words) is sent as a direct message all the same, for there is no other way to reach somebody in Slack: the
// form says so before it is sent, and a reporter who wants no trace at all burns the way back by ANON X.
package slack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"goodcatch/conversations"
)

// Config is one Slack app in one workspace.
type Config struct {
	BotToken       string
	SigningSecrets []string // several while rotating; none: no webhooks
	AppToken       string   // Socket Mode when set
	APIURL         string   // override, for the emulator: "http://127.0.0.1:9/slack/api/"
	TeamID         string   // empty: the workspace of the bot token, asked once
	AppID          string   // empty: any app that holds the signing secret, which is one
}

// A Channel sends to Slack.
type Channel struct {
	cfg  Config
	api  *slackgo.Client
	http *http.Client

	mu   sync.Mutex
	team string
	dms  map[string]string // conversation by user
}

// providerTimeout bounds one call. It is shorter than the claim's lease.
const providerTimeout = 5 * time.Second

// mostCached bounds what is remembered of users; beyond it is asked again.
const mostCached = 20_000

// New returns a channel. It makes no connection.
func New(cfg Config) (*Channel, error) {
	if cfg.BotToken == "" {
		return nil, errors.New("SLACK_BOT_TOKEN is empty")
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost, transport.MaxConnsPerHost = 64, 128
	c := &Channel{cfg: cfg, team: cfg.TeamID, dms: map[string]string{}, http: &http.Client{Timeout: providerTimeout, Transport: drained{transport}}}
	options := []slackgo.Option{slackgo.OptionHTTPClient(c.http), slackgo.OptionAppLevelToken(cfg.AppToken)}
	if cfg.APIURL != "" {
		options = append(options, slackgo.OptionAPIURL(strings.TrimSuffix(cfg.APIURL, "/")+"/"))
	}
	c.api = slackgo.New(cfg.BotToken, options...)
	return c, nil
}

// Close ends idle connections.
func (c *Channel) Close() { c.http.CloseIdleConnections() }

// Team returns the id of our workspace, asking Slack when the configuration does not say.
func (c *Channel) Team(ctx context.Context) (string, error) {
	c.mu.Lock()
	team := c.team
	c.mu.Unlock()
	if team != "" {
		return team, nil
	}
	who, err := c.api.AuthTestContext(ctx)
	if err != nil {
		return "", fmt.Errorf("ask for our workspace: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.team = who.TeamID
	return c.team, nil
}

// drained reads the bodies of refusals to their end, bounded, so that their connections are used again: the library drops them unread.
type drained struct{ next http.RoundTripper }

func (d drained) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := d.next.RoundTrip(req)
	if err != nil || res.StatusCode < 400 {
		return res, err
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	res.Body.Close()
	if err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}

func (d drained) CloseIdleConnections() {
	if t, ok := d.next.(*http.Transport); ok {
		t.CloseIdleConnections()
	}
}

// refused turns an error of the API into the few reasons that matter.
func refused(err error) *conversations.SendError {
	e := &conversations.SendError{Reason: conversations.Unknown, Code: "unknown", Err: errors.New("slack")}
	var limited *slackgo.RateLimitedError
	var status slackgo.StatusCodeError
	var said slackgo.SlackErrorResponse
	var dial *net.OpError
	switch {
	case errors.As(err, &limited):
		e.Reason, e.Code, e.RetryAfter = conversations.Throttled, "ratelimited", max(limited.RetryAfter, time.Second)
	case errors.As(err, &said):
		e.Code = said.Err
		e.Reason, e.Permanent = reasonOf(said.Err)
		if e.Reason == conversations.Throttled {
			e.RetryAfter = 30 * time.Second
		}
	case errors.As(err, &status) && status.Code == http.StatusTooManyRequests: // over the workspace's quota; no Retry-After then
		e.Reason, e.Code, e.RetryAfter = conversations.Throttled, "http_429", 30*time.Second
	case errors.As(err, &status):
		e.Code = fmt.Sprintf("http_%d", status.Code)
		if status.Code < 500 {
			e.Reason = conversations.Rejected
		}
	case errors.As(err, &dial) && dial.Op == "dial":
		e.Reason, e.Code, e.RetryAfter = conversations.Throttled, "connect", 2*time.Second
	}
	return e
}

// reasonOf maps Slack's error codes. A code not listed is a definite no: nothing was sent. Source: the error tables of chat.postMessage,
// chat.update and conversations.open.
func reasonOf(code string) (reason conversations.Reason, permanent bool) {
	switch code {
	case "ratelimited", "rate_limited", "message_limit_exceeded":
		return conversations.Throttled, false
	case "token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive", "missing_scope", "not_allowed_token_type", "no_permission", "org_login_required", "access_denied", "ekm_access_denied", "team_access_not_granted":
		return conversations.Revoked, false
	case "channel_not_found", "user_not_found", "users_not_found", "user_disabled", "is_archived", "cannot_dm_bot", "user_not_visible":
		return conversations.Unreachable, true
	case "message_not_found", "cant_update_message", "edit_window_closed", "cant_delete_message", "not_in_channel":
		return conversations.Unreachable, false
	case "internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org":
		return conversations.Unknown, false
	default:
		return conversations.Rejected, true
	}
}

// code is Slack's own word for what went wrong, safe to log.
func code(err error) string { return refused(err).Code }
