package web

import (
	"errors"
	"net/http"

	"goodcatch/bot"
	"goodcatch/domain"
	"goodcatch/store"
)

func fieldOf(err error) string {
	var invalid *domain.InvalidError
	if errors.As(err, &invalid) {
		return invalid.Field
	}
	return ""
}

// A receipt is what a report's page says once it is saved, or asked for later.
type receipt struct {
	Code, Ref string
	Unit      string
	At        domain.Arg
	Masked    int
	State     domain.Arg // set when asked for later
	Emergency string
	Path      string // of the form, for another one
}

// filed shows that the report is saved, and how to look it up: the only way back to it.
func (s *Server) filed(w http.ResponseWriter, r *http.Request, out bot.Outcome) {
	if out.Record == nil {
		s.failed(w, r, domain.ErrNotFound)
		return
	}
	voice := s.voice(r)
	page := receipt{Code: out.Record.Name(), Ref: string(out.Record.Ref), Unit: string(out.Record.Unit), At: domain.Moment(out.Record.CreatedAt), Path: r.URL.Path}
	if out.Record.Report != nil {
		page.Masked = len(out.Record.Report.Masked)
	}
	if out.Record.Report != nil && out.Record.Report.Danger == domain.Yes {
		if org, err := s.DB.Organisation(r.Context()); err == nil {
			page.Emergency = org.Emergency
		}
	}
	s.show(w, http.StatusOK, "filed", voice, s.Catalog.Say(voice, "web.filed.title", nil), page)
}

// askStatus is where a reference can be typed.
func (s *Server) askStatus(w http.ResponseWriter, r *http.Request) {
	voice := s.voice(r)
	s.show(w, http.StatusOK, "ask", voice, s.Catalog.Say(voice, "web.status.title", nil), reportForm{})
}

// status says where a report stands, to whoever has its reference. It says nothing of what was written.
func (s *Server) status(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.missing(w, r)
		return
	}
	voice := s.voice(r)
	title := s.Catalog.Say(voice, "web.status.title", nil)
	unknown := func() {
		s.show(w, http.StatusNotFound, "ask", voice, title, reportForm{Problem: s.Catalog.Say(voice, "web.status.unknown", nil)})
	}
	ref, ok := store.ValidRef(r.PostForm.Get("ref"))
	if !ok {
		unknown()
		return
	}
	var record *domain.Record
	err := s.DB.InTx(r.Context(), func(tx *store.Tx) error {
		f, err := tx.Facts(r.Context(), domain.Actor{Channel: domain.Web}, domain.Needs{Ref: ref})
		record = f.Record
		return err
	})
	switch {
	case errors.Is(err, domain.ErrNotFound):
		unknown()
	case err != nil:
		s.failed(w, r, err)
	default:
		s.show(w, http.StatusOK, "status", voice, title, receipt{
			Code: record.Name(), Ref: string(record.Ref), Unit: string(record.Unit), At: domain.Moment(record.CreatedAt), State: domain.Term("state." + string(record.State)),
		})
	}
}
