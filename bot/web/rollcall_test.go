package web

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"goodcatch/bot/emulator/page/pagetest"
	"goodcatch/domain"
)

// mustered is a roll-call of sixty people in six units, seventeen minutes old; most have answered. Times are those of a moved clock.
func mustered(t *testing.T, m domain.Mode) (s *site, path string) {
	t.Helper()
	s = newSite(t)
	now := time.Date(2026, 11, 23, 3, 40, 0, 0, time.UTC)
	s.db.Now = func() time.Time { return now }
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := s.db.Pool.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec(`INSERT INTO units (code, name, parent) SELECT 'U' || i, 'Unit ' || i, '4B' FROM generate_series(1, 5) AS g (i)`)
	exec(`
		WITH joined AS (INSERT INTO people (name, unit, roles) SELECT 'Nurse ' || i, CASE WHEN i % 6 = 0 THEN '4B' ELSE 'U' || (i % 6) END, '{staff}' FROM generate_series(1, 59) AS g (i) RETURNING id)
		INSERT INTO addresses (person_id, channel, value) SELECT id, 'sms', '+4477009001' || lpad((row_number() OVER ())::text, 2, '0') FROM joined`)
	exec(`UPDATE organisation SET version = version + 1`)
	operator := domain.Actor{Operator: true, Level: domain.A3}
	do := func(a domain.Actor, cmd domain.Command) {
		t.Helper()
		if _, err := s.db.Do(t.Context(), a, cmd); err != nil {
			t.Fatalf("%s: %v", cmd.CommandName(), err)
		}
	}
	do(operator, domain.PlanRollCall{Mode: m, Title: "Mass casualty plan"})
	do(operator, domain.StartRollCall{Call: 1})
	began := now
	org, err := s.db.Organisation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for id := range org.People {
		if id%5 == 4 {
			continue
		}
		now = began.Add(time.Duration(10+int(id*id)%690) * time.Second)
		do(domain.Actor{Person: id, Channel: domain.SMS, Level: domain.A1}, domain.AnswerRollCall{Call: 1, Answer: 1 + int(id)%domain.CallAnswers})
	}
	now = began.Add(domain.CallListAfter)
	do(domain.Clockwork, domain.DrawCallList{Call: 1})
	now = began.Add(17 * time.Minute)
	var token string
	if err := s.db.Pool.QueryRow(t.Context(), `SELECT token FROM rollcalls`).Scan(&token); err != nil {
		t.Fatal(err)
	}
	return s, "/r/" + token
}

func TestTheBoardShowsNumbersAndTheListNames(t *testing.T) {
	t.Parallel()
	for _, m := range []domain.Mode{domain.Exercise, domain.Live} {
		s, path := mustered(t, m)
		word, other := "EXERCISE", "LIVE"
		if m == domain.Live {
			word, other = other, word
		}
		status, page, _ := s.do("GET", path, nil)
		if status != 200 {
			t.Fatal(status)
		}
		body := page[strings.Index(page, "<main>")+6:]
		if first := strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, " "))[0]; first != word || !strings.Contains(page, "<title>"+word+" ") {
			t.Errorf("the page begins with %q", first)
		}
		for _, want := range []string{`<meta http-equiv="refresh" content="10">`, "48 of 60 answered, 80 %", "<polyline points=", "4B", "U5", "Mass casualty plan", "Began 03:40"} {
			if !strings.Contains(page, want) {
				t.Errorf("the board lacks %q", want)
			}
		}
		if strings.Contains(page, "Nurse") || strings.Contains(page, "44770") || strings.Contains(page, other) {
			t.Error("the board names somebody, or the other mode")
		}
		if _, still, _ := s.do("GET", path+"?still=1", nil); strings.Contains(still, "http-equiv") {
			t.Error("it cannot be stopped")
		}
		_, list, _ := s.do("POST", path, url.Values{"do": {"list"}})
		if n := strings.Count(list, `<td class="blank">`); n != 12 || strings.Contains(list, "http-equiv") || !strings.Contains(list, word) || strings.Contains(list, other) || !strings.Contains(list, "447700900118") || !strings.Contains(list, " rings</h2>") {
			t.Errorf("%d on the list:\n%s", n, list)
		}
	}
}

func TestAnUnknownBoardIsNotFound(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, method := range []string{"GET", "POST"} {
		if status, _, _ := s.do(method, "/r/nothing123", nil, "Content-Type", "application/x-www-form-urlencoded"); status != 404 {
			t.Errorf("%s: %d", method, status)
		}
	}
}

// TestTheBoardIsSeen opens the board and the list in a browser, at a desk's width and a phone's: nothing is cut off, in any language.
// GOODCATCH_TEST_SCREENSHOTS=dir keeps the pictures.
func TestTheBoardIsSeen(t *testing.T) {
	t.Parallel()
	s, path := mustered(t, domain.Exercise)
	for _, size := range []struct{ width, height int64 }{{1280, 860}, {390, 844}} {
		t.Run(fmt.Sprint(size.width), func(t *testing.T) {
			b := pagetest.Look(t, s.url+path+"?still=1", size.width, size.height)
			fits := func(what string) {
				t.Helper()
				b.Fits(what)
				if hidden := pagetest.Evaluate[bool](b, `document.querySelector('.mode').getBoundingClientRect().bottom > innerHeight`); hidden {
					t.Errorf("%s does not begin with the mode", what)
				}
			}
			b.See("EXERCISE")
			fits("the board")
			if h := pagetest.Evaluate[int](b, `document.querySelector('polyline').getBoundingClientRect().height | 0`); h < 40 {
				t.Errorf("the curve is %d high", h)
			}
			b.Keep("rollcall-board")
			b.Submit("list")
			b.See("rings")
			fits("the list")
			b.Keep("rollcall-list")
			for _, lang := range []string{"es", "fr", "zh-CN"} {
				b.Visit(s.url + path + "?still=1&lang=" + lang)
				fits(lang)
			}
		})
	}
}

// TestTheBoardIsAccessible looks at both pages with axe. A board that draws itself anew can be stopped, and is looked at so.
func TestTheBoardIsAccessible(t *testing.T) {
	t.Parallel()
	axe := pagetest.Axe(t)
	s, path := mustered(t, domain.Live)
	b := pagetest.Look(t, s.url+path+"?still=1", 390, 844)
	b.Accessible(axe, "board")
	b.Submit("list")
	b.Accessible(axe, "call list")
}
