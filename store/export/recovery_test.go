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

// TestTheReportOfADisruptionSetsWhatWasPlannedAgainstWhatWasAchieved plays one with an activity in time, one too late the second time it went
// down, and one that was never restored.
func TestTheReportOfADisruptionSetsWhatWasPlannedAgainstWhatWasAchieved(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := w.db.Pool.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	for i, code := range []string{"PHA", "LAB", "EHR"} {
		exec(`INSERT INTO activities VALUES ($1, $2, $1, '4B', 'manager', '', 3600, 7200, 2, '{}')`, code, i)
	}
	exec(`UPDATE organisation SET version = version + 1`)
	began := w.now
	at := func(minutes int) { w.now = began.Add(time.Duration(minutes) * time.Minute) }
	w.do("", "", domain.StartRecovery{Title: "Ransomware", Down: []domain.ActivityCode{"PHA", "LAB"}, Degraded: []domain.ActivityCode{"EHR"}})
	at(30)
	w.do("Mia Manager", domain.SMS, domain.ReportRecovery{Disruption: 1, Restored: []domain.ActivityCode{"PHA", "LAB"}})
	at(60)
	w.do("Mia Manager", domain.SMS, domain.ReportRecovery{Disruption: 1, Down: []domain.ActivityCode{"LAB"}})
	at(150)
	w.do("Mia Manager", domain.SMS, domain.ReportRecovery{Disruption: 1, Restored: []domain.ActivityCode{"LAB"}})
	at(180)
	w.do("", "", domain.CloseRecovery{Disruption: 1})
	var code string
	if err := w.db.Pool.QueryRow(t.Context(), `SELECT code FROM disruptions`).Scan(&code); err != nil {
		t.Fatal(err)
	}
	r, err := export.FindRecovery(t.Context(), w.db, strings.ToLower(code))
	if err != nil {
		t.Fatal(err)
	}
	table := r.Table()
	var b bytes.Buffer
	if err := table.Write(&b, export.CSV); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`PHA PHA,"RTO 1h, MTPD 2h. Down from`, "restored after 30m: RTO met", "restored after 1h30m: RTO not met", "not restored at the end after 3h: RTO not met, MTPD exceeded", "LAB: down (minute 60)", "Closed, all-clear (minute 180)", "EXERCISE,",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "Mia") {
		t.Error("it names somebody")
	}
	if want := "3 activities affected, 2 restored, 1 of them within their RTO."; !strings.Contains(table.Summary[1], want) {
		t.Errorf("%s", table.Summary)
	}
	for _, f := range []export.Format{export.JSON, export.PDF} {
		if err := table.Write(&b, f); err != nil {
			t.Errorf("%s: %v", f, err)
		}
	}
	var missing *export.MissingError
	if _, err := export.FindRecovery(t.Context(), w.db, "ZZZ"); !errors.As(err, &missing) || len(missing.There) != 1 {
		t.Errorf("%v", err)
	}
}
