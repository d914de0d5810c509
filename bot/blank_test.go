package bot_test

import (
	"testing"
	"time"

	"goodcatch/bot/bottest"
	"goodcatch/bot/emulator"
)

// worded counts the texts whose words the provider still holds.
func worded(w *bottest.World) int { return len(w.Emulator.Held()) }

func TestTheProviderForgetsTheWordsOfTextsAfterADay(t *testing.T) {
	t.Parallel()
	s := newScene(t, bottest.Settings{})
	began := time.Now()
	s.text(anasPhone, "NM wrong strength vial in drawer B")
	s.Settle()
	blank := func(after time.Duration) error { return s.Program.Worker.BlankUpTo(t.Context(), began.Add(after)) }
	before := worded(s.World)
	if before < 3 {
		t.Fatalf("%d texts to begin with", before)
	}
	if err := blank(-time.Second); err != nil || worded(s.World) != before {
		t.Errorf("before its time: %d of %d keep their words, %v", worded(s.World), before, err)
	}
	for _, kind := range []emulator.FaultKind{emulator.Status429, emulator.Status500HTML, emulator.RevokedToken} { // nothing is passed over
		s.Emulator.Fail(emulator.Fault{Provider: "twilio", Match: "POST Messages/{Sid}.json", Kind: kind})
		if err := blank(time.Minute); err == nil || worded(s.World) != before {
			t.Errorf("%s: %d of %d keep their words, %v", kind, worded(s.World), before, err)
		}
		s.Emulator.ClearFaults()
	}
	s.Emulator.Fail(emulator.Fault{Provider: "twilio", Match: "POST Messages/{Sid}.json", Kind: emulator.Refuse, Code: "20404", Times: 1})
	if err := blank(time.Minute); err != nil || worded(s.World) != 1 { // one that is refused holds up no other
		t.Errorf("%d keep their words, want the refused one: %v", worded(s.World), err)
	}
	if got := s.Emulator.Phone(anasPhone).Thread()[0].Body; got == "" {
		t.Error("the handset forgot too")
	}
}

func TestTheProviderKeepsTheWordsOfATextWeNeverTookIn(t *testing.T) {
	t.Parallel()
	s := newScene(t, bottest.Settings{BotOnly: true}) // no poller
	s.Emulator.DropNextInbound()
	s.text(anasPhone, "NM nobody got this")
	if err := s.Program.Worker.BlankUpTo(t.Context(), time.Now().Add(time.Minute)); err != nil || worded(s.World) != 1 {
		t.Errorf("%d keep their words, want 1: %v", worded(s.World), err)
	}
}
