package extract

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodcatch/domain"
)

// pdfOf makes a small PDF of one page a content, with a font that encodes like Windows.
func pdfOf(compress bool, contents ...string) []byte {
	objects := []string{"<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"}
	var kids []string
	for _, c := range contents {
		filter := ""
		if compress {
			var packed bytes.Buffer
			w := zlib.NewWriter(&packed)
			_, _ = w.Write([]byte(c))
			_ = w.Close()
			c, filter = packed.String(), " /Filter /FlateDecode"
		}
		n := len(objects) + 1
		kids = append(kids, fmt.Sprintf("%d 0 R", n))
		objects = append(objects,
			fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>", n+1),
			fmt.Sprintf("<< /Length %d%s >>\nstream\n%s\nendstream", len(c), filter, c))
	}
	objects[1] = fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(kids))
	return pdfFrom(objects, "")
}

func pdfFrom(objects []string, trailer string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, trailer, start)
	return b.Bytes()
}

const handsPage = `BT /F1 18 Tf 72 770 Td (Hand hygiene) Tj ET
BT /F1 11 Tf 72 740 Td 14 TL (Use gel before and) Tj T* (after gloves.) Tj 0 -40 Td [(Kee) 20 (p) -300 (0.5 ml)] TJ ET`

// wordOf makes a small DOCX of a document body, with further parts.
func wordOf(body string, parts ...string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	add := func(name, text string) {
		f, _ := w.Create(name)
		_, _ = f.Write([]byte(text))
	}
	add("[Content_Types].xml", `<Types><Override PartName="/word/document.xml" ContentType="`+wordMain+`"/></Types>`)
	add("word/document.xml", `<?xml version="1.0"?><w:document xmlns:w="w" xmlns:mc="mc"><w:body>`+body+`</w:body></w:document>`)
	for i := 0; i+1 < len(parts); i += 2 {
		add(parts[i], parts[i+1])
	}
	_ = w.Close()
	return b.Bytes()
}

const handsWord = `<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Hand hygiene</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">Use gel </w:t></w:r><w:del><w:r><w:delText>never</w:delText></w:r></w:del><w:ins><w:r><w:t>before</w:t></w:r></w:ins><w:r><w:t xml:space="preserve"> gloves &lt;5.</w:t><w:br/><w:t>Keep it.</w:t></w:r></w:p>
<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>a bed</w:t></w:r></w:p><w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>a bay</w:t></w:r></w:p>
<mc:AlternateContent><mc:Choice><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></mc:Choice><mc:Fallback><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>dose</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>0.5 ml</w:t></w:r></w:p></w:tc></w:tr></w:tbl>`

func TestTextsOfAcceptedFilesAreRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file string
		data []byte
		kind domain.FileKind
		want string
	}{
		"markdown":             {"IC-04.md", []byte("\ufeff# Hands\r\n\r\nUse gel.  \r\n"), domain.MarkdownFile, "# Hands\n\nUse gel."},
		"plain text":           {"hands.TXT", []byte("Use gel."), domain.TextFile, "Use gel."},
		"a name without kind":  {"Hand hygiene v1.2 final", []byte("Use gel."), domain.MarkdownFile, "Use gel."},
		"pdf":                  {"IC-04.pdf", pdfOf(true, handsPage, "BT /F1 11 Tf 72 770 Td (Page \\344 two) Tj ET"), domain.PDFFile, "Hand hygiene\n\nUse gel before and\nafter gloves.\n\nKeep 0.5 ml\n\nPage ä two"},
		"pdf not packed":       {"IC-04.pdf", pdfOf(false, handsPage), domain.PDFFile, "Hand hygiene\n\nUse gel before and\nafter gloves.\n\nKeep 0.5 ml"},
		"pdf called a picture": {"IC-04.png", pdfOf(false, handsPage), domain.PDFFile, "Hand hygiene\n\nUse gel before and\nafter gloves.\n\nKeep 0.5 ml"},
		"pdf of version 2.0":   {"IC-04.pdf", bytes.Replace(pdfOf(false, handsPage), []byte("1.4"), []byte("2.0"), 1), domain.PDFFile, "Hand hygiene\n\nUse gel before and\nafter gloves.\n\nKeep 0.5 ml"},
		"pdf with a tail":      {"IC-04.pdf", append(pdfOf(false, handsPage), make([]byte, 900)...), domain.PDFFile, "Hand hygiene\n\nUse gel before and\nafter gloves.\n\nKeep 0.5 ml"},
		"a scan":               {"scan.pdf", pdfOf(true, "q 100 0 0 100 0 0 cm /Im1 Do Q"), domain.PDFFile, ""},
		"docx":                 {"IC-04.docx", wordOf(handsWord), domain.WordFile, "# Hand hygiene\n\nUse gel before gloves <5.\nKeep it.\n- a bed\n- a bay\n\nIn a box.\n| dose | 0.5 ml |"},
	} {
		got, err := Read(t.Context(), c.file, c.data)
		if err != nil || got.Kind != c.kind {
			t.Errorf("%s: %s, %v", name, got.Kind, err)
		}
		if diff := cmp.Diff(c.want, got.Text); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestOtherFilesAreRefusedWithTheNextStep(t *testing.T) {
	t.Parallel()
	locked := pdfFrom([]string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>", "<< /Filter /Standard /V 5 /R 6 /Length 256 /P -4 /O (x) /U (y) >>"}, "/Encrypt 3 0 R /ID [(a) (b)]")
	bomb := wordOf("<w:p><w:r><w:t>" + strings.Repeat(" ", mostUnpacked) + "</w:t></w:r></w:p>")
	for name, c := range map[string]struct {
		file   string
		data   []byte
		reason string
	}{
		"nothing":                    {"a.md", nil, "empty"},
		"only white space":           {"a.md", []byte(" \n\t\n"), "empty"},
		"too large":                  {"a.md", make([]byte, domain.MostFile+1), "large"},
		"a picture":                  {"IC-04.pdf", []byte("\x89PNG\r\n\x1a\n\x00\x00"), "kind"},
		"a page":                     {"IC-04.md", []byte(" <!DOCTYPE html><script>"), "kind"},
		"a drawing":                  {"IC-04.txt", []byte("<svg onload=x>"), "kind"},
		"a table":                    {"doses.csv", []byte("a,b\n1,2\n"), "kind"},
		"a program":                  {"run.sh", []byte("#!/bin/sh\n"), "kind"},
		"an archive":                 {"a.docx", zipOf("a.txt", "x"), "kind"},
		"a spreadsheet":              {"a.docx", zipOf("[Content_Types].xml", "spreadsheetml", "xl/workbook.xml", "x"), "kind"},
		"half an archive":            {"a.docx", wordOf(handsWord)[:200], "broken"},
		"macros":                     {"a.docx", wordOf(handsWord, "word/vbaProject.bin", "x"), "macros"},
		"old Word":                   {"a.doc", append(bytes.Clone(oleMark), make([]byte, 600)...), "old_word"},
		"rich text":                  {"a.rtf", []byte(`{\rtf1 x}`), "old_word"},
		"locked Word":                {"a.docx", append(bytes.Clone(oleMark), utf16("EncryptedPackage")...), "locked"},
		"locked PDF":                 {"a.pdf", locked, "locked"},
		"half a PDF":                 {"a.pdf", pdfOf(true, handsPage)[:300], "broken"},
		"a PDF of nothing":           {"a.pdf", []byte("%PDF-1.4\n"), "broken"},
		"other letters":              {"a.md", []byte("caf\xe9"), "letters"},
		"two bytes a letter":         {"a.txt", []byte("\xff\xfea\x00"), "letters"},
		"broken XML":                 {"a.docx", wordOf("<w:p><w:r>"), "broken"},
		"nested without end":         {"a.docx", wordOf(strings.Repeat("<w:p>", 5000)), "broken"},
		"an entity bomb":             {"a.docx", wordOf("<w:p><w:r><w:t>&lol;</w:t></w:r></w:p>"), "broken"},
		"a zip bomb":                 {"a.docx", bomb, "long"},
		"a PDF bomb":                 {"a.pdf", pdfOf(true, strings.Repeat("BT ET\n", mostUnpacked/5)), "long"},
		"a PDF with a long text":     {"a.pdf", pdfOf(true, strings.Repeat("BT /F1 9 Tf 9 9 Td (Much to read, and more.) Tj ET\n", mostText/20)), "long"},
		"pages that bite their tail": {"a.pdf", pdfFrom([]string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R] /Count 9 >>"}, ""), "broken"},
		"tables that bite theirs":    {"a.pdf", pdfFrom([]string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"}, "/Prev 9"), "broken"},
		"an empty DOCX":              {"a.docx", wordOf("<w:p/>"), "empty"},
	} {
		started := time.Now()
		_, err := Read(t.Context(), c.file, c.data)
		var invalid *domain.InvalidError
		if !errors.As(err, &invalid) || invalid.Reason != "files."+c.reason {
			t.Errorf("%s: got %v, want %s", name, err, c.reason)
		}
		if d := time.Since(started); d > 2*readingTime {
			t.Errorf("%s took %v", name, d)
		}
	}
}

func zipOf(parts ...string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i+1 < len(parts); i += 2 {
		f, _ := w.Create(parts[i])
		_, _ = f.Write([]byte(parts[i+1]))
	}
	_ = w.Close()
	return b.Bytes()
}

// FuzzRead holds that no file whatever ends the program or keeps it for long. Each seed is a file that is taken, whole or spoilt.
func FuzzRead(f *testing.F) {
	for _, seed := range [][]byte{pdfOf(true, handsPage), pdfOf(false, handsPage), wordOf(handsWord), []byte("---\ncode: IC-04\n---\n# Hands\n"), []byte("%PDF-1.4\nstartxref\n0\n%%EOF\n")} {
		f.Add("a.md", seed)
		f.Add("a.pdf", seed[:len(seed)/2])
		f.Add("a.docx", bytes.ReplaceAll(seed, []byte("0 R"), []byte("1 R")))
		f.Add("a.pdf", bytes.ReplaceAll(seed, []byte("/Length"), []byte("/Prev 9 /L")))
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		started := time.Now()
		got, err := Read(t.Context(), name, data)
		if time.Since(started) > 2*readingTime {
			t.Errorf("took %v", time.Since(started))
		}
		var invalid *domain.InvalidError
		if err != nil && !errors.As(err, &invalid) {
			t.Errorf("no answer for the author: %v", err)
		}
		if err == nil && (got.Kind.Ending() == "" || got.Name == "" || len(got.SHA256) != 64) {
			t.Errorf("not whole: %+v", got)
		}
	})
}
