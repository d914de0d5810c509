package bot

import (
	"fmt"
	"slices"
	"strings"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/domain/mask"
	"goodcatch/domain/proof"
)

// How much of a chart one text names.
const (
	longestTopic = 3 // words
	mostHolders  = 4
	mostTopics   = 8
)

// whoIs answers "WHO sepsis?" with the responsible role of the chart in force and who holds it now, nearest to the caller, and "WHO manager?"
// with who is on duty, "WHO manager 5A?" in another unit. A word that is neither is answered with the topics there are, unless only known ones count; a sentence is no
// question to us.
func (t *turn) whoIs(text string, known bool) (done bool, err error) {
	first, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	topic := strings.TrimSpace(strings.TrimRight(strings.TrimSpace(rest), "?？.! "))
	said := len(strings.Fields(topic))
	if proof.Fold(first) != "who" || said == 0 || said > longestTopic {
		return false, nil
	}
	facts, err := t.tx.Facts(t.ctx, t.actor(), domain.Needs{InForce: true})
	if err != nil {
		return true, err
	}
	chart := domain.DutiesOf(facts.InForce, topic)
	role, unit, isRole := t.postNamed(topic)
	switch {
	case chart == nil && !isRole && (known || said > 1 && first != "WHO"):
		return false, nil
	case t.caller.Person == nil:
		return true, t.say("doc.unlinked", nil)
	case chart == nil && isRole:
		return true, t.sayOnDuty(facts, role, unit)
	case chart == nil:
		return true, t.topics(facts.InForce, topic)
	}
	return true, t.sayDuties(facts, chart)
}

// whoTopic is whoIs where nothing else has understood the text.
func (t *turn) whoTopic(text string) (bool, error) { return t.whoIs(text, false) }

// topics says which topics there are.
func (t *turn) topics(inForce []*domain.DocumentVersion, topic string) error {
	known := domain.Topics(inForce)
	if len(known) == 0 {
		return t.say("control.who_none", nil)
	}
	args := domain.Args{"topic": domain.Text(clipped(topic, mostTopic))}
	return t.say("control.who_topics", t.bot.Catalog.Listed(t.voice(), "control.who_topics", args, "topics", known, mostTopics))
}

// mostTopic is how much of an unknown topic is said back.
const mostTopic = 24

// sayDuties names who is responsible, and who answers for it in the end.
func (t *turn) sayDuties(f domain.Facts, chart *domain.DocumentVersion) error {
	unit := t.caller.Person.Unit
	var responsible []string
	for _, role := range chart.Duties.Responsible {
		responsible = append(responsible, t.holders(f, role, unit))
	}
	args := domain.Args{
		"topic": domain.Text(chart.Duties.Topic), "doc": domain.Text(chart.Code), "version": domain.Number(chart.Number), "by": domain.Text(t.holders(f, chart.Duties.Accountable, unit)),
		"review": domain.Day(chart.ReviewAt),
	}
	return t.say("control.who", t.bot.Catalog.Listed(t.voice(), "control.who", args, "names", responsible, mostHolders))
}

// holders is a role with the name of who holds it, and of whom they stand in for: manager Ben Ode for Lee Wong.
func (t *turn) holders(f domain.Facts, role domain.Role, unit domain.UnitCode) string {
	said := t.bot.Catalog.Say(t.voice(), "holder."+string(role), nil)
	on := f.Holding(role, unit)
	if len(on) == 0 {
		return said + " " + t.bot.Catalog.Say(t.voice(), "holder.nobody", nil)
	}
	name := t.org.NameOf(on[0].Person)
	if on[0].For != 0 {
		name = t.bot.Catalog.Say(t.voice(), "holder.for", domain.Args{"name": domain.Text(name), "for": domain.Text(t.org.NameOf(on[0].For))})
	}
	return said + " " + name
}

// roleNamed is the role that people call by these words: by its name in their language or in English, or as people.csv spells it.
func (t *turn) roleNamed(words string) (domain.Role, bool) {
	english := conversations.Voice{Language: conversations.Fallback}
	i := slices.IndexFunc(domain.Roles, func(r domain.Role) bool {
		key := "holder." + string(r)
		return strings.EqualFold(words, string(r)) || strings.EqualFold(words, t.bot.Catalog.Say(t.voice(), key, nil)) || strings.EqualFold(words, t.bot.Catalog.Say(english, key, nil))
	})
	if i < 0 {
		return "", false
	}
	return domain.Roles[i], true
}

// postNamed is the role, and the unit whose it is, that people call by these words: "manager" where they work, "manager 5A".
func (t *turn) postNamed(words string) (role domain.Role, unit domain.UnitCode, ok bool) {
	if t.caller.Person != nil {
		unit = t.caller.Person.Unit
	}
	if i := strings.LastIndexByte(words, ' '); i > 0 {
		if named := domain.UnitCode(strings.ToUpper(words[i+1:])); t.org.Units[named] != nil {
			words, unit = words[:i], named
		}
	}
	role, ok = t.roleNamed(strings.TrimSpace(words))
	return role, unit, ok
}

// sayOnDuty names who is on duty for a role in a unit. In Slack a button swaps the caller's own shifts.
func (t *turn) sayOnDuty(f domain.Facts, role domain.Role, unit domain.UnitCode) error {
	args := domain.Args{"unit": domain.Text(string(unit)), "names": domain.Text(t.holders(f, role, unit))}
	if t.in.Channel != domain.Slack || len(t.org.Swappable(t.caller.Person.ID, t.now)) == 0 {
		return t.say("control.who_role", args)
	}
	t.said++
	return t.tx.Notify(t.ctx, domain.Notice{
		ID: fmt.Sprintf("say/%s/%s/%d", t.in.Provider, t.in.ID, t.said), To: domain.Recipient{Address: t.caller.ID}, Topic: "answer", Key: "control.who_role", Args: args,
		Urgency: domain.Prompt, Class: domain.Once, Replies: []domain.Reply{{Letter: "S", Key: "reply.swap", Flow: "swap"}},
	})
}

// changed takes "change 4B: what changed" in Slack: the documents that are used there are reviewed.
func (t *turn) changed(text string) (done bool, err error) {
	first, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	where, what, marked := strings.Cut(rest, ":")
	if proof.Fold(first) != "change" || !marked || strings.TrimSpace(what) == "" || t.in.Channel != domain.Slack || t.caller.Person == nil {
		return false, nil
	}
	var units []domain.UnitCode
	for _, w := range strings.FieldsFunc(where, func(r rune) bool { return r == ' ' || r == ',' }) {
		code := domain.UnitCode(strings.ToUpper(w))
		if t.org.Units[code] == nil {
			return true, t.say("control.change_unit", domain.Args{"unit": domain.Text(clipped(w, 14))})
		}
		units = append(units, code)
	}
	if len(units) == 0 {
		return false, nil
	}
	_, err = t.do(t.actor(), domain.FlagChange{Units: units, Text: clipped(mask.Text(mask.Clean(what)).Text, domain.ReasonLimit)})
	return true, err
}
