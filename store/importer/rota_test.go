package importer_test

import (
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"goodcatch/domain"
	"goodcatch/store/importer"
	"goodcatch/store/storetest"
)

const rotaHeader = "role,unit,people,every,first,from,until,days,holidays,instead\n"

// onDuty names who is on duty as manager of room 4B at some moments of London's clock.
func onDuty(t *testing.T, o *domain.Organisation, moments ...string) []string {
	t.Helper()
	var names []string
	for _, m := range moments {
		at, err := time.ParseInLocation("2006-01-02 15:04", m, o.Zone)
		if err != nil {
			t.Fatal(err)
		}
		name := "-"
		for i, d := range o.OnDuty(domain.Manager, "4B", at) {
			if name += "+"; i == 0 {
				name = ""
			}
			name += o.NameOf(d.Person)
		}
		names = append(names, name)
	}
	return names
}

func TestImportedRotaSaysWhoIsOnDutyAcrossTheSwitches(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	dir := small(map[string]string{
		"rota.csv": rotaHeader +
			"manager,PRAC,1;2,week,2026-03-23,09:00,09:00,,,\n" + // for the room too: it is below
			"manager,PRAC,3,day,2026-01-01,12:00,13:00,mon-fri,no,\n" +
			"manager,PRAC,3,once,2026-03-28,20:00,08:00,,,1\n",
		"holidays.csv": "date,name\n2026-04-03,Good Friday\n",
	})
	imported(t, db, dir, true)
	moments := []string{
		"2026-03-28 19:59", "2026-03-28 20:00", "2026-03-29 07:59", "2026-03-29 08:00", "2026-03-30 08:59", "2026-03-30 09:00", "2026-04-02 12:30", "2026-04-03 12:30", "2026-10-26 08:59", "2026-10-26 09:00",
	}
	want := []string{"Ana", "Cy", "Cy", "Ana", "Ana", "Ben", "Ben+Cy", "Ben", "Ana", "Ben"}
	if got := onDuty(t, organisation(t, db), moments...); !slices.Equal(got, want) {
		t.Errorf(" got %v\nwant %v", got, want)
	}
	if again := imported(t, db, dir, true); !again.Plan.Empty() {
		t.Errorf("the same files again change something: %s", again)
	}
	delete(dir, "rota.csv")
	imported(t, db, dir, false)
	if got := onDuty(t, organisation(t, db), "2026-03-30 09:00"); got[0] != "Ben" {
		t.Errorf("without the file it stays as it is: %v", got)
	}
	imported(t, db, dir, true)
	if got := organisation(t, db).Rotas; len(got) != 0 {
		t.Errorf("a complete import without the file: %+v", got)
	}
}

func TestCalendarIsImportedAloneAndBesideTheTable(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	imported(t, db, small(map[string]string{"rota.csv": rotaHeader + "manager,PRAC,1,day,2026-01-01,08:00,17:00,,,\n"}), false)
	folder := fstest.MapFS{"manager-PRAC.ics": file("BEGIN:VCALENDAR\r\n" +
		calendarEvent("Oncall", "ATTENDEE;CN=\"Ben: on call\":mailto:ben@practice.example", "DTSTART;TZID=Europe/London:20260105T170000", "DTEND;TZID=Europe/London:20260106T080000", "RRULE:FREQ=DAILY") +
		"END:VCALENDAR\r\n")}
	if _, err := importer.Import(t.Context(), db, importer.Alone(folder, "manager-PRAC.ics"), spoken, false); err == nil {
		t.Fatal("nobody has that address")
	}
	imported(t, db, small(map[string]string{"people.csv": "id,name,phone,slack_id,roles,unit,language,timezone,email,channels\n" +
		"1,Ana,07700900001,U0001,manager;admin,PRAC,,,,\n2,Ben,07700900002,U0002,quality,PRAC,,,ben@practice.example,sms;voice\n"}), false)
	imported(t, db, importer.Alone(folder, "manager-PRAC.ics"), false)
	o := organisation(t, db)
	want := []string{"Ana", "Ben", "Ben", "Ana", "Ben"}
	if got := onDuty(t, o, "2026-03-28 12:00", "2026-03-28 17:00", "2026-03-29 07:59", "2026-03-29 08:00", "2026-10-25 01:30"); !slices.Equal(got, want) {
		t.Errorf(" got %v\nwant %v", got, want)
	}
	if got := named(t, o, "Ben").Takes; !slices.Equal(got, []domain.Channel{domain.SMS, domain.Voice}) {
		t.Errorf("channels %v", got)
	}
	imported(t, db, small(map[string]string{"people.csv": "id,name,phone,slack_id,roles,unit,language,timezone,channels\n" +
		"1,Ana,07700900001,U0001,manager;admin,PRAC,,,\n2,Ben,07700900002,U0002,quality,PRAC,,,-\n"}), false)
	if got := named(t, organisation(t, db), "Ben").Takes; len(got) != 0 {
		t.Errorf("channels taken away: %v", got)
	}
}
