package web

import (
	"crypto/rand"
	"errors"
	"net/http"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/domain/mask"
)

// markdown draws procedures. Raw HTML in them is left out.
var markdown = goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough))

// A reading is a procedure as its page shows it.
type reading struct {
	Token, Code, Changed, Owner string
	Title                       string
	Number                      int
	Due                         domain.Arg
	Overdue                     bool // for review
	ReviewBy                    domain.Arg
	Text                        manuscript // on the opened page only
	Changes                     changes
	Word, Our                   string // the proof word, and the number to text it to
	Question                    string
	Options                     []option
	Problem                     string
	Part, Parts                 int      // which part of the text this is, from 1
	Sign                        *signing // the document asks for a signature; nil: an acknowledgement
}

type option struct{ Letter, Text string }

// visit is what is known about the page of a token.
type visit struct {
	task    domain.Task
	version *domain.DocumentVersion
	org     *domain.Organisation
	voice   conversations.Voice
}

// visit finds the page; it has answered already when ok is false.
func (s *Server) visit(w http.ResponseWriter, r *http.Request) (v visit, ok bool) {
	var err error
	v.task, v.version, err = s.DB.TaskByToken(r.Context(), r.PathValue("token"))
	if errors.Is(err, domain.ErrNotFound) || err == nil && v.version == nil {
		s.limits.wrong(r)
		s.missing(w, r)
		return v, false
	}
	if err == nil {
		v.org, err = s.DB.Organisation(r.Context())
	}
	if err != nil {
		s.failed(w, r, err)
		return v, false
	}
	p := v.org.People[v.task.Person]
	if p == nil || !p.Active {
		s.limits.wrong(r)
		s.missing(w, r)
		return v, false
	}
	s.limits.right(r)
	v.voice = conversations.Voice{Language: v.org.LanguageOf(p.ID), Zone: v.org.ZoneOf(p.ID), Now: s.businessTime(r)}
	if lang := r.URL.Query().Get("lang"); s.Catalog.Speaks(lang) {
		v.voice.Language = lang
	}
	v.version = v.version.In(v.org.LanguageOf(p.ID))
	if v.task.State != domain.TaskOpen {
		s.ended(w, r, v)
		return v, false
	}
	return v, true
}

// An ended page says what became of a task, and lets its text be read.
type ended struct {
	message
	Token string
}

// ended says what became of a task that is not open any more, and where to go instead.
func (s *Server) ended(w http.ResponseWriter, r *http.Request, v visit) {
	if r.PostForm.Get("do") == "open" { // every version stays readable, and says what it is
		s.openControl(w, r, v, http.StatusOK, "")
		return
	}
	args := domain.Args{"doc": domain.Text(v.version.Name()), "at": domain.Dated(v.task.DoneAt)}
	key := "web.doc.done"
	m := ended{Token: v.task.Token}
	if v.task.Kind != domain.ReadDocument {
		key = "web.control.ended"
	} else if v.task.State == domain.TaskWithdrawn {
		key = "web.doc.withdrawn"
		next, err := s.DB.NewerTask(r.Context(), v.task)
		switch {
		case err == nil:
			key, m.Link, m.To = "web.doc.newer", "/s/"+next.Token, s.Catalog.Say(v.voice, "web.doc.to_newer", nil)
		case !errors.Is(err, domain.ErrNotFound):
			s.failed(w, r, err)
			return
		}
	}
	m.Text = s.Catalog.Say(v.voice, key, args)
	s.show(w, http.StatusOK, "ended", v.voice, v.version.Name()+" "+v.version.Title, m)
}

func (s *Server) page(v visit) reading {
	return reading{
		Token: v.task.Token, Code: v.version.Name(), Title: v.version.Title, Number: v.version.Number, Changed: v.version.Changed, Owner: v.org.NameOf(v.version.Owner),
		Due: domain.Day(v.task.DueAt), Overdue: v.version.Overdue(v.voice.Now), ReviewBy: domain.Day(v.version.ReviewAt),
	}
}

// reading is the cover: what it is and what changed. It shows no text, so that a link preview opens nothing.
func (s *Server) reading(w http.ResponseWriter, r *http.Request) {
	v, ok := s.visit(w, r)
	switch {
	case ok && v.task.Kind != domain.ReadDocument:
		s.control(w, r, v)
	case ok:
		s.show(w, http.StatusOK, "cover", v.voice, v.version.Name()+" "+v.version.Title, s.page(v))
	}
}

// read does what a form of the page asks.
func (s *Server) read(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.missing(w, r)
		return
	}
	v, ok := s.visit(w, r)
	if !ok {
		return
	}
	if v.task.Kind != domain.ReadDocument {
		s.decide(w, r, v)
		return
	}
	switch r.PostForm.Get("do") {
	case "answer":
		s.answer(w, r, v)
	case "sign":
		s.sign(w, r, v)
	case "part":
		s.part(w, r, v)
	case "unclear":
		s.ask(w, r, v)
	case "not_mine":
		s.run(w, r, v, domain.NotMyJob{Task: v.task.ID}, "web.doc.not_mine_sent")
	default:
		s.open(w, r, v, http.StatusOK, "")
	}
}

// open opens the text, or goes on where its reader left it.
func (s *Server) open(w http.ResponseWriter, r *http.Request, v visit, status int, problem string) {
	if _, err := s.Bot.Visit(r.Context(), v.task, domain.OpenDocument{Task: v.task.ID}); err != nil {
		s.failed(w, r, err)
		return
	}
	opened, version, err := s.DB.TaskByID(r.Context(), v.task.ID)
	if err != nil {
		s.failed(w, r, err)
		return
	}
	v.task, v.version = opened, version.In(v.org.LanguageOf(opened.Person))
	s.text(w, r, v, max(1, min(opened.Reached, len(v.version.Parts()))), status, problem)
}

// answer takes the answer to the question: signed, or one more try.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, v visit) {
	chosen := strings.Index("ABCDEFGH", r.PostForm.Get("answer"))
	if r.PostForm.Get("answer") == "" {
		chosen = -1
	}
	if chosen < 0 || chosen >= len(v.version.Options) {
		s.open(w, r, v, http.StatusUnprocessableEntity, s.Catalog.Say(v.voice, "web.doc.choose", nil))
		return
	}
	cmd := domain.AnswerDocument{Task: v.task.ID, Option: chosen, Sentence: s.Catalog.Say(v.voice, "web.doc.meaning", nil), Inbound: "web/" + rand.Text()}
	if v.version.Meaning == domain.Signed && chosen == v.version.Right { // a wrong answer is told as one, whatever the PIN
		s.signWith(w, r, v, func(c domain.PINCheck, sentence string) domain.Command {
			cmd.PIN, cmd.Signing = &c, sentence
			return cmd
		})
		return
	}
	change, err := s.Bot.Visit(r.Context(), v.task, cmd)
	if !s.refused(w, r, v, err) {
		s.answered(w, v, change)
	}
}

// refused answers what a decision refused; false when it did not.
func (s *Server) refused(w http.ResponseWriter, r *http.Request, v visit, err error) bool {
	var invalid *domain.InvalidError
	switch {
	case err == nil:
		return false
	case errors.As(err, &invalid) && invalid.Reason == "problem.doc_read_first": // not opened yet: the cover says how
		s.show(w, http.StatusUnprocessableEntity, "cover", v.voice, v.version.Name()+" "+v.version.Title, s.page(v))
	case errors.As(err, &invalid):
		s.open(w, r, v, http.StatusUnprocessableEntity, s.Catalog.Say(v.voice, invalid.Reason, invalid.Args))
	default:
		s.failed(w, r, err)
	}
	return true
}

// answered shows what came of an answer: the receipt, or one more try.
func (s *Server) answered(w http.ResponseWriter, v visit, change domain.Change) {
	for _, e := range change.Entries {
		if a, ok := e.(domain.Attestation); ok {
			s.show(w, http.StatusOK, "signed", v.voice, v.version.Name()+" "+v.version.Title, signed{
				Code: v.version.Name(), Title: v.version.Title, Name: a.Name, Receipt: a.Number(), At: domain.Moment(a.At), Sentence: a.Sentence, Hash: a.Version.Hash,
			})
			return
		}
	}
	page := s.page(v)
	page.Problem = s.Catalog.Say(v.voice, "web.doc.wrong", domain.Args{"solution": domain.Text(v.version.RightAnswer())})
	s.show(w, http.StatusOK, "wrong", v.voice, v.version.Name()+" "+v.version.Title, page)
}

// signed is a receipt as its page shows it.
type signed struct {
	Code, Title, Name, Receipt, Sentence, Hash string
	At                                         domain.Arg
}

// ask takes "I do not understand" to the author.
func (s *Server) ask(w http.ResponseWriter, r *http.Request, v visit) {
	text := mask.Text(mask.Clean(r.PostForm.Get("text"))).Text
	if text == "" {
		s.open(w, r, v, http.StatusUnprocessableEntity, s.Catalog.Say(v.voice, "problem.empty", nil))
		return
	}
	if runes := []rune(text); len(runes) > 300 {
		text = string(runes[:300])
	}
	s.run(w, r, v, domain.AskAuthor{Task: v.task.ID, Text: text}, "web.doc.unclear_sent")
}

// run does something with a task and says that it is done.
func (s *Server) run(w http.ResponseWriter, r *http.Request, v visit, cmd domain.Command, key string) {
	if _, err := s.Bot.Visit(r.Context(), v.task, cmd); err != nil {
		s.failed(w, r, err)
		return
	}
	s.show(w, http.StatusOK, "message", v.voice, v.version.Name()+" "+v.version.Title, message{
		Text: s.Catalog.Say(v.voice, key, domain.Args{"doc": domain.Text(v.version.Name())}), Link: "/s/" + v.task.Token, To: s.Catalog.Say(v.voice, "web.back", nil),
	})
}
