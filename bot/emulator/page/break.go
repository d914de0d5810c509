package page

import (
	"context"
	"fmt"
	"time"

	"goodcatch/bot/emulator"
)

// A Break is one thing that can be broken from the page.
type Break struct {
	ID    string `json:"id"`
	Group string `json:"group"`
	Label string `json:"label"`
	Note  string `json:"note"` // what should happen
	do    func(*emulator.Emulator)
}

func fails(f emulator.Fault) func(*emulator.Emulator) {
	return func(e *emulator.Emulator) { e.Fail(f) }
}

// breaks are offered in this order.
var breaks = []Break{
	{"lose-inbound", "Texts", "Lose the next text to us", "The poller finds it: here in seconds, else within a minute.", (*emulator.Emulator).DropNextInbound},
	{"double-inbound", "Texts", "Send the next text to us twice", "One report, one answer.", (*emulator.Emulator).DoubleNextInbound},
	{"drop-delivery", "Texts", "Cut the line after the next text is accepted", "It is looked up at the provider, not sent again.",
		fails(emulator.Fault{Provider: "twilio", Match: "POST Messages.json", Times: 1, Kind: emulator.AcceptedThenDropped})},
	{"lose-callbacks", "Texts", "Lose all delivery reports", "Texts still go out, in order.", fails(emulator.Fault{Provider: "twilio", Kind: emulator.LostCallbacks})},
	{"lose-calls", "Texts", "Lose the end of the next call", "Twilio is asked how it went: the next channel or person within two minutes.",
		fails(emulator.Fault{Provider: "twilio", Match: "POST Calls.json", Times: 1, Kind: emulator.LostCallbacks})},
	{"text-down", "Texts", "Text provider down", "Reports are kept. Requests to own one go out again, answers once at most.", fails(emulator.Fault{Provider: "twilio", Match: "POST Messages.json", Kind: emulator.Status500HTML})},
	{"text-hang", "Texts", "Text provider answers after 8 seconds", "Nothing is sent twice.",
		fails(emulator.Fault{Provider: "twilio", Match: "POST Messages.json", Times: 1, Kind: emulator.Hang, Delay: 8 * time.Second})},
	{"lose-event", "Slack", "Lose the next Slack event", "Slack sends it again when all is well again.", (*emulator.Emulator).DropNextEvent},
	{"slack-slow", "Slack", "Slack says: too many requests", "The message waits as long as Slack asks.",
		fails(emulator.Fault{Provider: "slack", Match: "chat.postMessage", Times: 3, Kind: emulator.Status429, Delay: 2 * time.Second})},
	{"slack-revoked", "Slack", "Revoke the Slack token", "Urgent cards go out as texts, and the administrator is told.", fails(emulator.Fault{Provider: "slack", Kind: emulator.RevokedToken})},
}

func (s *Stage) breakThing(_ context.Context, o order) error {
	for _, b := range breaks {
		if b.ID == o.Break {
			b.do(s.Emulator)
			return nil
		}
	}
	return fmt.Errorf("break %q: %w", o.Break, errUnknown)
}

// heal makes both providers well again and lets go what they held back.
func (s *Stage) heal(ctx context.Context, _ order) error {
	s.Emulator.ClearFaults()
	s.Emulator.ReleaseCallbacks()
	s.Emulator.RetryEvents()
	if s.Healed == nil {
		return nil
	}
	return s.Healed(ctx)
}
