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
