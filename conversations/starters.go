package conversations

import (
	"strings"

	"goodcatch/domain"
)

// Starters shows who is new and how far along the path they are, to educators and the quality office.
var Starters = register(Flow{Name: "starters", FormOnly: true, Needs: func(domain.Args, Answers) domain.Needs { return domain.Needs{Starters: true} }, Run: func(c *Conv) domain.Command {
	if domain.MayReadCompetence(c.Facts) != nil {
		c.Show("problem.not_yours", nil)
		return nil
	}
	org := c.organisation()
	c.Show("form.starters.head", domain.Args{"at": domain.Day(c.Facts.Now)})
	if len(org.Settings.Path) == 0 {
		c.Show("form.starters.no_path", nil)
		return nil
	}
	passed, asked := map[domain.PersonID]map[string]bool{}, map[domain.PersonID]map[string]bool{}
	mark := func(in map[domain.PersonID]map[string]bool, l domain.Competence) {
		if in[l.Person] == nil {
			in[l.Person] = map[string]bool{}
		}
		in[l.Person][l.Course] = true
	}
	for _, l := range c.Facts.Competence {
		mark(asked, l)
		if l.Standing == domain.Current {
			mark(passed, l)
		}
	}
	people := org.Starters(c.Facts.Now)
	for _, id := range people {
		c.showStarter(org.People[id], passed[id], asked[id])
	}
	if len(people) == 0 {
		c.Show("form.starters.none", nil)
	}
	return nil
}})

// showStarter shows one new starter: what is passed, what is on, what comes. A course that is not for them counts in none of it.
func (c *Conv) showStarter(p *domain.Person, passed, asked map[string]bool) {
	var done, due, later []string
	for _, s := range c.organisation().Settings.Path {
		at := c.organisation().Starting(p, s.Course)
		switch {
		case passed[s.Course]:
			done = append(done, s.Course)
		case asked[s.Course]:
			due = append(due, s.Course)
		case at.After(c.Facts.Now):
			later = append(later, s.Course)
		}
	}
	list := func(codes []string) domain.Arg { return domain.Text(strings.Join(codes, ", ")) }
	c.Show("form.starters.person", domain.Args{
		"person": domain.Text(p.Name), "unit": domain.Text(string(p.Unit)), "at": domain.Day(p.Start), "right": domain.Number(len(done)), "of": domain.Number(len(done) + len(due) + len(later)),
		"done": list(done), "due": list(due), "later": list(later),
	})
}
