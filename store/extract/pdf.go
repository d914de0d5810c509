package extract

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
	"time"
	"unicode"

	"github.com/ledongthuc/pdf"
)

// mostPages bounds the pages that are read.
const mostPages = 1000

// readPDF reads the text of a PDF, page by page. A file without one is a scan.
func readPDF(l *limit, data []byte) (string, error) {
	data = trimmed(data)
	r, err := pdf.NewReader(timed{bytes.NewReader(data), l.ends}, int64(len(data)))
	if err != nil {
		if errors.Is(err, pdf.ErrInvalidPassword) || bytes.Contains(data, []byte("/Encrypt")) {
			return "", refused("locked")
		}
		return "", err
	}
	pages := r.NumPage()
	if pages < 1 {
		return "", refused("broken")
	}
	var text strings.Builder
	for n := 1; n <= min(pages, mostPages); n++ {
		p := r.Page(n)
		if p.V.IsNull() {
			continue
		}
		w := writer{out: &text, limit: l, fonts: map[string]pdf.TextEncoding{}, page: p}
		w.read(p.V.Key("Contents"))
		text.WriteString("\n\n")
	}
	if unreadable(text.String()) {
		return "", nil
	}
	return unligated.Replace(text.String()), nil
}

// unreadable reports whether a text is signs instead of words: its fonts do not say which letters they draw. It is a scan to us.
func unreadable(text string) bool {
	odd, all := 0, 0
	for _, r := range text {
		if unicode.IsSpace(r) {
			continue
		}
		if all++; r == unicode.ReplacementChar || unicode.In(r, unicode.Co, unicode.Cc) {
			odd++
		}
	}
	return odd*5 > all
}

// unligated writes joined letters apart, as they are searched for. Nothing else is normalised: m² must not become m2.
var unligated = strings.NewReplacer("ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "\u00ad", "")

// trimmed forgives what readers forgive and the library does not: a version it does not know, and rubbish behind the end.
func trimmed(data []byte) []byte {
	tail := max(0, len(data)-2048)
	if at := bytes.LastIndex(data[tail:], []byte("%%EOF")); at >= 0 {
		data = data[:tail+at+len("%%EOF")]
	}
	fresh := bytes.Clone(data)
	copy(fresh, "%PDF-1.7\n")
	return fresh
}

// timed reads until the time is up, so that a file which leads the library in circles comes to an end.
type timed struct {
	from *bytes.Reader
	ends time.Time
}

func (t timed) ReadAt(p []byte, at int64) (int, error) {
	if time.Now().After(t.ends) {
		return 0, errSlow
	}
	return t.from.ReadAt(p, at)
}

// A writer follows the operators of a page that show text, and breaks lines where the page does. Source: ISO 32000-1, 9.4.
type writer struct {
	out   *strings.Builder
	limit *limit
	page  pdf.Page
	fonts map[string]pdf.TextEncoding

	enc     pdf.TextEncoding
	size    float64 // of the font
	leading float64
	x, y    float64 // where the next text stands
	shownX  float64 // where the last one began
	shownY  float64
	advance float64 // and about how far it reaches: widths are not known of every font
	shown   bool
}

// read goes through a page's content, measured first: a small stream may unpack to more than a machine has.
func (w *writer) read(content pdf.Value) {
	left := int64(mostUnpacked)
	for _, s := range streams(content) {
		n, _ := io.Copy(io.Discard, io.LimitReader(s.Reader(), left+1)) // what cannot be unpacked is told by Interpret
		if left -= n; left < 0 {
			panic(refused("long"))
		}
		w.limit.spend(0)
	}
	if content.IsNull() {
		return
	}
	pdf.Interpret(content, func(stack *pdf.Stack, op string) {
		w.limit.spend(0)
		args := make([]pdf.Value, stack.Len())
		for i := len(args) - 1; i >= 0; i-- {
			args[i] = stack.Pop()
		}
		w.operator(op, args)
	})
}

func streams(content pdf.Value) []pdf.Value {
	if content.Kind() != pdf.Array {
		return []pdf.Value{content}
	}
	var all []pdf.Value
	for i := range content.Len() {
		all = append(all, content.Index(i))
	}
	return all
}

func (w *writer) operator(op string, args []pdf.Value) {
	number := func(i int) float64 {
		if i >= len(args) {
			return 0
		}
		return args[i].Float64()
	}
	switch op {
	case "BT":
		w.x, w.y = 0, 0
	case "Tf":
		if len(args) == 2 {
			w.font(args[0].Name(), number(1))
		}
	case "TL":
		w.leading = number(0)
	case "Td":
		w.x, w.y = w.x+number(0), w.y+number(1)
	case "TD":
		w.leading = -number(1)
		w.x, w.y = w.x+number(0), w.y+number(1)
	case "T*":
		w.y -= w.leading
	case "Tm":
		w.x, w.y = number(4), number(5)
	case "'", "\"":
		w.y -= w.leading
		fallthrough
	case "Tj":
		if len(args) > 0 {
			w.show(args[len(args)-1])
		}
	case "TJ":
		if len(args) > 0 {
			w.showSpaced(args[0])
		}
	}
}

// font takes a page's font into use.
func (w *writer) font(name string, size float64) {
	w.size = math.Abs(size)
	enc, known := w.fonts[name]
	if !known {
		f := w.page.Font(name)
		enc = f.Encoder()
		w.fonts[name] = enc
	}
	w.enc = enc
}

// spaceGap is how far apart glyphs stand when a space is meant, in thousandths of the font's size.
const spaceGap = 180

// showSpaced shows text whose gaps are given with it.
func (w *writer) showSpaced(parts pdf.Value) {
	for i := range parts.Len() {
		switch p := parts.Index(i); p.Kind() {
		case pdf.String:
			w.show(p)
		case pdf.Integer, pdf.Real:
			if p.Float64() < -spaceGap {
				w.space()
			}
		}
	}
}

func (w *writer) show(s pdf.Value) {
	text := s.RawString()
	if w.enc != nil {
		text = w.enc.Decode(text)
	}
	w.limit.spend(len(text))
	w.place()
	w.out.WriteString(text)
	w.advance += float64(len([]rune(text))) * w.size * 0.5
}

// place breaks the line when the text stands on another one, begins a paragraph when it stands further off, and puts a space where a
// text on the same line is not about where the last one ended.
func (w *writer) place() {
	gap := math.Abs(w.y - w.shownY)
	switch {
	case !w.shown:
	case gap > max(1, w.size*0.3):
		w.out.WriteByte('\n')
		if gap > w.size*1.9 && w.size > 1 {
			w.out.WriteByte('\n')
		}
	case w.x == w.shownX: // more of the same
		return
	case math.Abs(w.x-w.shownX-w.advance) > 0.2*w.size+0.2*w.advance:
		w.space()
	}
	w.shown, w.shownX, w.shownY, w.advance = true, w.x, w.y, 0
}

// space puts one space between words.
func (w *writer) space() {
	if s := w.out.String(); s != "" && !strings.HasSuffix(s, " ") && !strings.HasSuffix(s, "\n") {
		w.out.WriteByte(' ')
	}
}
