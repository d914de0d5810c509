package bot

import (
	"context"
	"fmt"
	"strings"

	"goodcatch/domain"
	"goodcatch/store"
)

// A Profile is what a provider vouches for about one of its users.
type Profile struct {
	Email    string // verified by the provider; empty: not known
	Language string // a tag like "en-GB", of somebody who has not chosen one
}

// Unmatched reports whether nobody on the roster holds this address.
func (b *Bot) Unmatched(ctx context.Context, ch domain.Channel, from string) (bool, error) {
	var none bool
	err := b.DB.InTx(ctx, func(tx *store.Tx) error {
		caller, err := tx.Caller(ctx, ch, from)
		none = caller.Person == nil
		return err
	})
	return none, err
}

// Match gives a Slack user to the one person of the roster with their verified e-mail address, for good: a person who has a Slack user
// already keeps it, and an address that two people share matches nobody. An unmatched user is spoken to in their own language.
func (b *Bot) Match(ctx context.Context, from string, p Profile) (matched bool, err error) {
	err = b.DB.InTx(ctx, func(tx *store.Tx) error {
		org, err := tx.LockRoster(ctx)
		if err != nil {
			return err
		}
		caller, err := tx.Caller(ctx, domain.Slack, from)
		if err != nil || caller.Person != nil {
			return err
		}
		if person := byEmail(org, p.Email); person != nil && person.Slack.ID == 0 {
			matched = true
			linked := *person
			linked.Slack.Value = from
			tx.SavePerson(&linked)
			return tx.RosterChanged(ctx, domain.Event{Name: "slack_matched", Data: map[string]string{"person": fmt.Sprintf("p%d", person.ID)}})
		}
		if lang, ok := b.Catalog.Match(p.Language); ok && caller.Language == "" && lang != org.Language {
			tx.SetLanguage(caller.ID, lang)
		}
		return nil
	})
	return matched, err
}

func byEmail(org *domain.Organisation, email string) *domain.Person {
	var found *domain.Person
	for _, p := range org.People {
		if !p.Active || email == "" || !strings.EqualFold(p.Email, email) {
			continue
		}
		if found != nil {
			return nil
		}
		found = p
	}
	return found
}

// Gone records that the provider has closed an address: nothing more is sent there.
func (b *Bot) Gone(ctx context.Context, ch domain.Channel, from string) error {
	var id domain.AddressID
	err := b.DB.InTx(ctx, func(tx *store.Tx) error {
		caller, err := tx.Caller(ctx, ch, from)
		id = caller.ID
		return err
	})
	if err != nil {
		return err
	}
	return b.DB.MarkAddress(ctx, id, false)
}
