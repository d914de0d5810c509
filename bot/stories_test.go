package bot_test

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"goodcatch/bot/bottest"
)

func TestMain(m *testing.M) {
	debug.SetGCPercent(400) // as serve does: collecting took a quarter of the stories' time
	os.Exit(m.Run())
}

// TestStories plays every story in testdata/stories. Together they are the acceptance tests.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/stories/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			t.Parallel()
			bottest.Play(t, f)
		})
	}
}
