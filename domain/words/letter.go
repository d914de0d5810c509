package words

import (
	"slices"
	"strings"
)

// aroundLetter are the words that people put around the letter of their answer.
var aroundLetter = set("option opcion answer respuesta letter letra is it its right correct the i think pick choose please pls my la el es creo que correcta correcto gracias thanks sure")

const maxLetterWords = 8

// Letter reads the answer to a question with lettered options, as an index from 0: "B", "b.", "(B)", "option b", "B is right", "I think
// it is B", the letter with its option copied after it, or the option alone. Other words make it no answer, for A is an English word
// and a Spanish one: "a patient fell" is none.
func Letter(text string, options []string) (option int, ok bool) {
	said := tokens(text)
	if len(said) == 0 {
		return 0, false
	}
	for i, o := range options {
		if t := tokens(o); len(t) > 0 && slices.Equal(said, t) {
			return i, true
		}
	}
	if i, ok := letter(said[0], len(options)); ok && slices.Equal(said[1:], tokens(options[i])) {
		return i, true
	}
	if len(said) > maxLetterWords || len(said) > 1 && strings.Contains(text, "?") {
		return 0, false
	}
	said = slices.DeleteFunc(said, func(w string) bool { return aroundLetter[w] })
	if len(said) != 1 {
		return 0, false
	}
	return letter(said[0], len(options))
}

func letter(word string, options int) (int, bool) {
	if len(word) != 1 || word[0] < 'a' || int(word[0]-'a') >= options {
		return 0, false
	}
	return int(word[0] - 'a'), true
}
