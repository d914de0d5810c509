package conversations

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"goodcatch/domain"
	"goodcatch/domain/gsm"
)

// scripts are alphabets that a value may come in: the small alphabet, its doubled characters, accents with and without a plain form,
// Chinese, Arabic, Devanagari with its marks, and signs of two UTF-16 units.
var scripts = []string{"abcdefgh XYZ 0189", "{}[]~|^€", "éàñçêőŁșœ", "药柜已重新标识，敗", "مرحبا بك", "नमस्ते", "🩺👩🏽‍⚕️𠮷", "a药é{"}

// anyValue draws a value as a colleague may have typed it.
func anyValue(t *rapid.T, name string) domain.Arg {
	letters := []rune(rapid.SampledFrom(scripts).Draw(t, name+" script"))
	return domain.Text(rapid.StringOfN(rapid.SampledFrom(letters), 0, 200, -1).Draw(t, name))
}

func TestEveryTextIsOneSegmentWhateverItsValues(t *testing.T) {
	t.Parallel()
	c := NewCatalog("https://quality.hospital.org")
	rapid.Check(t, func(t *rapid.T) {
		lang := rapid.SampledFrom(c.Languages()).Draw(t, "language")
		key := rapid.SampledFrom(c.Keys(lang)).Draw(t, "key")
		args := longestIn(c, lang, key)
		for name, a := range args {
			if tag, _ := a.Kind(); tag == 's' && rapid.Bool().Draw(t, "other "+name) {
				args[name] = anyValue(t, name)
			}
		}
		text := c.Segment(voice(lang), key, args)
		if n := gsm.Segments(text); n.Segments != 1 || !utf8.ValidString(text) {
			t.Fatalf("%d units of %s: %s", n.Units, n.Encoding, text)
		}
	})
}

// heard is the feedback that a reader of the language gets.
func heard(c *Catalog, lang, learning string) string {
	return c.Segment(voice(lang), "feedback.closed", domain.Args{"code": domain.Text("GOOD-K7R4"), "learning": domain.Text(learning), "count": domain.Number(6)})
}

func TestAChineseLineReachesReadersOfLatinWhole(t *testing.T) {
	t.Parallel()
	c, line := NewCatalog(""), strings.Repeat("药", domain.LearningLimit/3)
	for lang, want := range map[string]string{"en": "GOOD-K7R4: " + line + " Useful? 1 yes 2 no", "es": "GOOD-K7R4: " + line + " ¿Útil? 1 si 2 no", "fr": "GOOD-K7R4 : " + line + " Utile ? 1 oui 2 non"} {
		if got := heard(c, lang, line); got != want || !gsm.Fits(got) {
			t.Errorf("%s: got %s", lang, got)
		}
		args := domain.Args{"code": domain.Text("GOOD-K7R4"), "question": domain.Text(strings.Repeat("药", domain.QuestionLimit/3))}
		if got := c.Segment(voice(lang), "feedback.question", args); !gsm.Fits(got) || !strings.Contains(got, args["question"].String()) {
			t.Errorf("%s: got %s", lang, got)
		}
	}
}

func TestClippingTakesNoMoreThanItMust(t *testing.T) {
	t.Parallel()
	c := NewCatalog("")
	got := heard(c, "en", strings.Repeat("l", 120))
	if n := gsm.Segments(got); n.Encoding != gsm.GSM7 || n.Units != 160 || !strings.Contains(got, "lll... Closed in 6 days") {
		t.Errorf("%d units of %s: %s", n.Units, n.Encoding, got)
	}
	got = heard(c, "zh-CN", strings.Repeat("药", 80))
	if n := gsm.Segments(got); n.Units < 68 || n.Segments != 1 || !strings.Contains(got, "药… ") || !strings.Contains(got, "GOOD-K7R4") {
		t.Errorf("%d units of %s: %s", n.Units, n.Encoding, got)
	}
}

func TestLettersThatCannotBePaidForAreLeftOut(t *testing.T) {
	t.Parallel()
	c := NewCatalog("")
	got := c.Segment(voice("en"), "alarm.stopped", domain.Args{"person": domain.Text("Wang 王伟")})
	if want := "Wang ... has opted out of texts. Please ask in person about documents and tests that wait."; got != want {
		t.Errorf("got %s", got)
	}
}

func TestAListSaysHowManyMore(t *testing.T) {
	t.Parallel()
	c := NewCatalog("")
	reports := []string{"UNSORTED-K7R4 needs the reporter", "NM-Q9F acknowledged", "INC-T5W in review", "NM-A2C new"}
	args := domain.Args{"owned": domain.Number(12), "overdue": domain.Number(3), "documents": domain.Number(2), "courses": domain.Number(4)}
	for lang, want := range map[string]string{
		"en": "Reports: UNSORTED-K7R4 needs the reporter, NM-Q9F acknowledged, INC-T5W in review and 1 more", "es": "Avisos: UNSORTED-K7R4 needs the reporter, NM-Q9F acknowledged, INC-T5W in review y 1 más",
		"fr": "Signalements : UNSORTED-K7R4 needs the reporter, NM-Q9F acknowledged, INC-T5W in review et 1 de plus", "zh-CN": "报告：UNSORTED-K7R4 needs the reporter 还有3项",
	} {
		text := c.Say(voice(lang), "my.both", c.Listed(voice(lang), "my.both", args, "reports", reports, 3))
		if !strings.HasSuffix(text, want) || lang != "zh-CN" && !gsm.Fits(text) {
			t.Errorf("%s: got %s", lang, text)
		}
	}
	if got := c.Listed(voice("en"), "my.reports", args, "reports", reports, 3)["reports"].String(); !strings.HasSuffix(got, "INC-T5W in review and 1 more") {
		t.Errorf("got %s", got)
	}
}
