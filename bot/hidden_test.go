package bot_test

import (
	"testing"
	"time"

	"goodcatch/bot/bottest"
)

// An owner who asks a hidden reporter must not wait for an answer that can no longer come.
func TestAReplyChannelThatEndsIsMarkedOnItsRecord(t *testing.T) {
	t.Parallel()
	s := newScene(t, bottest.Settings{})
	s.text(anasPhone, "ANON NM wrong strength vial in drawer B")
	s.rest()
	lee := s.Emulator.SlackUser("U0LEE")
	s.press(lee, "Acknowledge")
	s.press(lee, "Ask the reporter", "Your question", "Was the label readable?")
	s.until(`(SELECT state = 'needs_reporter' FROM records)`)
	must(t, s.DB.Purge(t.Context()))
	s.until(`(SELECT state = 'needs_reporter' FROM records)`)
	s.Pass(181 * 24 * time.Hour)
	must(t, s.DB.Purge(t.Context()))
	must(t, s.DB.Purge(t.Context())) // once
	s.until(`(SELECT state = 'in_review' FROM records)`)
	s.until(`(SELECT count(*) = 1 FROM events WHERE name = 'reply_channel_expired')`)
	s.until(`(SELECT count(*) = 0 FROM reply_channels)`)
	s.rest()
	if s.messages("U0LEE", "the reporter can no longer be reached") != 1 {
		t.Error("the owner was not told")
	}
}
