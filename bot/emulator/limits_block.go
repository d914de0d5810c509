package emulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"
)

// blocks checks an array of blocks and tells whether it holds any.
func (k *check) blocks(raw json.RawMessage, pointer string, most int) bool {
	if len(raw) == 0 || string(raw) == "null" {
		return false
	}
	var blocks []any
	if err := json.Unmarshal(raw, &blocks); err != nil {
		k.fail("invalid_blocks_format", pointer, "not an array of blocks")
		return false
	}
	for i, b := range k.items(blocks, pointer, 0, most) {
		k.block(b, fmt.Sprintf("%s/%d", pointer, i))
	}
	return len(blocks) > 0
}

// onlyIn names blocks that are not allowed everywhere.
var onlyIn = map[string][]string{
	"alert": {"modal"}, "markdown": {"message"}, "table": {"message"}, "data_table": {"message"}, "data_visualization": {"message"}, "file": {"message"},
	"call": {"message"}, "plan": {"message"}, "task_card": {"message"}, "context_actions": {"message"}, "card": {"message"}, "carousel": {"message"},
}

// uncheckedBlocks are known to Slack and looked at no further here.
var uncheckedBlocks = []string{"divider", "video", "file", "call", "plan", "task_card", "card", "carousel", "context_actions", "data_table"}

func (k *check) block(b object, pointer string) {
	kind := text(b["type"])
	k.counts[kind]++
	if surfaces := onlyIn[kind]; surfaces != nil && !slices.Contains(surfaces, k.surface) {
		k.bad(pointer, "block %q is not allowed in a %s", kind, k.surface)
	}
	if id := text(b["block_id"]); id != "" {
		if k.blockIDs[id] {
			k.bad(pointer+"/block_id", "block_id %q already exists", id)
		}
		k.blockIDs[id] = true
		k.length(id, pointer+"/block_id", idChars)
	}
	switch kind {
	case "section":
		k.section(b, pointer)
	case "header":
		k.plain(b["text"], pointer+"/text", headerChars, true)
	case "context":
		k.context(b, pointer)
	case "actions":
		k.actions(b, pointer)
	case "input":
		k.input(b, pointer)
	case "image":
		k.image(b, pointer)
	case "markdown":
		k.chars += utf8.RuneCountInString(text(b["text"]))
		k.length(b["text"], pointer+"/text", markdownChars)
	case "rich_text":
		k.items(b["elements"], pointer+"/elements", 1, 1000)
		k.chars += utf8.RuneCountInString(richText(b))
	case "alert":
		k.either(b["text"], pointer+"/text", sectionChars, true)
	case "table":
		k.table(b, pointer)
	case "data_visualization":
		k.chart(b, pointer)
	case "container":
		for i, child := range k.items(b["child_blocks"], pointer+"/child_blocks", 1, containerItems) {
			k.block(child, fmt.Sprintf("%s/child_blocks/%d", pointer, i))
		}
	default:
		if !slices.Contains(uncheckedBlocks, kind) {
			k.bad(pointer+"/type", "unsupported type: %q", kind)
		}
	}
}

func (k *check) section(b object, pointer string) {
	if b["text"] == nil && b["fields"] == nil {
		k.bad(pointer, "section needs text or fields")
	}
	k.either(b["text"], pointer+"/text", sectionChars, false)
	if b["fields"] != nil {
		for i, f := range k.items(b["fields"], pointer+"/fields", 1, 10) {
			k.either(f, fmt.Sprintf("%s/fields/%d", pointer, i), fieldChars, true)
		}
	}
	if accessory, ok := b["accessory"].(object); ok {
		k.element(accessory, pointer+"/accessory", "section")
	}
}

func (k *check) context(b object, pointer string) {
	for i, e := range k.items(b["elements"], pointer+"/elements", 1, 10) {
		at := fmt.Sprintf("%s/elements/%d", pointer, i)
		if e["type"] == "image" {
			k.image(e, at)
			continue
		}
		k.either(e, at, sectionChars, true)
	}
}

func (k *check) actions(b object, pointer string) {
	seen := map[string]bool{}
	for i, e := range k.items(b["elements"], pointer+"/elements", 1, 25) {
		at := fmt.Sprintf("%s/elements/%d", pointer, i)
		k.element(e, at, "actions")
		id := text(e["action_id"])
		if id != "" && seen[id] {
			k.bad(at+"/action_id", "action_id %q already exists in this block", id)
		}
		seen[id] = true
	}
}

func (k *check) input(b object, pointer string) {
	k.inputs++
	k.plain(b["label"], pointer+"/label", fieldChars, true)
	k.plain(b["hint"], pointer+"/hint", fieldChars, false)
	element, ok := b["element"].(object)
	if !ok {
		k.bad(pointer+"/element", "missing required field: element")
		return
	}
	k.element(element, pointer+"/element", "input")
}

func (k *check) image(b object, pointer string) {
	if text(b["image_url"]) == "" && b["slack_file"] == nil {
		k.bad(pointer, "image needs image_url or slack_file")
	}
	if text(b["alt_text"]) == "" {
		k.bad(pointer+"/alt_text", "missing required field: alt_text")
	}
	k.length(b["image_url"], pointer+"/image_url", urlChars)
	k.length(b["alt_text"], pointer+"/alt_text", fieldChars)
	k.plain(b["title"], pointer+"/title", fieldChars, false)
}

func (k *check) table(b object, pointer string) {
	if k.counts["table"] > 1 {
		k.fail("only_one_table_allowed", pointer, "one table in a message")
	}
	rows, _ := b["rows"].([]any)
	if len(rows) == 0 || len(rows) > tableRows {
		k.bad(pointer+"/rows", "must have 1 to %d rows, has %d", tableRows, len(rows))
	}
	for i, row := range rows {
		for _, cell := range k.items(row, fmt.Sprintf("%s/rows/%d", pointer, i), 1, tableCells) {
			k.chars += utf8.RuneCountInString(text(cell["text"]) + richText(cell))
		}
	}
}

// chart checks a data_visualization block. Source: slack-go block_data_visualization.go.
func (k *check) chart(b object, pointer string) {
	if k.counts["data_visualization"] > 2 {
		k.bad(pointer, "at most 2 charts in a message")
	}
	k.length(b["title"], pointer+"/title", 50)
	chart, _ := b["chart"].(object)
	if chart["type"] == "pie" {
		for i, s := range k.items(chart["segments"], pointer+"/chart/segments", 1, 6) {
			k.length(s["label"], fmt.Sprintf("%s/chart/segments/%d/label", pointer, i), 20)
		}
		return
	}
	for i, s := range k.items(chart["series"], pointer+"/chart/series", 1, 6) {
		at := fmt.Sprintf("%s/chart/series/%d", pointer, i)
		k.length(s["name"], at+"/name", 20)
		for j, point := range k.items(s["data"], at+"/data", 1, 20) {
			k.length(point["label"], fmt.Sprintf("%s/data/%d/label", at, j), 20)
		}
	}
	axis, _ := chart["axis_config"].(object)
	k.length(axis["x_label"], pointer+"/chart/axis_config/x_label", 50)
	k.length(axis["y_label"], pointer+"/chart/axis_config/y_label", 50)
}
