package conversations

import (
	"strconv"
	"strings"
	"time"

	"goodcatch/domain"
)

// alertHours are the terms an alert can be given, in hours; the end of a shift of eight hours is the usual one.
var alertHours = []string{"2", "4", "8", "12", "24"}

// SafetyAlert asks every ward whether it has what a device or drug alert is about.
var SafetyAlert = register(Flow{Name: "safety_alert", FormOnly: true, Run: func(c *Conv) domain.Command {
	if domain.MayAlert(c.Facts) != nil {
		c.Show("problem.not_yours", nil)
		return nil
	}
	c.Show("form.safety_alert.head", nil)
	cmd := domain.IssueAlert{
		Title:  c.Text("alert_title", FormOnly, Textable(domain.AlertTitleRoom)),
		Action: c.Text("alert_action", FormOnly, Textable(domain.AlertActionRoom)),
	}
	for _, u := range c.PickSeveral("alert_units", c.unitOptions(), Optional) {
		cmd.Units = append(cmd.Units, domain.UnitCode(u))
	}
	hours, _ := strconv.Atoi(c.Pick("alert_due", Terms("alert_due.", alertHours, 0), FormOnly, Default("8")))
	cmd.Due = time.Duration(hours) * time.Hour
	return cmd
}})

// AlertAnswer takes the number found in a ward.
var AlertAnswer = register(Flow{Name: "alert_answer", FormOnly: true, Needs: func(start domain.Args, _ Answers) domain.Needs {
	return domain.Needs{Alert: domain.AlertQuery{ID: numberOf(start, "alert")}}
}, Run: func(c *Conv) domain.Command {
	a := c.Facts.Alert
	if a == nil {
		c.Show("problem.not_yours", nil)
		return nil
	}
	mine := a.MayAnswer(c.organisation(), c.Facts.Actor.Person)
	if len(mine) == 0 {
		c.Show("problem.not_yours", nil)
		return nil
	}
	c.Show("form.alert_answer.head", a.Args())
	cmd := domain.AnswerAlert{Alert: a.ID, Unit: mine[0]}
	if len(mine) > 1 {
		var options []Option
		for _, u := range mine {
			options = append(options, Option{Value: string(u), Label: domain.Text(string(u))})
		}
		cmd.Unit = domain.UnitCode(c.Pick("alert_ward", options, FormOnly))
	}
	count, err := strconv.Atoi(strings.TrimSpace(c.Text("alert_count", FormOnly, Limit(4))))
	if err != nil {
		count = -1 // what is no number is refused with how to write it
	}
	cmd.Count = count
	return cmd
}})
