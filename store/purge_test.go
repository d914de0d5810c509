package store_test

import (
	"testing"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/storetest"
)

// An attic is a store with something of each kind that is not kept for ever, and a clock of its own.
type attic struct {
	t   *testing.T
	db  *store.DB
	now time.Time
	id  domain.RecordID // an ended report of a hidden reporter
}

func newAttic(t *testing.T) *attic {
	t.Helper()
	a := &attic{t: t, now: time.Now().UTC()} // messages that fail are dated by PostgreSQL
	a.db = storetest.OpenAt(t, func() time.Time { return a.now })
	quinn := &domain.Person{Name: "Quinn", Unit: "H", Roles: []domain.Role{domain.Quality}, Slack: domain.Address{Value: "U1"}}
	roster(t, a.db, quinn)
	if err := a.db.KeepFailed(t.Context(), "twilio", "SM1", domain.SMS, "+447700900001", []byte("{}"), "boom"); err != nil {
		t.Fatal(err)
	}
	err := a.db.InTx(t.Context(), func(tx *store.Tx) error {
		ana, err := tx.Caller(t.Context(), domain.SMS, "+447700900001")
		if err != nil {
			return err
		}
		actor := domain.Actor{Address: ana.ID, Channel: domain.SMS, Reporter: true}
		filed, err := tx.Do(t.Context(), actor, domain.FileReport{Kind: domain.NearMiss, Text: "x", Hidden: true})
		if err != nil {
			return err
		}
		a.id = filed.Records[0].ID
		if err := tx.OpenSession(ana.ID, "enrich", domain.Args{"record": domain.Number(int(a.id))}, "danger"); err != nil {
			return err
		}
		_, err = tx.Do(t.Context(), domain.Actor{Person: quinn.ID, Level: domain.A2}, domain.Triage{Record: a.id, State: domain.Duplicate})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		`UPDATE outbox SET rendered = 'sealed', state = 'sent'`,
		`INSERT INTO link_codes (fingerprint, person_id, expires_at) SELECT 'x', id, now() + interval '15 minutes' FROM people LIMIT 1`,
		`INSERT INTO link_tries (address_id, day, wrong) SELECT id, now()::date, 3 FROM addresses LIMIT 1`,
	} {
		if _, err := a.db.Pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// left says what a purge leaves, after a while.
func (a *attic) left(after time.Duration) map[string]bool {
	a.t.Helper()
	began := a.now
	a.now = began.Add(after)
	if err := a.db.Purge(a.t.Context()); err != nil {
		a.t.Fatal(err)
	}
	a.now = began
	left := map[string]bool{}
	for what, sql := range map[string]string{
		"failed inbound": `SELECT count(*) FROM inbox WHERE sealed IS NOT NULL OR sender IS NOT NULL`,
		"sent texts":     `SELECT count(*) FROM outbox WHERE rendered IS NOT NULL`,
		"conversation":   `SELECT count(*) FROM sessions`,
		"hidden channel": `SELECT count(*) FROM reply_channels`,
		"link code":      `SELECT count(*) FROM link_codes`,
		"wrong codes":    `SELECT count(*) FROM link_tries`,
		"code":           `SELECT count(*) FROM records WHERE code <> ref`,
	} {
		left[what] = count(a.t, a.db, sql) > 0
	}
	return left
}

func TestPurgeKeepsEachThingItsTime(t *testing.T) {
	t.Parallel()
	a := newAttic(t)
	const day = 24 * time.Hour
	life := map[string]time.Duration{
		"link code": 15 * time.Minute, "wrong codes": 3 * day, "conversation": store.SessionLife, "failed inbound": 30 * day, "sent texts": 30 * day, "hidden channel": 180 * day, "code": 365 * day,
	}
	for _, after := range []time.Duration{0, time.Hour, 71 * time.Hour, 4 * day, 30*day - time.Hour, 30*day + time.Hour, 180*day - time.Hour, 180*day + time.Hour, 365*day - time.Hour, 365*day + time.Hour} {
		for what, there := range a.left(after) {
			if what == "wrong codes" && after > 2*day && after < 4*day {
				continue // whole days, by the date
			}
			if want := after < life[what]; there != want {
				t.Errorf("%s after %v: kept %v, want %v", what, after, there, want)
			}
		}
	}
	if n := count(t, a.db, `SELECT count(*) FROM records`) + count(t, a.db, `SELECT count(*) FROM passages`); n != 2 {
		t.Error("the record itself was purged")
	}
}

func TestRetentionSettingsShortenWhatIsKept(t *testing.T) {
	t.Parallel()
	a := newAttic(t)
	const day = 24 * time.Hour
	err := a.db.InTx(t.Context(), func(tx *store.Tx) error {
		o, err := tx.LockRoster(t.Context())
		if err != nil {
			return err
		}
		changed := *o
		changed.Settings.Retention = domain.Retention{FailedInbound: 7 * day, SentTexts: 2 * day, Codes: 90 * day}
		if err := tx.SaveOrganisation(&changed); err != nil {
			return err
		}
		return tx.RosterChanged(t.Context(), domain.Event{Name: "roster_imported"})
	})
	if err != nil {
		t.Fatal(err)
	}
	left := a.left(3 * day)
	if left["sent texts"] || !left["failed inbound"] {
		t.Errorf("after 3 days: %v", left)
	}
	left = a.left(91 * day)
	if left["failed inbound"] || left["code"] || !left["hidden channel"] {
		t.Errorf("after 91 days: %v", left)
	}
}

func TestFreedCodeIsGivenToAnotherReport(t *testing.T) {
	t.Parallel()
	a := newAttic(t)
	var code string
	if err := a.db.Pool.QueryRow(t.Context(), `SELECT code FROM records`).Scan(&code); err != nil {
		t.Fatal(err)
	}
	a.left(366 * 24 * time.Hour)
	again, err := a.db.Do(t.Context(), domain.Actor{Channel: domain.Web, Reporter: true}, domain.FileReport{Kind: domain.NearMiss, Text: "y", Form: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := again.Records[0].Code; string(got) != code {
		t.Errorf("the new report is %s, want the freed %s", got, code)
	}
	if n := count(t, a.db, `SELECT count(*) FROM free_codes`); n != 0 {
		t.Error("the code could be given twice")
	}
}

func TestAFileThatBecameNoDocumentIsErasedInTime(t *testing.T) {
	t.Parallel()
	a := newAttic(t)
	if _, err := a.db.Do(t.Context(), domain.Actor{Operator: true}, domain.KeepFile{File: domain.File{Name: "a.md", Kind: domain.MarkdownFile, Data: []byte("x"), Text: "x", SHA256: "x"}}); err != nil {
		t.Fatal(err)
	}
	left := func() (n int) {
		if err := a.db.Pool.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM files) + (SELECT count(*) FROM subject_keys WHERE subject LIKE 'f%')`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, step := range []struct {
		after time.Duration
		left  int
	}{{domain.UnusedFile - time.Hour, 2}, {2 * time.Hour, 0}} {
		a.now = a.now.Add(step.after)
		if err := a.db.Purge(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := left(); n != step.left {
			t.Errorf("%d rows, want %d", n, step.left)
		}
	}
}
