package conversations

import (
	"strings"
	"testing"

	"goodcatch/domain"
	"goodcatch/domain/gsm"
	"goodcatch/domain/scale"
)

// The longest values of texts about the life of documents.
func init() {
	longest["stage"], longest["docs"], longest["topic"], longest["topics"] = domain.Term("stage.superseded"), domain.Text("MED-114, IC-04"), domain.Text("sepsis"), domain.Text("sepsis, falls")
}

// controlFacts are those of a person who looks at a version: 5 is a stranger to it, 6 its owner, 7 the quality office, 8 its reviewer.
func controlFacts(person domain.PersonID, state domain.VersionState) domain.Facts {
	f := stageFacts(person, nil)
	v := &domain.DocumentVersion{
		ID: 3, Code: "MED-114", Number: 12, Title: strings.Repeat("T", 24), Changed: strings.Repeat("c", 40), Owner: 6, Body: "# Gel\n\nAlways.", State: state, Handle: "K7R4", Hash: "abc",
		Reviewers: []domain.PersonID{7, 8}, EffectiveOn: stage, PublishedAt: stage, ReviewAt: stage,
	}
	f.Version, f.History = v, []*domain.DocumentVersion{v}
	f.Decided = []domain.Decision{{Version: 3, What: domain.Submitted, Hash: "abc", At: stage}, {Version: 3, What: domain.ApprovedBy, Person: 7, Hash: "abc", At: stage}}
	return f
}

func controlScenes() []scene {
	var all []scene
	for _, flow := range []string{"return_document", "read_draft"} {
		for _, person := range []domain.PersonID{5, 8} {
			all = append(all, scene{flow, StartVersion(3), controlFacts(person, domain.InApproval)})
		}
	}
	severe := stageFacts(6, stageRecord(domain.Incident, domain.Acknowledged))
	severe.Record.Rank, severe.InForce = scale.Severe, []*domain.DocumentVersion{controlFacts(6, domain.Effective).Version}
	linked := severe
	linked.Record = severe.Record.Clone()
	linked.Record.Report.Document = "MED-114"
	return append(all, scene{"triage", StartRecord(7), severe}, scene{"triage", StartRecord(7), linked})
}

func TestOnlyThoseConcernedReadADraftOrReturnIt(t *testing.T) {
	t.Parallel()
	for person, concerned := range map[domain.PersonID]bool{5: false, 6: true, 7: true, 8: true} {
		for _, flow := range []Flow{ReturnDocument, ReadDraft} {
			turn := flow.AsForm(Session{Flow: flow.Name, Start: StartVersion(3)}, controlFacts(person, domain.InApproval))
			if got := len(turn.Shown) > 0; got != concerned {
				t.Errorf("person %d, %s: shown %v", person, flow.Name, turn.Shown)
			}
		}
	}
}

func TestADraftShowsWhoHasApprovedIt(t *testing.T) {
	t.Parallel()
	turn := ReadDraft.AsForm(Session{Flow: "read_draft", Start: StartVersion(3)}, controlFacts(8, domain.InApproval))
	if len(turn.Shown) != 3 || turn.Shown[1].Key != "form.draft.approved" || turn.Shown[2].Args["text"] != domain.Text("Gel\n\nAlways.") {
		t.Errorf("shown %+v", turn.Shown)
	}
}

func TestStandingIsSaidAtEveryStage(t *testing.T) {
	t.Parallel()
	c := NewCatalog("https://quality.hospital.org")
	for _, s := range []domain.VersionState{domain.Draft, domain.InApproval, domain.Approved, domain.Effective, domain.Superseded, domain.Retired} {
		f := controlFacts(8, s)
		key, args := domain.StandingOf(f, f.Version)
		for _, lang := range c.Languages() {
			if fault := wordsOf(c, lang, key, args, true) + termsOf(c, lang, args); fault != "" {
				t.Errorf("%s %s %s", lang, key, fault)
			}
		}
	}
}

func TestTextsAboutADocumentThatIsOverdueForReviewSaySo(t *testing.T) {
	t.Parallel()
	c := NewCatalog("https://quality.hospital.org")
	late, early := domain.Day(voice("en").Now.AddDate(0, 0, -1)), domain.Day(voice("en").Now.AddDate(0, 0, 1))
	for _, lang := range c.Languages() {
		args := longestIn(c, lang, "doc.remind")
		args["review"] = late
		mark := c.Say(voice(lang), "control.mark", nil)
		if got := c.Compose(voice(lang), domain.SMS, "doc.remind", args, nil).Text; !gsm.Fits(got) || !strings.HasPrefix(got, gsm.Plain(mark)) && !strings.HasPrefix(got, "OVERDUE REVIEW.") {
			t.Errorf("%s by SMS: %s", lang, got)
		}
		if got := c.Compose(voice(lang), domain.Slack, "doc.remind", args, nil).Rich; !strings.HasPrefix(got, ":red_circle:") {
			t.Errorf("%s in Slack: %s", lang, got)
		}
		args["review"] = early
		if got := c.Compose(voice(lang), domain.SMS, "doc.remind", args, nil).Text; strings.Contains(got, mark) {
			t.Errorf("%s in time: %s", lang, got)
		}
	}
}
