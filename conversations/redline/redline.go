// Package redline finds what changed between two versions of a text, word by word, and picks the passages a reader should see.
//
// "Redline" is what document control calls a copy that shows its changes. Texts are cut into blocks (headings, list items, table rows,
// paragraphs), blocks are matched, and only within a pair of blocks are words compared: a moved heading or a new list item stays
// readable. White space and line breaks alone are no change. The package is pure, and nothing is lost: see Before and After.
package redline

import (
	"strings"
)

// An Op says what became of a piece of text.
type Op int

// The operations.
const (
	Same Op = iota
	Removed
	Added
)

// A Piece is a run of text with one fate. Of a Same piece both sides are kept, for they may differ in white space.
type Piece struct {
	Op            Op
	Before, After string // Before is empty for Added, After for Removed
}

// Text is what a reader is shown of a piece: as it stands now, or stood.
func (p Piece) Text() string {
	if p.Op == Removed {
		return p.Before
	}
	return p.After
}

// A Kind is what a block is.
type Kind int

// The kinds of block, by the marks of Markdown.
const (
	Paragraph Kind = iota
	Heading
	Item
	Row // of a table
)

// A Block is a heading, list item, table row or paragraph with its pieces.
type Block struct {
	Kind   Kind
	Pieces []Piece
}

// Changed reports whether any word of the block was added or removed.
func (b Block) Changed() bool {
	for _, p := range b.Pieces {
		if p.Op != Same && strings.TrimSpace(p.Before+p.After) != "" {
			return true
		}
	}
	return false
}

// Compare compares two texts. The blocks come in the order of after; what was removed stands where it stood.
func Compare(before, after string) []Block {
	old, new := cut(before), cut(after)
	var blocks []Block
	for _, step := range align(keys(old), keys(new)) {
		was, is := old[step.fromA:step.toA], new[step.fromB:step.toB]
		if step.same {
			for i := range was {
				blocks = append(blocks, compareBlock(was[i], is[i]))
			}
			continue
		}
		blocks = append(blocks, replaced(was, is)...)
	}
	return blocks
}

// Before gives back the older text of a comparison, byte for byte.
func Before(blocks []Block) string {
	return join(blocks, func(p Piece) string { return p.Before })
}

// After gives back the newer text of a comparison, byte for byte.
func After(blocks []Block) string { return join(blocks, func(p Piece) string { return p.After }) }

func join(blocks []Block, side func(Piece) string) string {
	var b strings.Builder
	for _, block := range blocks {
		for _, p := range block.Pieces {
			b.WriteString(side(p))
		}
	}
	return b.String()
}

// replaced compares blocks that stand in the place of others: those alike are compared word by word, the rest went or came.
func replaced(was, is []block) []Block {
	var blocks []Block
	i, j := 0, 0
	emit := func(toI, toJ int) {
		for ; i < toI; i++ {
			blocks = append(blocks, Block{was[i].kind, []Piece{{Op: Removed, Before: was[i].raw}}})
		}
		for ; j < toJ; j++ {
			blocks = append(blocks, Block{is[j].kind, []Piece{{Op: Added, After: is[j].raw}}})
		}
	}
	for _, p := range pair(was, is) {
		emit(p[0], p[1])
		blocks = append(blocks, compareBlock(was[p[0]], is[p[1]]))
		i, j = p[0]+1, p[1]+1
	}
	emit(len(was), len(is))
	return blocks
}

// compareBlock compares two blocks word by word.
func compareBlock(was, is block) Block {
	b := Block{Kind: is.kind}
	for _, step := range align(words(was.tokens), words(is.tokens)) {
		before, after := raw(was.tokens[step.fromA:step.toA]), raw(is.tokens[step.fromB:step.toB])
		if step.same {
			b.Pieces = append(b.Pieces, Piece{Op: Same, Before: before, After: after})
			continue
		}
		if before != "" {
			b.Pieces = append(b.Pieces, Piece{Op: Removed, Before: before})
		}
		if after != "" {
			b.Pieces = append(b.Pieces, Piece{Op: Added, After: after})
		}
	}
	return b
}
