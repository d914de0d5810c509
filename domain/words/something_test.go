package words

import "testing"

func TestWhatHasNoContentIsNoReport(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"a": false, "?": false, "": false, "\U0001F44D": false, "ok": false, "no no": false, "1": false, "7 2": false, "...": false, "hola": false, "病": false,
		"wet floor": true, "pt fell": true, "bp 40": false, "O2 off": true, "misidentified": true, "病人跌倒": true, "caida en 4B": true, "see you at lunch": true,
	} {
		if got := SaysSomething(text); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}
