package slack_test

import (
	"path/filepath"
	"strings"
	"testing"

	"goodcatch/bot/bottest"
)

// TestStories plays each story over webhooks and over a socket: what people see is the same.
func TestStories(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/stories/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name+"/webhook", func(t *testing.T) {
			t.Parallel()
			bottest.Play(t, file)
		})
		t.Run(name+"/socket", func(t *testing.T) {
			t.Parallel()
			bottest.Play(t, file, bottest.Settings{SocketMode: true})
		})
	}
}
