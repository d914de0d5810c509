package slack

import (
	"context"
	"time"

	slackgo "github.com/slack-go/slack"

	"goodcatch/bot"
	"goodcatch/domain"
)

// metFor is how long the answer to "who is this?" is remembered.
const metFor = time.Hour

// meet looks a user up whom nobody on the roster holds: by the e-mail address that Slack has verified, once. It never fails: somebody
// unknown may report too, and is spoken to in their own language where we speak it.
func (a *App) meet(ctx context.Context, user string) {
	if !a.unmet(user) {
		return
	}
	if none, err := a.Bot.Unmatched(ctx, domain.Slack, user); err != nil || !none {
		return
	}
	info, err := a.Channel.api.GetUserInfoContext(ctx, user)
	if err != nil {
		a.Log.Warn("user not looked up", "code", code(err))
		return
	}
	us, err := a.Channel.Team(ctx)
	if err != nil {
		return
	}
	if _, err := a.Bot.Match(ctx, user, profile(info, us)); err != nil {
		a.Log.Error("user not matched", "away", isAway(err))
	}
}

// unmet reports whether a user was not met lately, and notes that they are now.
func (a *App) unmet(user string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if at, ok := a.met[user]; ok && time.Since(at) < metFor {
		return false
	}
	if a.met == nil || len(a.met) >= mostCached {
		a.met = map[string]time.Time{}
	}
	a.met[user] = time.Now()
	return true
}

// profile is what Slack vouches for. Guests, bots and members of other workspaces are nobody on our roster.
func profile(u *slackgo.User, team string) bot.Profile {
	p := bot.Profile{Language: u.Locale}
	member := u.TeamID == team && !u.IsBot && !u.Deleted && !u.IsRestricted && !u.IsUltraRestricted && !u.IsStranger
	if member && u.IsEmailConfirmed {
		p.Email = u.Profile.Email
	}
	return p
}
