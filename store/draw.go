package store

import (
	"slices"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// drawn is SQL for $1 codes: one that was freed, else the next number to spell one from.
const drawn = `coalesce(freed.code, ''), CASE WHEN freed.code IS NULL THEN nextval('code_numbers') ELSE 0 END
	FROM generate_series(1, $1) AS g (i)
	LEFT JOIN (SELECT code, row_number() OVER () AS i FROM (SELECT code FROM free_codes LIMIT $1 FOR UPDATE SKIP LOCKED) AS f) AS freed ON freed.i = g.i`

// newNumbers queues the handing out of ids, permanent references and codes of records.
func (tx *Tx) newNumbers(f *domain.Facts, n int) {
	take := func(rows pgx.Rows) error {
		var id, number int64
		var code string
		if err := rows.Scan(&id, &code, &number); err != nil {
			return err
		}
		f.IDs = append(f.IDs, domain.RecordID(id))
		f.Codes = append(f.Codes, tx.spelt(code, number))
		f.Refs = append(f.Refs, newRef())
		return nil
	}
	if tx.db.freed.Load() {
		tx.many(`SELECT nextval('record_ids'), `+drawn, []any{n}, take)
		return
	}
	for range n { // the way of nearly every report: nothing to look for
		tx.many(`SELECT nextval('record_ids'), '', nextval('code_numbers')`, nil, take)
	}
}

// drawCodes queues the handing out of codes for other things than records.
func (tx *Tx) drawCodes(f *domain.Facts, n int) {
	tx.many(`SELECT `+drawn, []any{n}, func(rows pgx.Rows) error {
		var code string
		var number int64
		if err := rows.Scan(&code, &number); err != nil {
			return err
		}
		f.Codes = append(f.Codes, tx.spelt(code, number))
		return nil
	})
}

// spelt is the code that was drawn: a freed one is free no more.
func (tx *Tx) spelt(freed string, number int64) domain.Code {
	if freed == "" {
		return domain.Code(codeNumber(number))
	}
	tx.queue(`DELETE FROM free_codes WHERE code = $1`, freed)
	return domain.Code(freed)
}

// giveBack queues the return of codes that a decision was handed and did not use.
func (tx *Tx) giveBack(codes []domain.Code, c domain.Change) {
	for _, code := range codes {
		used := slices.ContainsFunc(c.Entries, func(e domain.Entry) bool { g, ok := e.(domain.GivenCode); return ok && g.Code == code })
		if !used {
			tx.free(code)
		}
	}
}

// returnReserved queues the return of the codes drawn ahead for a message that was here before.
func (tx *Tx) returnReserved() {
	for _, code := range tx.reserved.Codes {
		tx.free(code)
	}
	tx.reserved = domain.Facts{}
}

func (tx *Tx) free(code domain.Code) {
	tx.queue(`INSERT INTO free_codes (code) VALUES ($1) ON CONFLICT DO NOTHING`, string(code))
	tx.db.freed.Store(true)
}
