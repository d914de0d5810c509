// Package demo starts the whole of goodcatch on a bare machine: a private PostgreSQL, a Redis, emulated providers, a hospital with a
// month behind it, bot and worker, and a page to play it all.
//
// Nothing in it is pretended: texts and buttons are signed webhooks, messages are calls of the providers' own libraries, time alone can
// be moved on. It must never talk to a real provider, and touches a database it did not make only when that is empty or its own.
package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"goodcatch/bot/emulator"
	"goodcatch/bot/emulator/page"
	"goodcatch/bot/slack"
	"goodcatch/bot/sms"
	"goodcatch/cmd/program"
	"goodcatch/jobs"
	"goodcatch/jobs/localredis"
	"goodcatch/store/seal"
)

// Options say what to use. The zero value makes everything anew, in a temporary directory, on a free port.
type Options struct {
	Dir         string // keeps PostgreSQL's files between runs; the demo itself always begins anew
	Listen      string // host:port of the page; empty: a free port
	DatabaseURL string // instead of a private PostgreSQL: must be empty, or the demo's own
	RedisURL    string // instead of a Redis of its own
	Keys        *seal.Keys
	Yes         bool                      // may install PostgreSQL without asking
	Ask         func(command string) bool // asked before the machine's package client is run
	Say         func(what, text string)   // progress, one line each; nil: silent
	Log         *slog.Logger
	NoHistory   bool // begin with people and procedures only
	Paced       bool // routine texts are counted: see domain.Burden. Else every text comes at once, for a visitor plays weeks in minutes
}

// A Demo is running.
type Demo struct {
	URL      string // of the page
	Emulator *emulator.Emulator
	Program  *program.Program
	Clock    *Clock
	Cast     Cast

	o       Options
	stage   *page.Stage
	step    sync.Mutex // one movement of the clock at a time
	closers []func() error
	failed  chan error
}

// Start starts everything and returns when the page answers. Close it in the end, also after an error of Wait.
func Start(ctx context.Context, o Options) (_ *Demo, err error) {
	if o.Say == nil {
		o.Say = func(string, string) {}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	d := &Demo{o: o, Clock: &Clock{}, failed: make(chan error, 2)}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.Close())
		}
	}()
	listener, err := d.listen(o.Listen)
	if err != nil {
		return nil, err
	}
	cfg, err := d.machines(ctx)
	if err != nil {
		return nil, err
	}
	if err := d.open(ctx, cfg); err != nil {
		return nil, err
	}
	d.run(ctx, listener)
	if err := d.recent(ctx); err != nil {
		return nil, err
	}
	return d, nil
}

// listen takes the address of the page, and begins to hold what must be given back.
func (d *Demo) listen(address string) (net.Listener, error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	d.later(func() error { l.Close(); return nil }) // the server has closed it by then, mostly
	d.URL = "http://" + l.Addr().String()
	return l, nil
}

func (d *Demo) later(close func() error) { d.closers = append(d.closers, close) }

// machines starts PostgreSQL, Redis and the providers, and says which were taken.
func (d *Demo) machines(ctx context.Context) (program.Config, error) {
	cfg := program.Config{PublicURL: d.URL, Keys: d.o.Keys, Now: d.Clock.Now, Log: d.o.Log, PollEvery: 3 * time.Second, Limits: &jobs.Limits{}, Unbounded: !d.o.Paced}
	if cfg.Keys == nil {
		text, err := seal.NewKeyset()
		if err != nil {
			return cfg, err
		}
		if cfg.Keys, err = seal.Parse(text); err != nil {
			return cfg, err
		}
	}
	var err error
	if cfg.DatabaseURL, err = d.database(ctx); err != nil {
		return cfg, err
	}
	redis, err := localredis.Open(ctx, d.o.RedisURL, localredis.Options{})
	if err != nil {
		return cfg, err
	}
	d.later(redis.Close)
	d.o.Say("Redis", redis.Rung)
	cfg.RedisURL = redis.URL
	base, err := d.providers()
	if err != nil {
		return cfg, err
	}
	o := d.Emulator.Options()
	cfg.SMS = &sms.Config{AccountSID: o.TwilioAccountSID, AuthTokens: []string{o.TwilioAuthToken}, From: o.OurNumber, APIURL: base + "/twilio", PublicURL: d.URL}
	cfg.Slack = &slack.Config{BotToken: o.SlackBotToken, SigningSecrets: []string{o.SlackSigningSecret}, APIURL: base + "/slack/api/"}
	return cfg, nil
}

// providers serves the emulator on a port of its own.
func (d *Demo) providers() (base string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("providers: %w", err)
	}
	base = "http://" + l.Addr().String()
	url := func(s string) func() string { return func() string { return s } }
	d.Emulator = emulator.New(emulator.Options{Now: d.Clock.Now, BaseURL: url(base), ProductURL: url(d.URL), PublicURL: d.URL, TeamName: "Riverside Hospital"})
	srv := &http.Server{Handler: d.Emulator, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = srv.Serve(l) }() // ends with Close
	d.later(func() error { d.Emulator.Close(); return srv.Close() })
	d.o.Say("Providers", "Slack and Twilio are played by this process; nothing leaves the machine")
	return base, nil
}

// open wires the program and fills the hospital.
func (d *Demo) open(ctx context.Context, cfg program.Config) (err error) {
	if d.Program, err = program.New(ctx, cfg); err != nil {
		return err
	}
	d.later(func() error { d.Program.Close(); return nil })
	if d.o.DatabaseURL != "" {
		if err := d.Program.DB.SetMark(ctx, ownMark, time.Now()); err != nil {
			return err
		}
	}
	if err := d.settle(ctx); err != nil {
		return err
	}
	return d.history(ctx)
}

// run serves the page and lets bot and worker work.
func (d *Demo) run(ctx context.Context, l net.Listener) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	mux := http.NewServeMux()
	mux.Handle("/", d.Program.Handler())
	d.stage = d.newStage()
	mux.Handle("/{$}", d.stage.Handler())
	mux.Handle("/demo/", d.stage.Handler())
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute}
	var parts sync.WaitGroup
	part := func(work func() error) {
		parts.Go(func() {
			if err := work(); err != nil && ctx.Err() == nil && !errors.Is(err, http.ErrServerClosed) {
				d.failed <- err
			}
		})
	}
	part(func() error { return d.Program.Run(ctx, program.All, nil) })
	part(func() error { return srv.Serve(l) })
	d.later(func() error {
		cancel()
		err := srv.Close()
		parts.Wait()
		return err
	})
}

// Wait returns when the context ends, or with what went wrong.
func (d *Demo) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-d.failed:
		return err
	}
}

// lastWords bounds how long Close waits for delivery reports that are on their way.
const lastWords = 2 * time.Second

// Close ends everything, the last started first, and removes what was temporary.
func (d *Demo) Close() error {
	var errs []error
	if d.stage != nil {
		ctx, cancel := context.WithTimeout(context.Background(), lastWords)
		defer cancel()
		_ = d.Emulator.Settled(ctx) // a provider that hangs is left behind
	}
	for len(d.closers) > 0 {
		last := len(d.closers) - 1
		errs = append(errs, d.closers[last]())
		d.closers = d.closers[:last]
	}
	return errors.Join(errs...)
}
