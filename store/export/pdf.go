package export

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

// The Go fonts (Bigelow & Holmes, BSD licence) come with the program and hold Latin, Greek and Cyrillic: what PDF's own fonts do not.
const typeface = "Go"

var letters = sync.OnceValues(func() (*sfnt.Font, error) { return sfnt.Parse(goregular.TTF) })

// printable replaces what the font has no letter for, Chinese names among it, by □. lost says whether there was any: the CSV has it whole.
func printable(s string) (text string, lost bool) {
	font, err := letters()
	if err != nil {
		return s, false
	}
	var buf sfnt.Buffer
	text = strings.Map(func(r rune) rune {
		if i, err := font.GlyphIndex(&buf, r); err == nil && (i != 0 || r == '\n') {
			return r
		}
		lost = true
		return '□'
	}, s)
	return text, lost
}

// A sheet is a PDF under way.
type sheet struct {
	*fpdf.Fpdf
	lost bool // some letters were replaced
}

func (s *sheet) text(size float64, style, text string) {
	s.SetFont(typeface, style, size)
	shown, lost := printable(text)
	s.lost = s.lost || lost
	s.MultiCell(0, size*0.5, shown, "", "L", false)
}

// writePDF writes the summary and one block per row, each page with its number and the digest of the data.
func (t *Table) writePDF(w io.Writer) error {
	s := &sheet{Fpdf: fpdf.New("P", "mm", "A4", "")}
	s.AddUTF8FontFromBytes(typeface, "", goregular.TTF)
	s.AddUTF8FontFromBytes(typeface, "B", gobold.TTF)
	s.SetMargins(18, 16, 18)
	s.SetAutoPageBreak(true, 20)
	s.SetTitle(t.Title, true)
	s.SetCreator("goodcatch", true)
	s.AliasNbPages("{pages}")
	digest := t.Digest()
	s.SetFooterFunc(func() {
		s.SetY(-16)
		s.SetFont(typeface, "", 7)
		s.MultiCell(0, 3.5, fmt.Sprintf("%s. Page %d of {pages}\nSHA-256 of the data (as CSV): %s", t.Made, s.PageNo(), digest), "T", "L", false)
	})
	s.AddPage()
	s.text(15, "B", t.Title)
	s.Ln(2)
	for _, sentence := range t.Summary {
		s.text(10, "", sentence)
		s.Ln(1)
	}
	s.Ln(3)
	for _, l := range t.lines {
		s.keepTogether(len(l.notes))
		s.text(9.5, "B", l.head)
		for _, note := range l.notes {
			s.text(8, "", note)
		}
		s.Ln(2)
	}
	if s.lost {
		s.text(8, "", "□ stands for a letter that this file's font does not have. The CSV and JSON files hold every letter.")
	}
	return s.Output(w)
}

// keepTogether begins a new page when a row would be torn.
func (s *sheet) keepTogether(notes int) {
	_, height := s.GetPageSize()
	if s.GetY()+6+float64(notes)*5 > height-20 {
		s.AddPage()
	}
}
