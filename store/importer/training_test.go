package importer_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"goodcatch/domain"
	"goodcatch/store/importer"
	"goodcatch/store/storetest"
)

const gelCourse = `code: GEL
title: Gel
educator: "2"
pass_mark: 80
due_days: 14
%
audience: {}
items:
  - key: a
    text: Gel?
    options: ["no", "yes"]
    answer: B
    explanation: Always.
`

const fallBank = `categories:
  - category: fall
    title: Falls
    items:
      - {text: One?, options: [a, b], answer: B, explanation: So.}
      - {text: Two?, options: [a, b], answer: A, explanation: So.}
      - {text: Three?, options: [a, b], answer: B, explanation: So.}
`

func TestBadTrainingFilesAreRefusedAtTheirLine(t *testing.T) {
	t.Parallel()
	course := func(line string) map[string]string {
		return map[string]string{"courses/gel.yaml": strings.Replace(gelCourse, "%", line, 1)}
	}
	path := func(steps string) map[string]string {
		return map[string]string{"organisation.yaml": "name: Practice\nemergency_number: \"112\"\nregion: GB\nzone: Europe/London\npath: " + steps + "\n"}
	}
	starts := func(day string) map[string]string {
		return map[string]string{"people.csv": "id,name,phone,slack_id,roles,unit,language,timezone,start\n1,Ana,07700900001,U0001,manager;admin,PRAC,,,\n2,Ben,07700900002,U0002,quality,PRAC,,," + day + "\n"}
	}
	bank := func(old, replaced string) map[string]string {
		return map[string]string{"bank.yaml": strings.Replace(fallBank, old, replaced, 1)}
	}
	for want, files := range map[string]map[string]string{
		"gel.yaml:6:9: family":            course("family: fun"),
		"gel.yaml:6:15: valid_months":     course("valid_months: 0"),
		"gel.yaml:6:15: want":             course("valid_months: soon"),
		"organisation.yaml:5:37: day is":  path("[{course: GEL, day: 0}, {day: -1, course: FALLS}]"),
		"organisation.yaml:5:17: code":    path("[{course: gel, day: 0}]"),
		"organisation.yaml:5:":            path("[{course: GEL, day: 0}, {course: GEL, day: 3}]"),
		"people.csv:3:":                   starts("30.11.2026"),
		"bank.yaml:2:15: category":        bank("fall", "floods"),
		"bank.yaml:2:5: category fall":    bank("      - {text: One?, options: [a, b], answer: B, explanation: So.}\n", ""),
		"bank.yaml:5:":                    bank("options: [a, b]", "options: [a]"),
		"bank.yaml:3:12: title":           bank("title: Falls", "title: A title that is far too long"),
		"bank.yaml:2:5: \"colour\" is no": bank("category: fall", "colour: red"),
	} {
		_, err := importer.Read(small(files), empty(), spoken)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", want, err)
		}
	}
}

func TestFamilyPathBankAndStartAreReadAndWrittenOnce(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 23, 30, 0, 0, time.UTC)
	db := storetest.OpenAt(t, func() time.Time { return now })
	files := map[string]string{
		"courses/gel.yaml":  strings.Replace(gelCourse, "%", "family: disruption\nvalid_months: 12", 1),
		"bank.yaml":         fallBank,
		"organisation.yaml": "name: Practice\nemergency_number: \"112\"\nregion: GB\nzone: Europe/London\npath: [{course: GEL, day: 7}]\n",
	}
	imported(t, db, small(files), false)
	if again := imported(t, db, small(files), false); again.Courses != 0 {
		t.Errorf("again: %v", again)
	}
	var family string
	var months, stock, starters int
	if err := db.Pool.QueryRow(t.Context(), `
		SELECT family, valid_months, (SELECT count(*) FROM bank), (SELECT count(*) FROM people WHERE start_on IS NOT NULL) FROM courses`).Scan(&family, &months, &stock, &starters); err != nil {
		t.Fatal(err)
	}
	if family != "disruption" || months != 12 || stock != 3 || starters != 0 {
		t.Errorf("got %s %d, %d questions, %d starters", family, months, stock, starters)
	}
	if got, want := organisation(t, db).Settings.Path, []domain.PathStep{{Course: "GEL", Day: 7}}; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	const head = "id,name,phone,slack_id,roles,unit,language,timezone,start\n"
	imported(t, db, fstest.MapFS{"people.csv": file(head + "7,Dee,07700900007,,staff,4B,,,\n8,Eli,07700900008,,staff,4B,,,2026-12-01\n3,Cy,07700900003,,staff,4B,es,,\n")}, false)
	got := map[string]string{}
	for _, p := range organisation(t, db).People {
		if !p.Start.IsZero() {
			got[p.Name] = p.Start.Format(time.DateOnly)
		}
	}
	if len(got) != 2 || got["Dee"] != "2026-11-23" || got["Eli"] != "2026-12-01" {
		t.Errorf("starts: %v", got)
	}
}
