package conversations

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"goodcatch/domain"
	"goodcatch/domain/gsm"
)

// wordsOf says what is wrong with one text in one language: it is missing, a value is, or it is longer than one SMS.
func wordsOf(c *Catalog, lang, key string, args domain.Args, sms bool) string {
	if _, there := c.keys[lang][key]; !there {
		return "is missing"
	}
	text := gsm.Plain(c.Say(voice(lang), key, args))
	if strings.Contains(text, "<no value>") || strings.Contains(text, "{{") {
		return "lacks a value: " + text
	}
	inEnglish := gsm.Segments(text).Encoding == gsm.UCS2 && gsm.Fits(c.Say(voice(Fallback), key, args)) // see Segment
	if sms && !gsm.Fits(text) && !inEnglish {
		return "is longer than one SMS: " + text
	}
	return ""
}

// termsOf checks that a value that is a word of the catalogue is in it.
func termsOf(c *Catalog, lang string, args domain.Args) string {
	for name, a := range args {
		if tag, key := a.Kind(); tag == 'k' && c.keys[lang][key] == "" {
			return name + " is " + key + ", which is missing"
		}
	}
	return ""
}

// askedWords returns what is wrong with a question where it is put.
func askedWords(c *Catalog, lang string, q Question, form bool) (faults []string) {
	add := func(what, fault string) {
		if fault != "" {
			faults = append(faults, what+" "+fault)
		}
	}
	switch {
	case !form:
		add(q.Key, wordsOf(c, lang, q.Key, q.Args, true))
	case c.Has(q.Key + ".label"):
		add(q.Key+".label", wordsOf(c, lang, q.Key+".label", q.Args, false))
	default: // a form then shows the words of the SMS
		add(q.Key, wordsOf(c, lang, q.Key, q.Args, false))
	}
	for _, o := range q.Options {
		add(q.ID+" option "+o.Value, termsOf(c, lang, domain.Args{"label": o.Label}))
		if c.Value(voice(lang), o.Label) == "" {
			add(q.ID+" option "+o.Value, "has no label")
		}
	}
	return faults
}

// faultsOf returns what is wrong with the words of one turn, in every language. What was looked at before is passed over.
func faultsOf(c *Catalog, v Visit, seen map[string]bool) (faults []string) {
	fresh := func(what ...any) bool {
		key := fmt.Sprint(what...)
		defer func() { seen[key] = true }()
		return !seen[key]
	}
	open := v.Open
	if !v.Form {
		open = open[:min(1, len(open))] // by SMS the first is put
	}
	for _, lang := range c.Languages() {
		for _, q := range open {
			if fresh(lang, v.Form, q) {
				faults = append(faults, askedWords(c, lang, q, v.Form)...)
			}
		}
		for _, l := range v.Shown {
			if !fresh(lang, l) {
				continue
			}
			if fault := wordsOf(c, lang, l.Key, l.Args, false) + termsOf(c, lang, l.Args); fault != "" {
				faults = append(faults, l.Key+" "+fault)
			}
		}
	}
	return faults
}

func TestEveryQuestionReachedHasItsWordsInEveryLanguage(t *testing.T) {
	t.Parallel()
	c := NewCatalog("https://quality.hospital.org")
	played, seen := map[string]int{}, map[string]bool{}
	for _, s := range scenes() {
		flow, ok := FlowNamed(s.flow)
		if !ok {
			t.Fatalf("no flow %s", s.flow)
		}
		for v := range flow.Walk(s.start, s.facts) {
			played[s.flow]++
			for _, f := range faultsOf(c, v, seen) {
				t.Errorf("%s: %s", s.flow, f)
			}
		}
	}
	for name := range Flows() {
		if played[name] == 0 {
			t.Errorf("%s is never played: add a scene", name)
		}
	}
	t.Logf("turns: %v", played)
}

func TestWalkReachesEveryBranch(t *testing.T) {
	t.Parallel()
	facts := stageFacts(5, stageRecord(domain.Incident, domain.New))
	var commands []domain.EnrichReport
	for v := range Enrich.Walk(StartRecord(7), facts) {
		if cmd, ok := v.Command.(domain.EnrichReport); ok && v.Done {
			commands = append(commands, cmd)
		}
	}
	if len(commands) < 2*6*6 {
		t.Errorf("%d ends, want those of danger, harm and category", len(commands))
	}
	for _, danger := range []domain.Answer{domain.Yes, domain.No} {
		for _, category := range domain.Categories[:domain.QuickCategories] {
			if !slices.ContainsFunc(commands, func(c domain.EnrichReport) bool { return c.Details.Danger == danger && c.Details.Category == category }) {
				t.Errorf("danger %s with %s is not reached", danger, category)
			}
		}
	}
}

func TestWalkIsBounded(t *testing.T) {
	t.Parallel()
	endless := Flow{Name: "endless", Run: func(c *Conv) domain.Command {
		for n := 0; ; n++ {
			if c.YesNo("q"+strings.Repeat("x", n)) == domain.Open {
				return nil
			}
		}
	}}
	turns := 0
	for range endless.Walk(nil, domain.Facts{}) {
		turns++
	}
	if turns != mostVisits {
		t.Errorf("%d turns", turns)
	}
	for range endless.Walk(nil, domain.Facts{}) {
		break // leaving early is fine
	}
}
