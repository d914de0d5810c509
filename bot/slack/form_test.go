package slack

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodcatch/bot"
	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/domain/scale"
	"goodcatch/store"
)

// crowded is what a flow could see at its worst: many units and people, and long hostile texts.
func crowded() domain.Facts {
	org := &domain.Organisation{Emergency: "2222", Language: "en", Zone: time.UTC, Units: map[domain.UnitCode]*domain.Unit{}, People: map[domain.PersonID]*domain.Person{}}
	for i := range 150 {
		code := domain.UnitCode(fmt.Sprintf("U%03d", i))
		org.Units[code] = &domain.Unit{Code: code, Name: strings.Repeat("long name ", 10)}
		org.People[domain.PersonID(i+1)] = &domain.Person{
			ID: domain.PersonID(i + 1), Name: strings.Repeat("Ñame ", 20), Unit: code, Active: true, Roles: []domain.Role{domain.Manager, domain.Educator, domain.Quality},
			Slack: domain.Address{ID: domain.AddressID(i + 1), Value: "U1", Verified: true},
		}
	}
	r := &domain.Record{
		ID: 7, Ref: "ABCDEFGH", Code: "K7R", Kind: domain.Incident, State: domain.InReview, Unit: "U000", Rank: scale.Rank(2), Owner: 1, OwnedAt: time.Unix(1e9, 0), CreatedAt: time.Unix(1e9, 0),
		Report: &domain.Report{Category: "medication", Where: strings.Repeat("<&>", 40)},
	}
	f := domain.Facts{Now: time.Unix(1e9, 0), Actor: domain.Actor{Person: 1, Level: domain.A2, Channel: domain.Slack}, Org: org, Record: r}
	for range 40 {
		f.Passages = append(f.Passages, domain.Passage{Record: 7, Kind: domain.Narrative, At: time.Unix(1e9, 0), Text: strings.Repeat("<!channel> & ", 250)})
	}
	return f
}

func TestEveryFormFitsSlackInEveryLanguage(t *testing.T) {
	t.Parallel()
	catalog := conversations.NewCatalog("https://q.example.org")
	for _, name := range slices.Sorted(maps.Keys(conversations.Flows())) {
		flow, _ := conversations.FlowNamed(name)
		turn := flow.AsForm(conversations.Session{Flow: name, Start: conversations.StartRecord(7)}, crowded())
		for _, language := range catalog.Languages() {
			f := form{catalog: catalog, voice: conversations.Voice{Language: language, Zone: time.UTC}, turn: turn, prefill: map[string]string{"what": strings.Repeat("😀", 3000)}}
			view := f.modal(`{"f":"x"}`)
			if err := CheckModal(view); err != nil {
				t.Errorf("%s in %s: %v", name, language, err)
			}
			if (view.Submit != nil) != (len(turn.Open) > 0) {
				t.Errorf("%s: a submit button for %d questions", name, len(turn.Open))
			}
		}
	}
}

func TestCrowdedHomeFitsSlack(t *testing.T) {
	t.Parallel()
	facts := crowded()
	board := bot.Board{Org: facts.Org, Person: facts.Org.People[1], Voice: conversations.Voice{Language: "en", Zone: time.UTC, Now: facts.Now}, Mine: store.Mine{Documents: 3, Courses: 1}}
	for i := range 50 {
		r := facts.Record.Clone()
		r.ID, r.DueAt = domain.RecordID(i), time.Unix(1e9, 0)
		board.Mine.Owned, board.Mine.Reports, board.Overdue = append(board.Mine.Owned, r), append(board.Mine.Reports, r), append(board.Overdue, r)
		sent := store.SentNotice{ID: int64(i), Replies: []domain.Reply{{Letter: "A", Key: "reply.acknowledge", Style: "primary"}, {Letter: "?", Key: "reply.details"}}}
		board.Offered = append(board.Offered, store.Offer{Record: r, Sent: sent})
	}
	a := NewApp(nil, &bot.Bot{Catalog: conversations.NewCatalog("")}, nil, nil)
	view := a.homeView(board)
	if err := CheckHome(view); err != nil {
		t.Error(err)
	}
	if n := len(view.Blocks.BlockSet); n >= maxViewBlocks {
		t.Errorf("%d blocks: something was cut off", n)
	}
}

func TestTypedGivesBackWhatWasTyped(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"NM plain":                                    "NM plain",
		"a &lt; b &amp;&amp; c &gt; d":                "a < b && c > d",
		"see <http://example.org|example.org>":        "see example.org",
		"see <http://example.org/x>":                  "see http://example.org/x",
		"call <tel:5550100|555 0100>":                 "call 555 0100",
		"mail <mailto:a@b.example|a@b.example>":       "mail a@b.example",
		"in <#C123|general> ask <@U123> or <!here>":   "in #general ask @U123 or !here",
		"already escaped &amp;lt;!channel&amp;gt; ok": "already escaped &lt;!channel&gt; ok",
	} {
		if got := typed(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func FuzzSplitLosesNothing(f *testing.F) {
	f.Add("one two &amp; three\nfour", 7)
	f.Add(strings.Repeat("&lt;", 100), 10)
	f.Add("😀😀😀😀😀😀", 5)
	f.Fuzz(func(t *testing.T, text string, max int) {
		if max < 6 || max > 4000 {
			t.Skip("no such limit")
		}
		text = conversations.Escape(text)
		parts := split(text, max)
		for _, p := range parts {
			if characters(p) > max {
				t.Errorf("part of %d characters, at most %d", characters(p), max)
			}
		}
		squeeze := func(s string) string {
			return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\n' }), "")
		}
		if diff := cmp.Diff(squeeze(text), squeeze(strings.Join(parts, ""))); diff != "" {
			t.Error(diff)
		}
	})
}
