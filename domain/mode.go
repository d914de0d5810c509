package domain

import (
	"maps"
	"slices"
	"strings"
)

// A Mode says whether something is an exercise or real. There are these two and no third: the zero value is an exercise, and nothing turns
// one into the other. Whoever writes a text never says which it is; the engine puts it first, in every text, call and page: see Headed.
type Mode struct{ live bool }

// The modes.
var (
	Exercise = Mode{}
	Live     = Mode{live: true}
)

// ModeNamed is the inverse of String.
func ModeNamed(name string) (m Mode, ok bool) {
	switch name {
	case Exercise.String():
		return Exercise, true
	case Live.String():
		return Live, true
	default:
		return Mode{}, false
	}
}

// String is the stored name.
func (m Mode) String() string {
	if m.live {
		return "live"
	}
	return "exercise"
}

// Key is the catalogue's word for the mode: EXERCISE, LIVE.
func (m Mode) Key() string { return "mode." + m.String() }

// Headed is args with the mode in them. A text with a mode begins with its word, whatever the catalogue's words for the text are, and
// whatever more says.
func (m Mode) Headed(more Args) Args {
	args := Args{}
	maps.Copy(args, more)
	args[ModeArg] = Term(m.Key())
	return args
}

// about is the arguments of a text about something of the mode: its code and title, and more.
func (m Mode) about(code Code, title string, more Args) Args {
	args := Args{"bare": Text(string(code)), "title": Text(title)}
	maps.Copy(args, more)
	return m.Headed(args)
}

// ModeArg is the argument by which a text knows its mode.
const ModeArg = "mode"

// modeWords are the words an author may not use in a title: only the engine says what is real.
var modeWords = []string{"exercise", "live", "drill", "real", "simulacro", "ejercicio", "exercice", "reel", "réel", "演练", "实战", "真实"}

// SaysMode reports whether a text says by itself that something is an exercise or real: only the engine does.
func SaysMode(text string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(modeWords, func(w string) bool { return hasWord(text, w) })
}

// hasWord reports whether a text holds a word; of a script without spaces, whether it holds it at all.
func hasWord(text, word string) bool {
	if word[0] >= 0x80 {
		return strings.Contains(text, word)
	}
	return slices.Contains(strings.FieldsFunc(text, func(r rune) bool { return !('a' <= r && r <= 'z' || r >= 0xe0) }), word)
}
