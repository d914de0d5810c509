package emulator

import (
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// maxReplies is how often a response_url may be used. Source: Slack, Handling user interaction.
const maxReplies = 5

// A responseURL lets the product answer an interaction without a token.
type responseURL struct {
	user, channel string
	ts            string // of the message the interaction came from
	made          time.Time
	used          int
}

// newResponseURL makes one. The caller holds the lock.
func (e *Emulator) newResponseURL(user, channel, ts string) string {
	id := randomHex(12)
	e.slack.replies[id] = &responseURL{user: user, channel: channel, ts: ts, made: time.Now()}
	return e.filesBase() + "/slack/response/" + id
}

// A reply is what the product posts to a response_url, or answers a command with.
type reply struct {
	ResponseType    string          `json:"response_type"`
	Text            string          `json:"text"`
	Blocks          json.RawMessage `json:"blocks"`
	ReplaceOriginal bool            `json:"replace_original"`
	DeleteOriginal  bool            `json:"delete_original"`
}

func (e *Emulator) serveResponseURL(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	var content reply
	if err != nil || json.Unmarshal(body, &content) != nil {
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return
	}
	e.mu.Lock()
	e.calls["slack response_url"]++
	e.mu.Unlock()
	if e.transportFault(w, r, "slack", "response_url", "") {
		return
	}
	c := &slackCall{method: "response_url"}
	status, answer := e.takeReply(c, r.PathValue("id"), content)
	defer func() {
		for _, f := range c.after {
			f()
		}
	}()
	w.WriteHeader(status)
	_, _ = io.WriteString(w, answer)
	_ = http.NewResponseController(w).Flush()
}

func (e *Emulator) takeReply(c *slackCall, id string, content reply) (int, string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	target := e.slack.replies[id]
	switch {
	case target == nil || expired(target.made, e.opt.ResponseURLLife):
		return http.StatusNotFound, `{"ok":false,"error":"expired_url"}`
	case target.used >= maxReplies:
		return http.StatusNotFound, `{"ok":false,"error":"used_url"}`
	}
	target.used++
	ch := e.slack.channels[target.channel]
	if ch == nil {
		return http.StatusNotFound, "channel_not_found"
	}
	original := ch.byTS[target.ts]
	if content.DeleteOriginal && original != nil {
		original.Deleted = true
		e.show(c, ch, Deleted, original)
		return http.StatusOK, "ok"
	}
	if bad := e.postReply(c, ch, original, target.user, content); bad != nil {
		return http.StatusBadRequest, text(bad["error"])
	}
	return http.StatusOK, "ok"
}

// postReply shows a reply: in place of the original, to the channel, or to the user alone. The caller holds the lock.
func (e *Emulator) postReply(c *slackCall, ch *channel, original *message, user string, content reply) object {
	m, bad := e.compose(c.method, content.Text, content.Blocks, nil)
	if bad != nil {
		return bad
	}
	if content.ReplaceOriginal && original != nil {
		original.Text, original.Blocks, original.Edited = m.Text, m.Blocks, true
		e.show(c, ch, Updated, original)
		return nil
	}
	kind := Posted
	if m.TS = e.ts(); content.ResponseType != "in_channel" {
		m.Ephemeral, kind = user, Ephemeral
	}
	ch.keep(m)
	e.show(c, ch, kind, m)
	return nil
}
