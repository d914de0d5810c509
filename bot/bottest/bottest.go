// Package bottest runs the whole program against the emulated providers, on a database of its own, for stories and fault tests.
//
// Nothing is mocked: signed webhooks go in over HTTP, slack-go and twilio-go call the emulator, PostgreSQL holds the record. Business
// time is the test's: it runs, and jumps only from one due thing to the next.
package bottest

import (
	"cmp"
	"context"
	"embed"
	"encoding/json"
	"io/fs"
	"log/slog"
	"net"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	slackgo "github.com/slack-go/slack"

	"goodcatch/bot/emulator"
	"goodcatch/bot/slack"
	"goodcatch/bot/sms"
	"goodcatch/cmd/program"
	"goodcatch/conversations"
	"goodcatch/jobs"
	"goodcatch/store"
	"goodcatch/store/importer"
	"goodcatch/store/storetest"
)

//go:embed hospital
var hospital embed.FS

// Begin is the business time at which every test starts: a Monday at 10:00 in London.
var Begin = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// A World is the whole program with its providers.
type World struct {
	TB       testing.TB
	Emulator *emulator.Emulator
	Program  *program.Program
	DB       *store.DB
	Redis    *miniredis.Miniredis
	Product  string // where webhooks go
	URL      string // of the owner of the database
	Clock    *Clock

	patience time.Duration
	stop     func()
}

// A Clock is business time: it runs like the wall's, from Begin, and can be moved on.
type Clock struct {
	mu     sync.Mutex
	offset time.Duration
	began  time.Time
}

// Now is business time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Begin.Add(time.Since(c.began)).Add(c.offset)
}

// JumpTo moves business time on to t; it never goes back.
func (c *Clock) JumpTo(t time.Time) {
	now := c.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if d := t.Sub(now); d > 0 {
		c.offset += d
	}
}

// Sockets is how many Socket Mode connections the program keeps.
const Sockets = 2

// Settings change how a world is made.
type Settings struct {
	SocketMode  bool
	NoRedis     bool
	BotOnly     bool // no worker: nothing is sent
	WorkerOnly  bool // no bot: nothing is taken in
	Watch       jobs.WatchConfig
	Connections int // 0: 8
	Log         *slog.Logger
	Hospital    fs.FS         // nil: the small hospital of the stories
	DatabaseURL string        // empty: a fresh database; else one that is migrated and empty
	Patience    time.Duration // how long, in real time, to wait for what should happen at once; 0: 15 s
}

// New makes a world and takes it down with the test.
func New(tb testing.TB, settings ...Settings) *World {
	tb.Helper()
	var s Settings
	if len(settings) > 0 {
		s = settings[0]
	}
	w := &World{TB: tb, Clock: &Clock{began: time.Now()}, URL: s.DatabaseURL, patience: cmp.Or(s.Patience, patience)}
	if w.URL == "" {
		w.URL = storetest.Database(tb)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	w.Product = "http://" + listener.Addr().String()
	var providers *httptest.Server
	w.Emulator = emulator.New(emulator.Options{
		ProductURL: func() string { return w.Product }, BaseURL: func() string { return providers.URL }, PublicURL: "https://q.test.example", SocketMode: s.SocketMode,
		SlackWait: 20 * time.Second, Scopes: w.scopes(),
	})
	tb.Cleanup(w.Emulator.Close)
	providers = httptest.NewServer(w.Emulator)
	tb.Cleanup(providers.Close)
	cfg := w.config(providers.URL, s)
	w.load(s)
	w.Program, err = program.New(tb.Context(), cfg)
	if err != nil {
		tb.Fatal(err)
	}
	w.DB = w.Program.DB
	role := program.All
	if s.BotOnly {
		role = program.Bot
	}
	if s.WorkerOnly {
		role = program.Worker
	}
	w.start(listener, role)
	if s.SocketMode {
		if err := w.Emulator.WaitSockets(tb.Context(), Sockets); err != nil {
			tb.Fatal(err)
		}
	}
	return w
}

// scopes are what our manifest asks Slack for: whatever the program calls must be among them.
func (w *World) scopes() []string {
	raw, err := slack.ManifestJSON("", true)
	var m slackgo.Manifest
	if err == nil {
		err = json.Unmarshal(raw, &m)
	}
	if err != nil {
		w.TB.Fatal(err)
	}
	return m.OAuthConfig.Scopes.Bot
}

// config is the program's configuration against the emulator at base.
func (w *World) config(base string, s Settings) program.Config {
	o := w.Emulator.Options()
	cfg := program.Config{
		DatabaseURL: w.URL, PublicURL: o.PublicURL, Keys: storetest.Keys(w.TB), Now: w.Clock.Now, Log: s.Log, Connections: cmp.Or(s.Connections, 8), PollEvery: time.Hour, Limits: &jobs.Limits{}, Watch: s.Watch,
		Slack: &slack.Config{BotToken: o.SlackBotToken, SigningSecrets: []string{o.SlackSigningSecret}, APIURL: base + "/slack/api/", AppID: o.AppID},
		SMS:   &sms.Config{AccountSID: o.TwilioAccountSID, AuthTokens: []string{o.TwilioAuthToken}, From: o.OurNumber, APIURL: base + "/twilio", PublicURL: o.PublicURL},
	}
	if s.SocketMode {
		cfg.Slack.AppToken = o.SlackAppToken
	}
	if !s.NoRedis {
		w.Redis = miniredis.RunT(w.TB)
		cfg.RedisURL = "redis://" + w.Redis.Addr()
	}
	return cfg
}

// load imports the hospital and gives everyone their phone and Slack account.
func (w *World) load(s Settings) {
	w.TB.Helper()
	dir := s.Hospital
	if dir == nil {
		sub, err := fs.Sub(hospital, "hospital")
		if err != nil {
			w.TB.Fatal(err)
		}
		dir = sub
	}
	db := storetest.Connect(w.TB, w.URL, store.Options{Now: w.Clock.Now, Connections: 2})
	if _, err := importer.Import(w.TB.Context(), db, dir, importer.Options{Languages: conversations.NewCatalog("").Languages()}, false); err != nil {
		w.TB.Fatal(err)
	}
	org, err := db.Organisation(w.TB.Context())
	if err != nil {
		w.TB.Fatal(err)
	}
	for _, p := range org.People {
		if p.Phone.Value != "" {
			w.Emulator.AddPhone(p.Phone.Value, p.Name)
		}
		if p.Slack.Value != "" {
			w.Emulator.AddSlackUser(emulator.User{ID: p.Slack.Value, Name: p.Name, Email: p.Email, TZ: "Europe/London", Locale: "en-GB"})
		}
	}
}

func (w *World) start(l net.Listener, role program.Role) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(w.TB.Context()))
	done := make(chan error, 1)
	go func() { done <- w.Program.Run(ctx, role, l) }()
	w.stop = func() {
		cancel()
		if err := <-done; err != nil {
			w.TB.Errorf("program: %v", err)
		}
		w.Program.Close()
	}
	w.TB.Cleanup(w.stop)
}

// patience is how long, in real time, a test waits for something that should happen at once.
const patience = 15 * time.Second

// Settle waits until nothing is under way: no message due or in flight, no callback pending.
func (w *World) Settle() {
	w.TB.Helper()
	ctx, cancel := context.WithTimeout(w.TB.Context(), w.patience)
	defer cancel()
	for range time.Tick(5 * time.Millisecond) {
		if err := w.Emulator.Settled(ctx); err != nil {
			w.TB.Fatalf("not settled: %v", err)
		}
		var busy int
		err := w.DB.Pool.QueryRow(ctx, `
			SELECT count(*) FROM outbox WHERE state = 'sending' OR state = 'pending' AND (not_before <= $1 OR error_code = 'off' AND op = 'send' AND person_id IS NOT NULL)`, w.Clock.Now()).Scan(&busy)
		if err != nil {
			w.TB.Fatalf("not settled: %v", err)
		}
		if busy == 0 {
			return
		}
	}
}

// Step moves business time to the next due thing, if it comes by limit, and lets it happen. It reports whether there was one.
func (w *World) Step(limit time.Time) bool {
	w.TB.Helper()
	w.Settle()
	at, ok, err := w.DB.NextDue(w.TB.Context())
	if err != nil {
		w.TB.Fatal(err)
	}
	if !ok || at.After(limit) {
		return false
	}
	w.Clock.JumpTo(at)
	w.Fire()
	return true
}

// Fire runs what is due now and waits until its messages are out.
func (w *World) Fire() {
	w.TB.Helper()
	if _, err := w.DB.Fire(w.TB.Context()); err != nil {
		w.TB.Fatal(err)
	}
	if err := w.DB.SortKept(w.TB.Context()); err != nil {
		w.TB.Fatal(err)
	}
	if _, err := w.DB.Tend(w.TB.Context()); err != nil {
		w.TB.Fatal(err)
	}
	if _, err := w.DB.SweepCauses(w.TB.Context()); err != nil {
		w.TB.Fatal(err)
	}
	w.DB.Wake()
	w.Settle()
}

// Pass lets business time pass, through every due thing on the way.
func (w *World) Pass(d time.Duration) {
	w.TB.Helper()
	end := w.Clock.Now().Add(d)
	for w.Step(end) {
	}
	w.Clock.JumpTo(end)
	w.Fire()
}
