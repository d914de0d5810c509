package web

import (
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"goodcatch/bot"
	"goodcatch/domain"
)

// personal is a personal page as its template shows it. Its cover holds nothing: a link preview learns nobody's duties.
type personal struct {
	Token string
	Name  string
	Now   time.Time
	bot.Personal
}

// Late reports whether a due time has passed.
func (p personal) Late(at time.Time) bool { return !at.IsZero() && at.Before(p.Now) }

// Day and Moment make values that texts show in the reader's language and zone.
func (personal) Day(t time.Time) domain.Arg    { return domain.Day(t) }
func (personal) Moment(t time.Time) domain.Arg { return domain.Moment(t) }

// Term is a catalogue's word.
func (personal) Term(key string) domain.Arg { return domain.Term(key) }

// Receipt sets a receipt's number in two halves.
func (personal) Receipt(r domain.Ref) string { return domain.ReceiptNumber(r) }

// A due is a due time on a page.
type due struct {
	Page view
	At   time.Time
}

// myCover is what a GET shows: a button, nothing else.
func (s *Server) myCover(w http.ResponseWriter, r *http.Request) {
	if page, ok := s.mine(w, r); ok {
		s.show(w, http.StatusOK, "my_cover", page.Voice, s.Catalog.Say(page.Voice, "web.my.title", nil), page)
	}
}

// my shows the page, or hands out what its owner has signed.
func (s *Server) my(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.missing(w, r)
		return
	}
	page, ok := s.mine(w, r)
	if !ok {
		return
	}
	if r.PostForm.Get("do") == "export" {
		s.exportMine(w, page)
		return
	}
	s.show(w, http.StatusOK, "my", page.Voice, s.Catalog.Say(page.Voice, "web.my.title", nil), page)
}

func (s *Server) mine(w http.ResponseWriter, r *http.Request) (personal, bool) {
	token := r.PathValue("token")
	page, err := s.Bot.PersonalPage(r.Context(), token)
	if errors.Is(err, domain.ErrNotFound) {
		s.notice(w, r, http.StatusNotFound, "web.my.over", nil)
		return personal{}, false
	}
	if err != nil {
		s.failed(w, r, err)
		return personal{}, false
	}
	if lang := r.URL.Query().Get("lang"); s.Catalog.Speaks(lang) {
		page.Voice.Language = lang
	}
	return personal{Token: token, Name: page.Person.Name, Now: page.Voice.Now, Personal: page}, true
}

// exportMine writes what a person has signed and passed as CSV, for their own appraisal.
func (s *Server) exportMine(w http.ResponseWriter, p personal) {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="signed-and-passed.csv"`)
	out := csv.NewWriter(w)
	write := func(fields ...string) {
		for i := range fields {
			fields[i] = harmless(fields[i])
		}
		_ = out.Write(fields) // a reader who has gone away
	}
	write("name", "what", "code", "version", "title", "at", "zone", "receipt", "meaning", "assurance", "sha256", "score")
	for _, d := range p.Signed {
		zone, err := time.LoadLocation(d.Zone)
		if err != nil {
			zone = time.UTC
		}
		write(p.Name, "document", d.Code, fmt.Sprint(d.Number), d.Title, d.At.In(zone).Format(time.RFC3339), d.Zone, domain.ReceiptNumber(d.Receipt), d.Sentence, fmt.Sprintf("A%d", d.Level), d.Hash, "")
	}
	for _, c := range p.Passed {
		write(p.Name, "course", c.Code, "", c.Title, c.At.In(p.Voice.Zone).Format(time.RFC3339), p.Voice.Zone.String(), "", "", "", "", fmt.Sprint(c.Score))
	}
	out.Flush()
}

// harmless keeps a value from being taken for a formula by a spreadsheet. Source: OWASP ASVS 5, 1.2.10.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\x00", rune(s[0])) {
		return "'" + s
	}
	return s
}
