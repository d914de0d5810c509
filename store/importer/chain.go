package importer

import (
	"fmt"
	"strings"

	"goodcatch/domain"
)

// checkChains refuses a unit whose reports would reach nobody: for every rank, somebody on its ladder must be reachable.
func (r *reading) checkChains() {
	for _, code := range r.unitCodes() {
		at := r.unitAt[code]
		if at.file == nil {
			at = place{file: &source{name: "people.csv"}}
		}
		fewest := -1
		for _, ladder := range r.after.Ladders {
			if n := r.chain(ladder, code); fewest < 0 || n < fewest {
				fewest = n
			}
		}
		switch {
		case fewest == 0:
			r.refuse(at, "nobody answers for unit %s: no reachable %s there, above it, or in the house. Give one to people.csv, with a phone or a Slack id.", code, r.asked())
		case fewest == 1:
			r.warn(at, "only one person answers for unit %s: their own reports there would reach nobody else.", code)
		}
	}
}

// chain counts the different reachable people a ladder can ask for a unit.
func (r *reading) chain(ladder domain.Ladder, unit domain.UnitCode) int {
	people := map[domain.PersonID]bool{}
	for _, step := range ladder.Steps {
		found := r.after.With(step.Role, unit)
		if step.Role != domain.Manager && step.Role != domain.Lead {
			found = r.after.Anyone(step.Role)
		}
		for _, p := range found {
			if p.Reachable() {
				people[p.ID] = true
			}
		}
	}
	return len(people)
}

// asked names the roles of all ladders.
func (r *reading) asked() string {
	var roles []string
	for _, ladder := range r.after.Ladders {
		for _, step := range ladder.Steps {
			if role := string(step.Role); !strings.Contains(" "+strings.Join(roles, " ")+" ", " "+role+" ") {
				roles = append(roles, role)
			}
		}
	}
	if len(roles) < 2 {
		return strings.Join(roles, "")
	}
	return fmt.Sprintf("%s or %s", strings.Join(roles[:len(roles)-1], ", "), roles[len(roles)-1])
}

// checkAdmin refuses to take the last administrator away: nobody could put it right in Slack.
func (r *reading) checkAdmin() {
	if len(r.before.Anyone(domain.Admin)) > 0 && len(r.after.Anyone(domain.Admin)) == 0 {
		r.refuse(place{file: &source{name: "people.csv"}}, "nobody would be admin any more. Give somebody the role admin.")
	}
}
