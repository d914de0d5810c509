package words

import "strings"

// leads are words that may stand before a ward code, and make any known code one.
var wardLeads = set("ward unit dept department sala planta unidad servicio area zona")

// littleLeads may stand before a code that is written as one.
var littleLeads = set("on in at en la el the from de")

// ordinaryCodes are unit codes that are also words: they count in capitals only,
// unless "ward" stands before them.
var ordinaryCodes = set("or it in on at us am an as is so do go he me my no ok to up we be by if of a i ot la el en de mi tu si un y o e")

// Ward finds a known unit code at the start of a text, as "4B …", "4 b: …",
// "ward 4B …" or "en la sala 4B …", and returns it as the organisation writes it,
// with the text after it. Without one, rest is the text as it came: where it
// happened is then asked, or the person's own unit.
func Ward(text string, known []string) (code, rest string) {
	s := trimStart(text)
	certain := false
	for range 3 {
		first, after := cutWord(s)
		if lead := fold(first); wardLeads[lead] {
			certain = true
		} else if !littleLeads[lead] || isUnit(first, known) && first == strings.ToUpper(first) {
			break
		}
		s = trimStart(after)
	}
	best, end := "", 0
	for _, unit := range known {
		if n := unitAt(s, unit, certain); n > end {
			best, end = unit, n
		}
	}
	if best == "" {
		return "", text
	}
	return best, body(s[end:])
}

func isUnit(s string, known []string) bool {
	for _, unit := range known {
		if strings.EqualFold(s, unit) {
			return true
		}
	}
	return false
}

// unitAt is how many bytes at the start of s spell the unit, 0 when they do not.
// A space or hyphen between letter and digit does not matter: "4 B" and "4-b" are
// 4B; but "5 a day" is no 5A.
func unitAt(s, unit string, certain bool) int {
	i, before := 0, byte(0)
	for _, want := range []byte(unit) {
		if isGap(want) {
			before = want
			continue
		}
		mayGap := i > 0 && (isGap(before) || isDigitByte(before) != isDigitByte(want))
		before = want
		if mayGap && i+1 < len(s) && isGap(s[i]) {
			i++
			if s[i] == 'a' && !certain && strings.HasPrefix(s[i+1:], " ") {
				return 0
			}
		}
		if i >= len(s) || lowerByte(s[i]) != lowerByte(want) {
			return 0
		}
		i++
	}
	if next, _ := cutWord(s[i:]); i == 0 || next != "" {
		return 0 // part of a longer word
	}
	if !certain && ordinaryCodes[fold(unit)] && s[:i] != strings.ToUpper(s[:i]) {
		return 0
	}
	return i
}

func isGap(c byte) bool { return c == ' ' || c == '-' }

func isDigitByte(c byte) bool { return c >= '0' && c <= '9' }

func lowerByte(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
