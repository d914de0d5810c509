package main

import (
	"context"
	"flag"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/bot/emulator"
	"goodcatch/store/localpg"
	"goodcatch/store/storetest"
)

var watchReal = flag.Bool("watch.real", false, "stop each part of running processes, by the wall's clock: ten minutes")

// An installation is a bot process and a worker process, with a test phone, and a listener of their heartbeat.
type installation struct {
	*lane  // of the bot process
	worker *lane
	url    string
	lastly atomic.Int64 // when the heartbeat was last heard; nanoseconds
}

const (
	adams       = "+447700900111" // the administrator's phone
	canaryPhone = "+447700900777"
	anasPhone   = "+447700900101"
)

func newInstallation(t *testing.T, program, url string) *installation {
	t.Helper()
	i := &installation{lane: laneOn(t, program, 0, url), url: url}
	listener := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { i.lastly.Store(time.Now().UnixNano()) }))
	t.Cleanup(listener.Close)
	i.role, i.env = "bot", append(i.env, "HEARTBEAT_URL="+listener.URL, "CANARY_PHONE="+canaryPhone, "CANARY_EVERY=1m")
	worker := *i.lane
	worker.role, worker.addr = "worker", freeAddr(t)
	i.worker = &worker
	t.Cleanup(i.worker.kill)
	for _, l := range []*lane{i.lane, i.worker} {
		if err := l.start(t.Context(), ""); err != nil {
			t.Fatalf("%v\n%s", err, l.log)
		}
	}
	i.until("a heartbeat", 2*time.Minute, func() bool { return i.lastly.Load() != 0 })
	i.until("the first test text", 2*time.Minute, func() bool { return len(i.emu.Phone(canaryPhone).Thread()) > 0 })
	return i
}

func (i *installation) until(what string, within time.Duration, done func() bool) (took time.Duration) {
	i.t.Helper()
	began := time.Now()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		if time.Since(began) > within {
			i.t.Errorf("%s: not within %v; the administrator got %v\n%s\n%s", what, within, i.emu.Phone(adams).Thread(), i.log, i.worker.log)
			return within
		}
		<-tick.C
	}
	return time.Since(began)
}

// exec runs a statement outside of any process.
func (i *installation) exec(sql string) {
	i.t.Helper()
	if _, err := i.db.Pool.Exec(i.t.Context(), sql); err != nil {
		i.t.Fatal(err)
	}
}

// hold runs a statement in a session of the database's owner and keeps what it locks until the test ends. Our own sessions would be ended
// for that after some seconds.
func (i *installation) hold(sql string) {
	i.t.Helper()
	conn, err := pgx.Connect(i.t.Context(), i.url)
	if err != nil {
		i.t.Fatal(err)
	}
	i.t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(i.t.Context())) })
	if _, err := conn.Exec(i.t.Context(), `BEGIN; `+sql); err != nil {
		i.t.Fatal(err)
	}
}

func (i *installation) text(from, words string) {
	i.t.Helper()
	if _, err := i.emu.Phone(from).Text(words); err != nil {
		i.t.Fatal(err)
	}
}

// danger lets a report page everybody, by every channel.
func (i *installation) danger() {
	i.text(anasPhone, "INC oxygen supply failing in bay 2")
	i.until("the question", time.Minute, func() bool {
		n := len(i.emu.Phone(anasPhone).Thread())
		return n > 1
	})
	i.text(anasPhone, "yes")
}

// TestEachStoppedPartIsToldWithinTwoMinutes stops, one after another, each part of an installation that really runs, and measures by the
// wall's clock how long it takes until the administrator's phone, or Slack where texts are the part, knows of it. bot/watch_test.go plays
// the same with a clock of its own in seconds.
func TestEachStoppedPartIsToldWithinTwoMinutes(t *testing.T) {
	if !*watchReal {
		t.Skip("takes ten minutes: go test ./cmd/goodcatch -run StoppedPart -watch.real -v -parallel 5 -timeout 30m")
	}
	storetest.Keys(t)
	program := crashProgram(t)
	for _, c := range []struct {
		part, words string
		stop        func(i *installation)
	}{
		{"worker", "no worker process runs", func(i *installation) { i.worker.kill() }},
		{"bot", "no bot process runs", func(i *installation) { i.kill() }},
		{"timers", "reminders and escalations are late", func(i *installation) {
			i.exec(`INSERT INTO timers (subject, name, due_at, command, args) VALUES ('x', 'x', clock_timestamp() + interval '3 seconds', 'escalate@1', '{}')`)
			i.hold(`LOCK TABLE timers IN EXCLUSIVE MODE`)
		}},
		{"outbox", "messages wait and do not leave", func(i *installation) {
			i.exec(`INSERT INTO outbox (dedupe, subject, topic, channel, urgency, class, key, sealed, not_before, created_at)
			        VALUES ('x', 'x', 'x', 'sms', 0, 'once', 'say.help', '', clock_timestamp() + interval '3 seconds', clock_timestamp())`)
			i.hold(`LOCK TABLE outbox IN EXCLUSIVE MODE`)
		}},
		{"settling", "unknown outcome are not settled", func(i *installation) {
			i.exec(`INSERT INTO outbox (dedupe, subject, topic, channel, urgency, class, key, sealed, not_before, created_at, state, claimed_at)
			        VALUES ('x', 'x', 'x', 'sms', 0, 'once', 'say.help', '', clock_timestamp(), clock_timestamp(), 'unknown', clock_timestamp())`)
			i.hold(`SELECT 1 FROM outbox WHERE state = 'unknown' FOR UPDATE`)
		}},
		{"audit", "the audit is not sealed", func(i *installation) {
			i.hold(`SELECT pg_advisory_xact_lock(hashtext('goodcatch chain'))`)
			i.text(anasPhone, "NM wrong strength heparin in drawer B")
		}},
		{"webhook", "Twilio does not reach our webhook", func(i *installation) {
			i.emu.DropNextInbound()
			_, _ = i.emu.Phone(anasPhone).Text("NM wrong strength heparin in drawer B")
		}},
		{"clocks", "open matters have no next step", func(i *installation) {
			i.text(anasPhone, "NM wrong strength heparin in drawer B")
			i.exec(`DELETE FROM timers WHERE name = 'escalate'`)
		}},
		{"redis", "Redis does not answer", func(i *installation) { i.redis.Close() }},
		{"slack", "nothing gets through by Slack", func(i *installation) {
			i.emu.Fail(emulator.Fault{Provider: "slack", Kind: emulator.Status500HTML})
			i.danger()
		}},
		{"sms", "nothing gets through by SMS", func(i *installation) {
			i.emu.Fail(emulator.Fault{Provider: "twilio", Match: "Messages.json", Kind: emulator.Status500HTML})
			for _, phone := range []string{anasPhone, "+447700900102", "+447700900103"} {
				i.text(phone, "NM wrong strength heparin in drawer B")
			}
		}},
		{"canary", "the test phone did not get its text", func(i *installation) {
			i.emu.Fail(emulator.Fault{Provider: "twilio", To: canaryPhone, Kind: emulator.Silent})
			sent := len(i.emu.Phone(canaryPhone).Thread())
			i.until("the next test text", 90*time.Second, func() bool { return len(i.emu.Phone(canaryPhone).Thread()) > sent })
		}},
	} {
		t.Run(c.part, func(t *testing.T) {
			t.Parallel()
			i := newInstallation(t, program, storetest.Database(t))
			c.stop(i)
			t.Logf("%s: told after %v", c.part, i.told(c.words).Round(time.Second))
		})
	}
	t.Run("database", func(t *testing.T) {
		t.Parallel()
		cluster, url := storetest.Cluster(t, localpg.Options{})
		i := newInstallation(t, program, url)
		if err := cluster.Stop(); err != nil {
			t.Fatal(err)
		}
		t.Logf("database: told after %v", i.told("the database does not answer").Round(time.Second))
	})
	t.Run("everything", func(t *testing.T) {
		t.Parallel()
		i := newInstallation(t, program, storetest.Database(t))
		first := i.lastly.Load()
		i.until("the next heartbeat", 2*time.Minute, func() bool { return i.lastly.Load() != first })
		i.kill()
		i.worker.kill()
		last := i.lastly.Load()
		<-time.After(2 * time.Minute)
		if i.lastly.Load() != last {
			t.Error("a heartbeat of nobody")
		}
		t.Logf("everything: the heartbeat, heard %v after the one before, is silent", time.Duration(last-first).Round(time.Second))
	})
}

// told waits until the administrator knows, by the channel that works.
func (i *installation) told(words string) time.Duration {
	i.t.Helper()
	return i.until(words, 2*time.Minute, func() bool {
		for _, m := range i.emu.Phone(adams).Thread() {
			if strings.Contains(m.Body, words) {
				return true
			}
		}
		for _, m := range i.emu.SlackUser("U0ADAM").Messages() {
			if strings.Contains(m.Visible(), words) {
				return true
			}
		}
		return false
	})
}
