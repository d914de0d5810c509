package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"goodcatch/bot"
	"goodcatch/domain"
)

// A roll is one campaign as its page shows it: how signing goes ward by ward, and who has not signed.
type roll struct {
	Token, Code, Title, Unit string
	Ward                     string // the one whose names are shown; empty: all
	Number                   int
	Version                  int64
	Due                      domain.Arg
	domain.Progress
	Bar           []segment
	Wards         []ward
	Names, Absent []name
	More          struct{ Wards, Names, Absent int } // left out: a page weighs 30 kB
	Shown, Gone   int                                // how many names there are in all
	Nudge, Again  int
	Problem, Done string
}

// A ward is a line of it.
type ward struct {
	Code, Name string
	domain.Progress
}

// Rest counts those who can still be waited for.
func (w ward) Rest() int { return w.Open() - w.NotReached() }

// A name is another, with what keeps them from signing.
type name struct {
	Name, Unit, How string
	Late            bool
}

// Bytes that the lists of a campaign's page may take: all, the wards, and those who cannot be reached.
const (
	rollRoom   = 17 << 10
	wardRoom   = 7 << 10
	absentRoom = 4 << 10
)

// campaign shows a campaign, or nudges the rest of it first.
func (s *Server) campaign(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.missing(w, r)
		return
	}
	c, ok := s.console(w, r)
	if !ok {
		return
	}
	said := roll{Token: r.PathValue("token")}
	status := http.StatusOK
	if r.PostForm.Get("do") == "nudge" {
		switch n, err := s.nudge(r, c); {
		case err == nil:
			said.Done = s.Catalog.Say(c.Voice, "web.console.nudged", domain.Args{"count": domain.Number(n)})
		case isRefusal(err):
			key, args := bot.Problem(c.Org, err)
			status, said.Problem = http.StatusUnprocessableEntity, s.Catalog.Say(c.Voice, key, args)
		default:
			s.failed(w, r, err)
			return
		}
	}
	only := domain.UnitCode(r.PostForm.Get("unit"))
	v, list, err := s.Bot.Roll(r.Context(), c, r.PathValue("code"), only)
	switch {
	case errors.Is(err, domain.ErrNotFound):
		s.overview(w, r, c, http.StatusNotFound, s.Catalog.Say(c.Voice, "web.console.not_here", domain.Args{"doc": domain.Text(strings.ToUpper(r.PathValue("code")))}))
	case err != nil:
		s.failed(w, r, err)
	default:
		v = v.In(c.Voice.Language)
		s.show(w, status, "roll", c.Voice, fmt.Sprintf("%s v%d %s", v.Code, v.Number, v.Title), s.roll(said, c, v, list, only))
	}
}

// isRefusal reports whether an error is an answer to the person rather than a fault of ours.
func isRefusal(err error) bool {
	var invalid *domain.InvalidError
	return errors.As(err, &invalid) || errors.Is(err, domain.ErrForbidden) || errors.Is(err, domain.ErrNotFound)
}

// nudge reminds those who have not signed the version that the page was about.
func (s *Server) nudge(r *http.Request, c bot.Console) (reminded int, err error) {
	var version int64
	if _, err := fmt.Sscan(r.PostForm.Get("version"), &version); err != nil {
		return 0, domain.ErrNotFound
	}
	return s.Bot.Nudge(r.Context(), c, version)
}

// roll lays a roll out, as much of it as a page may weigh.
func (s *Server) roll(page roll, c bot.Console, v *domain.DocumentVersion, list domain.Roll, only domain.UnitCode) roll {
	p := list.Progress
	page.Code, page.Title, page.Number, page.Version, page.Due = v.Code, v.Title, v.Number, v.ID, domain.Day(list.DueAt)
	page.Progress, page.Nudge, page.Again, page.Shown, page.Gone = p, list.Nudge, list.Again, len(list.Waiting), len(list.Missing)
	page.Bar = bar([]string{"signed", "read", "waiting", "away", "absent"}, p.Signed, p.Read, p.Waiting+p.Disputed, p.Away, p.NotReached())
	page.Unit = partName(c.Org, list.Top)
	if c.Org.Units[only] != nil {
		page.Ward = unitName(c.Org, only)
	}
	room := rollRoom
	for _, x := range list.Wards {
		line := ward{Code: string(x.Unit), Name: unitName(c.Org, x.Unit), Progress: x.Progress}
		if room -= len(line.Name) + len(line.Code) + 150; room < rollRoom-wardRoom {
			break
		}
		page.Wards = append(page.Wards, line)
	}
	page.Absent, room = s.names(c, list.Missing, room, room-absentRoom)
	page.Names, _ = s.names(c, list.Waiting, room, 0)
	page.More.Wards, page.More.Absent, page.More.Names = len(list.Wards)-len(page.Wards), page.Gone-len(page.Absent), page.Shown-len(page.Names)
	return page
}

// names puts people into words until the room is down to what is to be left of it.
func (s *Server) names(c bot.Console, people []domain.Waiting, room, leave int) (lines []name, left int) {
	for _, w := range people {
		line := name{Name: w.Person.Name, Unit: string(w.Person.Unit), How: s.Catalog.Say(c.Voice, "web.console.unopened", nil), Late: w.Late}
		switch {
		case w.Why != "":
			line.How = s.Catalog.Say(c.Voice, "web.console.why."+string(w.Why), nil)
		case w.Read:
			line.How = s.Catalog.Say(c.Voice, "web.console.read", nil)
		}
		if room -= len(line.Name) + len(line.Unit) + len(line.How) + 60; room < leave {
			break
		}
		lines = append(lines, line)
	}
	return lines, room
}
