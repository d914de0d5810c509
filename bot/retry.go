package bot

import (
	"context"
	"encoding/json"
	"fmt"
)

// retriesAtOnce bounds how many failed messages one look takes up.
const retriesAtOnce = 50

// RetryFailed takes in again the messages whose turn failed, as far as their time has come or an operator asked for it, and returns how
// many were taken in. One that fails again waits longer; in the end it waits for an operator. It may run in many processes at once.
func (b *Bot) RetryFailed(ctx context.Context) (done int, err error) {
	bodies, err := b.DB.FailedInbound(ctx, retriesAtOnce)
	if err != nil {
		return 0, err
	}
	for _, body := range bodies {
		var in Inbound
		if err := json.Unmarshal(body, &in); err != nil { // of another version: it stays among the dead letters
			b.Log.Error("a failed message is not read by this version", "error_kind", fmt.Sprintf("%T", err))
			continue
		}
		out, err := b.Receive(ctx, in)
		if err != nil {
			return done, err
		}
		if out.Fresh {
			done++
		}
	}
	return done, nil
}
