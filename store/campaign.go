package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// lockCampaign queues the lock under which a campaign's tasks are compared with its audience: no two do it at once, and no new version
// takes effect meanwhile. Signing goes on. Lock order: version or course, tasks, timers, outbox.
func (tx *Tx) lockCampaign(n domain.Needs) {
	if n.Tending && n.Version != 0 {
		tx.queue(`SELECT 1 FROM document_versions WHERE id = $1 FOR NO KEY UPDATE`, n.Version)
	}
}

// tend writes what brings a campaign in line with its audience. Somebody may have signed since the tasks were read: each statement
// touches only tasks that are still as they were, and writes only to their people.
func (tx *Tx) tend(ctx context.Context, e domain.Tending) error {
	if err := tx.withdrawTasks(e); err != nil {
		return err
	}
	var begun []domain.Task
	tx.turnTasks(e, &begun)
	kind, subject := campaignOf(e)
	tx.makeTasks(kind, subject, e.Ask, &begun)
	if err := tx.flush(ctx); err != nil {
		return err
	}
	var mail domain.Mailing
	for _, t := range begun {
		if t.HeldUntil.IsZero() {
			mail = append(mail, domain.OfferDigest(e.Notice(t, tx.org.LanguageOf(t.Person)), e.Version, tx.org.People[t.Person]))
		}
	}
	return tx.mail(ctx, mail)
}

func campaignOf(e domain.Tending) (kind domain.TaskKind, subject int64) {
	if e.Version != nil {
		return domain.ReadDocument, e.Version.ID
	}
	return domain.TakeCourse, e.Course.ID
}

// makeTasks queues one task for each person who has none, and adds those made to the list.
func (tx *Tx) makeTasks(kind domain.TaskKind, subject int64, ask []domain.Asking, made *[]domain.Task) {
	if len(ask) == 0 {
		return
	}
	people, due, held := make([]int64, len(ask)), make([]time.Time, len(ask)), make([]*time.Time, len(ask))
	for i, a := range ask {
		people[i], due[i], held[i] = int64(a.Person), a.DueAt, maybe(a.HeldUntil)
	}
	tx.many(`
		WITH made AS (
			INSERT INTO tasks (person_id, kind, subject, token, created_at, due_at, held_until)
			SELECT n.person, $5, $6, n.token, $7, n.due, n.held FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::timestamptz[]) AS n (person, token, due, held)
			ON CONFLICT ON CONSTRAINT tasks_one DO NOTHING RETURNING *)
		SELECT `+taskColumns+` FROM made t ORDER BY t.id`,
		[]any{people, newTokens(len(people)), due, held, string(kind), subject, tx.now}, collectTasks(made))
}

func collectTasks(into *[]domain.Task) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		t, err := scanTask(rows)
		*into = append(*into, t)
		return err
	}
}

// turnTasks queues the reopening, holding and releasing of tasks, and adds to the list those that begin now. What is queued about held
// ones is withdrawn.
func (tx *Tx) turnTasks(e domain.Tending, begun *[]domain.Task) {
	var ids []int64
	var was []string
	var due []time.Time
	var held []*time.Time
	var waiting []int64 // people whose messages wait with their task
	begins := map[domain.TaskID]bool{}
	for _, t := range e.Turns {
		if t.Turn == domain.TurnWithdrawn {
			continue
		}
		state := domain.TaskOpen
		if t.Turn == domain.TurnReopened {
			state = domain.TaskWithdrawn
		}
		ids, was = append(ids, int64(t.Task.ID)), append(was, string(state))
		due, held = append(due, t.Task.DueAt), append(held, maybe(t.Task.HeldUntil))
		if t.Task.HeldUntil.IsZero() {
			begins[t.Task.ID] = true
		} else {
			waiting = append(waiting, int64(t.Task.Person))
		}
	}
	if len(ids) == 0 {
		return
	}
	tx.many(`
		WITH turned AS (
			UPDATE tasks SET state = 'open', done_at = NULL, due_at = n.due, held_until = n.held, snooze_to = CASE WHEN n.was = 'open' THEN snooze_to END
			FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::timestamptz[]) AS n (task, was, due, held)
			WHERE tasks.id = n.task AND tasks.state = n.was RETURNING tasks.*)
		SELECT `+taskColumns+` FROM turned t ORDER BY t.id`, []any{ids, was, due, held}, func(rows pgx.Rows) error {
		t, err := scanTask(rows)
		if begins[t.ID] {
			*begun = append(*begun, t)
		}
		return err
	})
	if len(waiting) > 0 {
		kind, subject := campaignOf(e)
		tx.queue(`
			UPDATE outbox SET state = 'withdrawn', error_code = 'on_leave'
			WHERE person_id = ANY($1) AND `+aboutCampaign(e)+` AND state = 'pending' AND op = 'send'`, waiting, string(kind), subject)
	}
}

// aboutCampaign is the condition for messages that ask one of the people of $1 for the task of kind $2 about $3.
func aboutCampaign(e domain.Tending) string {
	if e.Course != nil {
		return `topic = 'course' AND subject IN (SELECT 'course/' || code FROM courses WHERE id = $3 AND $2 = 'course')`
	}
	return `topic LIKE 'document%' AND subject IN (SELECT 't' || id FROM tasks WHERE person_id = ANY($1) AND kind = $2 AND subject = $3)`
}

// withdrawTasks queues the end of the tasks of people who left, or moved away.
func (tx *Tx) withdrawTasks(e domain.Tending) error {
	var ids, people []int64
	for _, t := range e.Turns {
		if t.Turn == domain.TurnWithdrawn {
			ids, people = append(ids, int64(t.Task.ID)), append(people, int64(t.Task.Person))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	key, args := e.Ended()
	if e.Version != nil {
		return tx.endTasks(`id = ANY($1)`, ids, "", key, args)
	}
	sealed, err := tx.db.sealJSON(args, outboxPlace(key))
	if err != nil {
		return err
	}
	tx.queue(`UPDATE tasks SET state = 'withdrawn', done_at = $2, held_until = NULL WHERE id = ANY($1) AND state = 'open'`, ids, tx.now)
	about := aboutCampaign(e)
	tx.queue(`UPDATE outbox SET state = 'withdrawn' WHERE person_id = ANY($1) AND `+about+` AND state = 'pending' AND op = 'send'`, people, string(domain.TakeCourse), e.Course.ID)
	tx.queue(editCards+`FROM outbox o WHERE o.person_id = ANY($1) AND `+about+` AND o.topic = 'course'`+shownInSlack, people, string(domain.TakeCourse), e.Course.ID, key, sealed, tx.now)
	tx.wake = true
	return nil
}

// editCards and shownInSlack are the beginning and the end of a statement that turns cards into key $4 with arguments $5, at $6.
const (
	editCards = `
		INSERT INTO outbox (dedupe, op, target, subject, topic, person_id, address_id, channel, urgency, class, key, sealed, not_before, created_at)
		SELECT 'edit/' || o.id || '/over/' || extract(epoch FROM $6::timestamptz), 'edit', o.id, o.subject, 'edit', o.person_id, o.address_id, o.channel, 0, 'once', $4, $5, $6, $6
		`
	shownInSlack = ` AND o.op = 'send' AND o.channel = 'slack' AND o.state IN ('sending', 'sent', 'unknown')
		ON CONFLICT ON CONSTRAINT outbox_dedupe DO NOTHING`
)

// endTasks queues the end of the open document tasks that a condition over $1 finds: with their timers and those of another subject,
// what is queued about them, and their cards in Slack, which turn into other words. Timers that are firing at this moment are left to find out for themselves, so that
// nobody waits for anybody.
func (tx *Tx) endTasks(where string, arg any, timers, key string, args domain.Args) error {
	sealed, err := tx.db.sealJSON(args, outboxPlace(key))
	if err != nil {
		return err
	}
	tx.queue(`
		WITH ended AS (UPDATE tasks SET state = 'withdrawn', done_at = $6, flag = '', held_until = NULL WHERE kind = $3 AND `+where+` AND state = 'open' RETURNING 't' || id AS subject),
		     quiet AS (DELETE FROM timers WHERE (subject, name) IN (SELECT subject, name FROM timers WHERE subject = $2 OR subject IN (SELECT subject FROM ended) FOR UPDATE SKIP LOCKED)),
		     unsent AS (UPDATE outbox SET state = 'withdrawn' WHERE subject IN (SELECT subject FROM ended) AND topic LIKE 'document%' AND state = 'pending' AND op = 'send')
		`+editCards+`FROM outbox o JOIN ended ON ended.subject = o.subject WHERE o.topic IN ('document', 'document_not_mine')`+shownInSlack,
		arg, timers, string(domain.ReadDocument), key, sealed, tx.now)
	tx.wake = true
	return nil
}

// endCampaign queues the end of a version's campaign: all its open tasks, and its own timers.
func (tx *Tx) endCampaign(v domain.DocumentVersion, key string, args domain.Args) error {
	return tx.endTasks(`subject = $1`, v.ID, v.Subject(), key, args)
}

// staleMark makes the worker look at every campaign again. The value differs each time, so that a look under way does not hide it.
const staleMark = `
	INSERT INTO marks (name, value, at) VALUES ('campaigns', 'stale ' || pg_current_xact_id(), clock_timestamp())
	ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value, at = EXCLUDED.at`

// Tend brings every campaign in line with its audience when the roster is not the one they were last tended for, and returns how many it
// looked at. Each is a transaction of its own. It costs one small query when nothing has changed; it may run anywhere, at any time.
func (db *DB) Tend(ctx context.Context) (looked int, err error) {
	var version int64
	var tended string
	err = db.Pool.QueryRow(ctx, `SELECT o.version, coalesce(m.value, '') FROM organisation o LEFT JOIN marks m ON m.name = 'campaigns'`).Scan(&version, &tended)
	if err != nil {
		return 0, fmt.Errorf("tend: %w", err)
	}
	number, print, _ := strings.Cut(tended, " ")
	if number == fmt.Sprint(version) {
		return 0, nil
	}
	now, err := db.BusinessTime(ctx)
	if err != nil {
		return 0, err
	}
	org, err := db.organisation(ctx, version)
	if err != nil {
		return 0, err
	}
	if print != org.RosterPrint() {
		if looked, err = db.tendAll(ctx); err != nil {
			return looked, fmt.Errorf("tend: %w", err)
		}
	}
	return looked, db.markTended(ctx, org, tended, now)
}

// tendAll tends each campaign. One that fails does not hold up the others.
func (db *DB) tendAll(ctx context.Context) (looked int, err error) {
	rows, err := db.Pool.Query(ctx, `
		SELECT id, '' FROM document_versions WHERE state = 'effective' UNION SELECT DISTINCT subject, '' FROM tasks WHERE kind = 'document' AND state = 'open'
		UNION SELECT id, code FROM courses`)
	if err != nil {
		return 0, err
	}
	type campaign struct {
		ID   int64
		Code string
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[campaign])
	if err != nil {
		return 0, err
	}
	for _, c := range all {
		var cmd domain.Command = domain.TendDocument{Version: c.ID}
		if c.Code != "" {
			cmd = domain.TendCourse{Course: c.Code}
		}
		if _, failed := db.Do(ctx, domain.Clockwork, cmd); failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		looked++
	}
	return looked, err
}

// markTended remembers what the campaigns were tended for, unless somebody asked for another look meanwhile, and when the next leave
// begins or ends. A turn that came while they were being tended fires at once.
func (db *DB) markTended(ctx context.Context, org *domain.Organisation, before string, since time.Time) error {
	err := db.InTx(ctx, func(tx *Tx) error {
		if at, ok := org.NextTurn(since); ok {
			if err := tx.saveTimer(domain.Timer{Key: domain.LeaveTimer, At: at, Command: domain.TendCampaigns{}}); err != nil {
				return err
			}
		} else {
			tx.queue(`DELETE FROM timers WHERE subject = $1 AND name = $2`, domain.LeaveTimer.Subject, domain.LeaveTimer.Name)
		}
		tx.queue(`
			INSERT INTO marks AS m (name, value, at) VALUES ('campaigns', $1, clock_timestamp())
			ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value, at = EXCLUDED.at WHERE m.value = $2`, fmt.Sprintf("%d %s", org.Version, org.RosterPrint()), before)
		return nil
	})
	if err != nil {
		return fmt.Errorf("tend: %w", err)
	}
	return nil
}
