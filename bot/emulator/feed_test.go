package emulator_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"

	twilioapi "github.com/twilio/twilio-go/rest/api/v2010"

	"goodcatch/bot/emulator"
)

func TestExpectHandsOutEachTextOnceAndInOrder(t *testing.T) {
	t.Parallel()
	p := start(t)
	phone := p.e.Phone(ana)
	for _, body := range []string{"one", "two"} {
		must[*twilioapi.ApiV2010Message](t)(p.text(ana, body))
	}
	for _, want := range []string{"one", "two"} {
		if got := must[emulator.SMS](t)(phone.Expect(within(t))); got.Body != want {
			t.Errorf("got %q, want %q", got.Body, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := phone.Expect(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	must[*twilioapi.ApiV2010Message](t)(p.text(ana, "unexpected"))
	if got := p.e.Unseen(); len(got) != 1 || !strings.Contains(got[0], "unexpected") {
		t.Errorf("unseen %v", got)
	}
	phone.Forget()
	if got := p.e.Unseen(); len(got) != 0 {
		t.Errorf("unseen %v", got)
	}
}

func TestExpectWaitsForWhatIsToCome(t *testing.T) {
	t.Parallel()
	p := start(t)
	var wg sync.WaitGroup
	wg.Go(func() {
		if got, err := p.e.Phone(ana).Expect(within(t)); err != nil || got.Body != "late" {
			t.Errorf("got %v, %v", got, err)
		}
	})
	must[*twilioapi.ApiV2010Message](t)(p.text(ana, "late"))
	wg.Wait()
}

func TestChangesTellWhatToLookAtAgain(t *testing.T) {
	t.Parallel()
	p := start(t)
	lee := p.lee()
	ctx, cancel := context.WithCancel(t.Context())
	changes := p.e.Changes(ctx)
	p.post(lee, card("hello", "Open")...)
	must[*twilioapi.ApiV2010Message](t)(p.text(ana, "hello"))
	want := map[string]bool{emulator.ChangeMessage + " D0LEE": true, emulator.ChangeSMS + " " + ana: true}
	last := int64(0)
	for len(want) > 0 {
		change, open := <-changes
		if !open || last != 0 && change.Seq != last+1 {
			t.Fatalf("gap before %+v", change)
		}
		last = change.Seq
		delete(want, change.Kind+" "+change.Subject)
	}
	cancel()
	for range changes {
	}
}

func TestSnapshotShowsBothWorldsAsJSON(t *testing.T) {
	t.Parallel()
	p := start(t)
	lee := p.lee()
	p.opens()
	p.e.AddPhone(ana, "Ana, Ward 5A")
	p.post(lee, card("NM-K7R", "Acknowledge")...)
	must[*twilioapi.ApiV2010Message](t)(p.text(ana, "saved"))
	ok(t, lee.Slash("/report", ""))
	ok(t, lee.Fill("What happened?", "half typed"))
	p.e.Fail(emulator.Fault{Kind: emulator.Dead, To: ana})
	s := p.e.Snapshot()
	if len(s.Phones) != 1 || s.Phones[0].Label != "Ana, Ward 5A" || s.Phones[0].Messages[0].Body != "saved" {
		t.Errorf("phones %+v", s.Phones)
	}
	if len(s.Users) != 1 || len(s.Users[0].Modals) != 1 || s.Users[0].Modals[0].State["what"]["text"]["value"] != "half typed" {
		t.Errorf("users %+v", s.Users)
	}
	if len(s.Channels) != 1 || s.Channels[0].Messages[0].Buttons()[0] != "Acknowledge" || len(s.Faults) != 1 {
		t.Errorf("channels %+v", s.Channels)
	}
	if _, err := json.Marshal(s); err != nil {
		t.Error(err)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	p := start(t)
	lee := p.lee()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 10 {
				if _, err := p.text(ana, "x"); err != nil {
					t.Error(err)
				}
				if _, err := p.e.Phone(ana).Text("NM y"); err != nil {
					t.Error(err)
				}
				if _, _, err := p.slack.PostMessageContext(within(t), lee.ID(), card("z", "Open")...); err != nil {
					t.Error(err)
				}
				p.e.Snapshot()
			}
		})
	}
	wg.Wait()
	ok(t, p.e.Settled(within(t)))
	for range 80 {
		must[emulator.SMS](t)(p.e.Phone(ana).Expect(within(t)))
		must[emulator.Item](t)(lee.Expect(within(t)))
	}
	if n := len(p.arrivals); n != 240 {
		t.Errorf("%d webhooks, want 80 texts and 160 callbacks", n)
	}
	p.clean()
}
