package words

import "strings"

// colours are the words for how a ward stands, by what people type: in full, by the first letter, in the languages we speak.
var colours = map[string]string{
	"green": "green", "g": "green", "verde": "green", "vert": "green", "绿": "green", "绿色": "green",
	"amber": "amber", "a": "amber", "yellow": "amber", "orange": "amber", "ambar": "amber", "amarillo": "amber", "naranja": "amber", "ambre": "amber", "jaune": "amber", "黄": "amber", "黄色": "amber", "橙": "amber", "橙色": "amber",
	"red": "red", "r": "red", "rojo": "red", "roja": "red", "rouge": "red", "红": "red", "红色": "red",
}

// wideColours stand at the start of Chinese words, which have no spaces: 红色缺氧.
var wideColours = []string{"绿色", "黄色", "橙色", "红色", "绿", "黄", "橙", "红"}

// ParseStatus reads what follows STATUS: "GREEN", "AMBER 2 nurses", "5A RED no oxygen", "red 5A: no oxygen", "R". colour is green, amber or
// red; ward is empty where none is named; need is what follows. ok is false when no colour stands where one is expected.
func ParseStatus(text string, known []string) (colour, ward, need string, ok bool) {
	if colour, need, ok = cutColour(text); ok {
		ward, need = Ward(need, known)
		return colour, ward, strings.TrimSpace(need), true
	}
	ward, rest := Ward(text, known)
	if ward == "" {
		return "", "", "", false
	}
	colour, need, ok = cutColour(rest)
	return colour, ward, strings.TrimSpace(need), ok
}

func cutColour(text string) (colour, rest string, ok bool) {
	s := trimStart(text)
	first, after := cutWord(s)
	if colour, ok = colours[fold(first)]; ok {
		return colour, body(after), true
	}
	for _, w := range wideColours {
		if rest, found := strings.CutPrefix(s, w); found {
			return colours[w], body(rest), true
		}
	}
	return "", "", false
}

// saysColour reports whether one of the first words is a colour: STATUS is then meant as the keyword.
func saysColour(args []string) bool {
	for _, word := range args[:min(len(args), 4)] {
		if _, _, ok := cutColour(word); ok {
			return true
		}
	}
	return false
}
