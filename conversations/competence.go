package conversations

import (
	"fmt"
	"slices"
	"strings"

	"goodcatch/domain"
)

// StartUnit is the start of a form about one unit.
func StartUnit(unit domain.UnitCode) domain.Args {
	return domain.Args{"unit": domain.Text(string(unit))}
}

func unitOf(start domain.Args) domain.UnitCode { return domain.UnitCode(start["unit"].String()) }

// mostNamed bounds the names in one line of a competence list.
const mostNamed = 20

// Competences shows the competence list of a unit and those below it: for each course who is current, due, and failed twice. Educators
// and the quality office see it; who failed twice is named to educators alone, and is due for everybody else.
var Competences = register(Flow{Name: "competence", FormOnly: true, Needs: func(start domain.Args, _ Answers) domain.Needs {
	return domain.Needs{Competence: unitOf(start)}
}, Run: func(c *Conv) domain.Command {
	if domain.MayReadCompetence(c.Facts) != nil {
		c.Show("problem.not_yours", nil)
		return nil
	}
	unit := c.organisation().Units[unitOf(c.Start)]
	if unit == nil {
		c.Show("form.competence.unknown", domain.Args{"unit": c.Start["unit"]})
		return nil
	}
	list := slices.Clone(c.Facts.Competence)
	if !c.organisation().People[c.Facts.Actor.Person].Has(domain.Educator) {
		for n := range list {
			if list[n].Standing == domain.Stuck {
				list[n].Standing = domain.Due
			}
		}
	}
	c.Show("form.competence.head", domain.Args{"unit": domain.Text(string(unit.Code) + " " + unit.Name), "at": domain.Day(c.Facts.Now)})
	if len(list) == 0 {
		c.Show("form.competence.none", nil)
	}
	domain.SortCompetence(list)
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].Unit == list[0].Unit && list[n].Course == list[0].Course {
			n++
		}
		c.showCompetence(list[:n])
		list = list[n:]
	}
	return nil
}})

// showCompetence shows one course of one unit.
func (c *Conv) showCompetence(list []domain.Competence) {
	names := map[domain.Standing][]string{}
	for _, l := range list {
		names[l.Standing] = append(names[l.Standing], c.organisation().NameOf(l.Person))
	}
	named := func(s domain.Standing) domain.Arg {
		all := names[s]
		text := strings.Join(all[:min(len(all), mostNamed)], ", ")
		if len(all) > mostNamed {
			text += ", …"
		}
		return domain.Text(text)
	}
	c.Show("form.competence.course", domain.Args{
		"unit": domain.Text(string(list[0].Unit)), "title": domain.Text(list[0].Title), "family": domain.Term("family." + string(list[0].Family)),
		"current": domain.Number(len(names[domain.Current])), "of": domain.Number(len(list)), "people": named(domain.Current), "due": named(domain.Due), "twice": named(domain.Stuck),
	})
}

// ItemAnalysis shows an educator how each item works. Nobody else sees it.
var ItemAnalysis = register(Flow{Name: "item_analysis", FormOnly: true, Needs: needsClass, Run: func(c *Conv) domain.Command {
	course := c.Facts.Course
	if course == nil || domain.MayReadScore(c.Facts, course, 0) != nil {
		c.Show("problem.not_yours", nil)
		return nil
	}
	c.Show("form.analysis.head", domain.Args{"title": domain.Text(course.Title), "limit": domain.Number(domain.LeastAnswers)})
	for _, a := range course.Analyse(c.Facts.Attempts) {
		c.showItem(a)
	}
	return nil
}})

func (c *Conv) showItem(a domain.ItemAnalysis) {
	if !a.Enough() {
		c.Show("form.analysis.few", domain.Args{"item": domain.Text(a.Item.Text)})
		return
	}
	shares := make([]string, len(a.Chosen))
	for n, chosen := range a.Chosen {
		shares[n] = domain.Letter(n) + " " + domain.Number(domain.Percent(chosen, a.Answers)).String() + "%"
	}
	args := domain.Args{
		"item": domain.Text(a.Item.Text), "share": domain.Number(domain.Percent(a.Right, a.Answers)), "answers": domain.Number(a.Answers), "letter": domain.Text(domain.Letter(a.Item.Right)),
		"options": domain.Text(strings.Join(shares, ", ")),
	}
	key := "form.analysis.item"
	if a.Discriminates {
		key, args["discrimination"] = "form.analysis.discriminating", domain.Text(fmt.Sprintf("%+.2f", a.Discrimination))
	}
	c.Show(key, args)
	for _, f := range a.Flags {
		c.Show("form.analysis.flag", domain.Args{"flag": domain.Term("item_flag." + string(f))})
	}
}
