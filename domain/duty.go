package domain

import (
	"slices"
	"strings"
)

// DutiesOf finds the responsibility chart in force for a topic, forgiving case; nil when there is none.
func DutiesOf(inForce []*DocumentVersion, topic string) *DocumentVersion {
	i := slices.IndexFunc(inForce, func(v *DocumentVersion) bool {
		return v.Kind == Responsibility && v.Duties != nil && strings.EqualFold(v.Duties.Topic, strings.TrimSpace(topic))
	})
	if i < 0 {
		return nil
	}
	return inForce[i]
}

// Topics lists the topics of the responsibility charts in force, sorted.
func Topics(inForce []*DocumentVersion) []string {
	var topics []string
	for _, v := range inForce {
		if v.Kind == Responsibility && v.Duties != nil {
			topics = append(topics, v.Duties.Topic)
		}
	}
	slices.Sort(topics)
	return slices.Compact(topics)
}

// Holding lists who holds a role now for somebody in a unit: who is on duty by the rota, else the role's nearest holders who are there,
// else whoever holds it anywhere. It may be nobody.
func (f Facts) Holding(role Role, unit UnitCode) []*Person {
	var there []*Person
	add := func(id PersonID) {
		if d, ok := f.Org.Present(id, f.Now); ok && !slices.Contains(there, f.Org.People[d.Person]) {
			there = append(there, f.Org.People[d.Person])
		}
	}
	for _, d := range f.Org.OnDuty(role, unit, f.Now) {
		add(d.Person)
	}
	for _, found := range [][]*Person{f.Org.With(role, unit), f.Org.Anyone(role)} {
		if len(there) > 0 {
			break
		}
		for _, p := range found {
			add(p.ID)
		}
	}
	return there
}
