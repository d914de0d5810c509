package slack_test

import (
	"context"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"goodcatch/bot/bottest"
	"goodcatch/bot/emulator"
)

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func number(t *testing.T, w *bottest.World, sql string, args ...any) (n int) {
	t.Helper()
	ok(t, w.DB.Pool.QueryRow(t.Context(), sql, args...).Scan(&n))
	return n
}

// clean fails on anything that Slack or Twilio would object to, and on any use of a response_url.
func clean(t *testing.T, w *bottest.World) {
	t.Helper()
	for _, v := range w.Emulator.Violations() {
		t.Errorf("violation: %s", v)
	}
	if n := w.Emulator.Calls()["slack response_url"]; n > 0 {
		t.Errorf("response_url used %d times", n)
	}
}

// card waits for a message with these words on a user's screen.
func card(t *testing.T, u *emulator.SlackUser, words string) emulator.Message {
	t.Helper()
	for {
		item, err := u.ExpectMessage(within(t))
		if err != nil {
			t.Fatalf("%q: %v", words, err)
		}
		if strings.Contains(item.Message.Visible(), words) {
			return item.Message
		}
	}
}

// fileNearMiss makes a record by text.
func fileNearMiss(t *testing.T, w *bottest.World, text string) {
	t.Helper()
	if _, err := w.Emulator.Phone("+447700900101").Text(text); err != nil {
		t.Fatal(err)
	}
}

// openReport opens the report form and fills it in.
func openReport(t *testing.T, w *bottest.World, user, words string) (*emulator.SlackUser, emulator.View) {
	t.Helper()
	u := w.Emulator.SlackUser(user)
	ok(t, u.Slash("/report", words))
	v, err := u.ExpectView(within(t))
	ok(t, err)
	return u, v
}

const formBody = "application/x-www-form-urlencoded"

// post sends a request to the product, signed now unless headers say otherwise.
func post(t *testing.T, w *bottest.World, path, kind, body string, headers ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, w.Product+path, strings.NewReader(body))
	ok(t, err)
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	req.Header.Set("Content-Type", kind)
	req.Header.Set("X-Slack-Request-Timestamp", stamp)
	req.Header.Set("X-Slack-Signature", emulator.SignSlack(w.Emulator.Options().SlackSigningSecret, stamp, []byte(body)))
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	ok(t, err)
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	ok(t, err)
	return res.StatusCode, string(got)
}

func calls(w *bottest.World) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(w.Emulator.Calls())) {
		if method, found := strings.CutPrefix(name, "slack "); found {
			names = append(names, method)
		}
	}
	return names
}
