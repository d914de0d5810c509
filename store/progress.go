package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// Progress counts how signing a document version goes below a unit; an empty one is the whole house. Who may see it, the caller decides:
// see DocumentVersion.Sees.
func (db *DB) Progress(ctx context.Context, version int64, top domain.UnitCode) (domain.Progress, error) {
	var p domain.Progress
	err := db.InTx(ctx, func(tx *Tx) error {
		f, err := tx.Facts(ctx, domain.Actor{Operator: true}, domain.ShowProgress{Version: version}.Needs())
		if err == nil {
			p = f.Org.ProgressBelow(f.Org.ProgressByUnit(f.Tasks, f.Now), top)
		}
		return err
	})
	return p, err
}

// loadArrivals queues the marking of open tasks whose last message is known not to have arrived. What is still under way, or nobody can
// tell, says nothing. A person's own messages count, not those to their manager.
func (tx *Tx) loadArrivals(f *domain.Facts, q domain.TaskQuery) {
	if !q.Arrivals {
		return
	}
	tx.many(`
		SELECT t.id FROM tasks t JOIN LATERAL (
			SELECT `+lost+` AS lost FROM outbox o
			WHERE o.subject = 't' || t.id AND o.topic = 'document' AND o.person_id = t.person_id AND o.op = 'send'
			  AND (`+lost+` OR o.provider_state IN ('delivered', 'read') OR o.channel = 'slack' AND o.state = 'sent')
			ORDER BY o.id DESC LIMIT 1) last ON last.lost
		WHERE t.kind = $1 AND t.subject = $2 AND t.state = 'open'`, []any{string(q.Kind), q.Subject}, func(rows pgx.Rows) error {
		var id domain.TaskID
		if err := rows.Scan(&id); err != nil {
			return err
		}
		if i, ok := slices.BinarySearchFunc(f.Tasks, id, func(t domain.Task, id domain.TaskID) int { return cmp.Compare(t.ID, id) }); ok {
			f.Tasks[i].Lost = true
		}
		return nil
	})
}

// lost is the condition for a message o that did not arrive.
const lost = `(o.state IN ('failed', 'dead') AND o.error_code <> 'unknown' OR o.state = 'sent' AND o.provider_state IN ('undelivered', 'failed'))`

// LostBefore reports whether an earlier message about the same to the same person did not arrive.
func (db *DB) LostBefore(ctx context.Context, d Delivery) (bool, error) {
	var before bool
	err := db.Pool.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM outbox o WHERE o.subject = $1 AND o.topic = $2 AND o.person_id = $3 AND o.id < $4 AND `+lost+`)`,
		d.Subject, d.Topic, int64(d.Person), d.ID).Scan(&before)
	if err != nil {
		return false, fmt.Errorf("lost before: %w", err)
	}
	return before, nil
}

// A Campaign is a document version that people of some units have yet to sign.
type Campaign struct {
	Version int64
	Code    string
	Number  int
	Title   string
	DueAt   time.Time // the latest due day of those still open
	Open    int
	Signed  int
	Late    int
}

// mostCampaigns bounds what a list shows.
const mostCampaigns = 20

// Campaigns lists the versions in force that active people of these units have yet to sign, the latest first; nil is every unit. Of
// documents whose owner asks, it is everybody.
func (tx *Tx) Campaigns(ctx context.Context, units []domain.UnitCode, owner domain.PersonID) ([]Campaign, error) {
	var list []Campaign
	tx.many(`
		SELECT v.id, v.code, v.number, v.title, max(t.due_at), count(*) FILTER (WHERE t.state = 'open'), count(*) FILTER (WHERE t.state = 'done'),
		       count(*) FILTER (WHERE t.state = 'open' AND t.held_until IS NULL AND t.due_at < $2)
		FROM people p JOIN tasks t ON t.person_id = p.id AND t.kind = 'document' AND t.state IN ('open', 'done') JOIN document_versions v ON v.id = t.subject AND v.state = 'effective'
		WHERE p.active AND ($1::text[] IS NULL OR p.unit = ANY($1) OR v.owner = $3)
		GROUP BY v.id HAVING count(*) FILTER (WHERE t.state = 'open') > 0 ORDER BY 8 DESC, 5, v.code LIMIT `+fmt.Sprint(mostCampaigns), []any{units, tx.now, int64(owner)}, func(rows pgx.Rows) error {
		var c Campaign
		err := rows.Scan(&c.Version, &c.Code, &c.Number, &c.Title, &c.DueAt, &c.Open, &c.Signed, &c.Late)
		c.DueAt = c.DueAt.UTC()
		list = append(list, c)
		return err
	})
	if err := tx.flush(ctx); err != nil {
		return nil, fmt.Errorf("campaigns: %w", err)
	}
	return list, nil
}

// InForce finds the version in force of a code as people type it: ic04 is IC-04. It is domain.ErrNotFound when there is none.
func (tx *Tx) InForce(ctx context.Context, code string) (version int64, err error) {
	var found bool
	tx.one(&found, `
		SELECT v.id FROM documents d JOIN document_versions v ON v.id = d.current AND v.state = 'effective'
		WHERE translate(upper(d.code), '- ', '') = translate(upper($1), '- ', '') LIMIT 1`, []any{code}, &version)
	if err := tx.flush(ctx); err != nil {
		return 0, err
	}
	if !found {
		return 0, domain.ErrNotFound
	}
	return version, nil
}

// loadCards queues the reading of a version's progress cards: of each person the newest in Slack, and what it shows now.
func (tx *Tx) loadCards(f *domain.Facts, n domain.Needs) {
	if !n.Cards {
		return
	}
	tx.loadCardsOf(f, (&domain.DocumentVersion{ID: n.Version}).Subject(), domain.ProgressTopic)
}

// loadCardsOf queues the reading of the cards of a topic that are kept up to date: of each person the newest, and what it shows.
func (tx *Tx) loadCardsOf(f *domain.Facts, subject, topic string) {
	tx.many(`
		SELECT card.person_id, card.id, shown.key, shown.sealed
		FROM (SELECT DISTINCT ON (person_id) person_id, id FROM outbox WHERE subject = $1 AND topic = $2 AND op = 'send' AND channel = 'slack' AND state IN ('pending', 'sending', 'sent', 'unknown')
		      ORDER BY person_id, id DESC) card
		JOIN LATERAL (SELECT o.key, o.sealed FROM outbox o WHERE o.subject = $1 AND o.topic = $2 AND (o.id = card.id OR o.target = card.id) AND o.state <> 'withdrawn' ORDER BY o.id DESC LIMIT 1) shown ON true
		ORDER BY card.person_id`, []any{subject, topic}, func(rows pgx.Rows) error {
		var c domain.ShownCard
		var key string
		var sealed []byte
		if err := rows.Scan(&c.Person, &c.Target, &key, &sealed); err != nil {
			return err
		}
		if err := tx.db.openJSON(sealed, outboxPlace(key), &c.Args); err != nil {
			return err
		}
		f.Cards = append(f.Cards, c)
		return nil
	})
}

// editCard queues a card to be shown anew, with its buttons.
func (tx *Tx) editCard(e domain.EditedCard) error {
	n := e.Notice
	sealed, replies, err := tx.contents(n)
	if err != nil {
		return err
	}
	tx.queue(`
		INSERT INTO outbox (dedupe, op, target, subject, topic, person_id, address_id, channel, urgency, class, key, sealed, replies, not_before, created_at)
		SELECT $2, 'edit', id, subject, topic, person_id, address_id, channel, 0, 'once', $3, $4, $5::jsonb, $6, $6 FROM outbox WHERE id = $1
		ON CONFLICT ON CONSTRAINT outbox_dedupe DO NOTHING`, e.Target, n.ID, n.Key, sealed, string(replies), tx.now)
	tx.wake = true
	return nil
}

// endCards queues that the progress cards of a version say what became of it.
func (tx *Tx) endCards(v domain.DocumentVersion, key string, args domain.Args) error {
	tx.queue(`UPDATE outbox SET state = 'withdrawn' WHERE subject = $1 AND topic = $2 AND op = 'edit' AND state = 'pending'`, v.Subject(), domain.ProgressTopic)
	return tx.settleTopic(domain.Settle{Subject: v.Subject(), Topic: domain.ProgressTopic, Key: key, Args: args, Silent: true})
}

// nudge queues that people were reminded now.
func (tx *Tx) nudge(e domain.Nudged) {
	ids := make([]int64, len(e.Tasks))
	for i, id := range e.Tasks {
		ids[i] = int64(id)
	}
	tx.queue(`UPDATE tasks SET nudged_at = $2 WHERE id = ANY($1)`, ids, e.At)
}

// sendCards queues the progress cards of a version that has just taken effect.
func (tx *Tx) sendCards(ctx context.Context, e domain.PublishedDocument, tasks []domain.Task) error {
	var failed error
	for _, n := range e.Cards(tx.org, tx.now, tasks) {
		failed = errors.Join(failed, tx.notify(ctx, n))
	}
	return failed
}
