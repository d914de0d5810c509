package export_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"goodcatch/domain"
	"goodcatch/store/export"
)

// playbook is one that Mia Manager carries out.
var playbook = domain.Playbook{
	Code: "POWER", Title: "Power failure", Scenario: domain.Power, Objectives: []string{"Life support holds", "Wards know"},
	Steps: []domain.PlayStep{
		{Text: "Move pumps", Responsible: domain.Station{Role: domain.Manager, Unit: "4B"}, Accountable: domain.Station{Role: domain.Manager}, Within: 10 * time.Minute},
		{Text: "Shut fridges", Responsible: domain.Station{Role: domain.Manager, Unit: "4B"}, Accountable: domain.Station{Role: domain.Manager}, After: 1, Within: 10 * time.Minute},
	},
	Injects: []domain.Inject{{At: 5 * time.Minute, Text: "Lights out?"}, {At: 9 * time.Minute, Text: "Lifts out?"}},
}

// carriedOut carries a playbook out and returns its report as people read it, and as a spreadsheet does.
func carriedOut(t *testing.T, m domain.Mode, form domain.Form, during func(w *ward, at func(minutes int), clock func(domain.Command))) (text, csv, code string) {
	t.Helper()
	return carriedOutOf(t, playbook, m, form, during)
}

func carriedOutOf(t *testing.T, playbook domain.Playbook, m domain.Mode, form domain.Form, during func(w *ward, at func(minutes int), clock func(domain.Command))) (text, csv, code string) {
	t.Helper()
	w := newWard(t)
	w.do("", "", domain.ImportPlaybook{Playbook: playbook})
	w.do("", "", domain.PlanRun{Mode: m, Form: form, Playbook: "POWER"})
	w.do("", "", domain.StartRun{Run: 1})
	began := w.now
	during(w, func(minutes int) { w.now = began.Add(time.Duration(minutes) * time.Minute) }, func(cmd domain.Command) {
		t.Helper()
		if _, err := w.db.Do(t.Context(), domain.Clockwork, cmd); err != nil {
			t.Fatalf("%s: %v", cmd.CommandName(), err)
		}
	})
	w.do("", "", domain.JudgeRun{Run: 1, Results: []int{domain.ObjectiveMet, domain.ObjectiveNotMet}, Note: "Torches were empty", Action: "Torches, by Friday"})
	if err := w.db.Pool.QueryRow(t.Context(), `SELECT code FROM runs`).Scan(&code); err != nil {
		t.Fatal(err)
	}
	r, err := export.FindRun(t.Context(), w.db, strings.ToLower(code))
	if err != nil {
		t.Fatal(err)
	}
	var pdf, sheet bytes.Buffer
	if err := errors.Join(r.Table().Write(&pdf, export.PDF), r.Table().Write(&sheet, export.CSV)); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{`UPDATE runs SET mode = 'live'`, `UPDATE runs SET form = 'steps'`, `UPDATE runs SET playbook = 'X'`, `DELETE FROM run_answers`, `UPDATE run_notes SET action = true`, `UPDATE playbooks SET number = 9`} {
		if _, err := w.db.Pool.Exec(t.Context(), sql); err == nil {
			t.Errorf("%s was done", sql)
		}
	}
	return pdfText(t, pdf.Bytes()), sheet.String(), code
}

func lacks(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("the report lacks %q:\n%s", want, text)
		}
	}
}

func TestTheReportOfARealEventSaysWhoDidWhatWhen(t *testing.T) {
	t.Parallel()
	text, csv, code := carriedOut(t, domain.Live, domain.InSteps, func(w *ward, at func(int), clock func(domain.Command)) {
		at(10)
		clock(domain.RunStepLate{Run: 1, Step: 1})
		at(12)
		w.do("Mia Manager", domain.SMS, domain.AnswerStep{Run: 1, Answer: domain.StepDone})
		w.do("Mia Manager", domain.SMS, domain.NoteRun{Run: 1, Text: "bay 3 was dark"})
		at(20)
		w.do("", "", domain.EndRun{Run: 1})
	})
	lacks(t, text, "LIVE: real event "+code+" Power failure", "ISO 22301 8.5", "Of 2 steps 1 were done, 0 not needed, 1 stayed open", "Of 2 objectives 1 were met, 0 partly, 1 not; 0 are not judged yet",
		"Scenario: power", "POWER version 1", "Ended: ", "after 20 minutes", "Led by: the operator", "1. Life support holds: met", "2. Wards know: not met", "Mia Manager, 4B: answers: 1",
		"Step 1 was late, who is accountable was told (minute 10)", "Step 1 done (minute 12)", "1. Move pumps: done", "by Mia Manager, after 12 of 10 minutes", "2. Shut fridges: stayed open",
		"bay 3 was dark", "Torches were empty", "Torches, by Friday")
	if strings.Contains(text+csv, "EXERCISE") || !strings.Contains(csv, "LIVE,"+code+",Objectives,2. Wards know,not met") {
		t.Error(csv)
	}
}

func TestTheReportOfAStepOfEachWardHasTheirAnswersAndTimes(t *testing.T) {
	t.Parallel()
	heads := playbook
	heads.Steps = slices.Clone(playbook.Steps)
	heads.Steps[0].Each, heads.Steps[0].Responsible = domain.EachWard, domain.Station{Role: domain.Manager}
	text, csv, code := carriedOutOf(t, heads, domain.Live, domain.InSteps, func(w *ward, at func(int), clock func(domain.Command)) {
		at(3)
		w.do("Mia Manager", domain.SMS, domain.AnswerStep{Run: 1, Answer: domain.StepDone, Ward: "4B"})
		at(10)
		clock(domain.RunStepLate{Run: 1, Step: 1})
		w.do("", "", domain.EndRun{Run: 1})
	})
	lacks(t, text, "Step 1: 4B done (minute 3)", "Step 1 was late, who is accountable was told, missing 5A (minute 10)", "1. Move pumps: stayed open: 1 of 2 wards answered, missing 5A",
		"1. 4B: done", "by Mia Manager, after 3 of 10 minutes", "1. 5A: no answer")
	lacks(t, csv, "LIVE,"+code+",Steps,1. 4B,\"done 11:03 by Mia Manager, after 3 of 10 minutes\"")
}

func TestTheReportOfATabletopCountsTheAnswers(t *testing.T) {
	t.Parallel()
	text, _, code := carriedOut(t, domain.Exercise, domain.Tabletop, func(w *ward, at func(int), clock func(domain.Command)) {
		at(5)
		clock(domain.SendInject{Run: 1, Inject: 1})
		w.do("Mia Manager", domain.SMS, domain.AnswerInject{Run: 1, Answer: 3})
		at(9)
		clock(domain.SendInject{Run: 1, Inject: 2})
		w.do("Mia Manager", domain.SMS, domain.AnswerInject{Run: 1, Inject: 1, Answer: 2})
		w.do("", "", domain.EndRun{Run: 1})
	})
	lacks(t, text, "EXERCISE: tabletop exercise "+code+" Power failure", "2 questions were put to 1 people", "1. Lights out?: 0 yes, 1 no, 0 not sure, 0 no answer", "2. Lifts out?: 0 yes, 0 no, 0 not sure, 1 no answer",
		"Question 2 was put (minute 9)", "Mia Manager, 4B: answers: 2")
	if strings.Contains(text, "LIVE") {
		t.Error("a tabletop says LIVE")
	}
}
