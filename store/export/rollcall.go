package export

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
)

// A RollCallReport is what is left of a roll-call when it is over: what it was to show, what happened when, whom it reached by when, whom it
// did not, what people said, and what is to be done. Names stand only where nobody was heard of: whoever was reached is a number.
// Source: ISO 22301:2019 8.5, which asks for defined objectives, a formal report with outcomes and recommendations, and their review.
type RollCallReport struct {
	store.Muster
	Steps []store.HappenedStep
	Notes []store.WrittenNote
}

// FindRollCall gathers the report of a roll-call by its code. A code that names none is a MissingError.
func FindRollCall(ctx context.Context, db *store.DB, code string) (RollCallReport, error) {
	var r RollCallReport
	var err error
	if r.Muster, err = db.MusterByCode(ctx, domain.Code(strings.ToUpper(strings.TrimSpace(code)))); err != nil {
		if errors.Is(err, domain.ErrNotFound) {
			return r, missing(ctx, "roll-call", code, db.RollCalls, func(r *domain.RollCall) (domain.Code, string) { return r.Code, r.Title })
		}
		return r, err
	}
	if r.Steps, err = db.CallSteps(ctx, r.RollCall); err != nil {
		return r, err
	}
	r.Notes, err = db.CallNotes(ctx, r.ID)
	return r, err
}

// Word is EXERCISE or LIVE.
func (r RollCallReport) Word() string { return strings.ToUpper(r.Mode().String()) }

// Table is the report as a table: section by section for people, one row per fact for a spreadsheet.
func (r RollCallReport) Table() *Table {
	zone := r.Org.Zone
	tally := r.Tally(r.Org, r.Seats)
	t := &Table{
		Title: fmt.Sprintf("%s: roll-call %s %s", r.Word(), r.Code, r.Title), Made: "Printed " + readable(r.Now, zone), Heads: reportHeads,
		Summary: []string{
			fmt.Sprintf("%s. %s, roll-call %s: %s. Report after ISO 22301 8.5.", r.Word(), r.Org.Name, r.Code, r.Title),
			answered(tally) + fmt.Sprintf(" %s. %d on leave were not asked.", plural(tally.Volunteers, "volunteer", "volunteers"), tally.Away),
			r.verdict(tally),
		},
	}
	t.add(r.Word(), string(r.Code), r.plan(zone), r.timeline(zone), r.reach(tally), r.units(), r.unreached(), r.debrief(), actionsOf(r.Notes, zone))
	return t
}

// answered says how many answered, and how soon.
func answered(t domain.Tally) string {
	s := fmt.Sprintf("%d of %d people answered (%d %%)", t.Answered, t.Asked, t.Share())
	if t.Answered > 0 {
		s += fmt.Sprintf(", half of them within %s", t.Median.Round(time.Second))
	}
	return s + "."
}

// verdict says whether the target was met.
func (r RollCallReport) verdict(t domain.Tally) string {
	met, known := r.Met(r.Seats, r.Now)
	reached := r.Reached(r.Seats, domain.CallListAfter)
	said := "not to be told yet"
	switch {
	case met:
		said = "met"
	case known:
		said = "not met"
	}
	return fmt.Sprintf("Objective: %d %% answer within %d minutes. Answered by then: %d of %d. Objective %s.", r.Target, int(domain.CallListAfter.Minutes()), reached, t.Asked, said)
}

func (r RollCallReport) plan(zone *time.Location) section {
	s := section{name: "Plan and objectives"}
	units, roles := "the whole house", "everybody"
	if len(r.Audience.Units) > 0 {
		units = strings.Join(texts(r.Audience.Units), ", ")
	}
	if len(r.Audience.Roles) > 0 {
		roles = strings.Join(texts(r.Audience.Roles), ", ")
	}
	s.add("Site or units", "%s", units)
	s.add("Roles", "%s", roles)
	s.add("Planned", "%s", readable(r.PlannedAt, zone))
	s.add("Target", "%d %% within %d minutes", r.Target, int(domain.CallListAfter.Minutes()))
	if r.Objectives != "" {
		s.add("Objectives", "%s", r.Objectives)
	}
	return s
}

// stepWords are what the audit's events are called in a report.
var stepWords = map[string]string{
	"rollcall_started": "Began, everybody asked by text and in Slack", "rollcall_wave": "Asked again", "rollcall_listed": "Call list drawn", "rollcall_ended": "All-clear", "rollcall_debriefed": "Debrief question sent",
}

func (r RollCallReport) timeline(zone *time.Location) section {
	s := section{name: "Timeline"}
	for _, step := range r.Steps {
		what := stepWords[step.Name]
		if what == "" {
			continue
		}
		if step.Name == "rollcall_wave" {
			what = "Asked again by text"
			var wave int
			if _, err := fmt.Sscan(step.Data["wave"], &wave); err == nil && wave < len(domain.Waves) && domain.Waves[wave].Ring {
				what = "Rung by telephone"
			}
			what += ", " + step.Data["messages"] + " people"
		}
		if n := step.Data["people"]; step.Name == "rollcall_listed" {
			what += ", " + n + " people"
		}
		s.add(readable(step.At, zone), "%s (minute %d)", what, int(step.At.Sub(r.StartedAt).Minutes()))
	}
	return s
}

func (r RollCallReport) reach(t domain.Tally) section {
	s := section{name: "Reach"}
	for _, after := range domain.ReachTimes {
		n := r.Reached(r.Seats, after)
		s.add(fmt.Sprintf("Answered within %d minutes", int(after.Minutes())), "%d of %d (%d %%)", n, t.Asked, domain.Tally{Asked: t.Asked, Answered: n}.Share())
	}
	for n, words := range []string{"1 on site", "2 within 30 minutes", "3 within 60 minutes", "4 later", "5 cannot come"} {
		s.add("Answered "+words, "%d", t.By[n+1])
	}
	s.add("Volunteers, not asked", "%d", t.Volunteers)
	s.add("Entered by those who rang them", "%d", t.Rung)
	s.add("Rung, not reached", "%d", t.Tried)
	s.add("Answered after the all-clear", "%d", t.Late)
	return s
}

func (r RollCallReport) units() section {
	s := section{name: "By unit"}
	for _, u := range r.TallyByUnit(r.Org, r.Seats) {
		s.add(string(u.Unit), "%d of %d answered (%d %%), %d on site", u.Answered, u.Asked, u.Share(), u.By[domain.OnSite])
	}
	return s
}

// whyWords are the reasons for which nobody was heard of.
var whyWords = map[string]string{
	"rollcall_why.away": "on leave, not asked", "rollcall_why.opted_out": "opted out of texts", "rollcall_why.dead": "number is dead", "rollcall_why.no_address": "no telephone, no Slack",
	"rollcall_why.no_phone": "no telephone", "rollcall_why.no_answer": "no answer",
}

func (r RollCallReport) unreached() section {
	s := section{name: "Not reached"}
	for _, l := range r.CallList(r.Org, r.Seats) {
		why := whyWords[l.Why]
		if !l.Tried.IsZero() {
			why += ", rung in vain " + readable(l.Tried, r.Org.Zone)
		}
		s.add(fmt.Sprintf("%s, %s", l.Person.Name, l.Person.Unit), "%s", why)
	}
	if len(s.rows) == 0 {
		s.add("Nobody", "everybody was heard of")
	}
	return s
}

func (r RollCallReport) debrief() section {
	s := section{name: "Debrief: did you know what to do?"}
	var by [domain.DebriefCount + 1]int
	for _, seat := range r.Seats {
		by[seat.Debrief]++
	}
	s.add("Yes", "%d", by[1])
	s.add("Partly", "%d", by[2])
	s.add("No", "%d", by[3])
	for _, n := range r.Notes {
		if !n.Action {
			s.add("Somebody wrote", "%s", n.Text)
		}
	}
	return s
}
