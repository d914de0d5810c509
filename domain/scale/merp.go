package scale

// Answer is a reply to a yes/no question, or none yet. The zero value is Open,
// so that "not asked" never reads as "no".
type Answer int8

const (
	Open Answer = iota
	No
	Yes
)

// MERPAnswers are the replies to the questions of the NCC MERP algorithm, in
// its order. Only those on the path taken are looked at.
type MERPAnswers struct {
	Error        Answer // did an actual error occur?
	Reached      Answer // did it reach the patient? An omission does.
	Harmed       Answer // was the patient harmed?
	Monitored    Answer // without harm: was monitoring or intervention needed?
	Died         Answer // did it contribute to, or result in, death?
	SustainLife  Answer // was intervention needed to sustain life?
	Permanent    Answer // was the harm permanent?
	Hospitalised Answer // was a stay in hospital begun or prolonged?
}

// MERPQuestion names one question, and is its catalogue key.
type MERPQuestion string

const (
	MERPError        MERPQuestion = "scale.merp.ask_error"
	MERPReached      MERPQuestion = "scale.merp.ask_reached"
	MERPHarmed       MERPQuestion = "scale.merp.ask_harmed"
	MERPMonitored    MERPQuestion = "scale.merp.ask_monitored"
	MERPDied         MERPQuestion = "scale.merp.ask_died"
	MERPSustainLife  MERPQuestion = "scale.merp.ask_sustain_life"
	MERPPermanent    MERPQuestion = "scale.merp.ask_permanent"
	MERPHospitalised MERPQuestion = "scale.merp.ask_hospitalised"
)

// merpTree is the algorithm: where an answer leads is a category, or another
// question when the category is empty.
var merpTree = []struct {
	question MERPQuestion
	answer   func(MERPAnswers) Answer
	yes, no  merpNext
}{
	{MERPError, func(a MERPAnswers) Answer { return a.Error }, merpNext{ask: 1}, merpNext{category: "A"}},
	{MERPReached, func(a MERPAnswers) Answer { return a.Reached }, merpNext{ask: 2}, merpNext{category: "B"}},
	{MERPHarmed, func(a MERPAnswers) Answer { return a.Harmed }, merpNext{ask: 4}, merpNext{ask: 3}},
	{MERPMonitored, func(a MERPAnswers) Answer { return a.Monitored }, merpNext{category: "D"}, merpNext{category: "C"}},
	{MERPDied, func(a MERPAnswers) Answer { return a.Died }, merpNext{category: "I"}, merpNext{ask: 5}},
	{MERPSustainLife, func(a MERPAnswers) Answer { return a.SustainLife }, merpNext{category: "H"}, merpNext{ask: 6}},
	{MERPPermanent, func(a MERPAnswers) Answer { return a.Permanent }, merpNext{category: "G"}, merpNext{ask: 7}},
	{MERPHospitalised, func(a MERPAnswers) Answer { return a.Hospitalised }, merpNext{category: "F"}, merpNext{category: "E"}},
}

type merpNext struct {
	category string
	ask      int // index into merpTree; always further down
}

// MERPCategory walks the algorithm. It returns the grading once the answers
// lead to one (ask is empty then), else the next question to ask.
// Source: NCC MERP Index for Categorizing Medication Errors, Algorithm (2001).
func MERPCategory(answers MERPAnswers) (grading Graded, ask MERPQuestion) {
	at := 0
	for {
		node := merpTree[at]
		var next merpNext
		switch node.answer(answers) {
		case Yes:
			next = node.yes
		case No:
			next = node.no
		default:
			return Ungraded(), node.question
		}
		if next.category != "" {
			grading, _ = MERP.Grade(next.category)
			return grading, ""
		}
		at = next.ask
	}
}
