package export_test

import (
	"bytes"
	"compress/zlib"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/export"
	"goodcatch/store/storetest"
)

// A ward is a database with a ward of people, one of whom has a name that a spreadsheet would run, and one a name in Chinese.
type ward struct {
	t   *testing.T
	db  *store.DB
	now time.Time
	ids map[string]domain.PersonID
}

func newWard(t *testing.T) *ward {
	t.Helper()
	w := &ward{t: t, now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC), ids: map[string]domain.PersonID{}}
	w.db = storetest.OpenAt(t, func() time.Time { return w.now })
	err := w.db.InTx(t.Context(), func(tx *store.Tx) error {
		org, err := tx.LockRoster(t.Context())
		if err != nil {
			return err
		}
		house := *org
		house.Zone, _ = time.LoadLocation("Europe/Madrid")
		if err := tx.SaveOrganisation(&house); err != nil {
			return err
		}
		for _, u := range []domain.Unit{{Code: "H", Name: "House"}, {Code: "4B", Name: "Ward 4B", Parent: "H"}, {Code: "5A", Name: "Ward 5A", Parent: "H"}} {
			tx.SaveUnit(u)
		}
		return tx.RosterChanged(t.Context(), domain.Event{Name: "roster_imported"})
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"Ana Silva", "=cmd()|calc", "陈玉", "Bo Excused", "Mo Moved", "Lea Left", "Zoë Łącka", "Mia Manager"} {
		role := domain.Staff
		if name == "Mia Manager" {
			role = domain.Manager
		}
		w.save(domain.Person{Name: name, Unit: "4B", Roles: []domain.Role{role}, Phone: domain.Address{Value: "+44770090010" + string(rune('0'+i))}})
	}
	return w
}

// save saves one person, new or changed.
func (w *ward) save(p domain.Person) {
	w.t.Helper()
	err := w.db.InTx(w.t.Context(), func(tx *store.Tx) error {
		if _, err := tx.LockRoster(w.t.Context()); err != nil {
			return err
		}
		if p.ID = w.ids[p.Name]; p.ID == 0 {
			ids, err := tx.NewPersonIDs(w.t.Context(), 1)
			if err != nil {
				return err
			}
			p.ID, w.ids[p.Name] = ids[0], ids[0]
		}
		tx.SavePerson(&p)
		return tx.RosterChanged(w.t.Context(), domain.Event{Name: "roster_imported"})
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *ward) do(who string, channel domain.Channel, cmd domain.Command) {
	w.t.Helper()
	actor := domain.Actor{Operator: true, Level: domain.A3}
	if who != "" {
		actor = domain.Actor{Person: w.ids[who], Channel: channel, Level: domain.A1}
	}
	if _, err := w.db.Do(w.t.Context(), actor, cmd); err != nil {
		w.t.Fatalf("%s %s: %v", who, cmd.CommandName(), err)
	}
}

func (w *ward) task(who string) domain.TaskID {
	w.t.Helper()
	var id domain.TaskID
	if err := w.db.Pool.QueryRow(w.t.Context(), `SELECT id FROM tasks WHERE person_id = $1`, int64(w.ids[who])).Scan(&id); err != nil {
		w.t.Fatal(who, err)
	}
	return id
}

// sign lets somebody read for a while and sign on their page.
func (w *ward) sign(who string, reading time.Duration) {
	w.t.Helper()
	w.do(who, domain.Web, domain.OpenDocument{Task: w.task(who)})
	w.now = w.now.Add(reading)
	w.do(who, domain.Web, domain.AnswerDocument{Task: w.task(who), Option: 1, Sentence: "I have read this procedure, I understand it, and I will follow it.", Inbound: "web/REQUEST" + strings.ToUpper(who[:2])})
}

// played is a ward in which everything happened that a proof has to tell apart.
func played(t *testing.T) *ward {
	w := newWard(t)
	w.do("", "", domain.PublishDocument{Version: domain.DocumentVersion{
		Code: "IC-04", Title: "Hand hygiene", Number: 7, Due: 14 * 24 * time.Hour, Changed: "gel", Question: "Gel?", Options: []string{"no", "always"}, Right: 1, Body: "Gel.",
		Hash: strings.Repeat("ab", 32), Owner: w.ids["Mia Manager"], Audience: domain.Audience{Roles: []domain.Role{domain.Staff}, Units: []domain.UnitCode{"4B"}},
	}})
	w.sign("Ana Silva", 2*time.Minute)
	w.sign("=cmd()|calc", 3*time.Second)
	w.do("Bo Excused", domain.SMS, domain.NotMyJob{Task: w.task("Bo Excused")})
	w.do("Mia Manager", domain.SMS, domain.ExcuseReader{Task: w.task("Bo Excused"), Excuse: true})
	w.sign("Mo Moved", time.Minute)
	w.do("陈玉", domain.Web, domain.OpenDocument{Task: w.task("陈玉")})
	w.save(domain.Person{Name: "Mo Moved", Unit: "5A", Roles: []domain.Role{domain.Staff}})
	w.now = w.now.AddDate(0, 0, 20)
	w.sign("Zoë Łącka", time.Minute)
	err := w.db.InTx(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.LockRoster(t.Context()); err != nil {
			return err
		}
		tx.Deactivate([]domain.PersonID{w.ids["Lea Left"]})
		return tx.RosterChanged(t.Context(), domain.Event{Name: "roster_imported"})
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *ward) proof() export.Proof {
	w.t.Helper()
	p, err := export.FindProof(w.t.Context(), w.db, export.ProofQuery{Document: "ic04", Unit: "4b"})
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// rows opens a CSV and returns its rows by name, each by heading.
func rows(t *testing.T, data []byte) map[string]map[string]string {
	t.Helper()
	if !bytes.Contains(data, []byte("\r\n")) {
		t.Error("lines end as RFC 4180 does not have it")
	}
	all, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]map[string]string{}
	for _, row := range all[1:] {
		cells := map[string]string{}
		for i, value := range row {
			cells[all[0][i]] = value
		}
		by[cells["name"]] = cells
	}
	return by
}

func TestProofOfAWardTellsWhoKnewAndWhyOthersDidNot(t *testing.T) {
	t.Parallel()
	w := played(t)
	table := w.proof().Table()
	var b bytes.Buffer
	if err := table.Write(&b, export.CSV); err != nil {
		t.Fatal(err)
	}
	got := rows(t, b.Bytes())
	for name, want := range map[string]map[string]string{
		"Ana Silva": {"flags": "", "channel": "web", "assurance": "A1", "meaning": "read_and_understood", "seconds": "120", "parts_reached": "1", "parts": "1", "read_as": "page", "wrong_tries": "0",
			"zone": "Europe/Madrid", "signed_at": "2026-11-23T11:02:00+01:00", "asked_at": "2026-11-23T11:00:00+01:00", "sentence": "I have read this procedure, I understand it, and I will follow it.",
			"sha256": strings.Repeat("ab", 32), "provider_id": "web/REQUESTAN", "document": "IC-04", "version": "7", "unit": "4B", "roles": "staff", "not_signed_because": ""},
		"'=cmd()|calc": {"flags": "fast", "seconds": "3"},
		"Mo Moved":     {"flags": "moved", "unit": "4B", "unit_now": "5A"},
		"Zoë Łącka":    {"flags": "late"},
		"Bo Excused":   {"flags": "excused", "signed_at": "", "not_signed_because": "excused by a manager"},
		"陈玉":           {"flags": "overdue", "not_signed_because": "opened; the word did not come"},
		"Lea Left":     {"not_signed_because": "has left"},
		"Mia Manager":  {"flags": "not_asked", "not_signed_because": "not asked: not of the audience"},
	} {
		row := got[name]
		if row == nil {
			t.Errorf("%s is missing", name)
		}
		for column, value := range want {
			if row[column] != value {
				t.Errorf("%s, %s: got %q, want %q", name, column, row[column], value)
			}
		}
	}
	if len(got) != 8 || len(got["Ana Silva"]["receipt"]) != 9 {
		t.Errorf("%d rows; receipt %s", len(got), got["Ana Silva"]["receipt"])
	}
	summary := strings.Join(table.Summary, "\n")
	for _, want := range []string{
		"Of 8 people of 4B Ward 4B, 4 signed IC-04 v7 (acknowledged as read and understood), 3 of them by their due day.", "1 signed faster than the text can be read",
		"Not signed: 陈玉: opened; the word did not come.", "Bo Excused: excused by a manager", "Lea Left: has left",
	} {
		if !strings.Contains(summary, want) {
			t.Errorf("the summary lacks %q:\n%s", want, summary)
		}
	}
}

func TestProofAsJSONAndPDFSaysTheSame(t *testing.T) {
	t.Parallel()
	w := played(t)
	table := w.proof().Table()
	var j, p bytes.Buffer
	if err := errors.Join(table.Write(&j, export.JSON), table.Write(&p, export.PDF)); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Digest string              `json:"csv_sha256"`
		Rows   []map[string]string `json:"rows"`
	}
	if err := json.Unmarshal(j.Bytes(), &got); err != nil || len(got.Rows) != 8 || got.Digest != table.Digest() {
		t.Errorf("%d rows, %s, %v", len(got.Rows), got.Digest, err)
	}
	text := pdfText(t, p.Bytes())
	for _, want := range []string{
		"Proof: IC-04 v7 Hand hygiene and 4B Ward 4B", "Of 8 people of 4B Ward 4B", "Ana Silva, staff, 4B", "Signed 23 Nov 2026 11:02:00 +01:00 Europe/Madrid, receipt ",
		"It means: I have read this procedure, I understand it, and I will follow it.", "By message web/REQUESTAN", "Zoë Łącka", "□□, staff, 4B", "does not have", "Page 1 of 1",
		"SHA-256 of the data (as CSV): " + table.Digest(), "Flags: fast", "SHA-256 of its file " + strings.Repeat("ab", 32),
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the PDF lacks %q:\n%s", want, text)
		}
	}
}

func TestEverySignatureIsPrintedWithItsNameOfThen(t *testing.T) {
	t.Parallel()
	w := played(t)
	if _, err := w.db.Pool.Exec(t.Context(), `UPDATE people SET name = 'Ana Married' WHERE id = $1`, int64(w.ids["Ana Silva"])); err != nil {
		t.Fatal(err)
	}
	find := func(q export.SignatureQuery) map[string]map[string]string {
		t.Helper()
		s, err := export.FindSignatures(t.Context(), w.db, q)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := s.Table().Write(&b, export.CSV); err != nil {
			t.Fatal(err)
		}
		return rows(t, b.Bytes())
	}
	if all := find(export.SignatureQuery{}); len(all) != 4 || all["Ana Silva"]["sentence"] == "" || all["Ana Silva"]["unit"] != "4B" {
		t.Errorf("all: %v", all)
	}
	if one := find(export.SignatureQuery{Person: "p1"}); len(one) != 1 {
		t.Errorf("of one: %v", one)
	}
	if late := find(export.SignatureQuery{Document: "IC-04", From: w.now.AddDate(0, 0, -1)}); len(late) != 1 || late["Zoë Łącka"] == nil {
		t.Errorf("of late: %v", late)
	}
	var missing *export.MissingError
	if _, err := export.FindSignatures(t.Context(), w.db, export.SignatureQuery{Document: "XX-1"}); !errors.As(err, &missing) || !strings.Contains(missing.Error(), "IC-04 Hand hygiene") {
		t.Errorf("an unknown document: %v", err)
	}
}

func TestNoCellIsRunByASpreadsheet(t *testing.T) {
	t.Parallel()
	values := []string{"=1+1", "+44", "-1", "@x", "\tx", "\rx", "\x00x", "plain", "", "a=b", "it's, \"quoted\"\r\nand two lines"}
	table := export.Table{Heads: make([]string, len(values)), Rows: [][]string{values}}
	for i := range table.Heads {
		table.Heads[i] = "h"
	}
	var b bytes.Buffer
	if err := table.Write(&b, export.CSV); err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, value := range values {
		want := strings.ReplaceAll(value, "\r", "") // what ends a line is written as one, and read as the reader's own
		if strings.ContainsAny(value[:min(1, len(value))], "=+-@\t\r\x00") && value != "" {
			want = "'" + want
		}
		if all[1][i] != want {
			t.Errorf("%q: got %q", value, all[1][i])
		}
	}
}

var (
	streams = regexp.MustCompile(`(?s)stream\r?\n(.*?)\r?\nendstream`)
	shown   = regexp.MustCompile(`(?s)\(((?:[^\\()]|\\.)*)\)\s*Tj`)
	escapes = strings.NewReplacer(`\\`, `\`, `\(`, `(`, `\)`, `)`, `\r`, "\r")
)

// pdfText takes the text out of a PDF whose strings are UTF-16.
func pdfText(t *testing.T, data []byte) string {
	t.Helper()
	var b strings.Builder
	for _, m := range streams.FindAllSubmatch(data, -1) {
		z, err := zlib.NewReader(bytes.NewReader(m[1]))
		if err != nil {
			continue
		}
		content, err := io.ReadAll(z)
		if err != nil {
			continue
		}
		for _, s := range shown.FindAllSubmatch(content, -1) {
			raw := []byte(escapes.Replace(string(s[1])))
			units := make([]uint16, len(raw)/2)
			for i := range units {
				units[i] = uint16(raw[2*i])<<8 | uint16(raw[2*i+1])
			}
			b.WriteString(string(utf16.Decode(units)) + " ")
		}
	}
	return regexp.MustCompile(`\s+`).ReplaceAllString(b.String(), " ")
}
