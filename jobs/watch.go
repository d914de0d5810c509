package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/store"
)

// A Watcher is one process's eye on the whole installation. Every process has one, whatever its role:
//
//	stopped                    seen by                                        told by
//	a worker, all its loops    every other process: it is not heard of        Slack and SMS
//	the bot processes          every worker: they are not heard of            Slack and SMS
//	timers, outbox, settling,  every process: the oldest row waits too long   Slack and SMS
//	  audit, open clocks
//	Slack                      the worker whose sending fails                 SMS
//	SMS                        the worker whose sending fails                 Slack
//	Twilio's webhook           every process: the poller found texts          Slack and SMS
//	the way of a text          every process: the test phone got none         Slack and SMS
//	PostgreSQL, Redis          every process for itself                       Slack and SMS
//	all processes              whoever waits for our heartbeat at its URL     its own means
//
// An alarm does not take the way of other messages, which may be what has stopped: the process that raises it calls the provider itself.
// Of all processes one tells, but where PostgreSQL is away: then each does.
type Watcher struct {
	DB      *store.DB
	Catalog *conversations.Catalog
	Senders map[domain.Channel]conversations.Sender
	Redis   func(context.Context) error // asks for an answer; nil: there is no Redis
	Stuck   func(time.Time) map[domain.Channel]time.Duration
	Log     *slog.Logger
	WatchConfig
	Kinds []domain.Vital // what this process is: VitalBot, VitalWorker, or both

	watch   domain.Watch
	told    map[domain.Vital]bool // what this process told of without PostgreSQL
	healthy *domain.Organisation  // as last read: whom to tell when PostgreSQL is away
}

// WatchConfig are the settings of the watch. The zero value is a working one without heartbeat and canary.
type WatchConfig struct {
	Heartbeat   string           // URL that is read once a minute while all is well; empty: none
	CanaryPhone string           // E.164 number of a test phone; empty: none
	CanaryEvery time.Duration    // 0: an hour
	Every       time.Duration    // between looks; 0: ten seconds
	Patience    time.Duration    // 0: domain.WatchPatience
	Now         func() time.Time // the clock of the watch; nil: time.Now
}

// lookTime bounds each question of a look.
const lookTime = 5 * time.Second

// heartbeatEvery is how often the heartbeat's other end hears of us.
const heartbeatEvery = time.Minute

// Run looks until the context ends.
func (w *Watcher) Run(ctx context.Context) error {
	if w.Every == 0 {
		w.Every = 10 * time.Second
	}
	if w.CanaryEvery == 0 {
		w.CanaryEvery = time.Hour
	}
	if w.Now == nil {
		w.Now = time.Now
	}
	w.watch.Patience, w.told = w.Patience, map[domain.Vital]bool{}
	ticker := time.NewTicker(w.Every)
	defer ticker.Stop()
	for {
		w.look(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// look takes one look, and tells what is new.
func (w *Watcher) look(ctx context.Context) {
	now := w.Now()
	ill := w.pulse(ctx, now).Ill()
	raise, well := w.watch.See(ill, now)
	for _, v := range raise {
		if w.mine(ctx, v) {
			w.Log.Error("a part has stopped", "part", v)
			w.tell(ctx, "watch.ill", v, ill)
		}
	}
	for _, v := range w.over(ctx, well) {
		w.Log.Info("a part works again", "part", v)
		w.tell(ctx, "watch.well", v, ill)
	}
	if len(ill) == 0 && ctx.Err() == nil {
		w.beatHeart(ctx)
		w.sendCanary(ctx)
	}
}

// pulse says that this process lives, and looks at everything.
func (w *Watcher) pulse(ctx context.Context, now time.Time) domain.Pulse {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	err := w.DB.Beat(ctx, w.Kinds)
	var p domain.Pulse
	if err == nil {
		p, err = w.DB.Pulse(ctx)
	}
	if err == nil {
		w.healthy, err = w.DB.Organisation(ctx)
	}
	if err != nil {
		return domain.Pulse{DatabaseAway: true}
	}
	for _, s := range w.healthy.OffNow() {
		p.Off = append(p.Off, s.Channel)
	}
	if w.Redis != nil {
		p.RedisAway = w.Redis(ctx) != nil
	}
	if w.Stuck != nil {
		p.Stuck = w.Stuck(now)
	}
	return p
}

// mine reports whether this process is the one to tell of a part.
func (w *Watcher) mine(ctx context.Context, v domain.Vital) bool {
	if v == domain.VitalDatabase {
		first := !w.told[v]
		w.told[v] = true
		return first
	}
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	mine, err := w.DB.RaiseAlarm(ctx, v)
	return err == nil && mine // with an error the next look sees the database ill
}

// over returns the parts that were told of and are well again, for this process to tell.
func (w *Watcher) over(ctx context.Context, well []domain.Vital) (over []domain.Vital) {
	if len(well) == 0 {
		return nil
	}
	if w.told[domain.VitalDatabase] && slices.Contains(well, domain.VitalDatabase) {
		delete(w.told, domain.VitalDatabase)
		over = append(over, domain.VitalDatabase)
	}
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	lowered, err := w.DB.LowerAlarms(ctx, well)
	if err != nil {
		return over
	}
	return append(over, lowered...)
}

// tell calls the providers itself, for every administrator, by every channel that works.
func (w *Watcher) tell(ctx context.Context, key string, v domain.Vital, ill []domain.Vital) {
	if w.healthy == nil {
		w.Log.Error("an alarm reaches nobody: the roster was never read", "part", v)
		return
	}
	reached := 0
	for _, p := range w.healthy.Anyone(domain.Admin) {
		for _, ch := range domain.AlarmChannels(w.healthy, p, ill) {
			if w.send(ctx, p, ch, key, v) {
				reached++
			}
		}
	}
	if reached == 0 {
		w.Log.Error("an alarm reached nobody", "part", v)
	}
}

func (w *Watcher) send(ctx context.Context, p *domain.Person, ch domain.Channel, key string, v domain.Vital) bool {
	sender, address := w.Senders[ch], domain.Address{}
	if sender != nil {
		address, _ = p.At(ch)
	}
	if address.Value == "" {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	voice := conversations.Voice{Language: w.healthy.LanguageOf(p.ID), Zone: w.healthy.ZoneOf(p.ID), Now: time.Now()}
	message := w.Catalog.Compose(voice, ch, key, domain.Args{"part": domain.Term("vital." + string(v))}, nil)
	if _, err := sender.Send(ctx, conversations.Outgoing{To: address.Value, Message: message}); err != nil {
		w.Log.Error("alarm not sent", "part", v, "channel", ch, "error_kind", kindOf(err))
		return false
	}
	return true
}

// beatHeart lets the other end of the heartbeat hear of us.
func (w *Watcher) beatHeart(ctx context.Context) {
	if w.Heartbeat == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	if mine, err := w.DB.Heartbeat(ctx, heartbeatEvery-w.Every); err != nil || !mine {
		return
	}
	if err := get(ctx, w.Heartbeat); err != nil {
		w.Log.Warn("heartbeat not heard", "error_kind", kindOf(err))
	}
}

func get(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	return nil
}

// sendCanary queues the test phone's text, which takes the whole way of any other.
func (w *Watcher) sendCanary(ctx context.Context) {
	if w.CanaryPhone == "" || !slices.Contains(w.Kinds, domain.VitalWorker) || w.healthy.IsOff(domain.SMS) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	if err := w.DB.SendCanary(ctx, w.CanaryPhone, w.CanaryEvery); err != nil {
		w.Log.Error("canary not sent", "away", store.Away(err), "error_kind", kindOf(err))
	}
}
