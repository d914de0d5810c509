package bot_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"goodcatch/bot/bottest"
	"goodcatch/store"
)

const (
	anasPhone = "+447700900101"
	leesPhone = "+447700900104"
	omars     = "+447700900105"
	eves      = "+447700900109"
	adams     = "+447700900111"

	sendCall = "POST Messages.json"
)

// A scene is a world with people who text and read.
type scene struct {
	*bottest.World
	t *testing.T
}

func newScene(t *testing.T, s bottest.Settings) scene {
	t.Helper()
	return scene{bottest.New(t, s), t}
}

func (s scene) text(from, body string) {
	s.t.Helper()
	if _, err := s.Emulator.Phone(from).Text(body); err != nil {
		s.t.Fatal(err)
	}
}

// hears waits for the next text on a phone, and for its words.
func (s scene) hears(number, words string, within time.Duration) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), within)
	defer cancel()
	m, err := s.Emulator.Phone(number).Expect(ctx)
	if err != nil {
		s.t.Fatalf("%s: %v\n%s", words, err, s.outbox())
	}
	if !strings.Contains(m.Body, words) {
		s.t.Fatalf("got %q, want %q", m.Body, words)
	}
}

// texts counts what a phone got that has the words.
func (s scene) texts(number, words string) (n int) {
	for _, m := range s.Emulator.Phone(number).Thread() {
		if !m.Inbound() && strings.Contains(m.Body, words) {
			n++
		}
	}
	return n
}

// messages counts what stands in somebody's conversation with the app and has the words.
func (s scene) messages(user, words string) (n int) {
	for _, m := range s.Emulator.SlackUser(user).Messages() {
		if strings.Contains(m.Visible(), words) {
			n++
		}
	}
	return n
}

// until waits for a condition in the database.
func (s scene) until(sql string, args ...any) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 40*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		var ok bool
		err := s.DB.Pool.QueryRow(ctx, `SELECT (`+sql+`)`, args...).Scan(&ok)
		switch {
		case ok:
			return
		case err != nil && !store.Away(err):
			s.t.Fatalf("%s: %v", sql, err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			s.t.Fatalf("never came true: %s (%v)\n%s", sql, err, s.outbox())
		}
	}
}

// outbox lists what is in the outbox, for a test that fails.
func (s scene) outbox() string {
	var b strings.Builder
	rows, err := s.DB.Pool.Query(context.WithoutCancel(s.t.Context()), `SELECT concat_ws(' ', id, op, topic, key, channel, person_id, state, attempt, resends, error_code, provider_state) FROM outbox ORDER BY id`)
	if err != nil {
		return err.Error()
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err.Error()
		}
		fmt.Fprintln(&b, line)
	}
	return b.String()
}

// rest waits until nothing is under way or unsettled.
func (s scene) rest() {
	s.t.Helper()
	s.until(`NOT EXISTS (SELECT 1 FROM outbox WHERE state IN ('pending', 'sending', 'unknown') AND not_before <= $1)`, s.Clock.Now())
}

func (s scene) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.DB.Pool.Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatal(err)
	}
}

// danger files a report that pages the first level by every channel, and returns its code.
func (s scene) danger() string {
	s.t.Helper()
	s.text(anasPhone, "INC oxygen supply failing in bay 2")
	s.hears(anasPhone, "Is anyone in danger now?", patient)
	s.text(anasPhone, "yes")
	var code string
	if err := s.DB.Pool.QueryRow(s.t.Context(), `SELECT code FROM records`).Scan(&code); err != nil {
		s.t.Fatal(err)
	}
	return code
}

// patient is how long a test waits for what should be quick.
const patient = 20 * time.Second

// crowd lets many unknown phones report at the same time, each once, and waits until every one has its receipt.
func (s scene) crowd(n, from int) (slowest time.Duration) {
	s.t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			number := fmt.Sprintf("+4477009%05d", from+i)
			ctx, cancel := context.WithTimeout(s.t.Context(), patient)
			defer cancel()
			began := time.Now()
			if _, err := s.Emulator.Phone(number).Text("NM bed rail loose at bed 3"); err != nil {
				s.t.Error(err)
				return
			}
			if _, err := s.Emulator.Phone(number).Expect(ctx); err != nil {
				s.t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			slowest = max(slowest, time.Since(began))
		})
	}
	wg.Wait()
	return slowest
}
