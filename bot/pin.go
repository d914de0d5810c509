package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/store"
)

// A PIN comes as a text like any other, and is kept nowhere: not among the answers of a conversation, not with texts nobody understood,
// not with messages whose turn failed. It is compared before the turn begins, so that nobody waits for the tens of milliseconds that takes.

// pinText is a number of four to eight digits, and nothing else but what people say around one: "my pin is 4711".
var pinText = regexp.MustCompile(`(?i)^[^\pL\d]*(?:(?:my|mi|mon|new|old)\s+)?(?:pin|code|c[oó]digo|clave|密码)?码?(?:\s*(?:is|es|est|是))?[^\pL\d]*(\d(?:[ .-]?\d){3,7})[^\pL\d]*$`)

// typedPIN returns the digits of a text that may be a PIN; empty when it is none.
func typedPIN(text string) string {
	m := pinText.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	return strings.NewReplacer(" ", "", ".", "", "-", "").Replace(m[1])
}

func looksLikePIN(text string) bool { return typedPIN(text) != "" }

// otherDigits is a number that is too short or too long for a PIN.
var otherDigits = regexp.MustCompile(`^\s*\d[\d .-]*\s*$`)

// pinAhead compares a text that may be a PIN, when one is awaited from whoever sent it. Nil: it has to be done within the turn.
func (b *Bot) pinAhead(ctx context.Context, in Inbound) *domain.PINCheck {
	typed := typedPIN(in.Text)
	if typed == "" || in.Channel != domain.SMS {
		return nil
	}
	person, err := b.DB.PINAsked(ctx, in.Channel, in.From)
	if err != nil || person == 0 {
		return nil
	}
	p, err := b.DB.PIN(ctx, person)
	if err != nil {
		return nil
	}
	now, err := b.DB.BusinessTime(ctx)
	if err != nil {
		return nil
	}
	check := b.compare(p, typed, in.From, now)
	return &check
}

// compare says what a typed PIN is worth. Nothing is computed for one that is locked: the answer is no.
func (b *Bot) compare(p domain.PIN, typed, phone string, now time.Time) domain.PINCheck {
	c := domain.PINCheck{Against: p.Expected(now)}
	switch {
	case p.Locked(now):
	case c.Against != "":
		c.Right = b.DB.MatchPIN(c.Against, p.Person, typed)
	default:
		if c.Weak = domain.WeakPIN(typed, phone); c.Weak == "" {
			c.Fresh = b.DB.HashPIN(p.Person, typed)
		}
	}
	return c
}

// pinFresh is for how long a PIN is awaited although another question was put since.
const pinFresh = 10 * time.Minute

// pinSession is the conversation that awaits a PIN from the caller: the one asked last, or one asked a moment ago.
func (t *turn) pinSession() (open store.Session, last, ok bool) {
	for i, s := range t.caller.Sessions {
		if s.Flow == domain.PINFlow && (i == 0 || t.now.Sub(s.AskedAt) < pinFresh) {
			return s, i == 0, true
		}
	}
	return open, false, false
}

// enteredPIN takes a text as the PIN that was asked for. done is false when none was, or the text is none.
func (t *turn) enteredPIN(text string) (done bool, err error) {
	if t.in.Channel != domain.SMS || t.caller.Person == nil {
		return false, nil
	}
	open, last, ok := t.pinSession()
	if !ok {
		return false, nil
	}
	typed := typedPIN(text)
	if typed == "" {
		if last && otherDigits.MatchString(text) {
			return true, t.say("problem.pin_shape", nil)
		}
		return false, nil
	}
	var s conversations.Session
	if err := json.Unmarshal(open.Body, &s); err != nil {
		return false, fmt.Errorf("conversation about a PIN: %w", err)
	}
	check, err := t.checkPIN(typed)
	if err != nil {
		return true, err
	}
	ok, err = t.do(t.actor(), domain.EnterPIN{Task: conversations.TaskOf(s.Start), Check: check})
	if err == nil && ok && !asksPIN(t.change) {
		t.tx.EndSession(t.caller.ID, open.ID)
	}
	return true, err
}

// asksPIN reports whether a change asks for a PIN once more.
func asksPIN(c domain.Change) bool {
	return slices.ContainsFunc(c.Notices, func(n domain.Notice) bool { return n.Ask != nil && n.Ask.Flow == domain.PINFlow })
}

// checkPIN is what was compared ahead, if that is still what counts.
func (t *turn) checkPIN(typed string) (domain.PINCheck, error) {
	f, err := t.tx.Facts(t.ctx, t.actor(), domain.Needs{PIN: true})
	if err != nil {
		return domain.PINCheck{}, err
	}
	p := domain.PIN{Person: t.caller.Person.ID}
	if f.PIN != nil {
		p = *f.PIN
	}
	if t.in.pin != nil && t.in.pin.Against == p.Expected(t.now) {
		return *t.in.pin, nil
	}
	return t.bot.compare(p, typed, t.in.From, t.now), nil
}

// changePIN answers the keyword: by text the old PIN is asked for, in Slack it can be forgotten.
func (t *turn) changePIN() error {
	if t.caller.Person == nil {
		return t.say("doc.unlinked", nil)
	}
	if t.in.Channel != domain.SMS {
		return t.tx.Notify(t.ctx, domain.Notice{
			ID: "say/" + t.in.Provider + "/" + t.in.ID, To: domain.Recipient{Address: t.caller.ID}, Topic: "answer", Key: "signature.pin_in_slack", Urgency: domain.Prompt, Class: domain.Once,
			Replies: []domain.Reply{{Letter: "F", Key: "reply.pin_reset", Command: domain.ResetPIN{Person: t.caller.Person.ID}}},
		})
	}
	f, err := t.tx.Facts(t.ctx, t.actor(), domain.Needs{PIN: true})
	if err != nil {
		return err
	}
	return t.tx.Notify(t.ctx, domain.AskPIN(f))
}

// CheckPIN compares a PIN typed on a page; again is the same once more, of somebody who has none yet. What a person can put right is an
// *domain.InvalidError.
func (b *Bot) CheckPIN(ctx context.Context, person domain.PersonID, typed, again string) (domain.PINCheck, error) {
	var none domain.PINCheck
	org, err := b.DB.Organisation(ctx)
	if err != nil {
		return none, err
	}
	p, err := b.DB.PIN(ctx, person)
	if err != nil {
		return none, err
	}
	now, err := b.DB.BusinessTime(ctx)
	if err != nil {
		return none, err
	}
	if typed = typedPIN(typed); typed == "" {
		return none, domain.Invalid("pin", "problem.pin_shape")
	}
	if p.Hash != "" && !p.Choosing(now) {
		return b.compare(p, typed, "", now), nil
	}
	phone := ""
	if known := org.People[person]; known != nil {
		phone = known.Phone.Value
	}
	switch weak := domain.WeakPIN(typed, phone); {
	case weak != "":
		return none, domain.Invalid("pin", weak)
	case typedPIN(again) != typed:
		return none, domain.Invalid("pin_again", "problem.pin_differs")
	}
	return domain.PINCheck{Against: p.Expected(now), Fresh: b.DB.HashPIN(person, typed), Twice: true}, nil
}

// PIN is how the PIN of a page's reader stands.
func (b *Bot) PIN(ctx context.Context, person domain.PersonID) (domain.PIN, error) {
	return b.DB.PIN(ctx, person)
}
