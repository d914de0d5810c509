package bot

import (
	"fmt"
	"strings"
	"time"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/domain/words"
)

// leave takes "LEAVE 3D" and "LEAVE 2 Dec to 5 Dec Ben Okoro". A sentence that begins with the word is no order. It stands before the open
// question: days are no answer to any.
func (t *turn) leave(said words.Said) (done bool, err error) {
	if said.Word != words.LEAVE || t.caller.Person == nil || said.Rest == "" {
		return false, nil
	}
	today := domain.DateOf(t.now, t.org.Zone)
	a, ok := words.ParseLeave(said.Rest, time.Date(today.Year, today.Month, today.Day, 0, 0, 0, 0, time.UTC), t.months(t.voice()), t.months(conversations.Voice{Language: conversations.Fallback}))
	deputy, known := t.deputy(a.Who)
	switch {
	case !ok && strings.ContainsAny(strings.Fields(said.Rest)[0], "0123456789") && len(strings.Fields(said.Rest)) <= 4:
		return true, t.say("leave.how", nil)
	case !ok || !known && len(strings.Fields(a.Who)) > 3:
		return false, nil
	}
	_, err = t.do(t.actor(), domain.TakeLeave{First: domain.DateOf(a.First, time.UTC), Last: domain.DateOf(a.Last, time.UTC), Deputy: deputy})
	return true, err
}

// leaveKeyword says how leave is taken, or ends it.
func (t *turn) leaveKeyword(said words.Said) (done bool, err error) {
	switch {
	case said.Word == words.LEAVE && said.Rest == "":
		return true, t.say("leave.how", nil)
	case said.Word == words.BACK && t.caller.Person != nil:
		_, err := t.do(t.actor(), domain.EndLeave{})
		return true, err
	}
	return false, nil
}

// deputy is whom a name or a staff number means. known is false when it is nobody's, or several people's.
func (t *turn) deputy(who string) (id domain.PersonID, known bool) {
	if who == "" {
		return 0, true
	}
	var people []*domain.Person
	var names []string
	for _, p := range t.org.People {
		if !p.Active || p.ID == t.caller.Person.ID {
			continue
		}
		if p.External != "" && strings.EqualFold(p.External, who) {
			return p.ID, true
		}
		people, names = append(people, p), append(names, p.Name)
	}
	if found := words.Named(who, names); len(found) == 1 {
		return people[found[0]].ID, true
	}
	return 0, false
}

// months are the names of the months as texts in a language spell them.
func (t *turn) months(v conversations.Voice) []string {
	names := make([]string, 12)
	for i := range names {
		names[i] = t.bot.Catalog.Say(v, fmt.Sprintf("month.%d", i+1), nil)
	}
	return names
}
