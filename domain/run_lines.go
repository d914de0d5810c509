package domain

import (
	"fmt"
	"strings"
	"time"
)

// stepMarks are the marks of a board's lines, in any language.
var stepMarks = map[int]string{0: "…", StepDone: "✓", StepNotNeeded: "–"}

// lines are the steps as a board in Slack lists them.
func (r *Run) lines(o *Organisation, now time.Time) Arg {
	rows := make([]Row, len(r.Steps))
	for i, s := range r.Steps {
		key, args := s.line(o)
		args["mark"], args["n"], args["text"] = Text(s.mark(now)), Number(i+1), Text(s.Text)
		rows[i] = Row{Key: key, Args: args}
	}
	return Rows(rows)
}

// mark is how a step stands.
func (s RunStep) mark(now time.Time) string {
	switch {
	case s.Answer != 0:
		return stepMarks[s.Answer]
	case s.AskedAt.IsZero():
		return "·"
	case !s.HelpAt.IsZero():
		return ":sos:"
	case now.After(s.DueAt):
		return ":alarm_clock:"
	default:
		return stepMarks[0]
	}
}

// line says whose a step is: who did it, or was asked; of one that each ward answers, how many have and which are missing.
func (s RunStep) line(o *Organisation) (key string, args Args) {
	if len(s.Wards) > 0 {
		missing := s.MissingWards()
		args = Args{"done": Number(len(s.Wards) - len(missing)), "total": Number(len(s.Wards)), "wards": Text(s.missingList())}
		if len(missing) == 0 {
			return "row.run_wards", args
		}
		return "row.run_wards_missing", args
	}
	if s.Answer != 0 {
		return "row.run_step", Args{"person": Text(o.NameOf(s.By))}
	}
	names := make([]string, len(s.Asked))
	for i, id := range s.Asked {
		names[i] = o.NameOf(id)
	}
	switch {
	case len(names) > 0:
		return "row.run_step", Args{"person": Text(strings.Join(names, ", "))}
	case s.Each != "":
		return "row.run_each", Args{"person": Text(s.Responsible.String())}
	default:
		return "row.run_step", Args{"person": Text(s.Responsible.String())}
	}
}

// missingList names the wards that have not answered, and marks those that need help.
func (s RunStep) missingList() string {
	var names []string
	for _, u := range s.MissingWards() {
		name := string(u)
		if !s.Ward(u).HelpAt.IsZero() {
			name += " :sos:"
		}
		names = append(names, name)
	}
	return shortList(names)
}

// ListUnits names units, and how many more there are than a line holds.
func ListUnits(units []UnitCode) string {
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = string(u)
	}
	return shortList(names)
}

// mostListed is how many wards a line names.
const mostListed = 20

func shortList(names []string) string {
	list := strings.Join(names[:min(len(names), mostListed)], ", ")
	if more := len(names) - mostListed; more > 0 {
		list += fmt.Sprintf(" +%d", more)
	}
	return list
}
