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
		args = Args{"done": Number(len(s.Wards) - len(missing)), "total": Number(len(s.Wards)), "wards": Text(ListUnits(missing))}
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

// mostListed is how many wards a line names.
const mostListed = 20

// ListUnits names units, and how many more there are than a line holds.
func ListUnits(units []UnitCode) string {
	names := make([]string, min(len(units), mostListed))
	for i := range names {
		names[i] = string(units[i])
	}
	list := strings.Join(names, ", ")
	if more := len(units) - len(names); more > 0 {
		list += fmt.Sprintf(" +%d", more)
	}
	return list
}
