package domain

import (
	"testing"

	"goodcatch/domain/scale"
)

func grade(code string) *scale.Graded {
	g, ok := scale.AHRQ.Grade(code)
	if !ok {
		panic("no grade " + code)
	}
	return &g
}

// graded returns the AHRQ grade of a rank.
func graded(r scale.Rank) *scale.Graded {
	l, ok := scale.AHRQ.ForRank(r)
	if !ok {
		panic("no level")
	}
	return grade(l.Code)
}

func TestTwoFactsDecideTheKind(t *testing.T) {
	t.Parallel()
	none, mild, unknown := graded(scale.None), graded(scale.Mild), graded(scale.Unknown)
	for _, c := range []struct {
		stated  Kind
		reached Answer
		harm    *scale.Graded
		want    Kind
	}{
		{NearMiss, Open, nil, NearMiss},
		{NearMiss, No, nil, NearMiss},
		{NearMiss, No, none, NearMiss},
		{NearMiss, Unsure, unknown, NearMiss},
		{NearMiss, Yes, nil, Incident},
		{NearMiss, No, mild, Incident}, // who was harmed was reached
		{Incident, Open, nil, Incident},
		{Incident, Yes, none, Incident},
		{Incident, No, nil, NearMiss},
		{Incident, No, none, NearMiss},
		{Incident, No, mild, Incident},
		{Incident, Unsure, unknown, Incident},
		{UnsafeCondition, Open, nil, UnsafeCondition},
		{UnsafeCondition, Yes, nil, UnsafeCondition},
		{UnsafeCondition, Open, mild, Incident},
		{GoodCare, Yes, mild, GoodCare},
		{Equipment, Yes, mild, Equipment},
		{Supply, No, mild, Supply},
		{Variance, Yes, nil, Variance},
		{Unsorted, Yes, mild, Unsorted},
	} {
		if got := KindFrom(c.stated, c.reached, c.harm); got != c.want {
			t.Errorf("%s, reached %q, harm %+v: got %s, want %s", c.stated, c.reached, c.harm, got, c.want)
		}
	}
}

func TestKindsAndPrefixesMatch(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, k := range ReportKinds {
		if got, ok := KindOf(k.Prefix()); !ok || got != k {
			t.Errorf("%s: prefix %s is of %s", k, k.Prefix(), got)
		}
		if seen[k.Prefix()] {
			t.Errorf("two kinds begin with %s", k.Prefix())
		}
		seen[k.Prefix()] = true
	}
	if _, ok := KindOf("XX"); ok || Unsorted.Prefix() != "TXT" {
		t.Error("an unknown prefix has a kind")
	}
	if Supply.System() != QualitySystem || Variance.System() != ClinicalSystem || NearMiss.System() != SafetySystem {
		t.Error("a kind is in the wrong system")
	}
}

func TestWorseOfActualAndPotentialRoutes(t *testing.T) {
	t.Parallel()
	severe := &PotentialSevere
	for name, c := range map[string]struct {
		kind  Kind
		rep   Report
		want  scale.Rank
		key   string
		finer string
	}{
		"near miss":                     {kind: NearMiss, want: 0, key: "rank.none", finer: "near_miss"},
		"near miss that could kill":     {kind: NearMiss, rep: Report{Potential: severe}, want: 3, key: "rank.potential", finer: "near_miss"},
		"incident, nobody graded":       {kind: Incident, want: 1, key: "rank.unknown", finer: "incident"},
		"incident, reporter not sure":   {kind: Incident, rep: Report{Actual: graded(scale.Unknown)}, want: 1, key: "rank.unknown", finer: "incident"},
		"incident without harm":         {kind: Incident, rep: Report{Actual: graded(scale.None)}, want: 0, key: "rank.none", finer: "no_harm_incident"},
		"incident with mild harm":       {kind: Incident, rep: Report{Actual: graded(scale.Mild)}, want: 1, key: "rank.mild", finer: "adverse_event"},
		"incident with moderate harm":   {kind: Incident, rep: Report{Actual: graded(scale.Moderate)}, want: 2, key: "rank.moderate", finer: "adverse_event"},
		"incident with severe harm":     {kind: Incident, rep: Report{Actual: graded(scale.Severe)}, want: 3, key: "rank.severe", finer: "sentinel_event"},
		"death":                         {kind: Incident, rep: Report{Actual: graded(scale.Death)}, want: 4, key: "rank.death", finer: "sentinel_event"},
		"mild, could have killed":       {kind: Incident, rep: Report{Actual: graded(scale.Mild), Potential: severe}, want: 3, key: "rank.potential", finer: "adverse_event"},
		"death, could have killed":      {kind: Incident, rep: Report{Actual: graded(scale.Death), Potential: severe}, want: 4, key: "rank.death", finer: "sentinel_event"},
		"second grader says less":       {kind: Incident, rep: Report{Actual: graded(scale.Severe), Second: graded(scale.Mild)}, want: 1, key: "rank.mild", finer: "adverse_event"},
		"second grader says more":       {kind: Incident, rep: Report{Actual: graded(scale.None), Second: graded(scale.Death)}, want: 4, key: "rank.death", finer: "sentinel_event"},
		"danger now":                    {kind: Incident, rep: Report{Danger: Yes}, want: 3, key: "rank.danger", finer: "incident"},
		"danger now, and somebody died": {kind: Incident, rep: Report{Danger: Yes, Actual: graded(scale.Death)}, want: 4, key: "rank.death", finer: "sentinel_event"},
		"danger over":                   {kind: Incident, rep: Report{Danger: No}, want: 1, key: "rank.unknown", finer: "incident"},
		"unsafe condition":              {kind: UnsafeCondition, want: 1, key: "rank.none", finer: "unsafe_condition"},
		"good care":                     {kind: GoodCare, want: 0, key: "rank.none", finer: "good_care"},
		"unsorted":                      {kind: Unsorted, want: 0, key: "rank.none", finer: "unsorted"},
	} {
		r := &Record{Kind: c.kind, Report: &c.rep}
		if r.Rank = routingRank(r); r.Rank != c.want {
			t.Errorf("%s: rank %v, want %v", name, r.Rank, c.want)
		}
		if got := r.RankKey(); got != c.key {
			t.Errorf("%s: %s, want %s", name, got, c.key)
		}
		if got := r.Classification(); got != c.finer {
			t.Errorf("%s: %s, want %s", name, got, c.finer)
		}
	}
	bare := &Record{Kind: Incident, Rank: 2}
	if bare.RankKey() != "rank.moderate" || bare.Classification() != "incident" {
		t.Errorf("a record without report: %s, %s", bare.RankKey(), bare.Classification())
	}
}
