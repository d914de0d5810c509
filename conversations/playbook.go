package conversations

import (
	"strconv"

	"goodcatch/domain"
)

// hows are the ways a playbook can be run.
var hows = map[string]struct {
	mode domain.Mode
	form domain.Form
}{
	"table":    {domain.Exercise, domain.Tabletop},
	"exercise": {domain.Exercise, domain.InSteps},
	"live":     {domain.Live, domain.InSteps},
}

// Playbook plans a run of a playbook. Whether it is an exercise or live is chosen here and nowhere else; nobody is told anything before the
// plan is confirmed.
var Playbook = register(Flow{Name: "playbook", FormOnly: true, Needs: func(domain.Args, Answers) domain.Needs {
	return domain.Needs{Run: domain.RunQuery{Library: true}}
}, Run: func(c *Conv) domain.Command {
	if domain.MayRun(c.Facts, nil, domain.A2) != nil {
		c.Show("problem.not_yours", nil)
		return nil
	}
	if len(c.Facts.Library) == 0 {
		c.Show("form.playbook.none", nil)
		return nil
	}
	var options []Option
	for _, p := range c.Facts.Library {
		options = append(options, Option{Value: p.Code, Label: domain.Text(p.Code + " " + p.Title)})
	}
	cmd := domain.PlanRun{Playbook: c.Pick("run_playbook", options[:min(len(options), mostPlaybooks)], FormOnly)}
	how := hows[c.Pick("run_how", Terms("run_how.", []string{"table", "exercise", "live"}, 0), FormOnly, Default("table"))]
	cmd.Mode, cmd.Form = how.mode, how.form
	for _, u := range c.PickSeveral("run_units", c.unitOptions()) {
		cmd.Audience.Units = append(cmd.Audience.Units, domain.UnitCode(u))
	}
	for _, r := range c.PickSeveral("run_roles", Terms("role.", plain(domain.Roles), 0)) {
		cmd.Audience.Roles = append(cmd.Audience.Roles, domain.Role(r))
	}
	if cmd.Playbook == "" || cmd.Form == "" {
		return nil
	}
	return cmd
}})

// mostPlaybooks is how many a list in Slack holds.
const mostPlaybooks = 100

// RunAction keeps what is to be done after a run, for its report.
var RunAction = register(Flow{Name: "run_action", FormOnly: true, Needs: needsRun, Run: func(c *Conv) domain.Command {
	r := c.Facts.Run
	if r == nil || domain.MayRun(c.Facts, r, domain.A1) != nil {
		c.Show("problem.not_yours", nil)
		return nil
	}
	c.Show("form.run_action.head", r.Args(nil))
	text := c.Text("rollcall_action", FormOnly, Long, Limit(domain.ObjectivesLimit))
	if text == "" {
		return nil
	}
	return domain.NoteRun{Run: r.ID, Text: text, Action: true}
}})

// RunJudge judges all objectives of a run at once, with a word for the debrief and what is to be done.
var RunJudge = register(Flow{Name: "run_judge", FormOnly: true, Needs: needsRun, Run: func(c *Conv) domain.Command {
	r := c.Facts.Run
	if r == nil || domain.MayRun(c.Facts, r, domain.A1) != nil {
		c.Show("problem.not_yours", nil)
		return nil
	}
	c.Show("form.run_action.head", r.Args(nil))
	cmd := domain.JudgeRun{Run: r.ID, Results: make([]int, len(r.Objectives))}
	for i, o := range r.Objectives {
		settings := []Setting{FormOnly, Optional, Say("ask.run_objective"), With(domain.Args{"n": domain.Number(i + 1), "text": domain.Text(o.Text)})}
		if o.Result != 0 {
			settings = append(settings, Default(strconv.Itoa(o.Result)))
		}
		result := c.Pick("objective_"+strconv.Itoa(i+1), Terms("run_result.", []string{"1", "2", "3"}, 0), settings...)
		cmd.Results[i], _ = strconv.Atoi(result)
	}
	cmd.Note = c.Text("run_debrief", FormOnly, Optional, Long, Limit(domain.ObjectivesLimit))
	cmd.Action = c.Text("rollcall_action", FormOnly, Optional, Long, Limit(domain.ObjectivesLimit))
	return cmd
}})

func needsRun(start domain.Args, _ Answers) domain.Needs {
	return domain.Needs{Run: domain.RunQuery{ID: numberOf(start, "run")}}
}
