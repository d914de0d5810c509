package redline

import (
	"unicode/utf8"

	"github.com/aymanbagabas/go-udiff"
)

// A step covers a run of both lists: the same words, or some in the place of others.
type step struct {
	same                   bool
	fromA, toA, fromB, toB int
}

// mostDifferent bounds how many different words can be told apart: as many letters as Unicode has above the first.
const mostDifferent = 0x10FFFF - 0xE000

// align finds what two lists have in common. The library compares strings, so that each different word becomes a letter of its own.
func align(a, b []string) []step {
	letters := map[string]rune{}
	x, y := spell(a, letters), spell(b, letters)
	if len(letters) > mostDifferent {
		return []step{{toA: len(a), toB: len(b)}}
	}
	at := offsets(x)
	var steps []step
	i, j := 0, 0 // how far both lists are covered
	same := func(to int) {
		if n := to - i; n > 0 {
			steps = append(steps, step{true, i, i + n, j, j + n})
			i, j = i+n, j+n
		}
	}
	for _, e := range udiff.Strings(x, y) {
		same(at[e.Start])
		next := step{false, i, at[e.End], j, j + utf8.RuneCountInString(e.New)}
		steps, i, j = append(steps, next), next.toA, next.toB
	}
	same(len(a))
	return steps
}

// spell writes a list as a string, one letter a word.
func spell(list []string, letters map[string]rune) string {
	s := make([]rune, len(list))
	for i, word := range list {
		letter, known := letters[word]
		if !known {
			letter = letterOf(len(letters))
			letters[word] = letter
		}
		s[i] = letter
	}
	return string(s)
}

// letterOf is the letter that stands for the nth word: none of ASCII, which the library would compare byte by byte, and no surrogate.
func letterOf(n int) rune {
	letter := rune(0x100 + n)
	if letter >= 0xD800 {
		letter += 0x800
	}
	return min(letter, utf8.MaxRune)
}

// offsets maps the byte offsets of a string to its letters.
func offsets(s string) map[int]int {
	at := make(map[int]int, len(s)/2+1)
	n := 0
	for i := range s {
		at[i] = n
		n++
	}
	at[len(s)] = n
	return at
}

// Bounds of the search for blocks that are alike.
const (
	mostPairs = 40_000 // combinations looked at; beyond, blocks are paired in their order
	alike     = 0.4    // share of common words from which two blocks are one that changed
)

// pair finds which blocks became which, in order: the pairs with the most words in common.
func pair(was, is []block) [][2]int {
	if len(was)*len(is) > mostPairs {
		return nil
	}
	best := make([][]float64, len(was)+1) // best[i][j]: the most that was[i:] and is[j:] have in common
	alikeness := make([][]float64, len(was))
	for i := range best {
		best[i] = make([]float64, len(is)+1)
	}
	for i := len(was) - 1; i >= 0; i-- {
		alikeness[i] = make([]float64, len(is))
		for j := len(is) - 1; j >= 0; j-- {
			s := similarity(was[i], is[j])
			if s < alike {
				s = 0
			}
			alikeness[i][j] = s
			best[i][j] = max(best[i+1][j], best[i][j+1], best[i+1][j+1]+s)
		}
	}
	var pairs [][2]int
	for i, j := 0, 0; i < len(was) && j < len(is); {
		switch s := alikeness[i][j]; {
		case s > 0 && best[i][j] == best[i+1][j+1]+s:
			pairs = append(pairs, [2]int{i, j})
			i, j = i+1, j+1
		case best[i][j] == best[i+1][j]:
			i++
		default:
			j++
		}
	}
	return pairs
}

// similarity is the share of words that two blocks of the same kind have in common, 0 to 1 (Sørensen and Dice).
func similarity(a, b block) float64 {
	if a.kind != b.kind || len(a.tokens)+len(b.tokens) == 0 {
		return 0
	}
	count := map[string]int{}
	for _, t := range a.tokens {
		count[t.word]++
	}
	common := 0
	for _, t := range b.tokens {
		if count[t.word] > 0 {
			count[t.word]--
			common++
		}
	}
	return 2 * float64(common) / float64(len(a.tokens)+len(b.tokens))
}
