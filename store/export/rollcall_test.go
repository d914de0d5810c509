package export_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"goodcatch/domain"
	"goodcatch/store/export"
)

// exercised is a ward after an exercise in which most answered, one by telephone, one after the all-clear.
func exercised(t *testing.T, m domain.Mode) *ward {
	t.Helper()
	w := newWard(t)
	clock := func(cmd domain.Command) {
		t.Helper()
		if _, err := w.db.Do(t.Context(), domain.Clockwork, cmd); err != nil {
			t.Fatalf("%s: %v", cmd.CommandName(), err)
		}
	}
	w.do("", "", domain.PlanRollCall{Mode: m, Title: "Mass casualty plan", Objectives: "Everybody knows the muster point", Audience: domain.Audience{Units: []domain.UnitCode{"4B"}}})
	w.do("", "", domain.StartRollCall{Call: 1})
	began := w.now
	at := func(minutes int) { w.now = began.Add(time.Duration(minutes) * time.Minute) }
	at(1)
	w.do("Ana Silva", domain.SMS, domain.AnswerRollCall{Call: 1, Answer: 1})
	at(2)
	w.do("陈玉", domain.SMS, domain.AnswerRollCall{Call: 1, Answer: 3})
	at(3)
	clock(domain.SendWave{Call: 1, Wave: 1})
	at(4)
	w.do("Bo Excused", domain.SMS, domain.AnswerRollCall{Call: 1, Answer: 2})
	at(5)
	clock(domain.SendWave{Call: 1, Wave: 2})
	at(6)
	w.do("=cmd()|calc", domain.Voice, domain.AnswerRollCall{Call: 1, Answer: 5})
	at(10)
	clock(domain.SendWave{Call: 1, Wave: 3})
	at(15)
	clock(domain.DrawCallList{Call: 1})
	at(18)
	w.do("Ana Silva", domain.Web, domain.AnswerForRollCall{Call: 1, Person: w.ids["Zoë Łącka"], Answer: domain.NotReached})
	at(20)
	w.do("", "", domain.EndRollCall{Call: 1})
	at(21)
	w.do("Mia Manager", domain.SMS, domain.AnswerRollCall{Call: 1, Answer: 4})
	at(25)
	clock(domain.AskDebrief{Call: 1})
	w.do("Ana Silva", domain.SMS, domain.DebriefRollCall{Call: 1, Answer: 2})
	w.do("Ana Silva", domain.SMS, domain.NoteRollCall{Call: 1, Text: "the radio of bay 3 was flat"})
	w.do("", "", domain.NoteRollCall{Call: 1, Text: "Batteries, by Friday", Action: true})
	return w
}

func TestTheReportOfARollCallNamesOnlyWhoWasNotReached(t *testing.T) {
	t.Parallel()
	for _, m := range []domain.Mode{domain.Exercise, domain.Live} {
		w := exercised(t, m)
		var code string
		if err := w.db.Pool.QueryRow(t.Context(), `SELECT code FROM rollcalls`).Scan(&code); err != nil {
			t.Fatal(err)
		}
		r, err := export.FindRollCall(t.Context(), w.db, strings.ToLower(code))
		if err != nil {
			t.Fatal(err)
		}
		word, other := "EXERCISE", "LIVE"
		if m == domain.Live {
			word, other = other, word
		}
		var pdf, csv bytes.Buffer
		if err := errors.Join(r.Table().Write(&pdf, export.PDF), r.Table().Write(&csv, export.CSV)); err != nil {
			t.Fatal(err)
		}
		text := pdfText(t, pdf.Bytes())
		for _, want := range []string{
			word + ": roll-call " + code + " Mass casualty plan", "ISO 22301 8.5", "4 of 8 people answered (50 %)", "Objective: 80 % answer within 15 minutes. Answered by then: 4 of 8. Objective not met.",
			"Everybody knows the muster point", "Asked again by text, 6 people (minute 3)", "Rung by telephone, 5 people (minute 5)", "Rung by telephone, 4 people (minute 10)", "Call list drawn, 4 people (minute 15)",
			"All-clear (minute 20)", "Answered within 3 minutes: 2 of 8 (25 %)", "Answered within 5 minutes: 3 of 8 (37 %)", "Answered within 10 minutes: 4 of 8 (50 %)", "Answered within 15 minutes: 4 of 8 (50 %)",
			"Answered after the all-clear: 1", "Zoë Łącka, 4B: no answer, rung in vain", "Rung, not reached: 1", "Entered by those who rang them: 0", "Partly: 1", "Somebody wrote: the radio of bay 3 was flat", "Batteries, by Friday",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("the report lacks %q:\n%s", want, text)
			}
		}
		for _, never := range []string{"Ana Silva", "Bo Excused", "Mia Manager", "+4477", other} {
			if strings.Contains(text, never) || strings.Contains(csv.String(), never) {
				t.Errorf("the report says %s", never)
			}
		}
		if !strings.Contains(csv.String(), word+","+code+",Reach,Answered within 3 minutes,2 of 8 (25 %)") {
			t.Errorf("%s", csv.String())
		}
	}
}

func TestWhatARollCallIsCannotBeChanged(t *testing.T) {
	t.Parallel()
	w := exercised(t, domain.Exercise)
	for _, sql := range []string{`UPDATE rollcalls SET mode = 'live'`, `UPDATE rollcalls SET code = 'X2X'`, `DELETE FROM rollcalls`, `DELETE FROM rollcall_answers`, `UPDATE rollcall_answers SET answer = 1`, `UPDATE rollcall_callers SET person_id = 1`} {
		if _, err := w.db.Pool.Exec(t.Context(), sql); err == nil {
			t.Errorf("%s was done", sql)
		}
	}
	var missing *export.MissingError
	if _, err := export.FindRollCall(t.Context(), w.db, "ZZZ"); !errors.As(err, &missing) || len(missing.There) != 1 {
		t.Errorf("an unknown code: %v", err)
	}
}
