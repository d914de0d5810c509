package web

import (
	"net/http"
	"slices"

	"github.com/google/uuid"

	"goodcatch/bot"
	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/store"
)

// A field is one question of the report form.
type field struct {
	ID, Label, Hint, Value, Problem string
	Long, Required, Tick            bool
	Options                         []choice
	Menu                            bool   // many options: a menu instead of buttons
	None                            string // what choosing nothing is called
}

type choice struct {
	Value, Label string
	Chosen       bool
}

// A reportForm is the form as its page shows it.
type reportForm struct {
	Path, Draft, Unit, Emergency, Problem string
	Languages                             []choice
	Fields                                []field
}

// formFields are the questions of the form in their order; the place is asked when the address does not say it.
var formFields = []string{"kind", "what", "unit", "where", "danger", "harm", "category", "about_manager"}

// most of a form's options that are shown as buttons.
const mostButtons = 6

// form is the empty report form of a unit. Nobody has to say who they are.
func (s *Server) form(w http.ResponseWriter, r *http.Request) {
	org, err := s.DB.Organisation(r.Context())
	if err != nil {
		s.failed(w, r, err)
		return
	}
	s.showForm(w, r, org, http.StatusOK, map[string]string{"draft": uuid.NewString()}, "", "")
}

// showForm draws the form with what was typed so far.
func (s *Server) showForm(w http.ResponseWriter, r *http.Request, org *domain.Organisation, status int, typed map[string]string, at, problem string) {
	voice := s.voice(r)
	unit := unitOf(org, r)
	page := reportForm{Path: r.URL.Path, Draft: typed["draft"], Emergency: org.Emergency, Problem: problem}
	if u := org.Units[unit]; u != nil {
		page.Unit = string(u.Code) + " " + u.Name
	}
	for _, lang := range s.Catalog.Languages() {
		page.Languages = append(page.Languages, choice{Value: lang, Label: s.Catalog.Say(conversations.Voice{Language: lang}, "language.own_name", nil), Chosen: lang == voice.Language})
	}
	turn := conversations.Report.AsForm(conversations.Session{Flow: "report", Start: startForm(unit, "")}, domain.Facts{Org: org})
	for _, id := range formFields {
		i := slices.IndexFunc(turn.Open, func(q conversations.Question) bool { return q.ID == id })
		if i < 0 || id == "unit" && (unit != "" || len(org.Units) == 0) {
			continue
		}
		f := s.field(voice, turn.Open[i], typed)
		if id == at {
			f.Problem = problem
		}
		page.Fields = append(page.Fields, f)
	}
	s.show(w, status, "form", voice, s.Catalog.Say(voice, "web.form.title", nil), page)
}

func (s *Server) field(voice conversations.Voice, q conversations.Question, typed map[string]string) field {
	key := "web.form." + q.ID
	if !s.Catalog.Has(key) {
		key = q.Key + ".label"
	}
	f := field{ID: q.ID, Label: s.Catalog.Say(voice, key, q.Args), Long: q.Long, Required: !q.Optional && q.ID == "what", Tick: q.Shape == conversations.Tick, Value: q.Default}
	if hint := key + ".hint"; s.Catalog.Has(hint) {
		f.Hint = s.Catalog.Say(voice, hint, nil)
	}
	if q.ID == "kind" { // nothing is chosen for a reporter who does not know: the quality office sorts
		f.Value, f.None = "", s.Catalog.Say(voice, "web.form.not_sure", nil)
	}
	if v, said := typed[q.ID]; said {
		f.Value = v
	}
	for _, o := range q.Options {
		f.Options = append(f.Options, choice{Value: o.Value, Label: s.Catalog.Label(voice, o.Label), Chosen: o.Value == f.Value})
	}
	f.Menu = len(f.Options) > mostButtons
	return f
}

// unitOf is the unit of the address; empty when there is none of that code: a poster may be older than the roster.
func unitOf(org *domain.Organisation, r *http.Request) domain.UnitCode {
	code := domain.UnitCode(r.PathValue("unit"))
	if org.Units[code] == nil {
		return ""
	}
	return code
}

func startForm(unit domain.UnitCode, kind domain.Kind) domain.Args {
	start := domain.Args{}
	if unit != "" {
		start["unit"] = domain.Text(string(unit))
	}
	if kind != "" {
		start["kind"] = domain.Text(string(kind))
	}
	return start
}

// file takes the report. The same draft sent twice is one report; what could not be saved stays on the page.
func (s *Server) file(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.notice(w, r, http.StatusRequestEntityTooLarge, "web.too_long", nil)
		return
	}
	typed := map[string]string{"draft": r.PostForm.Get("draft")}
	if _, err := uuid.Parse(typed["draft"]); err != nil {
		typed["draft"] = uuid.NewString()
	}
	var answers []conversations.Answer
	for _, id := range formFields {
		if typed[id] = r.PostForm.Get(id); typed[id] != "" {
			answers = append(answers, conversations.Answer{Question: id, Value: typed[id]})
		}
	}
	org, err := s.DB.Organisation(r.Context())
	if err != nil {
		s.away(w, r, typed, err)
		return
	}
	kind := domain.Kind("")
	if typed["kind"] == "" {
		kind = domain.Unsorted
	}
	out, err := s.Bot.Receive(r.Context(), bot.Inbound{
		Provider: "web", ID: typed["draft"], Channel: domain.Web, Language: s.voice(r).Language,
		Submit: &bot.Submit{Flow: "report", Start: startForm(unitOf(org, r), kind), Answers: answers},
	})
	if err != nil {
		s.away(w, r, typed, err)
		return
	}
	if out.Problem != nil {
		s.showForm(w, r, org, http.StatusUnprocessableEntity, typed, fieldOf(out.Problem), out.Words)
		return
	}
	s.filed(w, r, out)
}

// away shows the form again, with everything in it, while the record is out of reach.
func (s *Server) away(w http.ResponseWriter, r *http.Request, typed map[string]string, err error) {
	if !store.Away(err) {
		s.Log.Error("form not filed", "error", safe(err))
	}
	w.Header().Set("Retry-After", "10")
	s.showForm(w, r, &domain.Organisation{}, http.StatusServiceUnavailable, typed, "", s.Catalog.Say(s.voice(r), "problem.away", nil))
}
