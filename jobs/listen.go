package jobs

import (
	"context"
	"time"
)

// listen wakes the relay when another process queued a message: PostgreSQL tells, on a connection of its own that is made anew, with a
// sweep, whenever it breaks.
func (w *Worker) listen(ctx context.Context) {
	for ctx.Err() == nil {
		if err := w.DB.Listen(ctx); err != nil && ctx.Err() == nil {
			w.Log.Warn("listening for messages ended", "error_kind", kindOf(err))
		}
		w.DB.Wake()
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}
