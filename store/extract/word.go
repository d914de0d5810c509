package extract

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Bounds of a DOCX archive.
const (
	mostParts = 5000
	mostDepth = 200 // of its XML
)

// The parts of a DOCX that matter. Source: ECMA-376 part 1, 11.3.10, and part 2 (open packaging).
const (
	wordTypes    = "[Content_Types].xml"
	wordDocument = "word/document.xml"
	wordMacros   = "word/vbaProject.bin"
	wordMain     = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
)

// checkWord tells whether an archive is a DOCX, and refuses one that brings programs along.
func checkWord(data []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return refused("broken")
	}
	if len(archive.File) > mostParts {
		return refused("kind")
	}
	types, err := part(archive, wordTypes)
	if err != nil {
		return refused("kind")
	}
	switch {
	case bytes.Contains(types, []byte("macroEnabled")) || has(archive, wordMacros):
		return refused("macros")
	case !bytes.Contains(types, []byte(wordMain)) || !has(archive, wordDocument):
		return refused("kind")
	}
	return nil
}

func has(archive *zip.Reader, name string) bool {
	for _, f := range archive.File {
		if strings.EqualFold(f.Name, name) {
			return true
		}
	}
	return false
}

// part unpacks one part, as far as the limit allows: what an archive says of its own sizes is not believed.
func part(archive *zip.Reader, name string) ([]byte, error) {
	for _, f := range archive.File {
		if f.Name != name {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		defer r.Close()
		text, err := io.ReadAll(io.LimitReader(r, mostUnpacked+1))
		if err == nil && len(text) > mostUnpacked {
			return nil, refused("long")
		}
		return text, err
	}
	return nil, errors.New("part " + name + " is missing")
}

// readWord reads the text of a DOCX: headings, list items and table rows with the marks that Markdown has for them. What was struck out
// in revision is left out, what was put in is taken.
func readWord(l *limit, data []byte) (string, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return "", fmt.Errorf("open the archive: %w", err)
	}
	text, err := part(archive, wordDocument)
	if err != nil {
		return "", err
	}
	w := word{limit: l}
	d := xml.NewDecoder(bytes.NewReader(text))
	d.Entity = map[string]string{} // none but XML's own: entities can be bombs
	for depth := 0; ; {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", fmt.Errorf("read the document: %w", err)
		}
		l.spend(0)
		switch t := t.(type) {
		case xml.StartElement:
			if depth++; depth > mostDepth {
				return "", errors.New("nested too deep")
			}
			if t.Name.Local == "Fallback" { // the same text once more, for older programs
				if err := d.Skip(); err != nil {
					return "", err
				}
				depth--
				continue
			}
			w.start(t)
		case xml.EndElement:
			depth--
			w.end(t.Name.Local)
		case xml.CharData:
			w.text(string(t))
		}
	}
	if strings.TrimSpace(w.out.String()) == "" {
		return "", refused("empty")
	}
	return w.out.String(), nil
}

// A word document as it is read.
type word struct {
	limit *limit
	out   strings.Builder
	line  strings.Builder // the paragraph at hand
	mark  string          // what stands before it: "# ", "- "
	cells []string        // of the table row at hand
	rows  int             // how deep in tables
	said  bool            // within a run's text
}

func (w *word) start(t xml.StartElement) {
	switch t.Name.Local {
	case "t":
		w.said = true
	case "tab":
		w.put(" ")
	case "br", "cr":
		w.put("\n")
	case "pStyle":
		w.style(attribute(t, "val"))
	case "numPr":
		if w.mark == "" {
			w.mark = "- "
		}
	case "tr":
		w.rows++
		w.cells = nil
	}
}

// style marks headings by the names that Word gives their styles in every language.
func (w *word) style(name string) {
	level, isHeading := strings.CutPrefix(name, "Heading")
	switch {
	case name == "Title" || isHeading && level == "1":
		w.mark = "# "
	case isHeading && len(level) == 1 && level >= "2" && level <= "6":
		w.mark = strings.Repeat("#", int(level[0]-'0')) + " "
	case strings.HasPrefix(name, "ListBullet") || strings.HasPrefix(name, "ListNumber"):
		w.mark = "- "
	}
}

func attribute(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (w *word) text(s string) {
	if w.said {
		w.put(s)
	}
}

func (w *word) put(s string) {
	w.limit.spend(len(s))
	w.line.WriteString(s)
}

func (w *word) end(name string) {
	switch name {
	case "t":
		w.said = false
	case "p":
		w.paragraph()
	case "tc":
		w.cells = append(w.cells, strings.TrimSpace(w.line.String()))
		w.line.Reset()
	case "tr":
		w.rows = max(w.rows-1, 0)
		if strings.Join(w.cells, "") != "" {
			w.out.WriteString("| " + strings.Join(w.cells, " | ") + " |\n")
		}
		w.cells = nil
	case "tbl":
		if w.rows == 0 {
			w.out.WriteByte('\n')
		}
	}
}

// paragraph ends one: on a line of its own, or within its cell.
func (w *word) paragraph() {
	text := strings.TrimSpace(w.line.String())
	mark := w.mark
	w.mark = ""
	if w.rows > 0 {
		text = strings.ReplaceAll(text, "\n", " ")
		w.line.Reset()
		w.line.WriteString(text + " ")
		return
	}
	w.line.Reset()
	switch {
	case text == "":
	case mark == "- ":
		w.out.WriteString(mark + text + "\n")
	default:
		w.out.WriteString("\n" + mark + text + "\n")
	}
}
