package words

import "testing"

func TestLetterReadsAnAnswerAndNothingElse(t *testing.T) {
	options := []string{"lift", "Check for injury", "call family"}
	for text, want := range map[string]int{
		"B": 1, "b": 1, "b.": 1, "(B)": 1, "\"b\"": 1, " B) ": 1, "option b": 1, "B is right": 1, "I think it is B": 1, "Creo que es la B": 1, "answer: c": 2,
		"B check for injury": 1, "b. CHECK for injury!": 1, "check for injury": 1, "call family": 2, "A": 0, "a please": 0, "B?": 1, "ｂ": -1,
		"D": -1, "": -1, "?": -1, "A patient fell": -1, "a b": -1, "A or B": -1, "is it b or c": -1, "is it b?": -1, "lift the patient": -1, "1": -1, "B12": -1, "bb": -1,
		"A bed": -1, "b c": -1, "stop": -1, "NM a": -1, "\x00\x00": -1, "ab": -1, "B check": -1,
	} {
		got, ok := Letter(text, options)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
	if _, ok := Letter("a", nil); ok {
		t.Error("a letter answers a question without options")
	}
}
