package importer_test

import (
	"errors"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/importer"
	"goodcatch/store/seed"
	"goodcatch/store/storetest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var spoken = importer.Options{Languages: []string{"en", "es"}}

// empty is an organisation as a new database has it.
func empty() *domain.Organisation {
	return &domain.Organisation{Version: 1, Region: "GB", Language: "en", Zone: time.UTC, Quiet: domain.Window{From: 1260, Until: 480}, Ladders: domain.DefaultLadders()}
}

func hospital(t *testing.T) fs.FS {
	t.Helper()
	pack, err := seed.Pack("hospital")
	if err != nil {
		t.Fatal(err)
	}
	return pack
}

func TestSeededHospitalHasNoFaults(t *testing.T) {
	t.Parallel()
	plan, err := importer.Read(hospital(t), empty(), spoken)
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Warnings) > 0 {
		t.Errorf("warnings: %v", plan.Warnings)
	}
	got := []int{len(plan.Units), len(plan.People), len(plan.Documents), len(plan.Courses)}
	if want := []int{15, 40, 8, 4}; !cmp.Equal(got, want) {
		t.Errorf("units, people, documents, courses: got %v, want %v", got, want)
	}
	if !reflect.DeepEqual(plan.Organisation.Ladders, domain.DefaultLadders()) {
		t.Error("policies.yaml differs from the default ladders it shows")
	}
	if !reflect.DeepEqual(plan.Organisation.Settings.Channels, domain.DefaultWays()) {
		t.Error("policies.yaml differs from the default channels it shows")
	}
	for _, d := range plan.Documents {
		if words := len(strings.Fields(d.Body)); words < 200 || words > 430 {
			t.Errorf("%s has %d words", d.Code, words)
		}
	}
}

// faulty has one of every fault; the golden file shows what people read.
var faulty = fstest.MapFS{
	"organisation.yaml": file("name: Riverside\nemergency_number: 2222\nregoin: GB\nlanguage: fr\nzone: Europe/Lodnon\nquiet_hours: {from: \"21:00\"}\nsettings:\n  narrative_in_slack: maybe\n"),
	"units.csv": file("code,name,parent,kind\nHOSP,Hospital,,hospital\n4B,Ward 4B,MED,ward\nMED,Medicine,HOPS,department\n4B,Ward 4B again,MED,ward\nnew ward,New,HOSP,ward\n" +
		"A1,One,A2,ward\nA2,Two,A1,ward\n"),
	"people.csv": file("id,name,phone,slack_id,roles,unit,language,timezone\n" +
		"p1,María Fernández García,07700 900123,U0001,manger;staff,4Z,en,\n" +
		"p2,Ben,12,bob,staff,Ward 4B,de,Mars/Base\n" +
		"p3,,07700900123,,staff,4B,,\n" +
		"p1,Cy,,U0009,staff,4B,\n"),
	"leave.csv":    file("id,from,until,deputy\np9,2026-12-01,2026-12-09,\np1,2026-12-09,2026-12-01,\np1,1 Dec,2026-12-09,\np1,2026-12-01,2026-12-09,p1\np1,2026-12-09,2026-12-10,\np1,2026-12-20,2056-12-20,\n"),
	"holidays.csv": file("date,name\n2026-12-25,Christmas\n2026-12-25,again\n26 Dec,Boxing\n"),
	"rota.csv": file("role,unit,people,every,first,from,until,days,holidays,last,instead,timezone\n" +
		"manger,4Z,p9,fortnight,1 Dec,17:00,,mon-fry,maybe,,,Mars/Base\n" +
		"manager,4B,p1;p1,once,2026-12-01,08:00,17:00,mon,,,,\n" +
		"manager,4B,p1,once,2026-12-02,08:00,17:00,,,2026-12-01,,\n" +
		"manager,4B,p1,week,2026-12-01,8,9:00,,,,p1,\n" +
		",4B,p1,0,2026-12-01,,,,,,,\n"),
	"activities.csv": file("code,name,unit,owner,rto,mtpd,staff,owner_unit,needs\n" +
		"P,Pharmacy,4B,manager,4h,8h,2,,\n" +
		"CLOSE,Pharmacy,4B,,soon,8h,two,,\n" +
		"PHA,Dispensing of all medicines,4Z,boss,4h,1h,2,9Z,\n" +
		"LAB,,4B,lead,1m,400d,2,,XRA;EHR\n" +
		"EHR,Records,4B,lead,4h,8h,1,,LAB\n" +
		"LAB,Laboratory,4B,lead,1h,8h,1,,\n"),
	"rota/manager-4B.ics": file("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/London\r\nEND:VTIMEZONE\r\n" +
		calendarEvent("Nobody", "DTSTART;TZID=GMT Standard Time:20261201T170000", "DTEND:20261202T080000") +
		calendarEvent("p1", "DTSTART:20261201T170000", "DTEND:20261201T080000") +
		calendarEvent("p1", "DTSTART:1 Dec", "DTEND:20261202T080000") +
		calendarEvent("p1", "DTSTART:20261201T170000", "DURATION:PT8H") +
		calendarEvent("p1", "DTSTART:20261201T170000", "DTEND:20261202T080000", "RRULE:FREQ=MONTHLY;BYMONTHDAY=1") +
		calendarEvent("p1", "DTSTART:20261201T170000", "DTEND:20261202T080000", "RRULE:FREQ=WEEKLY;BYDAY=MO,1TU") +
		calendarEvent("p1", "DTSTART:20261201T170000", "DTEND:20261202T080000", "RRULE:FREQ=WEEKLY;BYDAY=MO") +
		calendarEvent("p1", "DTSTART:20261201T170000", "DTEND:20261204T080000", "RRULE:FREQ=DAILY") +
		calendarEvent("p1", "DTSTART:20261201T170000", "DTEND:20261202T080000", "RRULE:FREQ=DAILY;COUNT=0;UNTIL=20261231") +
		calendarEvent("p1", "DTSTART:20261201T170000", "DTEND:20261202T080000", "RDATE:20261212T170000") +
		"END:VCALENDAR\r\n"),
	"rota/biomed.ics":    file("BEGIN:VCALENDAR\nBEGIN:VTODO\nEND:VTODO\nEND:VCALENDAR\n"),
	"policies.yaml":      file("ladders:\n  mild:\n    steps:\n      - {ask: manager, after: 1h}\n      - {ask: boss, after: 30m}\n    repeat: soon\n    triage: 24h\n  grave: {}\nchannels:\n  routine:\n    - {by: voice, after: 0s}\n  urgent:\n    - {by: sms, after: 1m}\n    - {by: sms, after: 0s}\n"),
	"documents/IC-04.md": file("---\ncode: ic 4\ntitle: Hand hygiene in all wards and theatres\nversion: 0\nowner: p9\naudience: {roles: [nurse], units: [4C]}\ndue_days: 0\nchanged: 手卫生\nquestion: Gel?\noptions: [no]\nanswer: C\n---\n\n"),
	"documents/XX-1.md":  file("no front matter\n"),
	"courses/a.yaml":     file("code: FALLS\ntitle: Falls\neducator: p1\npass_mark: 120\ndue_days: 14\nitems:\n  - key: one\n    text: " + strings.Repeat("long ", 30) + "\n    options: [a, b]\n    answer: D\n    explanation: x\n  - key: one\n    text: ok?\n    options: [a, b]\n    answer: A\n"),
	"courses/b.yaml":     file("code: [FALLS\n"),
}

// calendarEvent is a VEVENT of somebody.
func calendarEvent(summary string, lines ...string) string {
	return "BEGIN:VEVENT\r\nSUMMARY:" + summary + "\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VEVENT\r\n"
}

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

func TestEveryFaultIsShownAtItsPlace(t *testing.T) {
	t.Parallel()
	parts := map[string]fs.FS{"header": fstest.MapFS{"people.csv": file("name,phone,slackid\nAna,1,2\n"), "units.csv": file("code;name;parent;kind\n")}, "nothing": fstest.MapFS{}}
	// organisation, policies and the rest hide each other's later faults less when read alone
	for name, f := range faulty {
		parts[strings.NewReplacer("/", "-", ".", "-").Replace(name)] = fstest.MapFS{name: f, "units.csv": faultyUnits(name)}
	}
	parts["leave-csv"] = fstest.MapFS{"leave.csv": faulty["leave.csv"], "units.csv": faultyUnits(""), "people.csv": file("id,name,phone,slack_id,roles,unit,language,timezone\np1,Ana,07700900123,,staff,4B,en,\n")}
	for _, name := range []string{"rota.csv", "holidays.csv", "rota/manager-4B.ics"} { // with somebody to refer to
		parts[strings.NewReplacer("/", "-", ".", "-").Replace(name)] = fstest.MapFS{name: faulty[name], "units.csv": faultyUnits(""), "people.csv": parts["leave-csv"].(fstest.MapFS)["people.csv"]}
	}
	parts["all"] = faulty
	for name, dir := range parts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := importer.Read(dir, empty(), spoken)
			var faults importer.Faults
			if !errors.As(err, &faults) {
				t.Fatalf("got %v, want faults", err)
			}
			golden(t, name, faults.Error()+"\n")
		})
	}
}

// faultyUnits gives files other than units.csv a good one to refer to.
func faultyUnits(name string) *fstest.MapFile {
	if name == "units.csv" {
		return faulty["units.csv"]
	}
	return file("code,name,parent,kind\nHOSP,Hospital,,hospital\n4B,Ward 4B,HOSP,ward\n")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// small is a practice of a few people; change replaces or adds files.
func small(change map[string]string) fstest.MapFS {
	dir := fstest.MapFS{
		"organisation.yaml": file("name: Practice\nemergency_number: \"112\"\nregion: GB\nzone: Europe/London\n"),
		"units.csv":         file("code,name,parent,kind\nPRAC,Practice,,practice\n4B,Room 4B,PRAC,room\n"),
		"people.csv": file("id,name,phone,slack_id,roles,unit,language,timezone\n" +
			"1,Ana,07700900001,U0001,manager;admin,PRAC,,\n2,Ben,07700900002,U0002,quality,PRAC,,\n3,Cy,07700900003,,staff,4B,es,\n"),
	}
	for name, text := range change {
		dir[name] = file(text)
	}
	return dir
}

func imported(t *testing.T, db *store.DB, dir fs.FS, complete bool) importer.Result {
	t.Helper()
	o := spoken
	o.Complete = complete
	r, err := importer.Import(t.Context(), db, dir, o, false)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func organisation(t *testing.T, db *store.DB) *domain.Organisation {
	t.Helper()
	o, err := db.Organisation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func named(t *testing.T, o *domain.Organisation, name string) *domain.Person {
	t.Helper()
	for _, p := range o.People {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("nobody is named %s", name)
	return nil
}

func TestSecondImportWritesNothing(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	first := imported(t, db, hospital(t), true)
	if len(first.Plan.People) != 40 {
		t.Fatalf("first: %d people", len(first.Plan.People))
	}
	before := organisation(t, db).Version
	var events, lines int
	if err := db.Pool.QueryRow(t.Context(), `SELECT count(*) FROM events`).Scan(&lines); err != nil {
		t.Fatal(err)
	}
	second := imported(t, db, hospital(t), true)
	if !second.Plan.Empty() || second.Plan.Unchanged != 40 {
		t.Errorf("second: %+v", second.Plan)
	}
	if after := organisation(t, db).Version; after != before {
		t.Errorf("version went from %d to %d", before, after)
	}
	if err := db.Pool.QueryRow(t.Context(), `SELECT count(*) FROM events`).Scan(&events); err != nil || events != lines {
		t.Errorf("%d lines in the audit, were %d, %v", events, lines, err)
	}
}

func TestFaultyImportWritesNothing(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	if _, err := importer.Import(t.Context(), db, faulty, spoken, false); err == nil {
		t.Fatal("no error")
	}
	if o := organisation(t, db); o.Version != 1 || len(o.Units)+len(o.People) != 0 {
		t.Errorf("version %d, %d units, %d people", o.Version, len(o.Units), len(o.People))
	}
}

func TestDryRunWritesNothing(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	r, err := importer.Import(t.Context(), db, small(nil), spoken, true)
	if err != nil || len(r.Plan.People) != 3 {
		t.Fatalf("%+v, %v", r.Plan, err)
	}
	if o := organisation(t, db); o.Version != 1 || len(o.People) != 0 {
		t.Errorf("version %d, %d people", o.Version, len(o.People))
	}
}

func TestPeopleAreMatchedByIDThenPhoneThenSlack(t *testing.T) {
	t.Parallel()
	header := "id,name,phone,slack_id,roles,unit,language,timezone\n"
	rest := "1,Ana,07700900001,U0001,manager;admin,PRAC,,\n2,Ben,07700900002,U0002,quality,PRAC,,\n"
	for name, tc := range map[string]struct {
		line  string
		phone string
		fresh bool
	}{
		"same id, new number":         {"3,Cy B,07700900033,,staff,4B,,\n", "+447700900033", false},
		"no id, same number":          {",Cy B,+44 7700 900003,,staff,4B,,\n", "+447700900003", false},
		"no number said":              {"3,Cy B,,,staff,4B,,\n", "+447700900003", false},
		"number taken away":           {"3,Cy B,-,U0003,staff,4B,,\n", "", false},
		"other id, number handed on":  {"9,Cy B,07700900003,,staff,4B,,\n", "+447700900003", true},
		"no id, nothing we know":      {",Cy B,07700900044,,staff,4B,,\n", "+447700900044", true},
		"a test number of a provider": {"3,Cy B,+15005550006,,staff,4B,,\n", "+15005550006", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := storetest.Open(t)
			imported(t, db, small(nil), false)
			was := named(t, organisation(t, db), "Cy")
			imported(t, db, small(map[string]string{"people.csv": header + rest + tc.line}), false)
			o := organisation(t, db)
			is := named(t, o, "Cy B")
			if (is.ID != was.ID) != tc.fresh || is.Phone.Value != tc.phone {
				t.Errorf("id %d was %d, phone %q, want new %v, %q", is.ID, was.ID, is.Phone.Value, tc.fresh, tc.phone)
			}
			if tc.fresh && tc.phone == was.Phone.Value && o.People[was.ID].Phone.ID != 0 {
				t.Error("the number has two holders")
			}
		})
	}
}

func TestTwoPeopleSwapTheirNumbers(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	imported(t, db, small(nil), false)
	people := "id,name,phone,slack_id,roles,unit,language,timezone\n1,Ana,07700900002,,manager;admin,PRAC,,\n2,Ben,07700900001,,quality,PRAC,,\n"
	imported(t, db, small(map[string]string{"people.csv": people}), false)
	o := organisation(t, db)
	if a, b := named(t, o, "Ana").Phone.Value, named(t, o, "Ben").Phone.Value; a != "+447700900002" || b != "+447700900001" {
		t.Errorf("Ana has %s, Ben %s", a, b)
	}
	// Ben's number goes to Ana and his line says nothing of a phone: he must not take it back.
	people = "id,name,phone,slack_id,roles,unit,language,timezone\n1,Ana,07700900001,,manager;admin,PRAC,,\n2,Ben,,,quality,PRAC,,\n"
	imported(t, db, small(map[string]string{"people.csv": people}), false)
	o = organisation(t, db)
	if a, b := named(t, o, "Ana").Phone.Value, named(t, o, "Ben").Phone.Value; a != "+447700900001" || b != "" {
		t.Errorf("Ana has %s, Ben %q", a, b)
	}
}

func TestOnlyACompleteImportMakesLeavers(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	imported(t, db, small(nil), false)
	less := small(map[string]string{
		"people.csv": "id,name,phone,slack_id,roles,unit,language,timezone\n1,Ana,07700900001,U0001,manager;admin,PRAC,,\n2,Ben,07700900002,U0002,quality,PRAC,,\n",
		"units.csv":  "code,name,parent,kind\nPRAC,Practice,,practice\n",
	})
	if r := imported(t, db, less, false); len(r.Plan.Leavers)+len(r.Plan.Gone) != 0 {
		t.Fatalf("an incomplete import: %v left, %v gone", r.Plan.Leavers, r.Plan.Gone)
	}
	imported(t, db, less, true)
	o := organisation(t, db)
	if named(t, o, "Cy").Active || o.Units["4B"] != nil {
		t.Errorf("Cy active %v, unit 4B %v", named(t, o, "Cy").Active, o.Units["4B"])
	}
	imported(t, db, small(nil), true)
	if o = organisation(t, db); !named(t, o, "Cy").Active {
		t.Error("Cy came back and is not active")
	}
}

func TestLeaversRecordsClimbAgain(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	imported(t, db, small(nil), false)
	ana := named(t, organisation(t, db), "Ana")
	ladder := `{"steps":[{"role":"manager","after":0},{"role":"quality","after":1}],"repeat":3600000000000,"urgent":false,"triage":3600000000000}`
	if _, err := db.Pool.Exec(t.Context(), `
		INSERT INTO records (id, ref, code, kind, system, state, rank, unit, owner, owned_at, created_at, ladder, climb, details, version)
		VALUES (1, 'R', 'K7R', 'near_miss', 'safety', 'acknowledged', 1, '4B', $1, now(), now(), $2, '{"level":1}', '{}', 1)`, ana.ID, ladder); err != nil {
		t.Fatal(err)
	}
	people := "id,name,phone,slack_id,roles,unit,language,timezone\n2,Ben,07700900002,U0002,quality;admin,PRAC,,\n3,Cy,07700900003,,staff,4B,es,\n4,Di,07700900004,,manager,PRAC,,\n"
	if r := imported(t, db, small(map[string]string{"people.csv": people}), true); r.Released != 1 {
		t.Errorf("%d records released, want 1", r.Released)
	}
	var state string
	var owner *int64
	if err := db.Pool.QueryRow(t.Context(), `SELECT state, owner FROM records`).Scan(&state, &owner); err != nil || state != "new" || owner != nil {
		t.Errorf("state %s, owner %v, %v", state, owner, err)
	}
	ben := named(t, organisation(t, db), "Ben")
	var cards int
	if err := db.Pool.QueryRow(t.Context(), `SELECT count(*) FROM outbox WHERE topic = 'escalation' AND person_id = $1`, ben.ID).Scan(&cards); err != nil || cards == 0 {
		t.Errorf("%d cards for the next level, %v", cards, err)
	}
}

func TestLanguageChosenByThePersonStays(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	imported(t, db, small(nil), false)
	cy := named(t, organisation(t, db), "Cy")
	if err := db.InTx(t.Context(), func(tx *store.Tx) error {
		tx.SetLanguage(cy.Phone.ID, "en")
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if r := imported(t, db, small(nil), false); !r.Plan.Empty() || organisation(t, db).People[cy.ID].Language != "en" {
		t.Errorf("language %s", organisation(t, db).People[cy.ID].Language)
	}
}

func TestUnreachableUnitIsRefused(t *testing.T) {
	t.Parallel()
	for name, people := range map[string]string{
		"nobody with a role": "1,Ana,07700900001,U0001,staff,PRAC,,\n",
		"without addresses":  "1,Ana,,,manager,PRAC,,\n",
		"another unit's":     "1,Ana,07700900001,,manager,4B,,\n",
	} {
		dir := small(map[string]string{"people.csv": "id,name,phone,slack_id,roles,unit,language,timezone\n" + people})
		_, err := importer.Read(dir, empty(), spoken)
		if err == nil || !strings.Contains(err.Error(), "nobody answers for unit PRAC") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPartialFoldersKeepTheRest(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	imported(t, db, small(nil), false)
	before := organisation(t, db)
	imported(t, db, fstest.MapFS{"organisation.yaml": file("name: Practice 2\nemergency_number: \"112\"\nsettings: {narrative_in_slack: true}\n")}, false)
	after := organisation(t, db)
	if after.Name != "Practice 2" || !after.Settings.NarrativeInSlack || after.Zone.String() != "Europe/London" {
		t.Errorf("got %s, %+v, %s", after.Name, after.Settings, after.Zone)
	}
	if len(after.People) != len(before.People) || !maps.EqualFunc(after.Units, before.Units, func(a, b *domain.Unit) bool { return *a == *b }) {
		t.Error("people or units changed")
	}
}
