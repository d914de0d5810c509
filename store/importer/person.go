package importer

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/nyaruka/phonenumbers"

	"goodcatch/domain"
)

// remove in a cell takes away what a person has; an empty cell leaves it, for they may have linked it themselves.
const remove = "-"

var slackUser = regexp.MustCompile(`^[UW][A-Z0-9]{2,20}$`)

// A roster is what people.csv is matched against and has said so far.
type roster struct {
	byID, byPhone, bySlack map[string]*domain.Person // as known before
	matched                map[domain.PersonID]place // known people that a line is about
	ids, phones, slacks    map[string]place          // of the lines so far
	next                   domain.PersonID           // negative ids of new people
}

func newRoster(o *domain.Organisation) *roster {
	s := &roster{
		byID: map[string]*domain.Person{}, byPhone: map[string]*domain.Person{}, bySlack: map[string]*domain.Person{},
		matched: map[domain.PersonID]place{}, ids: map[string]place{}, phones: map[string]place{}, slacks: map[string]place{},
	}
	for _, p := range o.People {
		s.byID[p.External] = p
		s.byPhone[p.Phone.Value] = p
		s.bySlack[p.Slack.Value] = p
	}
	for _, m := range []map[string]*domain.Person{s.byID, s.byPhone, s.bySlack} {
		delete(m, "")
	}
	return s
}

func (r *reading) readPeople() error {
	src, text, ok, err := r.open("people.csv")
	if err != nil {
		return err
	}
	if !ok {
		if r.Complete {
			r.faults = append(r.faults, Fault{File: "people.csv", Problem: "is missing, but --complete says that whoever is not in it has left."})
		}
		return nil
	}
	rows, faults := readTable(src, text, []string{"name", "phone", "slack_id", "roles", "unit", "language", "timezone"}, []string{"id", "email", "start", "channels"})
	r.faults = append(r.faults, faults...)
	known := newRoster(r.before)
	for _, row := range rows {
		r.takePerson(row, known)
	}
	if r.Complete && len(r.faults) == 0 {
		r.dropPeople(known)
	}
	return nil
}

func (r *reading) takePerson(row row, known *roster) {
	before := len(r.faults)
	p := domain.Person{External: row.get("id"), Name: row.get("name"), Email: strings.ToLower(row.get("email")), Active: true}
	if p.Name == "" {
		r.refuse(row.where("name"), "a person needs a name.")
	}
	r.tooLong(p.Name, maxName, "name", row.where("name"))
	p.Phone.Value = r.phone(row.get("phone"), row.where("phone"))
	p.Slack.Value = r.slack(row.get("slack_id"), row.where("slack_id"))
	p.Roles = r.roles(row.get("roles"), row.where("roles"))
	p.Unit = r.unit(row.get("unit"), row.where("unit"))
	if lang := row.get("language"); lang != "" {
		p.Language = lang
		r.checkLanguage(lang, row.where("language"))
	}
	if zone := row.get("timezone"); zone != "" {
		p.Zone = r.zone(zone, row.where("timezone"))
	}
	p.Start = r.start(row)
	p.Takes = r.channels(row)
	r.once(known.ids, p.External, "staff number", row.where("id"))
	r.once(known.phones, p.Phone.Value, "phone number", row.where("phone"))
	r.once(known.slacks, p.Slack.Value, "Slack id", row.where("slack_id"))
	was := r.match(row, &p, known)
	if len(r.faults) > before {
		return
	}
	if p.Phone.Value == "" && p.Slack.Value == "" && (was == nil || was.Phone.Value == "" && was.Slack.Value == "") {
		r.warn(row.start, "%s has neither phone nor Slack id and cannot be reached.", p.Name)
	}
	r.put(&p, was, row, known)
}

// once refuses a value that an earlier line has.
func (r *reading) once(seen map[string]place, value, what string, at place) {
	if value == "" || value == remove {
		return
	}
	if first, twice := seen[value]; twice {
		r.refuse(at, "this %s stands in line %d already: it belongs to one person.", what, first.line)
		return
	}
	seen[value] = at
}

// match finds the person a line is about: by staff number, else by phone, else by Slack id. Somebody with another staff number is
// another person, to whom the phone belonged before.
func (r *reading) match(row row, p *domain.Person, known *roster) *domain.Person {
	was := known.byID[p.External]
	byPhone, bySlack := known.byPhone[p.Phone.Value], known.bySlack[p.Slack.Value]
	free := func(q *domain.Person) bool { return q != nil && (p.External == "" || q.External == "") }
	if was == nil && free(byPhone) {
		was = byPhone
		if p.External == "" && bySlack != nil && bySlack != was {
			r.refuse(row.where("slack_id"), "the phone is %s's and the Slack id is %s's. Give both people a line with an id.", byPhone.Name, bySlack.Name)
		}
	}
	if was == nil && free(bySlack) {
		was = bySlack
	}
	if was == nil {
		return nil
	}
	if first, twice := known.matched[was.ID]; twice {
		r.refuse(row.start, "this is the same person as in line %d.", first.line)
	}
	known.matched[was.ID] = row.start
	return was
}

// put adds a person to the plan when their line says something new. What the line leaves open stays.
func (r *reading) put(p, was *domain.Person, row row, known *roster) {
	if was == nil {
		known.next--
		p.ID = known.next
		settleAddress(&p.Phone)
		settleAddress(&p.Slack)
	} else {
		claimed := *was // less what an earlier line took away
		if now := r.after.People[was.ID]; now != nil {
			claimed.Phone, claimed.Slack = now.Phone, now.Slack
		}
		r.keep(p, &claimed)
	}
	r.personAt[p.ID] = row.start
	r.after.People[p.ID] = p
	r.takeAway(known.byPhone[p.Phone.Value], p.ID, func(q *domain.Person) {
		if q.Phone.Value == p.Phone.Value {
			q.Phone = domain.Address{}
		}
	})
	r.takeAway(known.bySlack[p.Slack.Value], p.ID, func(q *domain.Person) {
		if q.Slack.Value == p.Slack.Value {
			q.Slack = domain.Address{}
		}
	})
	if was != nil && same(was, p) {
		r.plan.Unchanged++
		return
	}
	r.plan.People = append(r.plan.People, p)
}

// takeAway takes the address that a line names from whoever had it before. Their own line, when it has been read, is changed with it.
func (r *reading) takeAway(holder *domain.Person, by domain.PersonID, take func(*domain.Person)) {
	if holder == nil || holder.ID == by {
		return
	}
	q := r.after.People[holder.ID]
	if _, ours := r.personAt[holder.ID]; !ours {
		fresh := *q
		q = &fresh
		r.after.People[holder.ID] = q
	}
	take(q)
}

func (r *reading) keep(p, was *domain.Person) {
	p.ID = was.ID
	if p.External == "" {
		p.External = was.External
	}
	if p.Email == "" {
		p.Email = was.Email
	}
	if p.Zone == nil {
		p.Zone = was.Zone
	}
	if p.Start.IsZero() {
		p.Start = was.Start
	}
	if p.Takes == nil {
		p.Takes = was.Takes
	}
	if p.Language == "" || r.KeepLanguage[was.ID] {
		p.Language = was.Language
	}
	keepAddress(&p.Phone, was.Phone)
	keepAddress(&p.Slack, was.Slack)
}

func keepAddress(a *domain.Address, was domain.Address) {
	if a.Value == "" || a.Value == was.Value {
		*a = was
	}
	settleAddress(a)
}

// settleAddress makes "-" nothing, and an address that is new reachable for the checks that follow.
func settleAddress(a *domain.Address) {
	switch {
	case a.Value == remove:
		*a = domain.Address{}
	case a.Value != "" && a.ID == 0:
		a.ID = -1
	}
}

// same reports whether two people are written alike.
func same(a, b *domain.Person) bool {
	return a.Active == b.Active && a.External == b.External && a.Name == b.Name && a.Email == b.Email && a.Unit == b.Unit && slices.Equal(a.Roles, b.Roles) &&
		a.Language == b.Language && zoneName(a) == zoneName(b) && a.Start.Equal(b.Start) && slices.Equal(a.Takes, b.Takes) && a.Phone.Value == b.Phone.Value && a.Slack.Value == b.Slack.Value
}

// start reads the first day of a new starter; an empty cell is none.
func (r *reading) start(row row) time.Time {
	text := row.get("start")
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		r.refuse(row.where("start"), "start %q is no day. Want the first working day, like 2026-11-30.", text)
	}
	return at
}

func zoneName(p *domain.Person) string {
	if p.Zone == nil {
		return ""
	}
	return p.Zone.String()
}

// dropPeople turns those whom a complete list lacks into leavers.
func (r *reading) dropPeople(known *roster) {
	for id, p := range r.before.People {
		if _, there := known.matched[id]; there || !p.Active {
			continue
		}
		gone := *p
		gone.Active = false
		r.after.People[id] = &gone
		r.plan.Leavers = append(r.plan.Leavers, id)
	}
	slices.Sort(r.plan.Leavers)
}

// phone makes a number international, by the organisation's region. Numbers that are possible but not assigned pass: test numbers are.
func (r *reading) phone(text string, at place) string {
	if text == "" || text == remove {
		return text
	}
	number, err := phonenumbers.Parse(text, r.after.Region)
	if err != nil || phonenumbers.IsPossibleNumberWithReason(number) != phonenumbers.IS_POSSIBLE {
		r.refuse(at, "%q is no telephone number in %s. Write it with the country, like +447700900123.", text, r.after.Region)
		return ""
	}
	return phonenumbers.Format(number, phonenumbers.E164)
}

func (r *reading) slack(text string, at place) string {
	if text == "" || text == remove {
		return text
	}
	if text = strings.ToUpper(text); !slackUser.MatchString(text) {
		r.refuse(at, "%q is no Slack member id. In Slack: the person's profile, the three dots, \"Copy member ID\" (U…).", text)
	}
	return text
}

func (r *reading) roles(text string, at place) []domain.Role {
	var roles []domain.Role
	for name := range strings.SplitSeq(text, ";") {
		name = strings.ToLower(strings.TrimSpace(name))
		role := r.role(name, at)
		if role != "" && !slices.Contains(roles, role) {
			roles = append(roles, role)
		}
	}
	if len(roles) == 0 && strings.Trim(text, "; ") == "" {
		return []domain.Role{domain.Staff}
	}
	return roles
}

func (r *reading) unit(text string, at place) domain.UnitCode {
	code := domain.UnitCode(strings.ToUpper(text))
	if r.after.Units[code] != nil {
		return code
	}
	for _, u := range r.after.Units { // somebody wrote its name
		if strings.EqualFold(u.Name, text) {
			r.refuse(at, "unit %q: write its code, %s.", text, u.Code)
			return code
		}
	}
	r.refuse(at, "unit %q is not known.%s", text, didYouMean(string(code), r.unitCodes()))
	return code
}
