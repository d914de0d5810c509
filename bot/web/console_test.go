package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
)

// A house is a site with two wards below a department, and managers.
type house struct {
	*site
	people map[string]domain.PersonID
}

// newHouse has IC-04 v8 signed by nobody yet: by Ben and Cleo on 4B, of whom Cleo has no phone, and Dan on 4A.
func newHouse(t *testing.T) house {
	t.Helper()
	h := house{newSite(t), map[string]domain.PersonID{}}
	h.join(
		domain.Person{Name: "Ben Okoro", Unit: "4B", Roles: []domain.Role{domain.Staff}, Phone: domain.Address{Value: "+447700900011"}},
		domain.Person{Name: "Cleo Poe", Unit: "4B", Roles: []domain.Role{domain.Staff}},
		domain.Person{Name: "Dan Roy", Unit: "4A", Roles: []domain.Role{domain.Staff}, Phone: domain.Address{Value: "+447700900013"}},
		domain.Person{Name: "Lee Wong", Unit: "4B", Roles: []domain.Role{domain.Manager}, Phone: domain.Address{Value: "+447700900014"}},
		domain.Person{Name: "Mia Roth", Unit: "MED", Roles: []domain.Role{domain.Lead}, Phone: domain.Address{Value: "+447700900015"}},
		domain.Person{Name: "Quinn Shaw", Unit: "MED", Roles: []domain.Role{domain.Quality}, Phone: domain.Address{Value: "+447700900016"}},
	)
	h.exec(`UPDATE people SET roles = '{educator}' WHERE id = $1`, int64(h.ana))
	h.touch()
	h.campaign(8)
	return h
}

// join adds people, and the wards they work on.
func (h house) join(people ...domain.Person) {
	h.t.Helper()
	err := h.db.InTx(h.t.Context(), func(tx *store.Tx) error {
		if _, err := tx.LockRoster(h.t.Context()); err != nil {
			return err
		}
		ids, err := tx.NewPersonIDs(h.t.Context(), len(people))
		if err != nil {
			return err
		}
		tx.SaveUnit(domain.Unit{Code: "MED", Name: "Medicine"})
		for i, p := range people {
			parent := domain.UnitCode("MED")
			if p.Unit != "MED" {
				tx.SaveUnit(domain.Unit{Code: p.Unit, Name: "Ward " + string(p.Unit), Parent: parent})
			}
			p.ID, p.Active = ids[i], true
			tx.SavePerson(&p)
			h.people[strings.Fields(p.Name)[0]] = ids[i]
		}
		return tx.RosterChanged(h.t.Context(), domain.Event{Name: "roster_imported"})
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h house) exec(sql string, args ...any) {
	h.t.Helper()
	if _, err := h.db.Pool.Exec(h.t.Context(), sql, args...); err != nil {
		h.t.Fatal(err)
	}
}

// touch makes the program look at its people again.
func (h house) touch() { h.exec(`UPDATE organisation SET version = version + 1`) }

// campaign puts a version of IC-04 in force for the staff of every ward. Its author is Ana.
func (h house) campaign(number int) {
	h.t.Helper()
	v := domain.DocumentVersion{
		Code: "IC-04", Title: "Hand hygiene", Number: number, Owner: h.ana, Due: 14 * 24 * time.Hour, Changed: "gel", Question: "Gel?", Options: []string{"no", "always"}, Right: 1,
		Body: "Gel.", Hash: fmt.Sprint(number), Audience: domain.Audience{Roles: []domain.Role{domain.Staff}},
	}
	if _, err := h.db.Do(h.t.Context(), domain.Actor{Operator: true}, domain.PublishDocument{Version: v}); err != nil {
		h.t.Fatal(err)
	}
}

// page asks for the link to the campaigns of somebody.
func (h house) page(who string) string {
	h.t.Helper()
	change, err := h.db.Do(h.t.Context(), domain.Actor{Person: h.people[who], Level: domain.A1}, domain.AskConsole{Version: h.version()})
	if err != nil {
		h.t.Fatal(err)
	}
	return "/console/" + change.Entries[0].(domain.ConsoleLink).Token
}

func (h house) version() (id int64) {
	h.t.Helper()
	if err := h.db.Pool.QueryRow(h.t.Context(), `SELECT max(id) FROM document_versions`).Scan(&id); err != nil {
		h.t.Fatal(err)
	}
	return id
}

func (h house) send(path string, pairs ...string) (status int, body string) {
	h.t.Helper()
	form := url.Values{"do": {"open"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	status, body, _ = h.do(http.MethodPost, path, form)
	return status, body
}

// says fails the test unless the page says all of wanted and nothing of unwanted.
func (h house) says(page string, wanted []string, unwanted ...string) {
	h.t.Helper()
	for _, w := range wanted {
		if !strings.Contains(page, w) {
			h.t.Errorf("the page lacks %q in\n%s", w, page)
		}
	}
	for _, u := range unwanted {
		if strings.Contains(page, u) {
			h.t.Errorf("the page holds %q in\n%s", u, page)
		}
	}
}

func TestACampaignIsShownToWhoeverAnswersForItsPeople(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	lee, mia, quinn := h.page("Lee"), h.page("Mia"), h.page("Quinn")
	for _, path := range []string{lee, lee + "/IC-04"} {
		status, cover, _ := h.do("GET", path, nil)
		if status != 200 {
			t.Errorf("%s: %d", path, status)
		}
		h.says(cover, []string{`action="` + path + `?lang=en"`}, "IC-04 v8", "Ben Okoro", "Hand hygiene", "<svg")
	}
	_, all := h.send(lee)
	h.says(all, []string{"Ward 4B", "IC-04 v8 Hand hygiene", "0 of 2 signed", `<rect class="waiting" x="0.0" width="100.0"`}, "Ben", "v7")
	_, page := h.send(lee + "/IC-04")
	h.says(page, []string{"0 of 2 signed", "<b>Ben Okoro</b> 4B, not opened", "<b>Cleo Poe</b> 4B, no phone or Slack", "<button>Nudge the rest (1)</button>"}, "Dan", "By ward", "+44", "Ana Ruiz")
	_, page = h.send(mia + "/ic04")
	h.says(page, []string{"0 of 3 signed", "MED Medicine", "Dan Roy", "By ward", `value="4B">Ward 4B</button></th><td>0/2</td><td>1</td><td>1</td>`})
	_, page = h.send(quinn+"/IC-04", "unit", "4A")
	h.says(page, []string{"0 of 3 signed", "<b>Dan Roy</b>", "Names of Ward 4A only"}, "Ben Okoro", "Cleo Poe")
	_, page = h.send(lee+"/IC-04?lang=fr", "unit", "4A") // not hers: as if she had asked for nothing
	h.says(page, []string{"Cleo Poe", "0 sur 2 signés"}, "Dan Roy")
}

func TestACampaignCountsLikeItsCard(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.exec(`UPDATE tasks SET state = 'done' WHERE person_id = $1 AND subject = $2`, int64(h.people["Dan"]), h.version())
	h.exec(`UPDATE tasks SET opened_at = now() WHERE person_id = $1 AND subject = $2`, int64(h.people["Ben"]), h.version())
	h.exec(`UPDATE tasks SET due_at = now() - interval '1 day' WHERE person_id = $1 AND subject = $2`, int64(h.people["Ben"]), h.version())
	_, all := h.send(h.page("Mia"))
	h.says(all, []string{"1 of 3 signed", "1 late"})
	_, page := h.send(h.page("Mia") + "/IC-04")
	h.says(page, []string{"1 of 3 signed", "1 late", "<b>Ben Okoro</b> 4B, read, not signed, <b class=\"late\">late</b>", `<dt class="read">Read, not signed</dt><dd>1</dd>`, `<dt class="absent">Cannot be reached</dt><dd>1</dd>`})
	h.exec(`UPDATE tasks SET state = 'done' WHERE subject = $1`, h.version())
	_, all = h.send(h.page("Mia"))
	h.says(all, []string{"Nothing waits to be signed"}, "IC-04")
	_, page = h.send(h.page("Mia") + "/IC-04")
	h.says(page, []string{"3 of 3 signed"}, "Nudge", "Have not signed", "Cannot be reached (")
}

func TestTheRestIsNudgedOnceADayHoweverOftenItIsPressed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	lee, version := h.page("Lee"), fmt.Sprint(h.version())
	var presses sync.WaitGroup
	for range 4 {
		presses.Go(func() {
			if status, body := h.send(lee+"/IC-04", "do", "nudge", "version", version); status != 200 || !strings.Contains(body, "Reminded") {
				t.Errorf("%d %s", status, body)
			}
		})
	}
	presses.Wait()
	if n := h.count(`SELECT count(*) FROM outbox WHERE key = 'campaign.nudge'`); n != 1 {
		t.Errorf("%d people were reminded by one manager, not 1", n)
	}
	if n := h.count(`SELECT count(*) FROM events WHERE name = 'document_nudged'`); n != 1 {
		t.Errorf("%d nudges in the audit", n)
	}
	if n := h.count(`SELECT count(*) FROM outbox WHERE key = 'campaign.nudged'`); n != 0 {
		t.Error("whoever presses on their page is told by message too")
	}
	_, body := h.send(h.page("Mia")+"/IC-04", "do", "nudge", "version", version)
	h.says(body, []string{"Reminded 1 person.", "Reminded today: 2."})
	if n := h.count(`SELECT count(*) FROM outbox WHERE key = 'campaign.nudge'`); n != 2 {
		t.Errorf("%d reminders, not one for each", n)
	}
}

func TestTheLinkToACampaignOpensNothingElseAndEnds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	lee := h.page("Lee")
	token := strings.TrimPrefix(lee, "/console/")
	version := fmt.Sprint(h.version())
	if n := h.count(`SELECT count(*) FROM pages WHERE position(convert_to('` + token + `', 'UTF8') in fingerprint) > 0`); n != 0 {
		t.Error("the token itself is kept")
	}
	if status, _ := h.send("/my/" + token); status != 404 {
		t.Errorf("it opens her own page: %d", status)
	}
	if status, _ := h.send("/console/" + strings.TrimPrefix(h.personalPage(), "/my/")); status != 404 {
		t.Errorf("a personal page's token opens campaigns: %d", status)
	}
	status, body := h.send(lee + "/XX-99")
	h.says(body, []string{"Nobody of your units is asked to sign XX-99 now.", "IC-04 v8"})
	if status != 404 {
		t.Errorf("a document nobody knows: %d", status)
	}
	for _, bad := range []string{"", "x", "-1", "99999", "1e9", "99999999999999999999999"} {
		if status, body := h.send(lee+"/IC-04", "do", "nudge", "version", bad); status != 422 || strings.Contains(body, "Reminded") {
			t.Errorf("version %q: %d %s", bad, status, body)
		}
	}
	if status, _, _ := h.do("POST", lee+"/IC-04", url.Values{"do": {"nudge"}, "version": {version}}, "Sec-Fetch-Site", "cross-site"); status != 403 {
		t.Errorf("from another site: %d", status)
	}
	h.campaign(9)
	if status, body := h.send(lee+"/IC-04", "do", "nudge", "version", version); status != 422 || !strings.Contains(body, "IC-04 v8 is not in force any more") || !strings.Contains(body, "IC-04 v9") {
		t.Errorf("the version before: %d %s", status, body)
	}
	if n := h.count(`SELECT count(*) FROM outbox WHERE key = 'campaign.nudge'`); n != 0 {
		t.Errorf("%d were reminded", n)
	}
	h.exec(`UPDATE people SET unit = '4A' WHERE id = $1`, int64(h.people["Lee"]))
	h.touch()
	_, body = h.send(lee + "/IC-04")
	h.says(body, []string{"Dan Roy", "0 of 1 signed"}, "Ben", "Cleo")
	h.exec(`UPDATE people SET roles = '{staff}' WHERE id = $1`, int64(h.people["Lee"]))
	h.touch()
	over, gone := h.send(lee)
	never, unknown := h.send("/console/unknown")
	if over != 404 || never != 404 || gone != unknown {
		t.Errorf("who answers for nobody, and a link that never was, differ: %d, %d", over, never)
	}
	mia := h.page("Mia")
	h.exec(`WITH gone AS (DELETE FROM pages RETURNING *) INSERT INTO pages SELECT fingerprint, person_id, clock_timestamp() FROM gone`)
	if status, body := h.send(mia+"/IC-04", "do", "nudge", "version", fmt.Sprint(h.version())); status != 404 || body != unknown {
		t.Errorf("after its time: %d", status)
	}
}

func TestACampaignOfTheAuthorIsOpenToThem(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.people["Ana"] = h.ana
	_, page := h.send(h.page("Ana"))
	h.says(page, []string{"IC-04 v8", "0 of 3 signed"})
	_, page = h.send(h.page("Ana") + "/IC-04")
	h.says(page, []string{"Dan Roy", "Ben Okoro"})
	if _, err := h.db.Do(t.Context(), domain.Actor{Person: h.people["Ben"], Level: domain.A1}, domain.AskConsole{Version: h.version()}); err == nil {
		t.Error("a nurse got a link")
	}
}

func TestACampaignWithoutTheRecordSaysSoAndNudgesNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	lee, version := h.page("Lee"), fmt.Sprint(h.version())
	away, err := store.Open(t.Context(), "postgres://nobody@127.0.0.1:1/none?sslmode=disable", store.Options{Keys: h.db.Keys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(away.Close)
	h.url = serve(t, away)
	for _, path := range []string{lee, lee + "/IC-04"} {
		status, body, header := h.do("POST", path, url.Values{"do": {"nudge"}, "version": {version}})
		if status != 503 || header.Get("Retry-After") == "" || !strings.Contains(body, "Nothing was changed") {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
}

// A whole hospital on one page: what does not fit is counted, and a ward can be chosen.
func TestACampaignOfThousandsStaysLight(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.exec(`INSERT INTO units (code, name, parent) SELECT 'W' || i, '第' || i || '内科病房（东区老年医学与康复中心）', 'MED' FROM generate_series(1, 200) AS g (i)`)
	h.exec(`
		WITH p AS (INSERT INTO people (name, unit, roles) SELECT '护士长欧阳娜娜·阿不都热合曼' || i, 'W' || (1 + i % 200), '{buyer}' FROM generate_series(1, 5000) AS g (i) RETURNING id)
		INSERT INTO tasks (person_id, kind, subject, state, token, word, flag, created_at, due_at) SELECT id, 'document', $1, 'open', 'token' || id, '', '', now(), now() FROM p`, h.version())
	h.exec(`INSERT INTO addresses (person_id, channel, value, verified_at) SELECT id, 'sms', '+4479' || (10000000 + id), now() FROM people WHERE 'buyer' = ANY(roles) AND id % 2 = 0`)
	h.touch()
	for _, lang := range []string{"en", "zh-CN"} {
		began := time.Now()
		_, page := h.send(h.page("Quinn") + "/IC-04?lang=" + lang) // holds: under 30 kB
		t.Logf("%s: %d bytes in %v", lang, len(page), time.Since(began).Round(time.Millisecond))
		if strings.Count(page, "<li>") < 60 || strings.Count(page, "<tr>") < 20 {
			t.Errorf("%s shows %d names, %d wards", lang, strings.Count(page, "<li>"), strings.Count(page, "<tr>"))
		}
	}
	_, page := h.send(h.page("Quinn")+"/IC-04", "unit", "W7")
	if n := strings.Count(page, "> W7, "); n != 25 {
		t.Errorf("%d names of the ward, not 25", n)
	}
}
