package bot

import (
	"context"
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
	if err := t.say("campaign.list", t.bot.Catalog.Listed(t.voice(), "campaign.list", domain.Args{}, "list", list, mostListed)); err != nil {
		return err
	}
	_, err = t.do(t.actor(), domain.AskConsole{Version: campaigns[0].Version})
	return err
}

// campaigns are the documents being signed that the caller may see: in the units they answer for, and those they own. sees is false when
// they answer for nobody.
func (t *turn) campaigns() (list []store.Campaign, sees bool, err error) {
	if t.caller.Person == nil {
		return nil, false, nil
	}
	return campaignsOf(t.ctx, t.tx, t.org, t.caller.Person.ID)
}

// campaignsOf are the documents being signed that a person may see.
func campaignsOf(ctx context.Context, tx *store.Tx, org *domain.Organisation, id domain.PersonID) (list []store.Campaign, sees bool, err error) {
	top, sees := (&domain.DocumentVersion{}).Sees(org, id)
	units := []domain.UnitCode{} // nil: all
	switch {
	case sees && top == "":
		units = nil
	case sees:
		for code := range org.Units {
			if org.Within(code, top) {
				units = append(units, code)
			}
		}
	}
	list, err = tx.Campaigns(ctx, units, id)
	return list, sees || len(list) > 0, err
}
