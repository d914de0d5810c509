package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/seal"
	"goodcatch/store/storetest"
)

// told is a finding as one line.
func told(found []finding) string {
	var b strings.Builder
	for _, f := range found {
		fmt.Fprintf(&b, "%s %s: %s", f.mark, f.what, f.detail)
		if f.fix != "" {
			fmt.Fprintf(&b, " -> %s", f.fix)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func provider(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return s.URL
}

func twilioApp(t *testing.T, answer http.HandlerFunc) *app {
	t.Helper()
	s := complete(t)
	s.TwilioAPIURL = provider(t, answer)
	return &app{Settings: &s, out: &bytes.Buffer{}}
}

func TestDoctorComparesTheNumbersWebhooks(t *testing.T) {
	t.Parallel()
	number := func(sms, method, voice string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			user, password, _ := r.BasicAuth()
			if !strings.HasPrefix(user, "AC") || password != "t" || r.FormValue("PhoneNumber") != "+15005550006" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			fmt.Fprintf(w, `{"incoming_phone_numbers":[{"sms_url":%q,"sms_method":%q,"voice_url":%q,"capabilities":{"sms":true,"voice":true}}]}`, sms, method, voice)
		}
	}
	const ours, voice = "https://q.example.org/twilio/sms", "https://q.example.org/twilio/voice"
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"as it should be":   {number(ours+"#rc=5&rp=all", "POST", voice), "ok twilio: texts come to us, with retries\n"},
		"tried once only":   {number(ours, "POST", voice), "note twilio: a text that arrives while we are away is tried once only -> At"},
		"somebody else's":   {number("https://demo.twilio.com/welcome", "POST", voice), `FAULT twilio: texts to our number do not come to us -> At console.twilio.com, Phone Numbers, set "A message comes in" to https://q.example.org/twilio/sms#rc=5&rp=all`},
		"by GET":            {number(ours+"#rc=5", "GET", voice), "FAULT twilio: texts to our number"},
		"calls not to us":   {number(ours+"#rc=5", "POST", ""), "note twilio: calls to our number do not come to us"},
		"not our number":    {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"incoming_phone_numbers":[]}`) }, "FAULT twilio: TWILIO_FROM_NUMBER is not a number"},
		"a wrong token":     {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }, "FAULT twilio: refuses us (401)"},
		"a page instead":    {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }, "FAULT twilio: cannot be reached"},
		"no such resource":  {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }, "note twilio: answers 404"},
		"a hanging up host": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "FAULT twilio: cannot be reached"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := told(checkTwilio(t.Context(), twilioApp(t, tc.answer))); !strings.Contains(got, tc.want) {
				t.Errorf("got %swant %s", got, tc.want)
			}
		})
	}
}

func TestDoctorAsksSlackWhoWeAre(t *testing.T) {
	t.Parallel()
	granted := func(scopes string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-OAuth-Scopes", scopes)
			fmt.Fprint(w, `{"ok":true,"user":"goodcatch","team_id":"T1"}`)
		}
	}
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"granted":        {granted("chat:write,commands,files:read,files:write,im:history,im:write,users:read,users:read.email,extra"), "ok slack: is goodcatch in team T1\nok slack: has all 8 scopes\n"},
		"scopes missing": {granted("chat:write,commands,files:read,files:write,users:read,im:history"), "FAULT slack: the token lacks the scopes im:write users:read.email ->"},
		"revoked":        {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"ok":false,"error":"token_revoked"}`) }, "FAULT slack: refuses the token: token_revoked -> Install the app"},
		"outage":         {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, "FAULT slack: cannot be reached"},
		"hangs up":       {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "FAULT slack: cannot be reached"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := complete(t)
			s.SlackAPIURL = provider(t, tc.answer)
			if got := told(checkSlack(t.Context(), &app{Settings: &s})); !strings.Contains(got, tc.want) {
				t.Errorf("got %swant %s", got, tc.want)
			}
		})
	}
}

func TestDoctorSeesWhetherOurServerAnswers(t *testing.T) {
	t.Parallel()
	s := complete(t)
	s.PublicURL = provider(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/healthz" {
			w.WriteHeader(http.StatusNotFound)
		}
	})
	if got, want := told(checkWeb(t.Context(), &app{Settings: &s})), "ok web: PUBLIC_URL answers\nok clock: with the proxy's\n"; got != want {
		t.Errorf("got %swant %s", got, want)
	}
	s.PublicURL += "/elsewhere"
	if got := told(checkWeb(t.Context(), &app{Settings: &s})); !strings.Contains(got, "FAULT web: PUBLIC_URL/healthz answers 404") {
		t.Errorf("got %s", got)
	}
}

func TestDoctorTriesTheKeysOnASealedRow(t *testing.T) {
	t.Parallel()
	url := storetest.Database(t)
	db := storetest.Connect(t, url, store.Options{})
	_, wrapped, err := db.Keys.NewSubjectKey("r1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Pool.Exec(t.Context(), `INSERT INTO subject_keys (subject, wrapped) VALUES ('r1', $1)`, wrapped); err != nil {
		t.Fatal(err)
	}
	other, err := seal.NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	for keys, want := range map[string]mark{storetest.Keyset(t): fine, string(other): bad} {
		s := Settings{DatabaseURL: url, GoodcatchKeys: keys}
		if got := checkSealed(t.Context(), &app{Settings: &s}); got.mark != want {
			t.Errorf("got %+v, want %s", got, want)
		}
	}
}

func TestDoctorRetriesDeadLetters(t *testing.T) {
	t.Parallel()
	url := storetest.Database(t)
	db := storetest.Connect(t, url, store.Options{})
	if _, err := db.Pool.Exec(t.Context(), `
		INSERT INTO timers (subject, name, due_at, command, args, failures, error, dead) VALUES ('r1', 'escalate', now(), 'escalate@1', '{}', 5, 'number +447700900123 refused', true)`); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	s := Settings{DatabaseURL: url, GoodcatchKeys: storetest.Keyset(t)}
	a := &app{Settings: &s, out: &out}
	for _, c := range []doctorCmd{{Dead: true}, {Dead: true, Retry: "t1"}, {Dead: true}} {
		if err := c.Run(context.WithoutCancel(t.Context()), a); err != nil {
			t.Fatal(err)
		}
	}
	got := out.String()
	for _, want := range []string{"escalate@1 about r1: number +*** refused", "1 dead letters", "1 queued again", "0 dead letters"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

func TestExitCodeTellsConfigurationFromTheRest(t *testing.T) {
	t.Parallel()
	if got := exitCode(fmt.Errorf("import: %w", domain.ErrConflict)); got != 1 {
		t.Errorf("exit %d, want 1", got)
	}
	if got := exitCode(fault("X", "y", "z")); got != 2 {
		t.Errorf("exit %d, want 2", got)
	}
}

func TestDoctorListsTheAlarmsThatStand(t *testing.T) {
	t.Parallel()
	url := storetest.Database(t)
	db := storetest.Connect(t, url, store.Options{})
	a := &app{Settings: &Settings{DatabaseURL: url}}
	if got := checkWatch(t.Context(), a); len(got) != 1 || got[0].mark != fine {
		t.Errorf("nothing stopped: %+v", got)
	}
	if mine, err := db.RaiseAlarm(t.Context(), domain.VitalWebhook); err != nil || !mine {
		t.Fatal(mine, err)
	}
	if got := checkWatch(t.Context(), a); len(got) != 1 || got[0].mark != bad || !strings.Contains(got[0].fix, "/twilio/sms") {
		t.Errorf("the webhook: %+v", got)
	}
}
