package conversations

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"goodcatch/domain"
	"goodcatch/domain/mask"
)

// organisation returns the facts' organisation, or an empty one.
func (c *Conv) organisation() *domain.Organisation {
	if c.Facts.Org == nil {
		return &domain.Organisation{}
	}
	return c.Facts.Org
}

func (c *Conv) unitOptions() []Option {
	var options []Option
	for code, u := range c.organisation().Units {
		options = append(options, Option{Value: string(code), Label: domain.Text(fmt.Sprintf("%s %s", code, u.Name))})
	}
	slices.SortFunc(options, func(a, b Option) int { return strings.Compare(a.Value, b.Value) })
	return options
}

func (c *Conv) ownUnit() string {
	if p := c.organisation().People[c.Facts.Actor.Person]; p != nil {
		return string(p.Unit)
	}
	return ""
}

// showCard shows a record's facets: nothing that SMS would not say.
func (c *Conv) showCard() {
	r := c.Facts.Record
	if r == nil {
		return
	}
	args := domain.Args{
		"code": domain.Text(r.Name()), "kind": domain.Term("kind." + string(r.Kind)), "rank": domain.Term(r.RankKey()),
		"unit": domain.Text(string(r.Unit)), "at": domain.Moment(r.CreatedAt), "state": domain.Term("state." + string(r.State)), "ref": domain.Text(string(r.Ref)),
	}
	c.Show("details.card", args)
	if r.Owner != 0 {
		c.Show("details.owner", domain.Args{"owner": domain.Text(c.organisation().NameOf(r.Owner)), "at": domain.Moment(r.OwnedAt)})
	}
	if r.Owner != 0 && !r.State.Ended() {
		key := "details.silence"
		if r.Climb.Silence.Off {
			key = "details.silence_off"
		}
		c.Show(key, domain.Args{"owner": domain.Text(c.organisation().NameOf(r.Owner)), "due": domain.Moment(r.DueAt), "after": domain.Span(r.QuietFor())})
	}
	for _, id := range slices.Sorted(maps.Keys(r.Climb.StandIns)) {
		c.Show("details.stand_in", domain.Args{"name": domain.Text(c.organisation().NameOf(id)), "for": domain.Text(c.organisation().NameOf(r.Climb.StandIns[id]))})
	}
	if r.Report != nil && r.Report.Category != "" {
		c.Show("details.category", domain.Args{"category": domain.Term("category." + r.Report.Category)})
	}
	if r.Report != nil && r.Report.Where != "" {
		c.Show("details.where", domain.Args{"where": domain.Text(r.Report.Where)})
	}
}

// showTold shows the owner and the quality office who was told of the record, by which channel, and how far each message has come.
func (c *Conv) showTold() {
	r := c.Facts.Record
	if r == nil || len(c.Facts.Told) == 0 || domain.MayWork(c.Facts, r) != nil {
		return
	}
	c.Show("details.told_head", nil)
	for _, t := range c.Facts.Told {
		args := domain.Args{"name": domain.Text(c.organisation().NameOf(t.Person)), "told": domain.Term("told." + string(t.State)), "at": domain.Moment(t.At)}
		key := "details.told_seen"
		if t.Channel != "" {
			key, args["channel"] = "details.told", domain.Term("channel."+string(t.Channel))
		}
		c.Show(key, args)
	}
}

// showText shows what was written, to those who may read it.
func (c *Conv) showText() {
	if c.Facts.Record == nil {
		return
	}
	if domain.MayRead(c.Facts, c.Facts.Record) != nil {
		c.Show("details.no_text", nil)
		return
	}
	for _, p := range c.Facts.Passages {
		c.Show("details.passage", domain.Args{"what": domain.Term("passage." + string(p.Kind)), "at": domain.Moment(p.At), "text": domain.Text(p.Text)})
	}
}

// maskedKinds lists the kinds of identifier that were taken out of a masked text.
func maskedKinds(masked string) []string {
	var kinds []string
	for _, k := range mask.Kinds {
		for range strings.Count(masked, k.Mark()) {
			kinds = append(kinds, string(k))
		}
	}
	return kinds
}
