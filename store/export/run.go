package export

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
)

// A RunReport is what is left of a run of a playbook: scenario, date, who took part, which objectives were met, what happened when, what
// people said, and what is to be done. Source: ISO 22301:2019 8.5, which asks for defined objectives, a formal report with outcomes and
// recommendations, and their review.
type RunReport struct {
	*domain.Run
	Org     *domain.Organisation
	Now     time.Time
	Answers []domain.RunAnswer
	Steps   []store.HappenedStep
	Notes   []store.WrittenNote
}

// FindRun gathers the report of a run by its code. A code that names none is a MissingError.
func FindRun(ctx context.Context, db *store.DB, code string) (r RunReport, err error) {
	if r.Run, err = db.RunByCode(ctx, domain.Code(strings.ToUpper(strings.TrimSpace(code)))); err != nil {
		if errors.Is(err, domain.ErrNotFound) {
			return r, missing(ctx, "run of a playbook", code, db.Runs, func(r *domain.Run) (domain.Code, string) { return r.Code, r.Title })
		}
		return r, err
	}
	if r.Org, err = db.Organisation(ctx); err != nil {
		return r, err
	}
	if r.Now, err = db.BusinessTime(ctx); err != nil {
		return r, err
	}
	if r.Answers, err = db.RunAnswers(ctx, r.ID); err != nil {
		return r, err
	}
	if r.Steps, err = db.RunSteps(ctx, r.Run); err != nil {
		return r, err
	}
	r.Notes, err = db.RunNotes(ctx, r.ID)
	return r, err
}

// Word is EXERCISE or LIVE.
func (r RunReport) Word() string { return strings.ToUpper(r.Mode().String()) }

// kind is what sort of exercise it was, or the real thing.
func (r RunReport) kind() string {
	switch {
	case r.Mode() == domain.Live:
		return "real event"
	case r.Form() == domain.Tabletop:
		return "tabletop exercise"
	default:
		return "live exercise"
	}
}

// results are what objectives are called by their result.
var results = map[int]string{0: "not judged yet", domain.ObjectiveMet: "met", domain.ObjectivePartly: "partly met", domain.ObjectiveNotMet: "not met"}

// Table is the report as a table.
func (r RunReport) Table() *Table {
	zone := r.Org.Zone
	t := &Table{
		Title: fmt.Sprintf("%s: %s %s %s", r.Word(), r.kind(), r.Code, r.Title), Made: "Printed " + readable(r.Now, zone), Heads: reportHeads,
		Summary: []string{
			fmt.Sprintf("%s. %s, %s %s: %s. Report after ISO 22301 8.5.", r.Word(), r.Org.Name, r.kind(), r.Code, r.Title), r.outcome(), r.verdict(),
		},
	}
	t.add(r.Word(), string(r.Code), r.plan(zone), r.objectives(), r.participants(), r.timeline(zone), r.parts(zone), r.debrief(zone), actionsOf(r.Notes, zone))
	return t
}

// outcome says in a sentence what was done.
func (r RunReport) outcome() string {
	if r.Form() == domain.Tabletop {
		return fmt.Sprintf("%d questions were put to %d people.", len(r.Injects), len(r.People))
	}
	t := r.Tally(r.Now)
	return fmt.Sprintf("Of %d steps %d were done, %d not needed, %d stayed open.", t.Total, t.Done, t.NotNeeded, t.Open)
}

func (r RunReport) verdict() string {
	var by [domain.ObjectiveResults + 1]int
	for _, o := range r.Objectives {
		by[o.Result]++
	}
	return fmt.Sprintf("Of %d objectives %d were met, %d partly, %d not; %d are not judged yet.", len(r.Objectives), by[domain.ObjectiveMet], by[domain.ObjectivePartly], by[domain.ObjectiveNotMet], by[0])
}

func (r RunReport) plan(zone *time.Location) section {
	s := section{name: "Plan"}
	s.add("Scenario", "%s", r.Scenario)
	s.add("Playbook", "%s version %d, %s", r.Playbook, r.Number, r.Title)
	s.add("Kind", "%s", r.kind())
	s.add("Planned", "%s", readable(r.PlannedAt, zone))
	if !r.StartedAt.IsZero() {
		s.add("Began", "%s", readable(r.StartedAt, zone))
	}
	if !r.EndedAt.IsZero() {
		s.add("Ended", "%s, after %d minutes", readable(r.EndedAt, zone), int(r.EndedAt.Sub(r.StartedAt).Minutes()))
	}
	lead := r.Org.NameOf(r.Lead)
	if lead == "" {
		lead = "the operator"
	}
	s.add("Led by", "%s", lead)
	return s
}

func (r RunReport) objectives() section {
	s := section{name: "Objectives"}
	for i, o := range r.Objectives {
		s.add(fmt.Sprintf("%d. %s", i+1, o.Text), "%s", results[o.Result])
	}
	return s
}

// participants are who was asked or at the table, by name: a register of who has practised.
func (r RunReport) participants() section {
	s := section{name: "Participants"}
	ids := slices.Clone(r.People)
	for _, step := range r.Run.Steps {
		ids = append(ids, step.Asked...)
	}
	slices.Sort(ids)
	answered := map[domain.PersonID]int{}
	for _, a := range r.Answers {
		answered[a.Person]++
	}
	for _, id := range slices.Compact(ids) {
		if p := r.Org.People[id]; p != nil {
			s.add(fmt.Sprintf("%s, %s", p.Name, p.Unit), "answers: %d", answered[id])
		}
	}
	if len(s.rows) == 0 {
		s.add("Nobody", "it has not begun")
	}
	return s
}

// runWords are what the audit's events are called in a report.
var runWords = map[string]string{
	"run_started": "Began", "run_step": "Step %s", "run_told": "The informed were told of step %s", "run_help": "Help was needed with step %s", "run_step_late": "Step %s was late, who is accountable was told",
	"run_ward": "Step %s:", "run_not_reached": "Somebody was not reached for step %s",
	"run_inject": "Question %s was put", "run_ended": "Ended",
}

// stepEnds are what became of steps.
var stepEnds = map[string]string{"1": " done", "2": " not needed"}

func (r RunReport) timeline(zone *time.Location) section {
	s := section{name: "Timeline"}
	for _, step := range r.Steps {
		what := runWords[step.Name]
		if what == "" {
			continue
		}
		if strings.Contains(what, "%s") {
			what = fmt.Sprintf(what, step.Data["step"]+step.Data["inject"])
		}
		switch step.Name {
		case "run_step":
			what += stepEnds[step.Data["answer"]]
		case "run_ward":
			what += " " + step.Data["unit"] + stepEnds[step.Data["answer"]]
		case "run_step_late":
			if missing := step.Data["missing"]; missing != "" {
				what += ", missing " + missing
			}
		case "run_help":
			if ward := step.Data["unit"]; ward != "" {
				what += ", " + ward
			}
		}
		s.add(readable(step.At, zone), "%s (minute %d)", what, int(step.At.Sub(r.StartedAt).Minutes()))
	}
	return s
}

// parts are the steps, or at the table the questions with their answers.
func (r RunReport) parts(zone *time.Location) section {
	if r.Form() == domain.Tabletop {
		s := section{name: "Questions"}
		for i, inject := range r.Injects {
			t := r.TallyInject(r.Answers, i+1)
			s.add(fmt.Sprintf("%d. %s", i+1, inject.Text), "%d yes, %d no, %d not sure, %d no answer", t.By[1], t.By[2], t.By[3], t.By[0])
		}
		return s
	}
	s := section{name: "Steps"}
	for i, step := range r.Run.Steps {
		stands := "was never asked for"
		switch missing := step.MissingWards(); {
		case len(step.Wards) > 0 && len(missing) > 0:
			stands = fmt.Sprintf("stayed open: %d of %d wards answered, missing %s", len(step.Wards)-len(missing), len(step.Wards), domain.ListUnits(missing))
		case len(step.Wards) > 0:
			stands = fmt.Sprintf("all %d wards answered, the last %s", len(step.Wards), r.end(step, step.Answer, step.By, step.At, zone))
		case step.Answer != 0:
			stands = r.end(step, step.Answer, step.By, step.At, zone)
		case !step.AskedAt.IsZero():
			stands = "stayed open"
		}
		s.add(fmt.Sprintf("%d. %s", i+1, step.Text), "%s. Responsible %s, accountable %s", stands, step.Responsible, step.Accountable)
		for _, w := range step.Wards {
			stands := "no answer"
			if w.Answer != 0 {
				stands = r.end(step, w.Answer, w.By, w.At, zone)
			}
			s.add(fmt.Sprintf("%d. %s", i+1, w.Unit), "%s", stands)
		}
	}
	return s
}

// end says how a step, or a ward's part of it, ended: when, by whom, after how long.
func (r RunReport) end(step domain.RunStep, answer int, by domain.PersonID, at time.Time, zone *time.Location) string {
	return fmt.Sprintf("%s %s by %s, after %d of %d minutes", strings.TrimSpace(stepEnds[fmt.Sprint(answer)]), at.In(zone).Format("15:04"), r.Org.NameOf(by), int(at.Sub(step.AskedAt).Minutes()), int(step.Within.Minutes()))
}

func (r RunReport) debrief(zone *time.Location) section {
	s := section{name: "Log and debrief"}
	for _, n := range r.Notes {
		if !n.Action {
			s.add(readable(n.At, zone), "%s", n.Text)
		}
	}
	if len(s.rows) == 0 {
		s.add("Nothing", "nobody has written anything")
	}
	return s
}
