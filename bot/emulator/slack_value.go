package emulator

import (
	"fmt"
	"slices"
	"strings"
)

// valueField names where each kind of control keeps its answer in the state.
var valueField = map[string]string{
	"plain_text_input": "value", "number_input": "value", "email_text_input": "value", "url_text_input": "value",
	"static_select": "selected_option", "external_select": "selected_option", "radio_buttons": "selected_option", "overflow": "selected_option",
	"multi_static_select": "selected_options", "multi_external_select": "selected_options", "checkboxes": "selected_options",
	"users_select": "selected_user", "multi_users_select": "selected_users",
	"conversations_select": "selected_conversation", "channels_select": "selected_channel",
	"datepicker": "selected_date", "timepicker": "selected_time", "datetimepicker": "selected_date_time", "file_input": "files",
}

func many(kind string) bool { return strings.HasSuffix(valueField[kind], "s") }

func emptyValue(kind string) object {
	field := valueField[kind]
	if field == "" {
		return nil
	}
	if many(kind) {
		return object{"type": kind, field: []any{}}
	}
	return object{"type": kind, field: nil}
}

// initialValue is what a control shows before anybody touched it.
func initialValue(c control) object {
	field := valueField[c.kind()]
	initial := c.element["initial_"+strings.TrimPrefix(field, "selected_")]
	if initial == nil || field == "" || initial == "" {
		return nil
	}
	return object{"type": c.kind(), field: initial}
}

// filled tells whether an answer holds anything.
func filled(value object) bool {
	answer := value[valueField[text(value["type"])]]
	switch answer := answer.(type) {
	case nil:
		return false
	case string:
		return answer != ""
	case []any:
		return len(answer) > 0
	case []string:
		return len(answer) > 0
	}
	return true
}

// answerFor makes the state value for what a person typed or chose by its visible words.
func (u *SlackUser) answerFor(c control, values []string) (object, error) {
	kind := c.kind()
	field := valueField[kind]
	if field == "" {
		return nil, fmt.Errorf("%q is a %s, which cannot be filled", c.label, kind)
	}
	if !many(kind) && len(values) != 1 {
		return nil, fmt.Errorf("%q takes one value, got %d", c.label, len(values))
	}
	switch field {
	case "value", "selected_date", "selected_time":
		return object{"type": kind, field: values[0]}, nil
	case "selected_date_time":
		return object{"type": kind, field: atoi(values[0])}, nil
	case "selected_option", "selected_options":
		return u.chooseOptions(c, field, values)
	case "selected_user", "selected_users":
		return u.chooseUsers(c, field, values)
	case "selected_channel", "selected_conversation":
		u.e.mu.Lock()
		defer u.e.mu.Unlock()
		ch := u.e.findChannel(values[0])
		if ch == nil {
			return nil, fmt.Errorf("%q: no channel %q", c.label, values[0])
		}
		return object{"type": kind, field: ch.ID}, nil
	}
	return nil, fmt.Errorf("%q: use Attach for files", c.label)
}

func (u *SlackUser) chooseOptions(c control, field string, values []string) (object, error) {
	chosen := []any{}
	for _, value := range values {
		offered, err := u.offered(c, value)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(offered, func(o object) bool { return text(o["text"]) == value })
		if i < 0 {
			i = slices.IndexFunc(offered, func(o object) bool { return strings.Contains(text(o["text"]), value) })
		}
		if i < 0 {
			return nil, fmt.Errorf("%q offers no %q, only %q", c.label, value, optionTexts(offered))
		}
		chosen = append(chosen, offered[i])
	}
	if field == "selected_option" {
		return object{"type": c.kind(), field: chosen[0]}, nil
	}
	return object{"type": c.kind(), field: chosen}, nil
}

// offered are the choices of a control: those it came with, or those the product has for what is typed, and what is chosen already.
func (u *SlackUser) offered(c control, typed string) ([]object, error) {
	if !external(c.kind()) {
		return options(c.element), nil
	}
	found, err := u.suggestions(c, typed)
	if initial, ok := c.element["initial_option"].(object); ok {
		found = append(found, initial)
	}
	return append(found, list(c.element["initial_options"])...), err
}

func external(kind string) bool { return kind == "external_select" || kind == "multi_external_select" }

func optionTexts(options []object) []string {
	words := make([]string, 0, len(options))
	for _, o := range options {
		words = append(words, text(o["text"]))
	}
	return words
}

func (u *SlackUser) chooseUsers(c control, field string, values []string) (object, error) {
	u.e.mu.Lock()
	defer u.e.mu.Unlock()
	var ids []string
	for _, value := range values {
		found := ""
		for id, other := range u.e.slack.users {
			if id == value || other.info.Name == value {
				found = id
			}
		}
		if found == "" {
			return nil, fmt.Errorf("%q: no user %q", c.label, value)
		}
		ids = append(ids, found)
	}
	if field == "selected_user" {
		return object{"type": c.kind(), field: ids[0]}, nil
	}
	return object{"type": c.kind(), field: ids}, nil
}
