package words

import (
	"testing"
	"time"
)

func TestSilenceOrders(t *testing.T) {
	for text, want := range map[string]Order{
		"remind 2d": {Remind, "remind 2d"}, "REMIND: 15 min": {Remind, "REMIND: 15 min"}, "Remind off": {Remind, "Remind off"}, "recordar 4 horas": {Remind, "recordar 4 horas"}, "rappel 2 jours": {Remind, "rappel 2 jours"},
		"提醒 2天": {Remind, "提醒 2天"}, "remind": {Remind, "remind"},
		"remind the night shift": {Add, "remind the night shift"}, "remind 2 nurses": {Add, "remind 2 nurses"}, "reminder sent": {Add, "reminder sent"}, "rappel des lots": {Add, "rappel des lots"},
	} {
		if got := ParseOrder(text); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
	for text, want := range map[string]time.Duration{"remind 2d": 48 * time.Hour, "REMIND: 15 min": 15 * time.Minute, "recordar 4 horas": 4 * time.Hour, "rappel 2 jours": 48 * time.Hour, "提醒 2天": 48 * time.Hour, "remind 90m": 90 * time.Minute} {
		if after, off, ok := Silence(text); !ok || off || after != want {
			t.Errorf("%q: %v, %v, %v, want %v", text, after, off, ok, want)
		}
	}
	for _, text := range []string{"remind off", "recordar nunca", "rappel jamais", "提醒 关"} {
		if _, off, ok := Silence(text); !ok || !off {
			t.Errorf("%q is not off", text)
		}
	}
}
