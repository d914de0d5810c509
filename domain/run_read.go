package domain

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// ReadAnswer reads what somebody types behind the code of a run: "1", or "2 1" for step 2; of a step that each ward answers also "4B 1" and
// "2 4B 1". ok is false when it is no answer.
func (r *Run) ReadAnswer(o *Organisation, id PersonID, text string) (cmd Command, ok bool) {
	fields := strings.Fields(text)
	ward, fields := r.cutWard(o, fields)
	var n []int
	for _, f := range fields {
		v, err := strconv.Atoi(strings.Trim(f, ".,:="))
		if err != nil || v < 1 || v > 99 {
			return nil, false
		}
		n = append(n, v)
	}
	switch {
	case ward != "" && len(n) == 1:
		return AnswerStep{Run: r.ID, Answer: n[0], Ward: ward}, true
	case len(n) == 1:
		return r.With(o, id, n[0]), true
	case len(n) == 2 && r.State == RunEnded:
		return JudgeObjective{Run: r.ID, Objective: n[0], Result: n[1]}, true
	case len(n) == 2 && r.form == Tabletop:
		return AnswerInject{Run: r.ID, Inject: n[0], Answer: n[1]}, true
	case len(n) == 2:
		return AnswerStep{Run: r.ID, Step: n[0], Answer: n[1], Ward: ward}, true
	default:
		return nil, false
	}
}

// cutWard takes the ward out of what somebody types, where a step asks each ward. What else they write stays words.
func (r *Run) cutWard(o *Organisation, fields []string) (ward UnitCode, rest []string) {
	if !slices.ContainsFunc(r.Steps, func(s RunStep) bool { return len(s.Wards) > 0 }) || len(fields) < 2 || len(fields) > 3 {
		return "", fields
	}
	for _, i := range []int{len(fields) - 2, 0, len(fields) - 1} { // before the answer, as it is asked for
		code := UnitCode(strings.ToUpper(strings.Trim(fields[i], ".,:=")))
		if _, err := strconv.Atoi(string(code)); o.Units[code] != nil && (err != nil || len(fields) == 3 && i == 1) {
			return code, slices.Delete(slices.Clone(fields), i, i+1)
		}
	}
	return "", fields
}

// Awaits says whether a bare digit from somebody would answer the run now, and since when it has waited for them.
func (r *Run) Awaits(o *Organisation, id PersonID) (since time.Time, ok bool) {
	switch {
	case r.judges(o, id):
		return r.EndedAt, true
	case r.State != RunRunning:
		return time.Time{}, false
	case r.form == Tabletop:
		if n := r.sent(); n > 0 && slices.Contains(r.People, id) {
			return r.Injects[n-1].SentAt, true
		}
		return time.Time{}, false
	}
	for _, n := range r.OpenWith(id) {
		if at := r.Steps[n-1].AskedAt; at.After(since) {
			since = at
		}
	}
	return since, !since.IsZero()
}

// With is the command by which somebody answers the run with a digit.
func (r *Run) With(o *Organisation, id PersonID, digit int) Command {
	switch {
	case r.judges(o, id):
		return JudgeObjective{Run: r.ID, Result: digit}
	case r.form == Tabletop:
		return AnswerInject{Run: r.ID, Answer: digit}
	default:
		return AnswerStep{Run: r.ID, Answer: digit}
	}
}

// judges reports whether somebody is asked to judge the objectives now.
func (r *Run) judges(o *Organisation, id PersonID) bool {
	return r.State == RunEnded && r.Unjudged() > 0 && slices.Contains(followers(o, r.Lead), id)
}
