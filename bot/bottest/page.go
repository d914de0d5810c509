package bottest

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"goodcatch/domain"
)

// The steps of stories about procedures and pages:
//
//	publish IC-04 7                        the operator puts a version of the hand hygiene procedure in force
//	publish IC-04 7 signed digest spanish  it asks for a signature; it has a digest; it has a translation; rewritten: other words
//	ana opens {link}                       her page is opened by a POST; {word} is the word at its end
//	mia opens {link} < pattern             and these are its words
//	ana answers {link} C                   she answers on the page
//	page {link} < pattern                  the page's words, by GET
//	page {link} by post < pattern          and after pressing its button
//	ana enters {link} 1 for yu < pattern   on the page of those she rings she enters what yu said; 0: not reached
//	ana shows {link} < pattern             her page's words, by the POST that opens it; ana exports {link} < pattern: the file
var (
	publishes = regexp.MustCompile(`^publish (\S+) (\d+)((?: signed| digest| spanish| rewritten)*)$`)
	opens     = regexp.MustCompile(`^(\S+) opens (\S+)(?: < (.*))?$`)
	answers   = regexp.MustCompile(`^(\S+) answers (\S+) ([A-D])(?: < (.*))?$`)
	pages     = regexp.MustCompile(`^page (\S+)( by post)? < (.*)$`)
	enters    = regexp.MustCompile(`^\S+ enters (\S+) (\d) for (\S+) < (.*)$`)
	personals = regexp.MustCompile(`^(\S+) (shows|exports) (\S+) < (.*)$`)
	wordShown = regexp.MustCompile(`<p class="word"[^>]*>(\w+)</p>`)
	tags      = regexp.MustCompile(`(?s)<style>.*?</style>|<[^>]*>`)
)

// page does a step about procedures and pages; done is false when the line is none.
func (s *Story) page(line string) (done bool, err error) {
	if m := publishes.FindStringSubmatch(line); m != nil {
		return true, s.publish(m[1], m[2], m[3])
	}
	if m := opens.FindStringSubmatch(line); m != nil {
		body, err := s.visit(m[2], url.Values{"do": {"open"}})
		if err == nil && m[3] != "" && !s.matches(m[3], visible(body)) {
			return true, fmt.Errorf("the page says: %s", visible(body))
		}
		if word := wordShown.FindStringSubmatch(body); err == nil && word != nil {
			s.names["word"] = word[1]
			return true, nil
		}
		if err == nil && m[3] != "" { // a reviewer's page has no word
			return true, nil
		}
		return true, fmt.Errorf("the page shows no word: %s", visible(body))
	}
	if m := answers.FindStringSubmatch(line); m != nil {
		body, err := s.visit(m[2], url.Values{"do": {"answer"}, "answer": {m[3]}})
		if err == nil && m[4] != "" && !s.matches(m[4], visible(body)) {
			err = fmt.Errorf("the page says: %s", visible(body))
		}
		return true, err
	}
	if m := enters.FindStringSubmatch(line); m != nil {
		id, err := s.person(m[3])
		if err != nil {
			return true, err
		}
		body, err := s.visit(m[1], url.Values{"do": {"answer"}, "person": {fmt.Sprint(id)}, "answer": {m[2]}})
		if err == nil && !s.matches(m[4], visible(body)) {
			err = fmt.Errorf("the page says: %s", visible(body))
		}
		return true, err
	}
	if m := personals.FindStringSubmatch(line); m != nil {
		do := map[string]string{"shows": "open", "exports": "export"}[m[2]]
		body, err := s.visit(m[3], url.Values{"do": {do}})
		if err == nil && !s.matches(m[4], visible(body)) {
			err = fmt.Errorf("the page says: %s", visible(body))
		}
		return true, err
	}
	if m := pages.FindStringSubmatch(line); m != nil {
		var form url.Values
		if m[2] != "" {
			form = url.Values{"do": {"open"}}
		}
		body, err := s.visit(m[1], form)
		if err == nil && !s.matches(m[3], visible(body)) {
			err = fmt.Errorf("the page says: %s", visible(body))
		}
		return true, err
	}
	return false, nil
}

func visible(body string) string {
	return strings.Join(strings.Fields(tags.ReplaceAllString(body, " ")), " ")
}

// visit asks for a page of ours, by POST when there is a form.
func (s *Story) visit(link string, form url.Values) (string, error) {
	link = s.fill(link)
	at := s.w.Product + link[strings.Index(link, "/"):]
	var r *http.Response
	var err error
	if form == nil {
		r, err = http.Get(at)
	} else {
		r, err = http.PostForm(at, form)
	}
	if err != nil {
		return "", err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	s.lastPage = string(body)
	if err == nil && r.StatusCode >= 500 {
		err = fmt.Errorf("status %d", r.StatusCode)
	}
	return string(body), err
}

// publish puts a version in force for the staff of ward 4B.
func (s *Story) publish(code, number, traits string) error {
	v, err := s.version(code, number)
	if err != nil {
		return err
	}
	if strings.Contains(traits, "signed") {
		v.Meaning = domain.Signed
	}
	if strings.Contains(traits, "digest") {
		v.Digest = []string{"Gel before gloves, every time.", "Gel after gloves, every time, before you leave the bay.", "Soap and water when hands look dirty."}
	}
	if strings.Contains(traits, "spanish") {
		v.Translations = map[string]domain.Translation{"es": {
			Title: "Higiene de manos", Changed: "gel antes y DESPUES de los guantes", Question: "Se quita los guantes y sale del box. Gel?",
			Options: []string{"no", "solo si hay suciedad", "siempre"}, Body: "# Higiene de manos\n\nGel **antes** y después de los guantes.\n", Hash: v.Hash + "-es",
		}}
	}
	if strings.Contains(traits, "rewritten") {
		rewrite(&v)
	}
	_, err = s.w.DB.Do(s.w.TB.Context(), operator, domain.PublishDocument{Version: v})
	return err
}

// rewrite changes some words of a version's text, in each language.
func rewrite(v *domain.DocumentVersion) {
	v.Body = strings.Replace(v.Body, "after gloves", "after every pair of gloves", 1)
	if t, ok := v.Translations["es"]; ok {
		t.Body = strings.Replace(t.Body, "de los guantes", "de cada par de guantes", 1)
		v.Translations["es"] = t
	}
}

// version is a version of the hand hygiene procedure for the staff of ward 4B. Its owner is of the quality office.
func (s *Story) version(code, number string) (domain.DocumentVersion, error) {
	var n int
	if _, err := fmt.Sscan(number, &n); err != nil {
		return domain.DocumentVersion{}, err
	}
	owner, err := s.person("quinn")
	return domain.DocumentVersion{
		Code: code, Title: "Hand hygiene", Number: n, Due: 14 * 24 * time.Hour, Changed: "gel before AND after gloves", Owner: owner,
		Question: "Gloves come off and you leave the bay. Gel?", Options: []string{"no", "only if soiled", "always"}, Right: 2,
		Body: "# Hand hygiene\n\nUse gel **before** and after gloves.\n", Hash: fmt.Sprintf("%s-%d", code, n),
		Audience: domain.Audience{Roles: []domain.Role{domain.Staff}, Units: []domain.UnitCode{"4B"}},
	}, err
}
