package importer

import (
	"context"
	"slices"
	"strings"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
)

type playbookFile struct {
	Code       word           `yaml:"code"`
	Title      word           `yaml:"title"`
	Scenario   word           `yaml:"scenario"`
	Objectives []word         `yaml:"objectives"`
	Steps      []playStepFile `yaml:"steps"`
	Injects    []injectFile   `yaml:"injects"`
}

type playStepFile struct {
	At          place  `yaml:"@"`
	Text        word   `yaml:"text"`
	Responsible word   `yaml:"responsible"`
	Accountable word   `yaml:"accountable"`
	Consulted   []word `yaml:"consulted"`
	Informed    []word `yaml:"informed"`
	After       count  `yaml:"after"`
	Within      span   `yaml:"within"`
	Tell        word   `yaml:"tell"`
	Each        word   `yaml:"each"`
}

type injectFile struct {
	Place place `yaml:"@"`
	At    span  `yaml:"at"`
	Text  word  `yaml:"text"`
}

// A Playbook is a playbook to keep.
type Playbook struct {
	domain.Playbook
	at place
}

// playbookFolder is where playbooks lie.
const playbookFolder = "playbooks"

// leastSteps is how many steps a playbook has: with fewer it is no plan.
const leastSteps = 2

// readPlaybooks reads playbooks/*.yaml.
func (r *reading) readPlaybooks() error {
	names, err := r.list(playbookFolder, ".yaml", ".yml")
	if err != nil {
		return err
	}
	first := map[string]string{}
	for _, name := range names {
		src, text, _, err := r.open(name)
		if err != nil {
			return err
		}
		var f playbookFile
		if !r.decode(src, 0, text, &f) {
			continue
		}
		p := r.playbook(f, place{file: src})
		if other, twice := first[p.Code]; twice {
			r.refuse(p.at, "playbook %s is in %s already.", p.Code, other)
		}
		first[p.Code] = name
		r.plan.Playbooks = append(r.plan.Playbooks, p)
	}
	return nil
}

func (r *reading) playbook(f playbookFile, whole place) Playbook {
	p := Playbook{at: or(f.Code.at, whole), Playbook: domain.Playbook{Code: r.code(f.Code, whole), Title: r.unmarked(f.Title, whole, "title", "what it is for", titleLine)}}
	p.Scenario = domain.Scenario(strings.ToLower(f.Scenario.value))
	if !slices.Contains(domain.Scenarios, p.Scenario) {
		r.refuse(or(f.Scenario.at, whole), "scenario %q is not known.%s", f.Scenario.value, didYouMean(string(p.Scenario), domain.Scenarios))
	}
	if len(f.Objectives) == 0 || len(f.Objectives) > domain.MostObjectives {
		r.refuse(whole, "objectives are 1 to %d lines: what an exercise is to show.", domain.MostObjectives)
	}
	for _, o := range f.Objectives {
		p.Objectives = append(p.Objectives, r.unmarked(o, whole, "objective", "what an exercise is to show", objectiveLine))
	}
	if len(f.Steps) < leastSteps || len(f.Steps) > domain.MostSteps {
		r.refuse(whole, "steps are %d to %d. Make two playbooks of a longer one.", leastSteps, domain.MostSteps)
	}
	for i, s := range f.Steps {
		p.Steps = append(p.Steps, r.playStep(s, i))
	}
	if len(f.Injects) > domain.MostInjects {
		r.refuse(f.Injects[domain.MostInjects].Place, "injects are %d at most.", domain.MostInjects)
	}
	last := time.Duration(-1)
	for _, i := range f.Injects {
		p.Injects = append(p.Injects, r.inject(i, &last))
	}
	return p
}

func (r *reading) playStep(f playStepFile, before int) domain.PlayStep {
	room := stepLine
	if f.Each.set {
		room = wardStepLine
	}
	s := domain.PlayStep{
		Text:        r.unmarked(f.Text, f.At, "text", "what is to be done", room),
		Responsible: r.station(f.Responsible, f.At, "responsible"), Accountable: r.station(f.Accountable, f.At, "accountable"),
		After: f.After.value, Within: f.Within.value, Tell: f.Tell.value,
	}
	for _, w := range f.Consulted {
		s.Consulted = append(s.Consulted, r.station(w, f.At, "consulted"))
	}
	for _, w := range f.Informed {
		s.Informed = append(s.Informed, r.station(w, f.At, "informed"))
	}
	if f.Each.set {
		s.Each = r.each(f.Each, s)
	}
	if f.After.set && (s.After < 1 || s.After > before) {
		r.refuse(f.After.at, "after is the number of a step above this one, 1 to %d. Without it the step is asked for at the start.", before)
	}
	if s.Within < time.Minute || s.Within > domain.LongestStep {
		r.refuse(or(f.Within.at, f.At), "within is 1m to 24h: when the step is late.")
	}
	switch {
	case f.Tell.set:
		r.unmarked(f.Tell, f.At, "tell", "what the informed are told", tellLine)
		if len(s.Informed) == 0 {
			r.refuse(f.Tell.at, "informed is missing: who is told this when the step is done.")
		}
	case len(s.Informed) > 0:
		r.refuse(f.At, "tell is missing: what the informed are told when the step is done.")
	}
	return s
}

func (r *reading) inject(f injectFile, last *time.Duration) domain.Inject {
	if f.At.value <= *last || f.At.value > domain.LongestTable {
		r.refuse(or(f.At.at, f.Place), "at is the time from the start, like 10m: later than the inject above, 8h at most.")
	}
	*last = f.At.value
	return domain.Inject{At: f.At.value, Text: r.unmarked(f.Text, f.Place, "text", "the news, with a question", injectLine)}
}

// station reads who is meant: a role, and the unit whose holder is asked first: manager ICU. One that nobody holds is worth a note.
func (r *reading) station(w word, whole place, key string) domain.Station {
	name, unit, _ := strings.Cut(w.value, " ")
	at := or(w.at, whole)
	if w.value == "" {
		r.refuse(at, "%s is missing: a role, with its unit where it is one unit's, like manager ICU.", key)
		return domain.Station{}
	}
	s := domain.Station{Role: r.role(strings.ToLower(name), at)}
	if unit = strings.TrimSpace(unit); unit != "" {
		s.Unit = r.unit(unit, at)
	}
	if s.Role != "" && len(r.after.Anyone(s.Role)) == 0 {
		r.warn(at, "nobody is %s: whoever is accountable will be asked, at last the quality office.", s.Role)
	}
	return s
}

// each reads which wards answer a step for themselves: ward, all of the house, or those within a unit.
func (r *reading) each(w word, s domain.PlayStep) domain.UnitCode {
	u := domain.EachWard
	if !strings.EqualFold(w.value, string(domain.EachWard)) {
		if u = domain.UnitCode(strings.ToUpper(w.value)); r.after.Units[u] == nil {
			r.refuse(w.at, "each is \"ward\", every ward of the house, or the code of a unit: every ward of that one.%s", didYouMean(w.value, append(r.unitCodes(), domain.EachWard)))
			return ""
		}
	}
	if s.Responsible.Unit != "" {
		r.refuse(w.at, "each asks the %s of every ward, responsible names that of %s alone. Leave one of them out.", s.Responsible.Role, s.Responsible.Unit)
	}
	s.Each = u
	wards := s.WardsIn(r.after)
	if len(wards) == 1 && wards[0] == u {
		r.refuse(w.at, "%s has no wards below it. Write responsible: %s %s, and no each.", u, s.Responsible.Role, u)
	}
	var bare []string
	for _, ward := range wards {
		if own := r.after.With(s.Responsible.Role, ward); len(own) == 0 || own[0].Unit != ward {
			bare = append(bare, string(ward))
		}
	}
	if len(bare) > 0 && len(r.after.Anyone(s.Responsible.Role)) > 0 { // else it is said of the role
		r.warn(w.at, "%d of %d wards have no %s of their own: %s. Who is on duty for them or next above them is asked, else who is accountable.", len(bare), len(wards), s.Responsible.Role, strings.Join(bare, ", "))
	}
	return u
}

// applyPlaybooks keeps each playbook that says something new. It returns those that did, with their versions.
func (p *Plan) applyPlaybooks(ctx context.Context, tx *store.Tx) (kept []domain.Playbook, err error) {
	for _, b := range p.Playbooks {
		change, err := publish(ctx, tx, b.at, b.Code, domain.ImportPlaybook{Playbook: b.Playbook})
		if err != nil {
			return kept, err
		}
		for _, e := range change.Entries {
			if saved, ok := e.(domain.SavedPlaybook); ok {
				kept = append(kept, saved.Playbook)
			}
		}
	}
	return kept, nil
}
