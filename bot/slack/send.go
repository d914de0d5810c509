package slack

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	slackgo "github.com/slack-go/slack"

	"goodcatch/conversations"
)

// noticeEvent marks our messages in Slack, with the outbox row, so that one of unknown outcome is found again.
const noticeEvent = "goodcatch_notice"

var _ conversations.Sender = (*Channel)(nil)

// Send posts a direct message. What Slack would refuse for its form is refused before.
func (c *Channel) Send(ctx context.Context, m conversations.Outgoing) (conversations.Receipt, error) {
	options, err := compose(m, true)
	if err != nil {
		return conversations.Receipt{}, err
	}
	dm, err := c.dm(ctx, m.To)
	if err != nil {
		return conversations.Receipt{}, err
	}
	channel, ts, err := c.api.PostMessageContext(ctx, dm, options...)
	if err == nil {
		return conversations.Receipt{ID: ts, Channel: channel}, nil
	}
	e := refused(err)
	if e.Code == "channel_not_found" { // perhaps only the conversation we remembered: look again, then decide
		c.forget(m.To)
		if dm, err = c.dm(ctx, m.To); err != nil {
			return conversations.Receipt{}, err
		}
		if channel, ts, err = c.api.PostMessageContext(ctx, dm, options...); err == nil {
			return conversations.Receipt{ID: ts, Channel: channel}, nil
		}
		e = refused(err)
	}
	return conversations.Receipt{}, e
}

// Edit replaces a message; it has the buttons of the edit, which are mostly none.
func (c *Channel) Edit(ctx context.Context, r conversations.Receipt, m conversations.Outgoing) error {
	options, err := compose(m, false)
	if err != nil {
		return err
	}
	if _, _, _, err := c.api.UpdateMessageContext(ctx, r.Channel, r.ID, options...); err != nil {
		return refused(err)
	}
	return nil
}

// Find looks for a message of ours in somebody's direct conversation, by its outbox row, not before since.
func (c *Channel) Find(ctx context.Context, to string, id int64, since time.Time) (conversations.Receipt, bool, error) {
	if to == "" { // a hidden reporter who burnt the way back
		return conversations.Receipt{}, false, nil
	}
	dm, err := c.dm(ctx, to)
	if err != nil {
		return conversations.Receipt{}, false, err
	}
	query := &slackgo.GetConversationHistoryParameters{
		ChannelID: dm, Oldest: fmt.Sprintf("%d.000000", since.Add(-time.Minute).Unix()), Limit: 100, IncludeAllMetadata: true,
	}
	for range 5 {
		page, err := c.api.GetConversationHistoryContext(ctx, query)
		if err != nil {
			return conversations.Receipt{}, false, refused(err)
		}
		for _, m := range page.Messages {
			if m.Metadata.EventType == noticeEvent && m.Metadata.EventPayload["notice"] == strconv.FormatInt(id, 10) {
				return conversations.Receipt{ID: m.Timestamp, Channel: dm}, true, nil
			}
		}
		if !page.HasMore || page.ResponseMetaData.NextCursor == "" {
			break
		}
		query.Cursor = page.ResponseMetaData.NextCursor
	}
	return conversations.Receipt{}, false, nil
}

// dm returns the conversation with a user. Whatever goes wrong here, nothing was sent yet.
func (c *Channel) dm(ctx context.Context, user string) (string, error) {
	c.mu.Lock()
	dm := c.dms[user]
	c.mu.Unlock()
	if dm != "" {
		return dm, nil
	}
	channel, _, _, err := c.api.OpenConversationContext(ctx, &slackgo.OpenConversationParameters{Users: []string{user}, ReturnIM: true})
	if err != nil {
		e := refused(err)
		if e.Reason == conversations.Unknown {
			e.Reason, e.RetryAfter = conversations.Throttled, 2*time.Second
		}
		return "", e
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.dms) >= mostCached {
		clear(c.dms)
	}
	c.dms[user] = channel.ID
	return channel.ID, nil
}

func (c *Channel) forget(user string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.dms, user)
}

// compose builds what is sent, and refuses what Slack would: that is our own fault. Links are not unfolded: a preview would open
// one-time pages.
func compose(m conversations.Outgoing, fresh bool) ([]slackgo.MsgOption, error) {
	text := Clip(conversations.Escape(m.Message.Text), maxMessageText)
	blocks := messageBlocks(m)
	if err := CheckMessage(text, blocks); err != nil {
		var limit *LimitError
		if errors.As(err, &limit) {
			return nil, &conversations.SendError{Reason: conversations.Rejected, Code: "limit", Permanent: true, Err: limit}
		}
		return nil, &conversations.SendError{Reason: conversations.Rejected, Code: "blocks", Permanent: true, Err: err}
	}
	options := []slackgo.MsgOption{slackgo.MsgOptionText(text, false), slackgo.MsgOptionBlocks(blocks...)}
	if !fresh {
		return options, nil
	}
	return append(options, slackgo.MsgOptionDisableLinkUnfurl(), slackgo.MsgOptionDisableMediaUnfurl(), slackgo.MsgOptionMetadata(slackgo.SlackMetadata{
		EventType: noticeEvent, EventPayload: map[string]any{"notice": strconv.FormatInt(m.ID, 10)},
	})), nil
}

// messageBlocks shows a message: its words, then its buttons. A button's value is the outbox row and nothing else.
func messageBlocks(m conversations.Outgoing) []slackgo.Block {
	var blocks []slackgo.Block
	if m.Message.Rich != "" {
		for _, part := range split(m.Message.Rich, maxSection) {
			blocks = append(blocks, marked(part))
		}
	} else {
		for _, part := range split(m.Message.Text, maxSection) {
			blocks = append(blocks, slackgo.NewSectionBlock(plainText(part), nil, nil))
		}
	}
	var buttons []slackgo.BlockElement
	for _, b := range m.Message.Buttons {
		buttons = append(buttons, button(actionNotice+b.Letter, strconv.FormatInt(m.ID, 10), b.Label, b.Style))
	}
	if len(buttons) > 0 {
		blocks = append(blocks, slackgo.NewActionBlock("", buttons...))
	}
	return blocks
}
