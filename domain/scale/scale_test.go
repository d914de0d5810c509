package scale

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSchemesPlaceTheirCodes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		scheme Scheme
		want   string // code=rank in the order of the scheme
	}{
		{AHRQ, "LA20747-4=death LA20748-2=severe LA20749-0=moderate LA21150-0=mild LA21151-8=none LA4489-6=unknown"},
		{MERP, "A=none B=none C=none D=none E=mild F=moderate G=severe H=severe I=death"},
		{LFPSEPhysical, "1=death 2=severe 3=moderate 4=mild 5=none"},
		{LFPSEPsychological, "1=severe 2=moderate 3=mild 4=none"},
		{SAC, "3=severe 2=moderate 1=mild"},
		{SACSeverity, "catastrophic=death major=severe moderate=moderate minor=mild"},
		{NPSAConsequence, "1=none 2=mild 3=moderate 4=severe 5=death"},
		{China, "I=death II=severe III=mild IV=none"},
	} {
		var got []string
		for _, level := range c.scheme.Levels {
			got = append(got, level.Code+"="+level.Rank.String())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %v, want %s", c.scheme.ID, got, c.want)
		}
	}
}

func TestEverySchemeIsSound(t *testing.T) {
	t.Parallel()
	ids, keys := map[string]bool{}, map[string]bool{}
	for _, s := range All() {
		if s.ID == "" || s.Version == "" || ids[s.ID] {
			t.Errorf("scheme %+v needs an id of its own and a version", s)
		}
		ids[s.ID] = true
		codes := map[string]bool{}
		for _, level := range s.Levels {
			if codes[level.Code] || keys[level.Key] || !level.Rank.Valid() {
				t.Errorf("%s: level %+v", s.ID, level)
			}
			codes[level.Code], keys[level.Key] = true, true
			if g, ok := s.Grade(level.Code); !ok || g != (Graded{s.ID, s.Version, level.Code, level.Rank}) {
				t.Errorf("%s: Grade(%s) = %+v, %v", s.ID, level.Code, g, ok)
			}
		}
		if found, ok := Find(s.ID); !ok || found.ID != s.ID {
			t.Errorf("Find(%s) = %v, %v", s.ID, found, ok)
		}
	}
	if _, ok := Find("nothing"); ok {
		t.Error("found a scheme that is not there")
	}
}

func TestLookups(t *testing.T) {
	t.Parallel()
	if level, ok := AHRQ.ForRank(Mild); !ok || level.Code != "LA21150-0" {
		t.Errorf("AHRQ mild: %+v, %v", level, ok)
	}
	if level, ok := MERP.ForRank(None); !ok || level.Code != "A" {
		t.Errorf("MERP none: %+v, %v", level, ok)
	}
	if _, ok := LFPSEPsychological.ForRank(Death); ok {
		t.Error("there is no fatal psychological harm")
	}
	if g, ok := AHRQ.Grade("1"); ok || g.Known() || g.Rank != Unknown {
		t.Errorf("a code of another scheme: %+v, %v", g, ok)
	}
	// The worst patient of three, where the smallest number is the worst.
	if got := LFPSEPhysical.Worst("4", "2", "x", "5"); got.Code != "2" || got.Rank != Severe {
		t.Errorf("worst: %+v", got)
	}
	if got := LFPSEPhysical.Worst(); got.Known() {
		t.Errorf("worst of nobody: %+v", got)
	}
}

func TestWorse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ a, b, want Rank }{
		{None, Mild, Mild}, {Death, Severe, Death}, {Unknown, None, None}, {Unknown, Unknown, Unknown},
		{Moderate, Unknown, Moderate},
	} {
		if got := Worse(c.a, c.b); got != c.want {
			t.Errorf("Worse(%v, %v) = %v, want %v", c.a, c.b, got, c.want)
		}
	}
	mild, _ := AHRQ.Grade("LA21150-0")
	severe, _ := LFPSEPhysical.Grade("2")
	cannotTell, _ := AHRQ.Grade("LA4489-6")
	for _, c := range []struct {
		name       string
		a, b, want Graded
	}{
		{"across schemes", mild, severe, severe},
		{"either way round", severe, mild, severe},
		{"nobody graded the second", mild, Ungraded(), mild},
		{"nobody graded the first", Ungraded(), mild, mild},
		{"the zero grading is nobody's", Graded{}, mild, mild},
		{"cannot tell against mild", cannotTell, mild, mild},
		{"mild against cannot tell", mild, cannotTell, mild},
		{"cannot tell says more than nothing", Ungraded(), cannotTell, cannotTell},
	} {
		if got := c.a.Worse(c.b); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestWorseIsAnOrder(t *testing.T) {
	t.Parallel()
	rank := rapid.IntRange(int(Unknown), int(Death))
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := Rank(rank.Draw(t, "a")), Rank(rank.Draw(t, "b")), Rank(rank.Draw(t, "c"))
		if Worse(a, b) != Worse(b, a) || Worse(a, Worse(b, c)) != Worse(Worse(a, b), c) || Worse(a, a) != a {
			t.Fatalf("not an order at %v %v %v", a, b, c)
		}
	})
}

func TestMERPCategoryFollowsTheAlgorithm(t *testing.T) {
	t.Parallel()
	harmed := MERPAnswers{Error: Yes, Reached: Yes, Harmed: Yes}
	with := func(change func(*MERPAnswers)) MERPAnswers { a := harmed; change(&a); return a }
	for _, c := range []struct {
		name    string
		answers MERPAnswers
		want    string
		ask     MERPQuestion
	}{
		{"nothing answered", MERPAnswers{}, "", MERPError},
		{"capacity only", MERPAnswers{Error: No}, "A", ""},
		{"error, rest open", MERPAnswers{Error: Yes}, "", MERPReached},
		{"did not reach", MERPAnswers{Error: Yes, Reached: No}, "B", ""},
		{"reached, harm open", MERPAnswers{Error: Yes, Reached: Yes}, "", MERPHarmed},
		{"no harm, monitoring open", MERPAnswers{Error: Yes, Reached: Yes, Harmed: No}, "", MERPMonitored},
		{"no harm", MERPAnswers{Error: Yes, Reached: Yes, Harmed: No, Monitored: No}, "C", ""},
		{"monitored", MERPAnswers{Error: Yes, Reached: Yes, Harmed: No, Monitored: Yes}, "D", ""},
		{"harmed, death open", harmed, "", MERPDied},
		{"died", with(func(a *MERPAnswers) { a.Died = Yes }), "I", ""},
		{"alive, rest open", with(func(a *MERPAnswers) { a.Died = No }), "", MERPSustainLife},
		{"sustained", with(func(a *MERPAnswers) { a.Died, a.SustainLife = No, Yes }), "H", ""},
		{"not sustained", with(func(a *MERPAnswers) { a.Died, a.SustainLife = No, No }), "", MERPPermanent},
		{"permanent", with(func(a *MERPAnswers) { a.Died, a.SustainLife, a.Permanent = No, No, Yes }), "G", ""},
		{"temporary", with(func(a *MERPAnswers) { a.Died, a.SustainLife, a.Permanent = No, No, No }), "", MERPHospitalised},
		{"stayed", with(func(a *MERPAnswers) { a.Died, a.SustainLife, a.Permanent, a.Hospitalised = No, No, No, Yes }), "F", ""},
		{"went home", with(func(a *MERPAnswers) { a.Died, a.SustainLife, a.Permanent, a.Hospitalised = No, No, No, No }), "E", ""},
		{"a stale answer off the path", MERPAnswers{Error: No, Died: Yes}, "A", ""},
	} {
		got, ask := MERPCategory(c.answers)
		if got.Code != c.want || ask != c.ask || got.Known() != (c.want != "") {
			t.Errorf("%s: got %+v, %q, want %q, %q", c.name, got, ask, c.want, c.ask)
		}
	}
}

func TestSACMatrix(t *testing.T) {
	t.Parallel()
	want := []string{"3321", "3211", "3211", "3211"}
	for i, p := range Probabilities {
		row := ""
		for _, severity := range SACSeverity.Levels {
			g, ok := SACFor(p, severity.Code)
			if !ok || g.Scheme != SAC.ID {
				t.Fatalf("SACFor(%s, %s) = %+v, %v", p, severity.Code, g, ok)
			}
			row += g.Code
		}
		if row != want[i] {
			t.Errorf("%s: got %s, want %s", p, row, want[i])
		}
	}
	if _, ok := SACFor("daily", "major"); ok {
		t.Error("no such probability")
	}
	if _, ok := SACFor(Frequent, "huge"); ok {
		t.Error("no such severity")
	}
}

func TestRiskMatrixBands(t *testing.T) {
	t.Parallel()
	got := map[string][]int{}
	for c := 1; c <= 5; c++ {
		for l := 1; l <= 5; l++ {
			score, ok := RiskScore(c, l)
			band, in := NPSABands.Of(score)
			if !ok || !in {
				t.Fatalf("%d x %d has no band", c, l)
			}
			if !slices.Contains(got[band.Code], score) {
				got[band.Code] = append(got[band.Code], score)
			}
		}
	}
	want := map[string][]int{"low": {1, 2, 3}, "moderate": {4, 5, 6}, "high": {8, 9, 10, 12}, "extreme": {15, 16, 20, 25}}
	for code, scores := range want {
		slices.Sort(got[code])
		if !slices.Equal(got[code], scores) {
			t.Errorf("%s: got %v, want %v", code, got[code], scores)
		}
	}
	for _, c := range [][2]int{{0, 3}, {3, 6}, {-1, -5}} {
		if _, ok := RiskScore(c[0], c[1]); ok {
			t.Errorf("%v lies outside the matrix", c)
		}
	}
	if _, ok := NPSABands.Of(0); ok {
		t.Error("0 is in no band")
	}
	if LikelihoodKey(5) != "scale.risk_likelihood.almost_certain" || LikelihoodKey(6) != "" {
		t.Error("likelihood keys")
	}
}
