package bot

import (
	"context"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/store"
)

// A Console is what whoever answers for people sees of the campaigns among them.
type Console struct {
	Person    *domain.Person
	Org       *domain.Organisation
	Voice     conversations.Voice
	Campaigns []store.Campaign
}

// Console opens the campaigns of a link for the person it was sent to. One that is over, or of somebody who has left or answers for
// nobody any more, is domain.ErrNotFound.
func (b *Bot) Console(ctx context.Context, token string) (Console, error) {
	var c Console
	id, err := b.DB.ConsoleOf(ctx, token)
	if err != nil {
		return c, err
	}
	err = b.DB.InTx(ctx, func(tx *store.Tx) error {
		now, org, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		if c.Person = org.People[id]; c.Person == nil || !c.Person.Active {
			return domain.ErrNotFound
		}
		c.Org, c.Voice = org, conversations.Voice{Language: org.LanguageOf(id), Zone: org.ZoneOf(id), Now: now}
		var sees bool
		if c.Campaigns, sees, err = campaignsOf(ctx, tx, org, id); err == nil && !sees {
			err = domain.ErrNotFound
		}
		return err
	})
	return c, err
}

// Roll is how signing the version in force of a document goes among the people a console's person answers for. Where none of them is
// asked it is domain.ErrNotFound.
func (b *Bot) Roll(ctx context.Context, c Console, code string, ward domain.UnitCode) (v *domain.DocumentVersion, r domain.Roll, err error) {
	err = b.DB.InTx(ctx, func(tx *store.Tx) error {
		version, err := tx.InForce(ctx, code)
		if err != nil {
			return err
		}
		f, err := tx.Facts(ctx, c.actor(), domain.ShowProgress{Version: version}.Needs())
		if err != nil {
			return err
		}
		if f.Version == nil {
			return domain.ErrNotFound
		}
		var ok bool
		if r, ok = f.Version.Roll(f.Org, f.Tasks, f.Now, c.Person.ID, ward); !ok {
			return domain.ErrNotFound
		}
		v = f.Version
		return nil
	})
	return v, r, err
}

// Nudge reminds those who have not signed, as the button of the progress card does, and returns how many.
func (b *Bot) Nudge(ctx context.Context, c Console, version int64) (reminded int, err error) {
	change, err := b.run(ctx, c.actor(), domain.NudgeRest{Version: version})
	for _, e := range change.Entries {
		if n, ok := e.(domain.Nudged); ok {
			reminded = len(n.Tasks)
		}
	}
	return reminded, err
}

// actor is the person of a console: whoever holds the link holds the phone or account that it was sent to.
func (c Console) actor() domain.Actor {
	return domain.Actor{Person: c.Person.ID, Channel: domain.Web, Level: domain.A1}
}
