package emulator

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// The public limits of Block Kit, checked apart from the product's own check.
// Source: docs.slack.dev/reference/block-kit and @slack/types 3.2; messageChars is what users measured (bolt-js #2509).
const (
	messageBlocks  = 50
	viewBlocks     = 100
	messageText    = 40000
	messageChars   = 13200
	viewBytes      = 250000
	idChars        = 255
	metadataChars  = 3000
	titleChars     = 24
	sectionChars   = 3000
	fieldChars     = 2000
	headerChars    = 150
	markdownChars  = 12000
	buttonChars    = 75
	valueChars     = 2000
	urlChars       = 3000
	optionChars    = 75
	placeholder    = 150
	inputChars     = 3000
	tableRows      = 100
	tableCells     = 20
	containerItems = 10
)

// A check gathers what is wrong with a payload and the error Slack would answer; problems without a code are bad practice that Slack
// lets pass.
type check struct {
	surface  string // message, modal or home
	problems []string
	code     string
	chars    int // of all texts
	blockIDs map[string]bool
	counts   map[string]int // blocks of each type
	inputs   int
}

func (k *check) bad(pointer, format string, args ...any) {
	k.fail("invalid_blocks", pointer, format, args...)
}

func (k *check) fail(code, pointer, format string, args ...any) {
	k.problems = append(k.problems, fmt.Sprintf("[ERROR] "+format+" [json-pointer:%s]", append(args, pointer)...))
	if k.code == "" {
		k.code = code
	}
}

// checkMessage checks a message to be posted.
func checkMessage(text string, blocks, attachments json.RawMessage) *check {
	k := &check{surface: "message", blockIDs: map[string]bool{}, counts: map[string]int{}}
	if utf8.RuneCountInString(text) > messageText {
		k.fail("msg_too_long", "/text", "text of %d characters, %d allowed", utf8.RuneCountInString(text), messageText)
	}
	any := k.blocks(blocks, "/blocks", messageBlocks)
	var attached []struct {
		Blocks json.RawMessage `json:"blocks"`
	}
	if len(attachments) > 0 && json.Unmarshal(attachments, &attached) != nil {
		k.fail("invalid_attachments", "/attachments", "not an array of attachments")
	}
	for i, a := range attached {
		any = k.blocks(a.Blocks, fmt.Sprintf("/attachments/%d/blocks", i), messageBlocks) || any
	}
	switch {
	case text == "" && !any && len(attached) == 0:
		k.fail("no_text", "/text", "neither text nor blocks")
	case text == "":
		k.problems = append(k.problems, "[WARNING] no top-level text for notifications and screen readers [json-pointer:/text]")
	}
	if k.chars > messageChars {
		k.fail("msg_blocks_too_long", "/blocks", "%d characters in blocks, about %d allowed", k.chars, messageChars)
	}
	return k
}

// checkView checks a modal or Home tab.
func checkView(raw json.RawMessage) *check {
	k := &check{blockIDs: map[string]bool{}, counts: map[string]int{}}
	var v object
	if err := json.Unmarshal(raw, &v); err != nil {
		k.fail("invalid_arguments", "/view", "not a view: %v", err)
		return k
	}
	k.surface = text(v["type"])
	if k.surface != "modal" && k.surface != "home" {
		k.fail("invalid_arguments", "/view/type", "type must be modal or home, not %q", k.surface)
		return k
	}
	if len(raw) > viewBytes {
		k.fail("view_too_large", "/view", "%d bytes, %d allowed", len(raw), viewBytes)
	}
	blocks, _ := json.Marshal(v["blocks"])
	if !k.blocks(blocks, "/view/blocks", viewBlocks) && k.surface == "modal" {
		k.fail("invalid_arguments", "/view/blocks", "no blocks")
	}
	k.length(v["private_metadata"], "/view/private_metadata", metadataChars)
	k.length(v["callback_id"], "/view/callback_id", idChars)
	k.length(v["external_id"], "/view/external_id", idChars)
	if k.surface == "modal" {
		k.plain(v["title"], "/view/title", titleChars, true)
		k.plain(v["submit"], "/view/submit", titleChars, false)
		k.plain(v["close"], "/view/close", titleChars, false)
		if k.inputs > 0 && v["submit"] == nil {
			k.bad("/view/submit", "missing required field: submit, because there are inputs")
		}
	}
	if k.code == "invalid_blocks" {
		k.code = "invalid_arguments" // what the views methods answer
	}
	return k
}

// length checks the length of a string.
func (k *check) length(v any, pointer string, most int) {
	if n := utf8.RuneCountInString(text(v)); n > most {
		k.bad(pointer, "must be at most %d characters, is %d", most, n)
	}
}

// text checks a text object; kinds are the types allowed there.
func (k *check) text(v any, pointer string, most int, required bool, kinds ...string) {
	o, ok := v.(object)
	if !ok {
		if required || v != nil {
			k.bad(pointer, "missing text object")
		}
		return
	}
	allowed := false
	for _, kind := range kinds {
		allowed = allowed || o["type"] == kind
	}
	if !allowed {
		k.bad(pointer+"/type", "unsupported text type %q, must be one of %q", text(o["type"]), kinds)
	}
	words, ok := o["text"].(string)
	if !ok || words == "" {
		k.bad(pointer+"/text", "must be more than 0 characters")
	}
	if o["type"] == "mrkdwn" && o["emoji"] != nil {
		k.bad(pointer+"/emoji", "emoji goes with plain_text only")
	}
	k.chars += utf8.RuneCountInString(words)
	k.length(words, pointer+"/text", most)
}

func (k *check) plain(v any, pointer string, most int, required bool) {
	k.text(v, pointer, most, required, "plain_text")
}

func (k *check) either(v any, pointer string, most int, required bool) {
	k.text(v, pointer, most, required, "plain_text", "mrkdwn")
}

// items checks the number of entries and returns them as objects.
func (k *check) items(v any, pointer string, least, most int) []object {
	raw, _ := v.([]any)
	if len(raw) < least || len(raw) > most {
		k.bad(pointer, "must have %d to %d items, has %d", least, most, len(raw))
	}
	found := list(v)
	if len(found) != len(raw) {
		k.bad(pointer, "must hold objects only")
	}
	return found
}
