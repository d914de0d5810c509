package words

import (
	"strings"
	"unicode/utf8"
)

// LooksLikeReport reports whether a text without any keyword reads like a report
// of an event or a danger, so that "text SAVE to report it" is worth offering.
// lang is "en" or "es"; with anything else the words tell which. It is a guess, made by adding
// up what the words speak for, and decides nothing: the text is kept either way. We know no Chinese words: a Chinese sentence that asks
// nothing is taken for a report, which leans the same way as the weights.
//
// Recall and false offers are measured on testdata/reports.tsv, a third of which
// is held out.
func LooksLikeReport(text, lang string) bool {
	words := tokens(text)
	if han := strings.Map(keepHan, text); han != "" {
		asks := strings.HasSuffix(han, "吗") || strings.HasSuffix(han, "呢") || strings.ContainsAny(text, "?？")
		return utf8.RuneCountInString(han) >= fewestHan && !asks
	}
	if len(words) < fewestWords {
		return false
	}
	vocabulary := &english
	if lang == "es" || lang != "en" && spanish.knows(words) > english.knows(words) {
		vocabulary = &spanish
	}
	return vocabulary.score(words, text) >= enough
}

// SaysSomething reports whether a text has content that could be a report of anything: two words, one of them of three letters, or a long
// word, or three Chinese characters. "?", "ok", "no no" and an emoji have none.
func SaysSomething(text string) bool {
	if utf8.RuneCountInString(strings.Map(keepHan, text)) >= 3 {
		return true
	}
	longest, count := 0, 0
	for _, w := range tokens(text) {
		count++
		longest = max(longest, utf8.RuneCountInString(w))
	}
	return count >= 2 && longest >= 3 || longest >= 7
}

// The weights. Reports can be about anything, small talk is about few things: so
// a text of some length is a report unless it sounds like talk, and short ones
// must name what went wrong, or with what. The scale leans towards offering: a
// text that nobody takes for a report is deleted after a day, while one offer too
// many costs one reply.
const (
	wentWrong = 3  // fell, wrong, expired
	clinical  = 2  // pt, vial, theatre
	context   = 1  // ward, given, not
	chat      = -2 // I, you, today
	talk      = -5 // shift, thanks, parking
	question  = -7

	enough      = 5
	fewestWords = 2
	fewestHan   = 6 // 病人从床上跌下 is a report of seven; greetings and thanks are shorter
	lengthFrom  = 2 // each word after these counts one, up to lengthMost
	lengthMost  = 5
)

func keepHan(r rune) rune {
	if isHan(r) {
		return r
	}
	return -1
}

// A vocabulary weighs stems and pairs of words.
type vocabulary struct {
	stems map[string]int
	pairs map[string]int
	asks  map[string]bool // words that a question begins with
	small map[string]bool // words that only tell the language
}

// knows is how many of the words belong to the language.
func (v *vocabulary) knows(words []string) (n int) {
	for _, w := range words {
		if stem, _ := v.weigh(w); stem != "" || v.small[w] || v.asks[w] {
			n++
		}
	}
	return n
}

// score adds up each stem once, however often it is said.
func (v *vocabulary) score(words []string, text string) int {
	total := min(max(len(words)-lengthFrom, 0), lengthMost)
	seen := map[string]bool{}
	count := func(stem string, weight int) {
		if !seen[stem] {
			seen[stem] = true
			total += weight
		}
	}
	for i, w := range words {
		if i > 0 {
			pair := words[i-1] + " " + w
			if weight, ok := v.pairs[pair]; ok {
				count(pair, weight)
			}
		}
		if stem, weight := v.weigh(w); stem != "" {
			count(stem, weight)
		}
	}
	if v.asks[words[0]] || strings.HasSuffix(strings.TrimSpace(text), "?") {
		total += question
	}
	return total
}

// weigh finds the longest stem of a word.
func (v *vocabulary) weigh(w string) (stem string, weight int) {
	if weight, ok := v.stems[w+"."]; ok {
		return w + ".", weight
	}
	for n := min(len(w), longestStem); n >= shortestStem; n-- {
		if weight, ok := v.stems[w[:n]]; ok {
			return w[:n], weight
		}
	}
	for _, ending := range drugEndings {
		if len(w) > len(ending)+2 && strings.HasSuffix(w, ending) {
			return ending, clinical
		}
	}
	return "", 0
}

// drugEndings are those of international drug names, English and Spanish.
var drugEndings = []string{"cillin", "mycin", "micin", "parin", "azole", "pril", "sartan", "olol", "statin", "oxacin", "azepam", "azolam", "caine", "setron", "tidine",
	"cilina", "micina", "parina", "azol", "statina", "caina", "xaban", "gliptin", "formin", "semide"}

const shortestStem, longestStem = 3, 12

// weights turns word lists by weight into stems. A stem that stands in two lists
// is a mistake in this package, and stops the program at its start.
func weights(lists map[int]string) map[string]int {
	stems := map[string]int{}
	for weight, words := range lists {
		for w := range strings.FieldsSeq(words) {
			if _, twice := stems[w]; twice {
				panic("words: stem listed twice: " + w)
			}
			stems[w] = weight
		}
	}
	return stems
}

func pairs(lists map[int][]string) map[string]int {
	all := map[string]int{}
	for weight, list := range lists {
		for _, pair := range list {
			all[pair] = weight
		}
	}
	return all
}
