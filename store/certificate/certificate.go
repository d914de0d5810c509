// Package certificate draws the certificate of a passed course as a PDF of one page. It knows no words of its own: the caller says what
// stands on it, in the holder's language. Nothing on it tells a score.
package certificate

import (
	"fmt"
	"io"
	"os"
	"sync"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

// A Paper is what stands on a certificate.
type Paper struct {
	Title    string   // of the file
	Heading  string   // who gives it
	Name     string   // whose it is
	Lines    []string // what is certified, in order
	Footer   string
	Language string // BCP 47
}

// hanFonts are where systems keep a TrueType font with Chinese letters. Collections (.ttc) cannot be read.
var hanFonts = []string{
	"/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", "/usr/share/fonts/truetype/arphic/gbsn00lp.ttf", "/usr/share/fonts/truetype/arphic-gbsn00lp/gbsn00lp.ttf",
	"/Library/Fonts/Arial Unicode.ttf", "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
}

// Lacks returns the first letter of a text that no font at hand has, and whether there is one: then the text had better be in another
// language. The Go fonts (Bigelow & Holmes, BSD licence) are within the program: Latin, Greek, Cyrillic. Chinese needs a font of the system.
func Lacks(text string) (rune, bool) {
	if r, lacks := lacks(goregular.TTF, text); !lacks {
		return r, false
	}
	if wide := hanFont(); wide != nil {
		return lacks(wide, text)
	}
	return lacks(goregular.TTF, text)
}

func lacks(font []byte, text string) (rune, bool) {
	f, err := sfnt.Parse(font)
	if err != nil {
		return 0, true
	}
	var buf sfnt.Buffer
	for _, r := range text {
		if i, err := f.GlyphIndex(&buf, r); r != '\n' && (err != nil || i == 0) {
			return r, true
		}
	}
	return 0, false
}

var hanFont = sync.OnceValue(func() []byte {
	for _, name := range hanFonts {
		if font, err := os.ReadFile(name); err == nil {
			if _, err := sfnt.Parse(font); err == nil {
				return font
			}
		}
	}
	return nil
})

// The faces.
const (
	plain = "go"
	wide  = "han"
)

// Write draws the paper. A letter that no font at hand has is an error that names it: a certificate with holes helps nobody.
func (p Paper) Write(w io.Writer) error {
	pdf := fpdf.New("L", "mm", "A4", "")
	pdf.AddUTF8FontFromBytes(plain, "", goregular.TTF)
	pdf.AddUTF8FontFromBytes(plain, "B", gobold.TTF)
	if font := hanFont(); font != nil {
		pdf.AddUTF8FontFromBytes(wide, "", font)
		pdf.AddUTF8FontFromBytes(wide, "B", font)
	}
	pdf.SetTitle(p.Title, true)
	pdf.SetCreator("goodcatch", true)
	pdf.SetLang(p.Language)
	pdf.SetMargins(25, 35, 25)
	pdf.SetAutoPageBreak(false, 0)
	pdf.AddPage()
	width, height := pdf.GetPageSize()
	pdf.SetLineWidth(0.6)
	pdf.Rect(12, 12, width-24, height-24, "D")
	line := func(size float64, style, text string) error {
		if r, lacking := Lacks(text); lacking {
			return fmt.Errorf("certificate: no font at hand has the letter %q (U+%04X)", r, r)
		}
		face := plain
		if _, lacking := lacks(goregular.TTF, text); lacking {
			face = wide
		}
		pdf.SetFont(face, style, size)
		pdf.MultiCell(0, size*0.55, text, "", "C", false)
		pdf.Ln(size * 0.3)
		return nil
	}
	text := []row{{16, "", p.Heading}, {30, "B", p.Name}}
	for _, l := range p.Lines {
		text = append(text, row{14, "", l})
	}
	for _, l := range text {
		if err := line(l.size, l.style, l.text); err != nil {
			return err
		}
	}
	pdf.SetY(height - 32)
	if err := line(9, "", p.Footer); err != nil {
		return err
	}
	if err := pdf.Output(w); err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	return nil
}

// A row is one line of text, its size in points.
type row struct {
	size        float64
	style, text string
}
