package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// A playbookBody is what of a playbook no query asks for by itself.
type playbookBody struct {
	Objectives []string          `json:"objectives,omitempty"`
	Steps      []domain.PlayStep `json:"steps,omitempty"`
	Injects    []domain.Inject   `json:"injects,omitempty"`
}

// inForce reads the newest version of each playbook, by code.
const inForcePlaybooks = `SELECT DISTINCT ON (code) code, number, title, scenario, body FROM playbooks ORDER BY code, number DESC`

func scanPlaybook(row pgx.Row) (p domain.Playbook, err error) {
	var body []byte
	var b playbookBody
	if err = row.Scan(&p.Code, &p.Number, &p.Title, &p.Scenario, &body); err != nil {
		return p, err
	}
	err = json.Unmarshal(body, &b)
	p.Objectives, p.Steps, p.Injects = b.Objectives, b.Steps, b.Injects
	return p, err
}

// loadLibrary queues the reading of all playbooks in force. Whoever adds one waits for who adds another.
func (tx *Tx) loadLibrary(f *domain.Facts) {
	tx.many(inForcePlaybooks, nil, func(rows pgx.Rows) error {
		p, err := scanPlaybook(rows)
		f.Library = append(f.Library, p)
		return err
	})
}

func (tx *Tx) savePlaybook(p domain.Playbook) error {
	body, err := json.Marshal(playbookBody{p.Objectives, p.Steps, p.Injects})
	if err != nil {
		return err
	}
	tx.queue(`INSERT INTO playbooks (code, number, title, scenario, body, made_at) VALUES ($1, $2, $3, $4, $5, $6)`, p.Code, p.Number, p.Title, string(p.Scenario), body, tx.now)
	return nil
}

// Playbooks lists the newest version of each playbook, by code.
func (db *DB) Playbooks(ctx context.Context) ([]domain.Playbook, error) {
	rows, err := db.Pool.Query(ctx, inForcePlaybooks)
	if err != nil {
		return nil, fmt.Errorf("playbooks: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (domain.Playbook, error) { return scanPlaybook(row) })
}
