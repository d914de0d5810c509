package slack

import (
	slackgo "github.com/slack-go/slack"

	"goodcatch/domain"
	"goodcatch/domain/words"
)

// campaigns lists what is being signed in the units a person answers for: numbers, never names.
func (l *lister) campaigns() {
	list := l.board.Campaigns
	if len(list) == 0 {
		return
	}
	l.heading("slack.campaigns", len(list))
	for _, c := range list[:min(len(list), l.rows)] {
		row := marked(l.say("slack.campaign_row", domain.Args{
			"doc": domain.Text(c.Code), "version": domain.Number(c.Number), "title": domain.Text(c.Title), "due": domain.Day(c.DueAt),
			"signed": domain.Number(c.Signed), "total": domain.Number(c.Signed + c.Open), "late": domain.Number(c.Late),
		}))
		row.Accessory = slackgo.NewAccessory(button(actionWord+string(words.PROGRESS)+" "+c.Code, "", l.say("slack.progress", nil), ""))
		l.blocks = append(l.blocks, row)
	}
	l.more(len(list), l.rows)
}
