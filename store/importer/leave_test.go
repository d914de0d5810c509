package importer_test

import (
	"testing"
	"testing/fstest"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/importer"
	"goodcatch/store/storetest"
)

const practiceLeave = "id,from,until,deputy\n"

func importFiles(t *testing.T, db *store.DB, o importer.Options, files map[string]string) importer.Result {
	t.Helper()
	dir := fstest.MapFS{}
	for name, text := range files {
		dir[name] = file(text)
	}
	result, err := importer.Import(t.Context(), db, dir, o, false)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func leaveOf(t *testing.T, db *store.DB, external string) []domain.Leave {
	t.Helper()
	org, err := db.Organisation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range org.People {
		if p.External == external {
			return p.Leave
		}
	}
	t.Fatalf("nobody is %s", external)
	return nil
}

func TestLeaveCountsBothDaysInTheOrganisationsZone(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	if _, err := importer.Import(t.Context(), db, hospital(t), spoken, false); err != nil {
		t.Fatal(err)
	}
	text := practiceLeave + "S003,2027-06-01,2027-06-01,S004\n"
	importFiles(t, db, spoken, map[string]string{"leave.csv": text})
	got := leaveOf(t, db, "S003")
	from, until := time.Date(2027, 5, 31, 23, 0, 0, 0, time.UTC), time.Date(2027, 6, 1, 23, 0, 0, 0, time.UTC) // London's summer
	if len(got) != 1 || !got[0].From.Equal(from) || !got[0].Until.Equal(until) || got[0].Deputy == 0 {
		t.Fatalf("got %+v", got)
	}
	if again := importFiles(t, db, spoken, map[string]string{"leave.csv": text}); !again.Plan.Empty() {
		t.Error("the same file again changes something")
	}
	importFiles(t, db, spoken, map[string]string{"leave.csv": practiceLeave + "S004,2027-07-01,2027-07-02,\n"})
	if got := leaveOf(t, db, "S003"); len(got) != 1 {
		t.Errorf("who is not in the file keeps their leave: %+v", got)
	}
	importFiles(t, db, spoken, map[string]string{"leave.csv": practiceLeave + "S003,-,-,\n"})
	if got := leaveOf(t, db, "S003"); len(got) != 0 {
		t.Errorf("taken away: %+v", got)
	}
}

func TestAudienceMayNamePeopleWhoAreNewInTheSameImport(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	if _, err := importer.Import(t.Context(), db, hospital(t), spoken, false); err != nil {
		t.Fatal(err)
	}
	importFiles(t, db, spoken, map[string]string{
		"people.csv":         "id,name,phone,slack_id,roles,unit,language,timezone\nN1,Nora New,+447700900799,,staff,4B,en,\n",
		"documents/IC-99.md": "---\ncode: IC-99\ntitle: For two\nversion: 1\nowner: S003\naudience: {people: [N1, S004]}\ndue_days: 7\nchanged: new\nquestion: Ok?\noptions: [a, b]\nanswer: A\n---\nText.\n",
	})
	var tasks int
	err := db.Pool.QueryRow(t.Context(), `SELECT count(*) FROM tasks t JOIN document_versions v ON v.id = t.subject WHERE t.kind = 'document' AND v.code = 'IC-99'`).Scan(&tasks)
	if err != nil || tasks != 2 {
		t.Errorf("%d people are asked, want the two who are named: %v", tasks, err)
	}
}
