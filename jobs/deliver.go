package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hibiken/asynq"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/crashpoint"
)

func (w *Worker) handle(ctx context.Context, t *asynq.Task) error {
	var d Deliver
	if err := json.Unmarshal(t.Payload(), &d); err != nil {
		return fmt.Errorf("payload: %w", asynq.SkipRetry)
	}
	if err := w.deliver(ctx, d.ID); err != nil {
		w.Log.Error("deliver", "outbox", d.ID, "error_kind", kindOf(err))
	}
	return nil
}

// deliver sends one outbox row, if it is still to be sent and it is its turn. A claim lost on the way ends it: somebody else has the row.
func (w *Worker) deliver(ctx context.Context, id int64) error {
	if err := w.attempt(ctx, id); !errors.Is(err, domain.ErrConflict) {
		return err
	}
	return nil
}

func (w *Worker) attempt(ctx context.Context, id int64) error {
	d, ok, err := w.DB.Claim(ctx, id)
	if err != nil || !ok {
		if d.Fate != "" {
			w.count(d.Channel, d.Fate)
		}
		return err
	}
	crashpoint.Pass(crashpoint.Claimed)
	defer func() {
		if r := recover(); r != nil {
			w.Log.Error("delivery panicked", "outbox", id)
			_ = w.DB.MarkDead(context.WithoutCancel(ctx), d, "panic")
		}
	}()
	if d.Channel != domain.Voice && (d.Stopped && d.Key != "say.stopped" || d.Dead) {
		return w.outcome(ctx, d, &conversations.SendError{Reason: conversations.OptedOut, Code: "stopped"})
	}
	sender := w.Senders[d.Channel]
	if sender == nil {
		return w.outcome(ctx, d, &conversations.SendError{Reason: conversations.Unreachable, Code: "no_channel"})
	}
	if wait := w.Limiter.Take(ctx, d); wait > 0 {
		return w.DB.MarkLater(ctx, d, wait)
	}
	voice := conversations.Voice{Language: d.Language, Zone: d.Zone, Now: d.Now}
	if d.Topic == domain.BundleTopic {
		d.Args = w.Catalog.Listed(voice, d.Key, d.Args, "names", d.Names, mostNames)
	}
	m := conversations.Outgoing{ID: d.ID, Attempt: d.Attempt, To: d.To, Valid: d.Valid, Message: w.Catalog.Compose(voice, d.Channel, d.Key, d.Args, d.Replies)}
	if err := w.DB.Render(ctx, d, m.Message.Text); err != nil {
		return err
	}
	receipt, err := send(ctx, sender, d, m)
	crashpoint.Pass(crashpoint.Sent)
	if err != nil {
		return w.outcome(ctx, d, err)
	}
	w.count(d.Channel, "sent")
	w.through.sent(d.Channel)
	crashpoint.Pass(crashpoint.Marking)
	return w.DB.MarkSent(context.WithoutCancel(ctx), d, receipt.ID, receipt.Channel)
}

func send(ctx context.Context, s conversations.Sender, d store.Delivery, m conversations.Outgoing) (conversations.Receipt, error) {
	r := conversations.Receipt{ID: d.TargetID, Channel: d.TargetChannel}
	switch d.Op {
	case "edit":
		return r, s.Edit(ctx, r, m)
	case "cancel":
		if c, ok := s.(conversations.Canceller); ok {
			return r, c.Cancel(ctx, r)
		}
		return r, &conversations.SendError{Reason: conversations.Rejected, Code: "cancel"}
	}
	return s.Send(ctx, m)
}

// outcome records why a send did not succeed, and what follows from it.
func (w *Worker) outcome(ctx context.Context, d store.Delivery, cause error) error {
	ctx = context.WithoutCancel(ctx)
	e := &conversations.SendError{Reason: conversations.Unknown, Code: "unknown"}
	if !errors.As(cause, &e) {
		w.Log.Warn("send ended without a reason", "outbox", d.ID, "error_kind", kindOf(cause))
	}
	w.count(d.Channel, string(e.Reason))
	w.through.failed(d.Channel, e.Reason, time.Now())
	switch e.Reason {
	case conversations.Throttled:
		return w.DB.MarkLater(ctx, d, e.RetryAfter)
	case conversations.Revoked:
		w.Log.Error("credentials refused", "channel", d.Channel, "code", e.Code)
		return w.revoked(ctx, d, e.Code)
	case conversations.Unknown:
		return w.DB.MarkUnknown(ctx, d, e.Code)
	case conversations.Rejected:
		w.Log.Error("message refused", "outbox", d.ID, "key", d.Key, "code", e.Code)
		return w.DB.MarkDead(ctx, d, e.Code)
	}
	if err := w.DB.MarkFailed(ctx, d, e.Code); err != nil {
		return err
	}
	if d.Address != 0 && d.Channel != domain.Voice && (e.Reason == conversations.OptedOut || e.Permanent) && e.Code != "stopped" && e.Code != "no_channel" {
		if err := w.DB.MarkAddress(ctx, d.Address, e.Reason == conversations.OptedOut); err != nil {
			return err
		}
	}
	return w.NotReached(ctx, d)
}

// revoked keeps the message: it goes out when the credentials work again. Meanwhile escalations take the other channel.
func (w *Worker) revoked(ctx context.Context, d store.Delivery, code string) error {
	if err := w.DB.MarkLater(ctx, d, 30*time.Second); err != nil {
		return err
	}
	if err := w.DB.Alarm(ctx, "revoked/"+string(d.Channel), domain.ChannelDown{Channel: d.Channel}); err != nil {
		return err
	}
	return w.NotReached(ctx, d)
}

// mostNames bounds how many texts a bundle names. The others are counted.
const mostNames = 8

// NotReached lets the escalation take the next channel or the next person, and progress cards say whom messages do not reach.
func (w *Worker) NotReached(ctx context.Context, d store.Delivery) error {
	var id domain.RecordID
	switch d.Topic {
	case "document":
		return noteArrival(ctx, w.DB, d)
	case domain.BundleTopic:
		return w.noneReached(ctx, d)
	}
	if strings.HasPrefix(d.Topic, "step/") {
		return stepNotReached(ctx, w.DB, d)
	}
	if d.Topic != "escalation" || d.Person == 0 {
		return nil
	}
	if _, err := fmt.Sscanf(d.Subject, "r%d", &id); err != nil {
		return nil
	}
	_, err := w.DB.Do(ctx, domain.Clockwork, domain.DeliveryFailed{Record: id, Person: d.Person, Channel: d.Channel})
	if errors.Is(err, domain.ErrNotFound) {
		return nil
	}
	return err
}

// stepNotReached lets a step of a run take its next channel to somebody.
func stepNotReached(ctx context.Context, db *store.DB, d store.Delivery) error {
	cmd := domain.StepNotReached{Person: d.Person, Channel: d.Channel}
	if _, err := fmt.Sscanf(d.Subject+" "+d.Topic, "y%d step/%d", &cmd.Run, &cmd.Step); err != nil || d.Person == 0 {
		return nil
	}
	_, err := db.Do(ctx, domain.Clockwork, cmd)
	if errors.Is(err, domain.ErrNotFound) {
		return nil
	}
	return err
}

// noneReached does for each text that a bundle stood for what NotReached does for one.
func (w *Worker) noneReached(ctx context.Context, bundle store.Delivery) error {
	carried, err := w.DB.Carried(ctx, bundle)
	if err != nil {
		return err
	}
	for _, d := range carried {
		if err := w.NotReached(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// noteArrival has the progress cards of a document counted anew, of which a message did or did not arrive.
func noteArrival(ctx context.Context, db *store.DB, d store.Delivery) error {
	var id domain.TaskID
	if _, err := fmt.Sscanf(d.Subject, "t%d", &id); err != nil {
		return nil
	}
	_, err := db.Do(ctx, domain.Clockwork, domain.NoteArrival{Task: id})
	if errors.Is(err, domain.ErrNotFound) {
		return nil
	}
	return err
}

// TakeReport applies a delivery report and what follows from a failure.
func (w *Worker) TakeReport(ctx context.Context, r store.Report) error {
	return TakeReport(ctx, w.DB, r)
}
