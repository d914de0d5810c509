package conversations

import (
	"fmt"

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
