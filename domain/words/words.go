// Package words understands what a person typed: opt-out words, report keywords,
// codes, answers, ward codes, and whether a text without any of these reads like
// a report.
//
// Everything here is a pure function of the text, tolerant of case, accents,
// punctuation and quotes, because texts are typed with one thumb at four in the
// morning. Nothing is decided here: what a phone may address, and which question
// is open, the caller knows. The caller's order is: OptOut, Keyword with text,
// ParseCode, the open question (YesNo, Digit), Keyword alone, LooksLikeReport.
package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// edge is what may surround a word without being part of it.
const edge = " \t\r\n\u00a0.,;:!?¡¿'\"`´‘’“”«»()[]<>*_-–—…/#" + wide

// wide is what surrounds a word written with a Chinese keyboard.
const wide = "\u3000，。、：；！？（）【】《》「」＋"

// trim takes quotes, brackets, punctuation and space off both ends.
func trim(s string) string { return strings.Trim(s, edge) }

// trimStart takes the same off the start only.
func trimStart(s string) string { return strings.TrimLeft(s, edge) }

// fold is s in small letters without accents.
func fold(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return strings.ToLower(accents.Replace(s))
		}
	}
	return strings.ToLower(s)
}

var accents = strings.NewReplacer(
	"á", "a", "à", "a", "â", "a", "ä", "a", "ã", "a", "å", "a", "é", "e", "è", "e", "ê", "e", "ë", "e", "í", "i", "ì", "i", "î", "i", "ï", "i",
	"ó", "o", "ò", "o", "ô", "o", "ö", "o", "õ", "o", "ú", "u", "ù", "u", "û", "u", "ü", "u", "ñ", "n", "ç", "c",
	"Á", "a", "À", "a", "Â", "a", "É", "e", "È", "e", "Ê", "e", "Í", "i", "Î", "i", "Ó", "o", "Ô", "o", "Ú", "u", "Û", "u", "Ü", "u", "Ñ", "n", "Ç", "c",
	"\u0300", "", "\u0301", "", "\u0302", "", "\u0303", "", "\u0308", "", "\u0327", "", "º", "", "ª", "", "’", "'", "‘", "'",
)

// tokens are the words of s, folded, with apostrophes dropped: "don't" is dont. Chinese beside Latin is a word of its own: "1是" is two.
func tokens(s string) []string {
	s = apart(strings.ReplaceAll(fold(s), "'", ""))
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// apart puts a space between Chinese and Latin that are written together.
func apart(s string) string {
	if !strings.ContainsFunc(s, isHan) {
		return s
	}
	var b strings.Builder
	last := ' '
	for _, r := range s {
		if isHan(r) != isHan(last) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// cutWord splits s after its first word: letters and digits up to anything else. Chinese needs no space: NM药品错误 begins with NM.
func cutWord(s string) (first, rest string) {
	for i, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) || i > 0 && isHan(r) && s[i-1] < utf8.RuneSelf {
			return s[:i], s[i:]
		}
	}
	return s, ""
}

// body is text without the spaces and separators that follow a keyword or code.
func body(s string) string {
	return strings.TrimRight(strings.TrimLeft(s, " \t\r\n\u00a0.,;:!-–—=>)\"'”’]\u3000，。、：；！"), " \t\r\n\u00a0")
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}
