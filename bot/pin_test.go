package bot_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"goodcatch/bot/bottest"
	"goodcatch/domain"
	"goodcatch/store/storetest"
)

// TestATypedPINIsKeptNowhere lets a PIN be chosen, mistyped, given by text and on a page, given when nobody asked, and given in a turn
// that fails. Then it looks for it in every column of every table, what is sealed there opened, in the logs at debug level, in what Redis
// was sent, in the metrics, and in everything that went out.
func TestATypedPINIsKeptNowhere(t *testing.T) {
	t.Parallel()
	s, logs, redis := newWatched(t)
	playPINs(s)
	seen := map[string]string{"logs": logs.String(), "metrics": metrics(t, s.Product), "Redis's commands": redis.String(), "the database": s.dump()}
	for _, p := range s.Emulator.Phones() {
		for _, m := range p.Thread() {
			if !m.Inbound() {
				seen["texts"] += m.Body + "\n"
			}
		}
	}
	if !strings.Contains(seen["the database"], "pin_chosen") || !strings.Contains(seen["the database"], "$argon2id$") || !strings.Contains(seen["the database"], "heparin") {
		t.Fatalf("nothing was looked at:\n%.2000s", seen["the database"])
	}
	for where, text := range seen {
		for _, pin := range []string{"73058261", "7305 8261", "73058262", "51937402", "28461935"} {
			if at := strings.Index(text, pin); at >= 0 {
				t.Errorf("%s: …%s…", where, text[max(0, at-200):min(len(text), at+100)])
			}
		}
	}
}

func playPINs(s scene) {
	s.t.Helper()
	v := domain.DocumentVersion{
		Code: "IC-04", Title: "Hand hygiene", Number: 7, Due: 14 * 24 * 3600e9, Changed: "gel", Question: "Gel?", Options: []string{"no", "always"}, Right: 1, Body: "Gel.", Hash: "x",
		Meaning: domain.Signed, Audience: domain.Audience{Roles: []domain.Role{domain.Staff}, Units: []domain.UnitCode{"4B"}}, Owner: 1,
	}
	_, err := s.DB.Do(s.t.Context(), domain.Actor{Operator: true, Level: domain.A3}, domain.PublishDocument{Version: v})
	must(s.t, err)
	s.text(anasPhone, "PIN")
	for _, pin := range []string{"73058261", "73058262", "my pin is 7305 8261", "7305-8261"} {
		s.text(anasPhone, pin)
	}
	s.until(`(SELECT count(*) = 1 FROM events WHERE name = 'pin_chosen')`)
	s.text(anasPhone, "51937402") // nobody asked
	s.text(anasPhone, "heparin given late at bed 7 and nobody noticed for an hour")
	s.failingTexts(func() { s.text(anasPhone, "pin 28461935") })
	page := s.page(anasPhone)
	s.post(page, url.Values{"do": {"open"}})
	s.post(page, url.Values{"do": {"answer"}, "answer": {"B"}, "pin": {"73058262"}})
	s.until(`(SELECT tries = 1 FROM pins)`)
	if body := s.post(page, url.Values{"do": {"sign"}, "pin": {"73058261"}}); !strings.Contains(body, "You have signed") {
		s.t.Fatalf("the page says %s", body)
	}
	s.until(`(SELECT level = 3 AND channel = 'web' AND inbound LIKE 'web/%' FROM attestations)`)
	s.rest()
}

// failingTexts makes every turn fail that answers a text, and lets do run once that is over.
func (s scene) failingTexts(do func()) {
	s.t.Helper()
	s.refusing("outbox", "no", func() {
		status, err := bottest.Post(http.DefaultClient, s.SignedText(anasPhone, "pin 28461935"))
		must(s.t, err)
		if status != http.StatusServiceUnavailable {
			s.t.Errorf("a PIN whose turn fails is answered %d: the provider must send it again, for we do not keep it", status)
		}
	})
	do()
}

// page is the path of the page of a phone's holder.
func (s scene) page(number string) string {
	s.t.Helper()
	var token string
	must(s.t, s.DB.Pool.QueryRow(s.t.Context(), `SELECT t.token FROM tasks t JOIN addresses a ON a.person_id = t.person_id WHERE a.value = $1`, number).Scan(&token))
	return "/s/" + token
}

func (s scene) post(path string, form url.Values) string {
	s.t.Helper()
	res, err := http.PostForm(s.Product+path, form)
	must(s.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(s.t, err)
	return string(body)
}

// sealedAs are the columns that hold sealed texts, with what names their place.
var sealedAs = map[string]string{
	"sessions": `SELECT sealed, 'session' FROM sessions`, "kept_texts": `SELECT sealed, 'kept' FROM kept_texts`, "outbox": `SELECT sealed, 'outbox:' || key FROM outbox WHERE sealed <> ''`,
	"rendered": `SELECT rendered, 'rendered' FROM outbox WHERE rendered IS NOT NULL`,
	"inbox":    `SELECT sealed, 'inbox:' || provider || ':' || external_id FROM inbox WHERE sealed IS NOT NULL`,
}

// dump is all that the database holds, as text: bytes as they are, and what is sealed opened.
func (s scene) dump() string {
	s.t.Helper()
	ctx := context.WithoutCancel(s.t.Context())
	owner, err := pgx.Connect(ctx, s.URL)
	must(s.t, err)
	defer owner.Close(ctx)
	rows, err := owner.Query(ctx, `SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`)
	must(s.t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	must(s.t, err)
	var b strings.Builder
	for _, table := range tables {
		rows, err := owner.Query(ctx, `SELECT encode(convert_to(t::text, 'UTF8'), 'escape') FROM `+table+` t`)
		must(s.t, err)
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		must(s.t, err)
		fmt.Fprintf(&b, "%s\n%s\n", table, strings.Join(lines, "\n"))
	}
	for table, sql := range sealedAs {
		rows, err := owner.Query(ctx, sql)
		must(s.t, err)
		var sealed []byte
		var place string
		_, err = pgx.ForEachRow(rows, []any{&sealed, &place}, func() error {
			text, err := storetest.Keys(s.t).Open(sealed, []byte(place))
			fmt.Fprintf(&b, "%s, opened: %s\n", table, text)
			return err
		})
		must(s.t, err)
	}
	return regexp.MustCompile(`[ \t]+`).ReplaceAllString(b.String(), " ")
}
