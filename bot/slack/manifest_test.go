package slack

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	slackgo "github.com/slack-go/slack"
)

func manifest(t *testing.T, socket bool) slackgo.Manifest {
	t.Helper()
	raw, err := ManifestJSON("https://q.example.org/", socket)
	if err != nil {
		t.Fatal(err)
	}
	var m slackgo.Manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestManifestIsWhatTheCodeRegisters(t *testing.T) {
	t.Parallel()
	m := manifest(t, false)
	var gotCommands, gotShortcuts, gotEvents []string
	for _, c := range m.Features.SlashCommands {
		gotCommands = append(gotCommands, c.Command)
		if c.Url != "https://q.example.org/slack/commands" {
			t.Errorf("%s goes to %s", c.Command, c.Url)
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(commands)), slices.Sorted(slices.Values(gotCommands))); diff != "" {
		t.Errorf("commands: %s", diff)
	}
	for _, s := range m.Features.Shortcuts {
		gotShortcuts = append(gotShortcuts, s.CallbackID)
		kind := map[slackgo.ShortcutType]string{"global": "shortcut", "message": "message_action"}[s.Type]
		if shortcuts[s.CallbackID] != kind {
			t.Errorf("shortcut %s is %s", s.CallbackID, s.Type)
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(shortcuts)), slices.Sorted(slices.Values(gotShortcuts))); diff != "" {
		t.Errorf("shortcuts: %s", diff)
	}
	for _, e := range m.Settings.EventSubscriptions.BotEvents {
		name, _, _ := strings.Cut(e, ".") // message.im arrives as message
		gotEvents = append(gotEvents, name)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(events)), slices.Sorted(slices.Values(gotEvents))); diff != "" {
		t.Errorf("events: %s", diff)
	}
	if got := m.Settings.Interactivity.RequestUrl; got != "https://q.example.org/slack/interactions" {
		t.Errorf("interactions go to %s", got)
	}
	if got := m.Settings.Interactivity.MessageMenuOptionsUrl; got != "https://q.example.org/slack/options" {
		t.Errorf("menus are asked for at %s", got)
	}
}

func TestManifestForSocketsNamesNoAddress(t *testing.T) {
	t.Parallel()
	text, err := Manifest("", true)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "_url") || strings.Contains(string(text), " url:") {
		t.Errorf("an address in %s", text)
	}
	if m := manifest(t, true); !m.Settings.SocketModeEnabled {
		t.Error("sockets are off")
	}
	for _, address := range []string{"", "http://q.example.org", "https://", "https://q.example.org\nx: y"} {
		if _, err := Manifest(address, false); err == nil {
			t.Errorf("%q is taken", address)
		}
	}
}
