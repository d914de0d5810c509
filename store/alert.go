package store

import (
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// loadAlert queues the reading of a safety alert, locked, or of a number for a new one.
func (tx *Tx) loadAlert(f *domain.Facts, q domain.AlertQuery) {
	if q.New {
		tx.queue(`SELECT nextval(pg_get_serial_sequence('safety_alerts', 'id'))`).QueryRow(scanning(&f.NextID))
	}
	if q.ID == 0 {
		return
	}
	tx.many(`SELECT id, code, title, action, issuer, wards, issued_at, due_at, step, closed_at FROM safety_alerts WHERE id = $1 FOR UPDATE`, []any{q.ID}, func(rows pgx.Rows) error {
		var a domain.SafetyAlert
		var wards []byte
		var closed *time.Time
		if err := rows.Scan(&a.ID, &a.Code, &a.Title, &a.Action, &a.Issuer, &wards, &a.IssuedAt, &a.DueAt, &a.Step, &closed); err != nil {
			return err
		}
		a.IssuedAt, a.DueAt = a.IssuedAt.UTC(), a.DueAt.UTC()
		if closed != nil {
			a.ClosedAt = closed.UTC()
		}
		f.Alert = &a
		return json.Unmarshal(wards, &a.Wards)
	})
}

// saveAlertEntry queues a safety alert; ok is false when the entry is none.
func (tx *Tx) saveAlertEntry(e domain.Entry) (ok bool, err error) {
	saved, ok := e.(domain.SavedAlert)
	if !ok {
		return false, nil
	}
	a := saved.Alert
	wards, err := json.Marshal(a.Wards)
	if err != nil {
		return true, err
	}
	tx.queue(`
		INSERT INTO safety_alerts (id, code, title, action, issuer, wards, issued_at, due_at, step, closed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET wards = EXCLUDED.wards, step = EXCLUDED.step, closed_at = EXCLUDED.closed_at`,
		a.ID, a.Code, a.Title, a.Action, a.Issuer, wards, a.IssuedAt, a.DueAt, a.Step, maybe(a.ClosedAt))
	return true, nil
}
