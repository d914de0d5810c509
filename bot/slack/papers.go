package slack

import (
	"strconv"

	slackgo "github.com/slack-go/slack"

	"goodcatch/domain"
)

// papers lists the documents that wait for a decision, with the buttons of the message that asked for it. One that is overdue for review
// says so, as everywhere.
func (l *lister) papers() {
	list := l.board.Papers
	if len(list) == 0 {
		return
	}
	l.heading("slack.papers", len(list))
	for _, p := range list[:min(len(list), l.rows)] {
		v := p.Version
		args := domain.Args{
			"doc": domain.Text(v.Code), "version": domain.Number(v.Number), "title": domain.Text(v.Title), "stage": domain.Term("stage." + string(v.State)), "due": domain.Day(p.Task.DueAt),
		}
		row := l.say("slack.paper_row", args)
		if v.Overdue(l.board.Voice.Now) {
			row = l.say("control.mark.slack", nil) + " " + row
		}
		l.blocks = append(l.blocks, marked(row))
		var buttons []slackgo.BlockElement
		for _, r := range p.Sent.Replies {
			buttons = append(buttons, button(actionNotice+r.Letter, strconv.FormatInt(p.Sent.ID, 10), l.say(r.Key, nil), r.Style))
		}
		if len(buttons) > 0 {
			l.blocks = append(l.blocks, slackgo.NewActionBlock("", buttons...))
		}
	}
	l.more(len(list), l.rows)
}
