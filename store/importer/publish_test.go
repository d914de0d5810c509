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
