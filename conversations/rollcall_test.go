package conversations

import (
	"strings"
	"testing"

	"goodcatch/domain"
)

// TestTheModeStandsFirstInEveryTextOfARollCallAndARun says every text of a roll-call, of a run and of a disruption, in both modes, in every language, over every channel: each
// begins with its own word, and no text holds either by itself.
func TestTheModeStandsFirstInEveryTextOfARollCallAndARun(t *testing.T) {
	t.Parallel()
	c := NewCatalog("https://q.hosp.org")
	for _, lang := range c.Languages() {
		v := voice(lang)
		words := map[domain.Mode]string{domain.Exercise: c.Say(v, "mode.exercise", nil), domain.Live: c.Say(v, "mode.live", nil)}
		n := 0
		for _, key := range c.Keys(lang) {
			if !strings.HasPrefix(key, "rollcall.") && !strings.HasPrefix(key, "run.") && !strings.HasPrefix(key, "recovery.") && key != "web.recovery.title" && !strings.HasPrefix(key, "voice.") && key != "web.rollcall.title" {
				continue
			}
			n++
			for m, word := range words {
				text := c.Say(v, key, m.Headed(longestIn(c, lang, key)))
				if !strings.HasPrefix(strings.TrimLeft(text, "*"), word) {
					t.Errorf("%s %s begins with no %s: %s", lang, key, word, text)
				}
				if strings.Count(strings.ToUpper(text), word) != 1 {
					t.Errorf("%s %s: says its mode more than once: %s", lang, key, text)
				}
			}
			bare := longestIn(c, lang, key)
			delete(bare, domain.ModeArg)
			text := c.Say(v, key, bare)
			for _, word := range words {
				if strings.Contains(text, word) {
					t.Errorf("%s %s says %s by itself: %s", lang, key, word, text)
				}
			}
		}
		if n < 30 {
			t.Errorf("%s: only %d texts", lang, n)
		}
	}
	for _, ch := range []domain.Channel{domain.SMS, domain.Voice, domain.Slack} {
		m := c.Compose(voice("en"), ch, "rollcall.ask", domain.Live.Headed(domain.Args{"bare": domain.Text("K7R"), "title": domain.Text("Flood"), "at": domain.Moment(stage)}), nil)
		if !strings.HasPrefix(strings.TrimLeft(m.Text, "*"), "LIVE") {
			t.Errorf("%s: %s", ch, m.Text)
		}
	}
}
