package bottest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"goodcatch/bot/emulator"
)

// numbers are the phones of people who are not on the roster.
var strangers = map[string]string{"zoe": "+447700900901", "yan": "+447700900902"}

func first(name string) string { return strings.ToLower(strings.Fields(name + " ?")[0]) }

func (s *Story) phone(who string) *emulator.Phone {
	s.w.TB.Helper()
	if n, ok := strangers[who]; ok {
		return s.w.Emulator.Phone(n)
	}
	org, err := s.w.DB.Organisation(s.w.TB.Context())
	if err != nil {
		s.w.TB.Fatal(err)
	}
	for _, p := range org.People {
		if first(p.Name) == who && p.Phone.Value != "" {
			return s.w.Emulator.Phone(p.Phone.Value)
		}
	}
	s.w.TB.Fatalf("nobody called %s has a phone", who)
	return nil
}

func (s *Story) whoseNumber(number string) string {
	for who, n := range strangers {
		if n == number {
			return who
		}
	}
	org, err := s.w.DB.Organisation(context.WithoutCancel(s.w.TB.Context()))
	if err != nil {
		return number
	}
	for _, p := range org.People {
		if p.Phone.Value == number {
			return first(p.Name)
		}
	}
	return number
}

func (s *Story) user(who string) *emulator.SlackUser {
	s.w.TB.Helper()
	for _, u := range s.w.Emulator.SlackUsers() {
		if first(u.Info().Name) == who {
			return u
		}
	}
	s.w.TB.Fatalf("nobody called %s is in Slack", who)
	return nil
}

// say sends a text or a direct message. Webhooks that the product refuses fail the step.
func (s *Story) say(who, channel, text string) error {
	if channel == "by sms" {
		_, err := s.phone(who).Text(text)
		return err
	}
	if channel == "by phone" {
		return s.presses(who, text)
	}
	_, err := s.user(who).DM(text)
	return err
}

// act does what a person does in Slack.
func (s *Story) act(who, what, rest string) error {
	u := s.user(who)
	switch what {
	case "press":
		return s.press(u, rest)
	case "types":
		command, text, _ := strings.Cut(rest, " ")
		return u.Slash(command, text)
	case "shortcut":
		return u.Shortcut(rest)
	case "fills", "chooses":
		label, value, _ := strings.Cut(rest, ": ")
		return u.Fill(label, strings.Split(strings.ReplaceAll(value, " / ", "\n"), " + ")...)
	case "submits":
		err := u.Submit()
		if errors.Is(err, emulator.ErrNotAccepted) {
			return nil // the next line says what the modal shows
		}
		return err
	case "closes":
		return u.Close()
	case "sees":
		return s.sees(u, rest)
	case "view <":
		v, ok := u.View()
		if !ok {
			return fmt.Errorf("no modal is open")
		}
		if !s.matches(rest, strings.ReplaceAll(v.Visible(), "*", "")) {
			return fmt.Errorf("the modal says: %s", v.Visible())
		}
		return nil
	default:
		return s.home(u, rest)
	}
}

// press presses a button on the open modal, the Home tab, or the newest message that has it.
func (s *Story) press(u *emulator.SlackUser, label string) error {
	messages := u.Messages()
	for i := len(messages) - 1; i >= 0; i-- {
		for _, b := range messages[i].Buttons() {
			if b == label {
				return u.Press(messages[i], label)
			}
		}
	}
	if home, ok := u.Home(); ok {
		return u.Press(home, label)
	}
	return fmt.Errorf("no button of that name on the screen")
}

func (s *Story) sees(u *emulator.SlackUser, rest string) error {
	label, pattern, _ := strings.Cut(rest, ": ")
	for l, e := range u.Errors() {
		if strings.HasPrefix(l, label) && s.matches(pattern, e) {
			return nil
		}
	}
	return fmt.Errorf("errors: %q", u.Errors())
}

func (s *Story) home(u *emulator.SlackUser, pattern string) error {
	if err := u.OpenHome(); err != nil {
		return err
	}
	s.w.Settle()
	v, ok := u.Home()
	if !ok {
		return fmt.Errorf("no Home tab")
	}
	if !s.matches(pattern, strings.ReplaceAll(v.Visible(), "*", "")) {
		return fmt.Errorf("the Home tab says: %s", v.Visible())
	}
	return nil
}

// code strips the kind from a code: NM-K7R is kept as K7R.
func bare(code string) string {
	if _, after, ok := strings.Cut(code, "-"); ok {
		return after
	}
	return code
}

// events checks the audit of a record: the named events, in this order, others may stand between.
func (s *Story) events(name, want string) error {
	rows, err := s.w.DB.Pool.Query(s.w.TB.Context(), `SELECT e.name FROM events e JOIN records r ON r.id = e.record_id WHERE r.code = $1 ORDER BY e.id`, bare(s.names[name]))
	if err != nil {
		return err
	}
	defer rows.Close()
	var got []string
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return err
		}
		got = append(got, n)
	}
	at := 0
	for _, w := range strings.Split(want, ", ") {
		for at < len(got) && got[at] != strings.ReplaceAll(w, " ", "_") {
			at++
		}
		if at == len(got) {
			return fmt.Errorf("events: %s", strings.Join(got, ", "))
		}
		at++
	}
	return nil
}

// facets checks a record: its state, then pairs: rank 3, owner lee, unit 4B, kind incident, level 2, hidden true.
func (s *Story) facets(name, want string) error {
	var state, unit, kind, owner string
	var rank, level int
	var hidden bool
	err := s.w.DB.Pool.QueryRow(s.w.TB.Context(), `
		SELECT r.state, r.unit, r.kind, coalesce(p.name, 'nobody'), r.rank, coalesce((r.climb->>'level')::int, 0), r.hidden
		FROM records r LEFT JOIN people p ON p.id = r.owner WHERE r.code = $1`, bare(s.names[name])).Scan(&state, &unit, &kind, &owner, &rank, &level, &hidden)
	if err != nil {
		return err
	}
	got := map[string]string{"unit": unit, "kind": kind, "owner": first(owner), "rank": fmt.Sprint(rank), "level": fmt.Sprint(level), "hidden": fmt.Sprint(hidden)}
	words := strings.Fields(want)
	if words[0] != state {
		return fmt.Errorf("it is %s", state)
	}
	for i := 1; i+1 < len(words); i += 2 {
		if got[words[i]] != words[i+1] {
			return fmt.Errorf("%s is %s", words[i], got[words[i]])
		}
	}
	return nil
}

func (s *Story) query(sql, want string) error {
	var got string
	if err := s.w.DB.Pool.QueryRow(s.w.TB.Context(), `SELECT (`+sql+`)::text`).Scan(&got); err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("it is %s", got)
	}
	return nil
}
