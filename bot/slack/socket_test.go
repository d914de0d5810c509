package slack_test

import (
	"fmt"
	"testing"

	"goodcatch/bot/bottest"
	"goodcatch/bot/emulator"
)

func TestRefreshOfOneSocketLosesNothing(t *testing.T) {
	t.Parallel()
	w := bottest.New(t, bottest.Settings{SocketMode: true})
	ben := w.Emulator.SlackUser("U0BEN")
	w.Emulator.Fail(emulator.Fault{Provider: "slack", Match: "apps.connections.open", Kind: emulator.Status500HTML}) // it cannot come back yet
	ok(t, w.Emulator.DisconnectSocket(within(t)))
	ok(t, w.Emulator.WaitSockets(within(t), 1))
	for n := range 4 {
		_, err := ben.DM(fmt.Sprintf("NM look-alike vials in drawer %d", n))
		ok(t, err)
	}
	ok(t, ben.Slash("/report", "x")) // what Slack never sends again
	if _, err := ben.ExpectView(within(t)); err != nil {
		t.Fatal(err)
	}
	ok(t, ben.Submit())
	if got := number(t, w, `SELECT count(*) FROM records`); got != 5 {
		t.Errorf("%d records, want 5", got)
	}
	clean(t, w)
}

func TestReportsGoOnWhileSocketsAreRefreshedInTurn(t *testing.T) {
	t.Parallel()
	w := bottest.New(t, bottest.Settings{SocketMode: true})
	ben := w.Emulator.SlackUser("U0BEN")
	const reports = 30
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		for n := range reports {
			_, _ = ben.DM(fmt.Sprintf("NM look-alike vials in drawer %d", n)) // one whose acknowledgement was lost with its socket comes again
		}
	}()
	for range 4 {
		ok(t, w.Emulator.DisconnectSocket(within(t)))
		ok(t, w.Emulator.WaitSockets(within(t), bottest.Sockets))
	}
	<-sent
	for w.Emulator.RetryEvents() > 0 {
		ok(t, within(t).Err())
	}
	if got := number(t, w, `SELECT count(*) FROM records`); got != reports {
		t.Errorf("%d records, want %d", got, reports)
	}
	clean(t, w)
}
