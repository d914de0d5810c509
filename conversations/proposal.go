package conversations

import (
	"fmt"
	"strings"

	"goodcatch/domain"
)

func needsProposal(start domain.Args, _ Answers) domain.Needs {
	return domain.Needs{Proposal: numberOf(start, "proposal")}
}

// proposal is the quiz at hand, when the actor may decide about it and nobody has; the form says so when not.
func (c *Conv) proposal() *domain.Proposal {
	p := c.Facts.Proposal
	switch {
	case p == nil || domain.MayPropose(c.Facts) != nil:
		c.Show("problem.not_yours", nil)
	case p.State != domain.ProposalOpen:
		c.Show("proposal.decided", nil)
	default:
		return p
	}
	return nil
}

// ProposalEdit shows a proposed quiz as it would go out, to be changed and sent at once. Options stand in one line, separated by ";".
var ProposalEdit = register(Flow{Name: "proposal_edit", FormOnly: true, Needs: needsProposal, Run: func(c *Conv) domain.Command {
	p := c.proposal()
	if p == nil {
		return nil
	}
	c.Show("form.proposal.head", p.Args())
	cmd := domain.SendProposal{Proposal: p.ID}
	cmd.Title = c.Text("proposal_title", FormOnly, Default(p.Title), Limit(domain.TitleRoom))
	for _, u := range c.PickSeveral("proposal_units", c.unitOptions(), Default(string(p.Top))) {
		cmd.Units = append(cmd.Units, domain.UnitCode(u))
	}
	for n, i := range p.Items {
		cmd.Items = append(cmd.Items, c.draftItem(n+1, i))
	}
	return cmd
}})

// draftItem asks for one question of a proposed quiz.
func (c *Conv) draftItem(n int, i domain.Item) domain.Item {
	id := func(what string) string { return fmt.Sprintf("proposal_%s_%d", what, n) }
	number := With(domain.Args{"number": domain.Number(n)})
	item := domain.Item{Key: i.Key}
	item.Text = c.Text(id("text"), FormOnly, Say("ask.proposal_text"), number, Default(i.Text), Limit(domain.ItemRoom))
	for o := range strings.SplitSeq(c.Text(id("options"), FormOnly, Say("ask.proposal_options"), number, Default(strings.Join(i.Options, "; ")), Limit(domain.ItemRoom)), ";") {
		if o = strings.TrimSpace(o); o != "" {
			item.Options = append(item.Options, o)
		}
	}
	var letters []Option
	for l := range 4 {
		letters = append(letters, Option{Value: domain.Letter(l), Label: domain.Text(domain.Letter(l))})
	}
	if right := c.Pick(id("right"), letters, FormOnly, Say("ask.proposal_right"), number, Default(domain.Letter(i.Right))); right != "" {
		item.Right = int(right[0] - 'A')
	}
	item.Explanation = c.Text(id("why"), FormOnly, Say("ask.proposal_why"), number, Default(i.Explanation), Limit(domain.ExplanationRoom))
	return item
}

// ProposalRefuse says not now, and why.
var ProposalRefuse = register(Flow{Name: "proposal_refuse", Needs: needsProposal, Run: func(c *Conv) domain.Command {
	p := c.proposal()
	if p == nil {
		return nil
	}
	reason := c.Pick("proposal_reason", Terms("proposal_reason.", domain.RefusalReasons, len(domain.RefusalReasons)))
	if reason == "" {
		return nil
	}
	return domain.RefuseProposal{Proposal: p.ID, Reason: reason}
}})
