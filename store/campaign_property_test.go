package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/storetest"
)

// A world of the campaign property: a few people who come, move and go, and one document for the staff of 4B and whoever is named.
type campaignWorld struct {
	t       *testing.T
	r       *rapid.T
	db      *store.DB
	people  []*domain.Person
	code    string
	number  int
	now     *time.Time
	active  map[domain.PersonID]bool
	signed  map[domain.PersonID]bool // the version in force
	excused map[domain.PersonID]bool
	inForce bool
	named   domain.PersonID
}

// TestOpenTasksAreTheAudienceLessWhoSignedOrWasExcused holds after any sequence of what happens to people and documents, once it was
// tended: open tasks are the active people of the audience, less those who signed or were excused; each has exactly one task a version;
// and nothing waits to be sent to anybody who is on leave.
func TestOpenTasksAreTheAudienceLessWhoSignedOrWasExcused(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	db := storetest.OpenAt(t, func() time.Time { return now })
	people := append(ward(5), &domain.Person{Name: "Quinn", Unit: "H", Roles: []domain.Role{domain.Quality}, Slack: domain.Address{Value: "U0Q"}})
	people[1].Slack.Value = "U0ONE"
	roster(t, db, people...)
	exec(t, db, `INSERT INTO units (code, name, parent) VALUES ('H', 'Hospital', ''), ('4B', 'Ward 4B', 'H'), ('4B-1', 'Bay', '4B'), ('ED', 'Emergency', 'H') ON CONFLICT (code) DO UPDATE SET parent = EXCLUDED.parent`)
	runs := 0
	rapid.Check(t, func(r *rapid.T) {
		runs++
		w := &campaignWorld{t: t, r: r, db: db, people: people[:5], code: fmt.Sprintf("P-%d", runs), now: &now,
			active: map[domain.PersonID]bool{}, signed: map[domain.PersonID]bool{}, excused: map[domain.PersonID]bool{}}
		exec(t, db, `DELETE FROM leave`)
		exec(t, db, `UPDATE tasks SET state = 'done' WHERE state = 'open'`) // of the run before
		exec(t, db, `UPDATE document_versions SET state = 'retired' WHERE state = 'effective'`)
		for _, p := range w.people {
			w.roster(p, "4B", domain.Staff)
		}
		w.named = w.people[rapid.IntRange(0, 4).Draw(r, "named")].ID
		w.publish()
		steps := map[string]func(*domain.Person){
			"publish": func(*domain.Person) { w.publish() },
			"join":    func(p *domain.Person) { w.roster(p, "4B", domain.Staff) },
			"move": func(p *domain.Person) {
				w.roster(p, rapid.SampledFrom([]domain.UnitCode{"4B", "4B-1", "ED"}).Draw(r, "unit"), domain.Staff)
			},
			"role":   func(p *domain.Person) { w.roster(p, p.Unit, domain.Biomed) },
			"gone":   w.gone,
			"leave":  w.leave,
			"day":    func(*domain.Person) { w.pass(24 * time.Hour) },
			"sign":   w.sign,
			"excuse": w.excuse,
			"retire": func(*domain.Person) { w.retire() },
		}
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			p := w.people[rapid.IntRange(0, 4).Draw(r, "person")]
			steps[rapid.SampledFrom([]string{"publish", "join", "move", "role", "gone", "leave", "day", "sign", "sign", "excuse", "retire"}).Draw(r, "step")](p)
			w.holds()
		}
	})
}

func exec(t testing.TB, db *store.DB, sql string, args ...any) {
	t.Helper()
	if _, err := db.Pool.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

func (w *campaignWorld) do(actor domain.Actor, cmd domain.Command) {
	if _, err := w.db.Do(w.t.Context(), actor, cmd); err != nil {
		w.r.Fatalf("%s: %v", cmd.CommandName(), err)
	}
}

// change writes the roster as everybody does who changes it.
func (w *campaignWorld) change(write func(*store.Tx)) {
	err := w.db.InTx(w.t.Context(), func(tx *store.Tx) error {
		if _, err := tx.LockRoster(w.t.Context()); err != nil {
			return err
		}
		write(tx)
		return tx.RosterChanged(w.t.Context(), domain.Event{Name: "roster_imported"})
	})
	if err != nil {
		w.r.Fatal(err)
	}
}

func (w *campaignWorld) roster(p *domain.Person, unit domain.UnitCode, role domain.Role) {
	p.Unit, p.Roles = unit, []domain.Role{role}
	w.active[p.ID] = true
	w.change(func(tx *store.Tx) { tx.SavePerson(p) })
}

func (w *campaignWorld) gone(p *domain.Person) {
	w.active[p.ID] = false
	w.change(func(tx *store.Tx) { tx.Deactivate([]domain.PersonID{p.ID}) })
}

func (w *campaignWorld) leave(p *domain.Person) {
	from := w.now.Add(time.Duration(rapid.IntRange(-1, 1).Draw(w.r, "from")) * 24 * time.Hour)
	days := rapid.IntRange(0, 3).Draw(w.r, "days")
	var leaves []domain.Leave
	if days > 0 {
		first := domain.DateOf(from, time.UTC)
		leaves = []domain.Leave{{From: first.At(0, time.UTC), Until: first.Add(days).At(0, time.UTC)}}
	}
	w.change(func(tx *store.Tx) { tx.SaveLeave(time.UTC, p.ID, leaves) })
}

// pass lets time go by: turns of leave fire on the way.
func (w *campaignWorld) pass(d time.Duration) {
	*w.now = w.now.Add(d)
	if _, err := w.db.Fire(w.t.Context()); err != nil {
		w.r.Fatal(err)
	}
}

func (w *campaignWorld) publish() {
	w.number++
	v := handHygiene(w.number, w.people[0].ID)
	v.Code, v.Hash = w.code, fmt.Sprintf("%s-%d", w.code, w.number)
	v.Audience = domain.Audience{Roles: []domain.Role{domain.Staff}, Units: []domain.UnitCode{"4B"}, Named: []domain.PersonID{w.named}}
	w.do(author, domain.PublishDocument{Version: v})
	w.inForce = true
	clear(w.signed)
	clear(w.excused)
}

func (w *campaignWorld) task(p *domain.Person) (id domain.TaskID, ok bool) {
	err := w.db.Pool.QueryRow(w.t.Context(), `
		SELECT t.id FROM tasks t JOIN document_versions v ON v.id = t.subject AND v.code = $1 WHERE t.kind = 'document' AND t.person_id = $2 AND t.state = 'open'`, w.code, int64(p.ID)).Scan(&id)
	return id, err == nil
}

func (w *campaignWorld) sign(p *domain.Person) {
	if id, ok := w.task(p); ok && w.active[p.ID] {
		w.do(as(p.ID), domain.OpenDocument{Task: id})
		w.do(as(p.ID), domain.AnswerDocument{Task: id, Option: 2})
		w.signed[p.ID] = true
	}
}

func (w *campaignWorld) excuse(p *domain.Person) {
	if id, ok := w.task(p); ok && w.active[p.ID] {
		w.do(as(p.ID), domain.NotMyJob{Task: id})
		var quality domain.PersonID
		if err := w.db.Pool.QueryRow(w.t.Context(), `SELECT id FROM people WHERE name = 'Quinn'`).Scan(&quality); err != nil {
			w.r.Fatal(err)
		}
		w.do(as(quality), domain.ExcuseReader{Task: id, Excuse: true})
		w.excused[p.ID] = true
	}
}

func (w *campaignWorld) retire() {
	if !w.inForce {
		return
	}
	w.inForce = false
	exec(w.t, w.db, `UPDATE document_versions SET state = 'retired' WHERE code = $1 AND state = 'effective'`, w.code)
	w.change(func(*store.Tx) {}) // whoever retires a version ends its tasks; tending finds what is left
	exec(w.t, w.db, `UPDATE marks SET value = 'stale' WHERE name = 'campaigns'`)
}

// holds tends, and compares the tasks with what a person would count.
func (w *campaignWorld) holds() {
	if _, err := w.db.Tend(w.t.Context()); err != nil {
		w.r.Fatal(err)
	}
	if n, err := w.db.Tend(w.t.Context()); err != nil || n != 0 {
		w.r.Fatalf("tended again: %d campaigns looked at, %v", n, err)
	}
	rows, err := w.db.Pool.Query(w.t.Context(), `
		SELECT t.person_id FROM tasks t JOIN document_versions v ON v.id = t.subject WHERE t.kind = 'document' AND v.code = $1 AND t.state = 'open'`, w.code)
	if err != nil {
		w.r.Fatal(err)
	}
	open, err := pgx.CollectRows(rows, pgx.RowTo[domain.PersonID])
	if err != nil {
		w.r.Fatal(err)
	}
	got := map[domain.PersonID]int{}
	for _, id := range open {
		got[id]++
	}
	for _, p := range w.people {
		member := w.active[p.ID] && (p.ID == w.named || p.Has(domain.Staff) && p.Unit != "ED")
		want := 0
		if w.inForce && member && !w.signed[p.ID] && !w.excused[p.ID] {
			want = 1
		}
		if got[p.ID] != want {
			w.r.Fatalf("%s (%s %v, active %v, signed %v, excused %v) has %d open tasks, want %d", p.Name, p.Unit, p.Roles, w.active[p.ID], w.signed[p.ID], w.excused[p.ID], got[p.ID], want)
		}
	}
	for what, sql := range map[string]string{
		"people with two tasks of one version":       `SELECT count(*) FROM (SELECT 1 FROM tasks GROUP BY person_id, kind, subject HAVING count(*) > 1) twice`,
		"open tasks of versions that are over":       `SELECT count(*) FROM tasks t JOIN document_versions v ON v.id = t.subject AND t.kind = 'document' WHERE t.state = 'open' AND v.state <> 'effective'`,
		"messages that wait about tasks that do not": `SELECT count(*) FROM outbox o JOIN tasks t ON o.subject = 't' || t.id WHERE o.state = 'pending' AND o.op = 'send' AND o.topic = 'document' AND t.state = 'withdrawn'`,
	} {
		if n := count(w.t, w.db, sql); n != 0 {
			w.r.Fatalf("%d %s", n, what)
		}
	}
	today := *w.now
	if n := count(w.t, w.db, `
		SELECT count(*) FROM tasks t JOIN document_versions v ON v.id = t.subject AND t.kind = 'document' AND v.code = $1
		WHERE t.state = 'open' AND (t.held_until IS NOT NULL) <> EXISTS (SELECT 1 FROM leave l WHERE l.person_id = t.person_id AND $2::date BETWEEN l.first_day AND l.last_day)`, w.code, today); n != 0 {
		w.r.Fatalf("%d tasks are held of people who are there, or not held of people on leave", n)
	}
}
