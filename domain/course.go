package domain

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"goodcatch/domain/gsm"
	"goodcatch/domain/mask"
)

// A Course is a quiz: items, a pass mark, an audience.
type Course struct {
	ID          int64
	Code        string
	Title       string
	Educator    PersonID
	PassMark    int // per cent
	Due         time.Duration
	Audience    Audience
	Family      Family
	ValidMonths int // how long a pass counts; 0: for good
	Items       []Item
	Titles      map[string]string // by language, beside the original's own
	Source      string            // digest of the content as it was last published; edits since then do not change it
	PublishedAt time.Time         // first
}

// An Item is one question of a course.
type Item struct {
	ID          int64
	Key         string // stable within the course
	Text        string
	Options     []string // lettered A, B, C in order
	Right       int
	Explanation string
	Withdrawn   bool               // asked no more, and out of every score
	Revision    int                // 1 for the first wording
	Words       map[string]Wording // by language, beside the original's own
}

// Longest values, in septets, that let each text of a quiz be one SMS in every language's frame: "Q 99/99 <title>: <item>".
const (
	ItemRoom        = 120 // the question with its lettered options
	ExplanationRoom = 90
	TitleRoom       = 24
	optionRoom      = 70 // a Slack button holds 75 characters
	mostItems       = 99
)

// Lettered is the options as one line: "A lift B check for injury".
func (i Item) Lettered() string {
	parts := make([]string, len(i.Options))
	for n, o := range i.Options {
		parts[n] = Letter(n) + " " + o
	}
	return strings.Join(parts, " ")
}

// check says why an item cannot be texted. The field names the question of the editing form.
func (i Item) check() error {
	if len(i.Options) < 2 || len(i.Options) > 4 {
		return Invalid("quiz_options", "quiz.problem.options")
	}
	if i.Right < 0 || i.Right >= len(i.Options) {
		return Invalid("quiz_right", "quiz.problem.right")
	}
	for n, o := range i.Options {
		if err := fits("quiz_option_"+strings.ToLower(Letter(n)), o, optionRoom); err != nil {
			return err
		}
	}
	if err := fits("quiz_text", i.Text, ItemRoom); err != nil {
		return err
	}
	if err := fits("quiz_text", i.Text+" "+i.Lettered(), ItemRoom); err != nil {
		return err
	}
	return fits("quiz_explanation", i.Explanation, ExplanationRoom)
}

// fits says why a line must not be texted: empty, too long, letters that need the costly alphabet, or an identifier in it.
func fits(field, line string, room int) error {
	n := gsm.Segments(gsm.Plain(line))
	switch {
	case strings.TrimSpace(line) == "":
		return Invalid(field, "problem.empty")
	case n.Encoding != gsm.GSM7:
		return Invalid(field, "quiz.problem.letters")
	case n.Units > room:
		return &InvalidError{Field: field, Reason: "problem.too_long", Args: Args{"limit": Number(room)}}
	case len(mask.Text(line).Found) > 0:
		return Invalid(field, "problem.identifier")
	default:
		return nil
	}
}

// check says why a course cannot be published.
func (c *Course) check() error {
	if c.Code == "" {
		return Invalid("code", "problem.required")
	}
	if err := fits("title", c.Title, TitleRoom); err != nil {
		return err
	}
	if c.PassMark < 1 || c.PassMark > 100 {
		return Invalid("pass_mark", "quiz.problem.pass_mark")
	}
	if c.Due <= 0 {
		return Invalid("due", "problem.required")
	}
	if err := c.checkFamily(); err != nil {
		return err
	}
	if len(c.Items) == 0 || len(c.Items) > mostItems {
		return Invalid("items", "quiz.problem.items")
	}
	seen := map[string]bool{}
	for _, i := range c.Items {
		if i.Key == "" || seen[i.Key] {
			return Invalid("items", "quiz.problem.key")
		}
		seen[i.Key] = true
		if err := i.check(); err != nil {
			return fmt.Errorf("item %s: %w", i.Key, err)
		}
	}
	return nil
}

// digest identifies the content of a course file: the same file gives the same digest, whatever was edited here since.
func (c *Course) digest() string {
	type item struct {
		Key, Text, Explanation string
		Options                []string
		Right                  int
		Words                  map[string]Wording `json:",omitempty"`
	}
	items := make([]item, len(c.Items))
	for n, i := range c.Items {
		items[n] = item{i.Key, i.Text, i.Explanation, i.Options, i.Right, i.Words}
	}
	text, err := json.Marshal(struct {
		Code, Title string
		Educator    PersonID
		PassMark    int
		Due         time.Duration
		Audience    Audience
		Items       []item
		Family      Family
		ValidMonths int
		Titles      map[string]string `json:",omitempty"`
	}{c.Code, c.Title, c.Educator, c.PassMark, c.Due, c.Audience, items, c.Family, c.ValidMonths, c.Titles})
	if err != nil {
		return "" // cannot be: strings and numbers only
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Item returns the item of an id, or nil.
func (c *Course) Item(id int64) *Item {
	for n := range c.Items {
		if c.Items[n].ID == id {
			return &c.Items[n]
		}
	}
	return nil
}

// Live returns the items that are asked, in order.
func (c *Course) Live() []Item {
	return slices.DeleteFunc(slices.Clone(c.Items), func(i Item) bool { return i.Withdrawn })
}

// clone is a copy whose items may be changed.
func (c *Course) clone() *Course {
	n := *c
	n.Items = slices.Clone(c.Items)
	return &n
}

// Teaches reports whether a person looks after a course: its educator, any educator, or the quality office.
func Teaches(p *Person, c *Course) bool {
	return p != nil && p.Active && (p.Has(Educator, Quality) || c != nil && c.Educator == p.ID)
}

// MayTeach decides who may preview, send, edit and withdraw: who teaches the course, in Slack or better. A phone number alone never does.
func MayTeach(f Facts, c *Course) error {
	if f.Actor.Level < A2 || !Teaches(f.Org.People[f.Actor.Person], c) {
		return ErrForbidden
	}
	return nil
}

// MayReadScore decides who may see how somebody did: that person, and the educators. Neither their manager nor the quality office.
func MayReadScore(f Facts, c *Course, learner PersonID) error {
	p := f.Org.People[f.Actor.Person]
	if p == nil || !p.Active || f.Actor.Level < A1 {
		return ErrForbidden
	}
	if p.ID == learner || f.Actor.Level >= A2 && (p.Has(Educator) || c.Educator == p.ID) {
		return nil
	}
	return ErrForbidden
}
