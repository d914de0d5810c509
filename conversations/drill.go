package conversations

import "goodcatch/domain"

// Drills shows the drill calendar to everybody who may run a playbook.
var Drills = register(Flow{Name: "drills", FormOnly: true, Needs: func(domain.Args, Answers) domain.Needs { return domain.Needs{Drills: true} }, Run: func(c *Conv) domain.Command {
	if domain.MayRun(c.Facts, nil, domain.A2) != nil {
		c.Show("problem.not_yours", nil)
		return nil
	}
	zone := c.organisation().Zone
	today := domain.DateOf(c.Facts.Now, zone)
	c.Show("form.drills.head", nil)
	for _, d := range c.Facts.Drills() {
		key := "form.drills.line"
		if d.Overdue(today) {
			key = "form.drills.late"
		}
		c.Show(key, d.Args(zone))
	}
	return nil
}})
