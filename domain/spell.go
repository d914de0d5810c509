package domain

import (
	"cmp"
	"slices"
	"time"
)

// A Spell is a time during which the same people are on duty: nobody, when On is empty.
type Spell struct {
	From  time.Time
	Until time.Time
	On    []Duty
}

// A Post is a role in a unit that has a rota.
type Post struct {
	Role Role
	Unit UnitCode
}

// Posts lists what there are rotas for, by unit and role.
func (o *Organisation) Posts() []Post {
	var posts []Post
	for _, r := range o.Rotas {
		posts = append(posts, Post{r.Role, r.Unit})
	}
	slices.SortFunc(posts, func(a, b Post) int { return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Role, b.Role)) })
	return slices.Compact(posts)
}

// Spells says who is on duty by the rotas of exactly this post, from one moment to another, without a gap between the spells.
func (o *Organisation) Spells(post Post, from, until time.Time) []Spell {
	var spells []Spell
	for _, at := range o.turns(post, from, until) {
		on := o.there(o.rostered(post.Role, post.Unit, at), at)
		if n := len(spells); n > 0 && slices.Equal(spells[n-1].On, on) {
			continue
		}
		if n := len(spells); n > 0 {
			spells[n-1].Until = at
		}
		spells = append(spells, Spell{From: at, Until: until, On: on})
	}
	return spells
}

// turns are the moments within a time at which who is on duty may change, in order, its beginning first.
func (o *Organisation) turns(post Post, from, until time.Time) []time.Time {
	at := []time.Time{from}
	add := func(moments ...time.Time) {
		for _, m := range moments {
			if m.After(from) && m.Before(until) {
				at = append(at, m.UTC())
			}
		}
	}
	for _, r := range o.Rotas {
		if r.Role != post.Role || r.Unit != post.Unit {
			continue
		}
		for _, s := range r.Shifts {
			add(s.From, s.Until)
		}
		zone := o.Zone
		if r.Zone != nil {
			zone = r.Zone
		}
		for _, rotation := range r.Rotations {
			for day := DateOf(from, zone).Add(-1); !day.At(0, zone).After(until); day = day.Add(1) {
				add(day.At(rotation.From, zone), rotation.end(day, zone))
			}
		}
	}
	for _, p := range o.People {
		for _, l := range p.Leave {
			add(l.From, l.Until)
		}
	}
	slices.SortFunc(at, time.Time.Compare)
	return slices.CompactFunc(at, time.Time.Equal)
}

// ShiftsOf are the spells during which a person is themself on duty at a post, deputies of others apart: what they can swap.
func (o *Organisation) ShiftsOf(id PersonID, post Post, from, until time.Time) []Spell {
	var mine []Spell
	for _, at := range o.turns(post, from, until) {
		n := len(mine)
		on := slices.Contains(o.rostered(post.Role, post.Unit, at), id)
		switch open := n > 0 && mine[n-1].Until.IsZero(); {
		case on && !open:
			mine = append(mine, Spell{From: at, On: []Duty{{Person: id}}})
		case !on && open:
			mine[n-1].Until = at
		}
	}
	if n := len(mine); n > 0 && mine[n-1].Until.IsZero() {
		mine[n-1].Until = until
	}
	return mine
}
