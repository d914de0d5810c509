package importer

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// A row is one line of a table: its cells by column name, and where they stand.
type row struct {
	cells map[string]string
	at    map[string]place
	start place
}

func (r row) get(column string) string { return r.cells[column] }

// where is the place of a cell; a column the file lacks is the line's start.
func (r row) where(column string) place {
	if at, ok := r.at[column]; ok {
		return at
	}
	return r.start
}

// readTable reads a CSV file with a header. Lines that begin with # are comments. Cells are trimmed.
func readTable(file *source, text []byte, required, optional []string) (rows []row, faults Faults) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")) // Excel's mark
	if !utf8.Valid(text) {
		return nil, Faults{place{file: file}.fault("is not UTF-8. Save it as \"CSV UTF-8\".")}
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comment, r.FieldsPerRecord, r.TrimLeadingSpace = '#', -1, true
	var header []string
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return rows, append(faults, tableSyntax(file, err))
		}
		if header == nil {
			header = record
			if f := checkHeader(file, r, header, required, optional); len(f) > 0 {
				return nil, f
			}
			continue
		}
		one, f := readRow(file, r, header, record)
		if faults = append(faults, f...); len(f) == 0 {
			rows = append(rows, one)
		}
	}
	if header == nil {
		faults = append(faults, place{file: file}.fault("is empty. Its first line must be %s.", strings.Join(required, ",")))
	}
	return rows, faults
}

func tableSyntax(file *source, err error) Fault {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return place{file, p.Line, p.Column}.fault("not CSV: %v. The lines after it were not read.", p.Err)
	}
	return place{file: file}.fault("not CSV: %v.", err)
}

// placeOf is where a field of the record just read stands. CSV counts bytes, people count letters.
func placeOf(file *source, r *csv.Reader, field int) place {
	line, column := r.FieldPos(field)
	if line <= len(file.lines) && column-1 <= len(file.lines[line-1]) {
		column = utf8.RuneCountInString(file.lines[line-1][:column-1]) + 1
	}
	return place{file, line, column}
}

func checkHeader(file *source, r *csv.Reader, header, required, optional []string) (faults Faults) {
	if len(header) == 1 && strings.Contains(header[0], ";") {
		return Faults{placeOf(file, r, 0).fault("columns are separated by semicolons. Save the file with commas; semicolons separate the roles of a person.")}
	}
	for i := range header {
		header[i] = strings.ToLower(strings.TrimSpace(header[i]))
		switch known := slices.Concat(required, optional); {
		case slices.Contains(header[:i], header[i]):
			faults = append(faults, placeOf(file, r, i).fault("column %q stands here twice.", header[i]))
		case !slices.Contains(known, header[i]):
			faults = append(faults, placeOf(file, r, i).fault("unknown column %q.%s", header[i], didYouMean(header[i], known)))
		}
	}
	var missing []string
	for _, column := range required {
		if !slices.Contains(header, column) {
			missing = append(missing, column)
		}
	}
	if len(missing) > 0 {
		faults = append(faults, placeOf(file, r, 0).fault("the header lacks %s. Want %s.", strings.Join(missing, ", "), strings.Join(required, ",")))
	}
	return faults
}

func readRow(file *source, r *csv.Reader, header, record []string) (row, Faults) {
	one := row{cells: map[string]string{}, at: map[string]place{}, start: placeOf(file, r, 0)}
	if len(record) != len(header) {
		last := placeOf(file, r, min(len(record), len(header))-1)
		return one, Faults{last.fault("%d columns, want %d: %s.", len(record), len(header), strings.Join(header, ","))}
	}
	for i, column := range header {
		one.cells[column] = strings.TrimSpace(record[i])
		one.at[column] = placeOf(file, r, i)
	}
	return one, nil
}
