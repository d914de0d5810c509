package jobs

import (
	"context"
	"slices"

	"goodcatch/domain"
)

// heldAtOnce is how many waiting messages are looked at in one round.
const heldAtOnce = 200

// goRound looks for another way for messages whose provider is switched off. Requests to own a record climb their own ladder of channels; what
// has no other way waits for the provider.
func (w *Worker) goRound(ctx context.Context) error {
	org, err := w.DB.Organisation(ctx)
	if err != nil || len(org.Off) == 0 {
		return err
	}
	for ch := range org.Off {
		w.through.sent(ch) // what failed before is no news any more
	}
	held, err := w.DB.Held(ctx, heldAtOnce)
	if err != nil {
		return err
	}
	for _, d := range held {
		switch p := org.People[d.Person]; {
		case d.Topic != "escalation":
			err = w.DB.TakeOtherWay(ctx, d)
		case p != nil && slices.ContainsFunc(org.Ways(p, d.Urgency), func(way domain.Way) bool { return !org.IsOff(way.Channel) }):
			if err = w.NotReached(ctx, d); err == nil {
				err = w.DB.LeaveWaiting(ctx, d)
			}
		default:
			err = w.DB.LeaveWaiting(ctx, d)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
