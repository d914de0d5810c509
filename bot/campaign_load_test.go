package bot_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"goodcatch/bot/bottest"
	"goodcatch/domain"
)

// signers is how many people sign in TestEverybodySigns: go test ./bot -run EverybodySigns -signers 5000 -v -timeout 30m
var signers = flag.Int("signers", 200, "how many people sign a procedure through the emulator")

// signAtOnce is how many phones are busy at a time.
const signAtOnce = 32

// TestEverybodySigns publishes a procedure to many people with telephones. Each gets the text, opens the page, texts the word and the
// answer, and gets the receipt: every attestation exists once. It prints how far it is every two seconds, and the rate at the end.
func TestEverybodySigns(t *testing.T) {
	if testing.Short() {
		t.Skip("a load test")
	}
	s := newScene(t, bottest.Settings{Connections: 16})
	n := *signers
	s.exec(`
		WITH joined AS (INSERT INTO people (name, unit, roles) SELECT 'Nurse ' || i, '4A', '{biomed}' FROM generate_series(1, $1::int) AS g (i) RETURNING id)
		INSERT INTO addresses (person_id, channel, value, verified_at) SELECT id, 'sms', '+4477' || (10000000 + row_number() OVER ()), now() FROM joined`, n)
	s.exec(`UPDATE organisation SET version = version + 1`)
	phones := make([]string, n)
	for i := range phones {
		phones[i] = fmt.Sprintf("+4477%d", 10000001+i)
		s.Emulator.AddPhone(phones[i], fmt.Sprintf("Nurse %d", i+1))
	}
	began := time.Now()
	s.publishTo(domain.Audience{Roles: []domain.Role{domain.Biomed}})
	published := time.Since(began)
	var done atomic.Int64
	ctx, stop := context.WithCancel(t.Context())
	var reporting sync.WaitGroup
	reporting.Go(func() { reportSigning(ctx, t, &done, n, began) })
	s.everybody(phones, &done)
	stop()
	reporting.Wait()
	took := time.Since(began)
	s.rest() // the last receipt is on its phone a moment before its row says so
	t.Logf("%d people signed in %v (published in %v): %.1f a second, %.1f texts a second", done.Load(), took.Round(time.Millisecond), published.Round(time.Millisecond),
		float64(n)/took.Seconds(), float64(5*n)/took.Seconds())
	for what, sql := range map[string]string{
		"signed":        `SELECT count(DISTINCT person_id) FROM attestations`,
		"attestations":  `SELECT count(*) FROM attestations`,
		"tasks done":    `SELECT count(*) FROM tasks WHERE kind = 'document' AND state = 'done'`,
		"receipts sent": `SELECT count(*) FROM outbox WHERE key = 'doc.signed' AND state = 'sent'`,
	} {
		var got int
		if err := s.DB.Pool.QueryRow(t.Context(), sql).Scan(&got); err != nil || got != n {
			t.Errorf("%s: %d, want %d (%v)", what, got, n, err)
		}
	}
	p, err := s.DB.Progress(t.Context(), s.version(), "")
	if err != nil || p.Signed != n || p.Open() != 0 {
		t.Errorf("the numbers say %+v, %v", p, err)
	}
}

// publishTo puts a procedure in force for an audience.
func (s scene) publishTo(a domain.Audience) {
	s.t.Helper()
	org, err := s.DB.Organisation(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	v := domain.DocumentVersion{
		Code: "IC-04", Title: "Hand hygiene", Number: 1, Due: 14 * 24 * time.Hour, Changed: "gel before AND after gloves", Owner: org.Anyone(domain.Quality)[0].ID,
		Question: "Gloves come off and you leave the bay. Gel?", Options: []string{"no", "only if soiled", "always"}, Right: 2,
		Body: "# Hand hygiene\n\nUse gel **before** and after gloves.\n", Hash: strings.Repeat("a", 64), Audience: a,
	}
	if _, err := s.DB.Do(s.t.Context(), domain.Actor{Operator: true, Level: domain.A3}, domain.PublishDocument{Version: v}); err != nil {
		s.t.Fatal(err)
	}
}

func (s scene) version() (id int64) {
	s.t.Helper()
	if err := s.DB.Pool.QueryRow(s.t.Context(), `SELECT id FROM document_versions`).Scan(&id); err != nil {
		s.t.Fatal(err)
	}
	return id
}

// reportSigning prints how far it is.
func reportSigning(ctx context.Context, t *testing.T, done *atomic.Int64, of int, began time.Time) {
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			n := done.Load()
			t.Logf("signed %d of %d (%d%%), %.1f a second", n, of, 100*int(n)/of, float64(n)/time.Since(began).Seconds())
		}
	}
}

// everybody signs, some at a time.
func (s scene) everybody(phones []string, done *atomic.Int64) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: signAtOnce}}
	queue := make(chan string)
	var wg sync.WaitGroup
	for range signAtOnce {
		wg.Go(func() {
			for phone := range queue {
				if err := s.sign(client, phone); err != nil {
					s.t.Errorf("%s: %v", phone, err)
					continue
				}
				done.Add(1)
			}
		})
	}
	for _, p := range phones {
		queue <- p
	}
	close(queue)
	wg.Wait()
}

var (
	pageLink = regexp.MustCompile(`/s/\w+`)
	lastWord = regexp.MustCompile(`<p class="word"[^>]*>(\w+)</p>`)
)

// sign does what one person does, from the first text to the receipt.
func (s scene) sign(client *http.Client, number string) error {
	ctx, cancel := context.WithTimeout(s.t.Context(), 10*time.Minute) // everybody is told before the last has signed
	defer cancel()
	phone := s.Emulator.Phone(number)
	expect := func(words string) (string, error) {
		m, err := phone.Expect(ctx)
		if err == nil && !strings.Contains(m.Body, words) {
			err = fmt.Errorf("got %q, want %q", m.Body, words)
		}
		return m.Body, err
	}
	text, err := expect("IC-04 v1 Hand hygiene")
	if err != nil {
		return err
	}
	open, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Product+pageLink.FindString(text), strings.NewReader(url.Values{"do": {"open"}}.Encode()))
	if err != nil {
		return err
	}
	open.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	open.Header.Set("X-Forwarded-For", "2001:db8::1") // the whole hospital is behind one address
	page, err := client.Do(open)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(page.Body)
	page.Body.Close()
	word := lastWord.FindSubmatch(body)
	if err != nil || word == nil {
		return fmt.Errorf("status %d and no word on the page: %v", page.StatusCode, err)
	}
	for _, turn := range []struct{ say, hear string }{{"R " + string(word[1]), "1 question on IC-04"}, {"C", "Signed as read and understood"}} {
		if _, err := phone.Text(turn.say); err != nil {
			return err
		}
		if _, err := expect(turn.hear); err != nil {
			return err
		}
	}
	return nil
}
