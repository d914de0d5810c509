package web

import (
	"errors"
	"mime"
	"net/http"
	"strconv"

	"goodcatch/domain"
)

// download hands out the file of a version, as it was handed in, to whoever holds a valid task. It opens nothing: a scan is read in the
// file, but the word and the question stand on the page.
func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	v, ok := s.visit(w, r)
	if !ok {
		return
	}
	f, err := s.DB.File(r.Context(), domain.FileID(v.version.File))
	if errors.Is(err, domain.ErrNotFound) {
		s.missing(w, r)
		return
	}
	if err != nil {
		s.failed(w, r, err)
		return
	}
	handOut(w, f.Name, f.Kind.ContentType(), f.Data)
}

// handOut writes a file so that a browser saves it and never shows or runs it.
func handOut(w http.ResponseWriter, name, kind string, data []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Content-Length", strconv.Itoa(len(data)))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(data)
}
