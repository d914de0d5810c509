package web

import (
	"errors"
	"net/http"
	"strconv"

	"goodcatch/bot"
	"goodcatch/domain"
)

// A caller is the page of somebody who rings others in a roll-call: exactly whom they ring, and what each of them says. Its cover, which
// any preview of the link may fetch, names nobody. When the all-clear is given the numbers are gone.
type caller struct {
	Token   string
	Name    string // whose page it is
	Mode    string
	Heading string
	Running bool
	At      domain.Arg
	Ended   domain.Arg
	Count   int // still to reach
	Missing []callerLine
	Heard   []callerLine
	Choices []callerChoice
	Done    string // what was just saved
	Problem string
}

// A callerLine is one of those who are rung.
type callerLine struct {
	ID         domain.PersonID
	Name, Unit string
	Phone      string
	Why        domain.Arg
	Tried      domain.Arg // empty: not yet
	Answer     int
	Words, At  domain.Arg
	Entered    bool // by the caller
}

// An entry is the form about one of them.
type entry struct {
	Page view
	callerLine
}

// A callerChoice is an answer that can be entered.
type callerChoice struct {
	Digit int
	Words domain.Arg
}

// callerCover is what a GET shows: a button.
func (s *Server) callerCover(w http.ResponseWriter, r *http.Request) {
	if found, ok := s.callerPart(w, r); ok {
		s.showCaller(w, http.StatusOK, "caller_cover", found, s.callerOf(r, found))
	}
}

// ring shows the page, or keeps what the caller enters first.
func (s *Server) ring(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.missing(w, r)
		return
	}
	found, ok := s.callerPart(w, r)
	if !ok {
		return
	}
	if r.PostForm.Get("do") != "answer" {
		s.showCaller(w, http.StatusOK, "caller", found, s.callerOf(r, found))
		return
	}
	person, answer, err := entryOf(r)
	if err == nil {
		err = s.Bot.AnswerFor(r.Context(), found, person, answer)
	}
	if err != nil && !isRefusal(err) {
		s.failed(w, r, err)
		return
	}
	if found, ok = s.callerPart(w, r); !ok { // as it is now
		return
	}
	page, status := s.callerOf(r, found), http.StatusOK
	if err != nil {
		key, args := bot.Problem(found.Org, err)
		status, page.Problem = http.StatusUnprocessableEntity, s.Catalog.Say(found.Voice, key, args)
	} else {
		page.Done = s.entered(found, person, answer)
	}
	s.showCaller(w, status, "caller", found, page)
}

// entryOf is what the page's form says: of whom, and what.
func entryOf(r *http.Request) (person domain.PersonID, answer int, err error) {
	id, err := strconv.ParseInt(r.PostForm.Get("person"), 10, 64)
	if err != nil {
		return 0, 0, domain.ErrForbidden
	}
	if answer, err = strconv.Atoi(r.PostForm.Get("answer")); err != nil {
		return 0, 0, domain.Invalid("answer", "problem.choice")
	}
	return domain.PersonID(id), answer, nil
}

// entered says what was saved.
func (s *Server) entered(found bot.CallerPage, person domain.PersonID, answer int) string {
	args := domain.Args{"person": domain.Text(found.Org.NameOf(person)), "answer": domain.Number(answer), "words": domain.CallWords(answer), "at": domain.Moment(found.EndedAt)}
	switch {
	case answer == domain.NotReached:
		return s.Catalog.Say(found.Voice, "web.caller.saved_none", args)
	case found.State == domain.CallEnded:
		return s.Catalog.Say(found.Voice, "web.caller.saved_late", args)
	default:
		return s.Catalog.Say(found.Voice, "web.caller.saved", args)
	}
}

// callerPart opens the link of a request, in the language of its caller or of the address.
func (s *Server) callerPart(w http.ResponseWriter, r *http.Request) (bot.CallerPage, bool) {
	found, err := s.Bot.CallerPage(r.Context(), r.PathValue("token"))
	if errors.Is(err, domain.ErrNotFound) {
		s.limits.wrong(r)
		if found.RollCall != nil { // its time is over
			plain(w, http.StatusGone, s.Catalog.Say(s.voice(r), "web.caller.closed", domain.Args{"bare": domain.Text(string(found.Code))}))
			return found, false
		}
		s.missing(w, r)
		return found, false
	}
	if err != nil {
		s.failed(w, r, err)
		return found, false
	}
	s.limits.right(r)
	if lang := r.URL.Query().Get("lang"); s.Catalog.Speaks(lang) {
		found.Voice.Language = lang
	}
	return found, true
}

func (s *Server) showCaller(w http.ResponseWriter, status int, page string, found bot.CallerPage, data caller) {
	s.show(w, status, page, found.Voice, s.Catalog.Say(found.Voice, "web.rollcall.title", found.Args(nil)), data)
}

// callerOf lays a caller's part out.
func (s *Server) callerOf(r *http.Request, found bot.CallerPage) caller {
	page := caller{Token: r.PathValue("token"), Name: found.Caller.Name, Running: found.State == domain.CallRunning, At: domain.Moment(found.Now)}
	page.Mode, page.Heading = s.headings(found.Voice, found.Muster)
	if !found.EndedAt.IsZero() {
		page.Ended = domain.Moment(found.EndedAt)
	}
	for digit := domain.OnSite; digit <= domain.CallAnswers; digit++ {
		page.Choices = append(page.Choices, callerChoice{digit, domain.Term("reply.rollcall_" + strconv.Itoa(digit))})
	}
	for _, l := range found.Part(found.Org, found.Seats, found.Caller.ID) {
		line := callerLine{ID: l.Person.ID, Name: l.Person.Name, Unit: string(l.Person.Unit), Answer: l.Seat.Answer, Words: domain.CallWords(l.Seat.Answer), At: domain.Moment(l.Seat.At), Entered: l.Entered()}
		if l.Heard() {
			page.Heard = append(page.Heard, line)
			continue
		}
		line.Why = domain.Term(l.Why)
		if !l.Seat.TriedAt.IsZero() {
			line.Tried = domain.Moment(l.Seat.TriedAt)
		}
		if page.Running {
			line.Phone = l.Person.Phone.Value
		}
		page.Missing = append(page.Missing, line)
	}
	page.Count = len(page.Missing)
	return page
}
