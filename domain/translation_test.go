package domain

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func spanish() Translation {
	return Translation{Title: "Higiene", Changed: "gel antes y despues", Question: "Gel?", Options: []string{"no", "solo si hay", "siempre"}, Body: "palabra", Hash: "def"}
}

func TestEachReaderSignsTheWordsTheyRead(t *testing.T) {
	t.Parallel()
	task := openTask(1)
	task.OpenedAt, task.ProvedAt = publishedAt, publishedAt.Add(time.Hour)
	for language, want := range map[string]string{"es": "def", "en": "abc", "fr": "abc"} {
		f := about(publishedAt.Add(2*time.Hour), Actor{Person: 1, Level: A1, Channel: SMS}, task)
		f.Org.People[1].Language = language
		f.Versions[12].Translations = map[string]Translation{"es": spanish()}
		c := AnswerDocument{Task: task.ID, Option: 2}
		f.Translate(c.Needs())
		change, err := c.Decide(f)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(change.Entries, func(e Entry) bool { _, ok := e.(Attestation); return ok })
		if i < 0 || change.Entries[i].(Attestation).Version.Hash != want {
			t.Errorf("%s: %+v", language, change.Entries)
		}
	}
}

func TestTranslationsAreBoundLikeTheirOriginal(t *testing.T) {
	t.Parallel()
	v := procedure().WithDefaults()
	for name, spoil := range map[string]func(*Translation){
		"an option fewer": func(s *Translation) { s.Options = s.Options[:2] },
		"a long title":    func(s *Translation) { s.Title = "Un titulo que no cabe en ningun mensaje" },
		"no text":         func(s *Translation) { s.Body = "" },
		"no question":     func(s *Translation) { s.Question = "" },
	} {
		bad := spanish()
		spoil(&bad)
		v.Translations = map[string]Translation{"es": bad}
		var invalid *InvalidError
		if err := v.Check(); !errors.As(err, &invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	v.Translations = map[string]Translation{"es": spanish()}
	if err := v.Check(); err != nil {
		t.Error(err)
	}
	same, other := v, v
	other.Translations = map[string]Translation{"es": {Hash: "other"}}
	if !v.sameFiles(&same) || v.sameFiles(&other) {
		t.Error("another translation passes for the same files")
	}
}

func TestCourseIsTakenInTheLearnersLanguageAndKeptAsItWasWritten(t *testing.T) {
	t.Parallel()
	c := &Course{Title: "Hand hygiene", Titles: map[string]string{"es": "Higiene"}, Items: []Item{
		{ID: 1, Text: "Gel?", Options: []string{"no", "yes"}, Words: map[string]Wording{"es": {Text: "Gel, si o no?", Options: []string{"no", "si"}}}},
		{ID: 2, Text: "Soap?", Options: []string{"no", "yes"}},
		{ID: 3, Text: "Three?", Options: []string{"no", "yes", "both"}, Words: map[string]Wording{"es": {Text: "Dos?", Options: []string{"no", "si"}}}},
	}}
	own := c.In("es")
	if own.Title != "Higiene" || own.Items[0].Text != "Gel, si o no?" || own.Items[0].Options[1] != "si" || own.Items[1].Text != "Soap?" {
		t.Errorf("got %+v", own)
	}
	if own.Items[2].Text != "Three?" {
		t.Error("options that do not match were shown")
	}
	if c.Title != "Hand hygiene" || c.Items[0].Text != "Gel?" {
		t.Error("the original was changed")
	}
	if c.In("fr") != c {
		t.Error("no translation, and not the original")
	}
}

func TestAVersionIsComparedWithTheOneBeforeInItsReadersLanguage(t *testing.T) {
	t.Parallel()
	org := &Organisation{Language: "en", People: map[PersonID]*Person{5: {ID: 5, Language: "es", Active: true}}}
	spanish := map[string]Translation{"es": {Body: "guantes"}}
	for name, x := range map[string]struct {
		before, now map[string]Translation
		want        string
	}{
		"both translated": {spanish, spanish, "guantes"}, "only the new one": {nil, spanish, ""}, "only the old one": {spanish, nil, "gloves"}, "neither": {nil, nil, "gloves"},
	} {
		f := Facts{
			Org: org, Tasks: []Task{{ID: 3, Person: 5, Kind: ReadDocument, Subject: 8}},
			Versions: map[int64]*DocumentVersion{8: {ID: 8, Number: 8, Body: "gloves", Translations: x.now}}, Before: &DocumentVersion{ID: 7, Number: 7, Body: "gloves", Translations: x.before},
		}
		f.Translate(Needs{Tasks: TaskQuery{ID: 3, Before: true}})
		if f.Before.Body != x.want || f.Before.Number != 7 {
			t.Errorf("%s: compared with %q", name, f.Before.Body)
		}
	}
}
