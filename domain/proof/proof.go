// Package proof holds the words that stand at the end of a procedure: plain, short, spelt without accents, and different for each reader.
//
// A word proves that its reader reached the end; it is no password. Which word belongs to whom the store decides, by a keyed fingerprint.
package proof

import (
	_ "embed"
	"strings"
)

//go:embed en.txt
var english string

//go:embed es.txt
var spanish string

var lists = map[string][]string{"en": strings.Fields(english), "es": strings.Fields(spanish)}

// Words returns the words of a language, those of English when it has none of its own: French and Chinese readers type short English words,
// which any phone can. They must not be changed.
func Words(lang string) []string {
	if list := lists[lang]; list != nil {
		return list
	}
	return lists["en"]
}

// Pick chooses the word that number points at, or the next that is not taken. When all are taken, the first serves again.
func Pick(lang string, number uint64, taken map[string]bool) string {
	list := Words(lang)
	first := int(number % uint64(len(list)))
	for step := range list {
		if w := list[(first+step)%len(list)]; !taken[w] {
			return w
		}
	}
	return list[first]
}

var accents = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u", "ñ", "n")

// Fold is a word as it is compared: small letters without accents or anything around them.
func Fold(word string) string {
	return accents.Replace(strings.ToLower(strings.Trim(word, " \t\r\n.,;:!?¡¿'\"“”‘’()")))
}

// Same reports whether what was typed is the word.
func Same(word, typed string) bool { return word != "" && Fold(word) == Fold(typed) }
