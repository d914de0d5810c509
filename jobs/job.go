package jobs

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/hibiken/asynq"
)

// A Job is one kind of work that asynq carries. Its payload holds ids only.
type Job interface {
	Kind() string
	Options() []asynq.Option
}

// Deliver carries one outbox row.
type Deliver struct {
	ID    int64  `json:"id"`
	Queue string `json:"-"`
}

// Kind is the stable name.
func (Deliver) Kind() string { return "deliver@1" }

// Options: never tried again by asynq, for the row itself says what is due; short timeout, nothing kept.
func (d Deliver) Options() []asynq.Option {
	return []asynq.Option{asynq.MaxRetry(0), asynq.Timeout(deliverTimeout), asynq.Queue(d.Queue), asynq.Retention(0)}
}

func task(j Job) (*asynq.Task, error) {
	payload, err := json.Marshal(j)
	if err != nil {
		return nil, err
	}
	return asynq.NewTask(j.Kind(), payload, j.Options()...), nil
}

// kindOf names an error's type for logs: its text may quote values.
func kindOf(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return fmt.Sprintf("%T", err)
		}
		err = next
	}
}

// quiet hands asynq's errors to our log, by a constant message: asynq's texts hold Redis addresses.
type quiet struct{ log *slog.Logger }

func (q quiet) Debug(...any) {}
func (q quiet) Info(...any)  {}
func (q quiet) Warn(...any)  { q.log.Debug("asynq warns") }
func (q quiet) Error(...any) { q.log.Warn("asynq reports an error", "at", time.Now().UTC()) }
func (q quiet) Fatal(...any) { q.log.Error("asynq reports a fatal error") }
