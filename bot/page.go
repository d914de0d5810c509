package bot

import (
	"context"
	"errors"

	"goodcatch/domain"
)

// Visit runs a command for the person whose page a task is. Whoever holds its token holds the phone or account that it was sent to:
// that is possession, assurance A1.
func (b *Bot) Visit(ctx context.Context, t domain.Task, cmd domain.Command) (domain.Change, error) {
	return b.run(ctx, domain.Actor{Person: t.Person, Channel: domain.Web, Level: domain.A1}, cmd)
}

// run runs a command that a page asks for.
func (b *Bot) run(ctx context.Context, actor domain.Actor, cmd domain.Command) (domain.Change, error) {
	change, err := b.DB.Do(ctx, actor, cmd)
	if errors.Is(err, domain.ErrConflict) { // the same page in two windows: the second look sees what the first did
		change, err = b.DB.Do(ctx, actor, cmd)
	}
	if err == nil && b.Changed != nil {
		b.Changed(change)
	}
	return change, err
}
