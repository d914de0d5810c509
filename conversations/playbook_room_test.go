package conversations

import (
	"maps"
	"strings"
	"testing"

	"goodcatch/domain"
	"goodcatch/domain/gsm"
)

// playbookLines are the free lines of a playbook: the texts each stands in, the value it is, and its rooms.
var playbookLines = map[string]struct {
	keys        []string
	value       string
	plain, wide int
}{
	"step":           {[]string{"run.step", "run.late", "run.help", "run.unreached"}, "text", domain.StepRoom, domain.StepRoomWide},
	"step of a ward": {[]string{"run.ward", "run.ward_late", "run.ward_help", "run.unreached"}, "text", domain.WardStepRoom, domain.WardStepRoomWide},
	"tell":           {[]string{"run.tell"}, "message", domain.TellRoom, domain.TellRoomWide},
	"inject":         {[]string{"run.inject"}, "text", domain.InjectRoom, domain.InjectRoomWide},
	"objective":      {[]string{"run.objective"}, "text", domain.ObjectiveRoom, domain.ObjectiveRoomWide},
}

// TestALineOfAPlaybookIsOneSegmentInEveryLanguage measures the rooms: so many letters of a line arrive whole, whatever its script and whatever
// the language around it; of a costly script not one more would.
func TestALineOfAPlaybookIsOneSegmentInEveryLanguage(t *testing.T) {
	c := NewCatalog("https://q.hosp.org")
	for name, line := range playbookLines {
		for letter, room := range map[string]int{"s": line.plain, "药": line.wide, "я": line.wide} {
			least, where := 200, ""
			for _, lang := range c.Languages() {
				for _, key := range line.keys {
					args := maps.Clone(longest)
					maps.Copy(args, longestIn(c, Fallback, key))
					if letter != "s" {
						args["title"] = longestRunWide["title"]
					}
					fits := room - 1
					for n := room; n < 140; n++ {
						args[line.value] = domain.Text(strings.Repeat(letter, n))
						if text := c.Segment(voice(lang), key, args); !gsm.Fits(text) || !strings.Contains(text, strings.Repeat(letter, n)) {
							break
						}
						fits = n
					}
					if fits < least {
						least, where = fits, lang+" "+key
					}
				}
			}
			if least < room {
				t.Errorf("%s of %s: there is no room for %d letters in %s", name, letter, room, where)
			}
			if letter != "s" && least > room+1 { // one more where the title is left out
				t.Errorf("%s of %s: there is room for %d letters, not only %d", name, letter, least, room)
			}
		}
	}
}

func TestAChineseStepIsReadInTheReadersOwnFrame(t *testing.T) {
	c := NewCatalog("")
	args := domain.Exercise.Headed(domain.Args{
		"bare": domain.Text("K7R"), "how": domain.Text("K7R"), "n": domain.Number(2), "of": domain.Number(7), "text": domain.Text("关闭进水区域的电源，告知本科"), "wards": domain.Text("4B"), "example": domain.Text("4B"),
	})
	for lang, want := range map[string][2]string{
		"en":    {"EXERCISE K7R 2: 关闭进水区域的电源，告知本科 K7R 1 ok 2 no 3 help", "EXERCISE K7R 4B: 关闭进水区域的电源，告知本科 1 ok 2 no 3 help"},
		"es":    {"SIMULACRO K7R 2: 关闭进水区域的电源，告知本科 K7R 1 ok 2 no 3 ayuda", "SIMULACRO K7R 4B: 关闭进水区域的电源，告知本科 1 ok 2 no 3 ayuda"},
		"fr":    {"EXERCICE K7R 2: 关闭进水区域的电源，告知本科 K7R 1 ok 2 non 3 aide", "EXERCICE K7R 4B: 关闭进水区域的电源，告知本科 1 ok 2 non 3 aide"},
		"zh-CN": {"演练 K7R第2/7步:关闭进水区域的电源，告知本科。K7R 1完成2不需3求助", "演练 K7R 4B:关闭进水区域的电源，告知本科。K7R 1完成2不需3求助"},
	} {
		if got := [2]string{c.Segment(voice(lang), "run.step", args), c.Segment(voice(lang), "run.ward", args)}; got != want {
			t.Errorf("%s: %q", lang, got)
		}
	}
}
