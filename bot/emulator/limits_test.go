package emulator_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// call posts JSON to a method and returns the error Slack would give.
func (p *product) call(method string, body map[string]any) string {
	p.t.Helper()
	content, err := json.Marshal(body)
	ok(p.t, err)
	req, err := http.NewRequest("POST", p.e.Options().BaseURL()+"/slack/api/"+method, strings.NewReader(string(content)))
	ok(p.t, err)
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("Authorization", "Bearer "+p.e.Options().SlackBotToken)
	res, err := http.DefaultClient.Do(req)
	ok(p.t, err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	ok(p.t, err)
	var answer struct {
		OK    bool
		Error string
	}
	ok(p.t, json.Unmarshal(raw, &answer))
	if res.Header.Get("X-OAuth-Scopes") == "" {
		p.t.Error("no X-OAuth-Scopes")
	}
	return answer.Error
}

// times repeats a JSON value in an array; %d becomes the position.
func times(n int, value string) string {
	var out []string
	for i := range n {
		out = append(out, strings.ReplaceAll(value, "%d", fmt.Sprint(i)))
	}
	return "[" + strings.Join(out, ",") + "]"
}

func words(n int) string { return strings.Repeat("x", n) }

func TestMessageLimits(t *testing.T) {
	t.Parallel()
	section := func(s string) string { return `{"type":"section","text":{"type":"mrkdwn","text":"` + s + `"}}` }
	button := func(text, more string) string {
		return `[{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"` + text + `"}` + more + `}]}]`
	}
	option := `{"text":{"type":"plain_text","text":"o%d"},"value":"v%d"}`
	for name, tc := range map[string]struct{ blocks, code string }{
		"one section":            {"[" + section("hello") + "]", ""},
		"fifty blocks":           {times(50, `{"type":"divider"}`), ""},
		"fifty-one blocks":       {times(51, `{"type":"divider"}`), "invalid_blocks"},
		"section 3000":           {"[" + section(words(3000)) + "]", ""},
		"section 3001":           {"[" + section(words(3001)) + "]", "invalid_blocks"},
		"section empty":          {"[" + section("") + "]", "invalid_blocks"},
		"section without text":   {`[{"type":"section"}]`, "invalid_blocks"},
		"eleven fields":          {`[{"type":"section","fields":` + times(11, `{"type":"mrkdwn","text":"f"}`) + `}]`, "invalid_blocks"},
		"header 151":             {`[{"type":"header","text":{"type":"plain_text","text":"` + words(151) + `"}}]`, "invalid_blocks"},
		"header in mrkdwn":       {`[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`, "invalid_blocks"},
		"eleven in context":      {`[{"type":"context","elements":` + times(11, `{"type":"mrkdwn","text":"f"}`) + `}]`, "invalid_blocks"},
		"button 75":              {button(words(75), `,"value":"`+words(2000)+`"`), ""},
		"button 76":              {button(words(76), ""), "invalid_blocks"},
		"button value 2001":      {button("x", `,"value":"`+words(2001)+`"`), "invalid_blocks"},
		"button style":           {button("x", `,"style":"default"`), "invalid_blocks"},
		"action id 256":          {button("x", `,"action_id":"`+words(256)+`"`), "invalid_blocks"},
		"same action id":         {`[{"type":"actions","elements":` + times(2, `{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"}}`) + `}]`, "invalid_blocks"},
		"26 buttons":             {`[{"type":"actions","elements":` + times(26, `{"type":"button","action_id":"a%d","text":{"type":"plain_text","text":"x"}}`) + `}]`, "invalid_blocks"},
		"same block id":          {times(2, `{"type":"divider","block_id":"b"}`), "invalid_blocks"},
		"menu of 100":            {`[{"type":"actions","elements":[{"type":"static_select","options":` + times(100, option) + `}]}]`, ""},
		"menu of 101":            {`[{"type":"actions","elements":[{"type":"static_select","options":` + times(101, option) + `}]}]`, "invalid_blocks"},
		"radio of 11":            {`[{"type":"actions","elements":[{"type":"radio_buttons","options":` + times(11, option) + `}]}]`, "invalid_blocks"},
		"overflow of 6":          {`[{"type":"actions","elements":[{"type":"overflow","options":` + times(6, option) + `}]}]`, "invalid_blocks"},
		"foreign initial option": {`[{"type":"actions","elements":[{"type":"static_select","initial_option":{"text":{"type":"plain_text","text":"z"},"value":"z"},"options":` + times(2, option) + `}]}]`, "invalid_blocks"},
		"text input in actions":  {`[{"type":"actions","elements":[{"type":"plain_text_input"}]}]`, "invalid_blocks"},
		"alert":                  {`[{"type":"alert","text":{"type":"plain_text","text":"x"}}]`, "invalid_blocks"},
		"unknown block":          {`[{"type":"banner"}]`, "invalid_blocks"},
		"not an array":           {`{"type":"divider"}`, "invalid_blocks_format"},
		"too much in all":        {times(5, section(words(2700))), "msg_blocks_too_long"},
		"markdown 12001":         {`[{"type":"markdown","text":"` + words(12001) + `"}]`, "invalid_blocks"},
		"two tables":             {times(2, `{"type":"table","rows":[[{"type":"raw_text","text":"a"}]]}`), "only_one_table_allowed"},
		"seven pie segments":     {`[{"type":"data_visualization","title":"t","chart":{"type":"pie","segments":` + times(7, `{"label":"a","value":1}`) + `}}]`, "invalid_blocks"},
		"confirm title 101": {button("x", `,"confirm":{"title":{"type":"plain_text","text":"`+words(101)+
			`"},"text":{"type":"plain_text","text":"t"},"confirm":{"type":"plain_text","text":"y"},"deny":{"type":"plain_text","text":"n"}}`), "invalid_blocks"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t)
			p.lee()
			if got := p.call("chat.postMessage", map[string]any{"channel": "U0LEE", "text": "t", "blocks": json.RawMessage(tc.blocks)}); got != tc.code {
				t.Errorf("got %q, want %q: %v", got, tc.code, p.e.Violations())
			}
			if (tc.code != "") != (len(p.e.Violations()) > 0) {
				t.Errorf("violations %v", p.e.Violations())
			}
		})
	}
}

func TestMessageTextRules(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.lee()
	if got := p.call("chat.postMessage", map[string]any{"channel": "U0LEE"}); got != "no_text" {
		t.Errorf("nothing: %q", got)
	}
	if got := p.call("chat.postMessage", map[string]any{"channel": "U0LEE", "text": words(40001)}); got != "msg_too_long" {
		t.Errorf("long text: %q", got)
	}
	p.e.ForgiveViolations()
	if got := p.call("chat.postMessage", map[string]any{"channel": "U0LEE", "blocks": json.RawMessage(`[{"type":"divider"}]`)}); got != "" {
		t.Errorf("blocks alone: %q", got)
	}
	if len(p.e.Violations()) != 1 {
		t.Errorf("blocks without text: %v", p.e.Violations())
	}
}

func TestViewLimits(t *testing.T) {
	t.Parallel()
	input := `{"type":"input","label":{"type":"plain_text","text":"l"},"element":{"type":"plain_text_input"%s}}`
	plain := func(s string) string { return `{"type":"plain_text","text":"` + s + `"}` }
	modal := func(title, more, blocks string) string {
		return `{"type":"modal","title":` + plain(title) + more + `,"blocks":` + blocks + `}`
	}
	submit := `,"submit":` + plain("Send")
	for name, tc := range map[string]struct{ view, code string }{
		"plain":                  {modal("Report", submit, "["+fmt.Sprintf(input, "")+"]"), ""},
		"title 25":               {modal(words(25), submit, `[{"type":"divider"}]`), "invalid_arguments"},
		"submit 25":              {modal("x", `,"submit":`+plain(words(25)), `[{"type":"divider"}]`), "invalid_arguments"},
		"input without submit":   {modal("x", "", "["+fmt.Sprintf(input, "")+"]"), "invalid_arguments"},
		"hundred blocks":         {modal("x", "", times(100, `{"type":"divider"}`)), ""},
		"hundred and one":        {modal("x", "", times(101, `{"type":"divider"}`)), "invalid_arguments"},
		"private metadata 3001":  {modal("x", `,"private_metadata":"`+words(3001)+`"`, `[{"type":"divider"}]`), "invalid_arguments"},
		"max length 3001":        {modal("x", submit, "["+fmt.Sprintf(input, `,"max_length":3001`)+"]"), "invalid_arguments"},
		"initial value too long": {modal("x", submit, "["+fmt.Sprintf(input, `,"max_length":2,"initial_value":"abc"`)+"]"), "invalid_arguments"},
		"too large":              {modal("x", submit, times(90, fmt.Sprintf(input, `,"initial_value":"`+words(2900)+`"`))), "view_too_large"},
		"no type":                {`{"blocks":[]}`, "invalid_arguments"},
		"home":                   {`{"type":"home","blocks":[{"type":"divider"}]}`, "invalid_arguments"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t)
			ok(t, p.lee().Shortcut("s"))
			if got := p.call("views.open", map[string]any{"trigger_id": p.next().inter.TriggerID, "view": json.RawMessage(tc.view)}); got != tc.code {
				t.Errorf("got %q, want %q: %v", got, tc.code, p.e.Violations())
			}
		})
	}
}

func TestHomeTakesAHundredBlocks(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.lee()
	for n, want := range map[int]string{100: "", 101: "invalid_arguments"} {
		view := `{"type":"home","blocks":` + times(n, `{"type":"divider"}`) + `}`
		if got := p.call("views.publish", map[string]any{"user_id": "U0LEE", "view": json.RawMessage(view)}); got != want {
			t.Errorf("%d blocks: %q", n, got)
		}
	}
}

func TestSubmissionErrorsMustNameInputs(t *testing.T) {
	t.Parallel()
	p := start(t)
	lee := p.lee()
	p.opens()
	ok(t, lee.Slash("/report", ""))
	ok(t, lee.Fill("What happened?", "x"))
	ok(t, lee.Fill("Was anybody hurt?", "Yes"))
	p.when(func(request) (int, string, string) {
		return 200, "application/json", `{"response_action":"errors","errors":{"nowhere":"?"}}`
	})
	_ = lee.Submit()
	if v := p.e.Violations(); len(v) != 1 || !strings.Contains(v[0].Problem, "nowhere") {
		t.Errorf("violations %v", v)
	}
}
