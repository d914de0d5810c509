package conversations

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"goodcatch/domain"
	"goodcatch/domain/gsm"
	"goodcatch/domain/scale"
	"goodcatch/domain/words"
)

// Triage is the owner's judgement. A form asks for all of it; by SMS only what matters on the way is asked: harm, category when the
// reporter gave none, and what comes next.
var Triage = register(Flow{Name: "triage", Needs: needsTriage, Run: func(c *Conv) domain.Command {
	r := c.Facts.Record
	if r == nil || r.Report == nil {
		return nil
	}
	c.showCard()
	c.showText()
	cmd := domain.Triage{Record: r.ID}
	if !c.Form && (domain.MayWork(c.Facts, r) != nil || r.State.Ended()) {
		return cmd // which says why not
	}
	if c.Form {
		c.triageForm(r, &cmd)
	} else {
		c.triageTexts(r, &cmd)
	}
	return cmd
}})

// triageForm asks everything, with what is known filled in.
func (c *Conv) triageForm(r *domain.Record, cmd *domain.Triage) {
	grade, state := "", ""
	if g := r.Report.Grade(); g != nil {
		grade = g.Code
	}
	var next []string
	for _, s := range r.State.Triaged() {
		next = append(next, string(s))
	}
	if len(next) > 0 {
		state = next[0]
	}
	cmd.Kind = domain.Kind(c.Pick("kind", kindOptions(), Default(string(r.Kind))))
	cmd.Harm = c.Harm("harm_second", Optional, Default(grade))
	cmd.Category = c.Pick("category", Terms("category.", domain.Categories, 0), Optional, Default(r.Report.Category))
	cmd.Factors = c.PickSeveral("factors", Terms("factor.", domain.Factors, 0))
	if options := c.procedures(r); len(options) > 0 {
		cmd.Document = c.Pick("document", options, Optional, Default(r.Report.Document))
	}
	cmd.State = domain.State(c.Pick("state", Terms("state.", next, 0), Default(state)))
	cmd.Silence = c.Pick("silence", silences(r.Climb.Silence.Chosen()), Default(r.Climb.Silence.Chosen()), Optional)
}

// silences are how long an owner may do nothing before others are asked, with the one that was chosen by text among them.
func silences(chosen string) []Option {
	options := Terms("silence.", []string{domain.SilenceByPolicy, "15m0s", "1h0m0s", "4h0m0s", "24h0m0s", "72h0m0s", "168h0m0s", domain.SilenceOff}, 0)
	if !slices.ContainsFunc(options, func(o Option) bool { return o.Value == chosen }) {
		if after, _, ok := domain.SilenceNamed(chosen); ok {
			options = append(options, Option{Value: chosen, Label: domain.Span(after)})
		}
	}
	return options
}

// needsTriage loads the record with its words, and the documents that it may be linked to.
func needsTriage(start domain.Args, answers Answers) domain.Needs {
	n := needsText(start, answers)
	n.InForce = true
	return n
}

// procedures are the documents in force that a record may be linked to, and none when it is linked already.
func (c *Conv) procedures(r *domain.Record) []Option {
	var options []Option
	for _, v := range c.Facts.InForce {
		options = append(options, Option{Value: v.Code, Label: domain.Text(v.Code + " " + v.Title)})
	}
	if r.Report.Document != "" {
		options = append(options, Option{Value: "-", Label: domain.Term("ask.document.none")})
	}
	return options
}

// textedStates are the next states that SMS offers, by their digits.
var textedStates = []string{string(domain.InReview), string(domain.OnHold), string(domain.Duplicate), string(domain.NotReportable)}

// triageTexts asks one question after another. Each answer counts at once, so only the last is answered with what was saved.
func (c *Conv) triageTexts(r *domain.Record, cmd *domain.Triage) {
	args := With(domain.Args{"code": domain.Text(string(r.Code)), "bare": domain.Text(string(r.Code))})
	if _, said := c.Answered("harm_second"); said || mayHarm(r) {
		cmd.Harm = c.Harm("harm_second", Optional, args)
	}
	if _, said := c.Answered("category"); said || r.Report.Category == "" {
		cmd.Category = c.Pick("category", Terms("category.", domain.Categories, domain.QuickCategories), Optional, args, Say("ask.category_second"))
	}
	if domain.CanMove(r.State, domain.InReview) || r.State.Ended() {
		cmd.State = domain.State(c.Pick("state", Terms("state.", textedStates, len(textedStates)), Optional, args))
	}
	severe := r.Rank >= scale.Severe || cmd.Harm != nil && cmd.Harm.Rank >= scale.Severe
	if _, said := c.Answered("document"); said || severe && r.Report.Document == "" && len(c.Facts.InForce) > 0 && !cmd.State.Ended() {
		cmd.Document = c.Pick("document", c.procedures(r), Optional, args)
	}
	cmd.Quiet = len(c.open) > 0
}

// mayHarm reports whether there is harm to grade: something reached a patient, or somebody said so.
func mayHarm(r *domain.Record) bool {
	switch r.Kind {
	case domain.NearMiss, domain.UnsafeCondition, domain.GoodCare, domain.Supply:
		return r.Report.Grade() != nil
	default:
		return true
	}
}

// HandOver gives a record to a named person: chosen in a form, from a numbered list or by name in a text, or named at the start.
var HandOver = register(Flow{Name: "hand_over", Needs: needsRecord, Run: func(c *Conv) domain.Command {
	r := c.Facts.Record
	if r == nil {
		return nil
	}
	c.showCard()
	cmd := domain.HandOver{Record: r.ID}
	if domain.MayWork(c.Facts, r) != nil {
		return cmd // which says why not
	}
	options := c.colleagues(r)
	if name := c.Start["name"].String(); name != "" {
		if options = those(name, options); len(options) == 1 {
			cmd.To = personOf(options[0].Value)
			return cmd
		}
	}
	if len(options) == 0 && !c.Form {
		return cmd // which says that there is nobody
	}
	options, list := numbered(options)
	to := c.Pick("to", options, Named, With(domain.Args{"code": domain.Text(string(r.Code)), "list": domain.Text(list)}))
	if cmd.To = personOf(to); cmd.To == 0 {
		return nil
	}
	return cmd
}})

func personOf(value string) domain.PersonID {
	id, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return 0
	}
	return domain.PersonID(id)
}

// those are the options whose label holds the typed name.
func those(name string, options []Option) []Option {
	var found []Option
	for _, i := range words.Named(name, names(options)) {
		found = append(found, options[i])
	}
	return found
}

// names are the labels of options up to a comma: what follows it says where somebody works.
func names(options []Option) []string {
	all := make([]string, len(options))
	for i, o := range options {
		all[i], _, _ = strings.Cut(o.Label.String(), ",")
	}
	return all
}

// Room for a list of people in one text, in whatever language the rest of it is said: septets, or units when a name needs the costly
// alphabet.
const (
	mostListed           = 6
	listRoom, costlyRoom = 100, 42
)

// numbered gives the first options their digits, as many as one text can name, and returns the list as it is texted.
func numbered(options []Option) (all []Option, list string) {
	all = slices.Clone(options)
	people := names(all)
	for i := range all[:min(len(all), mostListed)] {
		longer := strings.TrimSpace(fmt.Sprintf("%s %d %s", list, i+1, people[i]))
		if n := gsm.Segments(gsm.Plain(longer)); n.Units > listRoom || n.Encoding == gsm.UCS2 && n.Units > costlyRoom {
			break
		}
		all[i].Digit, list = strconv.Itoa(i+1), longer
	}
	return all, list
}

// colleagues are those a record can be handed to, whoever answers for units, nearest first: of its unit, of those above it, of others.
func (c *Conv) colleagues(r *domain.Record) []Option {
	org := c.organisation()
	above := org.Ancestors(r.Unit)
	far := func(p *domain.Person) int {
		if i := slices.IndexFunc(above, func(u *domain.Unit) bool { return u.Code == p.Unit }); i >= 0 {
			return i
		}
		return len(above)
	}
	var people []*domain.Person
	for _, p := range org.People {
		if domain.MayTake(c.organisation(), r, p) && p.ID != c.Facts.Actor.Person && p.ID != r.Owner && p.Has(domain.Manager, domain.Lead, domain.Quality, domain.Executive, domain.Biomed, domain.Buyer, domain.Educator) {
			people = append(people, p)
		}
	}
	slices.SortFunc(people, func(a, b *domain.Person) int {
		return cmp.Or(cmp.Compare(far(a), far(b)), strings.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	options := make([]Option, 0, len(people))
	for _, p := range people {
		options = append(options, Option{Value: fmt.Sprint(p.ID), Label: domain.Text(fmt.Sprintf("%s, %s", p.Name, p.Unit))})
	}
	return options
}
