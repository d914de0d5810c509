package web

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"goodcatch/bot/emulator/page/pagetest"
	"goodcatch/domain"
)

// disrupted is a house where much is down at once, some of it late, some restored. Times are those of a moved clock.
func disrupted(t *testing.T, m domain.Mode, activities int) (s *site, path string, at func(time.Duration)) {
	t.Helper()
	s = newSite(t)
	began := time.Date(2026, 11, 23, 3, 40, 0, 0, time.UTC)
	now := began
	s.db.Now = func() time.Time { return now }
	at = func(after time.Duration) { now = began.Add(after) }
	for i := range activities {
		needs := []string{}
		if i == 1 {
			needs = []string{"A0"}
		}
		_, err := s.db.Pool.Exec(t.Context(), `INSERT INTO activities VALUES ($1, $2, $3, '4B', 'manager', '', $4, $5, 2, $6)`,
			fmt.Sprintf("A%d", i), i, fmt.Sprintf("Activity number %d", i%100), 3600*(1+i%4), 7200*(1+i%4), needs)
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.db.Pool.Exec(t.Context(), `UPDATE organisation SET version = version + 1`); err != nil {
		t.Fatal(err)
	}
	cmd := domain.StartRecovery{Mode: m, Title: "Ransomware"}
	for i := range activities {
		cmd.Down = append(cmd.Down, domain.ActivityCode(fmt.Sprintf("A%d", i)))
	}
	s.operate(cmd)
	var token string
	if err := s.db.Pool.QueryRow(t.Context(), `SELECT token FROM disruptions`).Scan(&token); err != nil {
		t.Fatal(err)
	}
	return s, "/v/" + token, at
}

func (s *site) operate(cmd domain.Command) {
	s.t.Helper()
	if _, err := s.db.Do(s.t.Context(), domain.Actor{Operator: true, Level: domain.A3}, cmd); err != nil {
		s.t.Fatalf("%s: %v", cmd.CommandName(), err)
	}
}

func TestTheRecoveryBoardSaysWhatIsLateInWords(t *testing.T) {
	t.Parallel()
	for _, m := range []domain.Mode{domain.Exercise, domain.Live} {
		s, path, at := disrupted(t, m, 4)
		word, other := "EXERCISE", "LIVE"
		if m == domain.Live {
			word, other = other, word
		}
		at(90 * time.Minute)
		s.operate(domain.ReportRecovery{Disruption: 1, Restored: []domain.ActivityCode{"A2"}, Degraded: []domain.ActivityCode{"A3"}})
		at(150 * time.Minute)
		status, page, _ := s.do("GET", path, nil)
		if status != 200 {
			t.Fatal(status)
		}
		body := page[strings.Index(page, "<main>")+6:]
		if first := strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, " "))[0]; first != word || !strings.Contains(page, "<title>"+word+" ") || strings.Contains(page, other) {
			t.Errorf("the page begins with %q", first)
		}
		for _, want := range []string{
			`<meta http-equiv="refresh" content="10">`, "2 down, 1 degraded, 1 restored.", "Late: 2.", "LATE by 90 minutes", "No longer tolerable since 05:40", "Waits for A0", "90 minutes left", "Restore by 07:40 (RTO 4 hours)",
			"After 90 minutes (RTO 3 hours).", "In time.", "Ransomware",
		} {
			if !strings.Contains(page, want) {
				t.Errorf("the board lacks %q", want)
			}
		}
		if strings.Contains(page, "Ana") || strings.Contains(page, "44770") {
			t.Error("the board names somebody")
		}
		if _, still, _ := s.do("GET", path+"?still=1", nil); strings.Contains(still, "http-equiv") {
			t.Error("it cannot be stopped")
		}
	}
}

func TestTheRecoveryLinkEndsAfterTheDisruption(t *testing.T) {
	t.Parallel()
	s, path, at := disrupted(t, domain.Exercise, 2)
	at(100 * 24 * time.Hour)
	if status, _, _ := s.do("GET", path, nil); status != 200 {
		t.Errorf("while it is open: %d", status)
	}
	s.operate(domain.CloseRecovery{Disruption: 1})
	at(130 * 24 * time.Hour)
	if status, page, _ := s.do("GET", path, nil); status != 200 || strings.Contains(page, "http-equiv") || !strings.Contains(page, "Closed") {
		t.Errorf("on the thirtieth day: %d", status)
	}
	at(130*24*time.Hour + time.Minute)
	if status, _, _ := s.do("GET", path, nil); status != 404 {
		t.Errorf("after it: %d", status)
	}
	if status, _, _ := s.do("GET", "/v/nothing123", nil); status != 404 {
		t.Errorf("nobody's: %d", status)
	}
}

// TestTheRecoveryBoardIsSeen opens the board of the most activities at a desk's width and a phone's: it is light, and nothing is cut off, in
// any language. GOODCATCH_TEST_SCREENSHOTS=dir keeps the pictures.
func TestTheRecoveryBoardIsSeen(t *testing.T) {
	t.Parallel()
	s, path, at := disrupted(t, domain.Live, domain.MostActivities)
	at(90 * time.Minute)
	for _, lang := range []string{"en", "es", "fr", "zh-CN"} {
		if _, page, _ := s.do("GET", path+"?lang="+lang, nil); len(page) > 30_000 {
			t.Errorf("%s weighs %d bytes", lang, len(page))
		}
	}
	for _, size := range []struct{ width, height int64 }{{1280, 860}, {390, 844}} {
		b := pagetest.Look(t, s.url+path+"?still=1", size.width, size.height)
		b.See("LIVE")
		for _, lang := range []string{"en", "es", "fr", "zh-CN"} {
			b.Visit(s.url + path + "?still=1&lang=" + lang)
			b.Fits(lang)
		}
		b.Keep("recovery")
	}
}

// TestTheRecoveryBoardIsAccessible looks at the board with axe. One that draws itself anew can be stopped, and is looked at so.
func TestTheRecoveryBoardIsAccessible(t *testing.T) {
	t.Parallel()
	axe := pagetest.Axe(t)
	s, path, at := disrupted(t, domain.Live, 6)
	s.operate(domain.ReportRecovery{Disruption: 1, Restored: []domain.ActivityCode{"A2"}})
	at(90 * time.Minute)
	b := pagetest.Look(t, s.url+path+"?still=1", 390, 844)
	b.Accessible(axe, "recovery")
}
