package bot_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"goodcatch/bot/bottest"
	"goodcatch/bot/emulator"
	"goodcatch/domain"
	"goodcatch/jobs"
	"goodcatch/store/localpg"
	"goodcatch/store/storetest"
)

// A self-watched scene looks at itself all the time. The clock of its watch moves with each look, however long that takes: two
// seconds, where the test does not slow it down for something that is tried again in real time.
type selfWatched struct {
	scene
	passed *atomic.Int64 // by the clock of the watch
	step   *atomic.Int64 // with each look
}

func newSelfWatched(t *testing.T, s bottest.Settings) selfWatched {
	t.Helper()
	began, passed, step := time.Now(), &atomic.Int64{}, &atomic.Int64{}
	step.Store(int64(2 * time.Second))
	s.Watch.Every = 20 * time.Millisecond
	s.Watch.Now = func() time.Time { return began.Add(time.Duration(passed.Add(step.Load()))) }
	return selfWatched{newScene(t, s), passed, step}
}

// alarmed waits until the administrator's phone has a text with the words, by the clock of the watch at most two minutes.
func (s selfWatched) alarmed(words string) {
	s.t.Helper()
	s.within(words, func() bool { return s.texts(adams, words) > 0 })
}

func (s selfWatched) within(what string, done func() bool) {
	s.t.Helper()
	began := s.passed.Load()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		if time.Duration(s.passed.Load()-began) > 2*time.Minute {
			s.t.Fatalf("%q: not within two minutes; texts: %v\n%s", what, s.Emulator.Phone(adams).Thread(), s.outbox())
		}
		select {
		case <-tick.C:
		case <-s.t.Context().Done():
			s.t.Fatal(what)
		}
	}
}

func TestTheAdministratorsHearOfEachPartThatStops(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settings bottest.Settings
		stop     func(s selfWatched)
		words    string
	}{
		"worker": {bottest.Settings{BotOnly: true}, func(selfWatched) {}, "no worker process runs"},
		"bot":    {bottest.Settings{WorkerOnly: true}, func(selfWatched) {}, "no bot process runs"},
		"timers": {bottest.Settings{}, func(s selfWatched) {
			s.text(anasPhone, "NM wrong strength heparin in drawer B")
			s.hears(anasPhone, "saved", patient)
			s.hold(`SELECT 1 FROM timers WHERE name = 'escalate' FOR UPDATE`)
			s.Clock.JumpTo(s.Clock.Now().Add(26 * time.Hour))
		}, "reminders and escalations are late"},
		"outbox": {bottest.Settings{NoRedis: true}, func(s selfWatched) {
			s.text(anasPhone, "NM wrong strength heparin in drawer B")
			s.rest()
			s.exec(`INSERT INTO outbox (dedupe, subject, topic, channel, urgency, class, key, sealed, not_before, offered_at, created_at)
			        VALUES ('x', 'x', 'x', 'sms', 0, 'once', 'say.help', '', $1, 'infinity', $1)`, s.Clock.Now().Add(-time.Minute))
		}, "messages wait and do not leave"},
		"settling": {bottest.Settings{}, func(s selfWatched) {
			s.exec(`INSERT INTO outbox (dedupe, subject, topic, channel, urgency, class, key, sealed, not_before, created_at, state, claimed_at)
			        SELECT 'x' || i, 'x', 'x', 'sms', 0, 'once', 'say.help', '', $1, $1, 'unknown', clock_timestamp() - interval '2 minutes' FROM generate_series(1, 1000) AS g (i)`, s.Clock.Now())
			s.hold(`SELECT 1 FROM outbox WHERE state = 'unknown' FOR UPDATE`)
		}, "unknown outcome are not settled"},
		"audit": {bottest.Settings{}, func(s selfWatched) {
			s.hold(`SELECT pg_advisory_xact_lock(hashtext('goodcatch chain'))`)
			s.text(anasPhone, "NM wrong strength heparin in drawer B")
			s.hears(anasPhone, "saved", patient)
			s.Clock.JumpTo(s.Clock.Now().Add(time.Minute))
		}, "the audit is not sealed"},
		"webhook": {bottest.Settings{}, func(s selfWatched) {
			s.exec(`INSERT INTO inbox (provider, external_id, received_at, handled, found_by) VALUES ('twilio', 'SM1', clock_timestamp(), true, 'poller')`)
		}, "Twilio does not reach our webhook"},
		"clocks": {bottest.Settings{}, func(s selfWatched) {
			s.text(anasPhone, "NM wrong strength heparin in drawer B")
			s.hears(anasPhone, "saved", patient)
			s.exec(`DELETE FROM timers WHERE name = 'escalate'`)
		}, "open matters have no next step"},
		"redis": {bottest.Settings{}, func(s selfWatched) { s.Redis.Close() }, "Redis does not answer"},
		"slack": {bottest.Settings{}, func(s selfWatched) {
			s.Emulator.Fail(emulator.Fault{Provider: "slack", Kind: emulator.Status500HTML})
			s.danger()
			s.step.Store(int64(50 * time.Millisecond))
			s.until(`2 <= (SELECT count(*) FROM outbox WHERE channel = 'slack' AND attempt > 0)`)
		}, "nothing gets through by Slack"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSelfWatched(t, c.settings)
			c.stop(s)
			s.alarmed(c.words)
			if n := s.texts(adams, c.words); n != 1 {
				t.Errorf("told %d times", n)
			}
		})
	}
}

// hold keeps rows locked until the test ends.
func (s selfWatched) hold(sql string) {
	s.t.Helper()
	tx, err := s.DB.Pool.Begin(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = tx.Rollback(s.t.Context()) })
	if _, err := tx.Exec(s.t.Context(), sql); err != nil {
		s.t.Fatal(err)
	}
}

func TestWhenTextsStopTheAlarmGoesBySlackAndItsEndIsTold(t *testing.T) {
	t.Parallel()
	s := newSelfWatched(t, bottest.Settings{})
	s.Emulator.Fail(emulator.Fault{Provider: "twilio", Kind: emulator.Status500HTML})
	s.step.Store(int64(200 * time.Millisecond))
	for _, phone := range []string{anasPhone, leesPhone, omars} {
		s.text(phone, "NM wrong strength heparin in drawer B")
	}
	s.within("by Slack", func() bool { return s.messages("U0ADAM", "nothing gets through by SMS") > 0 })
	if s.texts(adams, "nothing gets through") != 0 {
		t.Error("an alarm went out by the channel that has stopped")
	}
	s.Emulator.ClearFaults()
	s.text(anasPhone, "NM another one")
	s.within("the end", func() bool { return s.messages("U0ADAM", "over now: nothing gets through by SMS") > 0 })
}

func TestARefusedTokenIsToldOnce(t *testing.T) {
	t.Parallel()
	s := newSelfWatched(t, bottest.Settings{})
	s.step.Store(int64(time.Millisecond)) // the watch looks, and nothing has been ill for long
	s.Emulator.Fail(emulator.Fault{Provider: "slack", Kind: emulator.RevokedToken})
	const words = "refuses our credentials"
	for n, phone := range []string{anasPhone, "+447700900112"} { // of wards with managers of their own
		s.text(phone, "NM wrong strength heparin in drawer B")
		s.until(`$1 < (SELECT count(*) FROM outbox WHERE channel = 'slack' AND attempt > 0)`, n+1)
		s.within("a few looks", s.looks(3))
	}
	s.within("the alarm", func() bool { return s.texts(adams, words) > 0 })
	if n := s.texts(adams, words); n != 1 {
		t.Errorf("told %d times", n)
	}
}

func TestEachProcessTellsThatPostgresIsAway(t *testing.T) {
	t.Parallel()
	cluster, url := storetest.Cluster(t, localpg.Options{})
	s := newSelfWatched(t, bottest.Settings{DatabaseURL: url})
	s.within("it looks, and knows whom to tell", s.looks(2))
	if err := cluster.Stop(); err != nil {
		t.Fatal(err)
	}
	s.alarmed("the database does not answer")
}

func TestTheHeartbeatIsHeardWhileAllIsWellAndNotLonger(t *testing.T) {
	t.Parallel()
	var beats atomic.Int64
	listener := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { beats.Add(1) }))
	t.Cleanup(listener.Close)
	s := newSelfWatched(t, bottest.Settings{Watch: jobs.WatchConfig{Heartbeat: listener.URL}})
	s.within("a heartbeat", func() bool { return beats.Load() == 1 })
	s.Redis.Close()
	s.alarmed("Redis does not answer")
	s.exec(`UPDATE marks SET at = at - interval '2 minutes' WHERE name = 'heartbeat'`) // the next one is due
	s.within("another look", s.looks(3))
	if n := beats.Load(); n != 1 {
		t.Errorf("%d heartbeats, though something is ill", n)
	}
}

// looks returns a condition that is true after so many more looks.
func (s selfWatched) looks(n int) func() bool {
	var last time.Time
	return func() bool {
		var at time.Time
		if err := s.DB.Pool.QueryRow(s.t.Context(), `SELECT coalesce(max(at), 'epoch') FROM marks WHERE name = 'beat/worker'`).Scan(&at); err != nil {
			s.t.Fatal(err)
		}
		if at.After(last) && at.Unix() > 0 {
			last = at
			n--
		}
		return n < 0
	}
}

func TestTheTestPhoneGetsItsTextAndItsSilenceIsTold(t *testing.T) {
	t.Parallel()
	const canary = "+447700900777"
	s := newSelfWatched(t, bottest.Settings{Watch: jobs.WatchConfig{CanaryPhone: canary}})
	s.hears(canary, "test text", patient)
	s.until(`EXISTS (SELECT 1 FROM outbox WHERE topic = 'canary' AND provider_state = 'delivered')`)
	s.Emulator.Fail(emulator.Fault{Provider: "twilio", To: canary, Kind: emulator.Silent})
	s.exec(`UPDATE marks SET at = at - interval '2 hours' WHERE name = 'canary'`)
	s.until(`2 = (SELECT count(*) FROM outbox WHERE topic = 'canary')`)
	s.exec(`UPDATE marks SET at = at - interval '2 minutes' WHERE name = 'canary'`)
	s.alarmed("the test phone did not get its text")
	if alarms, err := s.DB.Alarms(t.Context()); err != nil || len(alarms) != 1 || alarms[0] != domain.VitalCanary {
		t.Errorf("standing alarms: %v, %v", alarms, err)
	}
}
