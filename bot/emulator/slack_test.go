package emulator_test

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"goodcatch/bot/emulator"
)

// card is a message as the product posts it.
func card(text string, buttons ...string) []slack.MsgOption {
	var elements []slack.BlockElement
	for _, b := range buttons {
		elements = append(elements, slack.NewButtonBlockElement("do:"+b, "v:"+b, slack.NewTextBlockObject("plain_text", b, false, false)))
	}
	blocks := []slack.Block{slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", text, false, false), nil, nil)}
	if len(elements) > 0 {
		blocks = append(blocks, slack.NewActionBlock("acts", elements...))
	}
	return []slack.MsgOption{slack.MsgOptionText(text, false), slack.MsgOptionBlocks(blocks...)}
}

// lee adds the member most tests play.
func (p *product) lee() *emulator.SlackUser {
	return p.e.AddSlackUser(emulator.User{ID: "U0LEE", Name: "Lee Ward", Email: "lee@example.org", TZ: "Europe/Madrid", Locale: "es-ES"})
}

func (p *product) post(u *emulator.SlackUser, options ...slack.MsgOption) emulator.Message {
	p.t.Helper()
	_, ts, err := p.slack.PostMessageContext(within(p.t), u.ID(), options...)
	ok(p.t, err)
	item := must[emulator.Item](p.t)(u.Expect(within(p.t)))
	if item.Kind != emulator.Posted || item.Message.TS != ts {
		p.t.Fatalf("got %+v", item)
	}
	return item.Message
}

func (p *product) expect(u *emulator.SlackUser, kind, visible string) emulator.Item {
	p.t.Helper()
	item := must[emulator.Item](p.t)(u.Expect(within(p.t)))
	if item.Kind != kind || !strings.Contains(item.Message.Visible()+item.View.Visible(), visible) {
		p.t.Errorf("got %s %q, want %s %q", item.Kind, item.Message.Visible(), kind, visible)
	}
	return item
}

func TestMessageIsPostedEditedAndDeleted(t *testing.T) {
	t.Parallel()
	p := start(t)
	lee := p.lee()
	m := p.post(lee, append(card("Near miss NM-K7R", "Acknowledge", "Decline"), slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "outbox", EventPayload: map[string]any{"id": "42"}}))...)
	if got, want := m.Visible(), "Near miss NM-K7R\n[Acknowledge] [Decline]"; got != want {
		t.Errorf("visible %q", got)
	}
	if diff := cmp.Diff([]string{"Acknowledge", "Decline"}, m.Buttons()); diff != "" {
		t.Error(diff)
	}
	history := must[*slack.GetConversationHistoryResponse](t)(p.slack.GetConversationHistoryContext(within(t), &slack.GetConversationHistoryParameters{
		ChannelID: m.Channel, IncludeAllMetadata: true, Oldest: m.TS, Inclusive: true}))
	if len(history.Messages) != 1 || history.Messages[0].Metadata.EventPayload["id"] != "42" || len(history.Messages[0].Blocks.BlockSet) != 2 {
		t.Errorf("history %+v", history.Messages)
	}
	_, _, _, err := p.slack.UpdateMessageContext(within(t), m.Channel, m.TS, card("Taken by Lee")...)
	ok(t, err)
	p.expect(lee, emulator.Updated, "Taken by Lee")
	link := must[string](t)(p.slack.GetPermalinkContext(within(t), &slack.PermalinkParameters{Channel: m.Channel, Ts: m.TS}))
	if !strings.Contains(link, m.Channel) {
		t.Errorf("link %s", link)
	}
	_, _, err = p.slack.DeleteMessageContext(within(t), m.Channel, m.TS)
	ok(t, err)
	p.expect(lee, emulator.Deleted, "")
	_, err = p.slack.PostEphemeralContext(within(t), m.Channel, lee.ID(), card("only you")...)
	ok(t, err)
	p.expect(lee, emulator.Ephemeral, "only you")
	p.clean()
}

func TestWorkspaceAnswersAboutPeopleAndChannels(t *testing.T) {
	t.Parallel()
	p := start(t)
	lee := p.lee()
	p.e.AddChannel(emulator.Channel{ID: "C0WARD5A", Name: "ward-5a"})
	p.e.AddChannel(emulator.Channel{ID: "C0OTHER", Name: "other", Members: []string{"U0LEE"}})
	p.e.AddChannel(emulator.Channel{ID: "C0OLD", Name: "old", Archived: true})
	auth := must[*slack.AuthTestResponse](t)(p.slack.AuthTestContext(within(t)))
	if auth.UserID != p.e.Options().BotUserID || auth.TeamID != p.e.Options().TeamID {
		t.Errorf("auth %+v", auth)
	}
	user := must[*slack.User](t)(p.slack.GetUserInfoContext(within(t), lee.ID()))
	if user.TZ != "Europe/Madrid" || user.Locale != "es-ES" || user.Profile.Email != "lee@example.org" || user.RealName != "Lee Ward" {
		t.Errorf("user %+v", user)
	}
	if found := must[*slack.User](t)(p.slack.GetUserByEmailContext(within(t), "LEE@example.org")); found.ID != lee.ID() {
		t.Errorf("by email %+v", found)
	}
	if users := must[[]slack.User](t)(p.slack.GetUsersContext(within(t))); len(users) != 2 {
		t.Errorf("%d users", len(users))
	}
	im, _, _, err := p.slack.OpenConversationContext(within(t), &slack.OpenConversationParameters{Users: []string{lee.ID()}})
	ok(t, err)
	if im.ID[0] != 'D' {
		t.Errorf("opened %s", im.ID)
	}
	if info := must[*slack.Channel](t)(p.slack.GetConversationInfoContext(within(t), &slack.GetConversationInfoInput{ChannelID: "C0WARD5A"})); info.Name != "ward-5a" || !info.IsMember {
		t.Errorf("info %+v", info)
	}
	for channel, want := range map[string]string{"C0NONE": "channel_not_found", "C0OTHER": "not_in_channel", "C0OLD": "is_archived"} {
		if _, _, err := p.slack.PostMessageContext(within(t), channel, card("x")...); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", channel, err, want)
		}
	}
	ok(t, lee.Deactivate())
	if got := p.next(); got.event.InnerEvent.Type != "user_change" {
		t.Errorf("event %s", got.event.InnerEvent.Type)
	}
	if _, _, err := p.slack.PostMessageContext(within(t), lee.ID(), card("x")...); err == nil || err.Error() != "user_disabled" {
		t.Errorf("got %v", err)
	}
	p.clean()
}

func TestFilesGoUpAndDown(t *testing.T) {
	t.Parallel()
	p := start(t)
	lee := p.lee()
	summary := must[*slack.FileSummary](t)(p.slack.UploadFileContext(within(t), slack.UploadFileParameters{
		Filename: "chart.svg", FileSize: 5, Reader: strings.NewReader("<svg>"), Channel: "D0LEE"}))
	file, _, _, err := p.slack.GetFileInfoContext(within(t), summary.ID, 0, 0)
	ok(t, err)
	var content bytes.Buffer
	ok(t, p.slack.GetFileContext(within(t), file.URLPrivateDownload, &content))
	if content.String() != "<svg>" {
		t.Errorf("content %q", content.String())
	}
	item := must[emulator.Item](t)(lee.Expect(within(t)))
	if len(item.Message.Files) != 1 {
		t.Errorf("message %+v", item.Message)
	}
	p.clean()
}

func TestSlackErrorsAndFaults(t *testing.T) {
	t.Parallel()
	try := func(p *product) error {
		_, _, err := p.slack.PostMessageContext(within(p.t), "U0LEE", card("x")...)
		return err
	}
	t.Run("wrong token", func(t *testing.T) {
		t.Parallel()
		p := start(t)
		p.slack = slack.New("xoxb-wrong", slack.OptionAPIURL(p.e.Options().BaseURL()+"/slack/api/"))
		if err := try(p); err == nil || err.Error() != "invalid_auth" {
			t.Errorf("got %v", err)
		}
	})
	for kind, want := range map[emulator.FaultKind]string{emulator.RevokedToken: "token_revoked", emulator.Refuse: "account_inactive"} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			p := start(t)
			p.lee()
			p.e.Fail(emulator.Fault{Provider: "slack", Kind: kind, Code: "account_inactive", Times: 1})
			if err := try(p); err == nil || err.Error() != want {
				t.Errorf("got %v", err)
			}
			ok(t, try(p))
		})
	}
	t.Run("rate limited", func(t *testing.T) {
		t.Parallel()
		p := start(t)
		p.e.Fail(emulator.Fault{Kind: emulator.Status429, Match: "chat.postMessage", Delay: 7 * time.Second})
		var limited *slack.RateLimitedError
		if err := try(p); !errors.As(err, &limited) || limited.RetryAfter != 7*time.Second {
			t.Errorf("got %v", err)
		}
	})
	t.Run("html error page", func(t *testing.T) {
		t.Parallel()
		p := start(t)
		p.e.Fail(emulator.Fault{Kind: emulator.Status500HTML})
		var status slack.StatusCodeError
		if err := try(p); !errors.As(err, &status) || status.Code != 503 {
			t.Errorf("got %v", err)
		}
	})
	t.Run("accepted then dropped", func(t *testing.T) {
		t.Parallel()
		p := start(t)
		lee := p.lee()
		p.e.Fail(emulator.Fault{Kind: emulator.AcceptedThenDropped, Match: "chat.postMessage"})
		if err := try(p); err == nil {
			t.Error("no error")
		}
		p.expect(lee, emulator.Posted, "x")
	})
	t.Run("unknown method", func(t *testing.T) {
		t.Parallel()
		p := start(t)
		if _, err := p.slack.GetEmojiContext(within(t)); err == nil || err.Error() != "unknown_method" {
			t.Errorf("got %v", err)
		}
		if v := p.e.Violations(); len(v) != 1 || v[0].Call != "emoji.list" {
			t.Errorf("violations %v", v)
		}
	})
	t.Run("missing scope", func(t *testing.T) {
		t.Parallel()
		p := start(t, func(o *emulator.Options) { o.Scopes = []string{"commands"} })
		if err := try(p); err == nil || err.Error() != "missing_scope" {
			t.Errorf("got %v", err)
		}
	})
}

func TestInstallIssuesTheToken(t *testing.T) {
	t.Parallel()
	p := start(t)
	o := p.e.Options()
	code := p.e.OAuthCode()
	exchange := func() (*slack.OAuthV2Response, error) {
		return slack.GetOAuthV2ResponseContext(within(t), http.DefaultClient, o.SlackClientID, o.SlackClientSecret, code, "", slack.OAuthOptionAPIURL(o.BaseURL()+"/slack/api/"))
	}
	got, err := exchange()
	ok(t, err)
	if got.AccessToken != o.SlackBotToken || got.Team.ID != o.TeamID || got.BotUserID != o.BotUserID {
		t.Errorf("got %+v", got)
	}
	if _, err := exchange(); err == nil || err.Error() != "invalid_code" {
		t.Errorf("second use: %v", err)
	}
}

func TestManifestMakesAnApp(t *testing.T) {
	t.Parallel()
	p := start(t)
	o, api := p.e.Options(), p.slack
	manifest := &slack.Manifest{Display: slack.Display{Name: "goodcatch", Description: "Safety reports"}}
	made := must[*slack.ManifestResponse](t)(api.CreateManifestContext(within(t), manifest, "xoxe.xoxp-1"))
	if made.AppId != o.AppID || made.Credentials.SigningSecret != o.SlackSigningSecret {
		t.Errorf("made %+v", made)
	}
	p.clean()
	manifest.Display.Name = strings.Repeat("x", 36)
	if _, err := api.CreateManifestContext(within(t), manifest, "xoxe.xoxp-1"); err == nil || len(p.e.Violations()) == 0 {
		t.Errorf("long name: %v", err)
	}
}
