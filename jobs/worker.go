// Package jobs is everything that runs by itself: the relay and the deliveries, the clock that fires timers, the poller that finds what
// webhooks lost, the settling of unknown outcomes, and the housekeeping.
//
// Redis is a cache of work and may be flushed at any moment: every duty is a row in PostgreSQL, and asynq only carries its number. The
// package never talks to package bot; they meet in the outbox.
package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/store"
)

// A Worker runs the background work of one process. Any number may run beside each other.
type Worker struct {
	DB      *store.DB
	Catalog *conversations.Catalog
	Senders map[domain.Channel]conversations.Sender
	Redis   redis.UniversalClient // nil: everything is delivered in process
	Log     *slog.Logger
	Limiter *Limiter
	// Concurrency bounds deliveries at a time. 0: 16.
	Concurrency int
	// Missed lists recent inbound messages at the provider and takes in those that never reached us. Nil: no poller.
	Missed func(ctx context.Context, since time.Time) (found int, err error)
	// Retry takes messages in again whose turn failed, as far as their time has come. Nil: nobody does.
	Retry func(ctx context.Context) (done int, err error)
	// Find settles an unknown outcome at the provider, by channel. Nil entries never find.
	Find map[domain.Channel]Finder
	// Status asks the provider what became of a text or a call, by channel. Nil entries: nobody is asked.
	Status map[domain.Channel]func(ctx context.Context, providerID string) (state, errorCode string, err error)
	// Blank has the provider forget the words of texts of a span of time, as far as we hold them ourselves. Nil: no provider does.
	Blank func(ctx context.Context, from, to time.Time) error
	// PollEvery is the poller's interval. 0: 60 s.
	PollEvery time.Duration
	// Count receives deliveries by channel and outcome. Nil: nobody counts.
	Count func(channel, outcome string)

	client     *asynq.Client
	redisRests time.Time // the relay's alone
	inflight   sync.WaitGroup
	slots      chan struct{}
	through    through
}

// Stuck tells since when sending by a channel has failed, again and again, with nothing getting through.
func (w *Worker) Stuck(now time.Time) map[domain.Channel]time.Duration { return w.through.stuck(now) }

// A Finder looks a message of unknown outcome up at its provider.
type Finder func(ctx context.Context, u store.Unsettled) (r conversations.Receipt, found bool, err error)

// The queues, by urgency.
const (
	queueUrgent  = "urgent"
	queuePrompt  = "prompt"
	queueRoutine = "routine"
)

// deliverTimeout bounds one delivery; it is above the provider's timeout and at the claim's lease.
const deliverTimeout = store.ClaimLease

// Run works until the context ends, then finishes what it holds.
func (w *Worker) Run(ctx context.Context) error {
	if w.Concurrency == 0 {
		w.Concurrency = 16
	}
	if w.Limiter == nil {
		w.Limiter = NewLimiter(w.Redis, nil)
	}
	w.slots = make(chan struct{}, w.Concurrency)
	stopServer := w.startServer()
	var loops sync.WaitGroup
	for _, l := range w.loops() {
		loops.Go(func() { w.loop(ctx, l) })
	}
	loops.Go(func() { w.listen(ctx) })
	<-ctx.Done()
	loops.Wait()
	stopServer()
	w.inflight.Wait()
	return nil
}

// startServer starts asynq, when there is a Redis, and returns how to stop it.
func (w *Worker) startServer() (stop func()) {
	if w.Redis == nil {
		return func() {}
	}
	w.client = asynq.NewClientFromRedisClient(w.Redis)
	srv := asynq.NewServerFromRedisClient(w.Redis, asynq.Config{
		Concurrency:              w.Concurrency,
		Queues:                   map[string]int{queueUrgent: 6, queuePrompt: 3, queueRoutine: 1},
		TaskCheckInterval:        50 * time.Millisecond,
		DelayedTaskCheckInterval: time.Second,
		ShutdownTimeout:          deliverTimeout + 2*time.Second,
		Logger:                   quiet{w.Log},
		LogLevel:                 asynq.ErrorLevel,
	})
	mux := asynq.NewServeMux()
	mux.HandleFunc(Deliver{}.Kind(), w.handle)
	if err := srv.Start(mux); err != nil {
		w.Log.Error("asynq did not start; delivering in process", "error_kind", kindOf(err))
		w.client = nil
		return func() {}
	}
	return srv.Shutdown
}

// A tick is one loop of the worker.
type tick struct {
	name  string
	every time.Duration
	wake  <-chan struct{}
	do    func(context.Context) error
}

func (w *Worker) loops() []tick {
	poll := w.PollEvery
	if poll == 0 {
		poll = time.Minute
	}
	return []tick{
		{name: "relay", every: 250 * time.Millisecond, wake: w.DB.Woken(), do: w.relay},
		{name: "clock", every: 500 * time.Millisecond, do: w.fire},
		{name: "settle", every: time.Second, do: w.settle},
		{name: "switches", every: time.Second, do: w.goRound},
		{name: "campaigns", every: 2 * time.Second, do: w.tend},
		{name: "poll", every: poll, do: w.poll},
		{name: "retry", every: 10 * time.Second, do: w.retry},
		{name: "chain", every: time.Second, do: w.chain},
		{name: "causes", every: 5 * time.Second, do: w.causes},
		{name: "blank", every: 5 * time.Minute, do: w.blank},
		{name: "housekeeping", every: time.Minute, do: w.housekeep},
	}
}

// loop runs one tick for ever. A failure is logged and tried again at the next; a panic ends nothing but its tick.
func (w *Worker) loop(ctx context.Context, l tick) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-l.wake:
		}
		if err := w.guarded(ctx, l); err != nil && ctx.Err() == nil {
			w.Log.Error("loop", "loop", l.name, "away", store.Away(err), "error_kind", kindOf(err))
		}
		timer.Reset(l.every)
	}
}

func (w *Worker) guarded(ctx context.Context, l tick) (err error) {
	defer func() {
		if r := recover(); r != nil {
			w.Log.Error("loop panicked", "loop", l.name)
		}
	}()
	return l.do(ctx)
}

func (w *Worker) count(ch domain.Channel, outcome string) {
	if w.Count != nil {
		w.Count(string(ch), outcome)
	}
}
