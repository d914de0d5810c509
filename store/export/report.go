package export

import (
	"context"
	"fmt"
	"strings"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
)

// A section of a report, printed under its heading.
type section struct {
	name string
	rows [][2]string // what, value
}

func (s *section) add(what, value string, args ...any) {
	s.rows = append(s.rows, [2]string{what, fmt.Sprintf(value, args...)})
}

// reportHeads are the columns of reports of roll-calls and runs: one row a fact.
var reportHeads = []string{"mode", "code", "section", "what", "value"}

// add adds the sections of a report on something with a mode and a code: under their headings for people, one row per fact for a spreadsheet.
func (t *Table) add(mode, code string, sections ...section) {
	for _, s := range sections {
		l := line{head: s.name}
		for _, row := range s.rows {
			t.Rows = append(t.Rows, []string{mode, code, s.name, row[0], row[1]})
			l.notes = append(l.notes, strings.TrimSuffix(row[0]+": "+row[1], ": "))
		}
		t.lines = append(t.lines, l)
	}
}

// actionsOf are what is to be done.
func actionsOf(notes []store.WrittenNote, zone *time.Location) section {
	s := section{name: "Actions"}
	for _, n := range notes {
		if n.Action {
			s.add(n.At.In(zone).Format("2 Jan 2006"), "%s", n.Text)
		}
	}
	if len(s.rows) == 0 {
		s.add("None", "nobody has noted any yet")
	}
	return s
}

func texts[T ~string](list []T) []string {
	all := make([]string, len(list))
	for i, v := range list {
		all[i] = string(v)
	}
	return all
}

// mostNamed is how many occasions an error names.
const mostNamed = 20

// missing says which codes of a kind of occasion there are, the newest first.
func missing[T any](ctx context.Context, what, wanted string, list func(context.Context, int) ([]T, error), named func(T) (domain.Code, string)) error {
	all, err := list(ctx, mostNamed)
	if err != nil {
		return err
	}
	e := &MissingError{What: what, Wanted: wanted}
	for _, o := range all {
		code, title := named(o)
		e.There = append(e.There, fmt.Sprintf("%s %s", code, title))
	}
	return e
}
