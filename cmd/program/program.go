// Package program wires the whole: store, bot, channels, worker, HTTP. The command line and the tests build the same program from it.
//
// It holds no logic of its own, reads no environment, and knows no flags.
package program

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"goodcatch/bot"
	"goodcatch/bot/slack"
	"goodcatch/bot/sms"
	"goodcatch/bot/web"
	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/jobs"
	"goodcatch/store"
	"goodcatch/store/seal"
)

// Config is everything a program is made of. Slack and SMS are each optional.
type Config struct {
	DatabaseURL string
	RedisURL    string // empty: no Redis, everything is delivered in process
	PublicURL   string
	Keys        *seal.Keys
	SMS         *sms.Config
	Slack       *slack.Config
	Now         func() time.Time // business clock of tests and the demo; nil: PostgreSQL's
	Log         *slog.Logger
	Connections int
	PollEvery   time.Duration
	Limits      *jobs.Limits // nil: jobs.DefaultLimits
	Unbounded   bool         // routine texts to one phone are not counted: see domain.Burden
	Watch       jobs.WatchConfig
	// MetricsToken lets /metrics be read from elsewhere with "Authorization: Bearer …"; empty: from this machine only.
	MetricsToken string
}

// A Role is which part of the program a process runs.
type Role string

// The roles.
const (
	All    Role = "all"
	Bot    Role = "bot"
	Worker Role = "worker"
)

// A Program is the wired whole.
type Program struct {
	DB      *store.DB
	Bot     *bot.Bot
	Worker  *jobs.Worker
	Redis   redis.UniversalClient
	Catalog *conversations.Catalog
	cfg     Config
	mux     *http.ServeMux
	counts  *counts
	slack   *slack.App
}

// New wires a program. It connects to the database, and makes no call to a provider.
func New(ctx context.Context, cfg Config) (*Program, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	db, err := store.Open(ctx, cfg.DatabaseURL, store.Options{Keys: cfg.Keys, Now: cfg.Now, Log: cfg.Log, Connections: cfg.Connections, Unbounded: cfg.Unbounded})
	if err != nil {
		return nil, err
	}
	p := &Program{DB: db, cfg: cfg, mux: http.NewServeMux(), Catalog: conversations.NewCatalog(cfg.PublicURL), counts: newCounts()}
	p.Bot = &bot.Bot{DB: db, Catalog: p.Catalog, Log: cfg.Log}
	p.Worker = &jobs.Worker{
		DB: db, Catalog: p.Catalog, Log: cfg.Log, PollEvery: cfg.PollEvery, Count: p.counts.add,
		Senders: map[domain.Channel]conversations.Sender{}, Find: map[domain.Channel]jobs.Finder{},
		Status: map[domain.Channel]func(context.Context, string) (string, string, error){},
	}
	p.Worker.Retry = p.Bot.RetryFailed
	if cfg.RedisURL != "" {
		o, err := redis.ParseURL(cfg.RedisURL)
		if err != nil {
			return nil, errors.New("REDIS_URL is not a Redis address")
		}
		p.Redis = redis.NewClient(o)
		p.Worker.Redis = p.Redis
	}
	p.Worker.Limiter = jobs.NewLimiter(p.Redis, cfg.Limits)
	if err := p.addSMS(); err != nil {
		return nil, err
	}
	if err := p.addSlack(); err != nil {
		return nil, err
	}
	p.addWeb()
	return p, nil
}

// addSMS wires Twilio: webhooks in, sender, poller and finder.
func (p *Program) addSMS() error {
	if p.cfg.SMS == nil {
		return nil
	}
	channel, err := sms.New(*p.cfg.SMS)
	if err != nil {
		return err
	}
	hook := &sms.Webhook{Channel: channel, Bot: p.Bot, Count: p.counts.add, Log: p.cfg.Log, Report: func(ctx context.Context, r store.Report) error { return jobs.TakeReport(ctx, p.DB, r) }}
	hook.Routes(p.mux)
	voice := sms.Voice{Channel: channel}
	p.Worker.Senders[domain.SMS], p.Worker.Senders[domain.Voice] = channel, voice
	p.Worker.Find[domain.Voice] = voice.Find
	p.Worker.Status[domain.SMS], p.Worker.Status[domain.Voice] = channel.Status, voice.Status
	p.Worker.Find[domain.SMS] = func(ctx context.Context, u store.Unsettled) (conversations.Receipt, bool, error) {
		return channel.Find(ctx, u.To, u.Text, u.Since)
	}
	p.Worker.Blank = func(ctx context.Context, from, to time.Time) error { return p.blank(ctx, channel, from, to) }
	p.Worker.Missed = func(ctx context.Context, since time.Time) (int, error) {
		missed, err := channel.Inbound(ctx, since)
		if err != nil {
			return 0, err
		}
		ids := make([]string, len(missed))
		for i, m := range missed {
			ids[i] = m.ID
		}
		known, err := p.DB.Handled(ctx, "twilio", ids)
		if err != nil {
			return 0, err
		}
		found := 0
		for _, m := range missed {
			if known[m.ID] {
				continue
			}
			out, err := p.Bot.Receive(ctx, bot.Inbound{Provider: "twilio", ID: m.ID, FoundBy: "poller", Channel: domain.SMS, From: m.From, Text: m.Text, Media: m.Media})
			if err != nil {
				return found, err
			}
			if out.Fresh {
				found++
				p.counts.add("sms", "found_by_poller")
			}
		}
		return found, nil
	}
	return nil
}

// addWeb wires the pages: procedures, the report form, health and metrics.
func (p *Program) addWeb() {
	pages := &web.Server{
		DB: p.DB, Bot: p.Bot, Catalog: p.Catalog, Log: p.cfg.Log, PublicURL: p.cfg.PublicURL, Metrics: p.counts.registry, MetricsToken: p.cfg.MetricsToken,
	}
	if p.Redis != nil {
		pages.Redis = p.pingRedis
	}
	pages.Routes(p.mux)
}

// addSlack wires Slack: webhooks or sockets in, sender and finder, Home tabs kept up to date.
func (p *Program) addSlack() error {
	if p.cfg.Slack == nil {
		return nil
	}
	channel, err := slack.New(*p.cfg.Slack)
	if err != nil {
		return err
	}
	p.slack = slack.NewApp(channel, p.Bot, p.counts.add, p.cfg.Log)
	p.slack.Routes(p.mux)
	p.Bot.Changed = p.slack.Refresh
	p.Worker.Senders[domain.Slack] = channel
	p.Worker.Find[domain.Slack] = func(ctx context.Context, u store.Unsettled) (conversations.Receipt, bool, error) {
		return channel.Find(ctx, u.To, u.ID, u.Since)
	}
	return nil
}

// Handler serves the program's webhooks and pages.
func (p *Program) Handler() http.Handler { return p.mux }

// Run works in the role until the context ends. Bot roles serve HTTP on l.
func (p *Program) Run(ctx context.Context, role Role, l net.Listener) error {
	var parts sync.WaitGroup
	errs := make(chan error, 5)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	part := func(run func(context.Context) error) {
		parts.Go(func() {
			if err := run(ctx); err != nil && ctx.Err() == nil {
				errs <- err
				cancel()
			}
		})
	}
	if role != Bot {
		part(p.Worker.Run)
	} else {
		part(p.announce)
	}
	part(p.watcher(role).Run)
	if p.slack != nil && role != Worker {
		part(p.slack.Run)
	}
	if l != nil {
		part(func(ctx context.Context) error { return p.serve(ctx, l) })
	}
	parts.Wait()
	select {
	case err := <-errs:
		return err
	default:
		return nil
	}
}

// watcher is this process's eye on the whole.
func (p *Program) watcher(role Role) *jobs.Watcher {
	w := &jobs.Watcher{DB: p.DB, Catalog: p.Catalog, Senders: p.Worker.Senders, Log: p.cfg.Log, WatchConfig: p.cfg.Watch}
	if p.Redis != nil {
		w.Redis = p.pingRedis
	}
	if role != Worker {
		w.Kinds = append(w.Kinds, domain.VitalBot)
	}
	if role != Bot {
		w.Kinds, w.Stuck = append(w.Kinds, domain.VitalWorker), p.Worker.Stuck
	}
	return w
}

func (p *Program) pingRedis(ctx context.Context) error { return p.Redis.Ping(ctx).Err() }

// announce tells the worker processes of messages this process queued, once for many.
func (p *Program) announce(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-p.DB.Woken():
			if err := p.DB.Announce(ctx); err != nil && ctx.Err() == nil {
				p.cfg.Log.Warn("announcement failed; the sweep will find it", "away", store.Away(err))
			}
		}
	}
}

func (p *Program) serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{Handler: p.mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10}
	stop := context.AfterFunc(ctx, func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		_ = srv.Shutdown(end)
	})
	defer stop()
	if err := srv.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// Close ends the connections.
func (p *Program) Close() {
	if p.slack != nil {
		p.slack.Close()
	}
	p.DB.Close()
	if p.Redis != nil {
		_ = p.Redis.Close()
	}
}
