package conversations

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"goodcatch/domain"
	"goodcatch/domain/gsm"
	"goodcatch/domain/words"
)

// longest are the longest plausible values: person 18, unit 14, title 24, change line 40 characters, link 32, a code of the fifth length.
var longest = domain.Args{
	"code": domain.Text("GOOD-K7R4"), "bare": domain.Text("K7R4"), "first": domain.Text("K7R4"), "codes": domain.Text("K7R4, Q9F4, T5W4"), "unit": domain.Text("ENDOSCOPY-EAST"),
	"owner": domain.Text(strings.Repeat("M", 18)), "by": domain.Text(strings.Repeat("M", 18)), "person": domain.Text(strings.Repeat("M", 18)),
	"at": domain.Moment(time.Date(2026, 12, 28, 22, 2, 0, 0, time.UTC)), "due": domain.Moment(time.Date(2026, 12, 28, 22, 2, 0, 0, time.UTC)), "emergency": domain.Text("22222"),
	"limit": domain.Number(90), "count": domain.Number(28), "level": domain.Number(4), "answer": domain.Text("1"), "letter": domain.Text("A"), "kind": domain.Term("kind.unsafe_condition"),
	"rank": domain.Term("rank.potential"), "state": domain.Term("state.needs_reporter"), "channel": domain.Term("channel.slack"), "languages": domain.Text("en, es, fr, zh-CN"),
	"learning": domain.Text(strings.Repeat("l", domain.LearningLimit)), "question": domain.Text(strings.Repeat("q", domain.QuestionLimit)),
	"owned": domain.Number(12), "overdue": domain.Number(10), "documents": domain.Number(12), "courses": domain.Number(4), "reports": domain.Text("INC-K7R4 " + "x"),
	"link": domain.Link("/s/Kd9X2mQw8a"), "title": domain.Text(strings.Repeat("T", 24)), "changed": domain.Text(strings.Repeat("c", 40)), "version": domain.Number(12), "doc": domain.Text("MED-114"), "hospital": domain.Text(strings.Repeat("H", 24)),
}

// inSlackOnly are prefixes of keys that are never an SMS of their own: words, labels, forms.
var inSlackOnly = regexp.MustCompile(`\.(slack|label)$|^(form|details|passage|kind|state|rank|scale|category|factor|answer|channel|reply|mask|time|span|weekday|month|language|slack|web|card\.\w+\.slack)\.?`)

func voice(lang string) Voice {
	return Voice{Language: lang, Zone: time.UTC, Now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)}
}

func TestEveryKeyHasItsWordsInEveryLanguage(t *testing.T) {
	c := NewCatalog("https://q.hosp.org")
	for _, lang := range c.Languages() {
		have := c.Keys(lang)
		for _, key := range c.Keys(Fallback) {
			if !slices.Contains(have, key) {
				t.Errorf("%s has no %s", lang, key)
			}
		}
		for _, key := range have {
			if !c.Has(key) {
				t.Errorf("%s has %s, which %s lacks", lang, key, Fallback)
			}
		}
	}
}

func TestEveryTextIsOneSegmentWithTheLongestValues(t *testing.T) {
	c := NewCatalog("https://quality.hospital.org")
	for _, lang := range c.Languages() {
		for _, key := range c.Keys(lang) {
			if inSlackOnly.MatchString(key) {
				continue
			}
			text := gsm.Plain(c.Say(voice(lang), key, longest))
			if n := gsm.Segments(text); n.Segments > 1 {
				t.Errorf("%s %s: %d units of %s: %s", lang, key, n.Units, n.Encoding, text)
			}
			if strings.Contains(text, "<no value>") {
				t.Errorf("%s %s: a value is missing: %s", lang, key, text)
			}
		}
	}
}

// asksFor finds where a text asks for a word to be sent. A lawful "STOP to opt out" or "Send STOP" is the carriers' own form.
var asksFor = regexp.MustCompile(`(?i)\b(?:reply|text|send|responda|envíe|envie)\s+"?(\pL+)`)

func TestNoTextAsksForAReservedWord(t *testing.T) {
	c := NewCatalog("https://q.hosp.org")
	for _, lang := range c.Languages() {
		for _, key := range c.Keys(lang) {
			for _, m := range asksFor.FindAllStringSubmatch(c.Say(voice(lang), key, longest), -1) {
				word := strings.ToUpper(m[1])
				if slices.Contains(words.Reserved(), word) && word != "STOP" && word != "START" {
					t.Errorf("%s %s asks for %s", lang, key, word)
				}
			}
		}
	}
}
