package emulator

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
)

type file struct {
	id, name, title, user, kind string
	data                        []byte
	size                        int
	uploaded, complete          bool
}

func (e *Emulator) fileObject(f *file) object {
	if f == nil {
		return object{"mode": "tombstone"}
	}
	address := e.filesBase() + "/slack/files/" + f.id + "/" + f.name
	return object{
		"id": f.id, "created": e.opt.Now().Unix(), "timestamp": e.opt.Now().Unix(), "name": f.name, "title": f.title, "mimetype": f.kind,
		"filetype": strings.TrimPrefix(path.Ext(f.name), "."), "user": f.user, "user_team": e.opt.TeamID, "mode": "hosted", "is_external": false,
		"size": f.size, "url_private": address, "url_private_download": address,
	}
}

// filesBase is base() for callers that hold the lock.
func (e *Emulator) filesBase() string {
	if e.opt.BaseURL != nil {
		return strings.TrimRight(e.opt.BaseURL(), "/")
	}
	return "http://" + e.lastHost
}

func (e *Emulator) newFile(name, kind, user string) *file {
	f := &file{id: slackID("F"), name: path.Base("/" + name), title: name, user: user, kind: kind}
	if f.kind == "" {
		f.kind = mime.TypeByExtension(path.Ext(name))
	}
	e.slack.files[f.id] = f
	return f
}

func (e *Emulator) fileUploadURL(c *slackCall) object {
	size := atoi(c.str("length"))
	if c.str("filename") == "" || size <= 0 {
		return slackError("invalid_arguments", "filename and length are required")
	}
	f := e.newFile(c.str("filename"), "", e.opt.BotUserID)
	f.size = size
	return slackOK(object{"upload_url": c.base + "/slack/upload/" + f.id, "file_id": f.id})
}

// serveUpload takes the content, as a multipart form with one file or as the body itself.
func (e *Emulator) serveUpload(w http.ResponseWriter, r *http.Request) {
	var source io.Reader = http.MaxBytesReader(w, r.Body, 64<<20)
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "multipart/form-data" {
		part, _, err := r.FormFile("file")
		if err != nil {
			http.Error(w, "no file", http.StatusBadRequest)
			return
		}
		defer part.Close()
		source = part
	}
	data, err := io.ReadAll(source)
	e.mu.Lock()
	defer e.mu.Unlock()
	f := e.slack.files[r.PathValue("id")]
	if err != nil || f == nil || f.complete {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	if len(data) != f.size {
		e.violate("slack", "upload", "%d bytes uploaded, %d announced", len(data), f.size)
	}
	f.data, f.size, f.uploaded = data, len(data), true
	_, _ = io.WriteString(w, "OK - "+itoa(len(data)))
}

func (e *Emulator) fileComplete(c *slackCall) object {
	var wanted []struct{ ID, Title string }
	if err := json.Unmarshal(c.raw("files"), &wanted); err != nil || len(wanted) == 0 {
		return slackError("invalid_arguments", "files is required")
	}
	done, ids := []object{}, []string{}
	for _, w := range wanted {
		f := e.slack.files[w.ID]
		if f == nil || !f.uploaded {
			return slackError("file_not_found")
		}
		if f.complete = true; w.Title != "" {
			f.title = w.Title
		}
		done, ids = append(done, object{"id": f.id, "title": f.title}), append(ids, f.id)
	}
	if id := c.str("channel_id"); id != "" {
		ch := e.findChannel(id)
		if ch == nil {
			return slackError("channel_not_found")
		}
		m := &message{Message: Message{TS: e.ts(), User: e.opt.BotUserID, Text: c.str("initial_comment"), Files: ids, ThreadTS: c.str("thread_ts"), At: e.opt.Now()}, bot: true}
		ch.keep(m)
		e.show(c, ch, Posted, m)
	}
	return slackOK(object{"files": done})
}

func (e *Emulator) fileInfo(c *slackCall) object {
	f := e.slack.files[c.str("file")]
	if f == nil {
		return slackError("file_not_found")
	}
	return slackOK(object{"file": e.fileObject(f), "comments": []any{}, "paging": object{"count": 100, "total": 0, "page": 1, "pages": 0}})
}

func (e *Emulator) fileDelete(c *slackCall) object {
	if e.slack.files[c.str("file")] == nil {
		return slackError("file_not_found")
	}
	delete(e.slack.files, c.str("file"))
	return slackOK(nil)
}

// serveFile sends the content to the holder of the bot token with the scope files:read; others are sent to the sign-in page, as at Slack.
func (e *Emulator) serveFile(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	f := e.slack.files[r.PathValue("id")]
	revoked := e.fault("slack", "files", "", RevokedToken) != nil || !slices.Contains(e.opt.Scopes, "files:read")
	e.mu.Unlock()
	if f == nil {
		http.NotFound(w, r)
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+e.opt.SlackBotToken || revoked {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<!DOCTYPE html><html><title>Sign in | Slack</title></html>")
		return
	}
	w.Header().Set("Content-Type", f.kind)
	_, _ = w.Write(f.data)
}
