package conversations

import (
	"fmt"
	"strings"
	"testing"

	"goodcatch/domain"
	"goodcatch/domain/gsm"
)

// texted plays a flow text by text and returns the questions it put and the commands it gave.
func texted(f Flow, facts domain.Facts, said ...string) (asked []string, commands []domain.Command) {
	s := Session{Flow: f.Name, Start: StartRecord(7)}
	for _, text := range said {
		turn := f.Resume(s, facts)
		if turn.Done {
			return asked, commands
		}
		asked = append(asked, turn.Open[0].ID)
		turn = f.Reply(s, facts, text)
		s, commands = turn.Session, append(commands, turn.Command)
	}
	return asked, commands
}

func TestTriageByTextAsksWhatMattersAndEachAnswerCounts(t *testing.T) {
	t.Parallel()
	asked, commands := texted(Triage, stageFacts(6, stageRecord(domain.Incident, domain.Acknowledged)), "3", "2", "1", "1")
	if got := fmt.Sprint(asked); got != "[harm_second category state]" {
		t.Errorf("asked %s", got)
	}
	for i, cmd := range commands {
		got := cmd.(domain.Triage)
		if got.Harm == nil || got.Harm.Rank != 3 || got.Quiet != (i < 2) || i > 0 && got.Category != "fall" || i == 2 && got.State != domain.InReview {
			t.Errorf("after answer %d: %+v", i+1, got)
		}
	}
	nearMiss := stageRecord(domain.NearMiss, domain.InReview)
	nearMiss.Report.Category, nearMiss.Report.Actual = "fall", nil
	if asked, commands = texted(Triage, stageFacts(6, nearMiss), "3", "1"); fmt.Sprint(asked) != "[state]" || commands[0].(domain.Triage).State != domain.Duplicate {
		t.Errorf("a near miss whose reporter said what it was: %v %v", asked, commands)
	}
}

func TestOwnersFlowsAskNothingOfOthers(t *testing.T) {
	t.Parallel()
	for _, f := range []Flow{Triage, HandOver} {
		facts := stageFacts(8, stageRecord(domain.Incident, domain.Acknowledged))
		turn := f.Resume(Session{Flow: f.Name, Start: StartRecord(7)}, facts)
		if !turn.Done || turn.Command == nil {
			t.Fatalf("%s: %+v", f.Name, turn)
		}
		if _, err := turn.Command.Decide(facts); err != domain.ErrForbidden {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

// office is a hospital of many people who can take a record.
func office(name string, people int) domain.Facts {
	facts := stageFacts(6, stageRecord(domain.Incident, domain.Acknowledged))
	for i := range people {
		id := domain.PersonID(100 + i)
		facts.Org.People[id] = &domain.Person{ID: id, Name: fmt.Sprintf("%s %c", name, 'A'+i%26), Unit: "4B", Roles: []domain.Role{domain.Quality}, Active: true, Slack: domain.Address{ID: domain.AddressID(id)}}
	}
	return facts
}

func TestTheListOfPeopleFitsOneTextAndHasNoHoles(t *testing.T) {
	t.Parallel()
	c := NewCatalog("")
	for _, name := range []string{"Bo", strings.Repeat("M", 16), "王伟", "Łukasz Żółć", "{[]}", strings.Repeat("药", 16)} {
		turn := HandOver.Resume(Session{Flow: "hand_over", Start: StartRecord(7)}, office(name, 20))
		q := turn.Open[0]
		digits := 0
		for i, o := range q.Options {
			if o.Digit != "" && o.Digit != fmt.Sprint(i+1) {
				t.Errorf("%s: option %d has digit %s", name, i+1, o.Digit)
			} else if o.Digit != "" {
				digits++
			}
		}
		if digits == 0 || digits > mostListed {
			t.Errorf("%s: %d listed", name, digits)
		}
		for _, lang := range c.Languages() {
			if text := c.Segment(voice(lang), q.Key, q.Args); !gsm.Fits(text) || !strings.Contains(text, gsm.Plain(q.Args["list"].String())) && !strings.Contains(text, q.Args["list"].String()) {
				t.Errorf("%s: %s", lang, text)
			}
		}
	}
}

func TestHandOverTakesANumberOrAName(t *testing.T) {
	t.Parallel()
	facts := office("Sam Okafor", 3)
	facts.Org.People[101].Name = "Sara Diaz"
	for said, want := range map[string]domain.PersonID{"diaz": 101, "Dr Diaz": 101, "okafor": 0, "sam okafor c": 102, "nobody": 0, "9": 0} {
		turn := HandOver.Reply(Session{Flow: "hand_over", Start: StartRecord(7)}, facts, said)
		cmd, _ := turn.Command.(domain.HandOver)
		if cmd.To != want || (turn.Problem != nil) != (want == 0) {
			t.Errorf("%q: got %d, %v", said, cmd.To, turn.Problem)
		}
	}
	start := StartRecord(7)
	start["name"] = domain.Text("okafor")
	if turn := HandOver.Resume(Session{Flow: "hand_over", Start: start}, facts); len(turn.Open) != 1 || len(turn.Open[0].Options) != 2 {
		t.Errorf("a name that two have asks which: %+v", turn)
	}
}
