package conversations

import (
	"context"
	"strings"
	"time"

	"goodcatch/domain"
)

// A Message is what one person is told, before a channel renders it.
type Message struct {
	Text    string   // plain words: the SMS itself; in Slack the notification
	Rich    string   // Slack mrkdwn, escaped; empty: Text serves
	Buttons []Button // in Slack only
}

// A Button offers one reply.
type Button struct {
	Letter string
	Label  string
	Style  string
}

// Compose renders a notice for a channel. An SMS is one segment whatever its values: the longest of them is clipped until it fits.
func (c *Catalog) Compose(v Voice, ch domain.Channel, key string, args domain.Args, replies []domain.Reply) Message {
	if ch == domain.SMS {
		return Message{Text: c.Segment(v, key, args)}
	}
	if ch == domain.Voice && c.Has(key+".voice") {
		return Message{Text: c.Say(v, key+".voice", args)}
	}
	m := Message{Text: c.Say(v, key, args)}
	if c.Has(key + ".slack") {
		m.Text = c.Say(v, key+".slack", args)
		m.Rich = c.say(v, key+".slack", args, Escape)
	}
	for _, r := range replies {
		m.Buttons = append(m.Buttons, Button{Letter: r.Letter, Label: c.Say(v, r.Key, r.Args), Style: r.Style})
	}
	return m
}

var mrkdwnEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\x00", "\ufffd")

// Escape makes somebody's text safe in Slack's mrkdwn: no mention (<!channel>, <@U…>), link or date of theirs takes effect. Names with a
// bare @ do nothing as long as link_names and parse stay off.
func Escape(s string) string {
	return mrkdwnEscapes.Replace(strings.ToValidUTF8(s, "\ufffd"))
}

// A Sender delivers or edits one message over one channel. What is queued with us is withdrawn in the outbox; what a provider has
// accepted goes out: Twilio cancels only what was scheduled with it.
type Sender interface {
	// Send delivers. An error is a *SendError, or counts as Unknown.
	Send(ctx context.Context, m Outgoing) (Receipt, error)
	// Edit replaces what was sent, where the channel can; ErrCannot otherwise.
	Edit(ctx context.Context, r Receipt, m Outgoing) error
}

// A Canceller is a sender that can end what has begun: a call that rings. What Slack and a telephone company have taken for delivery they
// deliver.
type Canceller interface {
	// Cancel ends a delivery. One that is over already is no error.
	Cancel(ctx context.Context, r Receipt) error
}

// An Outgoing is one delivery.
type Outgoing struct {
	ID      int64 // outbox row
	Attempt int
	To      string // E.164 number or Slack user id
	Message Message
	Valid   time.Duration // the provider may drop it after that; 0: its default
}

// A Receipt is how the provider names what it accepted.
type Receipt struct {
	ID      string // MessageSid, or Slack ts
	Channel string // Slack conversation
}

// A Reason says why a send failed, in the only terms that matter: may trying again help?
type Reason string

// The reasons.
const (
	Throttled   Reason = "throttled"   // try again after RetryAfter
	Unreachable Reason = "unreachable" // this address, for now or for good: use the next channel
	Rejected    Reason = "rejected"    // this message, for good: our own fault
	OptedOut    Reason = "opted_out"   // never again to this address
	Revoked     Reason = "revoked"     // our credentials: stop sending on this channel
	Unknown     Reason = "unknown"     // it may have been sent
)

// A SendError is a send that did not certainly succeed.
type SendError struct {
	Reason     Reason
	RetryAfter time.Duration
	Code       string // the provider's error code, never its text: texts hold numbers
	Permanent  bool   // Unreachable: the address is dead
	Err        error
}

func (e *SendError) Error() string { return "send: " + string(e.Reason) + " " + e.Code }

func (e *SendError) Unwrap() error { return e.Err }
