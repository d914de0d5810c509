package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"goodcatch/cmd/demo"
	"goodcatch/store/localpg"
)

type demoCmd struct {
	Port   int  `placeholder:"PORT" help:"Of the page. Default: 8080, or a free one when that is taken."`
	Yes    bool `help:"Install PostgreSQL with this machine's package client without asking, if there is none."`
	Smoke  bool `help:"Play one near miss from the text to the answer, print how long it took, and end."`
	Paced  bool `help:"Send people no more routine texts than in a real house: a minute apart, four a week, the rest as one."`
	UseEnv bool `help:"Use the PostgreSQL and Redis that DATABASE_URL and REDIS_URL name. The database must be empty, or an earlier demo's."`
}

// Help is shown by goodcatch demo --help.
func (demoCmd) Help() string {
	return `The whole of goodcatch on this machine: no accounts, no Docker, no network. PostgreSQL and Redis are started privately, Slack and
Twilio are played by the program, a hospital of 40 people has a month of reports behind it. Whatever the environment names stays
untouched without --use-env, and nothing is ever sent to a real provider. Every start begins anew.

  goodcatch demo
  goodcatch demo --port 9000
  goodcatch demo --smoke`
}

const usualPort = 8080

// Run starts the demo and waits for the end.
func (c demoCmd) Run(ctx context.Context, a *app) error {
	began := time.Now()
	d, err := startDemo(ctx, a, c.options(a))
	if err != nil {
		return err
	}
	if c.Smoke {
		return errors.Join(smoke(ctx, a, d), d.Close())
	}
	a.printf("%-11s after %.1f seconds\n\nOpen  %s/\n\nCtrl-C ends the demo.\n", "Ready", time.Since(began).Seconds(), d.URL)
	return errors.Join(d.Wait(ctx), d.Close())
}

func (c demoCmd) options(a *app) demo.Options {
	o := a.demoOptions(c.Yes)
	o.Paced = c.Paced
	switch {
	case c.Port != 0:
		o.Listen = fmt.Sprintf("127.0.0.1:%d", c.Port)
	case !c.Smoke && free(usualPort):
		o.Listen = fmt.Sprintf("127.0.0.1:%d", usualPort)
	}
	if c.UseEnv {
		o.DatabaseURL, o.RedisURL = a.MigrateDatabaseURL, a.RedisURL
		if o.DatabaseURL == "" {
			o.DatabaseURL = a.DatabaseURL
		}
	}
	return o
}

// demoOptions are what every demo of the command line shares.
func (a *app) demoOptions(yes bool) demo.Options {
	o := demo.Options{
		Yes: yes, Ask: a.ask, Say: func(what, text string) { a.printf("%-11s %s\n", what, text) },
		Log: newLogger(a.err, a.LogFormat, quieter(a.LogLevel)),
	}
	if a.DataDir != "" {
		o.Dir = filepath.Join(a.DataDir, "demo")
	}
	return o
}

// quieter leaves a demo's terminal to its page: only what went wrong is logged, unless more is asked for.
func quieter(level string) string {
	if level == "info" {
		return "error"
	}
	return level
}

func free(port int) bool {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return false
	}
	return l.Close() == nil
}

// ask asks on a terminal before a package client is run; elsewhere the answer is no.
func (a *app) ask(command string) bool {
	if !isTerminal(a.out) {
		return false
	}
	a.printf("goodcatch needs a PostgreSQL server. May it run this?\n\n    %s\n\n[y/N] ", command)
	line, _ := bufio.NewReader(a.in).ReadString('\n') // no answer is no
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(line)), "y")
}

// startDemo starts a demo and turns what a person can put right into words.
func startDemo(ctx context.Context, a *app, o demo.Options) (*demo.Demo, error) {
	d, err := demo.Start(ctx, o)
	var missing *localpg.MissingError
	switch {
	case errors.As(err, &missing):
		fmt.Fprintln(a.err, missing.Error())
		return nil, errReported
	case errors.Is(err, localpg.ErrInUse):
		return nil, fmt.Errorf("%w. Another demo runs: end it, or set another GOODCATCH_DATA_DIR", err)
	case errors.Is(err, demo.ErrNotOurs):
		return nil, fmt.Errorf("DATABASE_URL: %w. Give the demo an empty one, or leave out --use-env", err)
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%w. Choose another --port", err)
	}
	return d, err
}

// smokeTime bounds the smoke test.
const smokeTime = 60 * time.Second

func smoke(ctx context.Context, a *app, d *demo.Demo) error {
	ctx, cancel := context.WithTimeout(ctx, smokeTime)
	defer cancel()
	timings, err := d.Smoke(ctx)
	for _, lap := range timings {
		a.printf("%-11s %s after %d ms\n", "Smoke", lap.What, lap.Took.Milliseconds())
	}
	if err == nil {
		a.printf("%-11s ok\n", "Smoke")
	}
	return err
}
