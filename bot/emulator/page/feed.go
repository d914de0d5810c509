package page

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"goodcatch/bot/emulator"
)

const (
	together = 30 * time.Millisecond // changes that close on one another are told as one
	tickTime = time.Second           // how often the clock and the next due thing are looked at
)

// serveFeed tells the browser, as server-sent events, that something changed ("change", with the sequence number) and what the clock
// says ("clock"). What changed is read from /demo/state.
func (s *Stage) serveFeed(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	out := http.NewResponseController(w)
	if err := out.SetWriteDeadline(time.Time{}); err != nil {
		http.Error(w, "no stream", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	changes := s.Emulator.Changes(ctx)
	tick := time.NewTicker(tickTime)
	defer tick.Stop()
	last := s.clock(ctx)
	send := func(event string, data any) error {
		text, err := json.Marshal(data)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "event: %s\ndata: %s\n\n", event, text); err != nil {
			return err
		}
		return out.Flush()
	}
	err := send("clock", last)
	for err == nil {
		select {
		case <-ctx.Done():
			return
		case change, ok := <-changes:
			if !ok {
				return
			}
			err = send("change", map[string]int64{"seq": drain(changes, change).Seq})
		case <-tick.C:
			now := s.clock(ctx)
			if moved(last, now) {
				err = send("clock", now)
			}
			last = now
		}
	}
}

// drain takes the changes that follow closely and returns the last one.
func drain(changes <-chan emulator.Change, last emulator.Change) emulator.Change {
	quiet := time.NewTimer(together)
	defer quiet.Stop()
	for {
		select {
		case next, ok := <-changes:
			if !ok {
				return last
			}
			last = next
		case <-quiet.C:
			return last
		}
	}
}

// moved reports whether the clock jumped or another thing is due next.
func moved(before, now clock) bool {
	if jump := now.Now.Sub(before.Now); jump < 0 || jump > 2*tickTime {
		return true
	}
	if before.Next == nil || now.Next == nil {
		return before.Next != now.Next
	}
	return !before.Next.At.Equal(now.Next.At) || before.Next.What != now.Next.What
}
