package bottest

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strings"
)

//go:embed files
var droppable embed.FS

// The steps of stories about document files, which lie in bottest/files:
//
//	edu in slack drops IC-04-hands.md           into the direct message with the bot; with a comment: drops spill.png : look at this
//	ana downloads {link} < application/pdf …    the page's file: type, name, SHA-256
var (
	drops     = regexp.MustCompile(`^(\S+) in slack drops (.+?)(?: : (.*))?$`)
	downloads = regexp.MustCompile(`^(\S+) downloads (\S+) < (.*)$`)
)

// file does a step about document files; done is false when the line is none.
func (s *Story) file(line string) (done bool, err error) {
	if m := drops.FindStringSubmatch(line); m != nil {
		data, err := droppable.ReadFile("files/" + m[2])
		if err != nil {
			return true, err
		}
		_, err = s.user(m[1]).DMFile(m[3], m[2], "application/octet-stream", data)
		return true, err
	}
	if m := downloads.FindStringSubmatch(line); m != nil {
		got, err := s.download(m[2])
		if err == nil && !s.matches(m[3], got) {
			err = fmt.Errorf("got: %s", got)
		}
		return true, err
	}
	return false, nil
}

// download gets the file of a page and says what came.
func (s *Story) download(link string) (string, error) {
	link = s.fill(link)
	r, err := http.Get(s.w.Product + link[strings.Index(link, "/"):] + "/file")
	if err != nil {
		return "", err
	}
	defer r.Body.Close()
	data, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		return fmt.Sprintf("status %d", r.StatusCode), err
	}
	if r.Header.Get("Content-Disposition") == "" { // a page instead
		return r.Header.Get("Content-Type") + " " + visible(string(data)), nil
	}
	how, params, err := mime.ParseMediaType(r.Header.Get("Content-Disposition"))
	sum := sha256.Sum256(data)
	return fmt.Sprintf("%s %s %q %s", r.Header.Get("Content-Type"), how, params["filename"], hex.EncodeToString(sum[:])), err
}
