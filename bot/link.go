package bot

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/nyaruka/phonenumbers"

	"goodcatch/domain"
	"goodcatch/store"
)

var (
	sixDigits = regexp.MustCompile(`^[0-9]{6}$`)
	linkToken = regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{8}$`)
	spacing   = strings.NewReplacer(" ", "", "-", "")
)

// linkCode takes a code that links this phone to a person: six digits that we texted to it, or the token that Slack showed.
func (t *turn) linkCode(text string) (done bool, err error) {
	code := strings.ToUpper(spacing.Replace(text))
	isToken := linkToken.MatchString(code) && strings.ContainsAny(code, "0123456789")
	if t.in.Channel != domain.SMS || !sixDigits.MatchString(code) && !isToken {
		return false, nil
	}
	if sixDigits.MatchString(code) && t.caller.Person != nil {
		if awaited, err := t.tx.Challenged(t.ctx, t.caller.ID); err != nil || !awaited {
			return false, err
		}
	}
	result, person, err := t.tx.Link(t.ctx, t.caller.ID, code)
	if err != nil {
		return true, err
	}
	switch result {
	case store.LinkedNow:
		return true, t.say("link.done", domain.Args{"person": domain.Text(t.org.NameOf(person))})
	case store.LinkClosed:
		return true, t.say("link.closed", nil)
	default:
		return true, t.say("link.wrong", nil)
	}
}

// LinkToken returns a token for a Slack user to text from their phone. It is shown once, to them alone.
func (b *Bot) LinkToken(ctx context.Context, slackUser string) (token string, err error) {
	err = b.DB.InTx(ctx, func(tx *store.Tx) error {
		caller, err := tx.Caller(ctx, domain.Slack, slackUser)
		if err != nil {
			return err
		}
		if caller.Person == nil {
			return domain.ErrForbidden
		}
		token = tx.LinkToken(caller.Person.ID)
		return nil
	})
	return token, err
}

// Challenge texts six digits to a phone that a Slack user says is theirs; the reply from that phone links it.
func (b *Bot) Challenge(ctx context.Context, slackUser, phone string) error {
	return b.DB.InTx(ctx, func(tx *store.Tx) error {
		caller, err := tx.Caller(ctx, domain.Slack, slackUser)
		if err != nil {
			return err
		}
		_, org, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		if caller.Person == nil {
			return domain.ErrForbidden
		}
		n, err := phonenumbers.Parse(phone, org.Region)
		if err != nil || !phonenumbers.IsPossibleNumber(n) {
			return domain.Invalid("phone", "problem.phone")
		}
		target, err := tx.Caller(ctx, domain.SMS, phonenumbers.Format(n, phonenumbers.E164))
		if err != nil {
			return err
		}
		if target.Person != nil && target.Person.ID != caller.Person.ID || target.Stopped {
			return domain.Invalid("phone", "problem.phone")
		}
		code, err := tx.Challenge(caller.Person.ID, target.ID)
		if err != nil {
			return err
		}
		return tx.Notify(ctx, domain.Notice{
			ID: fmt.Sprintf("link/%d/%d", target.ID, caller.Person.ID) + "/" + store.Nonce(), To: domain.Recipient{Address: target.ID}, Topic: "link",
			Key: "link.challenge", Args: domain.Args{"code": domain.Text(code), "hospital": domain.Text(org.Name)}, Urgency: domain.Prompt, Class: domain.Once, Expires: 10 * time.Minute,
		})
	})
}
