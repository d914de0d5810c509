package mask

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// class says what a token is made of.
type class uint8

const (
	symbol class = iota // one character that is none of the others
	word                // starts with a letter; letters, marks and digits follow
	number              // ASCII digits only
	mixed               // starts with a digit, holds letters: 4B, 10mg, 2nd
	masked              // one of our own marks, which nothing may look across
)

type token struct {
	start, end int
	class      class
	digits     bool   // holds a digit
	low        string // a word in small letters without Spanish accents
}

// text is s cut into tokens. Spaces are not tokens; they show as gaps.
type text struct {
	s      string
	tokens []token
	shouts bool // capitals say nothing: no small letters, or one on every word
	hasAt  bool

	small         bool // a small letter occurs
	words, lowers int  // words, and how many of them begin with a small letter

	lastRows []digits // what numberFrom read last, at token rowsAt
	rowsAt   int
}

func read(s string) *text {
	t := &text{s: s, tokens: make([]token, 0, len(s)/4+4)}
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case unicode.IsSpace(r):
			i += size
		case r == '[' && markAt(s[i:]) > 0:
			n := markAt(s[i:])
			t.tokens = append(t.tokens, token{start: i, end: i + n, class: masked})
			i += n
		case unicode.IsLetter(r) || isDigit(r):
			i = t.readWord(i)
		default:
			t.hasAt = t.hasAt || r == '@'
			t.tokens = append(t.tokens, token{start: i, end: i + size})
			i += size
		}
	}
	t.shouts = !t.small || t.lowers == 0 && t.words >= titleCase
	return t
}

// titleCase is from how many words on, all with a capital, somebody types so.
const titleCase = 5

func (t *text) readWord(start int) (end int) {
	letters, digits, digitFirst := false, false, isDigit(rune(t.s[start]))
	end = start
	for end < len(t.s) {
		r, size := utf8.DecodeRuneInString(t.s[end:])
		if !isDigit(r) && !unicode.IsLetter(r) && !unicode.IsMark(r) {
			break
		}
		letters, digits = letters || !isDigit(r), digits || isDigit(r)
		t.small = t.small || unicode.IsLower(r)
		end += size
	}
	c := word
	if digitFirst && letters {
		c = mixed
	} else if digitFirst {
		c = number
	}
	if first, _ := utf8.DecodeRuneInString(t.s[start:]); c == word {
		t.words++
		if unicode.IsLower(first) {
			t.lowers++
		}
	}
	low := ""
	if c == word && end-start <= longestWord {
		low = fold(t.s[start:end])
	}
	t.tokens = append(t.tokens, token{start, end, c, digits, low})
	return end
}

func markAt(s string) int {
	for _, mark := range marks {
		if strings.HasPrefix(s, mark) {
			return len(mark)
		}
	}
	return 0
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func (t *text) at(i int) string {
	if i < 0 || i >= len(t.tokens) {
		return ""
	}
	return t.s[t.tokens[i].start:t.tokens[i].end]
}

func (t *text) is(i int, c class) bool {
	return i >= 0 && i < len(t.tokens) && t.tokens[i].class == c
}

// gap is what stands between token i-1 and token i: spaces, or nothing.
func (t *text) gap(i int) string {
	if i <= 0 || i >= len(t.tokens) {
		return ""
	}
	return t.s[t.tokens[i-1].end:t.tokens[i].start]
}

// sameLine reports whether token i follows its predecessor on the same line.
func (t *text) sameLine(i int) bool { return !strings.ContainsAny(t.gap(i), "\r\n") }

// lower is token i in small letters and without Spanish accents; empty when it
// is not a word, or longer than any in our lists.
func (t *text) lower(i int) string {
	if i < 0 || i >= len(t.tokens) {
		return ""
	}
	return t.tokens[i].low
}

const longestWord = 24 // bytes

func fold(s string) string {
	s = strings.ToLower(s)
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return accents.Replace(s)
		}
	}
	return s
}

var accents = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u", "ñ", "n", "º", "", "ª", "")
