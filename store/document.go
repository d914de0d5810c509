package store

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
	"goodcatch/domain/proof"
)

// versionColumns are the columns of a document version; its text only where it is read.
func versionColumns(whole bool) string {
	body, translations := `''`, `(SELECT jsonb_object_agg(key, value - 'body') FROM jsonb_each(v.translations))`
	if whole {
		body, translations = `v.body`, `v.translations`
	}
	return `v.id, v.kind, v.code, v.number, v.state, v.title, v.owner, v.due_seconds, v.changed, v.question, v.options, v.right_option, ` + body + `, v.hash,
	coalesce(v.file_id, 0), v.audience, v.meaning, v.reviewers, coalesce(v.handle, ''), v.created_at, v.effective_on, v.published_at, v.review_every, v.review_at, v.digest, v.duties, v.review, v.cause, ` + translations
}

func scanVersion(row pgx.Row) (*domain.DocumentVersion, error) {
	var v domain.DocumentVersion
	var due, review int64
	var audience, duties, translations []byte
	var effective, published, reviewAt *time.Time
	err := row.Scan(&v.ID, &v.Kind, &v.Code, &v.Number, &v.State, &v.Title, &v.Owner, &due, &v.Changed, &v.Question, &v.Options, &v.Right, &v.Body, &v.Hash,
		&v.File, &audience, &v.Meaning, &v.Reviewers, &v.Handle, &v.CreatedAt, &effective, &published, &review, &reviewAt, &v.Digest, &duties, &v.Review, &v.Cause, &translations)
	if err != nil {
		return nil, err
	}
	v.Due, v.ReviewEvery = time.Duration(due)*time.Second, time.Duration(review)*time.Second
	v.CreatedAt, v.EffectiveOn, v.PublishedAt, v.ReviewAt = v.CreatedAt.UTC(), moment(effective), moment(published), moment(reviewAt)
	if len(duties) > 0 {
		if err := json.Unmarshal(duties, &v.Duties); err != nil {
			return nil, err
		}
	}
	if len(translations) > 2 { // neither null nor {}
		if err := json.Unmarshal(translations, &v.Translations); err != nil {
			return nil, err
		}
	}
	return &v, json.Unmarshal(audience, &v.Audience)
}

// moment is a time of the database in UTC; zero for NULL.
func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

// loadDocuments queues the reading of one version, or of the one in force of a document about to be published.
func (tx *Tx) loadDocuments(f *domain.Facts, n domain.Needs) {
	into := func(rows pgx.Rows) (err error) {
		f.Version, err = scanVersion(rows)
		return err
	}
	if n.Version != 0 {
		lock := ``
		if f.Actor.Clock { // shared: publishing the next version waits for a reminder under way, and the reminder's messages are withdrawn with the rest
			lock = ` FOR SHARE`
		}
		tx.many(`SELECT `+versionColumns(n.Whole)+` FROM document_versions v WHERE v.id = $1`+lock, []any{n.Version}, into)
	}
	if n.Whole {
		tx.loadHistory(f, versionsCode, n.Version)
	}
	if n.Life != 0 {
		tx.loadLife(f, n.Life)
	}
	if n.Document != "" {
		tx.queue(`INSERT INTO documents (code) VALUES ($1) ON CONFLICT (code) DO UPDATE SET code = EXCLUDED.code`, n.Document) // locks the row
		tx.many(`SELECT `+versionColumns(true)+` FROM documents d JOIN document_versions v ON v.id = d.current WHERE d.code = $1`, []any{n.Document}, into)
		tx.loadHistory(f, `$1`, n.Document)
		tx.queue(`SELECT nextval(pg_get_serial_sequence('document_versions', 'id'))`).QueryRow(scanning(&f.NextID))
	}
	if n.InForce {
		tx.many(`SELECT `+versionColumns(false)+` FROM documents d JOIN document_versions v ON v.id = d.current ORDER BY v.code`, nil, func(rows pgx.Rows) error {
			v, err := scanVersion(rows)
			f.InForce = append(f.InForce, v)
			return err
		})
	}
	if n.Codes > 0 {
		tx.drawCodes(f, n.Codes)
	}
	if n.Tokens > 0 {
		f.Tokens = newTokens(n.Tokens)
	}
	if n.Receipt && n.Create == 0 {
		f.Refs = []domain.Ref{newRef()}
	}
}

// publish writes a version, ends the one before, makes a task for each person and one message for each way to them. The number of
// statements does not depend on the number of people.
func (tx *Tx) publish(ctx context.Context, e domain.PublishedDocument) error {
	v := e.Version
	if err := tx.saveVersion(v); err != nil {
		return err
	}
	tx.queue(`UPDATE documents SET current = $2 WHERE code = $1`, v.Code, v.ID)
	if e.Previous != nil {
		if err := tx.supersede(*e.Previous, v); err != nil {
			return err
		}
	}
	return tx.assign(ctx, e)
}

// saveVersion queues a version, new or as a decision left it. Its text is never changed once it is approved: see the domain.
func (tx *Tx) saveVersion(v domain.DocumentVersion) error {
	if v.Body == "" {
		return fmt.Errorf("version %d is to be saved without its text", v.ID) // it was read without it
	}
	audience, err := json.Marshal(v.Audience)
	if err != nil {
		return err
	}
	var duties []byte
	if v.Duties != nil {
		if duties, err = json.Marshal(v.Duties); err != nil {
			return err
		}
	}
	translations := []byte(`{}`)
	if len(v.Translations) > 0 {
		if translations, err = json.Marshal(v.Translations); err != nil {
			return err
		}
	}
	tx.queue(`
		INSERT INTO document_versions (id, kind, code, number, state, title, owner, due_seconds, changed, question, options, right_option, body, hash, file_id, audience, meaning,
			reviewers, handle, created_at, effective_on, published_at, review_every, review_at, digest, duties, review, cause, translations)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, nullif($19, ''), $20, $21, $22, $23, $24, $25, $26, $27, $28, $29)
		ON CONFLICT (id) DO UPDATE SET kind = EXCLUDED.kind, state = EXCLUDED.state, title = EXCLUDED.title, owner = EXCLUDED.owner, due_seconds = EXCLUDED.due_seconds,
			changed = EXCLUDED.changed, question = EXCLUDED.question, options = EXCLUDED.options, right_option = EXCLUDED.right_option, body = EXCLUDED.body, hash = EXCLUDED.hash,
			file_id = EXCLUDED.file_id, audience = EXCLUDED.audience, meaning = EXCLUDED.meaning, reviewers = EXCLUDED.reviewers, handle = EXCLUDED.handle,
			effective_on = EXCLUDED.effective_on, published_at = EXCLUDED.published_at, review_every = EXCLUDED.review_every, review_at = EXCLUDED.review_at,
			digest = EXCLUDED.digest, duties = EXCLUDED.duties, review = EXCLUDED.review, cause = EXCLUDED.cause, number = EXCLUDED.number, translations = EXCLUDED.translations`,
		v.ID, string(v.Kind), v.Code, v.Number, string(v.State), v.Title, int64(v.Owner), int64(v.Due/time.Second), v.Changed, v.Question, list(v.Options), v.Right, v.Body, v.Hash,
		nullable(v.File), audience, string(v.Meaning), list(v.Reviewers), string(v.Handle), v.CreatedAt, maybe(v.EffectiveOn), maybe(v.PublishedAt),
		int64(v.ReviewEvery/time.Second), maybe(v.ReviewAt), list(v.Digest), duties, string(v.Review), string(v.Cause), translations)
	return nil
}

// list is never nil: the columns are not null.
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// assign makes the tasks and their messages.
func (tx *Tx) assign(ctx context.Context, e domain.PublishedDocument) error {
	var tasks []domain.Task
	tx.makeTasks(domain.ReadDocument, e.Version.ID, e.Version.Asked(tx.org, e.People, tx.now), &tasks)
	tx.queue(staleMark) // people may be changing at this moment
	if err := tx.flush(ctx); err != nil {
		return err
	}
	if err := tx.sendCards(ctx, e, tasks); err != nil {
		return err
	}
	tasks = slices.DeleteFunc(tasks, func(t domain.Task) bool { return !t.HeldUntil.IsZero() }) // told when they return
	mail := make(domain.Mailing, len(tasks))
	for i, t := range tasks {
		mail[i] = domain.OfferDigest(e.Notice(t, tx.org.LanguageOf(t.Person)), &e.Version, tx.org.People[t.Person])
	}
	return tx.mail(ctx, mail)
}

// supersede ends a version because the next one takes its place.
func (tx *Tx) supersede(old, next domain.DocumentVersion) error {
	return tx.endVersion(old, domain.Superseded, "doc.superseded", domain.Args{"doc": domain.Text(old.Code), "version": domain.Number(old.Number), "newer": domain.Number(next.Number)})
}

// endVersion ends a version: its open tasks, those of its owner too, what is queued about them, and its reminders. Cards already in Slack
// say so.
func (tx *Tx) endVersion(old domain.DocumentVersion, state domain.VersionState, key string, args domain.Args) error {
	tx.queue(`UPDATE document_versions SET state = $3, ended_at = $2, review = '' WHERE id = $1`, old.ID, tx.now, string(state))
	tx.queue(`UPDATE codes SET ended_at = $2 WHERE subject = $1 AND ended_at IS NULL`, old.Subject(), tx.now)
	tx.queue(`UPDATE tasks SET state = 'withdrawn', done_at = $2 WHERE kind IN ('review', 'revise') AND subject = $1 AND state = 'open'`, old.ID, tx.now)
	if err := tx.endCards(old, key, args); err != nil {
		return err
	}
	return tx.endCampaign(old, key, args)
}

// openDocument records the first opening and gives the task its word, a different one for each reader while there are enough.
func (tx *Tx) openDocument(ctx context.Context, t domain.Task) error {
	taken := map[string]bool{}
	var hash string
	tx.many(`SELECT word FROM tasks WHERE subject = $1 AND word <> '' AND kind = 'document'`, []any{t.Subject}, func(rows pgx.Rows) error {
		var w string
		err := rows.Scan(&w)
		taken[w] = true
		return err
	})
	tx.queue(`SELECT hash FROM document_versions WHERE id = $1`, t.Subject).QueryRow(scanning(&hash))
	if err := tx.flush(ctx); err != nil {
		return err
	}
	print := tx.db.Keys.Fingerprint("proof", fmt.Sprintf("p%d|%s", t.Person, hash))
	t.Word = proof.Pick(tx.org.LanguageOf(t.Person), binary.BigEndian.Uint64(print), taken)
	tx.saveTask(t)
	return nil
}

// sign writes an attestation, the name sealed under the person's own key.
func (tx *Tx) sign(ctx context.Context, a domain.Attestation) error {
	holder := fmt.Sprintf("p%d", a.Task.Person)
	subject, err := tx.subject(ctx, holder, false)
	if err != nil {
		return err
	}
	name, err := subject.Seal([]byte(a.Name), []byte("printed name"))
	if err != nil {
		return err
	}
	tx.queue(`
		INSERT INTO attestations (task_id, person_id, version_id, receipt, printed_name, meaning, sentence, sha256, at, zone, channel, level, inbound, opened_at, dwell_ms, fast, tries,
			reached, parts, read_as, unit, roles)
		SELECT $1, p.id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, p.unit, p.roles FROM people p WHERE p.id = $2`,
		int64(a.Task.ID), int64(a.Task.Person), a.Version.ID, string(a.Receipt), name, string(a.Meaning), a.Sentence, a.Version.Hash, a.At, a.Zone, string(a.Channel), int(a.Level),
		a.Inbound, a.Task.OpenedAt, a.Task.Dwell.Milliseconds(), a.Fast, a.Task.Tries, a.Task.Reached, a.Parts, string(a.Task.ReadAs))
	return nil
}
