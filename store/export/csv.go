package export

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"
)

// formulas are the characters that make a spreadsheet take a cell for a formula. Source: OWASP ASVS 5.0, 1.2.10.
const formulas = "=+-@\t\r\x00"

// guarded is a value that no spreadsheet runs: one that begins like a formula gets an apostrophe before it.
func guarded(value string) string {
	if value != "" && strings.ContainsRune(formulas, rune(value[0])) {
		return "'" + value
	}
	return value
}

// writeCSV writes headings and rows and nothing else. Source: RFC 4180.
func (t *Table) writeCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(t.Heads); err != nil {
		return err
	}
	for _, row := range t.Rows {
		safe := make([]string, len(row))
		for i, value := range row {
			safe[i] = guarded(value)
		}
		if err := out.Write(safe); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// writeJSON writes each row as an object by its headings, after the summary.
func (t *Table) writeJSON(w io.Writer) error {
	type object = map[string]string
	rows := make([]object, len(t.Rows))
	for i, row := range t.Rows {
		rows[i] = object{}
		for j, value := range row {
			rows[i][t.Heads[j]] = value
		}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(struct {
		Title   string   `json:"title"`
		Made    string   `json:"made_at"`
		Summary []string `json:"summary"`
		Digest  string   `json:"csv_sha256"`
		Rows    []object `json:"rows"`
	}{t.Title, t.Made, t.Summary, t.Digest(), rows})
}
