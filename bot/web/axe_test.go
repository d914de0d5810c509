package web

import (
	"strings"
	"testing"

	"goodcatch/bot/emulator/page/pagetest"
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

func TestExportIsNoFormula(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"=1+1", "+1", "-1", "@x", "\t=1", "\rx", "\x00x"} {
		if got := harmless(bad); !strings.HasPrefix(got, "'") {
			t.Errorf("%q stays %q", bad, got)
		}
	}
	if got := harmless("Ana"); got != "Ana" {
		t.Errorf("got %q", got)
	}
}
