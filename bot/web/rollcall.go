package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/store"
)

// A muster is a roll-call as its board shows it: numbers, never names. Whoever holds the link sees it; who leads the roll-call was sent it.
type muster struct {
	Token   string
	Mode    string
	Heading string
	Fresh   bool // it draws itself anew
	Running bool
	At      domain.Arg
	Began   domain.Arg
	Ended   domain.Arg
	State   domain.Arg
	Target  int
	Met     bool
	Known   bool
	domain.Tally
	Answers []answerRow
	Units   []domain.Tally
	More    int // units that are left out
	Curve   curve
	N3, N5  int // reached after so many minutes
	N10     int
	N15     int
}

type answerRow struct {
	Words domain.Arg
	Digit int
	Count int
	Width int // of a hundred
}

// mostUnits is how many units a board lists: those with the most people missing.
const mostUnits = 40

// A curve is the answers over time as lines of an SVG.
type curve struct {
	Points string // of the polyline
	Marks  []mark // the waves and the list
	Top    int    // people at the upper edge
	End    string // minutes at the right edge
}

type mark struct {
	X     int
	Label string
}

// The curve's field, in units of its view box.
const (
	curveLeft, curveRight, curveTop, curveBottom = 40, 600, 14, 200
	curveSteps                                   = 80
)

// board shows a roll-call. It is a GET: a screen on the wall draws it every few seconds, and it changes nothing.
func (s *Server) board(w http.ResponseWriter, r *http.Request) {
	m, voice, ok := s.muster(w, r)
	if !ok {
		return
	}
	page := musterOf(m)
	page.Fresh = page.Running && r.URL.Query().Get("still") == ""
	refresh := 0
	if page.Fresh {
		refresh = boardRefresh
	}
	page.Mode, page.Heading = s.headings(voice, m)
	s.showFresh(w, "muster", voice, s.Catalog.Say(voice, "web.rollcall.title", m.Args(nil)), page, refresh)
}

// headings are the mode, which stands first on the page and in its title, and what the roll-call is about.
func (s *Server) headings(voice conversations.Voice, m store.Muster) (mode, heading string) {
	about := domain.Args{"bare": domain.Text(string(m.Code)), "title": domain.Text(m.Title)}
	return s.Catalog.Say(voice, m.Mode().Key(), nil), s.Catalog.Say(voice, "web.rollcall.title", about)
}

// boardRefresh is after how many seconds a board is drawn anew.
const boardRefresh = 10

func (s *Server) muster(w http.ResponseWriter, r *http.Request) (store.Muster, conversations.Voice, bool) {
	m, err := s.DB.MusterByToken(r.Context(), r.PathValue("token"))
	if errors.Is(err, domain.ErrNotFound) && m.RollCall != nil { // its time is over
		plain(w, http.StatusGone, s.Catalog.Say(s.voice(r), "web.rollcall.closed", domain.Args{"bare": domain.Text(string(m.Code))}))
		return m, conversations.Voice{}, false
	}
	if errors.Is(err, domain.ErrNotFound) {
		s.missing(w, r)
		return m, conversations.Voice{}, false
	}
	if err != nil {
		s.failed(w, r, err)
		return m, conversations.Voice{}, false
	}
	voice := s.voice(r)
	if lang := r.URL.Query().Get("lang"); s.Catalog.Speaks(lang) {
		voice.Language = lang
	}
	voice.Zone, voice.Now = m.Org.Zone, m.Now
	return m, voice, true
}

// musterOf reckons what the board shows.
func musterOf(m store.Muster) muster {
	page := muster{
		Token: m.Token, Running: m.State == domain.CallRunning, At: domain.Moment(m.Now), Began: domain.Moment(m.StartedAt), State: domain.Term("rollcall_state." + string(m.State)), Target: m.Target,
		Tally: m.Tally(m.Org, m.Seats), Units: m.TallyByUnit(m.Org, m.Seats), Curve: curveOf(m),
		N3: m.Reached(m.Seats, domain.ReachTimes[0]), N5: m.Reached(m.Seats, domain.ReachTimes[1]), N10: m.Reached(m.Seats, domain.ReachTimes[2]), N15: m.Reached(m.Seats, domain.ReachTimes[3]),
	}
	if !m.EndedAt.IsZero() {
		page.Ended = domain.Moment(m.EndedAt)
	}
	page.Met, page.Known = m.Met(m.Seats, m.Now)
	if len(page.Units) > mostUnits {
		page.More, page.Units = len(page.Units)-mostUnits, page.Units[:mostUnits]
	}
	most := 1
	for _, n := range page.By {
		most = max(most, n)
	}
	for digit := domain.OnSite; digit <= domain.CallAnswers; digit++ {
		page.Answers = append(page.Answers, answerRow{domain.CallWords(digit), digit, page.By[digit], 100 * page.By[digit] / most})
	}
	page.Answers = append(page.Answers, answerRow{domain.Term("web.rollcall.none"), 0, page.By[0], 100 * page.By[0] / most})
	return page
}

// curveOf draws the answers over time, up to now or the all-clear, a minute at least.
func curveOf(m store.Muster) curve {
	points := m.Curve(m.Seats, m.Now, curveSteps)
	top := max(1, m.Tally(m.Org, m.Seats).Asked)
	end := max(time.Minute, points[len(points)-1].After)
	x := func(at time.Duration) int { return curveLeft + int((curveRight-curveLeft)*at/end) }
	c := curve{Top: top, End: fmt.Sprint(int(end / time.Minute))}
	var b strings.Builder
	last := -1
	for i, p := range points {
		y := curveBottom - (curveBottom-curveTop)*p.Count/top
		if p.Count == last && i < len(points)-1 && points[i+1].Count == last {
			continue // a level stretch needs its ends only
		}
		last = p.Count
		fmt.Fprintf(&b, "%d,%d ", x(p.After), y)
	}
	c.Points = strings.TrimSpace(b.String())
	for _, at := range domain.ReachTimes {
		if at > end {
			break
		}
		m := mark{X: x(at)}
		if at < end*4/5 { // else it would stand in the label of the edge
			m.Label = fmt.Sprint(int(at / time.Minute))
		}
		c.Marks = append(c.Marks, m)
	}
	return c
}

// A callList is who rings whom, as it is printed. It holds names and telephone numbers: only a POST shows it, so that no preview of the link
// ever does.
type callList struct {
	Token   string
	Mode    string
	Heading string
	At      domain.Arg
	Count   int
	Callers []callerPart
}

type callerPart struct {
	Name  string // empty: nobody is there to ring
	Lines []domain.CallLine
}

// Term is a catalogue's word.
func (callList) Term(key string) domain.Arg { return domain.Term(key) }

// Moment is a time as the page shows it.
func (callList) Moment(t time.Time) domain.Arg { return domain.Moment(t) }

// callList shows the list as it is at this moment: who has answered since is not on it any more.
func (s *Server) callList(w http.ResponseWriter, r *http.Request) {
	m, voice, ok := s.muster(w, r)
	if !ok {
		return
	}
	page := callList{Token: m.Token, At: domain.Moment(m.Now)}
	page.Mode, page.Heading = s.headings(voice, m)
	for _, l := range m.CallList(m.Org, m.Seats) {
		name := ""
		if l.Caller != nil {
			name = l.Caller.Name
		}
		if n := len(page.Callers); n == 0 || page.Callers[n-1].Name != name {
			page.Callers = append(page.Callers, callerPart{Name: name})
		}
		part := &page.Callers[len(page.Callers)-1]
		part.Lines = append(part.Lines, l)
		page.Count++
	}
	s.show(w, http.StatusOK, "call_list", voice, s.Catalog.Say(voice, "web.rollcall.title", m.Args(nil)), page)
}
