package slack_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"goodcatch/bot/emulator"
	"goodcatch/bot/slack"
	"goodcatch/conversations"
)

// sender is a channel against an emulator of its own, with the user U1.
func sender(t *testing.T) (*slack.Channel, *emulator.Emulator) {
	t.Helper()
	e := emulator.New(emulator.Options{})
	server := httptest.NewServer(e)
	c, err := slack.New(slack.Config{BotToken: e.Options().SlackBotToken, APIURL: server.URL + "/slack/api"})
	ok(t, err)
	e.AddSlackUser(emulator.User{ID: "U1", Name: "Lee"})
	t.Cleanup(func() { c.Close(); e.Close(); server.Close() })
	return c, e
}

func outgoing() conversations.Outgoing {
	return conversations.Outgoing{ID: 42, To: "U1", Message: conversations.Message{
		Text: "*NM-K7R* <!channel>", Rich: "*NM-K7R* &lt;!channel&gt;", Buttons: []conversations.Button{{Letter: "A", Label: "Acknowledge", Style: "primary"}, {Letter: "?", Label: "Details"}},
	}}
}

func TestMessageIsSentAndEdited(t *testing.T) {
	t.Parallel()
	c, e := sender(t)
	r, err := c.Send(t.Context(), outgoing())
	ok(t, err)
	u := e.SlackUser("U1")
	m := u.Messages()[0]
	if m.Text != "*NM-K7R* &lt;!channel&gt;" || !strings.Contains(string(m.Blocks), `"value":"42"`) || !strings.Contains(string(m.Blocks), `"action_id":"notice:A"`) {
		t.Errorf("sent %s %s", m.Text, m.Blocks)
	}
	if !strings.Contains(string(m.Metadata), "goodcatch_notice") || !strings.Contains(string(m.Metadata), `"42"`) {
		t.Errorf("metadata %s", m.Metadata)
	}
	ok(t, c.Edit(t.Context(), r, conversations.Outgoing{ID: 43, To: "U1", Message: conversations.Message{Text: "taken"}}))
	if m = u.Messages()[0]; m.Visible() != "taken" || len(m.Buttons()) > 0 {
		t.Errorf("edited to %s", m.Visible())
	}
	if n := e.Calls()["slack conversations.open"]; n != 1 {
		t.Errorf("conversation opened %d times, want 1", n)
	}
	for _, v := range e.Violations() {
		t.Error(v)
	}
}

func TestRefusalsAreToldApart(t *testing.T) {
	t.Parallel()
	tests := []struct {
		fault     emulator.Fault
		want      conversations.Reason
		permanent bool
		after     time.Duration
	}{
		{emulator.Fault{Kind: emulator.Status429, Match: "chat.postMessage", Delay: 7 * time.Second}, conversations.Throttled, false, 7 * time.Second},
		{emulator.Fault{Kind: emulator.RevokedToken}, conversations.Revoked, false, 0},
		{emulator.Fault{Kind: emulator.Refuse, Match: "chat.postMessage", Code: "account_inactive"}, conversations.Revoked, false, 0},
		{emulator.Fault{Kind: emulator.Refuse, Match: "chat.postMessage", Code: "channel_not_found"}, conversations.Unreachable, true, 0},
		{emulator.Fault{Kind: emulator.Refuse, Match: "conversations.open", Code: "user_not_found"}, conversations.Unreachable, true, 0},
		{emulator.Fault{Kind: emulator.Refuse, Match: "chat.postMessage", Code: "invalid_blocks"}, conversations.Rejected, true, 0},
		{emulator.Fault{Kind: emulator.Status500HTML, Match: "chat.postMessage"}, conversations.Unknown, false, 0},
		{emulator.Fault{Kind: emulator.Status500HTML, Match: "conversations.open"}, conversations.Throttled, false, 2 * time.Second}, // nothing was sent
		{emulator.Fault{Kind: emulator.AcceptedThenDropped, Match: "chat.postMessage"}, conversations.Unknown, false, 0},
		{emulator.Fault{Kind: emulator.Reset, Match: "chat.postMessage"}, conversations.Unknown, false, 0},
	}
	for _, tt := range tests {
		c, e := sender(t)
		tt.fault.Provider = "slack"
		e.Fail(tt.fault)
		_, err := c.Send(t.Context(), outgoing())
		var got *conversations.SendError
		if !errors.As(err, &got) || got.Reason != tt.want || got.Permanent != tt.permanent || got.RetryAfter != tt.after {
			t.Errorf("%s %s: got %+v, want %s", tt.fault.Kind, tt.fault.Code, got, tt.want)
		}
	}
}

func TestUnknownOutcomeIsFoundByItsMark(t *testing.T) {
	t.Parallel()
	c, e := sender(t)
	since := time.Now()
	e.Fail(emulator.Fault{Provider: "slack", Kind: emulator.AcceptedThenDropped, Match: "chat.postMessage", Times: 1})
	if _, err := c.Send(t.Context(), outgoing()); err == nil {
		t.Fatal("no error")
	}
	r, found, err := c.Find(t.Context(), "U1", 42, since)
	if err != nil || !found || r.ID != e.SlackUser("U1").Messages()[0].TS {
		t.Errorf("got %v %v %v", r, found, err)
	}
	if _, found, err = c.Find(t.Context(), "U1", 43, since); found || err != nil {
		t.Errorf("found what was not sent: %v", err)
	}
	if _, found, err = c.Find(t.Context(), "", 42, since); found || err != nil {
		t.Errorf("found a hidden reporter: %v", err)
	}
}

func TestMessageOverALimitIsRefusedByUs(t *testing.T) {
	t.Parallel()
	c, e := sender(t)
	m := outgoing()
	for range 30 {
		m.Message.Buttons = append(m.Message.Buttons, conversations.Button{Letter: "X", Label: "X"})
	}
	_, err := c.Send(t.Context(), m)
	var got *conversations.SendError
	if !errors.As(err, &got) || got.Reason != conversations.Rejected || got.Code != "limit" {
		t.Errorf("got %v", err)
	}
	if n := e.Calls()["slack chat.postMessage"]; n != 0 {
		t.Error("it was sent all the same")
	}
}

func TestLongMessageIsSplitAndKept(t *testing.T) {
	t.Parallel()
	c, e := sender(t)
	m := outgoing()
	m.Message = conversations.Message{Text: strings.Repeat("word & ", 800)}
	if _, err := c.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := e.SlackUser("U1").Messages()[0].Visible()
	if strings.Count(got, "word") != 800 {
		t.Errorf("%d words arrived", strings.Count(got, "word"))
	}
}
