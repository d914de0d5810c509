package words

import (
	"slices"
	"testing"
)

func TestNamedFindsWhoIsMeant(t *testing.T) {
	t.Parallel()
	names := []string{"Sam Okafor", "Lee Wong", "Lee Chan", "José Núñez", "王伟", "Mia"}
	for text, want := range map[string][]int{
		"okafor": {0}, "Dr. Okafor": {0}, "s okafor": {0}, "OKAF": {0}, "lee": {1, 2}, "lee w": {1}, "Lee Wong": {1}, "wong lee": {1}, "nunez": {3}, "Jose Nuñez": {3},
		"王伟": {4}, "mia": {5}, "mia roth": nil, "o": nil, "": nil, "pylori": nil, "lee lee": nil, "dr": nil,
	} {
		if got := Named(text, names); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestHandOverIsALetterAndAName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"H okafor": "okafor", "h Dr. Okafor.": "Dr. Okafor", "H": "", "Helen came": "", "H2 blocker given": "", "H pylori test was sent to the wrong lab": "", "hand": ""} {
		name, ok := HandOver(text)
		if name != want && ok || ok != (want != "") {
			t.Errorf("%q: got %q %v", text, name, ok)
		}
	}
}
