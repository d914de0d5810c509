package bot

import (
	"context"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/store"
)

// page sends the link to the caller's own page. It goes to the phone or account that asked, and to nobody else.
func (t *turn) page() error {
	if t.caller.Person == nil {
		return t.sayProblem(domain.ErrForbidden)
	}
	token := t.tx.NewPage(t.caller.Person.ID)
	t.tx.Audit(t.actor(), domain.Event{Name: "page_asked", Data: map[string]string{"person": handleOf(t.caller.Person.ID)}})
	return t.say("my.page", domain.Args{"link": domain.Link("/my/" + token)})
}

func handleOf(id domain.PersonID) string { return domain.Actor{Person: id}.Handle() }

// A Personal page with whose it is and how they are spoken to.
type Personal struct {
	store.Personal
	Person *domain.Person
	Voice  conversations.Voice
}

// PersonalPage opens the page of a token for the person it was sent to. One that is over, or of somebody who has left, is
// domain.ErrNotFound.
func (b *Bot) PersonalPage(ctx context.Context, token string) (Personal, error) {
	var page Personal
	id, err := b.DB.PageOf(ctx, token)
	if err != nil {
		return page, err
	}
	err = b.DB.InTx(ctx, func(tx *store.Tx) error {
		now, org, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		if page.Person = org.People[id]; page.Person == nil || !page.Person.Active {
			return domain.ErrNotFound
		}
		page.Voice = conversations.Voice{Language: org.LanguageOf(id), Zone: org.ZoneOf(id), Now: now}
		page.Personal, err = tx.Personal(ctx, id)
		return err
	})
	return page, err
}
