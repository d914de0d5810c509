package importer_test

import (
	"errors"
	"strings"
	"testing"

	"goodcatch/store/importer"
	"goodcatch/store/storetest"
)

const procedure = `---
code: IC-04
title: Hand hygiene
version: 7
owner: "1"
audience: {units: [PRAC]}
due_days: 14
changed: gel before AND after gloves
question: Gel?
options: ["no", "yes"]
answer: B
---
Clean your hands.
`

const course = `code: HAND
title: Hand hygiene
educator: ana@example.org
pass_mark: 80
due_days: 14
items:
  - key: one
    text: Gel?
    options: ["no", "yes"]
    answer: B
    explanation: Always.
`

// taught is the small practice with one procedure and one course.
func taught(document, quiz string) map[string]string {
	return map[string]string{
		"documents/IC-04.md": document, "courses/HAND.yaml": quiz,
		"people.csv": "id,name,phone,slack_id,roles,unit,language,timezone,email\n" +
			"1,Ana,07700900001,U0001,manager;admin,PRAC,,,ana@example.org\n2,Ben,07700900002,U0002,quality,PRAC,,,\n3,Cy,07700900003,,staff,4B,es,,\n",
	}
}

func TestImportPublishesOnce(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	r := imported(t, db, small(taught(procedure, course)), false)
	if r.Documents != 1 || r.Courses != 1 {
		t.Errorf("first: %s", r)
	}
	var tasks int
	if err := db.Pool.QueryRow(t.Context(), `SELECT count(*) FROM tasks`).Scan(&tasks); err != nil || tasks != 6 {
		t.Errorf("%d tasks for three people, two each: %v", tasks, err)
	}
	if r = imported(t, db, small(taught(procedure, course)), false); r.Documents+r.Courses != 0 {
		t.Errorf("second: %s", r)
	}
}

func TestProcedureChangedWithoutANewVersionIsAFault(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	imported(t, db, small(taught(procedure, course)), false)
	files := taught(strings.Replace(procedure, "Clean your", "Wash your", 1), course)
	files["organisation.yaml"] = "name: Renamed\nemergency_number: \"112\"\n"
	_, err := importer.Import(t.Context(), db, small(files), spoken, false)
	var faults importer.Faults
	if !errors.As(err, &faults) || !strings.Contains(faults.Error(), "documents/IC-04.md:2:7: IC-04 v7 is in force and differs from this file. Give the file a higher version.") {
		t.Fatalf("got %v", err)
	}
	if name := organisation(t, db).Name; name != "Practice" {
		t.Errorf("half imported: the name is %s", name)
	}
}

func TestLeaversTasksEnd(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	files := taught(procedure, course)
	imported(t, db, small(files), false)
	files["people.csv"] = strings.Replace(files["people.csv"], "3,Cy,07700900003,,staff,4B,es,,\n", "", 1)
	imported(t, db, small(files), true)
	cy := named(t, organisation(t, db), "Cy")
	var open, ended int
	err := db.Pool.QueryRow(t.Context(), `SELECT count(*) FILTER (WHERE state = 'open'), count(*) FILTER (WHERE state = 'withdrawn') FROM tasks WHERE person_id = $1`, cy.ID).Scan(&open, &ended)
	if err != nil || open != 0 || ended != 2 {
		t.Errorf("%d open, %d withdrawn, %v", open, ended, err)
	}
}

func TestAFileWithReviewersGoesToThemAndWaits(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	reviewed := strings.Replace(procedure, "due_days: 14", "due_days: 14\nreviewers: [\"1\", \"2\"]", 1)
	r := imported(t, db, small(taught(reviewed, course)), false)
	if r.Documents != 1 || r.Reviewing != 1 || !strings.Contains(r.String(), "1 of the documents are with their reviewers") {
		t.Errorf("first: %s", r)
	}
	stands := func() (stands string) {
		err := db.Pool.QueryRow(t.Context(), `
			SELECT concat_ws(' ', state, (SELECT string_agg(p.name, '+') FROM people p WHERE p.id = ANY(v.reviewers)), (SELECT count(*) FROM tasks WHERE kind = 'document')) FROM document_versions v`).Scan(&stands)
		if err != nil {
			t.Fatal(err)
		}
		return stands
	}
	if got := stands(); got != "in_review Ben 0" { // Ana wrote it
		t.Errorf("got %s", got)
	}
	if r = imported(t, db, small(taught(reviewed, course)), false); r.Documents != 0 {
		t.Errorf("the same again: %s", r)
	}
	_, err := importer.Import(t.Context(), db, small(taught(strings.Replace(reviewed, "Clean", "Wash", 1), course)), spoken, false)
	var faults importer.Faults
	if !errors.As(err, &faults) || !strings.Contains(faults.Error(), "IC-04 v7 differs from this file and is on its way already.") {
		t.Errorf("changed while in review: %v", err)
	}
	gone := taught(reviewed, course) // Ben leaves, and is the quality office's only one: the place goes to somebody else
	gone["people.csv"] = strings.Replace(gone["people.csv"], "2,Ben,07700900002,U0002,quality,PRAC,,,\n", "4,Dee,07700900004,,quality,PRAC,,,\n", 1)
	delete(gone, "documents/IC-04.md") // a file that names somebody who left is refused
	imported(t, db, small(gone), true)
	if got := stands(); got != "in_review Dee 0" {
		t.Errorf("after Ben left: %s", got)
	}
}

func TestAFileWithADayAheadWaitsForIt(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	imported(t, db, small(taught(strings.Replace(procedure, "due_days: 14", "due_days: 14\neffective: 2099-01-01", 1), course)), false)
	var state string
	if err := db.Pool.QueryRow(t.Context(), `SELECT state FROM document_versions`).Scan(&state); err != nil || state != "approved" {
		t.Errorf("it is %s, %v", state, err)
	}
}
