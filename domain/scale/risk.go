package scale

// SAC is the Safety Assessment Code of the VA National Center for Patient
// Safety, 3 the highest. Beware: New South Wales and others count the other
// way round, 1 the highest. Source: patientsafety.va.gov, SAC matrix.
var SAC = Scheme{"va-sac", "2001", true, []Level{
	{"3", Severe, "scale.sac.3"},
	{"2", Moderate, "scale.sac.2"},
	{"1", Mild, "scale.sac.1"},
}}

// SACSeverity is the severity axis of the SAC matrix. An actual event is graded
// by the patient's condition, a close call by the most likely worst case.
var SACSeverity = Scheme{"va-sac-severity", "2001", true, []Level{
	{"catastrophic", Death, "scale.sac_severity.catastrophic"},
	{"major", Severe, "scale.sac_severity.major"},
	{"moderate", Moderate, "scale.sac_severity.moderate"},
	{"minor", Mild, "scale.sac_severity.minor"},
}}

// Probability is how often such an event is expected, in the SAC matrix.
type Probability string

const (
	Frequent   Probability = "frequent"   // several times in a year
	Occasional Probability = "occasional" // several times in 1 to 2 years
	Uncommon   Probability = "uncommon"   // sometime in 2 to 5 years
	Remote     Probability = "remote"     // sometime in 5 to 30 years
)

// Probabilities lists them, most frequent first.
var Probabilities = []Probability{Frequent, Occasional, Uncommon, Remote}

// Key is the catalogue key of the probability's name.
func (p Probability) Key() string { return "scale.sac_probability." + string(p) }

// sacMatrix has the severities in the order of SACSeverity. Probability matters
// only in the row "frequent".
var sacMatrix = map[Probability][4]string{
	Frequent:   {"3", "3", "2", "1"},
	Occasional: {"3", "2", "1", "1"},
	Uncommon:   {"3", "2", "1", "1"},
	Remote:     {"3", "2", "1", "1"},
}

// SACFor reads the matrix at a probability and a code of SACSeverity; ok is
// false when either is not in it.
func SACFor(p Probability, severity string) (g Graded, ok bool) {
	row, known := sacMatrix[p]
	if !known {
		return Ungraded(), false
	}
	for i, level := range SACSeverity.Levels {
		if level.Code == severity {
			return SAC.Grade(row[i])
		}
	}
	return Ungraded(), false
}

// Band is one colour of a risk matrix: it holds scores from From up to the next
// band.
type Band struct {
	From int
	Code string
	Key  string // catalogue key of its name
}

// Bands divide the scores 1 to 25, in ascending order. They are data because
// hospitals draw the lines differently.
type Bands []Band

// NPSABands are the bands as published: 1-3 low, 4-6 moderate, 8-12 high, 15-25
// extreme. Source: NPSA, A risk matrix for risk managers (2008).
var NPSABands = Bands{
	{1, "low", "scale.risk.low"},
	{4, "moderate", "scale.risk.moderate"},
	{8, "high", "scale.risk.high"},
	{15, "extreme", "scale.risk.extreme"},
}

// Of is the band a score falls in; ok is false below the first band.
func (b Bands) Of(score int) (band Band, ok bool) {
	for _, next := range b {
		if score < next.From {
			break
		}
		band, ok = next, true
	}
	return band, ok
}

// RiskScore is consequence times likelihood in the 5x5 matrix, each 1 to 5; ok
// is false outside of that.
func RiskScore(consequence, likelihood int) (score int, ok bool) {
	if consequence < 1 || consequence > 5 || likelihood < 1 || likelihood > 5 {
		return 0, false
	}
	return consequence * likelihood, true
}

// LikelihoodKey is the catalogue key of a likelihood: 1 rare (not for years),
// 2 unlikely (yearly), 3 possible (monthly), 4 likely (weekly), 5 almost certain
// (daily); empty outside of 1 to 5.
func LikelihoodKey(likelihood int) string {
	if likelihood < 1 || likelihood > 5 {
		return ""
	}
	name := [...]string{"rare", "unlikely", "possible", "likely", "almost_certain"}[likelihood-1]
	return "scale.risk_likelihood." + name
}
