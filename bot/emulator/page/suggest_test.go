package page_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"goodcatch/bot/emulator/page/pagetest"
)

// openSearch opens a modal with a menu that is typed into, and returns the view's id.
func (s *show) openSearch(user string) string {
	s.t.Helper()
	if err := s.emulator.SlackUser(user).Slash("/report", ""); err != nil {
		s.t.Fatal(err)
	}
	command, err := url.ParseQuery(<-s.heard)
	if err != nil {
		s.t.Fatal(err)
	}
	menu := slack.NewOptionsSelectBlockElement(slack.OptTypeExternal, nil, "a")
	atOnce := 0
	menu.MinQueryLength = &atOnce
	words := func(s string) *slack.TextBlockObject {
		return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
	}
	_, err = s.slack.OpenView(command.Get("trigger_id"), slack.ModalViewRequest{
		Type: slack.VTModal, Title: words("Report"), Submit: words("Send"), Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewInputBlock("where", words("Where?"), nil, menu)}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	v, _ := s.emulator.SlackUser(user).View()
	return v.ID
}

func TestTypingIntoAMenuAsksTheProduct(t *testing.T) {
	s := start(t)
	view := s.openSearch("U0010")
	res, err := http.Post(s.url+"/demo/suggest", "application/json", strings.NewReader(`{"user": "U0010", "view": "`+view+`", "block": "where", "action": "a", "text": "war"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var answer struct{ Words []string }
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || len(answer.Words) != 1 || answer.Words[0] != "4B Ward 4B" {
		t.Errorf("got %v, %v", answer.Words, err)
	}
	if body := <-s.heard; !strings.Contains(body, "block_suggestion") || !strings.Contains(body, "%22value%22%3A%22war%22") {
		t.Errorf("the product heard %q", body)
	}
	b := pagetest.Open(t, s.url, 1280, 900)
	b.Type("Where?", "4B Ward 4B")
	b.Press("Send")
	for body := range s.heard {
		if strings.Contains(body, "view_submission") {
			if !strings.Contains(body, "%22value%22%3A%224B%22") {
				t.Errorf("the form held %q", body)
			}
			break
		}
	}
}
