package conversations

import (
	"strconv"

	"goodcatch/domain"
)

// RollCall plans a roll-call. Whether it is an exercise or live is chosen here and nowhere else; nobody is asked before the plan, with the
// time it will take, is confirmed.
var RollCall = register(Flow{Name: "rollcall", FormOnly: true, Run: func(c *Conv) domain.Command {
	mode, ok := domain.ModeNamed(c.Pick("rollcall_mode", Terms("rollcall_mode.", []string{domain.Exercise.String(), domain.Live.String()}, 0), FormOnly, Default(domain.Exercise.String())))
	cmd := domain.PlanRollCall{Mode: mode, Title: c.Text("rollcall_title", FormOnly, Limit(domain.TitleRoom))}
	for _, u := range c.PickSeveral("rollcall_units", c.unitOptions()) {
		cmd.Audience.Units = append(cmd.Audience.Units, domain.UnitCode(u))
	}
	for _, r := range c.PickSeveral("rollcall_roles", Terms("role.", plain(domain.Roles), 0)) {
		cmd.Audience.Roles = append(cmd.Audience.Roles, domain.Role(r))
	}
	target := c.Pick("rollcall_target", targets, FormOnly, Default(strconv.Itoa(domain.DefaultTarget)))
	cmd.Target, _ = strconv.Atoi(target)
	cmd.Objectives = c.Text("rollcall_objectives", FormOnly, Optional, Long, Limit(domain.ObjectivesLimit))
	if !ok || cmd.Title == "" {
		return nil
	}
	return cmd
}})

// plain are names as plain words.
func plain[T ~string](list []T) []string {
	all := make([]string, len(list))
	for i, v := range list {
		all[i] = string(v)
	}
	return all
}

// targets are the shares of those asked that a plan may aim at.
var targets = func() (options []Option) {
	for _, n := range []int{50, 70, 80, 90, 95} {
		options = append(options, Option{Value: strconv.Itoa(n), Label: domain.Text(strconv.Itoa(n) + " %")})
	}
	return options
}()

// RollCallAction keeps what is to be done after a roll-call, for its report.
var RollCallAction = register(Flow{Name: "rollcall_action", FormOnly: true, Needs: func(start domain.Args, _ Answers) domain.Needs {
	return domain.Needs{RollCall: domain.RollCallQuery{ID: numberOf(start, "rollcall"), Mine: true}}
}, Run: func(c *Conv) domain.Command {
	r := c.Facts.RollCall
	if r == nil || domain.MayCall(c.Facts, r, domain.A1) != nil {
		c.Show("problem.not_yours", nil)
		return nil
	}
	c.Show("form.rollcall_action.head", r.Args(nil))
	text := c.Text("rollcall_action", FormOnly, Long, Limit(domain.ObjectivesLimit))
	if text == "" {
		return nil
	}
	return domain.NoteRollCall{Call: r.ID, Text: text, Action: true}
}})
