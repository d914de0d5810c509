package bot_test

import (
	"flag"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"goodcatch/bot/bottest"
	"goodcatch/domain"
)

// called is how many people TestEverybodyIsCalled asks: go test ./bot -run EverybodyIsCalled -called 5000 -v
var called = flag.Int("called", 500, "how many people a roll-call asks")

// queuedWithin is how long asking everybody may take until the last message is queued, whatever their number up to 5,000.
const queuedWithin = 10 * time.Second

// TestEverybodyIsCalled begins a roll-call of many people and measures how long it takes until every message is queued, then lets all of
// them answer at once, and gives the all-clear. Nothing is sent: how fast the provider takes it is another matter, and told beforehand.
func TestEverybodyIsCalled(t *testing.T) {
	if testing.Short() {
		t.Skip("a load test")
	}
	s := newScene(t, bottest.Settings{BotOnly: true, Connections: 16})
	n := *called
	s.exec(`
		WITH joined AS (INSERT INTO people (name, unit, roles) SELECT 'Nurse ' || i, '4A', '{biomed}' FROM generate_series(1, $1::int) AS g (i) RETURNING id)
		INSERT INTO addresses (person_id, channel, value, verified_at)
		SELECT id, channel, prefix || (10000000 + row_number() OVER (PARTITION BY channel)), now() FROM joined, (VALUES ('sms', '+4477'), ('slack', 'U')) AS c (channel, prefix)`, n)
	s.exec(`UPDATE organisation SET version = version + 1`)
	do := func(a domain.Actor, cmd domain.Command) time.Duration {
		t.Helper()
		began := time.Now()
		if _, err := s.DB.Do(t.Context(), a, cmd); err != nil {
			t.Fatalf("%s: %v", cmd.CommandName(), err)
		}
		return time.Since(began)
	}
	operator := domain.Actor{Operator: true, Level: domain.A3}
	do(operator, domain.PlanRollCall{Mode: domain.Exercise, Title: "Mass casualty plan", Audience: domain.Audience{Roles: []domain.Role{domain.Biomed}}})
	started := do(operator, domain.StartRollCall{Call: 1})
	if started > queuedWithin {
		t.Errorf("queued in %v", started)
	}
	count := func(what, sql string, want int) {
		t.Helper()
		var got int
		if err := s.DB.Pool.QueryRow(t.Context(), sql).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %d, want %d (%v)", what, got, want, err)
		}
	}
	const asking = `SELECT count(*) FROM outbox WHERE subject = 'm1' AND topic LIKE 'ask/%' AND op = 'send' AND state = 'pending'`
	count("queued", asking, 2*n)
	again := do(domain.Clockwork, domain.SendWave{Call: 1, Wave: 1})
	count("queued while the provider lags", asking, 2*n)
	answered := s.answerAll(n)
	count("answers", `SELECT count(*) FROM rollcall_seats WHERE answer = 1`, n)
	count("still asked", asking, 0)
	ended := do(operator, domain.EndRollCall{Call: 1})
	count("told of the end", `SELECT count(*) FROM outbox WHERE topic = 'allclear'`, n)
	t.Logf("%d people: queued in %v, asked again in %v, all answered in %v (%.0f a second), all-clear in %v",
		n, started.Round(time.Millisecond), again.Round(time.Millisecond), answered.Round(time.Millisecond), float64(n)/answered.Seconds(), ended.Round(time.Millisecond))
}

// answerAll lets everybody answer, many at a time.
func (s scene) answerAll(n int) time.Duration {
	s.t.Helper()
	org, err := s.DB.Organisation(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	people := make(chan domain.PersonID)
	began := time.Now()
	var failed atomic.Int64
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			for id := range people {
				a := domain.Actor{Person: id, Address: org.People[id].Phone.ID, Channel: domain.SMS, Level: domain.A1}
				if _, err := s.DB.Do(s.t.Context(), a, domain.AnswerRollCall{Call: 1, Answer: domain.OnSite}); err != nil {
					failed.Add(1)
				}
			}
		})
	}
	for id, p := range org.People {
		if p.Has(domain.Biomed) {
			people <- id
		}
	}
	close(people)
	wg.Wait()
	if failed.Load() > 0 {
		s.t.Errorf("%d of %d answers failed", failed.Load(), n)
	}
	return time.Since(began)
}
