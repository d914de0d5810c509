package slack

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"goodcatch/bot"
	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/store/export"
)

// proof answers "/quality proof IC-04 4B [csv]": the summary and the whole table as a file, in the user's direct messages. When that
// takes long, the user is told that it comes.
func (a *App) proof(ctx context.Context, s slash, text string) answer {
	words := strings.Fields(text)
	format := export.PDF
	if n := len(words); n == 3 && (strings.EqualFold(words[2], "csv") || strings.EqualFold(words[2], "pdf")) {
		format, words = export.Format(strings.ToLower(words[2])), words[:2]
	}
	key := "slack.proof_how"
	if len(words) == 2 {
		done := make(chan struct{})
		a.later(func(ctx context.Context) {
			defer close(done)
			a.handOut(ctx, s, words[0], words[1], format)
		})
		select {
		case <-done:
			return taken
		case <-time.After(proofWait):
			key = "slack.proof_coming"
		}
	}
	board, err := a.Bot.Board(ctx, domain.Slack, s.User)
	if err != nil {
		return away
	}
	return answer{status: taken.status, body: map[string]any{"response_type": slackgo.ResponseTypeEphemeral, "text": a.Bot.Catalog.Say(board.Voice, key, nil)}}
}

// proofWait is how long a user hears nothing while their file is made. Slack waits a little longer.
const proofWait = 1800 * time.Millisecond

// handOut makes the file and sends it, or says why there is none.
func (a *App) handOut(ctx context.Context, s slash, document, unit string, f export.Format) {
	h, err := a.Bot.Proof(ctx, domain.Slack, s.User, document, unit, f)
	if err == nil {
		err = a.Channel.sendFile(ctx, s.User, h)
	}
	if err == nil {
		return
	}
	n := domain.Notice{Key: "slack.proof_failed"}
	if key, args, ok := bot.MissingWords(err); ok {
		n.Key, n.Args = key, args
	} else if errors.Is(err, domain.ErrForbidden) {
		n.Key = "problem.not_yours"
	} else {
		a.Log.Error("proof not handed out", "away", isAway(err), "code", code(err))
	}
	a.tell(ctx, opening{user: s.User, trigger: s.Trigger}, n)
}

// sendFile puts a file into a user's direct messages, with words before it.
func (c *Channel) sendFile(ctx context.Context, user string, h bot.Handout) error {
	dm, err := c.dm(ctx, user)
	if err != nil {
		return err
	}
	_, err = c.api.UploadFileContext(ctx, slackgo.UploadFileParameters{
		Channel: dm, Filename: h.Name, Title: h.Title, FileSize: len(h.Data), Reader: bytes.NewReader(h.Data), InitialComment: Clip(conversations.Escape(h.Words), maxMessageText),
	})
	return err
}
