package redline

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Passage is a changed block as a reader sees it: without the marks of Markdown, and of long unchanged stretches only the edges.
type Passage struct {
	Kind   Kind
	Under  string // the heading it stands under; empty before the first, and for headings
	Pieces []Piece
}

// fewWords is how much unchanged text is shown on each side of a change.
const fewWords = 12

// markup is about what a page needs around each piece, in letters.
const markup = 30

// Passages picks the changed blocks in their order, until they hold size letters. more says how many were left out.
func Passages(blocks []Block, size int) (shown []Passage, more int) {
	under := ""
	for _, b := range blocks {
		if b.Kind == Heading && b.Pieces[len(b.Pieces)-1].Op != Removed {
			under = plain(After([]Block{b}))
		}
		if !b.Changed() {
			continue
		}
		p := passage(b, under)
		length := len(p.Under)
		for _, piece := range p.Pieces {
			length += len(piece.Text()) + markup
		}
		if size -= length; size < 0 && len(shown) > 0 || more > 0 {
			more++
			continue
		}
		shown = append(shown, p)
	}
	return shown, more
}

// longestPiece bounds one piece of a passage, in letters.
const longestPiece = 1500

func passage(b Block, under string) Passage {
	p := Passage{Kind: b.Kind}
	if b.Kind != Heading {
		p.Under = under
	}
	for i, piece := range b.Pieces {
		piece.Before, piece.After = plainPiece(piece.Before, i == 0), plainPiece(piece.After, i == 0)
		switch {
		case piece.Op == Same:
			piece.After = edges(piece.After, i > 0, i < len(b.Pieces)-1)
			piece.Before = piece.After
		default:
			piece.Before, piece.After = clip(piece.Before), clip(piece.After)
		}
		if piece.Before+piece.After != "" {
			p.Pieces = append(p.Pieces, piece)
		}
	}
	return p
}

// edges keeps the words next to a change: the first, the last, or both.
func edges(text string, first, last bool) string {
	words := strings.Fields(text)
	kept := 0
	if first {
		kept += fewWords
	}
	if last {
		kept += fewWords
	}
	if len(words) <= kept+3 {
		return text
	}
	var b strings.Builder
	if first {
		b.WriteString(leading(text) + strings.Join(words[:fewWords], " ") + " ")
	}
	b.WriteString("…")
	if last {
		b.WriteString(" " + strings.Join(words[len(words)-fewWords:], " ") + trailing(text))
	}
	return clip(b.String())
}

func leading(text string) string {
	if r, _ := utf8.DecodeRuneInString(text); unicode.IsSpace(r) {
		return " "
	}
	return ""
}

func trailing(text string) string {
	if r, _ := utf8.DecodeLastRuneInString(text); unicode.IsSpace(r) {
		return " "
	}
	return ""
}

func clip(text string) string {
	if runes := []rune(text); len(runes) > longestPiece {
		return string(runes[:longestPiece]) + "…"
	}
	return text
}

var (
	firstMark = regexp.MustCompile(`^\s*(#{1,6}\s+|[-*+•]\s+|\|\s*)`)
	linkMark  = regexp.MustCompile(`!?\[([^\]\[]*)\]\((?:[^()\s]|\([^()\s]*\))*\)`)
	signs     = strings.NewReplacer("**", "", "__", "", "`", "", "~~", "", "|", " · ", "\n", " ", "\r", "", "\t", " ")
)

// plainPiece takes the marks of Markdown out of a piece; those of the block stand in its first.
func plainPiece(text string, first bool) string {
	if first {
		text = firstMark.ReplaceAllString(text, "")
	}
	return signs.Replace(linkMark.ReplaceAllString(text, "$1"))
}

// plain is a block's text without marks.
func plain(text string) string { return strings.TrimSpace(plainPiece(text, true)) }

// A Part is a block of a text that is no Markdown, as it is shown.
type Part struct {
	Heading bool
	Text    string
}

// Lay lays out a plain text: headings without their mark, everything else line by line as it stands.
func Lay(text string) []Part {
	var parts []Part
	for _, b := range cut(text) {
		trimmed := strings.TrimSpace(b.raw)
		switch {
		case trimmed == "":
		case b.kind == Heading:
			parts = append(parts, Part{true, strings.TrimSpace(strings.TrimLeft(trimmed, "#"))})
		default:
			parts = append(parts, Part{false, trimmed})
		}
	}
	return parts
}
