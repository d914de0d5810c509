package web

import (
	"errors"
	"net/http"

	"goodcatch/bot"
	"goodcatch/domain"
	"goodcatch/domain/mask"
)

// A control is a document version as its reviewer's or owner's page shows it. It has no proof word: who decides about a text does not sign
// that they have read it.
type control struct {
	Token, Code, Title, Changed, Owner, Stage string
	Text                                      manuscript // on the opened page only
	Changes                                   changes
	Approvals                                 []approval
	Decides                                   bool // the reader may approve it or return it
	Reviews                                   bool // the reader is asked whether it is still right
	Due                                       domain.Arg
	Overdue                                   bool
	Past                                      bool // superseded or retired
	Problem                                   string
}

type approval struct {
	By string
	At domain.Arg
}

// control is the cover of such a page. Like every GET it shows no text: a link preview must not read a draft.
func (s *Server) control(w http.ResponseWriter, r *http.Request, v visit) {
	page, err := s.controlPage(r, v)
	if err != nil {
		s.failed(w, r, err)
		return
	}
	s.show(w, http.StatusOK, "control_cover", v.voice, v.version.Name()+" "+v.version.Title, page)
}

// controlPage gathers what the page shows beside the text.
func (s *Server) controlPage(r *http.Request, v visit) (control, error) {
	page := control{
		Token: v.task.Token, Code: v.version.Name(), Title: v.version.Title, Changed: v.version.Changed, Owner: v.org.NameOf(v.version.Owner),
		Stage: s.Catalog.Say(v.voice, "stage."+string(v.version.State), nil), Decides: v.task.Kind == domain.ApproveDraft && v.version.State == domain.InApproval,
		Reviews: (v.task.Kind == domain.ReviewDocument || v.task.Kind == domain.ReviseDocument) && v.version.State == domain.Effective, Due: domain.Day(v.version.ReviewAt), Overdue: v.version.Overdue(v.voice.Now),
		Past: v.version.State == domain.Superseded || v.version.State == domain.Retired,
	}
	decided, err := s.DB.Decisions(r.Context(), v.version.Code)
	for _, d := range v.version.Approvals(decided) {
		page.Approvals = append(page.Approvals, approval{By: d.Name, At: domain.Moment(d.At)})
	}
	return page, err
}

// decide opens the text, or takes what its reader decides.
func (s *Server) decide(w http.ResponseWriter, r *http.Request, v visit) {
	switch r.PostForm.Get("do") {
	case "keep":
		s.verdict(w, r, v, domain.KeepDocument{Version: v.version.ID}, "web.control.noted")
	case "rewrite":
		s.verdict(w, r, v, domain.RewriteDocument{Version: v.version.ID}, "web.control.noted")
	case "retire":
		s.verdict(w, r, v, domain.ProposeRetirement{Version: v.version.ID}, "web.control.noted")
	case "approve":
		s.verdict(w, r, v, domain.ApproveDocument{Version: v.version.ID}, "web.control.approved")
	case "return":
		reason := []rune(mask.Text(mask.Clean(r.PostForm.Get("text"))).Text)
		s.verdict(w, r, v, domain.ReturnDocument{Version: v.version.ID, Reason: string(reason[:min(len(reason), domain.ReasonLimit)])}, "web.control.returned")
	default:
		s.openControl(w, r, v, http.StatusOK, "")
	}
}

// openControl shows the whole text.
func (s *Server) openControl(w http.ResponseWriter, r *http.Request, v visit, status int, problem string) {
	page, err := s.controlPage(r, v)
	if err != nil {
		s.failed(w, r, err)
		return
	}
	if page.Text, err = s.manuscript(r.Context(), v.version, v.version.Body, "/s/"+v.task.Token+"/file"); err == nil {
		page.Changes, err = s.changes(r.Context(), v.version, v.org.LanguageOf(v.task.Person), pageRoom-page.Text.weight())
	}
	if err != nil {
		s.failed(w, r, err)
		return
	}
	page.Problem = problem
	s.show(w, status, "control_text", v.voice, v.version.Name()+" "+v.version.Title, page)
}

// verdict runs a decision and says that it is noted, or why it is not.
func (s *Server) verdict(w http.ResponseWriter, r *http.Request, v visit, cmd domain.Command, key string) {
	_, err := s.Bot.Visit(r.Context(), v.task, cmd)
	var invalid *domain.InvalidError
	if errors.As(err, &invalid) || errors.Is(err, domain.ErrForbidden) {
		key, args := bot.Problem(v.org, err)
		s.openControl(w, r, v, http.StatusUnprocessableEntity, s.Catalog.Say(v.voice, key, args))
		return
	}
	if err != nil {
		s.failed(w, r, err)
		return
	}
	s.show(w, http.StatusOK, "message", v.voice, v.version.Name()+" "+v.version.Title, message{Text: s.Catalog.Say(v.voice, key, domain.Args{"doc": domain.Text(v.version.Name())})})
}
