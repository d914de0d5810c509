package conversations

import "goodcatch/domain"

// mostRetyped is how long the retyped code may be, with what people put between its letters.
const mostRetyped = 12

// retype shows what a signature means and the code of the task, and asks for it again: the second component of a signature in Slack.
func (c *Conv) retype(t *domain.Task, v *domain.DocumentVersion) string {
	c.Show("form.sign_document.meaning", domain.Args{
		"doc": domain.Text(v.Code), "version": domain.Number(v.Number), "title": domain.Text(v.Title), "meaning": domain.Term("signature.meaning"), "retype": domain.Text(t.Retype),
	})
	return c.Text("retyped", FormOnly, Limit(mostRetyped), With(domain.Args{"retype": domain.Text(t.Retype)}))
}

// SignDocument signs what was answered rightly outside of a form.
var SignDocument = register(Flow{
	Name: "sign_document", Needs: needsTask, FormOnly: true,
	Run: func(c *Conv) domain.Command {
		t, v := c.document()
		if t == nil {
			return nil
		}
		if t.State != domain.TaskOpen {
			c.Show("form.document."+string(t.State), nil)
			return nil
		}
		return domain.SignDocument{Task: t.ID, Retyped: c.retype(t, v)}
	},
})
