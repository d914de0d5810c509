package program

import (
	"context"
	"time"

	"goodcatch/bot/sms"
)

// blank has Twilio forget the words of the texts of a span of time. A text to us that we never took in keeps its words: they stand
// nowhere else.
func (p *Program) blank(ctx context.Context, channel *sms.Channel, from, to time.Time) error {
	texts, err := channel.Worded(ctx, from, to)
	if err != nil {
		return err
	}
	var inbound []string
	for _, t := range texts {
		if t.Inbound {
			inbound = append(inbound, t.ID)
		}
	}
	taken, err := p.DB.Taken(ctx, "twilio", inbound)
	if err != nil {
		return err
	}
	for _, t := range texts {
		if t.Inbound && !taken[t.ID] {
			p.counts.add("sms", "never_taken_in")
			continue
		}
		refused, err := channel.Blank(ctx, t.ID)
		switch {
		case err != nil:
			return err
		case refused != "":
			p.counts.add("sms", "not_blanked")
			p.cfg.Log.Warn("the provider keeps the words of a text", "id", t.ID, "code", refused)
		default:
			p.counts.add("sms", "blanked")
		}
	}
	return nil
}
