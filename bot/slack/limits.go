package slack

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"
)

// A LimitError says that Slack would refuse a message or view, and where.
type LimitError struct {
	Path string // as in the JSON sent: blocks[2].elements[0].text
	Rule string // what is limited: "characters", "entries", …
	Max  int
	Got  int
}

func (e *LimitError) Error() string {
	if e.Max == 0 {
		return fmt.Sprintf("slack limit: %s: %s", e.Path, e.Rule)
	}
	return fmt.Sprintf("slack limit: %s: %d %s, at most %d", e.Path, e.Got, e.Rule, e.Max)
}

// Limits of a whole message or view. Source: types of Slack's own @slack/types 3.2.0, reference pages of
// docs.slack.dev. maxMessageText is that of chat.update: what is sent must be editable later.
// maxMessageSum is not documented; users met msg_blocks_too_long there (bolt-js issue 2509).
const (
	maxMessageBlocks = 50
	maxViewBlocks    = 100
	maxMessageText   = 4000
	maxMessageSum    = 13200
	maxViewBytes     = 250_000
)

// limitRules holds, by the type of an object (or, for one without a type, the key it stands under) and
// by field, the most that Slack takes: characters of a text, entries of a list, or a number's value.
// Source: @slack/types 3.2.0; charts: slack-go v0.35.
var limitRules = map[string]map[string]int{
	"section":            {"text": 3000, "fields": 10, "block_id": 255},
	"header":             {"text": 150, "block_id": 255},
	"context":            {"elements": 10, "block_id": 255},
	"actions":            {"elements": 25, "block_id": 255},
	"input":              {"label": 2000, "hint": 2000, "block_id": 255},
	"image":              {"alt_text": 2000, "title": 2000, "image_url": 3000, "block_id": 255},
	"divider":            {"block_id": 255},
	"rich_text":          {"block_id": 255},
	"markdown":           {"text": 12000, "block_id": 255},
	"table":              {"rows": 100, "block_id": 255},
	"container":          {"child_blocks": 10, "title": 150, "subtitle": 150, "block_id": 255},
	"alert":              {"text": 3000, "block_id": 255},
	"data_visualization": {"title": 50, "block_id": 255},

	"button":           {"text": 75, "value": 2000, "url": 3000, "accessibility_label": 75, "action_id": 255},
	"static_select":    {"options": 100, "option_groups": 100, "placeholder": 150, "action_id": 255},
	"external_select":  {"placeholder": 150, "action_id": 255},
	"users_select":     {"placeholder": 150, "action_id": 255},
	"channels_select":  {"placeholder": 150, "action_id": 255},
	"radio_buttons":    {"options": 10, "action_id": 255},
	"checkboxes":       {"options": 10, "action_id": 255},
	"overflow":         {"options": 5, "action_id": 255},
	"datepicker":       {"placeholder": 150, "action_id": 255},
	"timepicker":       {"placeholder": 150, "action_id": 255},
	"datetimepicker":   {"action_id": 255},
	"plain_text_input": {"max_length": 3000, "initial_value": 3000, "placeholder": 150, "action_id": 255},
	"number_input":     {"placeholder": 150, "action_id": 255},
	"email_text_input": {"placeholder": 150, "action_id": 255},
	"url_text_input":   {"placeholder": 150, "action_id": 255},
	"file_input":       {"max_files": 10, "action_id": 255},

	"multi_static_select":   {"options": 100, "option_groups": 100, "placeholder": 150, "action_id": 255},
	"multi_external_select": {"placeholder": 150, "action_id": 255},
	"multi_users_select":    {"placeholder": 150, "action_id": 255},

	"pie":  {"segments": 6},
	"bar":  {"series": 6},
	"line": {"series": 6},
	"area": {"series": 6},

	"modal": {"title": 24, "submit": 24, "close": 24, "private_metadata": 3000, "callback_id": 255, "external_id": 255},
	"home":  {"private_metadata": 3000, "callback_id": 255, "external_id": 255},

	"fields":          {"text": 2000}, // of a section
	"rows":            {"": 20},       // cells
	"options":         {"text": 75, "value": 75, "description": 75},
	"initial_option":  {"text": 75, "value": 75, "description": 75},
	"initial_options": {"text": 75, "value": 75, "description": 75},
	"option_groups":   {"label": 75, "options": 100},
	"confirm":         {"title": 100, "text": 300, "confirm": 30, "deny": 30},
	"segments":        {"label": 20},
	"series":          {"name": 20, "data": 20},
	"data":            {"label": 20},
	"axis_config":     {"categories": 20, "x_label": 50, "y_label": 50},
}

// plainOnly are fields where Slack refuses mrkdwn.
var plainOnly = map[string]bool{
	"header.text": true, "button.text": true, "input.label": true, "input.hint": true, "image.title": true,
	"modal.title": true, "modal.submit": true, "modal.close": true, "option_groups.label": true,
	"confirm.title": true, "confirm.confirm": true, "confirm.deny": true, "placeholder": true,
}

// CheckMessage reports the first thing for which Slack would refuse a message: a *LimitError, or nil. The
// text is what notifications and screen readers say; a message without it is refused by us.
func CheckMessage(text string, blocks []slackgo.Block) error {
	switch n := characters(text); {
	case n == 0:
		return &LimitError{Path: "text", Rule: "is empty"}
	case n > maxMessageText:
		return &LimitError{Path: "text", Rule: "characters", Max: maxMessageText, Got: n}
	}
	c := checker{surface: "message", maxBlocks: maxMessageBlocks, once: map[string]bool{}, count: map[string]int{}}
	if err := c.check(map[string]any{"blocks": blocks}); err != nil {
		return err
	}
	if c.sum > maxMessageSum {
		return &LimitError{Path: "blocks", Rule: "characters in all", Max: maxMessageSum, Got: c.sum}
	}
	return nil
}

// CheckModal reports the first thing for which Slack would refuse a modal view: a *LimitError, or nil.
func CheckModal(v slackgo.ModalViewRequest) error {
	if v.Title == nil {
		return &LimitError{Path: "title", Rule: "is missing"}
	}
	for i, b := range v.Blocks.BlockSet {
		if b.BlockType() == slackgo.MBTInput && v.Submit == nil {
			return &LimitError{Path: fmt.Sprintf("blocks[%d]", i), Rule: "is an input in a view without submit"}
		}
	}
	return checkView("modal", v)
}

// CheckHome reports the first thing for which Slack would refuse a Home tab: a *LimitError, or nil.
func CheckHome(v slackgo.HomeTabViewRequest) error { return checkView("home", v) }

func checkView(surface string, view any) error {
	c := checker{surface: surface, maxBlocks: maxViewBlocks, once: map[string]bool{}, count: map[string]int{}}
	if err := c.check(view); err != nil {
		return err
	}
	if c.size > maxViewBytes {
		return &LimitError{Path: "view", Rule: "bytes", Max: maxViewBytes, Got: c.size}
	}
	return nil
}

// A checker walks the JSON that will be sent, so that every block and element, of whatever Go type, is
// seen as Slack will see it.
type checker struct {
	surface   string
	maxBlocks int
	once      map[string]bool // block ids seen
	count     map[string]int  // blocks by type
	sum, size int             // characters of all texts, bytes of the whole
}

func (c *checker) check(v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("check slack limits: %w", err)
	}
	c.size = len(raw)
	var tree map[string]any
	if err := json.Unmarshal(raw, &tree); err != nil {
		return fmt.Errorf("check slack limits: %w", err)
	}
	if blocks, _ := tree["blocks"].([]any); len(blocks) > c.maxBlocks {
		return &LimitError{Path: "blocks", Rule: "entries", Max: c.maxBlocks, Got: len(blocks)}
	}
	return c.walk("", c.surface, tree)
}

// walk checks an object and all below it. name is its type, or the key it stands under.
func (c *checker) walk(path, key string, node map[string]any) error {
	name := key
	if t, ok := node["type"].(string); ok && !isText(node) {
		name = t
	}
	if err := c.block(path, name, node); err != nil {
		return err
	}
	for _, field := range slices.Sorted(maps.Keys(node)) { // in order, so that the same message gives the same error
		value := node[field]
		at := strings.TrimPrefix(path+"."+field, ".")
		if err := c.field(at, name, field, value); err != nil {
			return err
		}
		if err := c.below(at, field, value); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) below(path, field string, value any) error {
	switch v := value.(type) {
	case map[string]any:
		return c.walk(path, field, v)
	case []any:
		for i, entry := range v {
			at := fmt.Sprintf("%s[%d]", path, i)
			if row, ok := entry.([]any); ok {
				if limit := limitRules[field][""]; limit > 0 && len(row) > limit {
					return &LimitError{Path: at, Rule: "entries", Max: limit, Got: len(row)}
				}
			}
			if err := c.below(at, field, entry); err != nil {
				return err
			}
		}
	}
	return nil
}

// field checks one value against the table.
func (c *checker) field(path, name, field string, value any) error {
	text, isObject := value.(map[string]any)
	isObject = isObject && isText(text)
	if isObject && (plainOnly[name+"."+field] || plainOnly[field]) && text["type"] != slackgo.PlainTextType {
		return &LimitError{Path: path, Rule: "must be plain_text"}
	}
	got, rule := measure(value)
	if isObject || field == "text" {
		if rule == "characters" {
			if got == 0 {
				return &LimitError{Path: path, Rule: "is empty"}
			}
			if !isObject {
				c.sum += got
			}
		}
	}
	if limit := limitRules[name][field]; limit > 0 && got > limit {
		return &LimitError{Path: path, Rule: rule, Max: limit, Got: got}
	}
	return nil
}

// block checks what concerns a block's place among the others.
func (c *checker) block(path, name string, node map[string]any) error {
	if id, _ := node["block_id"].(string); id != "" {
		if c.once[id] {
			return &LimitError{Path: path + ".block_id", Rule: "is used twice"}
		}
		c.once[id] = true
	}
	c.count[name]++
	switch {
	case name == "section" && node["text"] == nil && node["fields"] == nil:
		return &LimitError{Path: path, Rule: "has neither text nor fields"}
	case name == "alert" && c.surface != "modal":
		return &LimitError{Path: path, Rule: "is allowed in modals only"}
	case name == "table" && c.count[name] > 1:
		return &LimitError{Path: path, Rule: "tables", Max: 1, Got: c.count[name]}
	case name == "data_visualization" && c.count[name] > 2:
		return &LimitError{Path: path, Rule: "charts", Max: 2, Got: c.count[name]}
	}
	return nil
}

// isText recognises Slack's text object.
func isText(node map[string]any) bool {
	_, ok := node["text"].(string)
	return ok && (node["type"] == slackgo.PlainTextType || node["type"] == slackgo.MarkdownType)
}

// measure is how much a value counts, and of what.
func measure(value any) (int, string) {
	switch v := value.(type) {
	case string:
		return characters(v), "characters"
	case []any:
		return len(v), "entries"
	case float64:
		return int(v), "as value"
	case map[string]any:
		if s, ok := v["text"].(string); ok {
			return characters(s), "characters"
		}
	}
	return 0, ""
}

// characters counts as JavaScript does, which is never less than the number of code points.
func characters(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// Clip shortens a text to at most max characters, counted as the limits are, and marks the cut with an
// ellipsis. It cuts neither a character nor an escape of conversations.Escape in two.
func Clip(s string, max int) string {
	if characters(s) <= max {
		return s
	}
	if max < 1 {
		return ""
	}
	end, n := 0, 0
	for i, r := range s {
		_, size := utf8.DecodeRuneInString(s[i:])
		n += characters(string(r))
		if n > max-1 {
			break
		}
		end = i + size
	}
	kept := s[:end]
	if amp := strings.LastIndexByte(kept, '&'); amp >= 0 && !strings.Contains(kept[amp:], ";") {
		for _, escape := range []string{"&amp;", "&lt;", "&gt;"} {
			if strings.HasPrefix(s[amp:], escape) {
				kept = kept[:amp]
				break
			}
		}
	}
	return strings.TrimRight(kept, " \n\u200d") + "…"
}
