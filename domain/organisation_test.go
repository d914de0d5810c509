package domain

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestIndexFindsWhomALookThroughEverybodyFinds(t *testing.T) {
	t.Parallel()
	plain := &Organisation{
		Units: map[UnitCode]*Unit{"H": {Code: "H"}, "4A": {Code: "4A", Parent: "H"}},
		People: map[PersonID]*Person{
			3: {ID: 3, Unit: "H", Roles: []Role{Staff, Manager}, Active: true}, 1: {ID: 1, Unit: "4A", Roles: []Role{Manager}},
			9: {ID: 9, Unit: "4A", Roles: []Role{Staff}, Active: true}, 7: {ID: 7, Unit: "H", Roles: []Role{Manager}, Active: true},
		},
	}
	indexed := *plain
	indexed.Index()
	for _, role := range Roles {
		if diff := cmp.Diff(plain.Anyone(role), indexed.Anyone(role)); diff != "" {
			t.Errorf("anyone %s (-without, +with index)\n%s", role, diff)
		}
		if diff := cmp.Diff(plain.With(role, "4A"), indexed.With(role, "4A")); diff != "" {
			t.Errorf("%s of 4A (-without, +with index)\n%s", role, diff)
		}
	}
}
