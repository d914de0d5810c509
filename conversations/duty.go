package conversations

import (
	"fmt"
	"strings"
	"time"

	"goodcatch/domain"
)

// Deputy asks who stands in during a leave that was taken. Nothing needs to be answered: then the next in line is asked.
var Deputy = register(Flow{Name: "deputy", Run: func(c *Conv) domain.Command {
	first, err := domain.ParseDate(c.Start["first"].String())
	p := c.organisation().People[c.Facts.Actor.Person]
	if err != nil || p == nil {
		return nil
	}
	var options []Option
	for _, q := range domain.StandInsFor(c.organisation(), p, first.At(0, c.organisation().Zone)) {
		options = append(options, Option{Value: fmt.Sprint(q.ID), Label: domain.Text(fmt.Sprintf("%s, %s", q.Name, q.Unit))})
	}
	if len(options) == 0 {
		return nil
	}
	options, list := numbered(options)
	id := personOf(c.Pick("deputy", options, Named, Optional, With(domain.Args{"list": domain.Text(list)})))
	if id == 0 {
		return nil
	}
	return domain.NameDeputy{First: first, Deputy: id}
}})

// Swap offers a shift to a colleague: a form, for it needs two lists side by side.
var Swap = register(Flow{Name: "swap", FormOnly: true, Run: func(c *Conv) domain.Command {
	org := c.organisation()
	p := org.People[c.Facts.Actor.Person]
	if p == nil || org.Zone == nil {
		c.Show("problem.not_yours", nil)
		return nil
	}
	own := org.Swappable(p.ID, c.Facts.Now)
	takers := org.Takers(p, c.Facts.Now)
	if len(own) == 0 || len(takers) == 0 {
		c.Show("form.swap.none", nil)
		return nil
	}
	c.Show("form.swap.head", nil)
	var shifts, people []Option
	for _, s := range own[:min(len(own), mostShifts)] {
		shifts = append(shifts, Option{Value: shiftValue(s), Label: domain.Text(shiftLabel(s, org.ZoneOf(p.ID)))})
	}
	for _, q := range takers {
		people = append(people, Option{Value: fmt.Sprint(q.ID), Label: domain.Text(fmt.Sprintf("%s, %s", q.Name, q.Unit))})
	}
	shift, to := c.Pick("shift", shifts), personOf(c.Pick("to", people))
	for _, s := range own {
		if to != 0 && shiftValue(s) == shift {
			return domain.OfferSwap{Post: s.Post, From: s.From, Until: s.Until, Taker: to}
		}
	}
	return nil
}})

// mostShifts bounds a list that somebody chooses from.
const mostShifts = 50

func shiftValue(s domain.Swap) string {
	return fmt.Sprintf("%s-%s-%d", s.Post.Role, strings.ToLower(string(s.Post.Unit)), s.From.Unix())
}

// shiftLabel says when a shift is, in a way that every language reads.
func shiftLabel(s domain.Swap, zone *time.Location) string {
	const layout = "2006-01-02 15:04"
	return fmt.Sprintf("%s - %s, %s %s", s.From.In(zone).Format(layout), s.Until.In(zone).Format(layout), s.Post.Role, s.Post.Unit)
}
