package conversations

import (
	"goodcatch/domain"
)

// hows are the ways a playbook can be run.
var hows = map[string]struct {
	mode domain.Mode
	form domain.Form
}{
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
	how := hows[c.Pick("run_how", Terms("run_how.", []string{"exercise", "live"}, 0), FormOnly, Default("exercise"))]
	cmd.Mode, cmd.Form = how.mode, how.form
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

func needsRun(start domain.Args, _ Answers) domain.Needs {
	return domain.Needs{Run: domain.RunQuery{ID: numberOf(start, "run")}}
}
