package bot

import (
	"context"
	"errors"
	"fmt"

	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/extract"
	"goodcatch/store/importer"
)

// A Drop is a document file that somebody sent the bot directly. ID is the provider's own, and the idempotency key.
type Drop struct {
	Provider string
	ID       string
	Channel  domain.Channel
	From     string
	Name     string
	Data     []byte
}

// MayHandIn reports what keeps somebody from handing in documents: nil, or a refusal that was told to them. It is asked before a file is
// fetched, so that nothing of anybody else ever comes here.
func (b *Bot) MayHandIn(ctx context.Context, d Drop) (refusal error, err error) {
	err = b.DB.InTx(ctx, func(tx *store.Tx) error {
		t, err := b.visit(ctx, tx, d.Channel, d.From)
		if err != nil {
			return err
		}
		refusal = domain.MayHandIn(domain.Facts{Actor: t.actor(), Org: t.org})
		if refusal == nil {
			return nil
		}
		t.in.Provider, t.in.ID = d.Provider, d.ID
		return t.sayProblem(refusal)
	})
	return refusal, err
}

// HandIn reads a document file and keeps it, exactly once, and answers its author. What cannot be taken is told to them and is no error.
func (b *Bot) HandIn(ctx context.Context, d Drop) error {
	file, refusal := extract.Read(ctx, d.Name, d.Data)
	if refusal == nil {
		org, err := b.DB.Organisation(ctx)
		if err != nil {
			return fmt.Errorf("hand in a file: %w", err)
		}
		importer.Describe(org, author(org, d), &file)
	}
	return b.DB.InTx(ctx, func(tx *store.Tx) error {
		t, err := b.visit(ctx, tx, d.Channel, d.From)
		if err != nil {
			return err
		}
		if fresh, err := tx.FirstOf(ctx, d.Provider, d.ID); err != nil || !fresh {
			return err
		}
		t.in.Provider, t.in.ID = d.Provider, d.ID
		var invalid *domain.InvalidError
		if errors.As(refusal, &invalid) {
			return t.sayProblem(invalid)
		}
		if refusal != nil {
			return refusal
		}
		_, err = t.do(t.actor(), domain.KeepFile{File: file})
		return err
	})
}

// TellFile answers about a file that was not read: a refusal of the channel's own.
func (b *Bot) TellFile(ctx context.Context, d Drop, key string, args domain.Args) error {
	return b.DB.InTx(ctx, func(tx *store.Tx) error {
		t, err := b.visit(ctx, tx, d.Channel, d.From)
		if err != nil {
			return err
		}
		t.in.Provider, t.in.ID = d.Provider, d.ID
		return t.say(key, args)
	})
}

// author is who hands a file in, as the roster knows them.
func author(org *domain.Organisation, d Drop) *domain.Person {
	for _, p := range org.People {
		if p.Slack.Value == d.From && d.Channel == domain.Slack {
			return p
		}
	}
	return nil
}
