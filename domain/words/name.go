package words

import (
	"slices"
	"strings"
)

// Named finds whose name was typed: all of it, or the beginning of some of its words ("okafor", "s okafor", "Dr. Okafor" of Sam Okafor).
// Accents and case do not matter. It returns the indexes of all names that fit, of those that fit wholly if there are any.
func Named(text string, names []string) []int {
	typed := slices.DeleteFunc(tokens(text), func(w string) bool { return titles[w] })
	if len(typed) == 0 || len(strings.Join(typed, "")) < 2 {
		return nil
	}
	var whole, part []int
	for i, name := range names {
		words := tokens(name)
		switch {
		case slices.Equal(typed, words):
			whole = append(whole, i)
		case beginAll(typed, words):
			part = append(part, i)
		}
	}
	if len(whole) > 0 {
		return whole
	}
	return part
}

// titles are what people put before a name.
var titles = set("dr dra doctor doctora prof mr mrs ms miss sr sra sister nurse matron to a mme m")

// beginAll reports whether every typed word begins a word of the name that no other typed word begins.
func beginAll(typed, name []string) bool {
	name = slices.Clone(name)
	for _, w := range typed {
		i := slices.IndexFunc(name, func(n string) bool { return strings.HasPrefix(n, w) })
		if i < 0 {
			return false
		}
		name = slices.Delete(name, i, i+1)
	}
	return true
}

// HandOver reads "H okafor": the letter of handing over with a name to it. Whether anybody has that name the caller finds out, for
// "H pylori positive" is no order.
func HandOver(text string) (name string, ok bool) {
	first, rest := cutWord(trimStart(text))
	name = trim(rest)
	return name, fold(first) == "h" && name != "" && strings.HasPrefix(rest, " ") && len(tokens(name)) <= 4
}
