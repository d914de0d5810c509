package conversations

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"goodcatch/domain"
	"goodcatch/domain/gsm"
	"goodcatch/domain/words"
)

// longest are the longest plausible values: person 18, unit 14, title 24, change line 40 characters, link 32, a code of the fifth length.
var longest = domain.Args{
	"code": domain.Text("GOOD-K7R4"), "bare": domain.Text("K7R4"), "first": domain.Text("K7R4"), "codes": domain.Text("K7R4, Q9F4, T5W4"), "unit": domain.Text("ENDOSCOPY-EAST"),
	"owner": domain.Text(strings.Repeat("M", 18)), "by": domain.Text(strings.Repeat("M", 18)), "person": domain.Text(strings.Repeat("M", 18)), "for": domain.Text(strings.Repeat("M", 18)), "name": domain.Text(strings.Repeat("M", 18)),
	"from": domain.Day(time.Date(2026, 12, 28, 22, 2, 0, 0, time.UTC)), "until": domain.Day(time.Date(2026, 12, 28, 22, 2, 0, 0, time.UTC)),
	"at": domain.Moment(time.Date(2026, 12, 28, 22, 2, 0, 0, time.UTC)), "due": domain.Moment(time.Date(2026, 12, 28, 22, 2, 0, 0, time.UTC)), "emergency": domain.Text("22222"),
	"limit": domain.Number(90), "count": domain.Number(28), "level": domain.Number(4), "answer": domain.Text("1"), "letter": domain.Text("A"), "kind": domain.Term("kind.unsafe_condition"),
	"rank": domain.Term("rank.potential"), "state": domain.Term("state.needs_reporter"), "channel": domain.Term("channel.slack"), "languages": domain.Text("en, es, fr, zh-CN"),
	"learning": domain.Text(strings.Repeat("l", domain.LearningLimit)), "question": domain.Text(strings.Repeat("q", domain.QuestionLimit)),
	"owned": domain.Number(12), "overdue": domain.Number(10), "documents": domain.Number(12), "courses": domain.Number(4), "reports": domain.Text("INC-K7R4 " + "x"),
	"list": domain.Text(strings.Repeat("p", listRoom)), "link": domain.Link("/s/Kd9X2mQw8a"), "title": domain.Text(strings.Repeat("T", 24)), "changed": domain.Text(strings.Repeat("c", 40)), "version": domain.Number(12), "doc": domain.Text("MED-114"), "hospital": domain.Text(strings.Repeat("H", 24)),
	"after": domain.Span(45 * time.Minute), "n": domain.Number(4), "of": domain.Number(4), "word": domain.Text("pineapple"), "meaning": domain.Term("signature.digest_meaning"), "receipt": domain.Text("H4D2-2PKX"),
	"signed": domain.Number(4999), "total": domain.Number(5000), "read": domain.Number(999), "waiting": domain.Number(999), "away": domain.Number(999), "unreached": domain.Number(999), "late": domain.Number(999), "again": domain.Number(999),
	"about": domain.Text(strings.Repeat("A", domain.AlertTitleRoom)), "action": domain.Text(strings.Repeat("d", domain.AlertActionRoom)), "wards": domain.Text("ENDOSCOPY-EAST +12"), "example": domain.Text("ENDOSCOPY-EAST"),
	"none": domain.Number(200), "some": domain.Number(200), "missing": domain.Number(200), "nones": domain.Text("4A, 4B"), "somes": domain.Text("4A: *3*"), "missings": domain.Text("-"),
}

// longestWide are the free lines as a Chinese frame carries them, a third of what a Latin one does: domain.Textable and
// domain.DocumentVersion.Check allow no more of them in Chinese. Longer Latin lines are said in English: see Segment.
var longestWide = domain.Args{
	"learning": domain.Text(strings.Repeat("药", domain.LearningLimit/3)), "question": domain.Text(strings.Repeat("药", domain.QuestionLimit/3)),
	"list": domain.Text(strings.Repeat("药", costlyRoom)), "asked": domain.Text(strings.Repeat("药", 40)), "solution": domain.Text(strings.Repeat("药", 26)), "text": domain.Text(strings.Repeat("药", 26)),
	"about": domain.Text(strings.Repeat("药", domain.AlertTitleRoom/3)), "action": domain.Text(strings.Repeat("药", domain.AlertActionRoom/3)),
	"why": domain.Text(strings.Repeat("w", domain.ExplanationRoom/3)), "doc": domain.Text("MED-114-AB"),
	"a": domain.Text("Falls"), "b": domain.Text("Hand gel"), "c": domain.Text("Sepsis"), "d": domain.Text("Insulin"),
}

// longestCall are the longest values of a roll-call in a house of a hundred thousand, with the longer of the modes.
var longestCall = func() domain.Args {
	args := domain.Args{
		"people": domain.Number(99999), "texts": domain.Number(99999), "takes": domain.Span(119 * time.Minute), "rate": domain.Number(1000), "asked": domain.Number(99999), "answered": domain.Number(99999),
		"share": domain.Number(100), "missing": domain.Number(99999), "volunteers": domain.Number(9999), "unable": domain.Number(999), "median": domain.Span(119 * time.Minute),
		"words": domain.Term("rollcall_answer.4"), "standing": domain.Term("rollcall_state.running"), "link": domain.Link("/r/Kd9X2mQw8a"), "away": domain.Number(9999), "tried": domain.Number(9999),
		"point": domain.Text(strings.Repeat("P", domain.MusterRoom)), "names": domain.Text("Ana Silva (4B)"),
	}
	for n := 1; n <= domain.CallAnswers; n++ {
		args[fmt.Sprintf("n%d", n)] = domain.Number(9999)
	}
	return domain.Exercise.Headed(args)
}()

// longestRun are the longest values of a run of a playbook, with the longer of the modes.
var longestRun = domain.Exercise.Headed(domain.Args{
	"n": domain.Number(domain.MostSteps), "of": domain.Number(domain.MostSteps), "text": domain.Text(strings.Repeat("s", domain.StepRoom)), "message": domain.Text(strings.Repeat("m", domain.TellRoom)),
	"how": domain.Text("K7R4 12"), "list": domain.Text("1, 2, 3, 4, 5, 6"), "steps": domain.Number(domain.MostSteps), "people": domain.Number(999), "done": domain.Number(domain.MostSteps),
	"late": domain.Number(domain.MostSteps), "help": domain.Number(domain.MostSteps), "standing": domain.Term("rollcall_state.running"), "words": domain.Term("run_answer.2"), "version": domain.Number(99),
	"takes": domain.Span(8 * time.Hour), "met": domain.Number(6), "partly": domain.Number(6), "missed": domain.Number(6), "lines": domain.Text("1. Shut the taps"), "station": domain.Text("manager ENDOSCOPY-EAST"),
	"all": domain.Text("ENDOSCOPY-EAST"), "keys": domain.Term("run_keys.press"),
})

// longestRunWide are the lines of a run as a Chinese frame carries them.
var longestRunWide = domain.Args{"text": domain.Text(strings.Repeat("药", domain.WardStepRoomWide)), "message": domain.Text(strings.Repeat("药", domain.TellRoomWide)), "title": domain.Text(strings.Repeat("药", 8)), "person": domain.Text(strings.Repeat("药", 6))}

// longestRecovery are the longest values of a disruption, with the longer of the modes.
var longestRecovery = domain.Exercise.Headed(domain.Args{
	"what": domain.Text(strings.Repeat("M", domain.ActivityRoom)), "standing": domain.Term("recovery_state.degraded"), "rto": domain.Span(30 * 24 * time.Hour), "mtpd": domain.Span(domain.LongestMTPD), "took": domain.Span(119 * time.Minute),
	"each": domain.Text("THEAT "), "rows": domain.Rows(nil), "activity": domain.Text("THEAT"), "example": domain.Text("THEAT"), "down": domain.Number(200), "degraded": domain.Number(200), "restored": domain.Number(200), "late": domain.Number(200),
	"link": domain.Link("/v/Kd9X2mQw8a"), "of": domain.Number(200), "count": domain.Number(200), "about": domain.Text(strings.Repeat("T", domain.TitleRoom)), "staff": domain.Number(12),
	"wards": domain.Text("ENDOSCOPY-EAST +12"),
})

// longestIn are the longest values in a language: its longest words of each list, and of the months. What is due of documents and tests is a day.
func longestIn(c *Catalog, lang, key string) domain.Args {
	v, args := voice(lang), maps.Clone(longest)
	if gsm.Segments(gsm.Plain(c.Say(v, "say.help", nil))).Encoding == gsm.UCS2 {
		maps.Copy(args, longestWide)
	}
	due := domain.Moment
	if strings.HasPrefix(key, "doc.") || strings.HasPrefix(key, "quiz.") || strings.HasPrefix(key, "control.") || strings.HasPrefix(key, "campaign.") || strings.HasPrefix(key, "signature.new") || strings.HasPrefix(key, "signature.remind") {
		due = domain.Day
	}
	if strings.HasPrefix(key, "swap.") || strings.HasPrefix(key, "form.swap") {
		at := time.Date(2026, 12, 28, 22, 2, 0, 0, time.UTC)
		maps.Copy(args, domain.Args{"from": domain.DayTime(at), "until": domain.DayTime(at), "back_from": domain.DayTime(at), "back_until": domain.DayTime(at)})
		args["role"], args["back_role"], args["back_unit"] = domain.Term("holder.biomed"), domain.Term("holder.biomed"), args["unit"]
	}
	longer := func(name string, a domain.Arg) {
		if utf8.RuneCountInString(c.Value(v, a)) > utf8.RuneCountInString(c.Value(v, args[name])) {
			args[name] = a
		}
	}
	if !strings.HasPrefix(key, "signature.digest") {
		args["meaning"] = domain.Term("signature.meaning")
	}
	if strings.HasPrefix(key, "rollcall.") || strings.HasPrefix(key, "problem.ring_") {
		maps.Copy(args, longestCall)
	}
	if strings.HasPrefix(key, "drill.") {
		args["drill"], args["how"], args["last"], due = domain.Term("drill_kind.communications"), domain.Term("drill_how.communications"), domain.Day(time.Date(2026, 12, 28, 22, 2, 0, 0, time.UTC)), domain.Day
	}
	if strings.HasPrefix(key, "run.") {
		maps.Copy(args, longestRun)
		if strings.HasPrefix(key, "run.ward") {
			args["text"] = domain.Text(strings.Repeat("s", domain.WardStepRoom))
		}
		switch key {
		case "run.inject":
			args["text"] = domain.Text(strings.Repeat("i", domain.InjectRoom))
		case "run.objective":
			args["text"], args["n"], args["of"] = domain.Text(strings.Repeat("o", domain.ObjectiveRoom)), domain.Number(domain.MostObjectives), domain.Number(domain.MostObjectives)
		case "run.inject_noted", "run.inject_answered":
			args["words"] = domain.Term("answer.unsure")
		}
		if gsm.Segments(gsm.Plain(c.Say(v, "say.help", nil))).Encoding == gsm.UCS2 {
			maps.Copy(args, longestRunWide)
		}
	}
	if strings.HasPrefix(key, "ward.") {
		maps.Copy(args, domain.Args{"colour": domain.Term("colour.amber"), "green": domain.Number(200), "amber": domain.Number(200), "red": domain.Number(200), "rows": domain.Rows(nil)})
	}
	if strings.HasPrefix(key, "recovery.") || strings.HasPrefix(key, "row.recovery") || strings.HasPrefix(key, "problem.recovery") {
		maps.Copy(args, longestRecovery)
		at := domain.Moment(time.Date(2026, 12, 28, 22, 2, 0, 0, time.UTC))
		switch key {
		case "recovery.wards":
			args["example"] = domain.Text("ENDOSCOPY-EAST")
		case "recovery.over":
			args["by"] = at
		case "recovery.board":
			args["standing"] = domain.Term("recovery_standing.closed")
		}
	}
	if key == "signature.digest" && lang != "zh-CN" {
		args["text"] = domain.Text(strings.Repeat("t", 140))
	}
	if strings.HasSuffix(key, ".page") { // the longest links
		args["link"] = domain.Link("/console/Kd9X2mQw8aKd9X2mQw8a")
	}
	args["due"] = due(time.Date(2026, 12, 28, 22, 2, 0, 0, time.UTC))
	for month := range time.Month(12) {
		at := time.Date(2027, month+1, 28, 22, 2, 0, 0, time.UTC)
		longer("at", domain.Moment(at))
		longer("due", due(at))
	}
	for _, term := range c.Keys(lang) {
		switch list, _, _ := strings.Cut(term, "."); list {
		case "kind", "rank", "state", "stage":
			longer(list, domain.Term(term))
		case "vital":
			longer("part", domain.Term(term))
		}
	}
	return args
}

// inSlackOnly are prefixes of keys that are never an SMS of their own: words, labels, forms.
var inSlackOnly = regexp.MustCompile(`\.(slack|label|voice)$|^(voice|form|details|passage|kind|state|rank|scale|category|factor|stage|cause|holder|silence|told|provider_do|provider_for|answer|list|channel|reply|mask|time|span|weekday|month|language|slack|vital|web|row|colour|run_keys|recovery_state|recovery_standing|recovery_by|card\.\w+\.slack)\.?`)

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
			if inSlackOnly.MatchString(key) || strings.HasSuffix(key, ".short") {
				continue
			}
			text := gsm.Plain(c.Say(voice(lang), key, longestIn(c, lang, key)))
			if n := gsm.Segments(text); n.Segments > 1 {
				t.Errorf("%s %s: %d units of %s: %s", lang, key, n.Units, n.Encoding, text)
			}
			if strings.Contains(strings.ReplaceAll(text, "...", ""), "..") {
				t.Errorf("%s %s: two stops: %s", lang, key, text)
			}
			if strings.Contains(text, "<no value>") {
				t.Errorf("%s %s: a value is missing: %s", lang, key, text)
			}
		}
	}
}

func TestALongLatinLineIsNeitherCutNorDearInAnyLanguage(t *testing.T) {
	c := NewCatalog("https://quality.hospital.org")
	for _, lang := range c.Languages() {
		for _, key := range c.Keys(lang) {
			if inSlackOnly.MatchString(key) || strings.HasSuffix(key, ".short") {
				continue
			}
			args := longest
			if strings.HasPrefix(key, "rollcall.") || strings.HasPrefix(key, "run.") || strings.Contains(key, "recovery") {
				args = longestIn(c, Fallback, key)
			}
			text := c.Segment(voice(lang), key, args)
			if own, english := gsm.Plain(c.Say(voice(lang), key, args)), gsm.Plain(c.Say(voice(Fallback), key, args)); text != own && text != english || !gsm.Fits(text) {
				t.Errorf("%s %s: %s", lang, key, text)
			}
		}
	}
	if got := c.Segment(voice("zh-CN"), "feedback.closed", domain.Args{"code": domain.Text("NM-K7R"), "learning": domain.Text("药柜已重新标识。"), "count": domain.Number(6)}); !strings.Contains(got, "6天结案") {
		t.Errorf("a Chinese line in a Chinese frame: %s", got)
	}
	if got := c.Segment(voice("es"), "feedback.owned", domain.Args{"code": domain.Text("NM-K7R"), "owner": domain.Text(strings.Repeat("M", 150))}); !gsm.Fits(got) || !strings.Contains(got, "tiene su aviso NM-K7R") {
		t.Errorf("an overlong name in a Spanish frame is clipped, in Spanish: %s", got)
	}
}

// Source: Slack reference, views and block elements: a view's title, submit and close 24 characters, a button 75.
func TestWordsOfFormsFitTheirPlaces(t *testing.T) {
	c := NewCatalog("")
	ofView := regexp.MustCompile(`^form\.\w+\.(title|submit)$|^slack\.(form|submit|close|cancel)$|^reply\.`)
	for _, lang := range c.Languages() {
		for _, key := range c.Keys(lang) {
			if text := c.Say(voice(lang), key, longest); ofView.MatchString(key) && utf8.RuneCountInString(text) > 24 {
				t.Errorf("%s %s: %s", lang, key, text)
			}
		}
	}
}

func TestLanguagesAreFoundByTagAndName(t *testing.T) {
	c := NewCatalog("")
	if got := c.Languages(); !slices.Equal(got, []string{"en", "es", "fr", "zh-CN"}) {
		t.Errorf("languages are %v", got)
	}
	for name, want := range map[string]string{
		"zh-CN": "zh-CN", "zh-cn": "zh-CN", "zh": "zh-CN", "zh-Hans-SG": "zh-CN", "中文": "zh-CN", "chinese": "zh-CN", "fr": "fr", "fr-CA": "fr", "français": "fr", "Francais": "fr", "FRENCH": "fr",
		"espanol": "es", "es-MX": "es", "English": "en", "en-GB": "en", "zh-TW": "", "klingon": "", "": "", "de": "",
	} {
		if got, ok := c.Named(name); got != want || ok != (want != "") {
			t.Errorf("%q: got %q", name, got)
		}
	}
}

func TestMomentsAreWrittenAsTheLanguageWritesThem(t *testing.T) {
	c, at := NewCatalog(""), time.Date(2026, 12, 5, 14, 2, 0, 0, time.UTC)
	for lang, want := range map[string][2]string{"en": {"5 Dec 14:02", "Sat 5 Dec"}, "fr": {"5 déc. 14:02", "sam. 5 déc."}, "zh-CN": {"12月5日 14:02", "12月5日周六"}} {
		if got := [2]string{c.Value(voice(lang), domain.Moment(at)), c.Value(voice(lang), domain.Day(at))}; got != want {
			t.Errorf("%s: got %v, want %v", lang, got, want)
		}
	}
	for lang, want := range map[string]string{"en": "21 Oct 2029", "zh-CN": "2029年10月21日"} {
		if got := c.Value(voice(lang), domain.FarDay(time.Date(2029, 10, 21, 12, 0, 0, 0, time.UTC))); got != want {
			t.Errorf("%s, far: got %s, want %s", lang, got, want)
		}
	}
	for count, want := range []string{"0 jour", "1 jour", "2 jours"} {
		if got := c.Say(voice("fr"), "span.day", domain.Args{"count": domain.Number(count)}); got != want {
			t.Errorf("got %s, want "+strconv.Quote(want), got)
		}
	}
}

// asksFor finds where a text asks for a word to be sent. A lawful "STOP to opt out" or "Send STOP" is the carriers' own form.
var asksFor = regexp.MustCompile(`(?i)(?:\b(?:reply|text|send|responda|envíe|envie|répondez|envoyez|tapez)\s+|(?:回复|回|发送|发)\s*)["“]?(\pL+)`)

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
