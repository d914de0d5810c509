package bot

import (
	"errors"
	"fmt"
	"strings"

	"goodcatch/domain"
	"goodcatch/store"
)

// mostListed is how many documents one text tells the progress of.
const mostListed = 4

// progress says how signing a document goes, to who answers for somebody who must sign it; without a code, how each goes in their units.
func (t *turn) progress(code string) error {
	if code == "" {
		return t.progressList()
	}
	version, err := t.tx.InForce(t.ctx, code)
	if errors.Is(err, domain.ErrNotFound) {
		return t.say("campaign.unknown", domain.Args{"doc": domain.Text(strings.ToUpper(code))})
	}
	if err != nil {
		return err
	}
	_, err = t.do(t.actor(), domain.ShowProgress{Version: version})
	return err
}

func (t *turn) progressList() error {
	campaigns, sees, err := t.campaigns()
	switch {
	case err != nil:
		return err
	case !sees:
		return t.sayProblem(domain.ErrForbidden)
	case len(campaigns) == 0:
		return t.say("campaign.none", nil)
	}
	list := make([]string, len(campaigns))
	for i, c := range campaigns {
		list[i] = fmt.Sprintf("%s %d/%d", c.Code, c.Signed, c.Signed+c.Open)
	}
	return t.say("campaign.list", t.bot.Catalog.Listed(t.voice(), "campaign.list", domain.Args{}, "list", list, mostListed))
}

// campaigns are the documents being signed in the units the caller answers for. sees is false when they answer for nobody.
func (t *turn) campaigns() (list []store.Campaign, sees bool, err error) {
	p := t.caller.Person
	if p == nil {
		return nil, false, nil
	}
	top, sees := (&domain.DocumentVersion{}).Sees(t.org, p.ID)
	if !sees {
		return nil, false, nil
	}
	var units []domain.UnitCode // nil: all
	for code := range t.org.Units {
		if top != "" && t.org.Within(code, top) {
			units = append(units, code)
		}
	}
	list, err = t.tx.Campaigns(t.ctx, units)
	return list, true, err
}
