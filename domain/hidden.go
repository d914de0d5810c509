package domain

import "time"

// HideReporter takes the reporter's identity off a report that carried it.
type HideReporter struct {
	Record RecordID
}

var _ = Register(HideReporter{})

// CommandName is the stored name.
func (HideReporter) CommandName() string { return "hide_reporter@1" }

// Needs the record.
func (c HideReporter) Needs() Needs { return Needs{Record: c.Record} }

// Decide seals the address apart from the record and scrubs the rest.
func (c HideReporter) Decide(f Facts) (Change, error) {
	if !f.Actor.Reporter {
		return Change{}, ErrForbidden
	}
	if f.Record.Hidden {
		return Change{}, nil
	}
	r := f.Record.Clone()
	r.Reporter, r.From, r.Hidden = 0, 0, true
	return Change{
		Records: []*Record{r},
		Events:  []Event{{Record: r.ID, Name: "reporter_hidden"}},
		Entries: []Entry{ReplyChannel{Record: r.ID, Address: f.Actor.Address, Expires: f.Now.Add(f.Org.Settings.Retention.Kept().HiddenChannel)}},
	}, nil
}

// BurnReplyChannel ends a hidden reporter's channel for good: nobody, we included, can find the way back.
type BurnReplyChannel struct{ Record RecordID }

var _ = Register(BurnReplyChannel{})

// CommandName is the stored name.
func (BurnReplyChannel) CommandName() string { return "burn_reply_channel@1" }

// Needs the record.
func (c BurnReplyChannel) Needs() Needs { return Needs{Record: c.Record} }

// Decide burns the channel. A question that waits for the reporter goes back to its owner.
func (c BurnReplyChannel) Decide(f Facts) (Change, error) {
	if !f.Actor.Reporter {
		return Change{}, ErrForbidden
	}
	return noWayBack(f, "reply_channel_burnt")
}

// ExpireReplyChannel ends a reply channel whose time is over: the record says from then on that its reporter cannot be reached.
type ExpireReplyChannel struct{ Record RecordID }

var _ = Register(ExpireReplyChannel{})

// CommandName is the stored name.
func (ExpireReplyChannel) CommandName() string { return "expire_reply_channel@1" }

// Needs the record.
func (c ExpireReplyChannel) Needs() Needs { return Needs{Record: c.Record} }

// Decide ends the channel, once. Whoever has asked through it is told, so that they wait no longer.
func (c ExpireReplyChannel) Decide(f Facts) (Change, error) {
	if !f.Actor.Clock {
		return Change{}, ErrForbidden
	}
	if f.Record.Report == nil || f.Record.Report.Burnt {
		return Change{Entries: []Entry{BurntChannel{Record: f.Record.ID}}}, nil
	}
	return noWayBack(f, "reply_channel_expired")
}

// noWayBack ends the way to a hidden reporter. A question that waits for them goes back to its owner.
func noWayBack(f Facts, event string) (Change, error) {
	r := f.Record.Clone()
	r.Reporter, r.From, r.Hidden, r.Report.Burnt = 0, 0, true, true
	change := Change{
		Records: []*Record{r},
		Events:  []Event{{Record: r.ID, Name: event}},
		Entries: []Entry{BurntChannel{Record: r.ID, Address: f.Actor.Address}},
	}
	if r.State == NeedsReporter {
		if err := r.Move(InReview); err != nil {
			return Change{}, err
		}
		change.Notices = append(change.Notices, toOwner(r, f, "burnt", "owner.burnt", nil))
	}
	return change, nil
}

// A ReplyChannel seals where a hidden reporter can be reached, apart from the record, and scrubs the traces that named them.
type ReplyChannel struct {
	Record  RecordID
	Address AddressID
	Expires time.Time
}

// A BurntChannel shreds a reply channel and every trace of it: outbox, sessions, timers.
type BurntChannel struct {
	Record  RecordID
	Address AddressID
}

// Entry marks a row the store can write.
func (ReplyChannel) Entry() {}

// Entry marks a row the store can write.
func (BurntChannel) Entry() {}
