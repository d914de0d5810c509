package web

import (
	"crypto/rand"
	"errors"
	"net/http"
	"strconv"

	"goodcatch/domain"
)

// A signing is what the page of a document shows that asks for a signature: a PIN goes with the answer.
type signing struct {
	Answered bool // the right answer was given: only the PIN is missing
	Choose   bool // the reader has no PIN yet
}

// Next and Before are the parts around this one.
func (r reading) Next() int   { return r.Part + 1 }
func (r reading) Before() int { return r.Part - 1 }

// part goes on to a part of a long text, or back to one.
func (s *Server) part(w http.ResponseWriter, r *http.Request, v visit) {
	n, err := strconv.Atoi(r.PostForm.Get("part"))
	if err != nil || n < 1 {
		s.open(w, r, v, http.StatusOK, "")
		return
	}
	_, err = s.Bot.Visit(r.Context(), v.task, domain.ReachPart{Task: v.task.ID, Part: n})
	var invalid *domain.InvalidError
	if errors.As(err, &invalid) { // skipped one: where they were
		s.open(w, r, v, http.StatusUnprocessableEntity, s.Catalog.Say(v.voice, invalid.Reason, invalid.Args))
		return
	}
	if err == nil {
		v.task, v.version, err = s.DB.TaskByID(r.Context(), v.task.ID)
	}
	if err != nil {
		s.failed(w, r, err)
		return
	}
	v.version = v.version.In(v.org.LanguageOf(v.task.Person))
	s.text(w, r, v, n, http.StatusOK, "")
}

// text shows a part of an opened text; at the end of the last, the reader's own word and the question.
func (s *Server) text(w http.ResponseWriter, r *http.Request, v visit, part, status int, problem string) {
	parts := v.version.Parts()
	part = min(part, len(parts))
	page := s.page(v)
	page.Problem, page.Part, page.Parts = problem, part, len(parts)
	var err error
	if page.Text, err = s.manuscript(r.Context(), v.version, parts[part-1], "/s/"+v.task.Token+"/file"); err == nil && part == 1 {
		page.Changes, err = s.changes(r.Context(), v.version, v.org.LanguageOf(v.task.Person), pageRoom-page.Text.weight())
	}
	if err != nil {
		s.failed(w, r, err)
		return
	}
	if part == len(parts) {
		page.Word, page.Question = v.task.Word, v.version.Question
		for i, o := range v.version.Options {
			page.Options = append(page.Options, option{domain.Letter(i), o})
		}
		if v.version.Meaning == domain.Signed {
			p, err := s.Bot.PIN(r.Context(), v.task.Person)
			if err != nil {
				s.failed(w, r, err)
				return
			}
			page.Sign = &signing{Answered: !v.task.AnsweredAt.IsZero(), Choose: p.Choosing(s.businessTime(r))}
		}
	}
	s.show(w, status, "text", v.voice, v.version.Name()+" "+v.version.Title, page)
}

// sign takes the PIN of somebody who has answered rightly before.
func (s *Server) sign(w http.ResponseWriter, r *http.Request, v visit) {
	s.signWith(w, r, v, func(c domain.PINCheck, sentence string) domain.Command {
		return domain.EnterPIN{Task: v.task.ID, Check: c, Signing: sentence, Inbound: "web/" + rand.Text()}
	})
}

// signWith compares the PIN of a form and lets a command decide by it. It is compared again when another one was chosen meanwhile.
func (s *Server) signWith(w http.ResponseWriter, r *http.Request, v visit, command func(domain.PINCheck, string) domain.Command) {
	sentence := s.Catalog.Say(v.voice, "signature.meaning", nil)
	var change domain.Change
	var err error
	for range 2 {
		var check domain.PINCheck
		if check, err = s.Bot.CheckPIN(r.Context(), v.task.Person, r.PostForm.Get("pin"), r.PostForm.Get("pin_again")); err == nil {
			change, err = s.Bot.Visit(r.Context(), v.task, command(check, sentence))
		}
		if !errors.Is(err, domain.ErrConflict) {
			break
		}
	}
	if s.refused(w, r, v, err) {
		return
	}
	for _, e := range change.Entries {
		if p, ok := e.(domain.SavedPIN); ok && p.Tries > 0 {
			s.open(w, r, v, http.StatusUnprocessableEntity, s.Catalog.Say(v.voice, "web.doc.pin_wrong", domain.Args{"count": domain.Number(p.TriesLeft())}))
			return
		} else if ok && p.Locked(s.businessTime(r)) {
			s.open(w, r, v, http.StatusUnprocessableEntity, s.Catalog.Say(v.voice, "signature.pin_locked", domain.Args{"at": domain.Moment(p.LockedUntil)}))
			return
		}
	}
	s.answered(w, v, change)
}
