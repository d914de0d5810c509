package emulator_test

import (
	"context"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"goodcatch/bot/emulator"
)

func TestSocketModeCarriesEverything(t *testing.T) {
	t.Parallel()
	p := start(t, func(o *emulator.Options) { o.SocketMode = true })
	lee := p.lee()
	if _, err := lee.DM("nobody listens"); err == nil {
		t.Error("delivered without a socket")
	}
	client := socketmode.New(p.slack)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- client.RunContext(ctx) }()
	got := make(chan socketmode.Event, 10)
	go func() {
		for event := range client.Events {
			if event.Request == nil || event.Request.EnvelopeID == "" {
				continue
			}
			var reply any
			if event.Type == socketmode.EventTypeInteractive && event.Data.(slack.InteractionCallback).Type == slack.InteractionTypeViewSubmission {
				reply = slack.NewErrorsViewSubmissionResponse(map[string]string{"what": "Too short"})
			}
			if err := client.Ack(*event.Request, reply); err != nil {
				t.Error(err)
			}
			got <- event
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	ok(t, p.e.WaitSockets(within(t), 1))
	if p.e.RetryEvents() != 0 {
		t.Error("event still waiting")
	}
	<-got
	must[emulator.Message](t)(lee.DM("NM hello"))
	inner := (<-got).Data.(slackevents.EventsAPIEvent).InnerEvent.Data.(*slackevents.MessageEvent)
	if inner.Text != "NM hello" {
		t.Errorf("event %+v", inner)
	}
	ok(t, lee.Slash("/report", "x"))
	command := (<-got).Data.(slack.SlashCommand)
	if command.Command != "/report" || command.UserID != lee.ID() {
		t.Errorf("command %+v", command)
	}
	must[*slack.ViewResponse](t)(p.slack.OpenViewContext(within(t), command.TriggerID, form()))
	ok(t, lee.Fill("What happened?", "x"))
	ok(t, lee.Fill("Was anybody hurt?", "No"))
	if err := lee.Submit(); err == nil || lee.Errors()["What happened?"] != "Too short" {
		t.Errorf("got %v %v", err, lee.Errors())
	}
	<-got
	ok(t, p.e.DisconnectSockets(within(t)))
	ok(t, p.e.WaitSockets(within(t), 1))
	must[emulator.Message](t)(lee.DM("after the reconnect"))
	p.clean()
}
