package importer

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"goodcatch/domain"
	"goodcatch/domain/gsm"
)

type documentFile struct {
	Code     word         `yaml:"code"`
	Title    word         `yaml:"title"`
	Version  count        `yaml:"version"`
	Owner    word         `yaml:"owner"`
	Audience audienceFile `yaml:"audience"`
	DueDays  count        `yaml:"due_days"`
	Changed  word         `yaml:"changed"`
	Question word         `yaml:"question"`
	Options  []word       `yaml:"options"`
	Answer   word         `yaml:"answer"`

	Kind         word       `yaml:"kind"`
	Signature    word       `yaml:"signature"`
	Reviewers    []word     `yaml:"reviewers"`
	Effective    word       `yaml:"effective"`
	ReviewMonths count      `yaml:"review_months"`
	Digest       []word     `yaml:"digest"`
	Duties       dutiesFile `yaml:"duties"`
}

type audienceFile struct {
	Roles  []word `yaml:"roles"`
	Units  []word `yaml:"units"`
	People []word `yaml:"people"`
}

// subjectCode names a document or course in texts: IC-04.
var subjectCode = regexp.MustCompile(`^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$`)

const maxCode = 10

func (r *reading) readDocuments() error {
	names, err := r.list("documents", ".md", ".pdf", ".docx")
	if err != nil {
		return err
	}
	if err := r.lonelySettings(names); err != nil {
		return err
	}
	names, translations := r.originals(names)
	first, at := map[string]string{}, map[string]int{}
	for _, name := range names {
		d, ok, err := r.documentNamed(name)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if other, twice := first[d.Code]; twice {
			r.refuse(d.at, "document %s is in %s already.", d.Code, other)
		}
		first[d.Code] = name
		at[name] = len(r.plan.Documents)
		r.plan.Documents = append(r.plan.Documents, d)
	}
	for _, name := range translations {
		err := r.translateDocument(name, func(original string) *Document {
			if n, ok := at[original]; ok {
				return &r.plan.Documents[n]
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// documentNamed reads one document with its settings: Markdown begins with them, other files have them beside.
func (r *reading) documentNamed(name string) (Document, bool, error) {
	src, data, _, err := r.open(name)
	if err != nil {
		return Document{}, false, err
	}
	if path.Ext(name) != ".md" {
		return r.documentBeside(src, data)
	}
	d, ok := r.document(src, data)
	return d, ok, nil
}

// document reads Markdown that begins with its settings.
func (r *reading) document(src *source, text []byte) (Document, bool) {
	whole := place{file: src}
	if !utf8.Valid(text) {
		r.refuse(whole, "is not UTF-8.")
		return Document{}, false
	}
	front, body, ok := frontMatter(string(text))
	if !ok {
		r.refuse(place{src, 1, 1}, "must begin with a line ---, the document's settings, and another line ---.")
		return Document{}, false
	}
	file, ok := r.file(src, text)
	if !ok {
		return Document{}, false
	}
	file.Text = strings.TrimSpace(body)
	d, ok := r.settings(src, 1, []byte(front), file)
	if ok && file.Text == "" {
		r.refuse(whole, "has no text after its settings.")
	}
	return d, ok
}

// frontMatter cuts a Markdown text into the settings at its head and what follows.
func frontMatter(text string) (front, body string, ok bool) {
	text = strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n")
	rest, ok := strings.CutPrefix(text, "---\n")
	if !ok {
		return "", text, false
	}
	front, body, ok = strings.Cut(rest, "\n---\n")
	return front, body, ok
}

// settings reads a document's settings, which begin after some lines of a file, and puts them to its text.
func (r *reading) settings(src *source, after int, text []byte, file domain.File) (Document, bool) {
	whole := place{file: src}
	var f documentFile
	if !r.decode(src, after, text, &f) {
		return Document{}, false
	}
	d := Document{at: whole, file: &file, DocumentVersion: domain.DocumentVersion{
		Code: r.code(f.Code, whole), Title: r.title(f.Title, whole), Number: f.Version.value, Changed: f.Changed.value, Question: f.Question.value,
		Due: r.due(f.DueDays, whole), Body: file.Body(), Hash: file.SHA256, Audience: r.audience(f.Audience),
	}}
	if f.Code.set {
		d.at = f.Code.at
	}
	if d.Number < 1 {
		r.refuse(or(f.Version.at, whole), "version must be a whole number from 1.")
	}
	r.line(f.Changed, whole, "changed", "what is new, in a few words", maxChanged)
	if d.owner = r.author; d.owner == nil || f.Owner.set {
		d.owner = r.personNamed(f.Owner, whole, "owner")
	}
	d.named = r.peopleNamed(f.Audience.People, whole)
	d.Options, d.Right = r.question(f.Question, f.Options, f.Answer, whole)
	r.life(&d, f, whole)
	return d, true
}

func or(at, whole place) place {
	if at.file == nil {
		return whole
	}
	return at
}

func (r *reading) code(w word, whole place) string {
	if !subjectCode.MatchString(w.value) || len(w.value) > maxCode {
		r.refuse(or(w.at, whole), "code %q must be capitals, digits and hyphens, %d at most, like IC-04.", w.value, maxCode)
	}
	return w.value
}

func (r *reading) title(w word, whole place) string {
	r.line(w, whole, "title", "what it is called", maxTitle)
	return w.value
}

// line checks a text that stands within an SMS: there, short enough, and in letters that do not make the SMS dearer.
func (r *reading) line(w word, whole place, key, meaning string, most int) {
	at := or(w.at, whole)
	if w.value == "" {
		r.refuse(at, "%s is missing: %s.", key, meaning)
	}
	r.tooLong(w.value, most, key, at)
	r.letters(w.value, at)
}

// letters refuses what no phone alphabet has: one such letter more than halves the room of an SMS.
func (r *reading) letters(s string, at place) {
	for _, c := range gsm.Plain(s) {
		if gsm.Segments(string(c)).Encoding != gsm.GSM7 {
			r.refuse(at, "the letter %q makes an SMS hold 70 letters instead of 160. Write it another way.", c)
			return
		}
	}
}

func (r *reading) due(c count, whole place) time.Duration {
	if c.value < 1 || c.value > 365 {
		r.refuse(or(c.at, whole), "due_days must be 1 to 365: how long the audience has.")
	}
	return time.Duration(c.value) * 24 * time.Hour
}

func (r *reading) audience(f audienceFile) domain.Audience {
	var a domain.Audience
	for _, w := range f.Roles {
		if role := r.role(strings.ToLower(w.value), w.at); role != "" {
			a.Roles = append(a.Roles, role)
		}
	}
	for _, w := range f.Units {
		a.Units = append(a.Units, r.unit(w.value, w.at))
	}
	return a
}

// personNamed finds whom a file means: by staff number, e-mail or phone, of the roster as it will be.
func (r *reading) personNamed(w word, whole place, key string) *domain.Person {
	if w.value == "" {
		r.refuse(or(w.at, whole), "%s is missing: the id, e-mail or phone of a person.", key)
		return nil
	}
	phone := ""
	if strings.HasPrefix(w.value, "+") || strings.HasPrefix(w.value, "0") {
		phone = r.phone(w.value, w.at)
	}
	var ids []string
	for _, p := range r.after.People {
		if !p.Active {
			continue
		}
		if p.External != "" && p.External == w.value || p.Email != "" && strings.EqualFold(p.Email, w.value) || phone != "" && p.Phone.Value == phone {
			return p
		}
		if p.External != "" {
			ids = append(ids, p.External)
		}
	}
	r.refuse(w.at, "%s %q is nobody on the roster.%s", key, w.value, didYouMean(w.value, ids))
	return nil
}

// peopleNamed finds the people whom an audience names besides its roles and units.
func (r *reading) peopleNamed(words []word, whole place) []*domain.Person {
	var people []*domain.Person
	for _, w := range words {
		if p := r.personNamed(w, whole, "person"); p != nil && !slices.Contains(people, p) {
			people = append(people, p)
		}
	}
	return people
}

// question checks a question with its lettered options and returns them with the right one.
func (r *reading) question(text word, options []word, answer word, whole place) ([]string, int) {
	at := or(text.at, whole)
	if text.value == "" {
		r.refuse(at, "the question is missing.")
	}
	if len(options) < 2 || len(options) > 4 {
		r.refuse(at, "a question has two to four options, this one has %d.", len(options))
		return nil, 0
	}
	shown, values := text.value, make([]string, len(options))
	for i, o := range options {
		if values[i] = o.value; o.value == "" {
			r.refuse(or(o.at, at), "option %c is empty.", 'A'+i)
		}
		shown += " " + string(rune('A'+i)) + " " + o.value
	}
	r.letters(shown, at)
	if n := gsm.Segments(gsm.Plain(shown)).Units; n > maxItem {
		r.refuse(at, "the question with its options is %d letters: texts have room for %d. Shorten it.", n, maxItem)
	}
	right := strings.Index("ABCD"[:len(options)], strings.ToUpper(answer.value))
	if len(answer.value) != 1 || right < 0 {
		r.refuse(or(answer.at, at), "answer must be the letter of the right option, A to %c.", 'A'+len(options)-1)
	}
	return values, max(right, 0)
}
