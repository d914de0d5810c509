package sms

import (
	"context"
	"errors"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"goodcatch/conversations"
)

// A Worded text is one whose words the provider still holds.
type Worded struct {
	ID      string
	Inbound bool
}

// Worded lists the texts from and to our number, or of our messaging service, sent within a span of time, whose words the provider holds.
func (c *Channel) Worded(ctx context.Context, from, to time.Time) ([]Worded, error) {
	in, out := &api.ListMessageParams{}, &api.ListMessageParams{}
	in.SetTo(c.cfg.From)
	if c.cfg.MessagingServiceSID == "" { // a service sends from numbers of its own
		out.SetFrom(c.cfg.From)
	}
	var texts []Worded
	for _, p := range []*api.ListMessageParams{in, out} {
		p.SetDateSentAfter(from.UTC())
		p.SetDateSentBefore(to.UTC())
		p.SetPageSize(1000)
		service, one := c.service(ctx)
		list, err := service.ListMessage(p)
		if err != nil {
			return nil, one.refused(err)
		}
		for _, m := range list {
			inbound := m.Direction != nil && *m.Direction == "inbound"
			if inbound == (p == in) && m.Sid != nil && m.Body != nil && *m.Body != "" && c.ours(m, inbound) && sentBy(m, to) {
				texts = append(texts, Worded{ID: *m.Sid, Inbound: inbound})
			}
		}
	}
	return texts, nil
}

// ours reports whether a text is of this program, whatever the provider's filter did: the account may serve others too.
func (c *Channel) ours(m api.ApiV2010Message, inbound bool) bool {
	end := m.From
	if inbound {
		end = m.To
	}
	service := c.cfg.MessagingServiceSID
	return end != nil && *end == c.cfg.From || service != "" && m.MessagingServiceSid != nil && *m.MessagingServiceSid == service
}

// sentBy reports whether a text was sent by a time; a list that knows only days holds later ones too.
func sentBy(m api.ApiV2010Message, to time.Time) bool {
	if m.DateSent == nil {
		return false
	}
	at, err := time.Parse(time.RFC1123Z, *m.DateSent)
	return err == nil && !at.After(to)
}

// Blank has the provider forget a text's words. refused is the provider's code when it will not, now or ever: the text is gone, or still
// on its way. An error means that trying again may help.
func (c *Channel) Blank(ctx context.Context, id string) (refused string, err error) {
	p := &api.UpdateMessageParams{}
	p.SetBody("")
	service, one := c.service(ctx)
	if _, err := service.UpdateMessage(id, p); err != nil {
		e := one.refused(err)
		switch e.Reason {
		case conversations.Throttled, conversations.Unknown, conversations.Revoked:
			return "", errors.Join(errBlank, e)
		}
		return e.Code, nil
	}
	return "", nil
}

var errBlank = errors.New("blank a text")
