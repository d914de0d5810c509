package jobs_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/storetest"
)

// A pile is messages to one phone, of a business time that the test moves.
type pile struct {
	bench
	now  time.Time
	rows map[string]int64 // by notice
}

func newPile(t *testing.T) *pile {
	p := &pile{bench: bench{t: t, url: storetest.Database(t)}, now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC), rows: map[string]int64{}}
	p.db = storetest.Connect(t, p.url, store.Options{Now: func() time.Time { return p.now }})
	return p
}

// write queues notices to the phone in one transaction.
func (p *pile) write(notices ...domain.Notice) {
	p.t.Helper()
	err := p.db.InTx(p.t.Context(), func(tx *store.Tx) error {
		c, err := tx.Caller(p.t.Context(), domain.SMS, "+447700900001")
		for _, n := range notices {
			n.To, n.Class = domain.Recipient{Address: c.ID}, domain.Once
			if n.Urgency == domain.Urgent {
				n.Class = domain.UntilCertain
			}
			if err == nil {
				err = tx.Notify(p.t.Context(), n)
			}
		}
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, n := range notices {
		var id int64
		if err := p.db.Pool.QueryRow(p.t.Context(), `SELECT id FROM outbox WHERE dedupe = $1`, n.ID).Scan(&id); err != nil {
			p.t.Fatal(err)
		}
		p.rows[n.ID] = id
	}
}

func urgentCard(n int) domain.Notice {
	return domain.Notice{
		ID: fmt.Sprintf("card%d", n), Topic: "escalation", Subject: fmt.Sprintf("r%d", n), Key: "card.new", Urgency: domain.Urgent, Args: domain.Args{"code": domain.Text(fmt.Sprintf("INC-K%dR", n))},
	}
}

func news(n int) domain.Notice {
	return domain.Notice{
		ID: fmt.Sprintf("news%d", n), Topic: "feedback", Subject: fmt.Sprintf("r%d", n), Key: "feedback.owned", Args: domain.Args{"code": domain.Text(fmt.Sprintf("NM-K%dR", n)), "owner": domain.Text("Lee")},
	}
}

// claim tries to take a message, by its notice.
func (p *pile) claim(notice string) (store.Delivery, bool) {
	p.t.Helper()
	d, ok, err := p.db.Claim(p.t.Context(), p.rows[notice])
	if err != nil {
		p.t.Fatal(err)
	}
	return d, ok
}

// bundle takes the one bundle that waits. ok is false when it stands for nothing any more.
func (p *pile) bundle() (store.Delivery, bool) {
	p.t.Helper()
	var id int64
	if err := p.db.Pool.QueryRow(p.t.Context(), `SELECT id FROM outbox WHERE topic = 'bundle' AND state = 'pending'`).Scan(&id); err != nil {
		p.t.Fatal(err)
	}
	d, ok, err := p.db.Claim(p.t.Context(), id)
	if err != nil {
		p.t.Fatal(err)
	}
	return d, ok
}

func (p *pile) state(notice string) (state, why string) {
	p.t.Helper()
	if err := p.db.Pool.QueryRow(p.t.Context(), `SELECT state, error_code FROM outbox WHERE id = $1`, p.rows[notice]).Scan(&state, &why); err != nil {
		p.t.Fatal(err)
	}
	return state, why
}

func TestABundleTellsOnlyWhatIsStillToTellWhenItIsSent(t *testing.T) {
	t.Parallel()
	p := newPile(t)
	p.write(urgentCard(1), urgentCard(2), urgentCard(3))
	if d, ok := p.claim("card1"); ok || d.Fate != "bundled" {
		t.Fatalf("claimed: %v, %q", ok, d.Fate)
	}
	p.exec(`UPDATE outbox SET state = 'withdrawn' WHERE id = $1`, p.rows["card2"]) // as when somebody owns it meanwhile
	d, ok := p.bundle()
	if want := []string{"INC-K1R", "INC-K3R"}; !ok || !slices.Equal(d.Names, want) || d.Urgency != domain.Urgent || d.Class != domain.UntilCertain {
		t.Fatalf("bundle: %v of %v, %v, %v", ok, d.Names, d.Urgency, d.Class)
	}
	for _, notice := range []string{"card1", "card2", "card3"} {
		if _, ok := p.claim(notice); ok {
			t.Errorf("%s goes out by itself", notice)
		}
	}
	if carried, err := p.db.Carried(t.Context(), d); err != nil || len(carried) != 2 || carried[1].Subject != "r3" {
		t.Errorf("carried: %v, %v", carried, err)
	}
}

func TestABundleOfNothingIsWithdrawn(t *testing.T) {
	t.Parallel()
	p := newPile(t)
	p.write(urgentCard(1), urgentCard(2))
	p.claim("card1")
	p.exec(`UPDATE outbox SET state = 'withdrawn' WHERE state = 'bundled'`)
	if _, ok := p.bundle(); ok {
		t.Error("a bundle of nothing was claimed")
	}
	p.until(`SELECT state = 'withdrawn' FROM outbox WHERE topic = 'bundle'`)
}

// TestKilledWithABundleInHand: the worker dies with the bundle claimed. What comes of it is what would come of a single text, and none
// of what it stands for goes out beside it.
func TestKilledWithABundleInHand(t *testing.T) {
	t.Parallel()
	p := newPile(t)
	p.write(urgentCard(1), urgentCard(2))
	p.claim("card1")
	d, ok := p.bundle()
	if !ok {
		t.Fatal("not claimed")
	}
	p.exec(`UPDATE outbox SET lease_until = clock_timestamp() - interval '1 second', claimed_at = clock_timestamp() - interval '20 seconds' WHERE id = $1`, d.ID)
	var mu sync.Mutex
	var texts []string
	sender := newProvider()
	sender.do = func(_ context.Context, m conversations.Outgoing) error {
		mu.Lock()
		defer mu.Unlock()
		texts = append(texts, m.Message.Text)
		return nil
	}
	w := p.worker(sender, nil)
	w.DB = p.db
	p.run(w)
	p.until(`SELECT state = 'sent' AND attempt = 2 FROM outbox WHERE id = $1`, d.ID)
	p.until(`SELECT count(*) = 2 FROM outbox WHERE state = 'bundled' AND target = $1`, d.ID)
	mu.Lock()
	defer mu.Unlock()
	if want := "URGENT: 2 reports need an owner now: INC-K1R, INC-K2R. Reply a code and A to own it, a code and ? to see it. MY = all"; len(texts) != 1 || texts[0] != want {
		t.Errorf("sent %q", texts)
	}
}

func TestAnAnswerPassesWhatWaitsAndIsNotCounted(t *testing.T) {
	t.Parallel()
	p := newPile(t)
	p.write(news(1))
	if d, ok := p.claim("news1"); !ok || p.db.MarkSent(t.Context(), d, "SM1", "") != nil {
		t.Fatal("the first was not sent")
	}
	p.exec(`UPDATE outbox SET provider_rank = 4`)
	p.now = p.now.Add(10 * time.Second)
	p.write(news(2), domain.Notice{ID: "answer", Topic: "answer", Key: "say.help", Urgency: domain.Prompt})
	if d, ok := p.claim("news2"); ok || d.Fate != "put_off" {
		t.Errorf("a second text within the minute: %v, %q", ok, d.Fate)
	}
	if _, ok := p.claim("answer"); !ok {
		t.Error("the answer waits behind it")
	}
	p.until(`SELECT cardinality(texts) = 1 FROM burdens`)
	p.until(`SELECT state = 'pending' AND attempt = 0 AND claimed_at IS NULL AND not_before = $2 FROM outbox WHERE id = $1`, p.rows["news2"], p.now.Add(50*time.Second))
}

func TestOverTheWeekTextsWaitAreMarkedAndGoAsOne(t *testing.T) {
	t.Parallel()
	p := newPile(t)
	began := p.now
	for n := 1; n <= 4; n++ {
		p.write(news(n))
		d, ok := p.claim(fmt.Sprintf("news%d", n))
		if !ok || p.db.MarkSent(t.Context(), d, fmt.Sprintf("SM%d", n), "") != nil {
			t.Fatalf("%d was not sent", n)
		}
		p.exec(`UPDATE outbox SET provider_rank = 4`)
		p.now = p.now.Add(time.Hour)
	}
	p.write(news(5), news(6))
	for _, notice := range []string{"news5", "news6"} {
		if d, ok := p.claim(notice); ok || d.Fate != "held" {
			t.Errorf("%s: %v, %q", notice, ok, d.Fate)
		}
		if state, why := p.state(notice); state != "pending" || why != "over_cap" {
			t.Errorf("%s is %s, %s", notice, state, why)
		}
	}
	if l, err := p.db.Load(t.Context()); err != nil || l.Texts != 4 || l.Most != 4 || l.Held != 2 {
		t.Errorf("load: %+v, %v", l, err)
	}
	p.now = began.Add(domain.BurdenWeek)
	if d, ok := p.claim("news5"); ok || d.Fate != "bundled" {
		t.Errorf("a week later: %v, %q", ok, d.Fate)
	}
	if d, ok := p.bundle(); !ok || !slices.Equal(d.Names, []string{"NM-K5R", "NM-K6R"}) {
		t.Errorf("bundle: %v, %v", ok, d.Names)
	}
}

// TestATextThatComesBackAtNightWaitsForMorning: the provider asked to wait, and meanwhile the quiet hours began.
func TestATextThatComesBackAtNightWaitsForMorning(t *testing.T) {
	t.Parallel()
	p := newPile(t)
	p.exec(`UPDATE organisation SET quiet_from = 1260, quiet_until = 480, zone = 'UTC'`)
	p.now = time.Date(2026, 11, 24, 20, 59, 0, 0, time.UTC)
	p.write(news(1))
	d, ok := p.claim("news1")
	if !ok || p.db.MarkLater(t.Context(), d, 0) != nil {
		t.Fatal("not claimed")
	}
	p.now = p.now.Add(5 * time.Minute)
	if _, ok := p.claim("news1"); ok {
		t.Error("sent at 21:04")
	}
	p.now = time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)
	if d, ok := p.claim("news1"); !ok || d.Attempt != 2 {
		t.Errorf("in the morning: %v, attempt %d", ok, d.Attempt)
	}
	p.until(`SELECT cardinality(texts) = 1 FROM burdens`)
}
