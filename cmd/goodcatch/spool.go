package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"goodcatch/bot/sms"
	"goodcatch/cmd/program"
)

type spoolCmd struct {
	Dir string `arg:"" placeholder:"DIR" help:"Where texts wait, on a disk that survives. Sealed; made when it is not there."`
}

// Help is shown by goodcatch spool --help.
func (spoolCmd) Help() string {
	return `A second small process for the time when goodcatch does not answer: it keeps texts on its disk, sealed, and hands them on as soon as the
database can be reached. Run it on another machine, with the same keys and Twilio settings, and name it as the number's fallback:
"Primary handler fails" -> its own PUBLIC_URL with /twilio/sms behind it. A text that arrives at both is one record.

  PUBLIC_URL=https://fallback.example.org goodcatch spool /var/spool/goodcatch`
}

// drainEvery is how often the spool tries to hand on what it holds.
const drainEvery = 5 * time.Second

// Run takes texts in and hands them on until it is told to end. What is left waits for the next start.
func (c spoolCmd) Run(ctx context.Context, a *app) error {
	if err := a.require(a.needsDatabase, a.needsKeys, a.needsWeb, a.needsChannels); err != nil {
		return err
	}
	if !a.hasTwilio() {
		return fault("TWILIO_ACCOUNT_SID", "is not set: a spool takes texts only.", "Set the same Twilio settings as for serve.")
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	cfg, err := a.programConfig()
	if err != nil {
		return err
	}
	cfg.Slack, cfg.RedisURL = nil, ""
	p, err := program.New(ctx, cfg) // reaches for the database only when there is something to hand on
	if err != nil {
		return err
	}
	defer p.Close()
	channel, err := sms.New(*cfg.SMS)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", a.ListenAddr)
	if err != nil {
		return fmt.Errorf("LISTEN_ADDR: %w", err)
	}
	spool := sms.Spool{Dir: c.Dir, Keys: cfg.Keys}
	mux := http.NewServeMux()
	(&sms.Webhook{Channel: channel, Take: spool.Take, Count: func(string, string) {}, Log: a.log}).Routes(mux)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, "ok") })
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 15 * time.Second}
	defer context.AfterFunc(ctx, func() { _ = srv.Close() })()
	go c.drain(ctx, a, spool, p)
	a.log.Info("serving", "role", "spool", "addr", listener.Addr().String())
	if err := srv.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func (c spoolCmd) drain(ctx context.Context, a *app, spool sms.Spool, p *program.Program) {
	tick := time.NewTicker(drainEvery)
	defer tick.Stop()
	for {
		if n, err := spool.Drain(ctx, p.Bot.Receive); err != nil && ctx.Err() == nil {
			a.log.Warn("spooled texts wait", "err", reason(err))
		} else if n > 0 {
			a.log.Info("spooled texts handed on", "count", n)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
