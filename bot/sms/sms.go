// Package sms speaks Twilio's wire: signed webhooks in, messages and status callbacks out.
//
// It must not understand texts (package bot does) or decide when to send (package jobs does).
package sms

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"goodcatch/conversations"
)

// Config is how to reach Twilio and to know it.
type Config struct {
	AccountSID          string
	AuthTokens          []string // several while rotating; the first signs nothing, all verify
	APIKeySID           string   // optional: for calls, instead of the account's token
	APIKeySecret        string
	From                string // our number, E.164
	MessagingServiceSID string // optional
	APIURL              string // override, for the emulator
	PublicURL           string // what Twilio signs over
}

// A Channel sends and receives texts.
type Channel struct {
	cfg Config
	api *http.Client
	url *url.URL // override, or nil
}

// providerTimeout bounds one provider call. It is shorter than the claim's lease.
const providerTimeout = 5 * time.Second

// New returns a channel. It makes no connection.
func New(cfg Config) (*Channel, error) {
	c := &Channel{cfg: cfg}
	if cfg.APIURL != "" {
		u, err := url.Parse(cfg.APIURL)
		if err != nil {
			return nil, fmt.Errorf("TWILIO_API_URL: %w", err)
		}
		c.url = u
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	c.api = &http.Client{Timeout: providerTimeout, Transport: transport}
	return c, nil
}

// A call is one API call: twilio-go takes no context and hides the status and Retry-After of what it cannot decode.
type call struct {
	ctx    context.Context
	next   http.RoundTripper
	base   *url.URL
	sent   bool // the request was written: its outcome may be unknown
	status int
	after  string
}

// RoundTrip sends one request, to the override if there is one, and drains error bodies so that connections are used again.
func (c *call) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.WithContext(c.ctx)
	if c.base != nil {
		req.URL.Scheme, req.URL.Host = c.base.Scheme, c.base.Host
		req.URL.Path = strings.TrimSuffix(c.base.Path, "/") + req.URL.Path
		req.Host = c.base.Host
	}
	res, err := c.next.RoundTrip(req)
	c.sent = true
	if err != nil {
		var dial interface{ Timeout() bool }
		if strings.Contains(err.Error(), "connection refused") || errors.As(err, &dial) && strings.Contains(err.Error(), "dial") {
			c.sent = false
		}
		return nil, err
	}
	c.status, c.after = res.StatusCode, res.Header.Get("Retry-After")
	if res.StatusCode >= 400 {
		body, readErr := io.ReadAll(io.LimitReader(res.Body, 64<<10))
		res.Body.Close()
		if readErr != nil {
			return nil, readErr
		}
		res.Body = io.NopCloser(strings.NewReader(string(body)))
	}
	return res, nil
}

// service returns twilio-go's API bound to one call.
func (c *Channel) service(ctx context.Context) (*api.ApiService, *call) {
	one := &call{ctx: ctx, next: c.api.Transport, base: c.url}
	user, secret := c.cfg.AccountSID, ""
	if len(c.cfg.AuthTokens) > 0 {
		secret = c.cfg.AuthTokens[0]
	}
	if c.cfg.APIKeySID != "" {
		user, secret = c.cfg.APIKeySID, c.cfg.APIKeySecret
	}
	base := &client.Client{Credentials: client.NewCredentials(user, secret), HTTPClient: &http.Client{Transport: one, Timeout: c.api.Timeout}}
	base.SetAccountSid(c.cfg.AccountSID)
	handler := client.NewRequestHandler(base)
	return api.NewApiService(handler), one
}

// refused turns an error of the API into the few reasons that matter.
func (o *call) refused(err error) *conversations.SendError {
	e := &conversations.SendError{Reason: conversations.Unknown, Err: errors.New("twilio")}
	var rest *client.TwilioRestError
	if errors.As(err, &rest) {
		e.Code = fmt.Sprint(rest.Code)
		if rest.Status != 0 {
			o.status = rest.Status
		}
	}
	switch {
	case o.status == 429 || e.Code == "20429":
		e.Reason, e.RetryAfter = conversations.Throttled, retryAfter(o.after)
	case !o.sent:
		e.Reason, e.RetryAfter, e.Code = conversations.Throttled, 2*time.Second, "connect"
	case o.status == 0 || o.status >= 500:
		e.Reason = conversations.Unknown
		if e.Code == "" {
			e.Code = fmt.Sprintf("http_%d", o.status)
		}
	default:
		e.Reason, e.Permanent = reasonOf(e.Code, o.status)
	}
	return e
}

// reasonOf maps Twilio's error numbers. Source: Twilio's error dictionary; the numbers are the only usable signal.
func reasonOf(code string, status int) (reason conversations.Reason, permanent bool) {
	switch code {
	case "21610":
		return conversations.OptedOut, true
	case "21211", "21614", "21635", "30006", "30005", "30004":
		return conversations.Unreachable, true
	case "21612", "21408", "30003", "30007", "30008", "30034", "30450":
		return conversations.Unreachable, false
	case "21611", "30001":
		return conversations.Throttled, false
	case "20003":
		return conversations.Revoked, false
	}
	if status == http.StatusUnauthorized || status == http.StatusForbidden {
		return conversations.Revoked, false
	}
	return conversations.Rejected, true
}

func retryAfter(header string) time.Duration {
	if d, err := time.ParseDuration(header + "s"); err == nil && d > 0 && d < time.Hour {
		return d
	}
	return 2 * time.Second
}

var e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
