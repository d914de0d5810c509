package store

import (
	"fmt"
	"strings"
)

// mostRows is how many rows one statement of a rowsInsert writes.
const mostRows = 8

// A rowsInsert writes a few rows with one statement. Its texts, one for each number of rows, stay prepared. VALUES costs PostgreSQL half
// of what unnest of a dozen arrays does; for rows by the hundred see mail.
type rowsInsert struct {
	columns int
	sql     [mostRows + 1]string // by the number of rows
}

// newRowsInsert makes the texts: head, VALUES, tail.
func newRowsInsert(head string, columns int, tail string) *rowsInsert {
	r := &rowsInsert{columns: columns}
	rows := make([]string, 0, mostRows)
	for n := 1; n <= mostRows; n++ {
		places := make([]string, columns)
		for c := range places {
			places[c] = fmt.Sprintf("$%d", len(rows)*columns+c+1)
		}
		rows = append(rows, "("+strings.Join(places, ", ")+")")
		r.sql[n] = head + " VALUES " + strings.Join(rows, ", ") + " " + tail
	}
	return r
}

// insert queues rows, given value by value.
func (tx *Tx) insert(into *rowsInsert, values []any) {
	for most := mostRows * into.columns; len(values) > 0; {
		now := values[:min(most, len(values))]
		values = values[len(now):]
		tx.queue(into.sql[len(now)/into.columns], now...)
	}
}
