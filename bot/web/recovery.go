package web

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
)

// A recovery is a disruption as its board shows it: activities and times, never names. Whoever holds the link sees it; who leads it was
// sent it. The link ends domain.RecoveryLinkValid after the disruption.
type recovery struct {
	Token   string
	Mode    string
	Heading string
	Fresh   bool // it draws itself anew
	Open    bool
	At      domain.Arg
	Began   domain.Arg
	Ended   domain.Arg
	State   domain.Arg
	domain.RecoveryTally
	Rows []recoveryRow
	More int // activities that are left out
}

// A recoveryRow is one activity. All that a colour says its words say.
type recoveryRow struct {
	Code, Name, Unit string
	State            domain.Arg
	Restored         bool
	Since            domain.Arg
	Due, Tolerable   domain.Arg
	RTO              domain.Arg
	Left             domain.Arg // until the RTO is over, or since; how long it took once it is restored
	Late             bool       // past the RTO; restored, but too late
	Over             bool       // past the MTPD
	Staff            int
	Waits            string // what it cannot do without and is not restored
}

// mostOutages is how many activities a board lists.
const mostOutages = 50

// recovery shows a disruption. It is a GET: a screen on the wall draws it every few seconds, and it changes nothing.
func (s *Server) recovery(w http.ResponseWriter, r *http.Request) {
	found, err := s.DB.RecoveryByToken(r.Context(), r.PathValue("token"))
	if errors.Is(err, domain.ErrNotFound) {
		s.missing(w, r)
		return
	}
	if err != nil {
		s.failed(w, r, err)
		return
	}
	voice := s.voice(r)
	if lang := r.URL.Query().Get("lang"); s.Catalog.Speaks(lang) {
		voice.Language = lang
	}
	voice.Zone, voice.Now = found.Org.Zone, found.Now
	page := recoveryOf(found)
	page.Fresh = page.Open && r.URL.Query().Get("still") == ""
	refresh := 0
	if page.Fresh {
		refresh = boardRefresh
	}
	about := domain.Args{"bare": domain.Text(string(found.Code)), "title": domain.Text(found.Title)}
	page.Mode, page.Heading = s.Catalog.Say(voice, found.Mode().Key(), nil), s.Catalog.Say(voice, "web.recovery.title", about)
	s.showFresh(w, "recovery", voice, s.Catalog.Say(voice, "web.recovery.title", found.Args(nil)), page, refresh)
}

// recoveryOf reckons what the board shows.
func recoveryOf(r store.Recovery) recovery {
	page := recovery{Token: r.Token, Open: r.ClosedAt.IsZero(), At: domain.Moment(r.Now), Began: domain.Moment(r.StartedAt), State: domain.Term("recovery_standing.open"), RecoveryTally: r.Tally(r.Now)}
	now := r.Now
	if !page.Open {
		page.State, page.Ended, now = domain.Term("recovery_standing.closed"), domain.Moment(r.ClosedAt), r.ClosedAt
	}
	for _, o := range r.Sorted() {
		if len(page.Rows) == mostOutages {
			page.More = len(r.Outages) - mostOutages
			break
		}
		page.Rows = append(page.Rows, rowOf(r.Disruption, o, now))
	}
	return page
}

func rowOf(d *domain.Disruption, o *domain.Outage, now time.Time) recoveryRow {
	row := recoveryRow{
		Code: string(o.Activity.Code), Name: o.Activity.Name, Unit: string(o.Activity.Unit), State: domain.Term("recovery_state." + string(o.State)), Restored: o.State == domain.Restored, Since: domain.Moment(o.At),
		Due: domain.Moment(o.DueAt()), Tolerable: domain.Moment(o.IntolerableAt()), RTO: domain.Span(o.Activity.RTO), Late: o.Late(now), Staff: o.Activity.Staff,
	}
	if row.Restored {
		row.Left = domain.Span(max(o.At.Sub(o.DownAt), time.Minute))
		return row
	}
	row.Left, row.Over = domain.Span(max(o.DueAt().Sub(now).Abs(), time.Minute)), now.After(o.IntolerableAt())
	var waits []string
	for _, code := range o.Activity.Needs {
		if needed := d.Outage(code); needed != nil && needed.State != domain.Restored {
			waits = append(waits, string(code))
		}
	}
	row.Waits = strings.Join(waits, ", ")
	return row
}
