package emulator

import (
	"encoding/json"
	"slices"
	"strings"
)

// A control is something in blocks that a person can press or fill.
type control struct {
	block   object
	element object
	label   string // the words a person knows it by
}

func (c control) kind() string     { return text(c.element["type"]) }
func (c control) blockID() string  { return text(c.block["block_id"]) }
func (c control) actionID() string { return text(c.element["action_id"]) }
func (c control) input() bool      { return c.block["type"] == "input" }

// text reads a string, or the text of a text object, or nothing.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case object:
		return text(v["text"])
	}
	return ""
}

func list(v any) []object {
	var out []object
	items, _ := v.([]any)
	for _, item := range items {
		if o, ok := item.(object); ok {
			out = append(out, o)
		}
	}
	return out
}

func decodeBlocks(raw json.RawMessage) []object {
	var blocks []object
	if len(raw) == 0 || json.Unmarshal(raw, &blocks) != nil {
		return nil
	}
	return blocks
}

// flatten lists blocks with those inside containers after them.
func flatten(blocks []object) []object {
	var out []object
	for _, b := range blocks {
		out = append(out, b)
		out = append(out, flatten(list(b["child_blocks"]))...)
	}
	return out
}

// elements lists the parts of a block that can carry an action.
func elements(block object) []object {
	var out []object
	if e, ok := block["element"].(object); ok {
		out = append(out, e)
	}
	if e, ok := block["accessory"].(object); ok {
		out = append(out, e)
	}
	if kind := block["type"]; kind == "actions" || kind == "context_actions" {
		out = append(out, list(block["elements"])...)
	}
	return slices.DeleteFunc(out, func(e object) bool { return e["type"] == "image" })
}

// withIDs gives every block and every control an id, as Slack does for those that came without.
func withIDs(raw json.RawMessage) json.RawMessage {
	blocks := decodeBlocks(raw)
	if len(blocks) == 0 {
		return raw
	}
	for _, b := range flatten(blocks) {
		if text(b["block_id"]) == "" {
			b["block_id"] = randomHex(3)
		}
		for _, e := range elements(b) {
			if text(e["action_id"]) == "" {
				e["action_id"] = randomHex(3)
			}
		}
	}
	out, err := json.Marshal(blocks)
	if err != nil {
		return raw
	}
	return out
}

// controls lists everything that can be pressed or filled, in the order of the screen.
func controls(raw json.RawMessage) []control {
	var out []control
	for _, b := range flatten(decodeBlocks(raw)) {
		for _, e := range elements(b) {
			out = append(out, control{block: b, element: e, label: labelOf(b, e)})
		}
	}
	return out
}

func labelOf(block, element object) string {
	if block["type"] == "input" {
		return text(block["label"])
	}
	if element["type"] == "button" {
		return text(element["text"])
	}
	if p := text(element["placeholder"]); p != "" {
		return p
	}
	return text(block["text"])
}

func buttonTexts(raw json.RawMessage) []string {
	var out []string
	for _, c := range controls(raw) {
		if c.kind() == "button" {
			out = append(out, c.label)
		}
	}
	return out
}

// visibleText renders blocks as a reader would see them, one line for each part.
func visibleText(raw json.RawMessage) string {
	var lines []string
	for _, b := range flatten(decodeBlocks(raw)) {
		lines = append(lines, visibleBlock(b)...)
	}
	return strings.Join(slices.DeleteFunc(lines, func(s string) bool { return s == "" }), "\n")
}

func visibleBlock(b object) []string {
	var lines []string
	switch text(b["type"]) {
	case "rich_text":
		return []string{richText(b)}
	case "context":
		var parts []string
		for _, e := range list(b["elements"]) {
			parts = append(parts, text(e["text"])+text(e["alt_text"]))
		}
		return []string{strings.Join(parts, " ")}
	case "table":
		rows, _ := b["rows"].([]any)
		for _, row := range rows {
			var cells []string
			for _, cell := range list(row) {
				cells = append(cells, text(cell["text"])+richText(cell))
			}
			lines = append(lines, strings.Join(cells, " | "))
		}
		return lines
	case "input":
		lines = append(lines, text(b["label"]), text(b["hint"]))
	case "image", "data_visualization":
		lines = append(lines, text(b["title"])+text(b["alt_text"]))
	default:
		lines = append(lines, text(b["title"]), text(b["text"]))
	}
	for _, f := range list(b["fields"]) {
		lines = append(lines, text(f))
	}
	var buttons []string
	for _, e := range elements(b) {
		buttons = append(buttons, visibleElement(e)...)
	}
	return append(lines, strings.Join(buttons, " "))
}

func visibleElement(e object) []string {
	if e["type"] == "button" {
		return []string{"[" + text(e["text"]) + "]"}
	}
	var out []string
	for _, o := range options(e) {
		out = append(out, "("+text(o["text"])+")")
	}
	return out
}

// richText joins the texts of a rich_text block.
func richText(o object) string {
	out := ""
	for _, e := range list(o["elements"]) {
		switch text(e["type"]) {
		case "user":
			out += "<@" + text(e["user_id"]) + ">"
		case "link":
			if out += text(e["text"]); text(e["text"]) == "" {
				out += text(e["url"])
			}
		case "emoji":
			out += ":" + text(e["name"]) + ":"
		default:
			out += text(e["text"]) + richText(e)
		}
	}
	return out
}

// options lists the choices of a control, groups joined.
func options(element object) []object {
	out := list(element["options"])
	for _, g := range list(element["option_groups"]) {
		out = append(out, list(g["options"])...)
	}
	return out
}
