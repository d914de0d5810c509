package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"goodcatch/bot/emulator"
	"goodcatch/bot/emulator/page"
	"goodcatch/conversations"
	"goodcatch/domain"
)

// Cast are the people the suggestions and the smoke test play.
type Cast struct {
	Reporter *domain.Person // staff with a phone, who reads the hospital's own language
	Manager  *domain.Person // who is asked first about the reporter's unit, in Slack
}

// settle imports the hospital, a month ago unless it begins without a past, and gives everyone their phone and their place in Slack.
func (d *Demo) settle(ctx context.Context) error {
	d.Clock.setBack(d.Clock.Now().AddDate(0, 0, -daysBack))
	if d.o.NoHistory {
		d.Clock.setBack(opening(time.Now(), time.UTC))
	}
	result, err := d.hospital(ctx, d.o.NoHistory)
	if err != nil {
		return err
	}
	org, err := d.Program.DB.Organisation(ctx)
	if err != nil {
		return err
	}
	for _, p := range everyone(org) {
		if p.Phone.Value != "" {
			d.Emulator.AddPhone(p.Phone.Value, p.Name)
		}
		if p.Slack.Value != "" {
			d.Emulator.AddSlackUser(emulator.User{ID: p.Slack.Value, Name: p.Name, Email: p.Email, TZ: org.ZoneOf(p.ID).String(), Locale: locales[org.LanguageOf(p.ID)]})
		}
	}
	if d.Cast, err = casting(org); err != nil {
		return err
	}
	procedures := len(result.Plan.Documents)
	if !d.o.NoHistory {
		procedures++ // one comes into force today
	}
	d.o.Say("Hospital", fmt.Sprintf("%s: %d units, %d people, %d procedures, %d courses", org.Name, len(org.Units), len(org.People), procedures, len(result.Plan.Courses)))
	return nil
}

var locales = map[string]string{"en": "en-GB", "es": "es-ES"}

// voiceOf is how a person is spoken to.
func (d *Demo) voiceOf(org *domain.Organisation, p *domain.Person) conversations.Voice {
	return conversations.Voice{Language: org.LanguageOf(p.ID), Zone: org.ZoneOf(p.ID), Now: d.Clock.Now()}
}

// everyone lists the active people in the order of the roster.
func everyone(org *domain.Organisation) []*domain.Person {
	var all []*domain.Person
	for _, p := range org.People {
		if p.Active {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b *domain.Person) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// casting finds somebody on a ward with a phone, whose manager is in Slack.
func casting(org *domain.Organisation) (Cast, error) {
	for _, p := range everyone(org) {
		if len(p.Roles) != 1 || !p.Has(domain.Staff) || p.Phone.Value == "" || org.LanguageOf(p.ID) != org.Language {
			continue
		}
		for _, m := range org.With(domain.Manager, p.Unit) {
			if m.Unit == p.Unit && m.Slack.Value != "" {
				return Cast{Reporter: p, Manager: m}, nil
			}
		}
	}
	return Cast{}, fmt.Errorf("the seeded hospital has no ward with staff and a manager in Slack: %w", domain.ErrNotFound)
}

// people are everyone as the page lists them: the cast first, one of each role in the row of faces.
func people(org *domain.Organisation, cast Cast) []page.Person {
	var list []page.Person
	pinned := map[domain.Role]bool{}
	languages := map[string]bool{org.LanguageOf(cast.Reporter.ID): true}
	for _, p := range everyone(org) {
		one := page.Person{Name: p.Name, Role: roleOf(org, p), Phone: p.Phone.Value, Slack: p.Slack.Value}
		switch {
		case p.ID == cast.Reporter.ID:
			one.Part, one.PinPhone, one.PinSlack = "reporter", true, one.Slack != ""
		case p.ID == cast.Manager.ID:
			one.Part, one.PinPhone, one.PinSlack = "manager", true, true
		case p.Has(domain.Staff) && !languages[org.LanguageOf(p.ID)] && p.Phone.Value != "":
			languages[org.LanguageOf(p.ID)], one.PinPhone = true, true
			one.Role += ", " + languageNames[org.LanguageOf(p.ID)]
		case p.Has(domain.Executive) && !pinned[domain.Executive]:
			pinned[domain.Executive], one.PinPhone, one.PinSlack = true, one.Phone != "", true
		case p.Has(domain.Quality) && !pinned[domain.Quality]:
			pinned[domain.Quality], one.PinSlack = true, true
		case p.Has(domain.Lead) && org.Within(cast.Reporter.Unit, p.Unit) && !pinned[domain.Lead]:
			pinned[domain.Lead], one.PinSlack = true, true
		}
		list = append(list, one)
	}
	slices.SortStableFunc(list, func(a, b page.Person) int { return cmp.Compare(order(a), order(b)) })
	return list
}

var languageNames = map[string]string{"es": "writes Spanish", "en": "writes English"}

func order(p page.Person) int {
	switch {
	case p.Part == "reporter":
		return 0
	case p.Part == "manager":
		return 1
	case strings.Contains(p.Role, "writes"):
		return 2
	case strings.HasPrefix(p.Role, "Lead"):
		return 3
	case strings.HasPrefix(p.Role, "Quality"):
		return 4
	case strings.HasPrefix(p.Role, "Executive"):
		return 5
	default:
		return 6
	}
}

// roleOf is a person's first role and unit, in words: "Manager, Ward 4B".
func roleOf(org *domain.Organisation, p *domain.Person) string {
	role := string(p.Roles[0])
	role = strings.ToUpper(role[:1]) + role[1:]
	if u := org.Units[p.Unit]; u != nil && u.Parent != "" {
		return role + ", " + u.Name
	}
	return role
}
