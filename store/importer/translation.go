package importer

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"goodcatch/domain"
	"goodcatch/domain/gsm"
)

// A translation stands beside its original and is named after it: documents/IC-04.es.md, courses/falls.es.yaml. It holds only what is said
// in other words; audience, owner, answer and version are the original's.
var translated = regexp.MustCompile(`^(.+)\.([a-z]{2}(?:-[A-Za-z]{2,4})?)(\.md|\.ya?ml)$`)

// translationOf is the original that a file translates, and the language; false when the file is an original itself.
func (r *reading) translationOf(name string) (original, language string, ok bool) {
	m := translated.FindStringSubmatch(name)
	if m == nil || !slices.Contains(r.Languages, m[2]) {
		return "", "", false
	}
	return m[1] + m[3], m[2], true
}

// originals splits the names of files into originals and translations.
func (r *reading) originals(names []string) (originals, translations []string) {
	for _, n := range names {
		if _, _, ok := r.translationOf(n); ok {
			translations = append(translations, n)
			continue
		}
		originals = append(originals, n)
	}
	return originals, translations
}

type documentWords struct {
	Title    word   `yaml:"title"`
	Changed  word   `yaml:"changed"`
	Question word   `yaml:"question"`
	Options  []word `yaml:"options"`
	Digest   []word `yaml:"digest"`
}

// translateDocument reads one translation into its original.
func (r *reading) translateDocument(name string, of func(original string) *Document) error {
	src, text, _, err := r.open(name)
	if err != nil {
		return err
	}
	whole := place{file: src}
	original, language, _ := r.translationOf(name)
	d := of(original)
	front, body, ok := frontMatter(string(text))
	switch {
	case d == nil:
		r.refuse(whole, "translates %s, which is not here or has faults of its own.", path.Base(original))
		return nil
	case !utf8.Valid(text):
		r.refuse(whole, "is not UTF-8.")
		return nil
	case !ok || strings.TrimSpace(body) == "":
		r.refuse(place{src, 1, 1}, "must begin with a line ---, what is translated (title, changed, question, options), another line ---, and the text.")
		return nil
	}
	var f documentWords
	if !r.decode(src, 1, []byte(front), &f) {
		return nil
	}
	sum := sha256.Sum256(text)
	t := domain.Translation{
		Title: r.said(f.Title, whole, language, "title", maxTitle), Changed: r.said(f.Changed, whole, language, "changed", maxChanged), Body: strings.TrimSpace(body), Hash: hex.EncodeToString(sum[:]),
	}
	t.Question, t.Options = r.worded(f.Question, f.Options, len(d.Options), whole, language)
	for _, w := range f.Digest {
		t.Digest = append(t.Digest, r.said(w, whole, language, "digest", longestDigest))
	}
	if d.Translations == nil {
		d.Translations = map[string]domain.Translation{}
	}
	d.Translations[language] = t
	return nil
}

// narrow reports whether a language is written in the small alphabet of SMS.
func narrow(language string) bool { return !strings.HasPrefix(language, "zh") }

// said checks a line in its language.
func (r *reading) said(w word, whole place, language, key string, most int) string {
	at := or(w.at, whole)
	if w.value == "" {
		r.refuse(at, "%s is missing in this language.", key)
	}
	r.tooLong(w.value, most, key, at)
	if narrow(language) {
		r.letters(w.value, at)
	}
	return w.value
}

// worded checks a question with its options in its language: as many as in the original, in the same order.
func (r *reading) worded(question word, options []word, want int, whole place, language string) (string, []string) {
	at := or(question.at, whole)
	if question.value == "" {
		r.refuse(at, "the question is missing in this language.")
	}
	if len(options) != want {
		r.refuse(at, "the original has %d options, this translation %d. They are the same ones in the same order.", want, len(options))
	}
	shown := question.value
	var values []string
	for _, o := range options {
		values = append(values, o.value)
		shown += " X " + o.value
	}
	if narrow(language) {
		r.letters(shown, at)
	}
	room := maxItem
	if c := gsm.Segments(gsm.Plain(shown)); c.Encoding == gsm.UCS2 {
		room = maxItem / 3
	}
	if n := gsm.Segments(gsm.Plain(shown)).Units; n > room {
		r.refuse(at, "the question with its options is %d letters: texts in this language have room for %d. Shorten it.", n, room)
	}
	return question.value, values
}

type courseWords struct {
	Title word        `yaml:"title"`
	Items []itemWords `yaml:"items"`
}

type itemWords struct {
	At          place  `yaml:"@"`
	Key         word   `yaml:"key"`
	Text        word   `yaml:"text"`
	Options     []word `yaml:"options"`
	Explanation word   `yaml:"explanation"`
}

// translateCourse reads one translation into its original. An item without words in this language is asked as it was written.
func (r *reading) translateCourse(name string, of func(original string) *Course) error {
	src, text, _, err := r.open(name)
	if err != nil {
		return err
	}
	whole := place{file: src}
	original, language, _ := r.translationOf(name)
	var f courseWords
	if !r.decode(src, 0, text, &f) {
		return nil
	}
	c := of(original)
	if c == nil {
		r.refuse(whole, "translates %s, which is not here or has faults of its own.", path.Base(original))
		return nil
	}
	if c.Titles == nil {
		c.Titles = map[string]string{}
	}
	c.Titles[language] = r.said(f.Title, whole, language, "title", maxTitle)
	for _, w := range f.Items {
		n := slices.IndexFunc(c.Items, func(i domain.Item) bool { return i.Key == w.Key.value })
		if n < 0 {
			r.refuse(or(w.Key.at, w.At), "the original has no item %q.", w.Key.value)
			continue
		}
		i := &c.Items[n]
		if i.Words == nil {
			i.Words = map[string]domain.Wording{}
		}
		words := domain.Wording{Explanation: r.said(w.Explanation, w.At, language, "explanation", maxTail)}
		words.Text, words.Options = r.worded(w.Text, w.Options, len(i.Options), w.At, language)
		i.Words[language] = words
	}
	return nil
}
