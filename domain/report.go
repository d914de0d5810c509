package domain

import (
	"slices"
	"time"

	"goodcatch/domain/scale"
)

// A Report is what differs for the kinds of record that staff report. Free text is not here: it is sealed in passages.
type Report struct {
	Reached      Answer        `json:"reached"` // did it reach the patient?
	Danger       Answer        `json:"danger"`  // is anyone in danger now?
	Actual       *scale.Graded `json:"actual,omitempty"`
	Potential    *scale.Graded `json:"potential,omitempty"`
	Second       *scale.Graded `json:"second,omitempty"` // the second grader's; the reporter's own stays in Actual
	SecondBy     PersonID      `json:"second_by,omitempty"`
	Category     string        `json:"category,omitempty"`
	Factors      []string      `json:"factors,omitempty"` // contributing factors
	Where        string        `json:"where,omitempty"`
	Burnt        bool          `json:"burnt,omitempty"`         // the way back to the hidden reporter was ended, by them or by time
	AboutManager bool          `json:"about_manager,omitempty"` // the unit's manager is not asked and does not see it
	Answers      int           `json:"answers,omitempty"`       // how many questions the reporter answered
	Masked       []string      `json:"masked,omitempty"`        // kinds of identifier that were taken out
	Channel      Channel       `json:"channel,omitempty"`
	Verified     bool          `json:"verified"` // the reporter was a linked phone or a matched Slack user
	Corrected    []string      `json:"corrected,omitempty"`
	Useful       Answer        `json:"useful"` // the reporter's verdict on the learning line
	Feedback     []Feedback    `json:"feedback,omitempty"`
	Document     string        `json:"document,omitempty"` // code of the procedure it is about: reviewed when a severe one closes
	Same         string        `json:"same,omitempty"`     // reference of the report this one duplicates
}

// A Feedback is one answer that reached the reporter. Modes after Benn 2009: A bounce back, B rapid response, C raise awareness,
// D inform of actions, E improve systems.
type Feedback struct {
	Mode string    `json:"mode"`
	At   time.Time `json:"at"`
	Days int       `json:"days"` // whole days since the report
}

// Categories are the event families offered, in order. The first six are the digits of the SMS question.
var Categories = []string{"medication", "fall", "equipment", "identity", "communication", "other", "infection", "pressure", "blood", "surgery", "perinatal", "thrombosis", "behaviour", "building"}

// QuickCategories is how many categories the SMS question offers.
const QuickCategories = 6

// Factors are the contributing factors of triage. Source: the Yorkshire Contributory Factors Framework, shortened.
var Factors = []string{"staffing", "workload", "handover", "training", "equipment", "environment", "procedure", "lookalike", "patient", "team", "interruption", "other"}

// Details are the optional answers of a report. An open field says nothing and changes nothing.
type Details struct {
	Danger    Answer        `json:"danger"`
	Reached   Answer        `json:"reached"`
	Harm      *scale.Graded `json:"harm,omitempty"`
	Potential Answer        `json:"potential"` // could it have killed or badly hurt?
	Category  string        `json:"category,omitempty"`
	Where     string        `json:"where,omitempty"` // a place within the unit, masked
	Unit      UnitCode      `json:"unit,omitempty"`
}

// PotentialSevere is the grade given when the reporter says that it could have killed or badly hurt.
var PotentialSevere = scale.Graded{Scheme: "goodcatch-potential", Version: "1", Code: "yes", Rank: 3}

// potential is the grade that an answer to "could it have killed or badly hurt?" stands for.
func potential(a Answer) *scale.Graded {
	g := PotentialSevere
	switch a {
	case Yes:
	case No:
		g.Code, g.Rank = a.String(), scale.None
	case Unsure:
		g.Code, g.Rank = a.String(), scale.Unknown
	default:
		return nil
	}
	return &g
}

// apply lays the answers over a record and returns the names of those that changed it.
func (d Details) apply(r *Record) (changed []string) {
	rep := r.Report
	set := func(name string, differs bool, do func()) {
		if differs {
			do()
			changed = append(changed, name)
		}
	}
	set("danger", d.Danger != Open && d.Danger != rep.Danger, func() { rep.Danger = d.Danger })
	set("reached", d.Reached != Open && d.Reached != rep.Reached, func() { rep.Reached = d.Reached })
	set("harm", d.Harm != nil && !sameGrade(d.Harm, rep.Actual), func() { rep.Actual = d.Harm })
	might := potential(d.Potential)
	set("potential", might != nil && (rep.Potential == nil || might.Rank > rep.Potential.Rank), func() { rep.Potential = might })
	set("category", d.Category != "" && d.Category != rep.Category, func() { rep.Category = d.Category })
	set("where", d.Where != "" && d.Where != rep.Where, func() { rep.Where = d.Where })
	set("unit", d.Unit != "" && d.Unit != r.Unit, func() { r.Unit = d.Unit })
	if rep.Actual != nil && rep.Actual.Rank > 0 && rep.Reached == Open {
		rep.Reached = Yes
	}
	r.Kind = KindFrom(r.Kind, rep.Reached, rep.Actual)
	return changed
}

func sameGrade(a, b *scale.Graded) bool { return a == b || a != nil && b != nil && *a == *b }

// KindFrom derives the kind from the two facts: did it reach the patient, and was there harm? What was stated first stays where they say nothing.
func KindFrom(stated Kind, reached Answer, harm *scale.Graded) Kind {
	harmed := harm != nil && harm.Rank > 0
	switch {
	case stated == NearMiss && (reached == Yes || harmed):
		return Incident
	case stated == Incident && reached == No && !harmed:
		return NearMiss
	case stated == UnsafeCondition && harmed:
		return Incident
	default:
		return stated
	}
}

// Classification is the finer AHRQ and ICPS term for a report, for lists and exports.
func (r *Record) Classification() string {
	if r.Kind != Incident || r.Report == nil {
		return string(r.Kind)
	}
	grade := r.Report.Grade()
	switch {
	case grade == nil || grade.Rank == scale.Unknown:
		return string(Incident)
	case grade.Rank == 0:
		return "no_harm_incident"
	case grade.Rank >= 3:
		return "sentinel_event"
	default:
		return "adverse_event"
	}
}

// Grade is the actual harm that counts: the second grader's, else the reporter's.
func (rep *Report) Grade() *scale.Graded {
	if rep.Second != nil {
		return rep.Second
	}
	return rep.Actual
}

// routingRank is the rank that routes: the worse of actual and potential; somebody in danger now counts as severe; an incident whose
// harm is not known counts as mild. Source: DoD practice of taking the worse of actual and potential SAC.
func routingRank(r *Record) scale.Rank {
	rank := scale.Rank(0)
	if r.Kind == Incident || r.Kind == UnsafeCondition {
		rank = 1
	}
	if g := r.Report.Grade(); g != nil && g.Rank != scale.Unknown {
		rank = g.Rank
	}
	if p := r.Report.Potential; p != nil && p.Rank > rank {
		rank = p.Rank
	}
	if r.Report.Danger == Yes && rank < 3 {
		rank = 3
	}
	return rank
}

// FileReport makes a record of what somebody saw. It always succeeds: a report is never refused for what it lacks.
type FileReport struct {
	Kind         Kind
	Text         string // masked
	Masked       []string
	Unit         UnitCode // empty: the reporter's own, else the root
	Hidden       bool
	AboutManager bool
	Form         bool // all questions were put already; none follow
	Received     time.Time
	Details      Details
}

// CommandName is not registered: reports are never stored as commands, because they carry text.
func (FileReport) CommandName() string { return "file_report@1" }

// Needs a new record.
func (FileReport) Needs() Needs { return Needs{Create: 1} }

// Decide files the report, answers the reporter and puts the first level of the ladder to work.
func (c FileReport) Decide(f Facts) (Change, error) {
	created := f.Now
	if !c.Received.IsZero() {
		created = c.Received
	}
	r := &Record{
		ID: f.IDs[0], Ref: f.Refs[0], Code: f.Codes[0], Kind: c.Kind, State: New, Unit: c.unit(f), CreatedAt: created,
		Reporter: f.Actor.Person, From: f.Actor.Address, Hidden: c.Hidden,
		Report: &Report{AboutManager: c.AboutManager, Masked: c.Masked, Channel: f.Actor.Channel, Verified: f.Actor.Level >= A1},
	}
	if c.Kind == NearMiss {
		r.Report.Reached = No
	} else if c.Kind == Incident {
		r.Report.Reached = Yes
	} else if c.Kind == Equipment {
		r.Report.Category = "equipment"
	}
	c.Details.apply(r)
	r.Rank = routingRank(r)
	change := Change{
		Records:  []*Record{r},
		Passages: []Passage{{Record: r.ID, Kind: Narrative, Author: "reporter", At: created, Text: c.Text}},
		Events:   []Event{{Record: r.ID, Name: "reported", Data: map[string]string{"kind": string(r.Kind), "unit": string(r.Unit), "channel": string(f.Actor.Channel)}}},
	}
	if c.Hidden {
		r.Reporter, r.From = 0, 0
		change.Entries = append(change.Entries, ReplyChannel{Record: r.ID, Address: f.Actor.Address, Expires: f.Now.Add(f.Org.Settings.Retention.Kept().HiddenChannel)})
	}
	inForm := c.Hidden && c.Form && f.Actor.Channel == Slack // Slack keeps direct messages: there the form itself is the receipt
	if !inForm {
		change.Notices = append(change.Notices, c.receipt(r, f))
	}
	if len(c.Masked) > 0 && !inForm {
		change.Notices = append(change.Notices, Notice{
			ID: r.ID.notice("masked"), To: r.reporter(f.Actor), Topic: "masked", Subject: r.ID.Subject(), Key: "receipt.masked",
			Args: Args{"code": Text(r.Name()), "count": Number(len(c.Masked))}, Urgency: Prompt, Class: Once,
		})
	}
	r.Report.feedback("A", f.Now, created)
	startLadder(&change, r, f)
	return change, nil
}

func (c FileReport) unit(f Facts) UnitCode {
	for _, u := range []UnitCode{c.Details.Unit, c.Unit} {
		if f.Org.Units[u] != nil {
			return u
		}
	}
	if p := f.Org.People[f.Actor.Person]; p != nil && f.Org.Units[p.Unit] != nil {
		return p.Unit
	}
	return f.Org.Root()
}

// receipt says saved, with code, time and unit, before anything else.
func (c FileReport) receipt(r *Record, f Facts) Notice {
	args := Args{"code": Text(r.Name()), "bare": Text(string(r.Code)), "at": Moment(r.CreatedAt), "unit": Text(string(r.Unit)), "emergency": Text(f.Org.Emergency)}
	n := Notice{
		ID: r.ID.notice("receipt"), To: r.reporter(f.Actor), Topic: "receipt", Subject: r.ID.Subject(), Args: args, Urgency: Prompt, Class: Once,
		Key: "receipt." + string(c.Kind),
	}
	if c.Kind == Incident && !c.Form {
		n.Ask = &Ask{Flow: "enrich", Start: Args{"record": recordArg(r.ID)}, Question: "danger"}
		if f.Actor.Channel == Slack {
			n.Replies = AnswerReplies("enrich", n.Ask.Start, "danger", Yes, No)
		}
	} else if asksMore(c.Kind) && !c.Form {
		n.Ask = &Ask{Flow: "enrich", Start: Args{"record": recordArg(r.ID)}}
	}
	if c.Form && c.Kind == Incident {
		n.Key = "receipt.incident_form"
	}
	if c.AboutManager && c.Kind != Incident { // whose receipt speaks of no manager
		n.Key = "receipt.about_manager"
	}
	return n
}

// asksMore reports whether optional questions follow a report of this kind.
func asksMore(k Kind) bool { return k != Unsorted && k != GoodCare }

func (rep *Report) feedback(mode string, now, created time.Time) {
	rep.Feedback = append(slices.Clone(rep.Feedback), Feedback{Mode: mode, At: now, Days: int(now.Sub(created) / (24 * time.Hour))})
}
