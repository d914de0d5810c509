// Package export prints what the record holds for somebody outside of it: an auditor, a quality meeting, a court. Everything printed is a
// table first, so that the same data goes out as CSV, JSON or PDF, and carries its own digest.
//
// Times are printed with their offset and zone. What was sealed is opened here: whoever calls writes into the audit who took what.
package export

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"time"
)

// A Format is how a table is written.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	PDF  Format = "pdf"
	JSON Format = "json"
)

// A Table is what is exported: a plain summary, and one row per person or signature under the same headings.
type Table struct {
	Title   string     `json:"title"`
	Summary []string   `json:"summary"` // sentences
	Made    string     `json:"made_at"`
	Heads   []string   `json:"columns"`
	Rows    [][]string `json:"rows"`

	lines []line // the same for people, as a PDF prints it
}

// A line is one row as a PDF prints it.
type line struct {
	head  string
	notes []string
}

// Write writes the table.
func (t *Table) Write(w io.Writer, f Format) error {
	switch f {
	case CSV:
		return t.writeCSV(w)
	case JSON:
		return t.writeJSON(w)
	case PDF:
		return t.writePDF(w)
	}
	return fmt.Errorf("format %q is none of csv, json, pdf", f)
}

// Digest is the SHA-256 of the table as CSV, in hex: printed in a PDF, it tells whether the file beside it holds the same.
func (t *Table) Digest() string {
	sum := sha256.New()
	_ = t.writeCSV(sum) // a hash takes everything
	return hex.EncodeToString(sum.Sum(nil))
}

// stamp is a time as exports print it; empty for none.
func stamp(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(time.RFC3339)
}

// readable is a time for people; empty for none.
func readable(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("2 Jan 2006 15:04:05 -07:00")
}

func in(name string, otherwise *time.Location) *time.Location {
	if zone, err := time.LoadLocation(name); err == nil && name != "" {
		return zone
	}
	return otherwise
}
