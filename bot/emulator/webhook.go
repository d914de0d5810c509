package emulator

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"time"
)

// ErrRefused says that the product did not take a webhook: the person at the other end would have seen trouble.
var ErrRefused = errors.New("webhook refused")

// An Answer is what the product replied to a webhook.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

func (a Answer) err(what string) error {
	if a.Status >= 200 && a.Status < 300 {
		return nil
	}
	return fmt.Errorf("%s: %w with status %d: %.200s", what, ErrRefused, a.Status, a.Body)
}

// SignTwilio computes X-Twilio-Signature for a form posted to a URL.
// Source: Twilio, Webhooks Security: HMAC-SHA1 over the URL followed by the parameters sorted by name, in base64.
func SignTwilio(authToken, address string, form url.Values) string {
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	sort.Strings(names)
	mac := hmac.New(sha1.New, []byte(authToken))
	io.WriteString(mac, address)
	for _, name := range names {
		for _, value := range form[name] {
			io.WriteString(mac, name+value)
		}
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// SignSlack computes X-Slack-Signature for a body sent at a Unix time.
// Source: Slack, Verifying requests: v0= and HMAC-SHA256 of "v0:timestamp:body" in hex.
func SignSlack(signingSecret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(signingSecret))
	io.WriteString(mac, "v0:"+timestamp+":")
	mac.Write(body)
	return "v0=" + hex.EncodeToString(mac.Sum(nil))
}

// post sends a body to a public URL of the product, by way of ProductURL, and reads the answer.
func (e *Emulator) post(address string, header http.Header, body string, wait time.Duration) (Answer, error) {
	e.flight.begin()
	defer e.flight.end()
	inside, ok := strings.CutPrefix(address, e.public())
	if !ok || e.opt.ProductURL() == "" {
		return Answer{}, fmt.Errorf("%s is not an address of the product at %q", address, e.public())
	}
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(e.opt.ProductURL(), "/")+inside, strings.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	req.Header = header
	res, err := e.client.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer res.Body.Close()
	content, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return Answer{}, fmt.Errorf("read answer of %s: %w", address, err)
	}
	return Answer{Status: res.StatusCode, Header: res.Header, Body: content}, nil
}

// twilioWait is how long Twilio waits for a webhook.
const twilioWait = 15 * time.Second

// postTwilio sends a signed form.
func (e *Emulator) postTwilio(address string, form url.Values, header http.Header) (Answer, error) {
	if header == nil {
		header = http.Header{}
	}
	address, _, _ = strings.Cut(address, "#")
	header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	header.Set("User-Agent", "TwilioProxy/1.1")
	header.Set("X-Twilio-Signature", SignTwilio(e.opt.TwilioAuthToken, address, form))
	return e.post(address, header, form.Encode(), twilioWait)
}

// postSlack sends a signed body.
func (e *Emulator) postSlack(path, contentType, body string, header http.Header) (Answer, error) {
	if header == nil {
		header = http.Header{}
	}
	now := fmt.Sprint(time.Now().Unix())
	header.Set("Content-Type", contentType)
	header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	header.Set("X-Slack-Request-Timestamp", now)
	header.Set("X-Slack-Signature", SignSlack(e.opt.SlackSigningSecret, now, []byte(body)))
	return e.post(e.public()+path, header, body, e.opt.SlackWait)
}
