package emulator

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// Suggest types into the menu with this label in the open modal and returns the words of the choices that come up.
func (u *SlackUser) Suggest(label, typed string) ([]string, error) {
	v, err := u.top()
	if err != nil {
		return nil, err
	}
	u.e.mu.Lock()
	c, err := findControl(v.Blocks, label)
	u.e.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return u.suggested(c, typed)
}

// SuggestAt types into the menu with these ids, for pages that draw the blocks themselves.
func (u *SlackUser) SuggestAt(on Surface, blockID, actionID, typed string) ([]string, error) {
	_, c, err := u.at(on, blockID, actionID)
	if err != nil {
		return nil, err
	}
	return u.suggested(c, typed)
}

func (u *SlackUser) suggested(c control, typed string) ([]string, error) {
	if !external(c.kind()) {
		return nil, fmt.Errorf("%q is a %s: nothing is typed into it", c.label, c.kind())
	}
	if least := number(c.element["min_query_length"], 3); utf8.RuneCountInString(typed) < least { // Slack asks nobody before
		return nil, nil
	}
	found, err := u.suggestions(c, typed)
	return optionTexts(found), err
}

// suggestions asks the product for the choices of an external menu.
func (u *SlackUser) suggestions(c control, typed string) ([]object, error) {
	u.e.mu.Lock()
	payload := u.common("block_suggestion")
	payload["action_id"], payload["block_id"], payload["value"] = c.actionID(), c.blockID(), typed
	if len(u.stack) > 0 {
		top := u.stack[len(u.stack)-1]
		payload["view"], payload["container"] = u.e.viewObject(top), object{"type": "view", "view_id": top.ID}
	}
	u.e.mu.Unlock()
	answer, err := u.e.deliver(interaction{kind: "interactive", path: "/slack/options", payload: payload})
	if err != nil {
		return nil, err
	}
	var found object
	if err := json.Unmarshal(answer.Body, &found); err != nil {
		return nil, fmt.Errorf("read suggestions: %w", err)
	}
	k := &check{surface: "modal"}
	k.options(object{"type": "external_select", "options": found["options"], "option_groups": found["option_groups"]}, "", 0, 100, optionChars)
	u.e.mu.Lock()
	defer u.e.mu.Unlock()
	for _, problem := range k.problems {
		u.e.violate("slack", "block_suggestion", "%s", problem)
	}
	return options(found), nil
}
