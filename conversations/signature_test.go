package conversations

import "testing"

// TestTheSentenceKeptIsTheSentenceShown: an acknowledgement keeps the words of the page, so that the form must show the same.
func TestTheSentenceKeptIsTheSentenceShown(t *testing.T) {
	t.Parallel()
	c := NewCatalog("")
	for _, lang := range c.Languages() {
		if page, form := c.Say(voice(lang), "web.doc.meaning", nil), c.Say(voice(lang), "ask.read_it.label", nil); page != form {
			t.Errorf("%s: the page says %q, the form %q", lang, page, form)
		}
	}
}
