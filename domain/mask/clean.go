package mask

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks may stand on one letter. Vietnamese and
// Thai need two, pointed Hebrew up to four.
const maxMarks = 4

// Clean makes hostile text storable and showable, and leaves ordinary text as it
// is. The original bytes are the caller's to keep if they matter.
//
//   - a run of invalid UTF-8, and each NUL, becomes U+FFFD;
//   - controls become a space, CR LF and other line ends become \n; tabs stay;
//   - direction controls (U+202A-E, U+2066-9, U+200E, U+200F, U+061C), invisible
//     characters (zero-width space, BOM, soft hyphen, tags) and noncharacters go;
//   - the joiners U+200C and U+200D stay only between two characters beyond ASCII,
//     where Persian, Indic scripts and emoji need them, so that they cannot split
//     a number or a keyword;
//   - more than four combining marks in a row are cut to four;
//   - space at both ends goes.
//
// Clean of a clean text is that text.
func Clean(s string) string {
	if isClean(s) {
		return strings.TrimSpace(s)
	}
	c := cleaner{rest: strings.ToValidUTF8(s, string(unicode.ReplacementChar))}
	c.out.Grow(len(c.rest))
	for c.rest != "" {
		r, size := utf8.DecodeRuneInString(c.rest)
		c.rest = c.rest[size:]
		c.take(r)
	}
	return strings.TrimFunc(c.out.String(), unicode.IsSpace)
}

// isClean is the fast way for printable ASCII.
func isClean(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x7F || s[i] < ' ' && s[i] != '\n' && s[i] != '\t' {
			return false
		}
	}
	return true
}

type cleaner struct {
	out   strings.Builder
	rest  string
	last  rune // the last one written
	marks int  // combining marks in a row at the end of out
}

func (c *cleaner) take(r rune) {
	switch {
	case r == '\r':
		if !strings.HasPrefix(c.rest, "\n") {
			c.write('\n')
		}
	case r == '\u2028' || r == '\u2029' || r == '\u0085' || r == '\v' || r == '\f':
		c.write('\n')
	case r == 0:
		c.write(unicode.ReplacementChar)
	case r == '\n' || r == '\t':
		c.write(r)
	case r == '\u200c' || r == '\u200d':
		if c.joins() {
			c.write(r)
		}
	case isInvisible(r):
	case unicode.IsControl(r):
		c.write(' ')
	case unicode.In(r, unicode.Mn, unicode.Me):
		if c.marks < maxMarks {
			c.write(r)
			c.marks++
		}
	default:
		c.write(r)
	}
}

func (c *cleaner) write(r rune) {
	c.out.WriteRune(r)
	c.last = r
	if !unicode.In(r, unicode.Mn, unicode.Me) {
		c.marks = 0
	}
}

// joins reports whether a joiner here has something to join.
func (c *cleaner) joins() bool {
	next, _ := utf8.DecodeRuneInString(c.rest)
	return next > unicode.MaxASCII && next != unicode.ReplacementChar && unicode.In(next, unicode.L, unicode.S) &&
		c.last > unicode.MaxASCII && unicode.In(c.last, unicode.L, unicode.S, unicode.M)
}

func isInvisible(r rune) bool {
	switch {
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x200E, r == 0x200F, r == 0x061C: // direction
		return true
	case r == 0x200B, r == 0x2060, r >= 0x2061 && r <= 0x2065, r >= 0x206A && r <= 0x206F, r == 0xFEFF, r == 0x00AD, r == 0x180E, r == 0x034F, r == 0x115F, r == 0x1160, r == 0x3164, r == 0xFFA0:
		return true
	case r >= 0xE0000 && r <= 0xE007F, r >= 0xFFF9 && r <= 0xFFFB: // tags, annotations
		return true
	}
	return r&0xFFFE == 0xFFFE || r >= 0xFDD0 && r <= 0xFDEF // noncharacters
}
