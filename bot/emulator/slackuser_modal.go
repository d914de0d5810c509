package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// ErrNotAccepted says that a modal stayed open with problems shown at its inputs: see SlackUser.Errors.
var ErrNotAccepted = errors.New("modal not accepted")

// ErrTrouble says that Slack showed "We had some trouble connecting. Try again?" and the modal stayed open.
var ErrTrouble = errors.New("trouble connecting")

func (u *SlackUser) top() (*view, error) {
	u.e.mu.Lock()
	defer u.e.mu.Unlock()
	if len(u.stack) == 0 {
		return nil, fmt.Errorf("%s has no modal open", u.info.ID)
	}
	return u.stack[len(u.stack)-1], nil
}

// Fill answers the input with this label in the open modal: typed text, or the words of the choices.
func (u *SlackUser) Fill(label string, values ...string) error {
	v, err := u.top()
	if err != nil {
		return err
	}
	return u.Choose(View{ID: v.ID}, label, values...)
}

// Attach puts a file into the file input with this label.
func (u *SlackUser) Attach(label, name, mimeType string, data []byte) error {
	v, err := u.top()
	if err != nil {
		return err
	}
	u.e.mu.Lock()
	c, err := findControl(v.Blocks, label)
	if err == nil && c.kind() != "file_input" {
		err = fmt.Errorf("%q is a %s", label, c.kind())
	}
	if err != nil {
		u.e.mu.Unlock()
		return err
	}
	f := u.newUpload(name, mimeType, data)
	value := object{"type": "file_input", "files": []any{u.e.fileObject(f)}}
	u.e.mu.Unlock()
	u.keep(place{v: v}, c, value)
	return nil
}

// Errors are the problems shown in the open modal, by label.
func (u *SlackUser) Errors() map[string]string {
	v, ok := u.View()
	if !ok {
		return nil
	}
	return v.Errors
}

// Submit presses the submit button and does what the product answers: closes, updates, pushes, clears, or shows errors.
func (u *SlackUser) Submit() error {
	v, err := u.top()
	if err != nil {
		return err
	}
	e := u.e
	e.mu.Lock()
	if v.SubmitText == "" {
		e.mu.Unlock()
		return fmt.Errorf("modal %q has no submit button", v.Title)
	}
	v.Errors = missing(v)
	if len(v.Errors) > 0 {
		problems := fmt.Sprint(v.Errors)
		e.mu.Unlock()
		return fmt.Errorf("%w: %s", ErrNotAccepted, problems)
	}
	payload := u.common("view_submission")
	payload["trigger_id"], payload["view"], payload["response_urls"] = e.newTrigger(u.info.ID), e.viewObject(v), []any{}
	e.mu.Unlock()
	answer, err := e.deliver(interaction{kind: "interactive", path: "/slack/interactions", payload: payload})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrTrouble, err)
	}
	return u.obey(v, answer)
}

// missing checks what Slack's own client checks before it sends a modal.
func missing(v *view) map[string]string {
	problems := map[string]string{}
	for _, c := range controls(v.Blocks) {
		if !c.input() {
			continue
		}
		value := v.State[c.blockID()][c.actionID()]
		length := len(utf16.Encode([]rune(text(value["value"]))))
		least, most := number(c.element["min_length"], 0), number(c.element["max_length"], 3000)
		switch {
		case !filled(value):
			if c.block["optional"] != true {
				problems[c.label] = "Please complete this required field."
			}
		case length > most:
			problems[c.label] = fmt.Sprintf("Please use at most %d characters.", most)
		case value["value"] != nil && length < least:
			problems[c.label] = fmt.Sprintf("Please use at least %d characters.", least)
		}
	}
	return problems
}

func number(v any, otherwise int) int {
	if f, ok := v.(float64); ok {
		return int(f)
	}
	return otherwise
}

// obey does what a submission was answered with.
func (u *SlackUser) obey(v *view, answer Answer) error {
	var order struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   json.RawMessage   `json:"view"`
	}
	e := u.e
	e.mu.Lock()
	defer e.mu.Unlock()
	if body := strings.TrimSpace(string(answer.Body)); body != "" && json.Unmarshal([]byte(body), &order) != nil {
		e.violate("slack", "view_submission", "answer is neither empty nor JSON: %.80q", body)
		return ErrTrouble
	}
	defer e.changed(ChangeView, u.info.ID)
	switch order.Action {
	case "":
		u.remove(v)
	case "clear":
		u.stack = nil
	case "errors":
		return u.showErrors(v, order.Errors)
	case "update", "push":
		next, bad := e.makeView("view_submission", order.View, u)
		if bad != nil {
			return fmt.Errorf("%w: %v", ErrTrouble, bad["error"])
		}
		if order.Action == "update" {
			v.replace(next)
			u.show(nil, v)
			return nil
		}
		c := &slackCall{}
		if bad := e.stackView(c, u, next, u.stack); bad["ok"] != true {
			return fmt.Errorf("%w: %v", ErrTrouble, bad["error"])
		}
		for _, land := range c.after {
			land()
		}
	default:
		e.violate("slack", "view_submission", "unknown response_action %q", order.Action)
		return ErrTrouble
	}
	return nil
}

func (u *SlackUser) remove(v *view) {
	u.stack = slices.DeleteFunc(slices.Clone(u.stack), func(other *view) bool { return other == v })
}

// showErrors puts problems at their inputs; Slack wants the ids of input blocks.
func (u *SlackUser) showErrors(v *view, byBlock map[string]string) error {
	labels := map[string]string{}
	for _, c := range controls(v.Blocks) {
		if c.input() {
			labels[c.blockID()] = c.label
		}
	}
	v.Errors = map[string]string{}
	for block, problem := range byBlock {
		label, ok := labels[block]
		if !ok {
			u.e.violate("slack", "view_submission", "errors name block %q, which is no input", block)
			continue
		}
		v.Errors[label] = problem
	}
	if len(byBlock) == 0 {
		u.e.violate("slack", "view_submission", "response_action errors without errors")
	}
	return fmt.Errorf("%w: %v", ErrNotAccepted, v.Errors)
}

// Close closes the open modal by its cross; the product hears of it when it asked to.
func (u *SlackUser) Close() error {
	v, err := u.top()
	if err != nil {
		return err
	}
	e := u.e
	e.mu.Lock()
	u.remove(v)
	payload := u.common("view_closed")
	payload["view"], payload["is_cleared"] = e.viewObject(v), false
	told := v.spec["notify_on_close"] == true
	e.changed(ChangeView, u.info.ID)
	e.mu.Unlock()
	if !told {
		return nil
	}
	_, err = e.deliver(interaction{kind: "interactive", path: "/slack/interactions", payload: payload})
	return err
}
