package emulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// elementHomes names the blocks an element may stand in.
var elementHomes = map[string][]string{
	"button": {"section", "actions"}, "overflow": {"section", "actions"}, "image": {"section"}, "workflow_button": {"section", "actions"},
	"plain_text_input": {"input"}, "number_input": {"input"}, "email_text_input": {"input"}, "url_text_input": {"input"}, "file_input": {"input"},
	"rich_text_input": {"actions", "input"}, "datetimepicker": {"actions", "input"},
	"datepicker": everywhere, "timepicker": everywhere, "checkboxes": everywhere, "radio_buttons": everywhere,
	"static_select": everywhere, "external_select": everywhere, "users_select": everywhere, "conversations_select": everywhere, "channels_select": everywhere,
	"multi_static_select": {"section", "input"}, "multi_external_select": {"section", "input"}, "multi_users_select": {"section", "input"},
	"multi_conversations_select": {"section", "input"}, "multi_channels_select": {"section", "input"},
}

var everywhere = []string{"section", "actions", "input"}

func (k *check) element(e object, pointer, home string) {
	kind := text(e["type"])
	if !slices.Contains(elementHomes[kind], home) {
		k.bad(pointer+"/type", "%q is not allowed in a %s block", kind, home)
		return
	}
	k.length(e["action_id"], pointer+"/action_id", idChars)
	k.plain(e["placeholder"], pointer+"/placeholder", placeholder, false)
	k.confirm(e["confirm"], pointer+"/confirm")
	switch kind {
	case "button":
		k.button(e, pointer)
	case "image":
		k.image(e, pointer)
	case "overflow":
		k.options(e, pointer, 1, 5, optionChars)
	case "radio_buttons", "checkboxes":
		k.options(e, pointer, 1, 10, optionChars)
	case "static_select", "multi_static_select":
		k.menu(e, pointer)
	case "plain_text_input":
		k.typed(e, pointer)
	case "number_input":
		if _, ok := e["is_decimal_allowed"].(bool); !ok {
			k.bad(pointer+"/is_decimal_allowed", "missing required field: is_decimal_allowed")
		}
	case "file_input":
		if n := number(e["max_files"], 10); n < 1 || n > 10 {
			k.bad(pointer+"/max_files", "must be 1 to 10, is %d", n)
		}
		if k.surface != "modal" {
			k.bad(pointer, "file_input is for modals")
		}
	}
}

func (k *check) button(e object, pointer string) {
	k.plain(e["text"], pointer+"/text", buttonChars, true)
	k.length(e["value"], pointer+"/value", valueChars)
	k.length(e["url"], pointer+"/url", urlChars)
	k.length(e["accessibility_label"], pointer+"/accessibility_label", buttonChars)
	if style := e["style"]; style != nil && style != "primary" && style != "danger" {
		k.bad(pointer+"/style", "style must be primary or danger, is %q", text(style))
	}
}

// confirm checks a confirmation dialog.
func (k *check) confirm(v any, pointer string) {
	c, ok := v.(object)
	if !ok {
		return
	}
	k.plain(c["title"], pointer+"/title", 100, true)
	k.either(c["text"], pointer+"/text", 300, true)
	k.plain(c["confirm"], pointer+"/confirm", 30, true)
	k.plain(c["deny"], pointer+"/deny", 30, true)
}

func (k *check) typed(e object, pointer string) {
	least, most := number(e["min_length"], 0), number(e["max_length"], inputChars)
	if most < 1 || most > inputChars {
		k.bad(pointer+"/max_length", "must be 1 to %d, is %d", inputChars, most)
	}
	if least < 0 || least > inputChars || least > most {
		k.bad(pointer+"/min_length", "must be 0 to max_length, is %d", least)
	}
	k.length(e["initial_value"], pointer+"/initial_value", most)
}

// menu checks a select: options, or groups of them.
func (k *check) menu(e object, pointer string) {
	if e["option_groups"] == nil {
		k.options(e, pointer, 1, 100, optionChars)
		return
	}
	if e["options"] != nil {
		k.bad(pointer, "options and option_groups exclude one another")
	}
	for i, g := range k.items(e["option_groups"], pointer+"/option_groups", 1, 100) {
		at := fmt.Sprintf("%s/option_groups/%d", pointer, i)
		k.plain(g["label"], at+"/label", optionChars, true)
		k.options(g, at, 1, 100, optionChars)
	}
	k.initials(e, pointer)
}

// options checks the choices of an element and that what is chosen at first is one of them.
func (k *check) options(e object, pointer string, least, most, chars int) {
	kinds := []string{"plain_text"}
	if e["type"] == "radio_buttons" || e["type"] == "checkboxes" {
		kinds = append(kinds, "mrkdwn")
	}
	values := map[string]bool{}
	for i, o := range k.items(e["options"], pointer+"/options", least, most) {
		at := fmt.Sprintf("%s/options/%d", pointer, i)
		k.text(o["text"], at+"/text", chars, true, kinds...)
		k.text(o["description"], at+"/description", chars, false, kinds...)
		k.length(o["value"], at+"/value", chars)
		value := text(o["value"])
		if value == "" && e["type"] != "overflow" {
			k.bad(at+"/value", "missing required field: value")
		}
		if values[value] && value != "" {
			k.bad(at+"/value", "value %q stands twice", value)
		}
		values[value] = true
	}
	k.initials(e, pointer)
}

// initials wants every initial option to be exactly one of the options.
func (k *check) initials(e object, pointer string) {
	initial := list(e["initial_options"])
	if o, ok := e["initial_option"].(object); ok {
		initial = append(initial, o)
	}
	var offered []string
	for _, o := range options(e) {
		content, _ := json.Marshal(o)
		offered = append(offered, string(content))
	}
	for _, o := range initial {
		content, _ := json.Marshal(o)
		if !slices.Contains(offered, string(content)) {
			k.bad(pointer+"/initial_option", "%s is not among the options %s", content, strings.Join(offered, " "))
		}
	}
}
