package domain

import (
	"maps"
	"slices"
)

// A Translation is the same document version in another language: whoever reads in it sees these words and signs this file's hash. The
// right answer, the code and the version are the original's.
type Translation struct {
	Title    string   `json:"title"`
	Changed  string   `json:"changed"`
	Question string   `json:"question"`
	Options  []string `json:"options"`
	Body     string   `json:"body,omitempty"`
	Digest   []string `json:"digest,omitempty"`
	Hash     string   `json:"hash"` // SHA-256 of the translation's file, hex
}

// In is the version as somebody who reads this language sees it: the original where there is no translation.
func (v *DocumentVersion) In(language string) *DocumentVersion {
	t, ok := v.Translations[language]
	if !ok {
		return v
	}
	own := *v
	own.Title, own.Changed, own.Question, own.Options, own.Body, own.Digest, own.Hash = t.Title, t.Changed, t.Question, t.Options, t.Body, t.Digest, t.Hash
	own.File = 0 // the file handed in is the original's
	return &own
}

// Matching is the version before this one in the language that somebody reads this one in, so that their texts can be compared. Where the
// one is translated and the other is not, it has no text.
func (v *DocumentVersion) Matching(before *DocumentVersion, language string) *DocumentVersion {
	if _, ok := v.Translations[language]; !ok {
		return before
	}
	if _, ok := before.Translations[language]; ok {
		return before.In(language)
	}
	blank := *before
	blank.Body = ""
	return &blank
}

// checkTranslations holds each translation to the bounds of the original.
func (v *DocumentVersion) checkTranslations() error {
	for _, language := range slices.Sorted(maps.Keys(v.Translations)) {
		if len(v.Translations[language].Options) != len(v.Options) {
			return Invalid("options", "problem.options")
		}
		own := *v.In(language)
		own.Translations = nil
		if err := own.Check(); err != nil {
			return err
		}
	}
	return nil
}

// sameFiles reports whether two versions were made of the same files.
func (v *DocumentVersion) sameFiles(o *DocumentVersion) bool {
	return v.Hash == o.Hash && maps.EqualFunc(v.Translations, o.Translations, func(a, b Translation) bool { return a.Hash == b.Hash })
}

// A Wording is an item of a course in another language.
type Wording struct {
	Text        string   `json:"text"`
	Options     []string `json:"options"`
	Explanation string   `json:"explanation"`
}

// In is the item as somebody who reads this language is asked it.
func (i Item) In(language string) Item {
	if w, ok := i.Words[language]; ok && len(w.Options) == len(i.Options) {
		i.Text, i.Options, i.Explanation = w.Text, w.Options, w.Explanation
	}
	return i
}

// In is the course as its learner of this language has it. It must not be saved.
func (c *Course) In(language string) *Course {
	if title, ok := c.Titles[language]; ok {
		c = c.clone()
		c.Title = title
	}
	if !slices.ContainsFunc(c.Items, func(i Item) bool { _, ok := i.Words[language]; return ok }) {
		return c
	}
	c = c.clone()
	for n, i := range c.Items {
		c.Items[n] = i.In(language)
	}
	return c
}

// Translate puts what a decision shows to one person into their language: the versions their tasks are about, the course they take, the
// items that come back to them and their course's title. What is loaded for everybody, to be changed or sent to many, stays as it was written.
func (f *Facts) Translate(needs Needs) {
	if len(f.Tasks) > 0 && !slices.ContainsFunc(f.Tasks, func(t Task) bool { return t.Person != f.Tasks[0].Person && needs.Tasks.Word == "" }) {
		person := f.Tasks[0].Person
		if needs.Tasks.Person != 0 {
			person = needs.Tasks.Person
		}
		for id, v := range f.Versions {
			f.Versions[id] = v.In(f.Org.LanguageOf(person))
		}
		if v := f.Versions[f.Tasks[0].Subject]; v != nil && f.Before != nil {
			f.Before = v.Matching(f.Before, f.Org.LanguageOf(person))
		}
	}
	if f.Course != nil && !needs.Everyone && f.Actor.Person != 0 {
		f.Course = f.Course.In(f.Org.LanguageOf(f.Actor.Person))
	}
	for n := range f.Recalls {
		r := &f.Recalls[n]
		language := f.Org.LanguageOf(r.Person)
		r.Item = r.Item.In(language)
		if title, ok := r.Titles[language]; ok {
			r.Title = title
		}
	}
}
