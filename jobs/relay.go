package jobs

import (
	"context"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
)

// offerAtOnce is how many messages one look at the outbox hands out.
const offerAtOnce = 200

// relay hands due messages to asynq, or delivers them in process when Redis is away, or took one and has nothing to show for it. The claim in PostgreSQL is the fence: a message
// handed out twice is sent once.
func (w *Worker) relay(ctx context.Context) error {
	for {
		due, err := w.DB.Offer(ctx, offerAtOnce)
		if err != nil {
			return err
		}
		for _, d := range due {
			if d.Again || !w.enqueue(ctx, d) {
				w.inProcess(ctx, d)
			}
		}
		if len(due) < offerAtOnce {
			return nil
		}
	}
}

// restOfRedis is how long a Redis that did not answer is left alone: one that hangs would cost every message its timeout.
const restOfRedis = 2 * time.Second

func (w *Worker) enqueue(ctx context.Context, d store.Due) bool {
	if w.client == nil || time.Now().Before(w.redisRests) {
		return false
	}
	job := Deliver{ID: d.ID, Queue: queueRoutine}
	switch d.Urgency {
	case domain.Urgent:
		job.Queue = queueUrgent
	case domain.Prompt:
		job.Queue = queuePrompt
	}
	t, err := task(job)
	if err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
	defer cancel()
	if _, err := w.client.EnqueueContext(ctx, t); err != nil {
		w.redisRests = time.Now().Add(restOfRedis)
		w.Log.Warn("redis is away; delivering in process", "outbox", d.ID, "error_kind", kindOf(err))
		return false
	}
	return true
}

// inProcess delivers without asynq, as many at a time as asynq would.
func (w *Worker) inProcess(ctx context.Context, d store.Due) {
	select {
	case w.slots <- struct{}{}:
	case <-ctx.Done():
		return
	}
	w.inflight.Go(func() {
		defer func() { <-w.slots }()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deliverTimeout)
		defer cancel()
		if err := w.deliver(ctx, d.ID); err != nil {
			w.Log.Error("deliver", "outbox", d.ID, "error_kind", kindOf(err))
		}
	})
}
