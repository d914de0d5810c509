package gsm

import (
	"strings"
	"unicode"
)

// Plain writes text with GSM-7 characters where each has a plain form: curly
// quotes, dashes, ellipsis, hard spaces, and accented letters that GSM-7 lacks
// (á becomes a; é, à, ñ and ü stay). Invisible characters go.
//
// When something has no plain form (Chinese, Arabic, an emoji) the text needs
// UCS-2 anyway, so it is returned untouched: its accents cost nothing then.
// Plain of a plain text is that text.
func Plain(text string) string {
	if isPlain(text) {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	last := rune(0) // the letter that a combining mark belongs to
	held := false   // last is not written yet
	flush := func() bool {
		if !held {
			return true
		}
		held = false
		return writePlain(&b, last)
	}
	for _, r := range text {
		if held && r >= 0x300 && r <= 0x36F {
			last = compose(last, r)
			continue
		}
		if !flush() {
			return text
		}
		last, held = r, true
	}
	if !flush() {
		return text
	}
	return b.String()
}

func isPlain(text string) bool {
	for _, r := range text {
		if septetWidth(r) == 0 {
			return false
		}
	}
	return true
}

func writePlain(b *strings.Builder, r rune) bool {
	if septetWidth(r) > 0 {
		b.WriteRune(r)
		return true
	}
	plain, ok := plainForms[r]
	b.WriteString(plain)
	return ok
}

// compose joins a letter and a combining mark to the one character that GSM-7
// has for them; a mark that GSM-7 cannot show on a Latin letter is dropped.
func compose(letter, mark rune) rune {
	if whole, ok := composed[[2]rune{letter, mark}]; ok {
		return whole
	}
	if unicode.Is(unicode.Latin, letter) {
		return letter
	}
	return unicode.ReplacementChar // no plain form: the text stays as it is
}

var composed = map[[2]rune]rune{
	{'a', 0x300}: 'à', {'e', 0x300}: 'è', {'i', 0x300}: 'ì', {'o', 0x300}: 'ò', {'u', 0x300}: 'ù',
	{'e', 0x301}: 'é', {'E', 0x301}: 'É', {'n', 0x303}: 'ñ', {'N', 0x303}: 'Ñ',
	{'a', 0x308}: 'ä', {'o', 0x308}: 'ö', {'u', 0x308}: 'ü', {'A', 0x308}: 'Ä', {'O', 0x308}: 'Ö', {'U', 0x308}: 'Ü',
	{'a', 0x30A}: 'å', {'A', 0x30A}: 'Å', {'C', 0x327}: 'Ç',
}

// Letters by their plain form, which is the first of each line.
var folded = []string{
	"AÁÀÂÃĀĂĄǍ", "aáâãāăąǎª", "CĆĈĊČ", "cçćĉċč", "DĎĐÐ", "dďđð", "EÈÊËĒĔĖĘĚ", "eêëēĕėęě",
	"GĜĞĠĢ", "gĝğġģ", "HĤĦ", "hĥħ", "IÌÍÎÏĨĪĬĮİ", "iíîïĩīĭįı", "JĴ", "jĵ", "KĶ", "kķ", "LĹĻĽŁ", "lĺļľł",
	"NŃŅŇ", "nńņň", "OÒÓÔÕŌŎŐ", "oóôõōŏőº", "RŔŖŘ", "rŕŗř", "SŚŜŞŠȘ", "sśŝşšș", "TŢŤŦȚ", "tţťŧț",
	"UÙÚÛŨŪŬŮŰŲ", "uúûũūŭůűų", "WŴẀẂẄ", "wŵẁẃẅ", "YÝŶŸ", "yýŷÿ", "ZŹŻŽ", "zźżž",
	"'‘’‚‛′´`ʼˈ＇", "\"“”„‟″«»＂", "-‐‑‒–—―−‧•·", "<‹", ">›",
	" \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
	"\n\v\u0085\u2028\u2029",
}

// Plain forms of more, or fewer, than one character. Micro becomes mc because
// "ug" is misread as "mg" (ISMP list of error-prone abbreviations), and powers
// keep their sign because 10³ must not read as 103.
var plainForms = func() map[rune]string {
	forms := map[rune]string{
		'…': "...", 'œ': "oe", 'Œ': "OE", 'þ': "th", 'Þ': "Th", 'ﬁ': "fi", 'ﬂ': "fl",
		'½': "1/2", '¼': "1/4", '¾': "3/4", '²': "^2", '³': "^3", '×': "x", '÷': "/", '±': "+/-",
		'≤': "<=", '≥': ">=", '≠': "not =", '≈': "~", '→': "->", '←': "<-", '°': "deg", 'µ': "mc", 'μ': "mc",
		'™': "(TM)", '®': "(R)", '©': "(C)", '№': "No", '¢': "c",
		'\u00ad': "", '\u200b': "", '\u200c': "", '\u200d': "", '\u200e': "", '\u200f': "", '\u2060': "", '\ufeff': "",
	}
	for _, line := range folded {
		letters := []rune(line)
		for _, r := range letters[1:] {
			forms[r] = string(letters[0])
		}
	}
	return forms
}()
