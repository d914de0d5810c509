package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"goodcatch/bot/emulator"
	"goodcatch/conversations"
	"goodcatch/store"
	"goodcatch/store/crashpoint"
	"goodcatch/store/importer"
	"goodcatch/store/storetest"
)

var crashRuns = flag.Int("crash.runs", 2, "crashes at each of the five points, half of them with lists that do not answer")

var crashPoints = []string{crashpoint.Received, crashpoint.Committed, crashpoint.Claimed, crashpoint.Sent, crashpoint.Marking}

// TestCrashAtEveryPointLosesAndDoublesNothing kills the real program, with SIGKILL, at the five points where it hurts most, starts it
// again, and counts what came of the report: one record; one receipt; one card for each manager. Where the provider's list does not
// answer, an escalation may come once more for each time its outcome was unknown, and a receipt may be missing, but never comes twice.
func TestCrashAtEveryPointLosesAndDoublesNothing(t *testing.T) {
	storetest.Keys(t)
	program := crashProgram(t)
	runs := make(chan crash)
	go func() {
		defer close(runs)
		for i := range *crashRuns {
			for _, point := range crashPoints {
				runs <- crash{point: point, silent: i%2 == 1}
			}
		}
	}()
	var tally crashTally
	var lanes sync.WaitGroup
	for n := range min(8, *crashRuns*len(crashPoints)) {
		l := newLane(t, program, n)
		lanes.Go(func() {
			for c := range runs {
				tally.add(c, l.run(c))
			}
		})
	}
	lanes.Wait()
	tally.report(t)
}

// crashProgram builds the program with its crash points.
func crashProgram(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "goodcatch")
	build := exec.CommandContext(t.Context(), "go", "build", "-tags", "crash", "-o", file, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return file
}

// A crash is one run.
type crash struct {
	point  string
	silent bool // the providers' lists do not answer
}

// A crashCount is what came of one report.
type crashCount struct {
	records, receipts, questions, lee, omar, resent int
	recovery                                        time.Duration
	problem                                         string
}

type crashTally struct {
	mu   sync.Mutex
	runs map[crash][]crashCount
}

func (c *crashTally) add(what crash, got crashCount) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.runs == nil {
		c.runs = map[crash][]crashCount{}
	}
	c.runs[what] = append(c.runs[what], got)
}

func (c *crashTally) report(t *testing.T) {
	for _, point := range crashPoints {
		for _, silent := range []bool{false, true} {
			var lost, doubled, missing, extra, resent int
			var slowest time.Duration
			got := c.runs[crash{point, silent}]
			for _, g := range got {
				if problem := g.wrong(silent); problem != "" {
					t.Errorf("%s, lists silent %v: %s: %+v", point, silent, problem, g)
				}
				lost += max(0, 1-g.records)
				doubled += max(0, g.receipts-1) + max(0, g.questions-1) + max(0, g.records-1)
				missing += max(0, 1-g.receipts) + max(0, 1-g.questions)
				extra += g.lee + g.omar - 2
				resent += g.resent
				slowest = max(slowest, g.recovery)
			}
			t.Logf("%-9s lists silent %-5v: %2d runs, %d reports lost, %d doubles, %d answers missing, %d sent again, %d extra cards, at most %.1f s",
				point, silent, len(got), lost, doubled, missing, resent, extra, slowest.Seconds())
		}
	}
}

// wrong says in what way the promise was broken.
func (g crashCount) wrong(silent bool) string {
	switch {
	case g.problem != "":
		return g.problem
	case g.records != 1:
		return "not one record"
	case g.receipts > 1 || g.questions > 1:
		return "an answer came twice"
	case !silent && (g.receipts != 1 || g.questions != 1):
		return "an answer is missing"
	case g.lee < 1 || g.omar < 1:
		return "a card is missing"
	case !silent && (g.lee != 1 || g.omar != 1):
		return "a card came twice"
	case g.lee > 2 || g.omar > 2 || g.lee+g.omar-2 > g.resent:
		return "more cards than were sent again"
	}
	return ""
}

// A lane is one installation that is crashed again and again: database, Redis, providers, and the program as a child process.
type lane struct {
	t       *testing.T
	program string
	role    string // empty: all
	env     []string
	addr    string
	redis   *miniredis.Miniredis
	db      *store.DB
	emu     *emulator.Emulator
	n       int

	child *exec.Cmd
	log   *bytes.Buffer
	ended chan error
}

func newLane(t *testing.T, program string, n int) *lane {
	t.Helper()
	return laneOn(t, program, n, storetest.Database(t))
}

// laneOn is a lane on a database that is migrated and empty.
func laneOn(t *testing.T, program string, n int, url string) *lane {
	t.Helper()
	l := &lane{t: t, program: program, addr: freeAddr(t), n: n, db: storetest.Connect(t, url, store.Options{Connections: 2})}
	if _, err := importer.Import(t.Context(), l.db, os.DirFS("../../bot/bottest/hospital"), importer.Options{Languages: conversations.NewCatalog("").Languages()}, false); err != nil {
		t.Fatal(err)
	}
	const public = "https://q.test.example"
	l.emu = emulator.New(emulator.Options{ProductURL: func() string { return "http://" + l.addr }, PublicURL: public})
	t.Cleanup(l.emu.Close)
	for id, name := range map[string]string{"U0LEE": "Lee Wong", "U0OMAR": "Omar Haddad", "U0BEN": "Ben Okoro", "U0ADAM": "Adam Brook"} {
		l.emu.AddSlackUser(emulator.User{ID: id, Name: name, TZ: "Europe/London", Locale: "en-GB"})
	}
	providers := httptest.NewServer(l.emu)
	t.Cleanup(providers.Close)
	o := l.emu.Options()
	l.redis = miniredis.RunT(t)
	l.env = append(os.Environ(),
		"DATABASE_URL="+url, "REDIS_URL=redis://"+l.redis.Addr(), "PUBLIC_URL="+public, "GOODCATCH_KEYS="+storetest.Keyset(t),
		"SLACK_BOT_TOKEN="+o.SlackBotToken, "SLACK_SIGNING_SECRET="+o.SlackSigningSecret, "SLACK_API_URL="+providers.URL+"/slack/api/",
		"TWILIO_ACCOUNT_SID="+o.TwilioAccountSID, "TWILIO_AUTH_TOKEN="+o.TwilioAuthToken, "TWILIO_FROM_NUMBER="+o.OurNumber, "TWILIO_API_URL="+providers.URL+"/twilio")
	t.Cleanup(l.kill)
	return l
}

// crashPatience is how long a run may take: the claim's lease, the silence of a list, and a slow machine.
const crashPatience = 90 * time.Second

// run crashes the program at the point while it takes in one report, starts it again, and counts.
func (l *lane) run(c crash) (got crashCount) {
	ctx, cancel := context.WithTimeout(l.t.Context(), crashPatience)
	defer cancel()
	defer l.emu.ClearFaults()
	defer l.kill()
	before, phone := l.count(ctx), l.emu.Phone("+447700900101")
	texts := len(phone.Thread())
	if err := errors.Join(l.start(ctx, c.point), l.silence(c.silent)); err != nil {
		return crashCount{problem: err.Error() + l.log.String()}
	}
	_, _ = phone.Text("NM wrong strength heparin in drawer B") // the answer is lost with the program, or comes before it
	select {
	case <-l.ended:
		l.child = nil
	case <-ctx.Done():
		return crashCount{problem: "it was not killed: " + l.log.String()}
	}
	began := time.Now()
	if err := l.start(ctx, ""); err != nil {
		return crashCount{problem: err.Error() + l.log.String()}
	}
	if err := l.quiet(ctx, before.records); err != nil {
		return crashCount{problem: "it did not come to rest: " + err.Error() + l.log.String()}
	}
	got = l.count(ctx)
	got.records, got.resent, got.recovery = got.records-before.records, got.resent-before.resent, time.Since(began)
	got.lee, got.omar = got.lee-before.lee, got.omar-before.omar
	for _, m := range phone.Thread()[texts:] {
		switch {
		case strings.HasPrefix(m.Body, "Thank you. Near miss"):
			got.receipts++
		case strings.Contains(m.Body, "Could it have killed"):
			got.questions++
		}
	}
	return got
}

// silence makes the lists that settle unknown outcomes fail.
func (l *lane) silence(silent bool) error {
	if silent {
		l.emu.Fail(emulator.Fault{Provider: "twilio", Match: "GET Messages.json", To: "+447700900101", Kind: emulator.Status500HTML})
		l.emu.Fail(emulator.Fault{Provider: "slack", Match: "conversations.history", Kind: emulator.Status500HTML})
	}
	return nil
}

// count reads how many records, cards, and resends there are.
func (l *lane) count(ctx context.Context) (c crashCount) {
	err := l.db.Pool.QueryRow(ctx, `SELECT (SELECT count(*) FROM records), (SELECT coalesce(sum(resends), 0) FROM outbox)`).Scan(&c.records, &c.resent)
	if err != nil {
		c.problem = err.Error()
	}
	cards := func(user string) (n int) {
		for _, m := range l.emu.SlackUser(user).Messages() {
			if strings.Contains(m.Visible(), "Nobody owns it yet") {
				n++
			}
		}
		return n
	}
	c.lee, c.omar = cards("U0LEE"), cards("U0OMAR")
	return c
}

// quiet waits until the report is there and no message is under way or unsettled.
func (l *lane) quiet(ctx context.Context, records int) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		var busy bool
		err := l.db.Pool.QueryRow(ctx, `
			SELECT (SELECT count(*) FROM records) <= $1 OR EXISTS (SELECT 1 FROM outbox WHERE state IN ('pending', 'sending', 'unknown') AND not_before <= now())`, records).Scan(&busy)
		if err == nil && !busy {
			err = l.emu.Settled(ctx)
		}
		if err != nil || !busy {
			return err
		}
		select {
		case <-tick.C:
		case err := <-l.ended:
			return fmt.Errorf("it ended: %w", errors.Join(err, errors.New("by itself")))
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// start runs the program until it is ready.
func (l *lane) start(ctx context.Context, crashAt string) error {
	l.log = &bytes.Buffer{}
	l.child = exec.Command(l.program, "serve", "--role="+cmp.Or(l.role, "all"))
	l.child.Env, l.child.Stderr = append(l.env, "LISTEN_ADDR="+l.addr, "GOODCATCH_CRASH_AT="+crashAt), l.log
	if err := l.child.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	l.ended = ended
	go func(c *exec.Cmd) { ended <- c.Wait() }(l.child)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if res, err := http.Get("http://" + l.addr + "/readyz"); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-tick.C:
		case err := <-ended:
			l.child = nil
			return fmt.Errorf("it did not start: %w", err)
		case <-ctx.Done():
			return fmt.Errorf("it is not ready: %w", ctx.Err())
		}
	}
}

// kill ends the program, if it runs, and waits for its end.
func (l *lane) kill() {
	if l.child == nil {
		return
	}
	_ = l.child.Process.Signal(syscall.SIGKILL)
	<-l.ended
	l.child = nil
}
