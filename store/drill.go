package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// heldLast reads the last roll-call, and the last run of each form, of each mode, that came to its end.
const heldLast = `
	(SELECT DISTINCT ON (mode) '' AS form, mode, code, started_at FROM rollcalls WHERE state = 'ended' ORDER BY mode, started_at DESC)
	UNION ALL
	(SELECT DISTINCT ON (form, mode) form, mode, code, started_at FROM runs WHERE state = 'ended' ORDER BY form, mode, started_at DESC)`

// loadDrills queues what the drill calendar is reckoned from. The first line of the audit is the installation's beginning.
func (tx *Tx) loadDrills(f *domain.Facts, wanted bool) {
	if !wanted {
		return
	}
	tx.many(`SELECT at FROM events ORDER BY id LIMIT 1`, nil, func(rows pgx.Rows) error { return rows.Scan(&f.Began) })
	tx.many(heldLast, nil, func(rows pgx.Rows) error {
		var h domain.Held
		var mode string
		if err := rows.Scan(&h.Form, &mode, &h.Code, &h.At); err != nil {
			return err
		}
		m, ok := domain.ModeNamed(mode)
		if !ok {
			return fmt.Errorf("%s: mode %q", h.Code, mode)
		}
		h.Mode, h.At = m, h.At.UTC()
		f.Held = append(f.Held, h)
		return nil
	})
}

// Drills reckons the drill calendar as it is now.
func (db *DB) Drills(ctx context.Context) (list []domain.Drill, today domain.Date, err error) {
	err = db.InTx(ctx, func(tx *Tx) error {
		f, err := tx.Facts(ctx, domain.Clockwork, domain.Needs{Drills: true})
		if err == nil {
			list, today = f.Drills(), domain.DateOf(f.Now, f.Org.Zone)
		}
		return err
	})
	return list, today, err
}
