// Package bot is the one inbound path: whatever arrives, by SMS, Slack or the web, becomes an Inbound, is received exactly once, and is
// routed to the flow or command it means. The subpackages speak the providers' wire; nothing here does.
//
// What the package must not do: decide anything (domain does), or send anything (jobs does, from the outbox).
package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/domain/words"
	"goodcatch/store"
)

// A Bot receives. It may be used by many goroutines at once.
type Bot struct {
	DB      *store.DB
	Catalog *conversations.Catalog
	Log     *slog.Logger
	// Changed is told of each change after its commit. It must not wait. Nil: nobody listens.
	Changed func(domain.Change)
}

// An Inbound is one message from outside. ID is the provider's own and the idempotency key: MessageSid; Slack's event_id; the trigger id
// of commands and actions; the draft id of a submission.
type Inbound struct {
	Provider string // twilio, slack, web
	ID       string
	FoundBy  string // webhook or poller
	Channel  domain.Channel
	From     string // E.164 number, or Slack user id; empty: a form without login, from nobody we know
	Language string // of such a form
	Text     string
	Media    int  // attachments, which are not fetched
	Dropped  bool // documents may be among them, which are handed in by themselves: words that nobody understands go with them
	Press    *Press
	Submit   *Submit

	pin *domain.PINCheck // of a PIN that the text may be, compared ahead of the turn
}

// A Press is a button, or key 1 in a call: a reply to one message of ours.
type Press struct {
	Notice int64 // outbox row
	Letter string
}

// A Submit is a filled-in form.
type Submit struct {
	Flow    string
	Start   domain.Args
	Answers []conversations.Answer
}

// An Outcome is what became of an inbound message.
type Outcome struct {
	Fresh   bool  // false: handled before, nothing was done
	Problem error // a form's: *domain.InvalidError and the like; nothing was done
	Change  domain.Change
	Command domain.Command // what a press or form asked for
	Words   string         // the problem in the caller's words
	Record  *domain.Record // what a form filed, now or when it came before
}

// Receive takes in one message, exactly once, in one transaction: received, understood, decided, answered. An error means that nothing
// was written and the provider should try again; a turn that cannot succeed is kept, sealed, and tried again: see RetryFailed.
func (b *Bot) Receive(ctx context.Context, in Inbound) (Outcome, error) {
	if in.FoundBy == "" {
		in.FoundBy = "webhook"
	}
	in.pin = b.pinAhead(ctx, in)
	out, err := b.turn(ctx, in)
	if err == nil {
		return out, nil
	}
	if store.Away(err) || in.Submit != nil || looksLikePIN(in.Text) { // a PIN is not kept to be tried again
		return Outcome{}, err
	}
	b.Log.Error("turn failed", "provider", in.Provider, "inbound", in.ID, "error_kind", fmt.Sprintf("%T", errors.Unwrap(err)), "error", store.Cause(err))
	body, keepErr := json.Marshal(in)
	if keepErr == nil {
		keepErr = b.DB.KeepFailed(ctx, in.Provider, in.ID, in.Channel, in.From, body, store.Cause(err))
	}
	if keepErr != nil {
		return Outcome{}, errors.Join(err, keepErr)
	}
	return Outcome{}, nil
}

func (b *Bot) turn(ctx context.Context, in Inbound) (out Outcome, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("turn panicked: %T", r)
			b.Log.Error("turn panicked", "provider", in.Provider, "inbound", in.ID, "panic", fmt.Sprintf("%T", r))
		}
	}()
	err = b.DB.InTx(ctx, func(tx *store.Tx) error {
		caller, fresh, err := receive(ctx, tx, in)
		if err != nil || !fresh && in.Submit == nil {
			return err
		}
		t := &turn{bot: b, ctx: ctx, tx: tx, in: in, caller: caller}
		if t.now, t.org, err = tx.Now(ctx); err != nil {
			return err
		}
		switch {
		case !fresh:
			fresh, err = t.again()
		default:
			err = t.run()
		}
		if err == nil && fresh && in.Submit != nil && t.problem == nil {
			err = t.remember()
		}
		if err != nil {
			return err
		}
		out = Outcome{Fresh: fresh, Change: t.change, Command: t.command, Problem: t.problem, Record: t.record}
		if t.problem != nil {
			key, args := Problem(t.org, t.problem)
			out.Words = b.Catalog.Say(t.voice(), key, args)
		}
		if t.problem != nil && in.Submit != nil {
			return errUndone // the form keeps the text; the same draft may come again
		}
		return nil
	})
	if errors.Is(err, errUndone) {
		err = nil
	}
	if err == nil && out.Problem == nil && out.Command != nil && b.Changed != nil {
		b.Changed(out.Change)
	}
	return out, err
}

// receive takes a message in, exactly once, and finds out who it is from.
func receive(ctx context.Context, tx *store.Tx, in Inbound) (c store.Caller, fresh bool, err error) {
	if in.From != "" {
		if said, ok := words.Keyword(in.Text); ok && said.Word.IsReport() && said.Rest != "" {
			tx.Reserve(1)
		}
		return tx.Receive(ctx, in.Provider, in.ID, in.FoundBy, addressed(in.Channel), in.From)
	}
	fresh, err = tx.FirstOf(ctx, in.Provider, in.ID)
	return store.Caller{Channel: in.Channel, Language: in.Language}, fresh, err
}

// addressed is the channel whose addresses a message comes from: a call comes from the telephone that texts do.
func addressed(ch domain.Channel) domain.Channel {
	if ch == domain.Voice {
		return domain.SMS
	}
	return ch
}

var errUndone = errors.New("undone")

// Form prepares a flow for a surface that shows all questions at once.
func (b *Bot) Form(ctx context.Context, ch domain.Channel, from, flow string, start domain.Args) (conversations.Turn, conversations.Voice, error) {
	var form conversations.Turn
	var voice conversations.Voice
	f, ok := conversations.FlowNamed(flow)
	if !ok {
		return form, voice, fmt.Errorf("flow %q: %w", flow, domain.ErrNotFound)
	}
	err := b.DB.InTx(ctx, func(tx *store.Tx) error {
		caller, err := tx.Caller(ctx, ch, from)
		if err != nil {
			return err
		}
		t := &turn{bot: b, ctx: ctx, tx: tx, in: Inbound{Channel: ch}, caller: caller}
		if t.now, t.org, err = tx.Now(ctx); err != nil {
			return err
		}
		voice = t.voice()
		facts, err := t.facts(f, start, nil)
		if err != nil {
			return err
		}
		form = f.AsForm(conversations.Session{Flow: flow, Start: start}, facts)
		if facts.Record != nil && len(facts.Passages) > 0 && domain.MayRead(facts, facts.Record) == nil {
			tx.Audit(t.actor(), domain.Event{Record: facts.Record.ID, Name: "read", Data: map[string]string{"form": flow}})
		}
		if f.Opens == nil {
			return nil
		}
		if _, err := tx.Do(ctx, t.flowActor(f), f.Opens(start)); !isRefusal(err) {
			return err
		}
		return nil
	})
	return form, voice, err
}

// Offered finds what pressing a letter on one of our messages would do.
func (b *Bot) Offered(ctx context.Context, ch domain.Channel, from string, p Press) (domain.Reply, error) {
	var reply domain.Reply
	err := b.DB.InTx(ctx, func(tx *store.Tx) error {
		caller, err := tx.Caller(ctx, ch, from)
		if err != nil {
			return err
		}
		sent, err := tx.SentTo(ctx, p.Notice, caller.ID)
		if err != nil {
			return err
		}
		var ok bool
		if reply, ok = sent.Reply(p.Letter); !ok {
			return domain.ErrNotFound
		}
		return nil
	})
	return reply, err
}
