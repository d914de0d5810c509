package bottest

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
)

// A step about the page that was shown last, as a browser would:
//
//	lee presses Nudge the rest < pattern   the first button with these words: its form is sent, and these are the words of what comes
var (
	presses  = regexp.MustCompile(`^(\S+) presses (.+?) < (.*)$`)
	forms    = regexp.MustCompile(`(?s)<form method="post" action="([^"]+)">(.*?)</form>`)
	hidden   = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
	buttons  = regexp.MustCompile(`(?s)<button([^>]*)>(.*?)</button>`)
	nameOf   = regexp.MustCompile(`name="([^"]*)" value="([^"]*)"`)
	anyWords = regexp.MustCompile(`\s+`)
)

// form does a step about the page shown last; done is false when the line is none.
func (s *Story) form(line string) (done bool, err error) {
	m := presses.FindStringSubmatch(line)
	if m == nil {
		return false, nil
	}
	action, values, err := pressed(s.lastPage, m[2])
	if err != nil {
		return true, err
	}
	body, err := s.visit(action, values)
	if err == nil && !s.matches(m[3], visible(body)) {
		err = fmt.Errorf("the page says: %s", visible(body))
	}
	return true, err
}

// pressed is what a browser sends for the first button with these words.
func pressed(page, label string) (action string, values url.Values, err error) {
	for _, f := range forms.FindAllStringSubmatch(page, -1) {
		for _, b := range buttons.FindAllStringSubmatch(f[2], -1) {
			words := strings.TrimSpace(anyWords.ReplaceAllString(html.UnescapeString(b[2]), " "))
			if words != label {
				continue
			}
			values = url.Values{}
			for _, h := range append(hidden.FindAllStringSubmatch(f[2], -1), nameOf.FindAllStringSubmatch(b[1], -1)...) {
				values.Set(html.UnescapeString(h[1]), html.UnescapeString(h[2]))
			}
			return html.UnescapeString(f[1]), values, nil
		}
	}
	return "", nil, fmt.Errorf("no button %q on: %s", label, visible(page))
}
