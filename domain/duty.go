package domain

import (
	"slices"
	"strings"
	"time"
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

// Holding lists who holds a role now for somebody in a unit, and for whom they stand in: who is on duty by the rota, else the role's
// nearest holders who are there, else whoever holds it anywhere. It may be nobody.
func (f Facts) Holding(role Role, unit UnitCode) []Duty {
	if on := f.Org.OnDuty(role, unit, f.Now); len(on) > 0 {
		return on
	}
	if there := f.Org.HoldersThere(role, unit, f.Now); len(there) > 0 {
		return there
	}
	return f.Org.present(f.Org.Anyone(role), f.Now)
}

// HoldersThere are a role's nearest holders who are there at a moment, or their deputies, whatever any rota says.
func (o *Organisation) HoldersThere(role Role, unit UnitCode, at time.Time) []Duty {
	for _, u := range o.Ancestors(unit) {
		if on := o.present(o.With(role, u.Code), at); len(on) > 0 {
			return on
		}
	}
	return nil
}

// overseers are who is told what is late in a unit: the role's nearest holders, while they are on leave their deputies. Where nobody is
// there it waits on their desks.
func (f Facts) overseers(role Role, unit UnitCode) []PersonID {
	holders := f.Org.With(role, unit)
	var ids []PersonID
	for _, d := range f.Org.present(holders, f.Now) {
		ids = append(ids, d.Person)
	}
	if len(ids) == 0 {
		for _, p := range holders {
			ids = append(ids, p.ID)
		}
	}
	return ids
}
