package slack

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"goodcatch/bot"
	"goodcatch/store"
)

// Counts receives what came in, for the metrics: "accepted", "doubled", "refused", "away".
type Counts func(channel, outcome string)

// An App is what Slack talks to: events, buttons, commands and modals in, by webhook or socket; modals and the Home tab out.
type App struct {
	Channel *Channel
	Bot     *bot.Bot
	Count   Counts
	Log     *slog.Logger

	mu   sync.Mutex
	met  map[string]time.Time // users whose place on the roster was looked up
	home homes
	work sync.WaitGroup
	few  chan struct{}
}

// mostLater bounds what runs at a time after Slack has its answer.
const mostLater = 8

// NewApp returns an app. count may be nil.
func NewApp(c *Channel, b *bot.Bot, count Counts, log *slog.Logger) *App {
	return &App{Channel: c, Bot: b, Count: count, Log: log, few: make(chan struct{}, mostLater)}
}

// answerWithin is how long a handler may take: Slack waits three seconds.
const answerWithin = 2500 * time.Millisecond

// An answer is what Slack is told at once: 200 with a body or none; 401 for what is not for us; 503 for what must come again.
type answer struct {
	status int
	body   any
}

var (
	taken   = answer{status: http.StatusOK}
	foreign = answer{status: http.StatusUnauthorized}
	away    = answer{status: http.StatusServiceUnavailable}
)

// json is the body on the wire; empty when there is none.
func (a answer) json() []byte {
	if a.body == nil {
		return nil
	}
	raw, err := json.Marshal(a.body)
	if err != nil {
		return nil
	}
	return raw
}

// handlers by what is to be handled; both ways in use them.
func (a *App) handle(ctx context.Context, kind string, raw []byte) answer {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	var out answer
	switch kind {
	case kindEvent:
		out = a.event(ctx, raw)
	case kindCommand:
		out = a.command(ctx, raw)
	default:
		out = a.interaction(ctx, raw)
	}
	switch out.status {
	case http.StatusUnauthorized:
		a.count("refused")
	case http.StatusServiceUnavailable:
		a.count("away")
	}
	return out
}

// The kinds of what comes in, as Socket Mode names them.
const (
	kindEvent       = "events_api"
	kindInteraction = "interactive"
	kindCommand     = "slash_commands"
)

func (a *App) count(outcome string) {
	if a.Count != nil {
		a.Count("slack", outcome)
	}
}

// ours reports whether something comes from our app and workspace, and its user belongs there: in a shared channel strangers could press.
func (a *App) ours(ctx context.Context, app, team, userTeam string) answer {
	if a.Channel.cfg.AppID != "" && app != a.Channel.cfg.AppID {
		return foreign
	}
	us, err := a.Channel.Team(ctx)
	if err != nil {
		a.Log.Error("our workspace is not known", "code", code(err))
		return away
	}
	if team == "" { // an installation for a whole organisation names the user's only
		team = userTeam
	}
	if team != us || userTeam != "" && userTeam != us {
		return foreign
	}
	return taken
}

// receive hands a message to the bot and says what Slack is to be told.
func (a *App) receive(ctx context.Context, in bot.Inbound) (bot.Outcome, answer) {
	in.Provider = "slack"
	out, err := a.Bot.Receive(ctx, in)
	if err != nil {
		a.Log.Error("message not taken", "inbound", in.ID, "away", store.Away(err))
		return out, away
	}
	if out.Fresh {
		a.count("accepted")
	} else {
		a.count("doubled")
	}
	return out, taken
}

// later runs something that Slack does not wait for; at most a few at a time.
func (a *App) later(do func(context.Context)) {
	a.work.Go(func() {
		a.few <- struct{}{}
		defer func() { <-a.few }()
		ctx, cancel := context.WithTimeout(context.Background(), 2*providerTimeout)
		defer cancel()
		do(ctx)
	})
}

// Close waits for what is under way and ends idle connections.
func (a *App) Close() {
	a.work.Wait()
	a.Channel.Close()
}

// isAway reports whether an error means that the record cannot be reached just now.
func isAway(err error) bool { return store.Away(err) || errors.Is(err, context.DeadlineExceeded) }
