package mask

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"ordinary", "pt slipped, small bruise", "pt slipped, small bruise"},
		{"trimmed", " \n pt fell\t ", "pt fell"},
		{"accents", "señor cayó", "señor cayó"},
		{"invalid UTF-8", "a\xff\xfeb\xc3", "a\ufffdb\ufffd"},
		{"a lone surrogate", "a\xed\xa0\x80b", "a\ufffdb"},
		{"NUL", "a\x00b", "a\ufffdb"},
		{"escape sequence", "a\x1b[31mb", "a [31mb"},
		{"line ends", "a\r\nb\rc\u2028d", "a\nb\nc\nd"},
		{"right-to-left override", "report\u202Efdp.exe", "reportfdp.exe"},
		{"isolates", "\u2066a\u2069 b", "a b"},
		{"zero width hides a number", "943\u200b476\u200d5919\ufeff", "9434765919"},
		{"soft hyphen", "hep\u00adarin", "heparin"},
		{"a family stays one emoji", "ok 👩\u200d👧 done", "ok 👩\u200d👧 done"},
		{"heart on fire", "❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"},
		{"Persian non-joiner", "می\u200cخواهم", "می\u200cخواهم"},
		{"combining run", "e" + strings.Repeat("\u0301", 200) + "x", "e" + strings.Repeat("\u0301", 4) + "x"},
		{"joiners do not restart the run", "e" + strings.Repeat("\u0301\u200d", 200), "e" + strings.Repeat("\u0301", 4)},
		{"tags", "a\U000E0041\U000E007Fb", "ab"},
		{"nothing left", "\u202e\u200b ", ""},
	} {
		if got := Clean(c.text); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"pt fell", "a\x00\xff\u202e\u200d\u0301", "👩\u200d👧", "\r\n\r", "\u00a0x\u3000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\x00\r\u202e\u2066\u200b") {
			t.Errorf("Clean(%q) = %q", s, got)
		}
		if again := Clean(got); again != got {
			t.Errorf("Clean(%q) = %q, then %q", s, got, again)
		}
	})
}
