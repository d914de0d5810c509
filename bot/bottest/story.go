package bottest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"goodcatch/bot/emulator"
)

// A Story is a text that is played through the whole program, one line a step. It fails on the first thing that differs, and at its
// end on any message that nobody expected.
//
//	# comment
//	ana by sms > text                      ana's phone sends
//	ana by sms < pattern                   the next text on ana's phone; … stands for anything, {r} for a code, kept under that name
//	ana by phone < pattern                 her telephone rings, she picks up and hears
//	ana by phone > 1                       she presses a key; ana by phone rings out; ana by phone hangs up
//	lee in slack > text                    a direct message to the bot
//	lee in slack < pattern [Button] [B2]   the next message or edit on lee's screen, with exactly these buttons if any are given
//	lee in slack press Button              on the newest message that has it
//	lee in slack types /report text        a slash command
//	lee in slack shortcut report           a global shortcut
//	lee in slack fills Label: value        in the open modal (a + b chooses two, a / b types two lines); lee in slack submits; lee in slack closes
//	lee in slack sees Label: pattern       an error in the modal
//	lee in slack view < pattern            the open modal's words
//	lee in slack home < pattern            the Home tab, opened now
//	until who … < pattern                  step from due thing to due thing until that arrives
//	wait 4h                                let business time pass
//	record {r}: reported, acknowledged     these audit events, in this order
//	record {r} is closed rank 3 owner lee  facets of the record
//	import course falls                    a file of courses/courses, bank or path; see roster.go for people who come and go
//	import playbook power                  a file of courses/playbooks
//	sql SELECT … = value                   one value of the database
//	fault twilio status_500_html 2         see emulator.Fault; fault none
//	ana's phone is off                     texts to it come back undelivered; on ends that and every fault
//	ana hears nothing                      no text waits on her phone
//	the operator switches sms off for 2h   and on: see provider.go
//	drop next text, double next text, flush redis, nobody hears anything, ignore the rest
type Story struct {
	w     *World
	names map[string]string // {r} -> K7R
	line  string
	calm  bool // ignore unexpected messages

	lastPage string // of ours that somebody has just looked at

	calls   map[string]*call   // the newest of each person
	screens map[string][]shown // what came to a Slack user and no line has spoken of yet: deliveries to Slack keep no order
}

// Play runs the story in a file.
func Play(t *testing.T, file string, settings ...Settings) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := &Story{w: New(t, settings...), names: map[string]string{}, calls: map[string]*call{}, screens: map[string][]shown{}}
	sc := bufio.NewScanner(strings.NewReader(string(data)))
	for n := 1; sc.Scan(); n++ {
		s.line = strings.TrimSpace(sc.Text())
		if s.line == "" || strings.HasPrefix(s.line, "#") {
			continue
		}
		if err := s.step(s.line); err != nil {
			t.Fatalf("%s:%d: %s\n\t%v%s", file, n, s.line, err, s.heard())
		}
	}
	s.end(t, file)
}

// end fails on violations of the providers' rules, on messages nobody expected, and on open matters without a next step.
func (s *Story) end(t *testing.T, file string) {
	t.Helper()
	s.w.Settle()
	for _, v := range s.w.Emulator.Violations() {
		t.Errorf("%s: the provider objects: %s", file, v)
	}
	if p, err := s.w.DB.Pulse(t.Context()); err != nil || p.Clockless > 0 {
		t.Errorf("%s: %d open matters have no next step (%v)", file, p.Clockless, err)
	}
	if heard := s.heard(); heard != "" && !s.calm {
		t.Errorf("%s: unexpected at the end:%s", file, heard)
	}
}

// heard lists what arrived and no line has spoken of.
func (s *Story) heard() string {
	var b strings.Builder
	for _, p := range s.w.Emulator.Phones() {
		for _, m := range p.Unseen() {
			fmt.Fprintf(&b, "\n\t%s by sms < %s", s.whoseNumber(p.Number()), m.Body)
		}
	}
	for _, p := range s.w.Emulator.Phones() {
		for range p.Ringing() {
			fmt.Fprintf(&b, "\n\t%s by phone < it rings", s.whoseNumber(p.Number()))
		}
	}
	for who, screen := range s.screens {
		for _, m := range screen {
			fmt.Fprintf(&b, "\n\t%s in slack < %s", who, m.text)
		}
	}
	for _, u := range s.w.Emulator.SlackUsers() {
		for _, m := range u.Unseen() {
			if m.Kind != emulator.HomeShown {
				fmt.Fprintf(&b, "\n\t%s in slack < %s %s", first(u.Info().Name), m.Message.Visible(), m.Kind)
			}
		}
	}
	return b.String()
}

var (
	speaks  = regexp.MustCompile(`^(\S+) (by sms|by phone|in slack) (>|<) ?(.*)$`)
	does    = regexp.MustCompile(`^(\S+) in slack (press|types|shortcut|fills|submits|closes|sees|view <|home <|chooses) ?(.*)$`)
	waits   = regexp.MustCompile(`^wait (\S+)$`)
	records = regexp.MustCompile(`^record \{(\w+)\}: (.*)$`)
	silence = regexp.MustCompile(`^(\S+) hears nothing$`)
	facets  = regexp.MustCompile(`^record \{(\w+)\} is (.*)$`)
	query   = regexp.MustCompile(`^sql (.*) = (.*)$`)
	imports = regexp.MustCompile(`^import (course|playbook) (\S+)$`)
	faults  = regexp.MustCompile(`^fault (\S+)(?: (\S+))?(?: (\d+))?$`)
	offs    = regexp.MustCompile(`^(\S+)'s phone is (on|off)$`)
)

func (s *Story) step(line string) error {
	if rest, ok := strings.CutPrefix(line, "until "); ok {
		return s.until(rest)
	}
	if m := speaks.FindStringSubmatch(line); m != nil {
		if m[3] == ">" {
			return s.say(m[1], m[2], s.fill(m[4]))
		}
		return s.expect(m[1], m[2], m[4])
	}
	if m := does.FindStringSubmatch(line); m != nil {
		return s.act(m[1], m[2], s.fill(m[3]))
	}
	if m := rings.FindStringSubmatch(line); m != nil {
		return s.leave(m[1], m[2])
	}
	if m := waits.FindStringSubmatch(line); m != nil {
		d, err := parseSpan(m[1])
		if err != nil {
			return err
		}
		s.w.Pass(d)
		return nil
	}
	if m := silence.FindStringSubmatch(line); m != nil {
		s.w.Settle()
		if s.waiting(m[1], "by sms") {
			return fmt.Errorf("but a text came")
		}
		return nil
	}
	if m := records.FindStringSubmatch(line); m != nil {
		return s.events(m[1], m[2])
	}
	if m := facets.FindStringSubmatch(line); m != nil {
		return s.facets(m[1], m[2])
	}
	if m := query.FindStringSubmatch(line); m != nil {
		return s.query(s.fill(m[1]), s.fill(m[2]))
	}
	if m := imports.FindStringSubmatch(line); m != nil {
		return s.importTraining(m[1], m[2])
	}
	if m := faults.FindStringSubmatch(line); m != nil {
		return s.fault(m[1], m[2], m[3])
	}
	if m := offs.FindStringSubmatch(line); m != nil {
		s.switchPhone(m[1], m[2] == "off")
		return nil
	}
	if done, err := s.page(s.fill(line)); done {
		return err
	}
	if done, err := s.form(s.fill(line)); done {
		return err
	}
	if done, err := s.control(s.fill(line)); done {
		return err
	}
	if done, err := s.provider(line); done {
		return err
	}
	if done, err := s.roster(line); done {
		return err
	}
	if done, err := s.file(line); done {
		return err
	}
	return s.phrase(line)
}

func (s *Story) phrase(line string) error {
	switch line {
	case "drop next text":
		s.w.Emulator.DropNextInbound()
	case "double next text":
		s.w.Emulator.DoubleNextInbound()
	case "double next event":
		s.w.Emulator.DoubleNextEvent()
	case "flush redis":
		s.w.Redis.FlushAll()
	case "poll":
		_, err := s.w.Program.Worker.Missed(s.w.TB.Context(), time.Now().Add(-time.Hour)) // providers live by the real clock
		return err
	case "ignore the rest":
		s.calm = true
	case "nobody hears anything":
		s.w.Settle()
		if heard := s.heard(); heard != "" {
			return fmt.Errorf("but somebody does")
		}
	default:
		return fmt.Errorf("no such step")
	}
	return nil
}

func (s *Story) fault(provider, kind, times string) error {
	if provider == "none" {
		s.w.Emulator.ClearFaults()
		return nil
	}
	n := 0
	if times != "" {
		if _, err := fmt.Sscan(times, &n); err != nil {
			return err
		}
	}
	s.w.Emulator.Fail(emulator.Fault{Provider: provider, Kind: emulator.FaultKind(kind), Times: n})
	return nil
}

// switchPhone lets texts to somebody's phone come back as undelivered, though the number is good; on ends every fault.
func (s *Story) switchPhone(who string, off bool) {
	if !off {
		s.w.Emulator.ClearFaults()
		return
	}
	s.w.Emulator.Fail(emulator.Fault{Provider: "twilio", To: s.phone(who).Number(), Kind: emulator.Dead, Code: "30003"})
}

func parseSpan(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		var n int
		if _, err := fmt.Sscan(days, &n); err != nil {
			return 0, err
		}
		return time.Duration(n) * 24 * time.Hour, nil
	}
	return time.ParseDuration(text)
}

// fill puts the codes kept so far in place of their names.
func (s *Story) fill(text string) string {
	for name, value := range s.names {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

// matches compares what arrived with a pattern, and keeps new names.
func (s *Story) matches(pattern, got string) bool {
	var names []string
	expr := regexp.QuoteMeta(strings.TrimSpace(s.fill(pattern)))
	expr = regexp.MustCompile(`\s*…\s*`).ReplaceAllString(expr, `.*`)
	expr = regexp.MustCompile(`\\\{(\w+)\\\}`).ReplaceAllStringFunc(expr, func(m string) string {
		names = append(names, strings.Trim(m, `\{}`))
		return `(\S+?)`
	})
	expr = regexp.MustCompile(`\s+`).ReplaceAllString(expr, `\s+`)
	m := regexp.MustCompile(`(?s)^\s*` + expr + `\s*$`).FindStringSubmatch(got)
	if m == nil {
		return false
	}
	for i, n := range names {
		s.names[n] = m[i+1]
	}
	return true
}

// expect waits for what comes next, or in Slack for the line's message among what comes: a file may take its time.
func (s *Story) expect(who, channel, pattern string) error {
	ctx, cancel := context.WithTimeout(s.w.TB.Context(), patience)
	defer cancel()
	return s.expectIn(ctx, who, channel, pattern)
}

// expectIn is expect in a time of its own; with none, in Slack, the line's message is among what has come.
func (s *Story) expectIn(ctx context.Context, who, channel, pattern string) error {
	if channel == "by sms" {
		m, err := s.phone(who).Expect(ctx)
		if err != nil {
			return fmt.Errorf("nothing came: %w", err)
		}
		if !s.matches(pattern, m.Body) {
			return fmt.Errorf("got: %s", m.Body)
		}
		return nil
	}
	if channel == "by phone" {
		return s.hears(ctx, who, pattern)
	}
	return s.expectShown(ctx, who, pattern)
}

// A shown is a message or edit as a person sees it.
type shown struct {
	text    string
	buttons []string
}

// expectShown finds the line's message among those on a Slack user's screen, waiting for more until the deadline; without one, it waits for none.
func (s *Story) expectShown(ctx context.Context, who, pattern string) error {
	pattern, buttons := splitButtons(pattern)
	for seen := 0; ; {
		for ; seen < len(s.screens[who]); seen++ {
			m := s.screens[who][seen]
			if (buttons == nil || slices.Equal(buttons, m.buttons)) && s.matches(pattern, m.text) {
				s.screens[who] = slices.Delete(s.screens[who], seen, seen+1)
				return nil
			}
		}
		if _, patient := ctx.Deadline(); !patient && !s.waiting(who, "in slack") {
			return fmt.Errorf("not among: %q", s.screens[who])
		}
		item, err := s.user(who).ExpectMessage(ctx)
		if err != nil {
			return fmt.Errorf("not among: %q", s.screens[who])
		}
		text, _ := splitButtons(strings.ReplaceAll(item.Message.Visible(), "*", ""))
		s.screens[who] = append(s.screens[who], shown{text, item.Message.Buttons()})
	}
}

var button = regexp.MustCompile(`\s*\[([^\]]+)\]\s*$`)

func splitButtons(pattern string) (string, []string) {
	var buttons []string
	for {
		m := button.FindStringSubmatchIndex(pattern)
		if m == nil {
			return pattern, buttons
		}
		buttons = append([]string{pattern[m[2]:m[3]]}, buttons...)
		pattern = pattern[:m[0]]
	}
}

// until steps from due thing to due thing until the line's message arrives.
func (s *Story) until(line string) error {
	m := speaks.FindStringSubmatch(line)
	if m == nil || m[3] != "<" {
		return fmt.Errorf("until wants a message")
	}
	limit := s.w.Clock.Now().Add(400 * 24 * time.Hour)
	for range 200 {
		s.w.Settle()
		if s.waiting(m[1], m[2]) {
			if err := s.expectIn(s.w.TB.Context(), m[1], m[2], m[4]); err == nil || m[2] != "in slack" {
				return err
			}
		}
		if !s.w.Step(limit) {
			break
		}
	}
	return fmt.Errorf("nothing more is due")
}

func (s *Story) waiting(who, channel string) bool {
	switch channel {
	case "by sms":
		return len(s.phone(who).Unseen()) > 0
	case "by phone":
		return len(s.phone(who).Ringing()) > 0
	}
	return slices.ContainsFunc(s.user(who).Unseen(), func(i emulator.Item) bool { return i.Kind != emulator.HomeShown })
}
