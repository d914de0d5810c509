package jobs

import (
	"context"
	"errors"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
)

// How long an unknown outcome waits: for its callback before the provider's list is asked; for the list to hold what was sent, where a
// second copy is worse than none; and for a list that does not answer. Twilio's list lags by a few seconds.
const (
	unknownFor = 3 * time.Second
	lagFor     = 10 * time.Second
	silentList = 20 * time.Second
)

// settle decides what became of messages of unknown outcome: found at the provider, sent again, or given up.
func (w *Worker) settle(ctx context.Context) error {
	list, err := w.DB.Unsettled(ctx, unknownFor)
	if err != nil {
		return err
	}
	silent := map[domain.Channel]bool{} // a provider that does not answer is asked once a round
	for _, u := range list {
		v, ready := w.look(ctx, u, silent)
		if !ready {
			continue // asked again in a second
		}
		err := w.DB.Resolve(ctx, u, v)
		if errors.Is(err, domain.ErrConflict) { // that one is another message of the same words
			err = w.DB.Resolve(ctx, u, store.Verdict{Listed: true})
		}
		if err != nil {
			return err
		}
		w.count(u.Channel, "settled")
	}
	return w.overdue(ctx)
}

// look asks the provider's list about a message. ready is false when the answer may still come, or change.
func (w *Worker) look(ctx context.Context, u store.Unsettled, silent map[domain.Channel]bool) (v store.Verdict, ready bool) {
	find := w.Find[u.Channel]
	if find == nil || u.Text == "" || u.Op != "send" {
		return v, true
	}
	if silent[u.Channel] {
		return v, u.Age > silentList
	}
	var err error
	if u.To, err = w.DB.Whereto(ctx, u); err != nil {
		w.Log.Warn("address of a message not read", "outbox", u.ID, "error_kind", kindOf(err))
		return v, u.Age > silentList
	}
	if u.To == "" {
		return v, true
	}
	receipt, found, err := find(ctx, u)
	switch {
	case err != nil:
		silent[u.Channel] = true
		w.Log.Warn("provider's list not read", "outbox", u.ID, "error_kind", kindOf(err))
		return v, u.Age > silentList
	case found:
		return store.Verdict{Listed: true, ID: receipt.ID, Channel: receipt.Channel}, true
	default:
		return store.Verdict{Listed: true}, u.Class == domain.UntilCertain || u.Age > lagFor
	}
}

// silentFor is how long an urgent text may stay undelivered before the next channel or person is asked.
const silentFor = 3 * time.Minute

// overdue watches for texts that the provider accepted and nobody received.
func (w *Worker) overdue(ctx context.Context) error {
	late, err := w.DB.Undelivered(ctx, silentFor)
	if err != nil {
		return err
	}
	for _, d := range late {
		if err := w.NotReached(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// poll takes in what the provider holds and no webhook brought.
func (w *Worker) poll(ctx context.Context) error {
	if err := w.AskLost(ctx); err != nil {
		return err
	}
	if w.Missed == nil {
		return nil
	}
	since, err := w.DB.Mark(ctx, "poller")
	if err != nil {
		return err
	}
	started := time.Now()
	if floor := started.Add(-24 * time.Hour); since.Before(floor) {
		since = floor
	}
	if _, err := w.Missed(ctx, since.Add(-5*time.Minute)); err != nil {
		return err
	}
	return w.DB.SetMark(ctx, "poller", started)
}

// AskLost asks the provider about texts and calls whose reports never came.
func (w *Worker) AskLost(ctx context.Context) error {
	if len(w.Status) == 0 {
		return nil
	}
	list, err := w.DB.Unreported(ctx)
	if err != nil {
		return err
	}
	for _, r := range list {
		ask := w.Status[r.Channel]
		if ask == nil {
			continue
		}
		if r.State, r.ErrorCode, err = ask(ctx, r.ProviderID); err != nil {
			w.Log.Warn("status not read", "outbox", r.OutboxID, "channel", r.Channel, "error_kind", kindOf(err))
			continue // asked again later
		}
		if err := TakeReport(ctx, w.DB, r); err != nil {
			return err
		}
	}
	return nil
}

// retry takes in again what failed before.
func (w *Worker) retry(ctx context.Context) error {
	if w.Retry == nil {
		return nil
	}
	_, err := w.Retry(ctx)
	return err
}

// fire runs due timers, and files what was kept for a day.
func (w *Worker) fire(ctx context.Context) error {
	if _, err := w.DB.Fire(ctx); err != nil {
		return err
	}
	return w.DB.SortKept(ctx)
}

// tend brings campaigns in line with their audiences, when people have changed.
func (w *Worker) tend(ctx context.Context) error {
	_, err := w.DB.Tend(ctx)
	return err
}

// chain seals the audit.
func (w *Worker) chain(ctx context.Context) error {
	_, err := w.DB.SealEvents(ctx, 5000)
	return err
}

// causes looks for reports that make a quiz worth proposing.
func (w *Worker) causes(ctx context.Context) error {
	_, err := w.DB.SweepCauses(ctx)
	return err
}

// housekeep removes what has had its time.
func (w *Worker) housekeep(ctx context.Context) error { return w.DB.Purge(ctx) }

// TakeReport applies a delivery report and what follows from a failure. Bot-only processes use it too: it needs no worker.
func TakeReport(ctx context.Context, db *store.DB, r store.Report) error {
	d, moved, err := db.TakeReport(ctx, r)
	if err != nil || !moved {
		return err
	}
	if !unreached(d.Channel, r.State) {
		return arrived(ctx, db, d, r.State)
	}
	if d.Address != 0 && d.Channel == domain.SMS && dead[r.ErrorCode] {
		if err := db.MarkAddress(ctx, d.Address, false); err != nil {
			return err
		}
	}
	if d.Address != 0 && r.ErrorCode == "21610" {
		if err := db.MarkAddress(ctx, d.Address, true); err != nil {
			return err
		}
	}
	w := &Worker{DB: db}
	return w.NotReached(ctx, d)
}

// arrived follows a message that did get there. Where earlier ones about the same document had not, its cards are counted anew.
func arrived(ctx context.Context, db *store.DB, d store.Delivery, state string) error {
	if d.Topic != "document" || state != "delivered" {
		return nil
	}
	if before, err := db.LostBefore(ctx, d); err != nil || !before {
		return err
	}
	return noteArrival(ctx, db, d)
}

// unreached are the ends of a delivery that reached nobody. A call that was picked up is one of them: without a key press, which settles
// the matter before the call ends, it may have been a machine that listened.
func unreached(ch domain.Channel, state string) bool {
	switch state {
	case "undelivered", "failed":
		return true
	case "busy", "no-answer", "completed":
		return ch == domain.Voice
	default:
		return false
	}
}

// dead are the delivery errors that mean the number itself is no good. Source: Twilio's error dictionary.
var dead = map[string]bool{"30004": true, "30005": true, "30006": true, "21211": true, "21614": true}
