package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

const runColumns = `r.id, r.mode, r.form, r.code, r.state, r.playbook, r.number, r.title, r.scenario, r.body, coalesce(r.lead, 0), r.planned_at, r.started_at, r.ended_at`

// A runBody is a run's copy of its playbook, with how each part goes.
type runBody struct {
	Objectives []domain.RunObjective `json:"objectives,omitempty"`
	Steps      []domain.RunStep      `json:"steps,omitempty"`
	Injects    []domain.RunInject    `json:"injects,omitempty"`
	People     []domain.PersonID     `json:"people,omitempty"`
}

func scanRun(row pgx.Row) (*domain.Run, error) {
	var read domain.Run
	var mode string
	var form domain.Form
	var body []byte
	var b runBody
	var started, ended *time.Time
	err := row.Scan(&read.ID, &mode, &form, &read.Code, &read.State, &read.Playbook, &read.Number, &read.Title, &read.Scenario, &body, &read.Lead, &read.PlannedAt, &started, &ended)
	if err != nil {
		return nil, err
	}
	m, ok := domain.ModeNamed(mode)
	if !ok {
		return nil, fmt.Errorf("run %d: mode %q", read.ID, mode)
	}
	if err := json.Unmarshal(body, &b); err != nil {
		return nil, fmt.Errorf("run %d: %w", read.ID, err)
	}
	r := domain.NewRun(m, form)
	r.ID, r.Code, r.State, r.Playbook, r.Number, r.Title, r.Scenario, r.Lead = read.ID, read.Code, read.State, read.Playbook, read.Number, read.Title, read.Scenario, read.Lead
	r.Objectives, r.Steps, r.Injects, r.People, r.PlannedAt = b.Objectives, b.Steps, b.Injects, b.People, read.PlannedAt.UTC()
	if started != nil {
		r.StartedAt = started.UTC()
	}
	if ended != nil {
		r.EndedAt = ended.UTC()
	}
	return r, nil
}

// lockRun queues the lock of a run: answers to it come one after another. Lock order: run, timers, outbox.
func (tx *Tx) lockRun(q domain.RunQuery) {
	if q.ID != 0 {
		tx.queue(`SELECT 1 FROM runs WHERE id = $1 FOR NO KEY UPDATE`, q.ID)
	}
}

// loadRuns queues the reading of a run, and of what is asked for beside it.
func (tx *Tx) loadRuns(f *domain.Facts, n domain.Needs) {
	q := n.Run
	if q.New || n.RollCall.New { // one begins at a time: see Run.refuseClash
		tx.queue(`SELECT pg_advisory_xact_lock(hashtext('goodcatch rollcalls'))`)
		tx.many(`SELECT `+runColumns+` FROM runs r WHERE r.state = 'running' AND r.id <> $1 ORDER BY r.id`, []any{q.ID}, func(rows pgx.Rows) error {
			r, err := scanRun(rows)
			f.Runs = append(f.Runs, r)
			return err
		})
	}
	if q.New && q.ID == 0 {
		tx.queue(`SELECT nextval(pg_get_serial_sequence('runs', 'id'))`).QueryRow(scanning(&f.NextID))
	}
	if q.New {
		tx.loadRunningCalls(f, 0)
	}
	if q.Library {
		tx.loadLibrary(f)
	}
	tx.lockRun(q)
	if q.ID != 0 {
		tx.many(`SELECT `+runColumns+` FROM runs r WHERE r.id = $1`, []any{q.ID}, func(rows pgx.Rows) (err error) {
			f.Run, err = scanRun(rows)
			return err
		})
	}
	if q.Answers {
		tx.many(runAnswers, []any{q.ID}, func(rows pgx.Rows) error {
			a, err := scanRunAnswer(rows)
			f.RunAnswers = append(f.RunAnswers, a)
			return err
		})
	}
}

const runAnswers = `SELECT run_id, item, person_id, answer, at FROM run_answers WHERE run_id = $1 ORDER BY id`

func scanRunAnswer(row pgx.Row) (a domain.RunAnswer, err error) {
	err = row.Scan(&a.Run, &a.Item, &a.Person, &a.Answer, &a.At)
	a.At = a.At.UTC()
	return a, err
}

// saveRunEntry queues an entry of playbooks and runs; ok is false when it is none.
func (tx *Tx) saveRunEntry(e domain.Entry) (ok bool, err error) {
	switch e := e.(type) {
	case domain.SavedPlaybook:
		return true, tx.savePlaybook(e.Playbook)
	case domain.SavedRun:
		return true, tx.saveRun(&e.Run)
	case domain.RunAnswer:
		tx.queue(`INSERT INTO run_answers (run_id, item, person_id, answer, at) VALUES ($1, $2, $3, $4, $5)`, e.Run, e.Item, int64(e.Person), e.Answer, e.At)
		return true, nil
	case domain.RunNote:
		sealed, err := tx.db.Keys.Seal([]byte(e.Text), runNotePlace(e.Run))
		tx.queue(`INSERT INTO run_notes (run_id, person_id, action, at, sealed) VALUES ($1, $2, $3, $4, $5)`, e.Run, nullable(e.Person), e.Action, e.At, sealed)
		return true, err
	default:
		return false, nil
	}
}

func runNotePlace(run int64) []byte { return []byte(fmt.Sprintf("run note:y%d", run)) }

// saveRun queues a run, new or as a decision left it. What it is, its code and its playbook are written once.
func (tx *Tx) saveRun(r *domain.Run) error {
	body, err := json.Marshal(runBody{r.Objectives, r.Steps, r.Injects, r.People})
	if err != nil {
		return err
	}
	if r.State == domain.RunPlanned {
		tx.queue(`
			INSERT INTO runs (id, mode, form, code, state, playbook, number, title, scenario, body, lead, planned_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			r.ID, r.Mode().String(), string(r.Form()), string(r.Code), string(r.State), r.Playbook, r.Number, r.Title, string(r.Scenario), body, nullable(r.Lead), r.PlannedAt)
		return nil
	}
	tx.queue(`UPDATE runs SET state = $2, body = $3, lead = $4, started_at = $5, ended_at = $6 WHERE id = $1`,
		r.ID, string(r.State), body, nullable(r.Lead), maybe(r.StartedAt), maybe(r.EndedAt))
	return nil
}

// OpenRuns lists the runs that may want an answer of somebody: under way, or ended within the last week; the newest first.
func (tx *Tx) OpenRuns(ctx context.Context) ([]*domain.Run, error) {
	var runs []*domain.Run
	tx.many(`SELECT `+runColumns+` FROM runs r WHERE r.state = 'running' OR r.state = 'ended' AND r.ended_at > $1 ORDER BY r.id DESC LIMIT 10`, []any{tx.now.AddDate(0, 0, -7)}, func(rows pgx.Rows) error {
		r, err := scanRun(rows)
		runs = append(runs, r)
		return err
	})
	return runs, tx.flush(ctx)
}

// RunByCode reads the newest run of a code. One that does not exist is domain.ErrNotFound.
func (db *DB) RunByCode(ctx context.Context, code domain.Code) (*domain.Run, error) {
	r, err := scanRun(db.Pool.QueryRow(ctx, `SELECT `+runColumns+` FROM runs r WHERE r.code = $1 ORDER BY r.id DESC LIMIT 1`, string(code)))
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, domain.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("run: %w", err)
	}
	return r, nil
}

// Runs lists runs, the newest first, at most so many.
func (db *DB) Runs(ctx context.Context, most int) ([]*domain.Run, error) {
	rows, err := db.Pool.Query(ctx, `SELECT `+runColumns+` FROM runs r ORDER BY r.id DESC LIMIT $1`, most)
	if err != nil {
		return nil, fmt.Errorf("runs: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (*domain.Run, error) { return scanRun(row) })
}
