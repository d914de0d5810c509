package domain

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodcatch/domain/scale"
)

func TestReportIsNeverRefusedForWhatItLacks(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	for name, c := range map[string]struct {
		actor Actor
		cmd   FileReport
		unit  UnitCode
	}{
		"from a nurse":               {reporterOf(o, nurse), FileReport{Kind: NearMiss, Text: "x"}, "4B"},
		"away from the ward":         {reporterOf(o, nurse), FileReport{Kind: NearMiss, Text: "x", Unit: "ED"}, "ED"},
		"the form's ward counts":     {reporterOf(o, nurse), FileReport{Kind: NearMiss, Text: "x", Unit: "ED", Details: Details{Unit: "4C"}}, "4C"},
		"of a ward nobody knows":     {reporterOf(o, nurse), FileReport{Kind: NearMiss, Text: "x", Unit: "9Z"}, "4B"},
		"from an unknown phone":      {Actor{Address: 900, Channel: SMS, Reporter: true}, FileReport{Kind: Incident, Text: "x"}, "H"},
		"from the web, from nobody":  {Actor{Channel: Web, Reporter: true}, FileReport{Kind: Incident, Text: "x", Unit: "4B", Form: true}, "4B"},
		"without words or questions": {reporterOf(o, nurse), FileReport{Kind: Unsorted}, "4B"},
	} {
		r, change := filed(t, o, monday, c.actor, c.cmd)
		if r.Unit != c.unit || r.State != New || r.Owner != 0 || r.Name() == "" {
			t.Errorf("%s: %+v", name, r)
		}
		if _, ok := timerOf(change, escalateTimer); !ok {
			t.Errorf("%s: no clock runs", name)
		}
		if r.Report.Verified != (c.actor.Level >= A1) {
			t.Errorf("%s: verified %v", name, r.Report.Verified)
		}
	}
}

func TestReceiptAsksWhatIsMostUrgent(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	for name, c := range map[string]struct {
		cmd      FileReport
		key      string
		flow     string
		question string
	}{
		"incident":         {FileReport{Kind: Incident}, "receipt.incident", "enrich", "danger"},
		"near miss":        {FileReport{Kind: NearMiss}, "receipt.near_miss", "enrich", ""},
		"good care":        {FileReport{Kind: GoodCare}, "receipt.good_care", "", ""},
		"unsorted":         {FileReport{Kind: Unsorted}, "receipt.unsorted", "", ""},
		"incident by form": {FileReport{Kind: Incident, Form: true}, "receipt.incident_form", "", ""},
		"fault by form":    {FileReport{Kind: Equipment, Form: true}, "receipt.equipment", "", ""},
	} {
		c.cmd.Masked = []string{"name", "phone"}
		r, change := filed(t, o, monday, reporterOf(o, nurse), c.cmd)
		n, ok := noticed(change, c.key)
		if !ok || n.To.Address != r.From || n.Urgency != Prompt {
			t.Errorf("%s: receipt %+v", name, n)
			continue
		}
		got := Ask{}
		if n.Ask != nil {
			got = *n.Ask
		}
		if got.Flow != c.flow || got.Question != c.question {
			t.Errorf("%s: asks %+v", name, got)
		}
		if m, ok := noticed(change, "receipt.masked"); !ok || m.Args["count"] != Number(2) {
			t.Errorf("%s: masked %+v", name, m)
		}
	}
}

func TestEachAnswerCountsAtOnceAndOnlyOnce(t *testing.T) {
	t.Parallel()
	s := begin(t, scale.Moderate)
	change := s.reports(EnrichReport{Record: 7, Details: Details{Category: "fall", Where: "bay 2", Danger: Yes}})
	if s.r.Rank != scale.Severe || !s.r.Ladder.Urgent || !slices.Equal(asked(change), []PersonID{leeOf4B, omarOf4B}) {
		t.Errorf("danger: rank %v, asked %v", s.r.Rank, asked(change))
	}
	if _, ok := noticed(change, "receipt.danger"); !ok {
		t.Error("who is in danger is not told whom to ring")
	}
	if s.r.Report.Answers != 3 || change.Events[2].Data["detail"] != "where" {
		t.Errorf("%d answers, events %v", s.r.Report.Answers, change.Events)
	}
	if again := s.reports(EnrichReport{Record: 7, Details: Details{Category: "fall", Where: "bay 2", Danger: Yes}}); len(again.Records) != 0 {
		t.Errorf("the same answers again: %+v", again)
	}
	if silence := s.reports(EnrichReport{Record: 7}); len(silence.Records) != 0 {
		t.Error("silence changes a report")
	}
	if _, err := s.try(by(s.org, leeOf4B), EnrichReport{Record: 7, Details: Details{Danger: No}}); !errors.Is(err, ErrForbidden) {
		t.Errorf("somebody else answers for the reporter: %v", err)
	}
}

func TestOwnerIsToldWhenItIsWorseThanFirstReported(t *testing.T) {
	t.Parallel()
	s := ownedBy4B(t)
	change := s.reports(EnrichReport{Record: 7, Details: Details{Harm: graded(scale.Death)}})
	if n, ok := noticed(change, "owner.raised"); !ok || n.To.Person != leeOf4B || n.Urgency != Urgent || len(asked(change)) != 0 {
		t.Errorf("told %+v, asked %v", n, asked(change))
	}
	if s.reports(EnrichReport{Record: 7, Details: Details{Harm: graded(scale.None)}}); s.r.Rank != scale.Death {
		t.Errorf("an owned record fell to %v without its owner", s.r.Rank)
	}
}

func TestWrongWardMovesTheLadderUnlessSomebodyOwnsIt(t *testing.T) {
	t.Parallel()
	s := begin(t, scale.Moderate)
	change := s.reports(CorrectReport{Record: 7, Unit: "4C"})
	if s.r.Unit != "4C" || !slices.Equal(asked(change), []PersonID{doraOfMED}) || !slices.Equal(s.r.Report.Corrected, []string{"unit"}) {
		t.Errorf("record %+v, asked %v", s.r, asked(change))
	}
	if changed, ok := settled(change, "card.changed"); !ok || !changed.Silent {
		t.Errorf("the first ward's managers are told %+v", change.Settle)
	}
	if same := s.reports(CorrectReport{Record: 7, Unit: "4C"}); len(same.Records) != 1 || len(same.Events) != 0 || len(asked(same)) != 0 {
		t.Errorf("the same ward again: %+v", same)
	}
	if _, err := s.try(reporterOf(s.org, nurse), CorrectReport{Record: 7, Unit: "9Z"}); !isInvalid(err, "unit") {
		t.Errorf("no such ward: %v", err)
	}
	s.does(doraOfMED, Acknowledge{Record: 7})
	change = s.reports(CorrectReport{Record: 7, Unit: "4B"})
	if n, ok := noticed(change, "owner.corrected"); !ok || n.To.Person != doraOfMED || len(asked(change)) != 0 || s.r.Owner != doraOfMED {
		t.Errorf("owned: asked %v, told %+v", asked(change), n)
	}
	if _, ok := noticed(change, "receipt.corrected_kept"); !ok {
		t.Errorf("the reporter is told that others are asked: %+v", change.Notices)
	}
	s.reports(WithdrawReport{Record: 7})
	change = s.reports(CorrectReport{Record: 7, Unit: "4C"})
	if _, ok := noticed(change, "receipt.corrected_kept"); !ok || len(change.Notices) != 1 || s.r.Unit != "4C" {
		t.Errorf("withdrawn: %+v", change.Notices)
	}
}

func TestWithdrawnIsKeptAndAsksNobody(t *testing.T) {
	t.Parallel()
	s := ownedBy4B(t)
	if _, err := s.try(by(s.org, leeOf4B), WithdrawReport{Record: 7}); !errors.Is(err, ErrForbidden) {
		t.Errorf("the owner withdraws: %v", err)
	}
	change := s.reports(WithdrawReport{Record: 7})
	if s.r.State != Withdrawn || !cleared(change, nudgeTimer) || !cleared(change, escalateTimer) || s.r.ClosedAt.IsZero() {
		t.Errorf("record %+v, clears %v", s.r, change.Clear)
	}
	if n, ok := noticed(change, "owner.withdrawn"); !ok || n.To.Person != leeOf4B || len(n.Replies) != 2 {
		t.Errorf("the owner is told %+v", n)
	}
	when := s.r.ClosedAt
	if again := s.reports(WithdrawReport{Record: 7}); len(again.Records) != 0 || len(again.Notices) != 1 || !s.r.ClosedAt.Equal(when) {
		t.Errorf("withdrawn twice: %+v", again)
	}
}

// hidden is a report whose reporter asked to be hidden.
func hidden(t *testing.T) (*story, Change) {
	t.Helper()
	o := hospital(t)
	cmd := incidentIn("4B", scale.Moderate)
	cmd.Hidden = true
	r, change := filed(t, o, monday, reporterOf(o, leeOf4B), cmd)
	return &story{t, o, r, monday}, change
}

func TestHiddenReporterIsNowhereOnTheRecord(t *testing.T) {
	t.Parallel()
	s, change := hidden(t)
	if s.r.Reporter != 0 || s.r.From != 0 || !s.r.Hidden {
		t.Errorf("record %+v", s.r)
	}
	if got := asked(change); !slices.Equal(got, []PersonID{leeOf4B, omarOf4B}) {
		t.Errorf("asked %v: that the reporter was left out would tell who it was", got)
	}
	want := ReplyChannel{Record: 7, Address: 100 + AddressID(leeOf4B), Expires: monday.Add(180 * day)}
	if len(change.Entries) != 1 || change.Entries[0] != want {
		t.Errorf("entries %+v", change.Entries)
	}
	for _, n := range change.Notices {
		if n.To.Address != 0 || n.To.Person == leeOf4B && n.Topic != "escalation" {
			t.Errorf("%s goes to %+v", n.Key, n.To)
		}
	}
	for _, e := range change.Events {
		for k, v := range e.Data {
			if v == "p2" {
				t.Errorf("event %s names the reporter in %s", e.Name, k)
			}
		}
	}
	if (Actor{Person: leeOf4B, Reporter: true}).Handle() != "reporter" {
		t.Error("the audit names a reporter")
	}
}

func TestHiddenReporterWhoTakesTheirOwnReportTellsNobody(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	taken := map[PersonID][]Change{}
	for _, reporter := range []PersonID{leeOf4B, nurse} {
		cmd := incidentIn("4B", scale.Moderate)
		cmd.Hidden = true
		r, change := filed(t, o, monday, reporterOf(o, reporter), cmd)
		s := &story{t, o, r, monday}
		change.Entries = nil // where the reporter is, sealed
		taken[reporter] = []Change{change, s.does(leeOf4B, Acknowledge{Record: 7}), s.does(leeOf4B, AskReporter{Record: 7, Text: "Which drawer was it?"})}
	}
	if diff := cmp.Diff(taken[nurse], taken[leeOf4B]); diff != "" {
		t.Errorf("it makes a difference who reported: %s", diff)
	}
}

func TestHiddenReporterIsAskedThroughTheSealedChannel(t *testing.T) {
	t.Parallel()
	s, _ := hidden(t)
	s.does(omarOf4B, Acknowledge{Record: 7})
	change := s.does(omarOf4B, AskReporter{Record: 7, Text: "Which drawer was it?"})
	if q, ok := noticed(change, "feedback.question"); !ok || q.To != (Recipient{Reporter: 7}) {
		t.Errorf("question %+v", q)
	}
	answer, err := s.try(Actor{Person: leeOf4B, Address: 102, Level: A1, Reporter: true}, AddToReport{Record: 7, Text: "The left one"})
	if err != nil || answer.Passages[0].Author != "reporter" || answer.Notices[0].To != (Recipient{Reporter: 7}) {
		t.Errorf("answer %+v, %v", answer, err)
	}
}

func TestHidingLaterTakesTheNameOff(t *testing.T) {
	t.Parallel()
	s := begin(t, scale.Moderate)
	change := s.reports(HideReporter{Record: 7})
	if s.r.Reporter != 0 || s.r.From != 0 || !s.r.Hidden || len(change.Entries) != 1 {
		t.Errorf("record %+v", s.r)
	}
	if again := s.reports(HideReporter{Record: 7}); len(again.Records)+len(again.Entries) != 0 {
		t.Errorf("hidden twice: %+v", again)
	}
	for _, cmd := range []Command{HideReporter{Record: 7}, BurnReplyChannel{Record: 7}} {
		if _, err := s.try(by(s.org, leeOf4B), cmd); !errors.Is(err, ErrForbidden) {
			t.Errorf("%s by a manager: %v", cmd.CommandName(), err)
		}
	}
}

func TestBurningEndsTheWayBackForGood(t *testing.T) {
	t.Parallel()
	s, _ := hidden(t)
	s.does(omarOf4B, Acknowledge{Record: 7})
	s.does(omarOf4B, AskReporter{Record: 7, Text: "Which drawer was it?"})
	change, err := s.try(Actor{Person: leeOf4B, Address: 102, Level: A1, Reporter: true}, BurnReplyChannel{Record: 7})
	if err != nil || s.r.State != InReview || change.Entries[0] != (BurntChannel{Record: 7, Address: 102}) {
		t.Errorf("%s, entries %+v, %v", s.r.State, change.Entries, err)
	}
	if n, ok := noticed(change, "owner.burnt"); !ok || n.To.Person != omarOf4B {
		t.Errorf("the owner is told %+v", n)
	}
}

func TestNobodyIsPromisedAnAnswerFromABurntChannel(t *testing.T) {
	t.Parallel()
	s, _ := hidden(t)
	s.reports(BurnReplyChannel{Record: 7})
	s.does(omarOf4B, Acknowledge{Record: 7})
	if _, err := s.try(by(s.org, omarOf4B), AskReporter{Record: 7, Text: "Which bed?"}); !isInvalid(err, "question") {
		t.Errorf("asked: %v", err)
	}
	change := s.does(omarOf4B, CloseReport{Record: 7, Learning: "Gel is refilled each morning.", Textable: Yes})
	if _, ok := noticed(change, "owner.closed_untold"); !ok || len(change.Notices) != 1 || len(s.r.Report.Feedback) != 1 {
		t.Errorf("closed: %+v, feedback %+v", change.Notices, s.r.Report.Feedback)
	}
}

func TestSlackFormOfAHiddenReporterSendsNothing(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	actor := by(o, nurse)
	actor.Reporter = true
	_, change := filed(t, o, monday, actor, FileReport{Kind: NearMiss, Text: "x", Hidden: true, Form: true, Masked: []string{"name"}})
	for _, n := range change.Notices {
		if n.Topic != "escalation" {
			t.Errorf("%s would stand in Slack", n.Key)
		}
	}
}

func TestFeedbackCountsWholeDays(t *testing.T) {
	t.Parallel()
	var rep Report
	rep.feedback("D", monday.Add(47*time.Hour), monday)
	if rep.Feedback[0].Days != 1 {
		t.Errorf("47 hours are %d days", rep.Feedback[0].Days)
	}
}

func TestEveryAnswerToCouldItHaveKilledIsKept(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	for answer, want := range map[Answer]scale.Graded{
		Yes: PotentialSevere, No: {Scheme: "goodcatch-potential", Version: "1", Code: "no", Rank: scale.None}, Unsure: {Scheme: "goodcatch-potential", Version: "1", Code: "unsure", Rank: scale.Unknown},
	} {
		r, _ := filed(t, o, monday, reporterOf(o, nurse), FileReport{Kind: UnsafeCondition, Text: "wet floor", Unit: "4B"})
		s := &story{t, o, r, monday}
		s.reports(EnrichReport{Record: 7, Details: Details{Potential: answer}})
		if got := s.r.Report.Potential; got == nil || *got != want || s.r.Report.Answers != 1 {
			t.Errorf("%s: kept %+v", answer, got)
		}
		if key := s.r.RankKey(); (key == "rank.potential") != (answer == Yes) {
			t.Errorf("%s: shown as %s", answer, key)
		}
		if s.reports(EnrichReport{Record: 7, Details: Details{Potential: No}}); s.r.Report.Potential.Rank != max(want.Rank, scale.None) {
			t.Errorf("%s then no: %+v", answer, s.r.Report.Potential)
		}
	}
}
