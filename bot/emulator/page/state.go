package page

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"goodcatch/bot/emulator"
)

// shown bounds how much of each conversation the page draws: the newest.
const shown = 80

// state is all that the page draws.
type state struct {
	emulator.Snapshot
	Hospital string   `json:"hospital"`
	Public   string   `json:"public_url"`
	Zone     string   `json:"zone"`
	People   []Person `json:"people"`
	Clock    clock    `json:"clock"`
	Breaks   []Break  `json:"breaks"`
}

// clock is the business clock as of now.
type clock struct {
	Now  time.Time `json:"now"`
	Next *Due      `json:"next"`
}

func (s *Stage) serveState(w http.ResponseWriter, r *http.Request) {
	now := state{Snapshot: s.Emulator.Snapshot(), Hospital: s.Hospital, Public: s.Public, Zone: s.Zone, People: s.People, Clock: s.clock(r.Context()), Breaks: breaks}
	for i, p := range now.Phones {
		now.Phones[i].Messages = newest(p.Messages)
	}
	for i, ch := range now.Channels {
		now.Channels[i].Messages = newest(ch.Messages)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(now) // an error means that the browser has gone
}

func newest[T any](all []T) []T { return all[max(0, len(all)-shown):] }

// clock reads the clock. When the next due thing cannot be read just now, none is shown.
func (s *Stage) clock(ctx context.Context) clock {
	c := clock{Now: s.Now()}
	if due, ok, err := s.Next(ctx); err == nil && ok {
		c.Next = &due
	}
	return c
}
