package conversations

import (
	"slices"
	"strconv"
	"strings"

	"goodcatch/domain"
	"goodcatch/domain/mask"
	"goodcatch/domain/scale"
	"goodcatch/domain/words"
)

// A Shape is how a question is answered.
type Shape int

// The shapes.
const (
	Words   Shape = iota // free text, masked before it is kept
	Choice               // one of the options
	Several              // any of the options; only in forms
	Tick                 // a box; only in forms
)

// An Option is one possible answer.
type Option struct {
	Value string
	Label domain.Arg // a Term of the catalogue, or Text
	Digit string     // what is typed by SMS; empty: not offered there
}

// A Question is one thing a flow wants to know.
type Question struct {
	ID       string
	Key      string      // catalogue key of its SMS words; Key+".label" is its label in forms
	Args     domain.Args // for those words
	Shape    Shape
	Options  []Option
	Optional bool
	Long     bool   // a text of several lines
	Default  string // shown in forms
	FormOnly bool
	Lettered bool // by SMS the options are answered by letter: A for the first
	Limit    int  // characters of a text; 0: 3,000
	Texted   bool // the words go to somebody by text as they are
	Named    bool // by SMS an option may be answered by the name in its label
}

// Parse reads an SMS reply. It returns the stored form, or an *InvalidError whose Reason is a catalogue key.
func (q Question) Parse(text string) (string, error) {
	text = strings.TrimSpace(text)
	if q.Shape == Words {
		return q.words(text)
	}
	if q.Lettered {
		return q.letter(text)
	}
	digit, isDigit := words.Digit(text)
	if isDigit {
		for _, o := range q.Options {
			if o.Digit == strconv.Itoa(digit) {
				return o.Value, nil
			}
		}
		return "", domain.Invalid(q.ID, "problem.choice")
	}
	if q.yesNo() {
		switch words.YesNo(text) {
		case words.Yes:
			return domain.Yes.String(), nil
		case words.No:
			return domain.No.String(), nil
		}
	}
	if q.Named {
		return q.name(text)
	}
	for _, o := range q.Options {
		if o.Value != "" && strings.EqualFold(o.Value, text) {
			return o.Value, nil
		}
	}
	return "", domain.Invalid(q.ID, "problem.choice")
}

// name reads an answer by name. One that several have is none.
func (q Question) name(text string) (string, error) {
	found := words.Named(text, names(q.Options))
	if len(found) != 1 {
		return "", domain.Invalid(q.ID, "problem.name")
	}
	return q.Options[found[0]].Value, nil
}

// letter reads an answer by letter.
func (q Question) letter(text string) (string, error) {
	labels := make([]string, len(q.Options))
	for i, o := range q.Options {
		labels[i] = o.Label.String()
	}
	if i, ok := words.Letter(text, labels); ok {
		return q.Options[i].Value, nil
	}
	return "", &domain.InvalidError{Field: q.ID, Reason: "problem.lettered", Args: domain.Args{"letter": domain.Text(domain.Letter(len(q.Options) - 1))}}
}

// Check reads a form's value: the stored form itself.
func (q Question) Check(value string) (string, error) {
	switch q.Shape {
	case Words:
		return q.words(value)
	case Several:
		for _, v := range strings.Split(value, ",") {
			if !q.offers(v) {
				return "", domain.Invalid(q.ID, "problem.choice")
			}
		}
		return value, nil
	default:
		if !q.offers(value) {
			return "", domain.Invalid(q.ID, "problem.choice")
		}
		return value, nil
	}
}

func (q Question) words(text string) (string, error) {
	text = mask.Clean(text)
	limit := q.Limit
	if limit == 0 {
		limit = 3000
	}
	switch {
	case text == "":
		return "", domain.Invalid(q.ID, "problem.empty")
	case len([]rune(text)) > limit:
		return "", &domain.InvalidError{Field: q.ID, Reason: "problem.too_long", Args: domain.Args{"limit": domain.Number(limit)}}
	}
	if q.Texted {
		return text, domain.Textable(q.ID, text, limit)
	}
	return mask.Text(text).Text, nil
}

func (q Question) offers(value string) bool {
	for _, o := range q.Options {
		if o.Value == value {
			return true
		}
	}
	return false
}

func (q Question) yesNo() bool {
	return len(q.Options) >= 2 && q.Options[0].Value == domain.Yes.String()
}

// Answered reports whether a question has its answer, without asking it.
func (c *Conv) Answered(id string) (string, bool) { return c.answers.Get(id) }

// ask returns the stored answer, or opens the question.
func (c *Conv) ask(q Question) (string, bool) {
	if v, ok := c.answers.Get(q.ID); ok {
		return v, true
	}
	if (q.FormOnly || q.Shape == Several || q.Shape == Tick) && !c.Form {
		return "", false
	}
	if c.asked == nil {
		c.asked = map[string]bool{}
	}
	if !c.asked[q.ID] {
		c.asked[q.ID] = true
		c.open = append(c.open, q)
	}
	return "", false
}

// A Setting changes how a question is put.
type Setting func(*Question)

// Optional marks a question that may stay open.
func Optional(q *Question) { q.Optional = true }

// Long marks a text of several lines.
func Long(q *Question) { q.Long = true }

// FormOnly marks a question that is never put by SMS.
func FormOnly(q *Question) { q.FormOnly = true }

// Lettered marks a choice that is answered by letter.
func Lettered(q *Question) { q.Lettered = true }

// Named marks a choice of people that is answered by name too.
func Named(q *Question) { q.Named = true }

// Limit bounds a text, in characters.
func Limit(n int) Setting { return func(q *Question) { q.Limit = n } }

// Textable bounds a line that will be texted to somebody: an identifier in it is refused, not masked.
func Textable(limit int) Setting {
	return func(q *Question) { q.Limit, q.Texted = limit, true }
}

// With gives the question's words their values.
func With(args domain.Args) Setting { return func(q *Question) { q.Args = args } }

// Default is what a form shows first.
func Default(v string) Setting { return func(q *Question) { q.Default = v } }

// Say replaces the catalogue key of the question's words.
func Say(key string) Setting { return func(q *Question) { q.Key = key } }

func (c *Conv) question(id string, shape Shape, options []Option, settings []Setting) Question {
	q := Question{ID: id, Key: "ask." + id, Shape: shape, Options: options}
	for _, s := range settings {
		s(&q)
	}
	return q
}

// Text asks for words. The answer is masked already. Open: "".
func (c *Conv) Text(id string, settings ...Setting) string {
	v, _ := c.ask(c.question(id, Words, nil, settings))
	return v
}

// YesNo asks 1 yes, 2 no.
func (c *Conv) YesNo(id string, settings ...Setting) domain.Answer {
	return c.answer(id, settings, domain.Yes, domain.No)
}

// YesNoUnsure asks 1 yes, 2 no, 3 not sure.
func (c *Conv) YesNoUnsure(id string, settings ...Setting) domain.Answer {
	return c.answer(id, settings, domain.Yes, domain.No, domain.Unsure)
}

func (c *Conv) answer(id string, settings []Setting, answers ...domain.Answer) domain.Answer {
	var options []Option
	for i, a := range answers {
		options = append(options, Option{Value: a.String(), Label: domain.Term("answer." + a.String()), Digit: strconv.Itoa(i + 1)})
	}
	v, _ := c.ask(c.question(id, Choice, options, settings))
	return domain.ParseAnswer(v)
}

// Tick shows a box in forms. Yes when ticked, else Open.
func (c *Conv) Tick(id string, settings ...Setting) bool {
	q := c.question(id, Tick, []Option{{Value: domain.Yes.String(), Label: domain.Term("ask." + id + ".label")}}, settings)
	q.Optional = true
	v, _ := c.ask(q)
	return v == domain.Yes.String()
}

// Pick asks for one of the options. Open: "".
func (c *Conv) Pick(id string, options []Option, settings ...Setting) string {
	v, _ := c.ask(c.question(id, Choice, options, settings))
	return v
}

// PickSeveral shows boxes in forms. Open or none: nil.
func (c *Conv) PickSeveral(id string, options []Option, settings ...Setting) []string {
	q := c.question(id, Several, options, settings)
	q.Optional = true
	v, ok := c.ask(q)
	if !ok || v == "" {
		return nil
	}
	return strings.Split(v, ",")
}

// Terms makes options of values whose words are the catalogue's prefix+value; the first quick ones get the digits 1, 2, 3 …
func Terms(prefix string, values []string, quick int) []Option {
	var options []Option
	for i, v := range values {
		o := Option{Value: v, Label: domain.Term(prefix + v)}
		if i < quick {
			o.Digit = strconv.Itoa(i + 1)
		}
		options = append(options, o)
	}
	return options
}

// Harm asks for the AHRQ harm scale: 0 no harm … 4 death, 5 not sure. Open: nil.
func (c *Conv) Harm(id string, settings ...Setting) *scale.Graded {
	var options []Option
	for _, l := range scale.AHRQ.Levels {
		digit := int(l.Rank)
		if l.Rank == scale.Unknown {
			digit = 5
		}
		options = append(options, Option{Value: l.Code, Label: domain.Term(l.Key), Digit: strconv.Itoa(digit)})
	}
	slices.SortFunc(options, func(a, b Option) int { return strings.Compare(a.Digit, b.Digit) })
	v, ok := c.ask(c.question(id, Choice, options, settings))
	if !ok {
		return nil
	}
	g, ok := scale.AHRQ.Grade(v)
	if !ok {
		return nil
	}
	return &g
}

// A Line is something a form shows before its questions.
type Line struct {
	Key  string
	Args domain.Args
}

// Show puts a line of the catalogue on the form. By SMS it is not said.
func (c *Conv) Show(key string, args domain.Args) {
	c.lines = append(c.lines, Line{key, args})
}
