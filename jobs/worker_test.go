package jobs_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/jobs"
	"goodcatch/store"
	"goodcatch/store/storetest"
)

// A provider is a sender that keeps what it was given.
type provider struct {
	do func(ctx context.Context, m conversations.Outgoing) error // nil: yes to all

	mu   sync.Mutex
	sent map[int64]int // by outbox row
	all  chan int64
}

func newProvider() *provider { return &provider{sent: map[int64]int{}, all: make(chan int64, 1000)} }

func (p *provider) Send(ctx context.Context, m conversations.Outgoing) (conversations.Receipt, error) {
	p.mu.Lock()
	p.sent[m.ID]++
	p.mu.Unlock()
	p.all <- m.ID
	if p.do != nil {
		if err := p.do(ctx, m); err != nil {
			return conversations.Receipt{}, err
		}
	}
	return conversations.Receipt{ID: fmt.Sprintf("SM%d-%d", m.ID, m.Attempt)}, nil
}

func (p *provider) Edit(context.Context, conversations.Receipt, conversations.Outgoing) error {
	return nil
}

// A bench is a database with messages to send and the workers that send them.
type bench struct {
	t   *testing.T
	url string
	db  *store.DB
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, url: storetest.Database(t)}
	b.db = storetest.Connect(t, b.url, store.Options{})
	return b
}

// queue writes n messages, each to a phone of its own, and returns their rows.
func (b *bench) queue(n int, class domain.Class) (rows []int64) {
	b.t.Helper()
	err := b.db.InTx(b.t.Context(), func(tx *store.Tx) error {
		for i := range n {
			c, err := tx.Caller(b.t.Context(), domain.SMS, fmt.Sprintf("+4477009%05d", i))
			if err != nil {
				return err
			}
			err = tx.Notify(b.t.Context(), domain.Notice{ID: fmt.Sprintf("test/%s/%d", class, i), To: domain.Recipient{Address: c.ID}, Topic: "answer", Key: "say.help", Urgency: domain.Prompt, Class: class})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	for i := range n {
		var id int64
		if err := b.db.Pool.QueryRow(b.t.Context(), `SELECT id FROM outbox WHERE dedupe LIKE $1`, fmt.Sprintf("test/%s/%d%%", class, i)).Scan(&id); err != nil {
			b.t.Fatal(err)
		}
		rows = append(rows, id)
	}
	return rows
}

// worker makes one process's worker, with connections of its own.
func (b *bench) worker(p *provider, client redis.UniversalClient) *jobs.Worker {
	b.t.Helper()
	return &jobs.Worker{
		DB: storetest.Connect(b.t, b.url, store.Options{}), Catalog: conversations.NewCatalog("https://q.test.example"), Log: slog.New(slog.DiscardHandler), Redis: client,
		Senders: map[domain.Channel]conversations.Sender{domain.SMS: p}, Limiter: jobs.NewLimiter(client, &jobs.Limits{}), PollEvery: time.Hour,
	}
}

// run works until the test ends.
func (b *bench) run(w *jobs.Worker) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	b.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			b.t.Errorf("worker: %v", err)
		}
	})
}

// until waits for a condition in the database.
func (b *bench) until(sql string, args ...any) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		var ok bool
		if err := b.db.Pool.QueryRow(ctx, `SELECT (`+sql+`)`, args...).Scan(&ok); err != nil {
			b.t.Fatalf("%s: %v", sql, err)
		}
		if ok {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			b.t.Fatalf("never came true: %s", sql)
		}
	}
}

func (b *bench) exec(sql string, args ...any) {
	b.t.Helper()
	if _, err := b.db.Pool.Exec(b.t.Context(), sql, args...); err != nil {
		b.t.Fatal(err)
	}
}

func TestTwoWorkersSendEachMessageOnce(t *testing.T) {
	t.Parallel()
	b, p := newBench(t), newProvider()
	rows := b.queue(200, domain.Once)
	first, second := b.worker(p, nil), b.worker(p, nil)
	b.run(first)
	b.run(second)
	b.until(`SELECT count(*) = 200 FROM outbox WHERE state = 'sent'`)
	for _, id := range rows {
		if p.sent[id] != 1 {
			t.Errorf("message %d was sent %d times", id, p.sent[id])
		}
	}
}

// TestClaimRace: many claim the same row at the same moment, and one has it.
func TestClaimRace(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	row := b.queue(1, domain.Once)[0]
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	start := make(chan struct{})
	for range 6 {
		wg.Go(func() {
			<-start
			_, ok, err := b.db.Claim(t.Context(), row)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if ok {
				won++
			}
		})
	}
	close(start)
	wg.Wait()
	if won != 1 {
		t.Errorf("%d workers have the row, want 1", won)
	}
}

// TestFrozenWorkerChangesNothing: a worker stands still inside its provider call until its lease is over and another has sent the
// message. What it then learns, even that the phone opted out, is no longer its business.
func TestFrozenWorkerChangesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	row := b.queue(1, domain.UntilCertain)[0]
	thaw := make(chan struct{})
	frozen := newProvider()
	frozen.do = func(_ context.Context, m conversations.Outgoing) error {
		if m.Attempt > 1 { // the sleeper's own process may be the one that sends it again
			return nil
		}
		<-thaw
		return &conversations.SendError{Reason: conversations.OptedOut, Permanent: true, Code: "21610"}
	}
	sleeper := b.worker(frozen, nil)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- sleeper.Run(ctx) }()
	<-frozen.all
	b.exec(`UPDATE outbox SET lease_until = clock_timestamp() - interval '1 second', claimed_at = clock_timestamp() - interval '20 seconds' WHERE id = $1`, row)
	quick := newProvider()
	b.run(b.worker(quick, nil))
	b.until(`SELECT state = 'sent' AND attempt = 2 FROM outbox WHERE id = $1`, row)
	cancel()
	close(thaw)
	if err := <-ended; err != nil { // it has drawn its consequences, if any
		t.Error(err)
	}
	b.until(`SELECT state = 'sent' AND attempt = 2 AND error_code = '' AND provider_id = $2 FROM outbox WHERE id = $1`, row, fmt.Sprintf("SM%d-2", row))
	b.until(`SELECT count(*) = 0 FROM addresses WHERE stopped_at IS NOT NULL OR dead_at IS NOT NULL`)
}

// TestFenceRefusesEveryOutcomeOfAnOldAttempt, one by one.
func TestFenceRefusesEveryOutcomeOfAnOldAttempt(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	row := b.queue(1, domain.UntilCertain)[0]
	old, ok, err := b.db.Claim(t.Context(), row)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	b.exec(`UPDATE outbox SET state = 'pending', lease_until = NULL WHERE id = $1`, row)
	now, ok, err := b.db.Claim(t.Context(), row)
	if !ok || err != nil || now.Attempt != old.Attempt+1 {
		t.Fatal(ok, err, now.Attempt)
	}
	for name, mark := range map[string]func() error{
		"render":  func() error { return b.db.Render(t.Context(), old, "x") },
		"sent":    func() error { return b.db.MarkSent(t.Context(), old, "SM1", "") },
		"later":   func() error { return b.db.MarkLater(t.Context(), old, time.Second) },
		"unknown": func() error { return b.db.MarkUnknown(t.Context(), old, "x") },
		"failed":  func() error { return b.db.MarkFailed(t.Context(), old, "x") },
		"dead":    func() error { return b.db.MarkDead(t.Context(), old, "x") },
	} {
		if err := mark(); err == nil && name != "sent" {
			t.Errorf("%s: an old attempt was not refused", name)
		}
		b.until(`SELECT state = 'sending' AND attempt = 2 AND rendered IS NULL AND provider_id IS NULL AND error_code = '' FROM outbox WHERE id = $1`, row)
	}
}

// TestHangingRedisDelaysNothing: a Redis that takes connections and says nothing must not cost each message its timeout.
func TestHangingRedisDelaysNothing(t *testing.T) {
	t.Parallel()
	hole, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { hole.Close() }) // connections wait in its queue, unanswered
	client := redis.NewClient(&redis.Options{Addr: hole.Addr().String(), MaxRetries: -1, ReadTimeout: 500 * time.Millisecond})
	t.Cleanup(func() { client.Close() })
	b, p := newBench(t), newProvider()
	w := b.worker(p, client)
	w.Limiter = jobs.NewLimiter(client, nil)
	b.queue(60, domain.Once)
	began := time.Now()
	b.run(w)
	b.until(`SELECT count(*) = 60 FROM outbox WHERE state = 'sent'`)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("60 messages took %v, want 5 s at most", took)
	}
}

// TestThrottledMessageWaitsItsTime: neither a second offer nor the delivery report of another text wakes it before.
func TestThrottledMessageWaitsItsTime(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	row := b.queue(1, domain.Once)[0]
	d, ok, err := b.db.Claim(t.Context(), row)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	if err := b.db.MarkLater(t.Context(), d, time.Minute); err != nil {
		t.Fatal(err)
	}
	b.exec(`UPDATE outbox SET offered_at = NULL WHERE id = $1`, row) // as a delivery report does
	if due, err := b.db.Offer(t.Context(), 10); err != nil || len(due) != 0 {
		t.Errorf("offered %v, %v", due, err)
	}
	if _, ok, err := b.db.Claim(t.Context(), row); ok || err != nil {
		t.Errorf("claimed: %v, %v", ok, err)
	}
	b.exec(`UPDATE outbox SET lease_until = clock_timestamp() WHERE id = $1`, row)
	if _, ok, err := b.db.Claim(t.Context(), row); !ok || err != nil {
		t.Errorf("not claimed after its time: %v", err)
	}
}

// TestSettledByList is the table of what becomes of an unknown outcome.
func TestSettledByList(t *testing.T) {
	t.Parallel()
	listed, absent, silent := store.Verdict{Listed: true, ID: "SM1"}, store.Verdict{Listed: true}, store.Verdict{}
	for _, c := range []struct {
		name    string
		class   domain.Class
		verdict store.Verdict
		text    string
		want    string
	}{
		{"listed", domain.Once, listed, "x", "sent"},
		{"not in the list", domain.Once, absent, "x", "pending"},
		{"list silent", domain.Once, silent, "x", "failed"},
		{"list silent, escalation", domain.UntilCertain, silent, "x", "pending"},
		{"it never left", domain.Once, silent, "", "pending"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			row := b.queue(1, c.class)[0]
			d, _, err := b.db.Claim(t.Context(), row)
			if err != nil {
				t.Fatal(err)
			}
			if c.text != "" {
				if err := b.db.Render(t.Context(), d, c.text); err != nil {
					t.Fatal(err)
				}
			}
			if err := b.db.MarkUnknown(t.Context(), d, "x"); err != nil {
				t.Fatal(err)
			}
			list, err := b.db.Unsettled(t.Context(), 0)
			if err != nil || len(list) != 1 {
				t.Fatal(list, err)
			}
			if err := b.db.Resolve(t.Context(), list[0], c.verdict); err != nil {
				t.Fatal(err)
			}
			b.until(`SELECT state = $2 FROM outbox WHERE id = $1`, row, c.want)
		})
	}
}

// TestTwinFoundInTheListIsNotOurs: two texts of the same words went to one phone; the list's answer for the second is the first.
func TestTwinFoundInTheListIsNotOurs(t *testing.T) {
	t.Parallel()
	b, p := newBench(t), newProvider()
	first := b.queue(1, domain.Once)[0]
	p.do = func(_ context.Context, m conversations.Outgoing) error {
		if m.ID != first && m.Attempt == 1 {
			return &conversations.SendError{Reason: conversations.Unknown, Code: "http_503"}
		}
		return nil
	}
	w := b.worker(p, nil)
	w.Find = map[domain.Channel]jobs.Finder{domain.SMS: func(context.Context, store.Unsettled) (conversations.Receipt, bool, error) {
		return conversations.Receipt{ID: fmt.Sprintf("SM%d-1", first)}, true, nil
	}}
	b.run(w)
	b.until(`SELECT state = 'sent' FROM outbox WHERE id = $1`, first)
	second := b.queue(1, domain.UntilCertain)[0]
	b.until(`SELECT state = 'sent' AND resends = 1 AND provider_id = $2 FROM outbox WHERE id = $1`, second, fmt.Sprintf("SM%d-2", second))
}

// TestLateReportEndsTheResend: the callback of the first time arrives when the message is about to go again.
func TestLateReportEndsTheResend(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	row := b.queue(1, domain.UntilCertain)[0]
	if _, ok, err := b.db.Claim(t.Context(), row); !ok || err != nil {
		t.Fatal(ok, err)
	}
	b.exec(`UPDATE outbox SET state = 'pending', resends = 1 WHERE id = $1`, row)
	if _, moved, err := b.db.TakeReport(t.Context(), store.Report{OutboxID: row, Attempt: 1, ProviderID: "SM1", State: "delivered"}); !moved || err != nil {
		t.Fatal(moved, err)
	}
	b.until(`SELECT state = 'sent' AND provider_id = 'SM1' FROM outbox WHERE id = $1`, row)
}

// TestPanickingDeliveryHoldsUpNobody and becomes a dead letter.
func TestPanickingDeliveryHoldsUpNobody(t *testing.T) {
	t.Parallel()
	b, p := newBench(t), newProvider()
	rows := b.queue(10, domain.Once)
	p.do = func(_ context.Context, m conversations.Outgoing) error {
		if m.ID == rows[3] {
			panic("poison")
		}
		return nil
	}
	b.run(b.worker(p, nil))
	b.until(`SELECT count(*) = 9 FROM outbox WHERE state = 'sent'`)
	b.until(`SELECT state = 'dead' FROM outbox WHERE id = $1`, rows[3])
}
