package web

import (
	"fmt"
	"strings"
	"testing"

	"goodcatch/bot/emulator/page/pagetest"
	"goodcatch/domain"
	"goodcatch/store"
)

// personalPage makes the link to Ana's own page.
func (s *site) personalPage() string {
	s.t.Helper()
	var token string
	if err := s.db.InTx(s.t.Context(), func(tx *store.Tx) error { token = tx.NewPage(s.ana); return nil }); err != nil {
		s.t.Fatal(err)
	}
	return "/my/" + token
}

// TestPagesAreAccessibleOnAPhone looks at every page that staff are sent to, at a phone's width, in a language of each script, and from
// right to left.
func TestPagesAreAccessibleOnAPhone(t *testing.T) {
	t.Parallel()
	axe := pagetest.Axe(t)
	s := newSite(t)
	my := s.personalPage()
	s.passes("FALLS", "Falls")
	if _, err := s.db.Pool.Exec(t.Context(), `UPDATE document_versions SET review_at = now() - interval '3 days'`); err != nil {
		t.Fatal(err)
	}
	b := pagetest.Look(t, s.url+"/s/"+s.token, 390, 844)
	b.Accessible(axe, "cover")
	b.Submit("open")
	b.Accessible(axe, "text")
	for _, lang := range []string{"en", "es", "fr", "zh-CN"} {
		b.Visit(s.url + my + "?lang=" + lang)
		b.Accessible(axe, "my, cover, "+lang)
		b.Submit("open")
		b.Accessible(axe, "my, "+lang)
	}
	for _, path := range []string{"/f/4B", "/f/status"} {
		b.Visit(s.url + path)
		b.Accessible(axe, path)
	}
	b.Visit(s.url + my)
	b.Submit("open")
	pagetest.Evaluate[bool](b, `(document.documentElement.dir = "rtl", true)`)
	b.Accessible(axe, "my, right to left")
	b.Screenshot(t.ArtifactDir() + "/my.png")
}

// TestSigningPagesAreAccessibleOnAPhone looks at what comes after a text is opened: parts, a PIN, a wrong answer, the receipt.
func TestSigningPagesAreAccessibleOnAPhone(t *testing.T) {
	t.Parallel()
	axe := pagetest.Axe(t)
	s := newSite(t)
	s.publishVersion(domain.DocumentVersion{Body: strings.Repeat("## Section\n\n"+strings.Repeat("wash ", 420)+"\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n", 2), Meaning: domain.Signed})
	b := pagetest.Look(t, s.url+"/s/"+s.token, 390, 844)
	b.Submit("open")
	b.Accessible(axe, "part 1")
	b.Screenshot(t.ArtifactDir() + "/part.png")
	s.post(200, "do", "part", "part", "2")
	b.Visit(s.url + "/s/" + s.token)
	b.Submit("open")
	b.See("PIN")
	b.Accessible(axe, "the last part, with a PIN to choose")
	pagetest.Evaluate[bool](b, `(document.querySelector('#pin').scrollIntoView(), true)`)
	b.Screenshot(t.ArtifactDir() + "/pin.png")
	b.Allow("status of 422")
	b.Allow("status of 404")
	answer := func(letter, pin string) {
		pagetest.Evaluate[bool](b, `(document.querySelector('input[value=`+letter+`]').checked = true, document.querySelectorAll('input[type=password]').forEach((i) => i.value = "`+pin+`"), true)`)
		b.Submit("answer")
	}
	answer("B", "1234")
	b.Accessible(axe, "a PIN refused")
	answer("A", "4826")
	b.Accessible(axe, "a wrong answer")
	b.Submit("open")
	answer("B", "4826")
	b.Accessible(axe, "the receipt")
	b.Visit(s.url + "/s/" + s.token)
	b.Accessible(axe, "signed before")
	b.Visit(s.url + "/s/nowhere")
	b.Accessible(axe, "nowhere")
}

// TestReviewPagesAreAccessibleOnAPhone looks at the pages of reviewers and owners.
func TestReviewPagesAreAccessibleOnAPhone(t *testing.T) {
	t.Parallel()
	axe := pagetest.Axe(t)
	s := newSite(t)
	for _, sql := range []string{
		`INSERT INTO tasks (person_id, kind, subject, state, token, word, flag, created_at, due_at) SELECT person_id, k, subject, 'open', k, '', '', now(), now() FROM tasks, unnest(ARRAY['approve', 'review']) AS kinds (k)`,
		`UPDATE document_versions SET review_at = now() - interval '1 day'`,
	} {
		if _, err := s.db.Pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	b := pagetest.Look(t, s.url+"/s/review", 390, 844)
	b.Accessible(axe, "review, cover")
	b.Submit("open")
	b.See("still right")
	b.Accessible(axe, "review")
	b.Screenshot(t.ArtifactDir() + "/review.png")
	if _, err := s.db.Pool.Exec(t.Context(), `UPDATE document_versions SET state = 'in_review'`); err != nil {
		t.Fatal(err)
	}
	b.Visit(s.url + "/s/approve")
	b.Submit("open")
	b.See("I approve this text")
	b.Allow("status of 422")
	pagetest.Evaluate[bool](b, `(document.querySelector('details').open = true, true)`)
	b.Accessible(axe, "approval")
	b.Submit("return")
	b.Accessible(axe, "approval, refused")
}

// TestCampaignPagesAreAccessible looks at the pages of managers, on a phone and on a desk.
func TestCampaignPagesAreAccessible(t *testing.T) {
	t.Parallel()
	axe := pagetest.Axe(t)
	h := newHouse(t)
	h.publishVersion(domain.DocumentVersion{Body: "Gel."})
	h.exec(`UPDATE tasks SET opened_at = now() WHERE person_id = $1`, int64(h.people["Dan"]))
	h.exec(`UPDATE tasks SET state = 'done', done_at = now() WHERE person_id = $1`, int64(h.people["Lee"]))
	mia := h.page("Mia")
	for _, width := range []int64{390, 1280} {
		b := pagetest.Look(t, h.url+mia, width, 844)
		b.Allow("status of 404")
		b.Accessible(axe, "campaigns, cover")
		for _, lang := range []string{"en", "es", "fr", "zh-CN"} {
			b.Visit(h.url + mia + "?lang=" + lang)
			b.Submit("open")
			b.Accessible(axe, "campaigns, "+lang)
			b.Screenshot(fmt.Sprintf("%s/campaigns-%s-%d.png", t.ArtifactDir(), lang, width))
			b.Visit(h.url + mia + "/IC-04?lang=" + lang)
			b.Submit("open")
			b.Accessible(axe, "campaign, "+lang)
			b.Screenshot(fmt.Sprintf("%s/campaign-%s-%d.png", t.ArtifactDir(), lang, width))
		}
		pagetest.Evaluate[bool](b, `(document.documentElement.dir = "rtl", true)`)
		b.Accessible(axe, "campaign, right to left")
		h.exec(`UPDATE tasks SET nudged_at = NULL`)
		b.Visit(h.url + mia + "/IC-04")
		b.Submit("open")
		b.Submit("nudge")
		b.See("Reminded 2 people")
		b.Accessible(axe, "campaign, nudged")
		b.Screenshot(fmt.Sprintf("%s/nudged-%d.png", t.ArtifactDir(), width))
		b.Visit(h.url + mia + "/XX-99")
		b.Submit("open")
		b.Accessible(axe, "campaigns, of a document nobody knows")
		b.Visit(h.url + "/console/nowhere")
		b.Accessible(axe, "a link that is over")
	}
}

func TestPersonalPageIsForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	my := s.personalPage()
	status, cover, _ := s.do("GET", my, nil)
	if status != 200 || strings.Contains(cover, "IC-04") || strings.Contains(cover, "Ana Ruiz") {
		t.Errorf("a preview sees what is hers: %d %s", status, cover)
	}
	_, page, _ := s.do("POST", my, nil, "Content-Type", "application/x-www-form-urlencoded")
	for _, want := range []string{"Ana Ruiz", "IC-04 v7 Hand hygiene", `href="/s/` + s.token + `"`} {
		if !strings.Contains(page, want) {
			t.Errorf("her page lacks %q", want)
		}
	}
	if n := s.count(`SELECT count(*) FROM pages WHERE position(convert_to('` + strings.TrimPrefix(my, "/my/") + `', 'UTF8') in fingerprint) > 0`); n != 0 {
		t.Error("the token itself is kept")
	}
	if _, err := s.db.Pool.Exec(t.Context(), `UPDATE people SET active = false WHERE id = $1`, s.ana); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.Pool.Exec(t.Context(), `UPDATE organisation SET version = version + 1`); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := s.do("GET", my, nil); status != 404 {
		t.Errorf("after she left: %d", status)
	}
	if _, err := s.db.Pool.Exec(t.Context(), `WITH gone AS (DELETE FROM pages RETURNING *) INSERT INTO pages SELECT fingerprint, person_id, clock_timestamp() FROM gone`); err != nil {
		t.Fatal(err)
	}
	over, gone, _ := s.do("POST", my, nil, "Content-Type", "application/x-www-form-urlencoded")
	never, unknown, _ := s.do("POST", "/my/unknown", nil, "Content-Type", "application/x-www-form-urlencoded")
	if over != 404 || never != 404 || gone != unknown {
		t.Errorf("a page that is over and one that never was differ: %d, %d", over, never)
	}
}
