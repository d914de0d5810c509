package words

import (
	"slices"
	"strings"
)

// Search finds the labels that somebody who types into a menu may mean: every typed word begins a word of the label, or stands in it when
// it is Chinese. Those that begin with what was typed come first, else the order stays. Nothing typed finds all.
func Search(text string, labels []string) []int {
	typed := tokens(text)
	var first, rest []int
	for i, label := range labels {
		words := tokens(label)
		switch {
		case !holdsAll(typed, words):
		case len(typed) > 0 && strings.HasPrefix(strings.Join(words, " "), strings.Join(typed, " ")):
			first = append(first, i)
		default:
			rest = append(rest, i)
		}
	}
	return append(first, rest...)
}

func holdsAll(typed, words []string) bool {
	for _, w := range typed {
		if !slices.ContainsFunc(words, func(l string) bool {
			return strings.HasPrefix(l, w) || strings.ContainsFunc(w, isHan) && strings.Contains(l, w)
		}) {
			return false
		}
	}
	return true
}
