package conversations

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"goodcatch/domain"
)

// fileOf reads the file a flow is about from its start.
func fileOf(start domain.Args) domain.FileID {
	id, err := strconv.ParseInt(start["file"].String(), 10, 64)
	if err != nil {
		return 0
	}
	return domain.FileID(id)
}

// HandIn asks an author for what a file does not say about itself: one form, filled in from the file and from the version in force.
var HandIn = register(Flow{
	Name: "hand_in", FormOnly: true,
	Needs: func(start domain.Args, _ Answers) domain.Needs { return domain.Needs{File: fileOf(start)} },
	Run: func(c *Conv) domain.Command {
		if domain.MayFillIn(c.Facts) != nil {
			c.Show("form.file.not_yours", nil)
			return nil
		}
		f := c.Facts.File
		c.Show("form.file.head", domain.Args{"file": domain.Text(f.Name)})
		if c.Facts.Standing != nil {
			c.Show("form.file.standing", domain.Args{"doc": domain.Text(c.Facts.Standing.Name())})
		}
		for _, fault := range f.Faults {
			c.Show("form.file.fault", domain.Args{"text": domain.Text(fault)})
		}
		v, due, effective := c.settings(proposed(c.Facts))
		return domain.SubmitFile{File: f.ID, Code: v.Code, Filled: &v, DueDays: due, EffectiveDay: effective}
	},
})

// proposed is what the form shows first: what the file says, else what the version in force says. What has changed is always the
// author's to say.
func proposed(f domain.Facts) domain.DocumentVersion {
	v := f.File.Says
	if f.Standing == nil {
		return v
	}
	old := *f.Standing
	if v.Title == "" {
		v.Title = old.Title
	}
	if v.Due == 0 {
		v.Due = old.Due
	}
	if v.Question == "" {
		v.Question, v.Options, v.Right = old.Question, old.Options, old.Right
	}
	if v.Audience.Roles == nil && v.Audience.Units == nil && v.Audience.Named == nil {
		v.Audience = old.Audience
	}
	if len(v.Reviewers) == 0 {
		v.Reviewers = old.Reviewers
	}
	if v.Kind == "" {
		v.Kind = old.Kind
	}
	if v.Meaning == "" {
		v.Meaning = old.Meaning
	}
	if v.ReviewEvery == 0 {
		v.ReviewEvery = old.ReviewEvery
	}
	if v.Duties == nil {
		v.Duties = old.Duties
	}
	return v
}

// usualDue is how long an audience has when nothing says otherwise.
const usualDue = 14

// settings asks for everything that a document needs beside its text. Days are handed on as they were typed: the domain reads them.
func (c *Conv) settings(v domain.DocumentVersion) (filled domain.DocumentVersion, due, effective string) {
	filled = v
	filled.Code = strings.ToUpper(c.Text("code", Say("ask.file.code"), Default(v.Code), Limit(10)))
	filled.Title = c.Text("title", Say("ask.file.title"), Default(v.Title), Textable(24))
	filled.Changed = c.Text("changed", Say("ask.file.changed"), Default(v.Changed), Textable(40))
	days := usualDue
	if v.Due > 0 {
		days = int(v.Due / (24 * time.Hour))
	}
	due = c.Text("due_days", Say("ask.file.due_days"), Default(strconv.Itoa(days)), Limit(3))
	filled.Question = c.Text("question", Say("ask.file.question"), Default(v.Question), Limit(120))
	filled.Options = lines(c.Text("options", Say("ask.file.options"), Long, Default(strings.Join(v.Options, "\n")), Limit(200)))
	filled.Right = c.rightOption(v)
	filled.Audience = c.audience(v.Audience)
	filled.Reviewers = c.reviewers(v.Reviewers)
	effective = c.Text("effective", Say("ask.file.effective"), Optional, Default(c.day(v.EffectiveOn)), Limit(10))
	filled.Meaning = domain.Meaning(c.Pick("signature", Terms("meaning.", []string{string(domain.Read), string(domain.Signed)}, 0), Say("ask.file.signature"), Default(string(v.WithDefaults().Meaning))))
	filled.Kind = domain.DocumentKind(c.Pick("kind", documentKinds(), Say("ask.file.kind"), Default(string(v.WithDefaults().Kind))))
	return filled, due, effective
}

func (c *Conv) day(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(c.organisation().Zone).Format(time.DateOnly)
}

// lines are the answers of a text, one a line, without the letters people put before them.
func lines(text string) []string {
	var all []string
	for i, l := range strings.Split(text, "\n") {
		l = strings.TrimSpace(l)
		for _, mark := range []string{") ", ". ", ": "} {
			l = strings.TrimPrefix(l, domain.Letter(i)+mark)
		}
		if l != "" {
			all = append(all, l)
		}
	}
	return all
}

// mostAnswers is how many answers a question has.
const mostAnswers = 4

func (c *Conv) rightOption(v domain.DocumentVersion) int {
	var letters []Option
	for i := range mostAnswers {
		letters = append(letters, Option{Value: domain.Letter(i), Label: domain.Text(domain.Letter(i))})
	}
	first := ""
	if len(v.Options) > 0 {
		first = domain.Letter(v.Right)
	}
	given := c.Pick("answer", letters, Say("ask.file.answer"), Default(first))
	return slices.IndexFunc(letters, func(o Option) bool { return o.Value == given })
}

func documentKinds() []Option {
	var kinds []string
	for _, k := range domain.DocumentKinds {
		if k != domain.Responsibility { // its chart of duties is written in the file
			kinds = append(kinds, string(k))
		}
	}
	return Terms("dockind.", kinds, 0)
}

// audience asks who must read it: nothing ticked is everyone.
func (c *Conv) audience(v domain.Audience) domain.Audience {
	var roles, units []string
	for _, r := range v.Roles {
		roles = append(roles, string(r))
	}
	for _, u := range v.Units {
		units = append(units, string(u))
	}
	var names []string
	for _, r := range domain.Roles {
		names = append(names, string(r))
	}
	a := v // people named one by one stay
	a.Roles, a.Units = nil, nil
	for _, r := range c.PickSeveral("roles", Terms("role.", names, 0), Say("ask.file.roles"), Default(strings.Join(roles, ","))) {
		a.Roles = append(a.Roles, domain.Role(r))
	}
	for _, u := range c.PickSeveral("units", c.unitOptions(), Say("ask.file.units"), Default(strings.Join(units, ","))) {
		a.Units = append(a.Units, domain.UnitCode(u))
	}
	return a
}

// reviewers asks who must approve it: the house's authors and those it names already, but never its own author.
func (c *Conv) reviewers(named []domain.PersonID) []domain.PersonID {
	var people []*domain.Person
	for id, p := range c.organisation().People {
		if p.Active && id != c.Facts.Actor.Person && (p.Has(domain.Authors...) || p.Has(domain.Committee) || slices.Contains(named, id)) {
			people = append(people, p)
		}
	}
	slices.SortFunc(people, func(a, b *domain.Person) int { return strings.Compare(a.Name+a.External, b.Name+b.External) })
	var options []Option
	for _, p := range people {
		options = append(options, Option{Value: fmt.Sprint(p.ID), Label: domain.Text(fmt.Sprintf("%s, %s", p.Name, p.Unit))})
	}
	var first []string
	for _, id := range named {
		first = append(first, fmt.Sprint(id))
	}
	var chosen []domain.PersonID
	for _, v := range c.PickSeveral("reviewers", options, Say("ask.file.reviewers"), Default(strings.Join(first, ","))) {
		if id, err := strconv.ParseInt(v, 10, 64); err == nil {
			chosen = append(chosen, domain.PersonID(id))
		}
	}
	return chosen
}
