package bot

import (
	"context"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/store"
)

// A CallerPage is the part of a call list that one person rings, and how they are spoken to.
type CallerPage struct {
	store.CallerPart
	Voice conversations.Voice
}

// CallerPage opens the page of a caller's link. One that opens nothing, or that has had its time, is domain.ErrNotFound; of the latter the
// roll-call is returned all the same.
func (b *Bot) CallerPage(ctx context.Context, token string) (CallerPage, error) {
	part, err := b.DB.CallerPartByToken(ctx, token)
	page := CallerPage{CallerPart: part}
	if part.Caller != nil {
		page.Voice = conversations.Voice{Language: part.Org.LanguageOf(part.Caller.ID), Zone: part.Org.ZoneOf(part.Caller.ID), Now: part.Now}
	}
	return page, err
}

// AnswerFor keeps what a caller entered about somebody they rang, or domain.NotReached. Whoever holds the link holds the phone or account
// that it was sent to: that is possession, assurance A1.
func (b *Bot) AnswerFor(ctx context.Context, page CallerPage, person domain.PersonID, answer int) error {
	_, err := b.run(ctx, domain.Actor{Person: page.Caller.ID, Channel: domain.Web, Level: domain.A1}, domain.AnswerForRollCall{Call: page.ID, Person: person, Answer: answer})
	return err
}
