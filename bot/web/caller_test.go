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

// ringing is the roll-call of mustered, in which two people ring the twelve who are missing: five, and the others. Its links are known.
type ringing struct {
	*site
	mine, theirs []domain.PersonID
}

const myLink, theirLink = "/c/MineMine22", "/c/TheirLink3"

func rung(t *testing.T, m domain.Mode) ringing {
	t.Helper()
	s, _ := mustered(t, m)
	r := ringing{site: s}
	rows, err := s.db.Pool.Query(t.Context(), `SELECT person_id FROM rollcall_seats WHERE caller_id IS NOT NULL ORDER BY person_id`)
	if err != nil {
		t.Fatal(err)
	}
	var all []domain.PersonID
	for rows.Next() {
		var id domain.PersonID
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		all = append(all, id)
	}
	r.mine, r.theirs = all[:5], all[5:]
	for n, link := range []string{myLink, theirLink} {
		r.exec(`INSERT INTO rollcall_callers (rollcall_id, person_id, fingerprint) VALUES (1, $1, $2)`, callerID(n), s.db.Keys.Fingerprint("caller", strings.TrimPrefix(link, "/c/")))
	}
	r.exec(`UPDATE rollcall_seats SET caller_id = $1 WHERE caller_id IS NOT NULL`, callerID(1))
	r.exec(`UPDATE rollcall_seats SET caller_id = $1 WHERE person_id = ANY($2)`, callerID(0), r.mine)
	return r
}

// callerID is one of two people who have no list of their own yet.
func callerID(n int) domain.PersonID { return domain.PersonID(5*n + 6) }

func (r ringing) exec(sql string, args ...any) {
	r.t.Helper()
	if _, err := r.db.Pool.Exec(r.t.Context(), sql, args...); err != nil {
		r.t.Fatal(err)
	}
}

func (r ringing) open(link string) string {
	r.t.Helper()
	status, page, _ := r.do("POST", link, url.Values{"do": {"open"}})
	if status != 200 {
		r.t.Fatalf("%d: %s", status, page)
	}
	return page
}

func (r ringing) enter(link string, id domain.PersonID, answer string) (status int, page string) {
	r.t.Helper()
	status, page, _ = r.do("POST", link, url.Values{"do": {"answer"}, "person": {fmt.Sprint(id)}, "answer": {answer}})
	return status, page
}

func (r ringing) name(id domain.PersonID) (name string) {
	r.t.Helper()
	if err := r.db.Pool.QueryRow(r.t.Context(), `SELECT name FROM people WHERE id = $1`, int64(id)).Scan(&name); err != nil {
		r.t.Fatal(err)
	}
	return name
}

func TestACallerSeesWhomTheyRingAndNobodyElse(t *testing.T) {
	t.Parallel()
	r := rung(t, domain.Live)
	status, cover, head := r.do("GET", myLink, nil)
	if status != 200 || !strings.Contains(cover, "Open my list") || strings.Contains(cover, "Nurse") || strings.Contains(cover, "44770") {
		t.Errorf("%d, the cover:\n%s", status, cover)
	}
	r.holds(myLink, cover, head)
	page := r.open(myLink)
	for _, id := range r.mine {
		if !strings.Contains(page, r.name(id)+",") {
			t.Errorf("%s is not on the page", r.name(id))
		}
	}
	for _, id := range r.theirs {
		if strings.Contains(page, r.name(id)+",") {
			t.Errorf("%s is on the page", r.name(id))
		}
	}
	if n := len(regexp.MustCompile(`href="tel:&#43;4477009001\d\d"`).FindAllString(page, -1)); n != 5 || !strings.Contains(page, "<title>LIVE ") || strings.Contains(page, "/r/") {
		t.Errorf("%d numbers:\n%s", n, page)
	}
	for _, bad := range []string{"/c/nothing123", "/r" + myLink[2:]} {
		for _, method := range []string{"GET", "POST"} {
			if status, _, _ := r.do(method, bad, nil, "Content-Type", "application/x-www-form-urlencoded"); status != 404 {
				t.Errorf("%s %s: %d", method, bad, status)
			}
		}
	}
}

func TestACallerEntersWhatTheyHeard(t *testing.T) {
	t.Parallel()
	r := rung(t, domain.Exercise)
	one, other := r.mine[0], r.theirs[0]
	for range 2 { // sent twice
		if status, page := r.enter(myLink, one, "2"); status != 200 || !strings.Contains(page, "saved 2 (&lt;30 min)") || !strings.Contains(page, "entered by you") || strings.Count(page, "href=\"tel:") != 4 {
			t.Errorf("%d:\n%s", status, page)
		}
	}
	if status, page := r.enter(myLink, other, "1"); status != 422 || strings.Contains(page, r.name(other)) {
		t.Errorf("one of another's: %d", status)
	}
	for _, answer := range []string{"6", "-1", "", "one"} {
		if status, _ := r.enter(myLink, r.mine[1], answer); status != 422 {
			t.Errorf("%q: %d", answer, status)
		}
	}
	if _, page := r.enter(myLink, r.mine[1], "0"); !strings.Contains(page, "rung in vain 03:57") {
		t.Errorf("tried:\n%s", page)
	}
	var n, by int
	if err := r.db.Pool.QueryRow(t.Context(), `SELECT count(*), coalesce(max(by_id), 0) FROM rollcall_answers WHERE by_id IS NOT NULL`).Scan(&n, &by); err != nil || n != 2 || by != int(callerID(0)) {
		t.Errorf("%d answers by %d, %v", n, by, err)
	}
	var token string
	if err := r.db.Pool.QueryRow(t.Context(), `SELECT token FROM rollcalls`).Scan(&token); err != nil {
		t.Fatal(err)
	}
	if _, board, _ := r.do("GET", "/r/"+token, nil); !strings.Contains(board, "Rung, not reached: 1.") || !strings.Contains(board, "49 of 60 answered") {
		t.Errorf("the board:\n%s", board)
	}
	if _, list, _ := r.do("POST", "/r/"+token, url.Values{"do": {"list"}}); strings.Count(list, "rung in vain 03:57") != 1 {
		t.Errorf("the whole list:\n%s", list)
	}
	if _, err := r.db.Do(t.Context(), domain.Actor{Person: one, Channel: domain.SMS, Level: domain.A1}, domain.AnswerRollCall{Call: 1, Answer: domain.CannotCome}); err != nil {
		t.Fatal(err)
	}
	if status, page := r.enter(myLink, one, "2"); status != 422 || !strings.Contains(page, `role="alert">`+r.name(one)+" has answered already: 5 (cannot) 03:57. That stands.") || strings.Contains(page, "entered by you") {
		t.Errorf("over their own: %d\n%s", status, page)
	}
}

func TestACallersPageHasNoNumbersAfterTheAllClear(t *testing.T) {
	t.Parallel()
	r := rung(t, domain.Exercise)
	now := r.db.Now()
	if _, err := r.db.Do(t.Context(), domain.Actor{Operator: true, Level: domain.A3}, domain.EndRollCall{Call: 1}); err != nil {
		t.Fatal(err)
	}
	if page := r.open(myLink); strings.Contains(page, "44770") || strings.Contains(page, "<button") || !strings.Contains(page, "All-clear 03:57. Nobody needs to be rung any more.") {
		t.Errorf("after the all-clear:\n%s", page)
	}
	if status, page := r.enter(myLink, r.mine[0], "1"); status != 200 || !strings.Contains(page, "after the all-clear of 03:57") {
		t.Errorf("late: %d\n%s", status, page)
	}
	if status, page := r.enter(myLink, r.mine[1], "0"); status != 422 || !strings.Contains(page, "Nothing was saved.") {
		t.Errorf("in vain: %d\n%s", status, page)
	}
	r.db.Now = func() time.Time { return now.AddDate(0, 0, 31) }
	if status, page := r.enter(myLink, r.mine[2], "1"); status != 410 || strings.Contains(page, "Nurse") {
		t.Errorf("31 days later: %d\n%s", status, page)
	}
	var board string
	if err := r.db.Pool.QueryRow(t.Context(), `SELECT token FROM rollcalls`).Scan(&board); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := r.do("GET", "/r/"+board, nil); status != 410 {
		t.Errorf("the board, 31 days later: %d", status)
	}
	r.db.Now = func() time.Time { return now }
	r.exec(`UPDATE people SET active = false WHERE id = $1`, callerID(0))
	r.exec(`UPDATE organisation SET version = version + 1`)
	if status, _, _ := r.do("GET", myLink, nil); status != 404 {
		t.Errorf("the caller has left: %d", status)
	}
}

// TestACallersPageIsSeen opens the page in a browser, at a phone's width and a desk's, presses an answer, and looks at it with axe.
// GOODCATCH_TEST_SCREENSHOTS=dir keeps the pictures.
func TestACallersPageIsSeen(t *testing.T) {
	t.Parallel()
	r := rung(t, domain.Exercise)
	for i, size := range []struct{ width, height int64 }{{390, 844}, {1280, 860}} {
		t.Run(fmt.Sprint(size.width), func(t *testing.T) {
			b := pagetest.Look(t, r.url+myLink+"?lang=en", size.width, size.height)
			b.Keep("caller-cover")
			b.Submit("open")
			b.See("What does " + r.name(r.mine[i]) + " say?")
			b.Fits("the page")
			b.Keep("caller")
			b.Click("button[name=answer][value=\"1\"]")
			b.See("saved 1 (on site)")
			b.Keep("caller-saved")
			for _, lang := range []string{"es", "fr", "zh-CN"} {
				b.Visit(r.url + myLink + "?lang=" + lang)
				b.Submit("open")
				b.Fits(lang)
				b.Keep("caller-" + lang)
			}
		})
	}
}

// TestACallersPageIsAccessible looks at the cover and the page with axe.
func TestACallersPageIsAccessible(t *testing.T) {
	t.Parallel()
	axe := pagetest.Axe(t)
	r := rung(t, domain.Live)
	r.enter(myLink, r.mine[0], "2")
	b := pagetest.Look(t, r.url+myLink, 390, 844)
	b.Accessible(axe, "caller cover")
	b.Submit("open")
	b.Accessible(axe, "caller")
}
