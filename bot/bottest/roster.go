package bottest

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing/fstest"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/store/importer"
)

// The steps of stories about people who come and go:
//
//	roster Nora New,+447700900120,,staff,4B,en,   a line of people.csv is imported: somebody joins, or moves
//	ana leaves the hospital                       a complete people.csv without her is imported
//	rota manager,4B,ben,week,2026-11-02,17:00,08:00,sat;sun   rota.csv is imported with this line; people by first names, separated by semicolons
//	ben is on leave 2026-11-20 to 2026-12-01      a line of leave.csv is imported; ", ana stands in" names the deputy
var (
	rosters = regexp.MustCompile(`^rota (\w+),(\w+),([^,]+),(.*)$`)
	joins   = regexp.MustCompile(`^roster (.*)$`)
	quits   = regexp.MustCompile(`^(\S+) leaves the hospital$`)
	rests   = regexp.MustCompile(`^(\S+) is on leave (\S+) to ([\d-]+)(?:, (\S+) stands in)?$`)
)

const peopleHeader = "name,phone,slack_id,roles,unit,language,timezone\n"

// roster does a step about people; done is false when the line is none.
func (s *Story) roster(line string) (done bool, err error) {
	if m := joins.FindStringSubmatch(line); m != nil {
		return true, s.importFile("people.csv", peopleHeader+m[1]+"\n", false)
	}
	if m := rosters.FindStringSubmatch(line); m != nil {
		return true, s.rota(m[1], m[2], m[3], m[4])
	}
	if m := quits.FindStringSubmatch(line); m != nil {
		return true, s.quits(m[1])
	}
	if m := rests.FindStringSubmatch(line); m != nil {
		p, err := s.known(m[1])
		if err != nil {
			return true, err
		}
		deputy := ""
		if m[4] != "" {
			d, err := s.known(m[4])
			if err != nil {
				return true, err
			}
			deputy = d.Phone.Value
		}
		return true, s.importFile("leave.csv", fmt.Sprintf("id,from,until,deputy\n%s,%s,%s,%s\n", p.Phone.Value, m[2], m[3], deputy), false)
	}
	return false, nil
}

// rota imports a line of rota.csv.
func (s *Story) rota(role, unit, people, rest string) error {
	var ids []string
	for who := range strings.SplitSeq(people, ";") {
		p, err := s.known(who)
		if err != nil {
			return err
		}
		ids = append(ids, p.Phone.Value)
	}
	return s.importFile("rota.csv", fmt.Sprintf("role,unit,people,every,first,from,until,days\n%s,%s,%s,%s\n", role, unit, strings.Join(ids, ";"), rest), false)
}

func (s *Story) importFile(name, text string, complete bool) error {
	dir := fstest.MapFS{name: {Data: []byte(text)}}
	_, err := importer.Import(s.w.TB.Context(), s.w.DB, dir, importer.Options{Complete: complete, Languages: conversations.NewCatalog("").Languages()}, false)
	return err
}

func (s *Story) known(who string) (*domain.Person, error) {
	org, err := s.w.DB.Organisation(s.w.TB.Context())
	if err != nil {
		return nil, err
	}
	for _, p := range org.People {
		if first(p.Name) == who {
			return p, nil
		}
	}
	return nil, fmt.Errorf("nobody is called %s", who)
}

// quits imports everybody else as complete.
func (s *Story) quits(who string) error {
	org, err := s.w.DB.Organisation(s.w.TB.Context())
	if err != nil {
		return err
	}
	var text bytes.Buffer
	text.WriteString(peopleHeader)
	w := csv.NewWriter(&text)
	for _, p := range org.People {
		if first(p.Name) == who || !p.Active {
			continue
		}
		var roles []string
		for _, r := range p.Roles {
			roles = append(roles, string(r))
		}
		slices.Sort(roles)
		if err := w.Write([]string{p.Name, p.Phone.Value, p.Slack.Value, strings.Join(roles, ";"), string(p.Unit), p.Language, ""}); err != nil {
			return err
		}
	}
	w.Flush()
	return s.importFile("people.csv", text.String(), true)
}
