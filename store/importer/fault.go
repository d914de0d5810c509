package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Fault is one thing in the files that a person has to put right.
type Fault struct {
	File         string
	Line, Column int    // from 1; 0 when the fault is not at one place
	Source       string // the line
	Problem      string // with the next step
}

// String is the fault as compilers print them: place, problem, the line, and a caret under the spot.
func (f Fault) String() string {
	if f.Line == 0 {
		return f.File + ": " + f.Problem
	}
	s := fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Problem)
	if strings.TrimSpace(f.Source) == "" {
		return s
	}
	return s + "\n    " + f.Source + "\n    " + padTo(f.Source, f.Column) + "^"
}

// padTo is white space as wide as what stands before a column.
func padTo(source string, column int) string {
	var pad strings.Builder
	for i, r := range []rune(source) {
		switch {
		case i >= column-1:
			return pad.String()
		case r == '\t':
			pad.WriteByte('\t')
		default:
			pad.WriteByte(' ')
		}
	}
	return pad.String()
}

// Faults are all faults of an import. While there is one, nothing is written.
type Faults []Fault

// Error lists every fault.
func (f Faults) Error() string {
	lines := make([]string, 0, len(f)+1)
	for _, fault := range f {
		lines = append(lines, fault.String())
	}
	noun := "faults"
	if len(f) == 1 {
		noun = "fault"
	}
	return strings.Join(append(lines, fmt.Sprintf("%d %s. Nothing was imported.", len(f), noun)), "\n")
}

func (f Faults) sorted() Faults {
	slices.SortStableFunc(f, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return f
}

// A place is where something stands in a file. The zero place is the file as a whole, or nowhere.
type place struct {
	file         *source
	line, column int
}

// A source is the text of one file.
type source struct {
	name  string
	lines []string
}

func newSource(name string, text []byte) *source {
	return &source{name: name, lines: strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")}
}

func (p place) fault(format string, args ...any) Fault {
	f := Fault{Line: p.line, Column: p.column, Problem: fmt.Sprintf(format, args...)}
	if p.file == nil {
		return f
	}
	f.File = p.file.name
	if p.line > 0 && p.line <= len(p.file.lines) {
		f.Source = p.file.lines[p.line-1]
	}
	return f
}

// didYouMean ends a problem with the likeliest of the known words, or lists them when they are few.
func didYouMean[T ~string](word string, known []T) string {
	best, distance := "", max(1, len(word)/3)+1
	for _, k := range slices.Sorted(slices.Values(known)) {
		if d := editDistance(strings.ToLower(word), strings.ToLower(string(k))); d < distance {
			best, distance = string(k), d
		}
	}
	switch {
	case best != "":
		return fmt.Sprintf(" Did you mean %s?", best)
	case len(known) > 0 && len(known) <= 12:
		var words []string
		for _, k := range slices.Sorted(slices.Values(known)) {
			words = append(words, string(k))
		}
		return " Known are " + strings.Join(words, ", ") + "."
	default:
		return ""
	}
}

// editDistance counts the letters to insert, drop, replace, or swap with their neighbour (optimal string alignment).
func editDistance(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range len(b) + 1 {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
