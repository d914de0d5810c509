package importer_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"maps"
	"testing"
	"testing/fstest"

	"goodcatch/domain"
	"goodcatch/store/importer"
	"goodcatch/store/storetest"
)

// page is a PDF that shows one line.
func page(line string) *fstest.MapFile {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	stream := "BT /F1 11 Tf 72 770 Td (" + line + ") Tj ET"
	for i, o := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [4 0 R] /Count 1 >>", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
		"<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>", fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(stream), stream),
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 6\n0000000000 65535 f \n")
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", start)
	return &fstest.MapFile{Data: b.Bytes()}
}

const labSettings = "code: LAB-03\ntitle: Tube order\nversion: 1\nowner: p1\ndue_days: 14\nchanged: first version\nquestion: Which comes first?\noptions: [the red one, the blood cultures]\nanswer: B\n"

var laboratory = fstest.MapFS{
	"units.csv":  file("code,name,parent,kind\nHOSP,Hospital,,hospital\n"),
	"people.csv": file("id,name,phone,slack_id,roles,unit,language,timezone\np1,Ana,+447700900123,U0001,quality;manager;lead;executive;admin,HOSP,en,\np2,Ben,+447700900124,U0002,executive;manager,HOSP,en,\n"),
}

func TestPDFIsImportedWithItsSettingsBesideIt(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	dir := maps.Clone(laboratory)
	dir["documents/LAB-03.pdf"], dir["documents/LAB-03.yaml"] = page("First the blood cultures."), file(labSettings)
	for _, want := range []int{1, 0} { // again: nothing is new
		result, err := importer.Import(t.Context(), db, dir, spoken, false)
		if err != nil {
			t.Fatal(err)
		}
		if result.Documents != want {
			t.Errorf("%d documents published, want %d", result.Documents, want)
		}
	}
	var body, hash string
	var id domain.FileID
	if err := db.Pool.QueryRow(t.Context(), `SELECT body, hash, file_id FROM document_versions WHERE state = 'effective'`).Scan(&body, &hash, &id); err != nil {
		t.Fatal(err)
	}
	f, err := db.File(t.Context(), id)
	if err != nil || f.Name != "LAB-03.pdf" || f.SHA256 != hash || body != "First the blood cultures.\n" || !bytes.Equal(f.Data, dir["documents/LAB-03.pdf"].Data) {
		t.Errorf("got %q, %q, %v", f.Name, body, err)
	}
	if n := 0; db.Pool.QueryRow(t.Context(), `SELECT count(*) FROM files`).Scan(&n) != nil || n != 1 {
		t.Errorf("%d files are kept", n)
	}
}

func TestFaultsOfDocumentFilesAreShownAtTheirPlace(t *testing.T) {
	t.Parallel()
	var other bytes.Buffer
	w := zip.NewWriter(&other)
	if _, err := w.Create("a.txt"); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	dir := maps.Clone(laboratory)
	dir["documents/LAB-03.pdf"], dir["documents/LAB-03.yaml"] = page("x"), file("code: LAB-03\ntitle: Tube order\nversion: 1\nowner: p1\ndue_days: 0\nchanged: first\nquestion: ok?\noptions: [a, b]\nanswer: E\nkolor: red\n")
	dir["documents/LAB-04.pdf"] = page("x")
	dir["documents/LAB-05.yaml"] = file(labSettings)
	dir["documents/LAB-06.docx"], dir["documents/LAB-06.yaml"] = &fstest.MapFile{Data: other.Bytes()}, file(labSettings)
	dir["documents/LAB-07.pdf"], dir["documents/LAB-07.yaml"] = file("%PDF-1.4\n"), file(labSettings)
	_, err := importer.Read(dir, empty(), spoken)
	var faults importer.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("got %v, want faults", err)
	}
	golden(t, "documents-files", faults.Error()+"\n")
}

func TestMarkdownSaysWhatItIsToWhoeverHandsItIn(t *testing.T) {
	t.Parallel()
	org := empty()
	org.People = map[domain.PersonID]*domain.Person{1: {ID: 1, Name: "Edu", Active: true}, 2: {ID: 2, Name: "Mia", Active: true, Email: "mia@hospital.example"}}
	org.Units = map[domain.UnitCode]*domain.Unit{"H": {Code: "H"}}
	for name, c := range map[string]struct {
		file     domain.File
		complete bool
		code     string
		title    string
		faults   int
	}{
		"complete": {domain.File{Name: "a.md", Kind: domain.MarkdownFile, SHA256: "x", Text: "---\ncode: IC-04\ntitle: Hands\nversion: 2\ndue_days: 14\nchanged: new\nquestion: Gel?\noptions: [no, yes]\nanswer: B\nreviewers: [mia@hospital.example]\n---\n# Hands\n\nUse gel."}, true, "IC-04", "Hands", 0},
		"faulty":   {domain.File{Name: "a.md", Kind: domain.MarkdownFile, SHA256: "x", Text: "---\ncode: IC-04\ntitle: Hands\nversion: 2\ndue_days: x\nchanged: new\nquestion: Gel?\noptions: [no, yes]\nanswer: B\n---\nUse gel."}, false, "IC-04", "Hands", 1},
		"silent":   {domain.File{Name: "IC-05_gloves.md", Kind: domain.MarkdownFile, SHA256: "x", Text: "# Gloves\n\nChange them."}, false, "IC-05", "Gloves", 0},
		"pdf":      {domain.File{Name: "scan.pdf", Kind: domain.PDFFile, SHA256: "x", Text: "LAB-03: Tube order\nFirst the cultures."}, false, "LAB-03", "Tube order", 0},
		"a scan":   {domain.File{Name: "scan.pdf", Kind: domain.PDFFile, SHA256: "x"}, false, "", "", 0},
	} {
		f := c.file
		importer.Describe(org, org.People[1], &f)
		if f.Complete() != c.complete || f.Says.Code != c.code || f.Says.Title != c.title || len(f.Faults) != c.faults {
			t.Errorf("%s: complete %v, %q %q, faults %q", name, f.Complete(), f.Says.Code, f.Says.Title, f.Faults)
		}
	}
}
