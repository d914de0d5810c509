package gsm

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

type vector struct {
	Name, Text, Encoding string
	Segments, Bits       int
	SmartEncoding        string `json:"smart_encoding"`
	SmartSegments        int    `json:"smart_segments"`
}

// The vectors were made with Twilio's own calculator, so that our count and
// their bill agree. It counts bits of content; we count what they hold.
func TestSegmentsAgreesWithTheProvider(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/segments.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	if err := json.Unmarshal(raw, &vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors) < 40 {
		t.Fatalf("only %d vectors", len(vectors))
	}
	for _, v := range vectors {
		unit := 7
		if v.Encoding == string(UCS2) {
			unit = 16
		}
		want := Count{Encoding(v.Encoding), v.Bits / unit, v.Segments}
		if got := Segments(v.Text); got != want {
			t.Errorf("%s: got %+v, want %+v", v.Name, got, want)
		}
		// Our plain forms reach further than the provider's, never less far.
		plain := Segments(Plain(v.Text))
		if v.SmartEncoding == string(GSM7) && plain.Encoding != GSM7 || plain.Segments > v.SmartSegments {
			t.Errorf("%s plain: got %+v, want at most %s %d", v.Name, plain, v.SmartEncoding, v.SmartSegments)
		}
	}
}

func TestNoCharacterIsSplitBetweenSegments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       Count
	}{
		{"escape at 153", strings.Repeat("a", 152) + "€" + strings.Repeat("b", 151), Count{GSM7, 305, 2}},
		{"escape pushes the last letter out", strings.Repeat("a", 152) + "€" + strings.Repeat("b", 152), Count{GSM7, 306, 3}},
		{"surrogate at 67", strings.Repeat("护", 66) + "🩺" + strings.Repeat("护", 65), Count{UCS2, 133, 2}},
		{"surrogate pushes the last letter out", strings.Repeat("护", 66) + "🩺" + strings.Repeat("护", 66), Count{UCS2, 134, 3}},
		{"invalid bytes", "a\xff", Count{UCS2, 2, 1}},
	} {
		if got := Segments(c.text); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"It’s “done” – really…", "It's \"done\" - really..."},
		{"a\u00a0b\tc`d", "a b c'd"},
		{"¿Alguien está en peligro ahora? Sí", "¿Alguien esta en peligro ahora? Si"},
		{"já não há ração", "ja nao ha racao"},
		{"é à ñ ü ö ä å Ç ß Ø æ", "é à ñ ü ö ä å Ç ß Ø æ"},
		{"fenêtre, œuvre, ça, île", "fenetre, oeuvre, ca, ile"},
		{"Zażółć gęślą jaźń", "Zazolc gesla jazn"},
		{"e\u0301 n\u0303 o\u0301 a\u0302", "é ñ o a"},
		{"10³/µL ≥ 38°C ½", "10^3/mcL >= 38degC 1/2"},
		{"pt\u200bfell\ufeff", "ptfell"},
		{"price 5€ [x]", "price 5€ [x]"},
		{"谢谢，é’", "谢谢，é’"},               // UCS-2 anyway
		{"sí 🩺 – ok", "sí 🩺 – ok"},       // UCS-2 anyway
		{"\u0301 alone", "\u0301 alone"}, // a mark on nothing
	} {
		if got := Plain(c.text); got != c.want {
			t.Errorf("Plain(%q): got %q, want %q", c.text, got, c.want)
		}
	}
}

func TestFitsCountsThePlainForm(t *testing.T) {
	t.Parallel()
	if text := strings.Repeat("á", 160); !Fits(text) {
		t.Error("160 accented letters are one segment when plain")
	}
	if text := strings.Repeat("a", 161); Fits(text) {
		t.Error("161 letters are two segments")
	}
	if text := strings.Repeat("护", 71); Fits(text) {
		t.Error("71 Chinese characters are two segments")
	}
}

func TestEveryPlainFormIsGSM(t *testing.T) {
	t.Parallel()
	for r, form := range plainForms {
		if !isPlain(form) {
			t.Errorf("plain form of %q is %q", r, form)
		}
		if septetWidth(r) > 0 {
			t.Errorf("%q needs no plain form", r)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, s := range []string{"It’s – ok…", "é e\u0301 ê", "护士", "a\xffb", strings.Repeat("€", 90)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		plain := Plain(s)
		if again := Plain(plain); again != plain {
			t.Errorf("Plain(%q) = %q, then %q", s, plain, again)
		}
		if utf8.ValidString(s) && !utf8.ValidString(plain) {
			t.Errorf("Plain(%q) is not UTF-8", s)
		}
		got := Segments(s)
		room := map[Encoding]int{GSM7: septetsAlone, UCS2: unitsAlone}[got.Encoding]
		if got.Segments < 1 || (got.Segments == 1) != (got.Units <= room) {
			t.Errorf("Segments(%q) = %+v", s, got)
		}
	})
}

func BenchmarkSegments(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"one", "INC-Q9F saved 02:14, ward 4B. Anyone in danger now? 1 yes 2 no. Emergency: 2222"},
		{"ten", strings.Repeat("near miss ", 150)},
		{"chinese", strings.Repeat("护", 300)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Segments(c.text)
			}
		})
	}
}

func BenchmarkPlain(b *testing.B) {
	text := "¿Alguien está en peligro ahora? Sí – llame al 2222…"
	b.ReportAllocs()
	for b.Loop() {
		Plain(text)
	}
}
