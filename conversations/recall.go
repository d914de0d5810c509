package conversations

import "goodcatch/domain"

// Recall takes the answer to an item that came back, by letter. Each time it is put is a conversation of its own.
var Recall = register(Flow{Name: "recall", Needs: func(domain.Args, Answers) domain.Needs { return domain.Needs{Recalls: domain.RecallQuery{Mine: true}} }, Run: func(c *Conv) domain.Command {
	for _, r := range c.Facts.Recalls {
		if r.Item.ID != numberOf(c.Start, "item") || r.Asked != int(numberOf(c.Start, "asked")) || !r.Waiting || r.Over() {
			continue
		}
		letter := c.Pick(domain.QuestionID(r.Item.ID), letterOptions(r.Item), Lettered, Say("recall.question"), With(domain.Args{
			"title": domain.Text(r.Title), "item": domain.Text(r.Item.Text), "choices": domain.Text(r.Item.Lettered()),
		}))
		if letter == "" {
			return nil
		}
		return domain.AnswerRecall{Item: r.Item.ID, Asked: r.Asked, Choice: int(letter[0] - 'A')}
	}
	return nil
}})
