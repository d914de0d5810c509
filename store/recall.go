package store

import (
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

const recallColumns = `r.person_id, c.code, c.title, c.titles, r.step, r.rights, r.asked, r.unanswered, r.waiting, r.due_at, r.asked_at, r.ended_at,
	i.id, i.key, i.text, i.options, i.right_option, i.explanation, i.withdrawn, i.revision, i.words`

func scanRecall(row pgx.Row) (domain.Recall, error) {
	var r domain.Recall
	var asked, ended *time.Time
	i := &r.Item
	err := row.Scan(&r.Person, &r.Course, &r.Title, &r.Titles, &r.Step, &r.Rights, &r.Asked, &r.Unanswered, &r.Waiting, &r.DueAt, &asked, &ended,
		&i.ID, &i.Key, &i.Text, &i.Options, &i.Right, &i.Explanation, &i.Withdrawn, &i.Revision, &i.Words)
	r.DueAt = r.DueAt.UTC()
	if asked != nil {
		r.AskedAt = asked.UTC()
	}
	if ended != nil {
		r.EndedAt = ended.UTC()
	}
	return r, err
}

// loadRecalls queues the reading of what comes back: to the actor, or to a batch of people of whom each has something due. With a
// person's due items come all that have not ended, and those of the last days, because they count for how much was asked today.
func (tx *Tx) loadRecalls(f *domain.Facts, q domain.RecallQuery) {
	add := func(rows pgx.Rows) error {
		r, err := scanRecall(rows)
		f.Recalls = append(f.Recalls, r)
		return err
	}
	switch {
	case q.Mine:
		tx.many(`
			SELECT `+recallColumns+` FROM recalls r JOIN items i ON i.id = r.item_id JOIN courses c ON c.id = i.course_id
			WHERE r.person_id = $1 ORDER BY r.due_at, r.item_id FOR UPDATE OF r`, []any{int64(f.Actor.Person)}, add)
	case !q.None():
		tx.many(`
			WITH due AS (
				SELECT DISTINCT r.person_id FROM recalls r JOIN people p ON p.id = r.person_id AND p.active JOIN items i ON i.id = r.item_id AND NOT i.withdrawn
				WHERE r.due_at <= $1 AND r.ended_at IS NULL AND r.person_id > $2 ORDER BY r.person_id LIMIT $3)
			SELECT `+recallColumns+` FROM due JOIN recalls r ON r.person_id = due.person_id JOIN items i ON i.id = r.item_id JOIN courses c ON c.id = i.course_id
			WHERE r.ended_at IS NULL OR r.asked_at > $1::timestamptz - interval '2 days'
			ORDER BY r.person_id, r.due_at, r.item_id FOR UPDATE OF r`, []any{q.Due, int64(q.After), domain.RecallBatch}, add)
	}
}

// saveRecallEntry queues an entry of what comes back. ok is false when it is none.
func (tx *Tx) saveRecallEntry(e domain.Entry) (ok bool, err error) {
	switch e := e.(type) {
	case domain.StartedRecalls:
		tx.queue(`
			INSERT INTO recalls (person_id, item_id, step, rights, asked, unanswered, waiting, due_at)
			SELECT person, item, 0, 0, 0, 0, false, due FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) AS n (person, item, due)
			ON CONFLICT DO NOTHING`, numbers(e.People), e.Items, e.DueAt)
	case domain.SavedRecalls:
		tx.saveRecalls(e.Recalls)
	case domain.RecallAnswer:
		tx.queue(`INSERT INTO recall_answers (person_id, item_id, asked, revision, choice, at) VALUES ($1, $2, $3, $4, $5, $6)`,
			int64(e.Recall.Person), e.Recall.Item.ID, e.Recall.Asked, e.Recall.Item.Revision, e.Choice, e.At)
	case domain.StandingTimer:
		name, args, err := domain.Encode(e.Command)
		if err != nil {
			return true, fmt.Errorf("timer %s: %w", e.Key.Name, err)
		}
		tx.queue(`INSERT INTO timers (subject, name, due_at, command, args) VALUES ($1, $2, $3, $4, $5) ON CONFLICT ON CONSTRAINT timers_key DO NOTHING`,
			e.Key.Subject, e.Key.Name, e.At, name, args)
	default:
		return false, nil
	}
	return true, nil
}

// saveRecalls queues recalls as a decision left them, with one statement.
func (tx *Tx) saveRecalls(all []domain.Recall) {
	var people, items []int64
	var step, rights, asked, unanswered []int32
	var waiting []bool
	var due []time.Time
	var last, ended []*time.Time
	for _, r := range all {
		people, items = append(people, int64(r.Person)), append(items, r.Item.ID)
		step, rights, asked, unanswered = append(step, int32(r.Step)), append(rights, int32(r.Rights)), append(asked, int32(r.Asked)), append(unanswered, int32(r.Unanswered))
		waiting, due, last, ended = append(waiting, r.Waiting), append(due, r.DueAt), append(last, maybe(r.AskedAt)), append(ended, maybe(r.EndedAt))
	}
	tx.queue(`
		UPDATE recalls r SET step = n.step, rights = n.rights, asked = n.asked, unanswered = n.unanswered, waiting = n.waiting, due_at = n.due, asked_at = n.last, ended_at = n.ended
		FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::int[], $5::int[], $6::int[], $7::boolean[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[])
		     AS n (person, item, step, rights, asked, unanswered, waiting, due, last, ended)
		WHERE r.person_id = n.person AND r.item_id = n.item`, people, items, step, rights, asked, unanswered, waiting, due, last, ended)
}
