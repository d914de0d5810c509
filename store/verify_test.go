package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/storetest"
)

// An audit is a store with sealed events and one that waits, and its owner's connection.
type audit struct {
	t     *testing.T
	db    *store.DB
	owner *pgx.Conn
}

func newAudit(t *testing.T) *audit {
	t.Helper()
	url := storetest.Database(t)
	db := storetest.Connect(t, url, store.Options{})
	owner, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = owner.Close(context.Background()) })
	a := &audit{t, db, owner}
	for range 3 {
		a.file()
		a.seal()
	}
	a.file()
	return a
}

// file writes a report, and with it events.
func (a *audit) file() {
	a.t.Helper()
	if _, err := a.db.Do(a.t.Context(), domain.Actor{Reporter: true, Channel: domain.Web}, domain.FileReport{Kind: domain.NearMiss, Text: "x", Form: true}); err != nil {
		a.t.Fatal(err)
	}
}

// seal appends a link. It waits for transactions of the other tests on the same server, as the sealing does.
func (a *audit) seal() {
	a.t.Helper()
	ctx, cancel := context.WithTimeout(a.t.Context(), 30*time.Second)
	defer cancel()
	for range time.Tick(10 * time.Millisecond) {
		if n, err := a.db.SealEvents(ctx, 1000); err != nil || n > 0 {
			if err != nil {
				a.t.Fatal(err)
			}
			return
		}
	}
}

func (a *audit) verify(noted store.Head) store.Verification {
	a.t.Helper()
	v, err := a.db.Verify(a.t.Context(), noted, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	return v
}

// tamper does what only the owner of the database can.
func (a *audit) tamper(sql string) {
	a.t.Helper()
	for _, s := range []string{"SET session_replication_role = replica", sql, "RESET session_replication_role"} {
		if _, err := a.owner.Exec(a.t.Context(), s); err != nil {
			a.t.Fatalf("%s: %v", s, err)
		}
	}
}

func TestVerifyFindsNothingWhereNothingWasChanged(t *testing.T) {
	t.Parallel()
	a := newAudit(t)
	v := a.verify(store.Head{})
	if v.Mismatch != nil || v.Head.Link != 3 || v.Sealed == 0 || v.Unsealed == 0 || v.UnsealedFor < 0 || v.UnsealedFor > time.Minute {
		t.Errorf("got %+v", v)
	}
	head, err := a.db.ChainHead(t.Context())
	if err != nil || head != v.Head {
		t.Errorf("head %+v, %v, want %+v", head, err, v.Head)
	}
	a.seal()
	if v = a.verify(head); v.Mismatch != nil || v.Unsealed != 0 || v.Head.Link != 4 {
		t.Errorf("after one more link: %+v", v)
	}
	empty, err := storetest.Open(t).Verify(t.Context(), store.Head{}, nil)
	if err != nil || empty != (store.Verification{}) {
		t.Errorf("of an empty store: %+v, %v", empty, err)
	}
}

func TestVerifyNamesTheFirstEventThatWasTamperedWith(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sql  string // %d is the second event of link 2
		want func(event int64) string
	}{
		"another actor":     {`UPDATE events SET actor = 'p9' WHERE id = %d`, func(e int64) string { return fmt.Sprintf("event %d (link 2)", e) }},
		"another time":      {`UPDATE events SET at = at - interval '1 hour' WHERE id = %d`, func(e int64) string { return fmt.Sprintf("event %d (link 2)", e) }},
		"other facts":       {`UPDATE events SET data = '{"kind": "incident"}' WHERE id = %d`, func(e int64) string { return fmt.Sprintf("event %d (link 2)", e) }},
		"of another record": {`UPDATE events SET record_id = 99 WHERE id = %d`, func(e int64) string { return fmt.Sprintf("event %d (link 2)", e) }},
		"hash too":          {`UPDATE events SET hash = sha256('x') WHERE id = %d`, func(e int64) string { return fmt.Sprintf("event %d (link 2)", e) }},
		"deleted":           {`DELETE FROM events WHERE id = %d`, func(e int64) string { return fmt.Sprintf("event %d (link 2)", e) }},
		"deleted, and out of its link": {`WITH gone AS (DELETE FROM chained WHERE event_id = %d RETURNING event_id) DELETE FROM events WHERE id IN (SELECT event_id FROM gone)`,
			func(e int64) string { return fmt.Sprintf("event %d (link 2)", e) }},
		"a link is gone":         {`WITH gone AS (DELETE FROM chain WHERE seq = 2) SELECT %d`, func(int64) string { return "link 2" }},
		"a link says less":       {`UPDATE chain SET events = events - 1 WHERE seq = 2 AND %d > 0`, func(int64) string { return "link 2: 1 events were sealed" }},
		"a link of another time": {`UPDATE chain SET at = at - interval '1 hour' WHERE seq = 2 AND %d > 0`, func(int64) string { return "link 2" }},
		"in the tail":            {`UPDATE events SET name = 'closed' WHERE id = (SELECT max(id) FROM events) AND %d > 0`, func(int64) string { return "event " }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAudit(t)
			event := int64(count(t, a.db, `SELECT id FROM (SELECT event_id AS id FROM chained WHERE seq = 2 ORDER BY event_id OFFSET 1 LIMIT 1) AS e`))
			a.tamper(fmt.Sprintf(c.sql, event))
			v := a.verify(store.Head{})
			if v.Mismatch == nil || !strings.Contains(v.Mismatch.String(), c.want(event)) {
				t.Errorf("found %v, want %s", v.Mismatch, c.want(event))
			}
		})
	}
}

// A transaction that writes and hangs, in any database of the server, keeps events from being sealed: the watch must see it.
func TestWhatAHangingTransactionKeepsFromBeingSealedIsSeen(t *testing.T) {
	t.Parallel()
	a := newAudit(t)
	tx, err := a.owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `SELECT pg_current_xact_id()`); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	a.file()
	if _, err := a.db.SealEvents(t.Context(), 1000); err != nil {
		t.Fatal(err)
	}
	p, err := a.db.Pulse(t.Context())
	if err != nil || p.Unsealed <= 0 {
		t.Errorf("unsealed for %v, though a transaction hangs (%v)", p.Unsealed, err)
	}
}

func TestNotedHeadShowsACutOrRewrittenChain(t *testing.T) {
	t.Parallel()
	a := newAudit(t)
	noted := a.verify(store.Head{}).Head
	a.tamper(`WITH last AS (DELETE FROM chain WHERE seq = 3), events AS (DELETE FROM chained WHERE seq = 3 RETURNING event_id) DELETE FROM events WHERE id IN (SELECT event_id FROM events)`)
	a.tamper(`DELETE FROM events WHERE id NOT IN (SELECT event_id FROM chained)`)
	if v := a.verify(store.Head{}); v.Mismatch != nil {
		t.Fatalf("a cut end shows by itself: %v", v.Mismatch) // if it did, noting heads would be needless
	}
	if v := a.verify(noted); v.Mismatch == nil || v.Mismatch.Link != 3 {
		t.Errorf("cut: %v", v.Mismatch)
	}
	a.file()
	a.seal() // another link 3
	if v := a.verify(noted); v.Mismatch == nil || v.Mismatch.Link != 3 {
		t.Errorf("rewritten: %v", v.Mismatch)
	}
}

func TestProgramCannotChangeTheAudit(t *testing.T) {
	t.Parallel()
	a := newAudit(t)
	for _, sql := range []string{`UPDATE events SET actor = 'x'`, `DELETE FROM events`, `TRUNCATE events CASCADE`, `UPDATE chain SET at = now()`, `DELETE FROM chained`} {
		if _, err := a.db.Pool.Exec(t.Context(), sql); err == nil {
			t.Errorf("the program may: %s", sql)
		}
		if _, err := a.owner.Exec(t.Context(), sql); err == nil {
			t.Errorf("the owner may, without taking the trigger away: %s", sql)
		}
	}
}
