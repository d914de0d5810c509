package bot_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"goodcatch/bot/bottest"
	"goodcatch/bot/emulator"
	"goodcatch/store/localpg"
	"goodcatch/store/storetest"
)

func TestRedisFlushedWhileMessagesAndTimersWait(t *testing.T) {
	t.Parallel()
	s := newScene(t, bottest.Settings{})
	ctx, cancel := context.WithCancel(t.Context())
	flushed := make(chan int)
	go func() {
		n := 0
		for tick := time.NewTicker(3 * time.Millisecond); ctx.Err() == nil; n++ {
			s.Redis.FlushAll()
			<-tick.C
		}
		flushed <- n
	}()
	took := s.crowd(20, 30000)
	cancel()
	t.Logf("20 receipts within %v, Redis flushed %d times meanwhile", took, <-flushed)
	if took > 6*time.Second { // 5 s and what the machine needs
		t.Errorf("the slowest receipt took %v, want 5 s", took)
	}
	s.danger()
	s.Settle()
	s.Redis.FlushAll()
	s.Pass(30 * time.Minute)
	if s.messages("U0MIA", "level 2") == 0 {
		t.Error("the second level was not asked")
	}
}

func TestRedisGone(t *testing.T) {
	t.Parallel()
	s := newScene(t, bottest.Settings{})
	s.crowd(1, 31000)
	s.Redis.Close()
	took := s.crowd(20, 31100)
	t.Logf("20 receipts within %v without Redis", took)
	if took > 5*time.Second {
		t.Errorf("the slowest receipt took %v, want 5 s", took)
	}
	if err := s.Redis.Restart(); err != nil {
		t.Fatal(err)
	}
	if took := s.crowd(5, 31200); took > 5*time.Second {
		t.Errorf("after its return the slowest receipt took %v, want 5 s", took)
	}
}

func TestPostgresRestartedDuringReports(t *testing.T) {
	t.Parallel()
	cluster, url := storetest.Cluster(t, localpg.Options{Durable: true}) // commits must outlive the kill
	s := newScene(t, bottest.Settings{DatabaseURL: url})
	const phones, each = 6, 6
	var wg sync.WaitGroup
	var mu sync.Mutex
	var refused []emulator.SMS
	third := make(chan struct{}, phones)
	for i := range phones {
		wg.Go(func() {
			phone := s.Emulator.Phone(fmt.Sprintf("+4477009%05d", 32000+i))
			for n := range each {
				m, err := phone.Text(fmt.Sprintf("NM pump %d stopped by itself", n))
				if err != nil && !strings.Contains(err.Error(), "status 503") {
					t.Errorf("the webhook was answered neither 200 nor 503: %v", err)
				}
				if err != nil {
					mu.Lock()
					refused = append(refused, m)
					mu.Unlock()
				}
				if n == each/3 {
					third <- struct{}{}
				}
			}
		})
	}
	<-third
	if err := cluster.Restart(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	s.until(`true`)
	for _, m := range refused[:len(refused)/2] { // some come again by themselves
		if err := s.Emulator.Phone(m.From).Redeliver(m.SID); err != nil {
			t.Error(err)
		}
	}
	if _, err := s.Program.Worker.Missed(t.Context(), time.Now().Add(-time.Hour)); err != nil { // the rest are found at the provider
		t.Fatal(err)
	}
	s.until(`(SELECT count(*) FROM records) = $1 AND (SELECT count(*) FROM inbox) = $1`, phones*each)
	t.Logf("%d texts, %d answered 503 during the restart, %d records", phones*each, len(refused), phones*each)
	if len(refused) == 0 {
		t.Log("the restart was too quick to refuse anything")
	}
	s.rest()
}

func TestThrottledByTwilioWaitsAsTold(t *testing.T) {
	t.Parallel()
	s := newScene(t, bottest.Settings{})
	s.Emulator.Fail(emulator.Fault{Provider: "twilio", Match: sendCall, To: anasPhone, Times: 1, Kind: emulator.Status429, Delay: 3 * time.Second})
	began := time.Now()
	s.text(anasPhone, "NM wrong strength heparin in drawer B")
	s.hears(anasPhone, "Thank you. Near miss", patient)
	if took := time.Since(began); took < 3*time.Second || took > 5*time.Second {
		t.Errorf("the receipt came after %v, Retry-After is 3 s", took)
	}
	s.hears(anasPhone, "Could it have killed", patient) // in order
	if n := s.Emulator.Calls()["twilio "+sendCall]; n != 3 {
		t.Errorf("%d requests, want 3: refused, receipt, question", n)
	}
}

// TestUnknownOutcomeOfATextIsSettledByTheList: whatever hides the answer, the text arrives, once. No callback helps.
func TestUnknownOutcomeOfATextIsSettledByTheList(t *testing.T) {
	t.Parallel()
	for _, kind := range []emulator.FaultKind{emulator.Status500HTML, emulator.AcceptedThenDropped, emulator.Reset, emulator.Hang} {
		for who, word := range map[string]string{"known": "NM ", "hidden": "ANON NM "} {
			t.Run(string(kind)+"/"+who, func(t *testing.T) {
				t.Parallel()
				s := newScene(t, bottest.Settings{})
				s.Emulator.Fail(emulator.Fault{Provider: "twilio", Match: sendCall, Kind: emulator.LostCallbacks})
				s.Emulator.Fail(emulator.Fault{Provider: "twilio", Match: sendCall, To: anasPhone, Times: 1, Kind: kind})
				s.text(anasPhone, word+"wrong strength heparin in drawer B")
				s.until(`EXISTS (SELECT 1 FROM outbox WHERE state = 'unknown')`)
				s.rest()
				if receipts, questions := s.texts(anasPhone, "Thank you. Near miss"), s.texts(anasPhone, "Could it have killed"); receipts != 1 || questions != 1 {
					t.Errorf("%d receipts and %d questions, want one each", receipts, questions)
				}
				s.until(`(SELECT state = 'sent' AND (address_id IS NULL) = $1 FROM outbox WHERE key = 'receipt.near_miss')`, who == "hidden")
			})
		}
	}
}

// TestUnknownOutcomeOfACardInSlackIsSettledByItsHistory, the same for Slack.
func TestUnknownOutcomeOfACardInSlackIsSettledByItsHistory(t *testing.T) {
	t.Parallel()
	for _, kind := range []emulator.FaultKind{emulator.Status500HTML, emulator.AcceptedThenDropped, emulator.Reset} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := newScene(t, bottest.Settings{})
			s.Emulator.Fail(emulator.Fault{Provider: "slack", Match: "chat.postMessage", To: "U0LEE", Times: 1, Kind: kind})
			s.text(anasPhone, "NM wrong strength heparin in drawer B")
			s.until(`EXISTS (SELECT 1 FROM outbox WHERE state = 'unknown')`)
			s.rest()
			if lee, omar := s.messages("U0LEE", "Nobody owns it yet"), s.messages("U0OMAR", "Nobody owns it yet"); lee != 1 || omar != 1 {
				t.Errorf("%d and %d cards, want one each", lee, omar)
			}
		})
	}
}

// TestCallbacksInAnyOrderMoveAStateUpwardsOnly: doubled, the last one first, late, before our own answer, or lost.
func TestCallbacksInAnyOrderMoveAStateUpwardsOnly(t *testing.T) {
	t.Parallel()
	for name, kinds := range map[string][]emulator.FaultKind{
		"doubled":  {emulator.DoubledCallbacks},
		"shuffled": {emulator.ShuffledCallbacks},
		"both":     {emulator.DoubledCallbacks, emulator.ShuffledCallbacks},
		"early":    {emulator.EarlyCallbacks, emulator.ShuffledCallbacks},
		"late":     {emulator.LateCallbacks, emulator.DoubledCallbacks, emulator.ShuffledCallbacks},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, bottest.Settings{})
			for _, k := range kinds {
				s.Emulator.Fail(emulator.Fault{Provider: "twilio", Match: sendCall, Kind: k})
			}
			s.text(anasPhone, "NM wrong strength heparin in drawer B")
			s.hears(anasPhone, "Thank you. Near miss", patient)
			s.hears(anasPhone, "Could it have killed", patient)
			s.rest()
			s.Emulator.ReleaseCallbacks()
			s.Settle()
			s.until(`NOT EXISTS (SELECT 1 FROM outbox WHERE channel = 'sms' AND (state <> 'sent' OR provider_state <> 'delivered'))`)
			if s.texts(anasPhone, "Thank you. Near miss") != 1 {
				t.Error("not one receipt")
			}
		})
	}
}

// TestTextThatReachesNobodyGoesToTheNextPerson: accepted, and then silence.
func TestTextThatReachesNobodyGoesToTheNextPerson(t *testing.T) {
	t.Parallel()
	s := newScene(t, bottest.Settings{})
	for _, n := range []string{leesPhone, omars} {
		s.Emulator.Fail(emulator.Fault{Provider: "twilio", Match: sendCall, To: n, Kind: emulator.Silent})
	}
	for _, u := range []string{"U0LEE", "U0OMAR"} {
		s.Emulator.Fail(emulator.Fault{Provider: "slack", Match: "chat.postMessage", To: u, Kind: emulator.Refuse, Code: "user_disabled"})
	}
	s.danger()
	s.rest()
	s.exec(`UPDATE outbox SET sent_at = sent_at - interval '4 minutes' WHERE channel = 'sms' AND topic = 'escalation'`)
	for _, n := range []string{leesPhone, omars} {
		call, err := s.Emulator.Phone(n).ExpectCall(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := call.Ignore(); err != nil {
			t.Fatal(err)
		}
	}
	s.until(`EXISTS (SELECT 1 FROM outbox o JOIN people p ON p.id = o.person_id WHERE p.name = 'Mia Roth' AND o.topic = 'escalation' AND o.state = 'sent')`)
}

// TestOptOutLearntFromTheProvider: STOP came while our webhook was away. The phone is marked, and the next channel or person is asked.
func TestOptOutLearntFromTheProvider(t *testing.T) {
	t.Parallel()
	for kind, mark := range map[emulator.FaultKind]string{emulator.OptedOut: "stopped_at", emulator.Landline: "dead_at", emulator.InvalidNumber: "dead_at", emulator.Dead: "dead_at"} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := newScene(t, bottest.Settings{})
			for _, n := range []string{leesPhone, omars} {
				s.Emulator.Fail(emulator.Fault{Provider: "twilio", Match: sendCall, To: n, Kind: kind})
			}
			for _, u := range []string{"U0LEE", "U0OMAR"} { // so that their phones are the next channel, and Mia the next person
				s.Emulator.Fail(emulator.Fault{Provider: "slack", Match: "chat.postMessage", To: u, Kind: emulator.Refuse, Code: "user_disabled"})
			}
			s.text(anasPhone, "NM wrong strength heparin in drawer B")
			s.until(`(SELECT count(*) FROM addresses WHERE value IN ($1, $2) AND `+mark+` IS NOT NULL) = 2`, leesPhone, omars)
			s.until(`EXISTS (SELECT 1 FROM outbox o JOIN people p ON p.id = o.person_id WHERE p.name = 'Mia Roth' AND o.topic = 'escalation' AND o.state = 'sent')`)
		})
	}
}

// TestDeadSlackAccountGetsAText: the next channel of the same person.
func TestDeadSlackAccountGetsAText(t *testing.T) {
	t.Parallel()
	s := newScene(t, bottest.Settings{})
	s.Emulator.Fail(emulator.Fault{Provider: "slack", Match: "chat.postMessage", To: "U0LEE", Kind: emulator.Refuse, Code: "user_disabled"})
	s.text(anasPhone, "NM wrong strength heparin in drawer B")
	s.hears(leesPhone, "to own it", patient)
}

func TestRevokedSlackTokenIsToldByTextAndLosesNothing(t *testing.T) {
	t.Parallel()
	s := newScene(t, bottest.Settings{})
	s.Emulator.Fail(emulator.Fault{Provider: "slack", Match: "chat.postMessage", Kind: emulator.RevokedToken})
	s.text(anasPhone, "NM wrong strength heparin in drawer B")
	s.hears(adams, "cannot send by Slack", patient)
	s.hears(leesPhone, "to own it", patient)
	s.hears(omars, "to own it", patient)
	s.until(`(SELECT count(*) FROM outbox WHERE channel = 'slack' AND state = 'pending' AND topic = 'escalation') = 2`)
	s.Emulator.ClearFaults()
	s.exec(`UPDATE outbox SET lease_until = NULL WHERE state = 'pending'`) // half a minute later
	s.rest()
	if lee, omar := s.messages("U0LEE", "Nobody owns it yet"), s.messages("U0OMAR", "Nobody owns it yet"); lee != 1 || omar != 1 {
		t.Errorf("%d and %d cards after the token's return, want one each", lee, omar)
	}
	if n := s.texts(adams, "cannot send by Slack"); n != 1 {
		t.Errorf("the administrator was told %d times", n)
	}
}

// TestAcknowledgedMeansSilence: once a person has it, no request to own it starts more than 2 s later, not even of messages that were
// throttled, or whose outcome was unknown, at that moment.
func TestAcknowledgedMeansSilence(t *testing.T) {
	t.Parallel()
	s := newScene(t, bottest.Settings{})
	s.Emulator.Fail(emulator.Fault{Provider: "twilio", Match: sendCall, To: omars, Times: 1, Kind: emulator.Status429, Delay: 3 * time.Second})
	s.Emulator.Fail(emulator.Fault{Provider: "twilio", Match: sendCall, To: leesPhone, Times: 1, Kind: emulator.Reset})
	s.Emulator.Fail(emulator.Fault{Provider: "slack", Match: "chat.postMessage", To: "U0OMAR", Times: 1, Kind: emulator.Reset})
	code := s.danger()
	s.until(`(SELECT count(*) FROM outbox WHERE topic = 'escalation' AND state IN ('pending', 'unknown') AND attempt = 1) = 3`)
	s.until(`EXISTS (SELECT 1 FROM outbox o JOIN people p ON p.id = o.person_id WHERE p.name = 'Lee Wong' AND o.channel = 'slack' AND o.state = 'sent')`)
	s.text(leesPhone, code+" A")
	s.until(`(SELECT owner IS NOT NULL FROM records)`)
	taken := time.Now()
	s.until(`NOT EXISTS (SELECT 1 FROM outbox WHERE topic = 'escalation' AND state IN ('pending', 'sending', 'unknown'))`)
	s.rest()
	for _, p := range s.Emulator.Phones() {
		for _, m := range p.Thread() {
			if !m.Inbound() && strings.Contains(m.Body, "to own it") && m.At.After(taken.Add(2*time.Second)) {
				t.Errorf("%v after it was taken: %s", m.At.Sub(taken), m.Body)
			}
		}
	}
	if n := s.messages("U0OMAR", "Nobody owns it yet"); n != 0 {
		t.Errorf("a card came after it was taken")
	}
	if n := s.texts(omars, "to own it") + s.texts(leesPhone, "to own it"); n != 0 {
		t.Errorf("%d requests to own it were sent after it was taken", n)
	}
}

// TestPoisonTimerIsPutAside after five tries, with an alarm's worth of traces, and holds up no other.
func TestPoisonTimerIsPutAside(t *testing.T) {
	t.Parallel()
	s := newScene(t, bottest.Settings{})
	s.exec(`INSERT INTO timers (subject, name, due_at, command, args) SELECT 'x' || i, 'poison', $1, 'from_the_future@9', '{}' FROM generate_series(1, 3) AS i`, s.Clock.Now())
	s.danger()
	s.Pass(3 * time.Hour)
	if s.messages("U0MIA", "level 2") == 0 {
		t.Error("the second level was not asked")
	}
	s.until(`(SELECT count(*) FROM timers WHERE name = 'poison' AND dead AND failures = 5) = 3`)
	letters, err := s.DB.DeadLetters(t.Context())
	if err != nil || len(letters) != 3 {
		t.Errorf("dead letters %v, %v", letters, err)
	}
}

// Status callbacks that are lost altogether: after a minute the provider is asked.
func TestLostDeliveryReportsAreAskedFor(t *testing.T) {
	t.Parallel()
	s := newScene(t, bottest.Settings{})
	s.Emulator.Fail(emulator.Fault{Provider: "twilio", Match: sendCall, Kind: emulator.LostCallbacks})
	s.text(anasPhone, "NM spare key of the drug cupboard on the desk")
	s.hears(anasPhone, "saved", patient)
	s.until(`EXISTS (SELECT 1 FROM outbox WHERE topic = 'receipt' AND state = 'sent' AND provider_rank < 4)`)
	ask := func() {
		if err := s.Program.Worker.AskLost(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ask() // too early: nothing is asked
	s.until(`EXISTS (SELECT 1 FROM outbox WHERE topic = 'receipt' AND asked_at IS NULL)`)
	s.exec(`UPDATE outbox SET sent_at = sent_at - interval '2 minutes' WHERE state = 'sent'`)
	ask()
	s.until(`EXISTS (SELECT 1 FROM outbox WHERE topic = 'receipt' AND provider_state = 'delivered' AND asked_at IS NOT NULL)`)
}

// The end of a call that is never told of: the provider is asked, and who let it ring out is not waited for.
func TestLostEndOfACallIsAskedFor(t *testing.T) {
	t.Parallel()
	s := newScene(t, bottest.Settings{})
	s.Emulator.Fail(emulator.Fault{Provider: "twilio", Match: "POST Calls.json", Kind: emulator.LostCallbacks})
	s.danger()
	s.Pass(3*time.Minute + time.Second)
	ctx, cancel := context.WithTimeout(t.Context(), patient)
	defer cancel()
	call, err := s.Emulator.Phone("+447700900104").ExpectCall(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := call.Ignore(); err != nil {
		t.Fatal(err)
	}
	failed := `EXISTS (SELECT 1 FROM events WHERE name = 'not_reached' AND data->>'channel' = 'voice')`
	s.until(`NOT ` + failed)
	s.exec(`UPDATE outbox SET sent_at = sent_at - interval '2 minutes' WHERE channel = 'voice'`)
	if err := s.Program.Worker.AskLost(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.until(failed)
	s.until(`EXISTS (SELECT 1 FROM outbox WHERE channel = 'voice' AND provider_state = 'no-answer')`)
}
