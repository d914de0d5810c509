package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"goodcatch/bot"
	"goodcatch/domain"
)

// overview lists the campaigns among the people somebody answers for. Its cover holds nothing: a link preview learns nobody's numbers.
type overview struct {
	Token, Unit string
	Problem     string
	Campaigns   []campaign
}

// A campaign is one line of it.
type campaign struct {
	Code, Title              string
	Number, Signed, Of, Late int
	Due                      domain.Arg
	Bar                      []segment
}

// A segment is part of a bar a hundred units wide. The numbers stand beside it in words.
type segment struct{ Kind, From, Width string }

// bar draws counts one after the other, each in the colour of its kind.
func bar(kinds []string, counts ...int) []segment {
	total, from := 0, 0.0
	for _, n := range counts {
		total += n
	}
	var segments []segment
	for i, n := range counts {
		if n > 0 {
			width := 100 * float64(n) / float64(total)
			segments = append(segments, segment{kinds[i], fmt.Sprintf("%.1f", from), fmt.Sprintf("%.1f", width)})
			from += width
		}
	}
	return segments
}

// consoleCover is what a GET shows: a button, nothing else.
func (s *Server) consoleCover(w http.ResponseWriter, r *http.Request) {
	if c, ok := s.console(w, r); ok {
		s.show(w, http.StatusOK, "console_cover", c.Voice, s.Catalog.Say(c.Voice, "web.console.title", nil), r.URL.Path)
	}
}

// campaigns shows the overview.
func (s *Server) campaigns(w http.ResponseWriter, r *http.Request) {
	if c, ok := s.console(w, r); ok {
		s.overview(w, r, c, http.StatusOK, "")
	}
}

// console finds whose page it is; it has answered already when ok is false.
func (s *Server) console(w http.ResponseWriter, r *http.Request) (c bot.Console, ok bool) {
	c, err := s.Bot.Console(r.Context(), r.PathValue("token"))
	if errors.Is(err, domain.ErrNotFound) {
		s.limits.wrong(r)
		s.notice(w, r, http.StatusNotFound, "web.console.over", nil)
		return c, false
	}
	if err != nil {
		s.failed(w, r, err)
		return c, false
	}
	s.limits.right(r)
	if lang := r.URL.Query().Get("lang"); s.Catalog.Speaks(lang) {
		c.Voice.Language = lang
	}
	return c, true
}

func (s *Server) overview(w http.ResponseWriter, r *http.Request, c bot.Console, status int, problem string) {
	top, _ := (&domain.DocumentVersion{}).Sees(c.Org, c.Person.ID)
	page := overview{Token: r.PathValue("token"), Unit: partName(c.Org, top), Problem: problem}
	for _, x := range c.Campaigns {
		page.Campaigns = append(page.Campaigns, campaign{
			Code: x.Code, Title: x.Title, Number: x.Number, Signed: x.Signed, Of: x.Signed + x.Open, Late: x.Late, Due: domain.Day(x.DueAt),
			Bar: bar([]string{"signed", "waiting"}, x.Signed, x.Open),
		})
	}
	s.show(w, status, "console", c.Voice, s.Catalog.Say(c.Voice, "web.console.title", nil), page)
}

// partName is what a part of the house is called; an empty top is all of it.
func partName(o *domain.Organisation, top domain.UnitCode) string {
	if top == "" {
		return o.Name
	}
	return unitName(o, top)
}

// unitName is a unit's code with its name; the name alone where it holds the code: Ward 4B.
func unitName(o *domain.Organisation, code domain.UnitCode) string {
	u := o.Units[code]
	switch {
	case u == nil || u.Name == "":
		return string(code)
	case slices.Contains(strings.Fields(u.Name), string(code)):
		return u.Name
	default:
		return string(code) + " " + u.Name
	}
}
