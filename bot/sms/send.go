package sms

import (
	"context"
	"fmt"
	"net/url"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"goodcatch/conversations"
	"goodcatch/domain/gsm"
)

// Send hands one text to Twilio, with a status callback that carries the outbox row and attempt, so that an unknown outcome is settled
// by the first callback. A text that is not one segment is refused: that is our own fault.
func (c *Channel) Send(ctx context.Context, m conversations.Outgoing) (conversations.Receipt, error) {
	text := gsm.Plain(m.Message.Text)
	if text == "" || gsm.Segments(text).Segments > 1 {
		return conversations.Receipt{}, &conversations.SendError{Reason: conversations.Rejected, Code: "segments"}
	}
	p := &api.CreateMessageParams{}
	p.SetTo(m.To)
	p.SetFrom(c.cfg.From)
	if c.cfg.MessagingServiceSID != "" {
		p.SetMessagingServiceSid(c.cfg.MessagingServiceSID)
	}
	p.SetBody(text)
	p.SetStatusCallback(fmt.Sprintf("%s/twilio/status?%s", c.cfg.PublicURL, url.Values{"ob": {fmt.Sprint(m.ID)}, "at": {fmt.Sprint(m.Attempt)}}.Encode()))
	if m.Valid > 0 {
		p.SetValidityPeriod(int(m.Valid / time.Second))
	}
	service, one := c.service(ctx)
	sent, err := service.CreateMessage(p)
	if err != nil {
		return conversations.Receipt{}, one.refused(err)
	}
	if sent.Sid == nil {
		return conversations.Receipt{}, &conversations.SendError{Reason: conversations.Unknown, Code: "no_sid"}
	}
	return conversations.Receipt{ID: *sent.Sid}, nil
}

// Edit cannot be done: a text that was sent stays.
func (c *Channel) Edit(context.Context, conversations.Receipt, conversations.Outgoing) error {
	return &conversations.SendError{Reason: conversations.Rejected, Code: "edit"}
}

// Find looks for a text that may have been sent: to this number, with exactly these words, not before since. It settles unknown
// outcomes.
func (c *Channel) Find(ctx context.Context, to, text string, since time.Time) (conversations.Receipt, bool, error) {
	p := &api.ListMessageParams{}
	p.SetTo(to)
	p.SetDateSentAfter(since.Add(-time.Minute).UTC())
	p.SetPageSize(100)
	p.SetLimit(300)
	service, one := c.service(ctx)
	list, err := service.ListMessage(p)
	if err != nil {
		return conversations.Receipt{}, false, one.refused(err)
	}
	text = gsm.Plain(text)
	for _, m := range list {
		if m.Body != nil && *m.Body == text && m.Direction != nil && *m.Direction != "inbound" && m.Sid != nil {
			return conversations.Receipt{ID: *m.Sid}, true, nil
		}
	}
	return conversations.Receipt{}, false, nil
}

// Status asks what became of a text, for when its callbacks were lost.
func (c *Channel) Status(ctx context.Context, id string) (state, errorCode string, err error) {
	service, one := c.service(ctx)
	m, err := service.FetchMessage(id, &api.FetchMessageParams{})
	if err != nil {
		return "", "", one.refused(err)
	}
	if m.Status != nil {
		state = *m.Status
	}
	if m.ErrorCode != nil && *m.ErrorCode != 0 {
		errorCode = fmt.Sprint(*m.ErrorCode)
	}
	return state, errorCode, nil
}

// A Missed message is one that the provider's list holds: perhaps its webhook never reached us.
type Missed struct {
	ID, From, Text string
	Media          int
}

// Inbound lists messages to our number since a time. Direction and sender are checked here, whatever the provider's filter did.
func (c *Channel) Inbound(ctx context.Context, since time.Time) ([]Missed, error) {
	p := &api.ListMessageParams{}
	p.SetTo(c.cfg.From)
	p.SetDateSentAfter(since.UTC())
	p.SetPageSize(200)
	p.SetLimit(2000)
	service, one := c.service(ctx)
	list, err := service.ListMessage(p)
	if err != nil {
		return nil, one.refused(err)
	}
	var missed []Missed
	for _, m := range list {
		if m.Sid == nil || m.From == nil || m.Direction == nil || *m.Direction != "inbound" || *m.From == c.cfg.From || !messageSID.MatchString(*m.Sid) {
			continue
		}
		one := Missed{ID: *m.Sid, From: *m.From}
		if m.Body != nil {
			one.Text = *m.Body
		}
		if m.NumMedia != nil && *m.NumMedia != "0" {
			one.Media = 1
		}
		missed = append(missed, one)
	}
	return missed, nil
}
