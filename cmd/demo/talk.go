package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"goodcatch/domain"
)

// A Talk is a conversation in a terminal: one person's phone and Slack at a time, and what reaches anybody.
type Talk struct {
	demo *Demo
	as   *domain.Person
}

// Talk takes the phone of somebody, by name or its beginning; an empty name is the reporter of the cast.
func (d *Demo) Talk(ctx context.Context, name string) (*Talk, error) {
	t := &Talk{demo: d, as: d.Cast.Reporter}
	t.news() // what stands there already is no answer
	if name == "" {
		return t, nil
	}
	return t, t.become(ctx, name)
}

// Name is whose phone it is.
func (t *Talk) Name() string { return t.as.Name }

func (t *Talk) become(ctx context.Context, name string) error {
	org, err := t.demo.Program.DB.Organisation(ctx)
	if err != nil {
		return err
	}
	for _, p := range everyone(org) {
		if strings.HasPrefix(strings.ToLower(p.Name), strings.ToLower(name)) {
			t.as = p
			return nil
		}
	}
	return fmt.Errorf("nobody is called %q: %w", name, domain.ErrNotFound)
}

// Say does one line and returns what reached whom because of it, once all of it is out.
func (t *Talk) Say(ctx context.Context, line string) ([]string, error) {
	line = strings.TrimSpace(line)
	if line == "" || strings.HasPrefix(line, "#") {
		return nil, nil
	}
	if err := t.act(ctx, line); err != nil {
		return nil, err
	}
	if err := t.demo.quiet(ctx); err != nil {
		return nil, err
	}
	return t.news(), nil
}

func (t *Talk) act(ctx context.Context, line string) error {
	command, rest, _ := strings.Cut(line, " ")
	switch command {
	case "/as":
		return t.become(ctx, rest)
	case "/step":
		return t.demo.Step(ctx)
	case "/press":
		return t.press(rest)
	case "/dm":
		if t.as.Slack.Value == "" {
			return fmt.Errorf("%s is not in Slack", t.as.Name)
		}
		_, err := t.demo.Emulator.SlackUser(t.as.Slack.Value).DM(rest)
		return err
	}
	if strings.HasPrefix(command, "/") {
		return fmt.Errorf("%s is not a command: /as, /dm, /press, /step, /quit", command)
	}
	if t.as.Phone.Value == "" {
		return fmt.Errorf("%s has no phone", t.as.Name)
	}
	_, err := t.demo.Emulator.Phone(t.as.Phone.Value).Text(line)
	return err
}

func (t *Talk) press(label string) error {
	u := t.demo.Emulator.SlackUser(t.as.Slack.Value)
	messages := u.Messages()
	for _, m := range slices.Backward(messages) {
		if slices.Contains(m.Buttons(), label) {
			return u.Press(m, label)
		}
	}
	return fmt.Errorf("%s sees no button %q in Slack", t.as.Name, label)
}

// news takes what reached anybody since the last time.
func (t *Talk) news() []string {
	var out []string
	names := map[string]string{}
	for _, p := range t.demo.Emulator.Snapshot().Phones {
		names[p.Number] = p.Label
	}
	for _, p := range t.demo.Emulator.Phones() {
		for _, m := range p.Unseen() {
			out = append(out, fmt.Sprintf("  %s, phone < %s", names[p.Number()], m.Body))
		}
		p.Forget()
	}
	for _, u := range t.demo.Emulator.SlackUsers() {
		for _, item := range u.Unseen() {
			if item.Message.TS != "" {
				out = append(out, fmt.Sprintf("  %s, Slack (%s) < %s", u.Info().Name, item.Kind, strings.ReplaceAll(item.Message.Visible(), "\n", " / ")))
			}
		}
		u.Forget()
	}
	return out
}
