package web

import (
	"errors"
	"net/http"
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

// Stage is where a document's version stands, in a catalogue's word.
func (personal) Stage(v *domain.DocumentVersion) domain.Arg {
	return domain.Term("stage." + string(v.State))
}

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

// my shows the page, or hands out what its owner has signed, or the certificate of a course they passed.
func (s *Server) my(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.missing(w, r)
		return
	}
	page, ok := s.mine(w, r)
	if !ok {
		return
	}
	switch r.PostForm.Get("do") {
	case "export":
		h, err := s.Bot.ExportMine(r.Context(), page.Personal)
		s.handMine(w, r, "text/csv; charset=utf-8", h, err)
	case "certificate":
		h, err := s.Bot.Certificate(r.Context(), page.Personal, r.PostForm.Get("course"))
		s.handMine(w, r, "application/pdf", h, err)
	default:
		s.show(w, http.StatusOK, "my", page.Voice, s.Catalog.Say(page.Voice, "web.my.title", nil), page)
	}
}

func (s *Server) mine(w http.ResponseWriter, r *http.Request) (personal, bool) {
	token := r.PathValue("token")
	page, err := s.Bot.PersonalPage(r.Context(), token)
	if errors.Is(err, domain.ErrNotFound) {
		s.limits.wrong(r)
		s.notice(w, r, http.StatusNotFound, "web.my.over", nil)
		return personal{}, false
	}
	if err != nil {
		s.failed(w, r, err)
		return personal{}, false
	}
	s.limits.right(r)
	if lang := r.URL.Query().Get("lang"); s.Catalog.Speaks(lang) {
		page.Voice.Language = lang
	}
	return personal{Token: token, Name: page.Person.Name, Now: page.Voice.Now, Personal: page}, true
}

// handMine hands out what a person asked their page for, or says why there is nothing.
func (s *Server) handMine(w http.ResponseWriter, r *http.Request, kind string, h bot.Handout, err error) {
	switch {
	case errors.Is(err, domain.ErrNotFound):
		s.missing(w, r)
	case err != nil:
		s.failed(w, r, err)
	default:
		handOut(w, h.Name, kind, h.Data)
	}
}
