package conversations

import (
	"fmt"
	"strings"

	"goodcatch/domain"
)

// Swap offers a shift to a colleague: a form, for it needs two lists side by side. Where one of the colleague's is wanted in return, a second
// form lists those.
var Swap = register(Flow{Name: "swap", FormOnly: true, Next: swapNext, Run: func(c *Conv) domain.Command {
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
		shifts = append(shifts, shiftOption(s.Given()))
	}
	for _, q := range takers {
		people = append(people, Option{Value: fmt.Sprint(q.ID), Label: domain.Text(fmt.Sprintf("%s, %s", q.Name, q.Unit))})
	}
	shift, to := c.Pick("shift", shifts), personOf(c.Pick("to", people))
	if c.Tick("in_return") { // the second form goes on
		return nil
	}
	s, ok := shiftOf(own, shift)
	if !ok || to == 0 {
		return nil
	}
	return domain.OfferSwap{Post: s.Post, From: s.From, Until: s.Until, Taker: to}
}})

// swapNext is the second form, for who wants a shift in return.
func swapNext(answers Answers) (flow string, start domain.Args) {
	wanted, _ := answers.Get("in_return")
	shift, _ := answers.Get("shift")
	to, _ := answers.Get("to")
	if wanted != domain.Yes.String() || shift == "" || to == "" {
		return "", nil
	}
	return SwapBack.Name, domain.Args{"shift": domain.Text(shift), "to": domain.Text(to)}
}

// SwapBack asks which of the colleague's shifts is taken in return. It lists those that both of them can.
var SwapBack = register(Flow{Name: "swap_back", FormOnly: true, Run: func(c *Conv) domain.Command {
	org := c.organisation()
	p, to := org.People[c.Facts.Actor.Person], org.People[personOf(c.Start["to"].String())]
	if p == nil || org.Zone == nil || to == nil {
		c.Show("problem.not_yours", nil)
		return nil
	}
	s, ok := shiftOf(org.Swappable(p.ID, c.Facts.Now), c.Start["shift"].String())
	if !ok {
		c.Show("problem.swap_gone", nil)
		return nil
	}
	s.Taker = to.ID
	args := s.Given().Args()
	args["for"] = domain.Text(to.Name)
	theirs := org.InReturn(s, c.Facts.Now)
	if len(theirs) == 0 {
		c.Show("form.swap_back.none", args)
		return nil
	}
	c.Show("form.swap_back.head", args)
	var options []Option
	for _, t := range theirs[:min(len(theirs), mostShifts)] {
		options = append(options, shiftOption(t))
	}
	chosen := c.Pick("back", options)
	for i, t := range theirs {
		if i < len(options) && options[i].Value == chosen {
			return domain.OfferSwap{Post: s.Post, From: s.From, Until: s.Until, Taker: to.ID, Back: t}
		}
	}
	return nil
}})

// mostShifts bounds a list that somebody chooses from.
const mostShifts = 50

// shiftOption is a shift to choose, in the words of people: Tue 2 Dec 20:00 to Wed 3 Dec 08:00, manager for 4B.
func shiftOption(s domain.SwapShift) Option {
	return Option{Value: shiftValue(s), Label: domain.Rows([]domain.Row{{Key: "form.swap.shift", Args: s.Args()}})}
}

func shiftValue(s domain.SwapShift) string {
	return fmt.Sprintf("%s-%s-%d", s.Post.Role, strings.ToLower(string(s.Post.Unit)), s.From.Unix())
}

// shiftOf is the one of somebody's shifts that was chosen.
func shiftOf(own []domain.Swap, value string) (domain.Swap, bool) {
	for _, s := range own {
		if shiftValue(s.Given()) == value {
			return s, true
		}
	}
	return domain.Swap{}, false
}
