package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"goodcatch/bot"
	"goodcatch/domain"
)

// A shared file is one that came with a message. Slack tells its place; the bytes are fetched with the bot's token.
type shared struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Kind     string `json:"mimetype"`
	Size     int64  `json:"size"`
	External bool   `json:"is_external"` // it lies elsewhere: Google Drive and the like
	Access   string `json:"file_access"` // check_file_info: the event does not say where
	URL      string `json:"url_private"`
	Download string `json:"url_private_download"`
}

// mostDropped is how many files of one message are taken.
const mostDropped = 4

// fileHosts are where Slack keeps files. Source: https://docs.slack.dev/reference/objects/file-object (url_private)
var fileHosts = []string{"files.slack.com", "files.slack-gov.com"}

// dropped takes a message with files. Words that are a report are one, and its pictures are not kept; else the files are documents that
// an author hands in. Whoever may not is told so before anything is fetched.
func (a *App) dropped(ctx context.Context, outer outerEvent, m innerEvent, user string) answer {
	in := bot.Inbound{ID: outer.ID, Channel: domain.Slack, From: user, Text: typed(m.Text), Media: len(m.Files)}
	drop := bot.Drop{Provider: "slack", ID: outer.ID + "/file", Channel: domain.Slack, From: user}
	if in.Text != "" {
		in.Dropped = true
		out, told := a.receive(ctx, in)
		if told != taken || out.Command != nil {
			return told
		}
	}
	refusal, err := a.Bot.MayHandIn(ctx, drop)
	if err != nil {
		a.Log.Error("file not taken", "away", isAway(err))
		return away
	}
	if refusal != nil {
		return taken
	}
	done := make(chan error, 1)
	a.later(func(ctx context.Context) { done <- a.handIn(ctx, drop, m.Files) })
	select {
	case err := <-done:
		if err != nil {
			return away
		}
	case <-ctx.Done(): // Slack has its answer in time; the file comes in behind it
	}
	return taken
}

// handIn fetches and hands in the files of a message, each by itself. The error means that the message should come again.
func (a *App) handIn(ctx context.Context, d bot.Drop, files []json.RawMessage) error {
	var failed error
	for i, raw := range files {
		var f shared
		if json.Unmarshal(raw, &f) != nil || f.ID == "" {
			continue
		}
		one := d
		one.ID, one.Name = d.ID+"/"+f.ID, f.Name
		if i == mostDropped {
			failed = errors.Join(failed, a.Bot.TellFile(ctx, one, "files.many", domain.Args{"limit": domain.Number(mostDropped)}))
			break
		}
		failed = errors.Join(failed, a.handInOne(ctx, one, f))
	}
	if failed != nil {
		a.Log.Error("file not handed in", "away", isAway(failed))
	}
	return failed
}

func (a *App) handInOne(ctx context.Context, d bot.Drop, f shared) error {
	switch {
	case f.External:
		return a.Bot.TellFile(ctx, d, "files.outside", nil)
	case f.Size > domain.MostFile:
		return a.Bot.TellFile(ctx, d, "files.large", domain.Args{"limit": domain.Number(domain.MostFile >> 20)})
	}
	data, err := a.Channel.fetch(ctx, f)
	if err != nil {
		a.Log.Warn("file not fetched", "error_kind", fmt.Sprintf("%T", err))
		return a.Bot.TellFile(ctx, d, "files.away", nil)
	}
	d.Data = data
	return a.Bot.HandIn(ctx, d)
}

// Why a file was not fetched. None of them quotes an address or a name.
var (
	errForeignHost = errors.New("the file lies on a host that is not Slack's")
	errSignIn      = errors.New("a sign-in page came instead: the token lacks files:read, or is revoked")
	errSize        = errors.New("the file is not of the size that was announced")
)

// fetch gets a file's bytes: from Slack's file hosts only, or from the host of the API when that is overridden, and no redirect leads
// elsewhere. The token goes nowhere else.
func (c *Channel) fetch(ctx context.Context, f shared) ([]byte, error) {
	if f.Access == "check_file_info" {
		info, _, _, err := c.api.GetFileInfoContext(ctx, f.ID, 0, 0)
		if err != nil {
			return nil, fmt.Errorf("ask for the file: %s", code(err))
		}
		f.URL, f.Download, f.Size, f.Kind = info.URLPrivate, info.URLPrivateDownload, int64(info.Size), info.Mimetype
	}
	at, err := url.Parse(first(f.Download, f.URL))
	if err != nil || !c.keepsFiles(at) {
		return nil, errForeignHost
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, errForeignHost
	}
	req.Header.Set("Authorization", "Bearer "+c.cfg.BotToken)
	client := *c.http
	client.CheckRedirect = func(next *http.Request, via []*http.Request) error {
		if len(via) > 3 || !c.keepsFiles(next.URL) {
			return errForeignHost
		}
		return nil
	}
	res, err := client.Do(req)
	if err != nil {
		if errors.Is(err, errForeignHost) {
			return nil, errSignIn
		}
		return nil, errors.New("the file host does not answer") // the error names the file
	}
	defer res.Body.Close()
	return body(res, f)
}

// body reads a file, at most as much as one may hold.
func body(res *http.Response, f shared) ([]byte, error) {
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the file host answers %d", res.StatusCode)
	}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") && !strings.HasPrefix(f.Kind, "text/html") {
		return nil, errSignIn
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, domain.MostFile+1))
	if err != nil {
		return nil, errors.New("the file host broke off")
	}
	if f.Size > 0 && int64(len(data)) != f.Size {
		return nil, errSize
	}
	return data, nil
}

// keepsFiles reports whether an address is one that the bot's token may be sent to.
func (c *Channel) keepsFiles(at *url.URL) bool {
	if api, err := url.Parse(c.cfg.APIURL); err == nil && c.cfg.APIURL != "" && at.Scheme == api.Scheme && at.Host == api.Host {
		return true
	}
	return at.Scheme == "https" && slices.Contains(fileHosts, at.Host)
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
