package proof

import (
	"regexp"
	"slices"
	"testing"
)

var plain = regexp.MustCompile(`^[a-z]{4,9}$`)

func TestWordsArePlainAndUnlikeEachOther(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "es"} {
		list := Words(lang)
		if len(list) < 700 || !slices.IsSorted(list) {
			t.Errorf("%s: %d words, sorted %v", lang, len(list), slices.IsSorted(list))
		}
		for i, w := range list {
			if !plain.MatchString(w) || i > 0 && w == list[i-1] {
				t.Errorf("%s: %q", lang, w)
			}
		}
	}
}

func TestReadersOfALanguageWithoutWordsGetEnglishOnes(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "zh-CN", ""} {
		if got, want := Pick(lang, 7, nil), Pick("en", 7, nil); got != want {
			t.Errorf("%q: got %s, want %s", lang, got, want)
		}
	}
}

func TestPickStepsOverTakenWordsUntilAllAre(t *testing.T) {
	t.Parallel()
	taken := map[string]bool{}
	for range Words("en") {
		w := Pick("en", 1<<63+5, taken)
		if taken[w] {
			t.Fatalf("%q twice", w)
		}
		taken[w] = true
	}
	if w := Pick("en", 5, taken); !taken[w] {
		t.Errorf("got %q", w)
	}
}

func TestSameForgivesHowItWasTyped(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]bool{"cedar": true, "CEDAR.": true, " “Cedar” ": true, "cédar": true, "cedars": false, "": false} {
		if got := Same("cedar", typed); got != want {
			t.Errorf("%q: %v", typed, got)
		}
	}
	if Same("", "") {
		t.Error("no word is no proof")
	}
}
