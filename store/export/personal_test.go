package export_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/export"
)

func TestExportIsNoFormula(t *testing.T) {
	t.Parallel()
	titles := map[string]string{"Ana": "Ana", "": ""}
	for _, bad := range []string{"=1+1", "+1", "-1", "@x", "\t=1", "\rx", "\x00x"} {
		titles[bad] = "'" + strings.Trim(bad, "\r") // a carriage return is left out of a cell
	}
	for title, want := range titles {
		p := export.Personal{
			Person: &domain.Person{ID: 5, Name: "=cmd|'/C calc'!A0"}, Zone: time.UTC, At: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC),
			Signed: []store.PersonalDocument{{Code: "IC-04", Title: title, Number: 7, Level: 1, Zone: "Europe/Madrid", At: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)}},
			Passed: []store.PersonalCourse{{Code: "FALLS", Title: title, Score: 90}},
		}
		var b bytes.Buffer
		if err := p.Table().Write(&b, export.CSV); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(rows) != 3 {
			t.Fatalf("%q: %v, %v", title, rows, err)
		}
		if rows[1][4] != want || rows[2][4] != want || !strings.HasPrefix(rows[1][0], "'=") {
			t.Errorf("%q: %q", title, rows)
		}
		if rows[1][5] != "2026-11-23T11:00:00+01:00" || rows[1][9] != "A1" || rows[2][11] != "90" || rows[1][11] != "" {
			t.Errorf("the rows are %q", rows)
		}
	}
}
