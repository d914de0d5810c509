package bottest

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"goodcatch/domain"
)

// The steps of stories about the life of documents:
//
//	hand in IC-04 8 for lee, mia           the operator hands in a version of quinn's; the reviewers are asked
//	hand in IC-04 8 for lee in 10d         it is to take effect in ten days
//	hand in IC-04 8 for lee changed more   the text differs
//	lee approves {link}                    on the page of the link
//	lee returns {link}: why
//	retire IC-04                           the operator retires what is in force
//	chart RACI-SEP sepsis: lead; quality   who is responsible for a topic, and who is accountable
var (
	handsIn   = regexp.MustCompile(`^hand in (\S+) (\d+)(?: for ([a-z, ]+?))?(?: in (\d+)d)?(?: changed (\w+))?$`)
	approves  = regexp.MustCompile(`^(\S+) approves (\S+)$`)
	givesBack = regexp.MustCompile(`^(\S+) returns (\S+): (.*)$`)
	retires   = regexp.MustCompile(`^retire (\S+)$`)
	charts    = regexp.MustCompile(`^chart (\S+) (\w+): ([a-z, ]+); (\w+)$`)
)

var operator = domain.Actor{Operator: true, Level: domain.A3}

// control does a step about the life of documents; done is false when the line is none.
func (s *Story) control(line string) (done bool, err error) {
	if m := handsIn.FindStringSubmatch(line); m != nil {
		return true, s.handIn(m)
	}
	if m := approves.FindStringSubmatch(line); m != nil {
		_, err := s.visit(m[2], url.Values{"do": {"approve"}})
		return true, err
	}
	if m := givesBack.FindStringSubmatch(line); m != nil {
		_, err := s.visit(m[2], url.Values{"do": {"return"}, "text": {m[3]}})
		return true, err
	}
	if m := retires.FindStringSubmatch(line); m != nil {
		var id int64
		if err := s.w.DB.Pool.QueryRow(s.w.TB.Context(), `SELECT current FROM documents WHERE code = $1`, m[1]).Scan(&id); err != nil {
			return true, err
		}
		_, err := s.w.DB.Do(s.w.TB.Context(), operator, domain.RetireDocument{Version: id})
		return true, err
	}
	if m := charts.FindStringSubmatch(line); m != nil {
		v, err := s.version(m[1], "1")
		v.Kind, v.Duties = domain.Responsibility, &domain.Duties{Topic: m[2], Accountable: domain.Role(m[4])}
		for _, role := range strings.Split(m[3], ", ") {
			v.Duties.Responsible = append(v.Duties.Responsible, domain.Role(role))
		}
		if err == nil {
			_, err = s.w.DB.Do(s.w.TB.Context(), operator, domain.HandInDocument{Version: v})
		}
		return true, err
	}
	return false, nil
}

func (s *Story) handIn(m []string) error {
	v, err := s.version(m[1], m[2])
	if err != nil {
		return err
	}
	for _, name := range strings.FieldsFunc(m[3], func(r rune) bool { return r == ',' || r == ' ' }) {
		id, err := s.person(name)
		if err != nil {
			return err
		}
		v.Reviewers = append(v.Reviewers, id)
	}
	if m[4] != "" {
		var days int
		if _, err := fmt.Sscan(m[4], &days); err != nil {
			return err
		}
		v.EffectiveOn = s.w.Clock.Now().Add(time.Duration(days) * 24 * time.Hour)
	}
	if m[5] != "" {
		v.Body += "\n" + m[5] + "\n"
		v.Hash += m[5]
	}
	_, err = s.w.DB.Do(s.w.TB.Context(), operator, domain.HandInDocument{Version: v})
	return err
}

// person finds somebody on the roster by first name.
func (s *Story) person(name string) (domain.PersonID, error) {
	org, err := s.w.DB.Organisation(s.w.TB.Context())
	if err != nil {
		return 0, err
	}
	for id, p := range org.People {
		if first(p.Name) == name {
			return id, nil
		}
	}
	return 0, fmt.Errorf("nobody is called %s", name)
}
