package bot_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/bot/bottest"
)

// A ward whose passages cannot be written for a while: each turn that files a report fails, for a reason that is not PostgreSQL being away.
type faulty struct {
	*bottest.World
	owner *pgx.Conn
}

func newFaulty(t *testing.T) *faulty {
	t.Helper()
	w := bottest.New(t, bottest.Settings{BotOnly: true}) // no worker: nothing is tried again behind the test's back
	owner, err := pgx.Connect(t.Context(), w.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = owner.Close(context.Background()) })
	f := &faulty{w, owner}
	f.exec(`REVOKE INSERT ON passages FROM goodcatch_app`)
	if _, err := w.Emulator.Phone("+447700900101").Text("NM quokka loose on the ward"); err != nil {
		t.Fatalf("the provider is told of our fault: %v", err)
	}
	return f
}

func (f *faulty) exec(sql string) {
	f.TB.Helper()
	if _, err := f.owner.Exec(f.TB.Context(), sql); err != nil {
		f.TB.Fatal(err)
	}
}

func (f *faulty) number(sql string) (n int) {
	f.TB.Helper()
	if err := f.owner.QueryRow(f.TB.Context(), sql).Scan(&n); err != nil {
		f.TB.Fatal(err)
	}
	return n
}

func (f *faulty) retry(want int) {
	f.TB.Helper()
	if n, err := f.Program.Bot.RetryFailed(f.TB.Context()); err != nil || n != want {
		f.TB.Fatalf("took in %d, %v, want %d", n, err, want)
	}
}

func (f *faulty) mend() { f.exec(`GRANT INSERT ON passages TO goodcatch_app`) }

const filed = `SELECT count(*) FROM records`

func TestFailedTurnIsTakenInOnceTheFaultIsMended(t *testing.T) {
	t.Parallel()
	f := newFaulty(t)
	var kept []byte
	if err := f.owner.QueryRow(t.Context(), `SELECT sealed FROM inbox WHERE NOT handled AND failures = 1`).Scan(&kept); err != nil || bytes.Contains(kept, []byte("quokka")) {
		t.Fatalf("kept %d bytes, %v", len(kept), err)
	}
	f.mend()
	f.retry(0) // not yet: its minute is not over
	f.exec(`UPDATE inbox SET received_at = received_at - interval '61 seconds'`)
	f.retry(1)
	f.retry(0)
	if n := f.number(filed); n != 1 {
		t.Errorf("%d reports of one text", n)
	}
	if n := f.number(`SELECT count(*) FROM outbox WHERE key = 'receipt.near_miss'`); n != 1 {
		t.Errorf("%d receipts", n)
	}
	if n := f.number(`SELECT count(*) FROM inbox WHERE sealed IS NOT NULL OR NOT handled`); n != 0 {
		t.Error("the words are kept although they are filed")
	}
}

func TestOperatorsRetryTakesAFailedTurnInAtOnce(t *testing.T) {
	t.Parallel()
	f := newFaulty(t)
	f.mend()
	letters, err := f.DB.DeadLetters(t.Context())
	if err != nil || len(letters) != 1 {
		t.Fatalf("%d letters, %v", len(letters), err)
	}
	if err := f.DB.RetryDead(t.Context(), letters[0].ID); err != nil {
		t.Fatal(err)
	}
	f.retry(1)
	if left, err := f.DB.DeadLetters(t.Context()); err != nil || len(left) != 0 || f.number(filed) != 1 {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestTurnThatFailsForGoodWaitsForAnOperator(t *testing.T) {
	t.Parallel()
	f := newFaulty(t)
	f.exec(`UPDATE inbox SET received_at = received_at - interval '2 days'`)
	for range 6 {
		f.retry(0)
	}
	if n := f.number(`SELECT failures FROM inbox WHERE NOT handled`); n != 5 {
		t.Errorf("tried %d times", n)
	}
	f.mend()
	f.retry(0)
	if letters, err := f.DB.DeadLetters(t.Context()); err != nil || len(letters) != 1 || letters[0].Reason != "sqlstate 42501" {
		t.Errorf("letters %+v, %v", letters, err)
	}
}

func TestRowThatDoesNotOpenHoldsUpNobody(t *testing.T) {
	t.Parallel()
	f := newFaulty(t)
	f.exec(`UPDATE inbox SET received_at = received_at - interval '1 hour'`)
	f.exec(`INSERT INTO inbox (provider, external_id, received_at, handled, failures, sealed) VALUES ('twilio', 'SMforeign', now() - interval '2 hours', false, 1, 'not ours')`)
	f.mend()
	f.retry(1) // the foreign row does not open, and the text behind it is taken in
	if n := f.number(filed); n != 1 {
		t.Errorf("%d reports", n)
	}
}

func TestBurningDeletesWhatFailedOfThisPhoneAndNothingElse(t *testing.T) {
	t.Parallel()
	f := newFaulty(t)
	if _, err := f.Emulator.Phone("+447700900102").Text("NM pangolin on the ward"); err != nil {
		t.Fatal(err)
	}
	f.mend()
	if _, err := f.Emulator.Phone("+447700900101").Text("ANON X"); err != nil {
		t.Fatal(err)
	}
	if n := f.number(`SELECT count(*) FROM inbox WHERE NOT handled OR sealed IS NOT NULL OR sender IS NOT NULL`); n != 1 {
		t.Errorf("%d messages are kept, want the other phone's", n)
	}
	f.exec(`UPDATE inbox SET received_at = received_at - interval '61 seconds'`)
	f.retry(1)
	if _, err := f.Program.Worker.Missed(t.Context(), time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if n := f.number(filed); n != 1 {
		t.Errorf("%d reports, want the other phone's", n)
	}
	if n := f.number(`SELECT count(*) FROM inbox WHERE sender IS NOT NULL`); n != 0 {
		t.Error("a message that was taken in still says from whom")
	}
}
