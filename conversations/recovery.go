package conversations

import (
	"goodcatch/domain"
)

// Recovery begins a disruption. Whether it is an exercise or live is chosen here and nowhere else.
var Recovery = register(Flow{Name: "recovery", FormOnly: true, Run: func(c *Conv) domain.Command {
	o := c.organisation()
	if len(o.Activities) == 0 {
		c.Show("form.recovery.none", nil)
		return nil
	}
	options := activityOptions(o.Activities)
	mode, ok := domain.ModeNamed(c.Pick("recovery_mode", Terms("rollcall_mode.", []string{domain.Exercise.String(), domain.Live.String()}, 0), FormOnly, Default(domain.Exercise.String())))
	cmd := domain.StartRecovery{
		Mode: mode, Title: c.Text("recovery_title", FormOnly, Limit(domain.TitleRoom)), Down: c.activities("recovery_down", options), Degraded: c.activities("recovery_degraded", options),
	}
	if !ok || cmd.Title == "" {
		return nil
	}
	return cmd
}})

// RecoveryUpdate takes how several activities run, and takes up what is affected besides.
var RecoveryUpdate = register(Flow{Name: "recovery_update", FormOnly: true, Needs: func(start domain.Args, _ Answers) domain.Needs {
	return domain.Needs{Disruption: domain.DisruptionQuery{ID: numberOf(start, "disruption")}}
}, Run: func(c *Conv) domain.Command {
	d := c.Facts.Disruption
	if d == nil {
		c.Show("problem.not_yours", nil)
		return nil
	}
	var affected, all []domain.Activity
	for _, o := range d.Sorted() {
		if d.MayReport(c.Facts, o.Activity) {
			affected = append(affected, o.Activity)
		}
	}
	all = append(all, affected...)
	for _, a := range c.organisation().Activities {
		if d.Outage(a.Code) == nil && d.MayReport(c.Facts, a) {
			all = append(all, a)
		}
	}
	if len(all) == 0 {
		c.Show("problem.not_yours", nil)
		return nil
	}
	c.Show("form.recovery_update.head", d.Args(nil))
	cmd := domain.ReportRecovery{Disruption: d.ID}
	if len(affected) > 0 {
		cmd.Restored = c.activities("recovery_restored", activityOptions(affected))
	}
	cmd.Degraded, cmd.Down = c.activities("recovery_degraded", activityOptions(all)), c.activities("recovery_down", activityOptions(all))
	return cmd
}})

func (c *Conv) activities(id string, options []Option) []domain.ActivityCode {
	var codes []domain.ActivityCode
	for _, code := range c.PickSeveral(id, options) {
		codes = append(codes, domain.ActivityCode(code))
	}
	return codes
}

func activityOptions(all []domain.Activity) []Option {
	options := make([]Option, len(all))
	for i, a := range all {
		options[i] = Option{Value: string(a.Code), Label: domain.Text(string(a.Code) + " " + a.Name)}
	}
	return options
}
