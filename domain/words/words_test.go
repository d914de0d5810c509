package words

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestOptOut(t *testing.T) {
	t.Parallel()
	for want, texts := range map[OptOutKind][]string{
		OptOutWord: {"STOP", "stop", " Stop. ", `"STOP"`, "stop!", "STOPALL", "stop all", "unsubscribe", "Cancel", "END", "quit", "revoke", "optout", "opt-out", "opt out",
			"Remove", "ARRET", "arrêt", "TD", "baja", "¡BAJA!"},
		OptOutPhrase: {"stop texting me", "Please stop texting me", "pls stop messaging me at night", "please remove me", "can you remove me from this list", "take me off your list",
			"remove me from these texts please", "don't text me again", "do not text me any more", "no more texts", "I don't want these messages", "opt me out", "unsubscribe me please",
			"please stop", "stop please", "hi, please unsubscribe", "i want to opt out", "stop it now please", "I no longer want to receive these",
			"no me escriban más", "por favor no me escriban mas", "no quiero recibir más mensajes", "dejen de enviarme mensajes", "quiero darme de baja", "denme de baja por favor", "baja por favor"},
		NotOptOut: {"", "INC pump would not stop", "NM end cap loose", "stop the pump alarm was off so I stopped it", "please remove me from the rota for sunday", "take me off the late shift",
			"STOP sign fell on pt", "pt asked us to stop", "cancel my shift tomorrow", "end of life care not followed", "quit smoking leaflet missing", "stop it you two haha",
			"NM stop texting me", "family said dont text me", "remove before use label missing", "estoy de baja hoy", "se cayó, no me escucha", "K7R stop", "no", "1", "yes", "stop the drip",
			"help", "unsubscribed user", "I cant stop the bleeding", "baja la saturacion del paciente", "end tidal co2 not working", "cancel"[:0]},
	} {
		for _, text := range texts {
			if got := OptOut(text); got != want {
				t.Errorf("OptOut(%q) = %v, want %v", text, got, want)
			}
		}
	}
}

func TestOptInAndHelp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text     string
		in, help bool
	}{
		{"START", true, false}, {"yes", true, false}, {"unstop.", true, false}, {"Subscribe", true, false}, {"alta", true, false},
		{"HELP", false, true}, {"info?", false, true}, {"ayuda", false, true},
		{"help me he fell", false, false}, {"start of shift check missed", false, false}, {"", false, false}, {"alta equivocada", false, false},
	} {
		if OptIn(c.text) != c.in || Help(c.text) != c.help {
			t.Errorf("%q: OptIn %v, Help %v", c.text, OptIn(c.text), Help(c.text))
		}
	}
}

func TestKeyword(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		word Word
		rest string
		bang bool
	}{
		{"NM wrong vial", NM, "wrong vial", false},
		{"nm: wrong vial", NM, "wrong vial", false},
		{"Nm - wrong vial.", NM, "wrong vial.", false},
		{` "nm wrong vial"`, NM, `wrong vial"`, false},
		{"NM\nwrong vial", NM, "wrong vial", false},
		{"NM! told to falsify obs", NM, "told to falsify obs", true},
		{"INC ! shouted at", INC, "shouted at", true},
		{"near miss: wrong vial", NM, "wrong vial", false},
		{"Near-miss wrong vial", NM, "wrong vial", false},
		{"NM", NM, "", false},
		{"nm.", NM, "", false},
		{"NM 5A wrong vial", NM, "5A wrong vial", false},
		{"NM thanks to Ana the vial was caught", NM, "thanks to Ana the vial was caught", false},
		{"NM T4N fluids low", NM, "T4N fluids low", false},
		{"inc pt slipped", INC, "pt slipped", false},
		{"Incidente: se cayó", INC, "se cayó", false},
		{"risk wet floor", RISK, "wet floor", false},
		{"RISK assessment not done", RISK, "assessment not done", false},
		{"riesgo suelo mojado", RISK, "suelo mojado", false},
		{"GOOD team spotted it", GOOD, "team spotted it", false},
		{"good catch by Sam", GOOD, "catch by Sam", false},
		{"good: morning team found it", GOOD, "morning team found it", false},
		{"EQ pump alarm", EQ, "pump alarm", false},
		{"sup gloves late", SUP, "gloves late", false},
		{"PV rash after new drug", PV, "rash after new drug", false},
		{"anon", ANON, "", false},
		{"ANON X", ANON, "X", false},
		{"R cedar", R, "cedar", false},
		{`r: "cedar"`, R, "cedar", false},
		{"R IC-04 cedar", R, "IC-04 cedar", false},
		{"sign", SIGN, "", false},
		{"SIGN IC-04", SIGN, "IC-04", false},
		{"Test", TEST, "", false},
		{"TEST falls", TEST, "falls", false},
		{"n", N, "", false},
		{"my?", MY, "", false},
		{"WHO K7R", WHO, "K7R", false},
		{"lang es", LANG, "es", false},
		{"SNOOZE 4H", SNOOZE, "4H", false},
		{"snooze 4 hours", SNOOZE, "4 hours", false},
		{"save", SAVE, "", false},
		{"Save it please"[:7], SAVE, "it", false},
		{"RESEND", RESEND, "", false},
		{"guardar", SAVE, "", false},
		{"Q", Q, "", false},
	} {
		got, ok := Keyword(c.text)
		got.Rest = strings.TrimRight(got.Rest, `"`)
		if !ok || got != (Said{c.word, strings.TrimRight(c.rest, `"`), c.bang}) {
			t.Errorf("Keyword(%q) = %+v, %v", c.text, got, ok)
		}
	}
}

func TestOrdinarySentencesAreNoKeyword(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "?", "Good morning", "GOOD MORNING", "good thanks", "good luck with it", "Good, see you", "good?", "nm thanks", "NM sorted", "sup guys", "sup?",
		"risk assessment form where is it", "My pump alarm failed", "my shift ended", "who is on tonight", "Who took the key", "test results for bed 4 missing", "sign fell off the wall",
		"save the date friday", "R u there", "r u ok", "r?", "R 12", "N of patients wrong", "n 5", "sign", "NMC pin", "incredible", "goods lift stuck", "near the lift", "near misses are fun",
		"NM-K7R", "nm-k7r?", "INC-Q9F text to add", "NM K7R", "NM K7R?", "NM K7R A", "the nm vial", "12", "language barrier with family", "P waves absent", "pv?",
	} {
		said, ok := Keyword(text)
		if want := text == "sign"; ok != want {
			t.Errorf("Keyword(%q) = %+v, %v", text, said, ok)
		}
	}
}

// A slip of the thumb must not opt anybody out, nor a text of ours ask for it.
func TestKeywordsAreFarFromReservedWords(t *testing.T) {
	t.Parallel()
	ours := map[string]bool{}
	for _, w := range Words {
		ours[string(w)] = true
	}
	for alias := range aliases {
		ours[strings.ToUpper(alias)] = true
	}
	for word := range ours {
		if len(word) < 2 {
			continue
		}
		for _, reserved := range Reserved() {
			if d := editDistance(word, reserved); d < 2 {
				t.Errorf("%s is at distance %d of %s", word, d, reserved)
			}
		}
	}
}

func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func TestEveryKeywordIsReadAlone(t *testing.T) {
	t.Parallel()
	for _, w := range Words {
		for _, text := range []string{string(w), strings.ToLower(string(w)), " " + string(w) + ". "} {
			if said, ok := Keyword(text); !ok || said != (Said{Word: w}) {
				t.Errorf("Keyword(%q) = %+v, %v", text, said, ok)
			}
		}
	}
}

func TestYesNo(t *testing.T) {
	t.Parallel()
	for want, texts := range map[Reply][]string{
		Yes:     {"1", "1.", "y", "Yes", "YES!", "si", "Sí", "oui", "ok", "Okay.", "1 yes", "1) yes", "yes please", "vale"},
		No:      {"2", "n", "No", "nope", "non", "2 no", "no thanks", "no gracias"},
		NotSure: {"3", "not sure", "3 not sure", "no sé", "don't know", "no estoy segura"},
		NoReply: {"", "4", "12", "1 no", "no pulse felt", "yes and he fell", "2 pts fell", "ok will do it later on", "maybe not", "K7R", "?"},
	} {
		for _, text := range texts {
			if got := YesNo(text); got != want {
				t.Errorf("YesNo(%q) = %v, want %v", text, got, want)
			}
		}
	}
}

func TestDigit(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"0": 0, "3": 3, " 3. ": 3, "(3)": 3, "#3": 3, "3)": 3, "three": 3, "tres": 3, "3 severe": 3, "0 no harm": 0, "5 not sure": 5, "option 2": 2, "opción 2": 2, "1 yes": 1,
		"2 fall please": 2, "3\ufe0f\u20e3": 3, "none": 0,
		"": -1, "12": -1, "2 pts fell": -1, "4B": -1, "three pts fell": -1, "3 4": -1, "K7R 3": -1, "one more thing": -1, "severe": -1,
	} {
		got, ok := Digit(text)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("Digit(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestWard(t *testing.T) {
	t.Parallel()
	known := []string{"4B", "5A", "ED", "ICU", "OR", "IT", "A&E", "TH-2", "LAB 1", "14"}
	for _, c := range []struct{ text, code, rest string }{
		{"4B pt fell", "4B", "pt fell"},
		{"4b: pt fell", "4B", "pt fell"},
		{"4 b pt fell", "4B", "pt fell"},
		{"4-B, pt fell", "4B", "pt fell"},
		{"ward 4B pt fell", "4B", "pt fell"},
		{"on ward 5a - pt fell", "5A", "pt fell"},
		{"in ED pt fell", "ED", "pt fell"},
		{"ed pt fell", "ED", "pt fell"},
		{"sala 4B se cayó", "4B", "se cayó"},
		{"en la planta 5A se cayó", "5A", "se cayó"},
		{"a&e full", "A&E", "full"},
		{"th2 lamp", "TH-2", "lamp"},
		{"lab 1 fridge", "LAB 1", "fridge"},
		{"OR lamp fell", "OR", "lamp fell"},
		{"unit it server down", "IT", "server down"},
		{"ward 14", "14", ""},
		{"4B", "4B", ""},
		{"or maybe not", "", "or maybe not"},
		{"it fell", "", "it fell"},
		{"4Bed room", "", "4Bed room"},
		{"pt on 4B fell", "", "pt on 4B fell"},
		{"5 a day not given", "", "5 a day not given"},
		{"on the floor", "", "on the floor"},
		{"", "", ""},
		{"ward", "", "ward"},
		{"educated guess", "", "educated guess"},
	} {
		if code, rest := Ward(c.text, known); code != c.code || rest != c.rest {
			t.Errorf("Ward(%q) = %q, %q, want %q, %q", c.text, code, rest, c.code, c.rest)
		}
	}
}

func FuzzEverything(f *testing.F) {
	for _, s := range []string{"NM! text", "K7R wrong ward 5A", "a k7r", "Stop texting me", "3 severe", "ward 4B x", "k 7 r ?", "\xff\u0301", "nm -", "İſK same", "R"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		OptOut(s)
		OptIn(s)
		Help(s)
		YesNo(s)
		Digit(s)
		LooksLikeReport(s, "")
		if said, ok := Keyword(s); ok && !strings.Contains(s, said.Rest) {
			t.Errorf("Keyword(%q) made up %q", s, said.Rest)
		}
		if code, rest, ok := ParseCode(s); ok {
			if !IsCode(code) {
				t.Errorf("ParseCode(%q) = %q", s, code)
			}
			ParseOrder(rest)
		}
		ParseOrder(s)
		if code, rest := Ward(s, []string{"4B", "OR", "A&E"}); code == "" && rest != s {
			t.Errorf("Ward(%q) lost words: %q", s, rest)
		}
	})
}

func BenchmarkKeyword(b *testing.B) {
	for _, text := range []string{"NM wrong strength heparin vial found in drawer B", "the pump on bay 3 is broken", "nm-k7r more text"} {
		b.Run(strings.Fields(text)[0], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Keyword(text)
			}
		})
	}
}

func BenchmarkParseCode(b *testing.B) {
	for b.Loop() {
		_, rest, _ := ParseCode("NM-K7R pharmacy has removed the vials")
		ParseOrder(rest)
	}
}

func BenchmarkOptOut(b *testing.B) {
	for b.Loop() {
		OptOut("pt slipped in bathroom small bruise on arm")
	}
}

// However a code is typed, it is the same code and the same command.
func TestCodesAreReadHoweverTheyAreTyped(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.StringMatching(`[`+CodeLetters+`][`+CodeDigits+`][`+CodeLetters+`]([`+CodeDigits+`])?`).Filter(IsCode).Draw(t, "code")
		letter := rapid.SampledFrom([]string{"A", "D", "C", "R"}).Draw(t, "letter")
		form := rapid.SampledFrom([]string{"% $", "%-$", "$ %", "NM-% $", `"% $"`, " %: $.", "$-%", "(%) $"}).Draw(t, "form")
		if letter == "C" && form == "$-%" {
			t.Skip("C-T5W is the code of a referral")
		}
		text := strings.NewReplacer("%", code, "$", letter).Replace(form)
		if rapid.Bool().Draw(t, "small") {
			text = strings.ToLower(text)
		}
		got, rest, ok := ParseCode(text)
		if order := ParseOrder(rest); !ok || got != code || order != (Order{Command, letter}) {
			t.Fatalf("%q: code %q, order %+v, %v", text, got, order, ok)
		}
	})
}
