package redline

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A block is one block of one text.
type block struct {
	kind   Kind
	raw    string // with the white space behind it
	tokens []token
}

// A token is one word, sign or ideograph with the white space behind it.
type token struct{ word, raw string }

var (
	headingMark = regexp.MustCompile(`^ {0,3}#{1,6}\s`)
	itemMark    = regexp.MustCompile(`^\s*([-*+•]|\d{1,3}[.)])\s`)
)

// kindOf is what a line begins.
func kindOf(line string) Kind {
	switch {
	case headingMark.MatchString(line):
		return Heading
	case itemMark.MatchString(line):
		return Item
	case strings.HasPrefix(strings.TrimSpace(line), "|"):
		return Row
	default:
		return Paragraph
	}
}

// cut splits a text into its blocks. Put together again they are the text.
func cut(text string) []block {
	var blocks []block
	open := false // the last block takes more lines
	for line := range strings.SplitAfterSeq(text, "\n") {
		kind, blank := kindOf(line), strings.TrimSpace(line) == ""
		switch {
		case line == "":
		case blank && len(blocks) > 0:
			blocks[len(blocks)-1].raw += line
			open = false
		case open && kind == Paragraph:
			blocks[len(blocks)-1].raw += line
		default:
			blocks = append(blocks, block{kind: kind, raw: line})
			open = kind == Paragraph && !blank || kind == Item
		}
	}
	for i := range blocks {
		blocks[i].tokens = tokens(blocks[i].raw)
	}
	return blocks
}

// tokens splits a text into words. A number keeps its point and its comma: 0.5 is one word and never "0" and "5".
func tokens(text string) []token {
	var all []token
	for len(text) > 0 {
		n := wordLength(text)
		end := n + gap(text[n:])
		all = append(all, token{text[:n], text[:end]})
		text = text[end:]
	}
	return all
}

// gap is how many bytes of white space and of emphasis stand at the beginning: bold or not is no other word.
func gap(text string) int {
	n := 0
	for n < len(text) {
		r, size := utf8.DecodeRuneInString(text[n:])
		mark := text[n:min(n+2, len(text))]
		switch {
		case unicode.IsSpace(r) || r == '`':
			n += size
		case mark == "**" || mark == "__" || mark == "~~":
			n += len(mark)
		default:
			return n
		}
	}
	return n
}

// wordLength is how many bytes the word at the beginning has; 0 when a gap stands there.
func wordLength(text string) int {
	if gap(text) > 0 {
		return 0
	}
	first, size := utf8.DecodeRuneInString(text)
	if !inWord(first) {
		return size
	}
	n := 0
	for n < len(text) {
		r, size := utf8.DecodeRuneInString(text[n:])
		if !inWord(r) {
			next, _ := utf8.DecodeRuneInString(text[n+size:])
			if !strings.ContainsRune(".,'’-/:", r) || !inWord(next) {
				break
			}
		}
		n += size
	}
	return n
}

// inWord reports whether a letter belongs to a word of several. Scripts written without spaces are compared letter by letter.
func inWord(r rune) bool {
	if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
		return false
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.N)
}

// key is what makes two blocks the same: their words.
func (b block) key() string {
	var key strings.Builder
	for _, t := range b.tokens {
		key.WriteString(t.word)
		key.WriteByte(' ')
	}
	return key.String()
}

func keys(blocks []block) []string {
	all := make([]string, len(blocks))
	for i, b := range blocks {
		all[i] = b.key()
	}
	return all
}

func words(tokens []token) []string {
	all := make([]string, len(tokens))
	for i, t := range tokens {
		all[i] = t.word
	}
	return all
}

func raw(tokens []token) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString(t.raw)
	}
	return b.String()
}
