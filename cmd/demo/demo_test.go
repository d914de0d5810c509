package demo_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"goodcatch/cmd/demo"
	"goodcatch/store/localpg"
)

// start starts a demo. It skips the test on a machine without PostgreSQL, saying so, and fails it where CI promises one.
func start(t *testing.T, o demo.Options) *demo.Demo {
	t.Helper()
	o.Say = func(what, text string) { t.Log(what, text) }
	d, err := demo.Start(t.Context(), o)
	var missing *localpg.MissingError
	if errors.As(err, &missing) && os.Getenv("CI") != "true" {
		t.Skipf("needs PostgreSQL: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func TestSmoke(t *testing.T) {
	t.Parallel()
	d := start(t, demo.Options{})
	timings, err := d.Smoke(t.Context())
	for _, lap := range timings {
		t.Log(lap.What, lap.Took)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestLinksInTextsOpen(t *testing.T) {
	t.Parallel()
	d := start(t, demo.Options{})
	for _, m := range d.Emulator.Phone(d.Cast.Reporter.Phone.Value).Thread() {
		address := regexp.MustCompile(regexp.QuoteMeta(strings.TrimPrefix(d.URL, "http://")) + `/s/\S+`).FindString(m.Body)
		if address == "" {
			continue
		}
		res, err := http.Get("http://" + address)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", address, res.StatusCode)
		}
		return
	}
	t.Error("no text of the morning has a link")
}

// TestNothingIsLost breaks what the page offers to break, and waits for what must arrive all the same.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	d := start(t, demo.Options{NoHistory: true})
	phone := d.Emulator.Phone(d.Cast.Reporter.Phone.Value)
	report := func(name, text string) {
		t.Helper()
		phone.Forget()
		if _, err := phone.Text(text); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	receipt := func(name string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		for {
			m, err := phone.Expect(ctx)
			if err != nil {
				t.Fatalf("%s: no receipt: %v", name, err)
			}
			if strings.Contains(m.Body, " saved ") {
				return
			}
		}
	}
	act := func(action, order string) {
		t.Helper()
		res, err := http.Post(d.URL+"/demo/do/"+action, "application/json", strings.NewReader(order))
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s %s: %v, %v", action, order, res, err)
		}
		res.Body.Close()
	}

	act("break", `{"break": "lose-inbound"}`)
	report("lost webhook", "NM tubing caught in the bed rail")
	receipt("lost webhook")

	act("break", `{"break": "drop-delivery"}`)
	report("answer dropped", "NM label on the wrong tube")
	receipt("answer dropped")
	act("heal", `{}`)

	manager := d.Emulator.SlackUser(d.Cast.Manager.Slack.Value)
	for range 2 { // the cards so far
		if _, err := manager.ExpectMessage(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	act("break", `{"break": "slack-revoked"}`)
	report("revoked token", "RISK hoist strap is frayed")
	receipt("revoked token")
	act("step", `{}`) // a broken provider does not hold up the clock
	act("heal", `{}`)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if _, err := manager.ExpectMessage(ctx); err != nil {
		t.Errorf("revoked token: no card came after it was well again: %v", err)
	}
}
