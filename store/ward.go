package store

import (
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

func wardPlace(u domain.UnitCode) string { return "ward need:" + string(u) }

// loadWards queues the reading of a ward's last word, locked, or of all.
func (tx *Tx) loadWards(f *domain.Facts, q domain.WardQuery) {
	const columns = `SELECT unit, colour, coalesce(need, ''), person_id, at, red_at FROM ward_status `
	if q.Unit != "" {
		tx.queue(`SELECT pg_advisory_xact_lock(hashtext('goodcatch ward ' || $1))`, string(q.Unit)) // there may be no row yet
		tx.many(columns+`WHERE unit = $1`, []any{string(q.Unit)}, func(rows pgx.Rows) error {
			w, err := tx.scanWard(rows, false)
			f.Ward = &w
			return err
		})
	}
	if q.All {
		tx.many(columns+`ORDER BY unit`, nil, func(rows pgx.Rows) error {
			w, err := tx.scanWard(rows, q.Open)
			f.Wards = append(f.Wards, w)
			return err
		})
	}
}

// scanWard reads a word; what the ward needs is opened only for who reads it.
func (tx *Tx) scanWard(rows pgx.Rows, open bool) (w domain.WardStatus, err error) {
	var need []byte
	var red *time.Time
	if err := rows.Scan(&w.Unit, &w.Colour, &need, &w.By, &w.At, &red); err != nil {
		return w, err
	}
	w.At, w.Needs = w.At.UTC(), len(need) > 0
	if red != nil {
		w.RedAt = red.UTC()
	}
	if w.Needs && open {
		text, err := tx.db.Keys.Open(need, []byte(wardPlace(w.Unit)))
		w.Need = string(text)
		return w, err
	}
	return w, nil
}

// saveWardEntry queues a ward's word in place of the one before; ok is false when the entry is none.
func (tx *Tx) saveWardEntry(e domain.Entry) (ok bool, err error) {
	saved, ok := e.(domain.SavedWardStatus)
	if !ok {
		return false, nil
	}
	w := saved.Status
	var need []byte
	if w.Need != "" {
		if need, err = tx.db.Keys.Seal([]byte(w.Need), []byte(wardPlace(w.Unit))); err != nil {
			return true, err
		}
	}
	tx.queue(`
		INSERT INTO ward_status (unit, colour, need, person_id, at, red_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (unit) DO UPDATE SET colour = EXCLUDED.colour, need = EXCLUDED.need, person_id = EXCLUDED.person_id, at = EXCLUDED.at, red_at = EXCLUDED.red_at`,
		string(w.Unit), string(w.Colour), need, int64(w.By), w.At, maybe(w.RedAt))
	return true, nil
}
