package conversations

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"goodcatch/domain"
)

// reading is the form of a document whose text was one and is another.
func reading(before, after string) []Line {
	v := &domain.DocumentVersion{ID: 8, Code: "IC-04", Title: "Hand hygiene", Number: 8, State: domain.Effective, Body: after, Question: "Gel?", Options: []string{"no", "yes"}}
	return ReadDocument.AsForm(Session{Flow: "read_document", Start: StartTask(3)}, domain.Facts{
		Now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC), Actor: domain.Actor{Person: 5}, Org: &domain.Organisation{Zone: time.UTC},
		Tasks: []domain.Task{{ID: 3, Person: 5, Kind: domain.ReadDocument, Subject: 8, State: domain.TaskOpen, Token: "Kd9X2mQw8a"}}, Versions: map[int64]*domain.DocumentVersion{8: v},
		Before: &domain.DocumentVersion{ID: 7, Number: 7, Body: before},
	}).Shown
}

func TestAFormShowsTheChangedPassagesBeforeTheText(t *testing.T) {
	t.Parallel()
	c := NewCatalog("https://q.hosp.org")
	for _, x := range []struct{ name, before, after, want string }{
		{"words", "## When\n\nGel before a patient, 0.5 ml.", "## When\n\nGel before every patient, 5 ml.", "• When: Gel before ~[− a −]~ *[+ every +]* patient, ~[− 0.5 −]~ *[+ 5 +]* ml."},
		{"Chinese", "先用洗手液再戴手套", "先用洗手液后戴手套", "• 先用洗手液 ~[− 再 −]~ *[+ 后 +]* 戴手套"},
		{"the same", "Gel **always**.", "Gel always.", "Only the settings changed"},
		{"no text", "", "Gel.", "no text that could be compared"},
	} {
		var shown []string
		for _, l := range reading(x.before, x.after) {
			shown = append(shown, c.Say(voice("en"), l.Key, l.Args))
		}
		all := strings.Join(shown, "\n")
		at := strings.Index(all, x.want)
		if at < 0 || at < strings.Index(all, "What changed since v7") || strings.LastIndex(all, "Gel") < at && x.name == "words" {
			t.Errorf("%s: %s", x.name, all)
		}
	}
}

// Source: Slack reference, blocks: 3,000 characters in a section.
func TestManyChangesFitAFormAndTheRestIsOnThePage(t *testing.T) {
	t.Parallel()
	c := NewCatalog("https://q.hosp.org")
	var before, after strings.Builder
	for i := range 200 {
		fmt.Fprintf(&before, "- Line %d says one thing about gel and gloves & <hands>\n", i)
		fmt.Fprintf(&after, "- Line %d says another thing about gel and gloves & <hands>\n", i)
	}
	lines := reading(before.String(), after.String())
	sections, more := 0, ""
	for _, l := range lines {
		text := c.Say(voice("en"), l.Key, l.Args)
		if strings.Contains(text, "[+ another +]") {
			sections++
			if n := utf8.RuneCountInString(Escape(text)); n > 3000 {
				t.Errorf("a section of %d characters", n)
			}
		}
		if l.Key == "form.document.more" {
			more = text
		}
	}
	if sections == 0 || sections > 3 || !strings.Contains(more, "more changed passages are on the page: q.hosp.org/s/Kd9X2mQw8a") {
		t.Errorf("%d sections of changes, then %q", sections, more)
	}
}
