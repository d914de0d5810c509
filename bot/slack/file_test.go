package slack

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"goodcatch/domain"
)

func TestTheTokenGoesToSlacksFileHostsOnly(t *testing.T) {
	t.Parallel()
	c, err := New(Config{BotToken: "xoxb-1", APIURL: "http://127.0.0.1:9/slack/api/"})
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{
		"https://files.slack.com/files-pri/T1-F1/a.pdf":           true,
		"https://files.slack-gov.com/files-pri/T1-F1/a.pdf":       true,
		"http://127.0.0.1:9/slack/files/F1/a.pdf":                 true,
		"http://files.slack.com/a.pdf":                            false,
		"https://127.0.0.1:9/a.pdf":                               false,
		"http://127.0.0.1:10/a.pdf":                               false,
		"https://files.slack.com.evil.example/a.pdf":              false,
		"https://files.slack.com@evil.example/a.pdf":              false,
		"https://evil.example/files.slack.com":                    false,
		"http://169.254.169.254/latest/meta-data":                 false,
		"file:///etc/passwd":                                      false,
		"":                                                        false,
		"https://files.slack.com:8443/files-pri/T1-F1/secret.pdf": false,
	} {
		at, err := url.Parse(address)
		if err == nil && c.keepsFiles(at) != want {
			t.Errorf("%s: got %v", address, !want)
		}
	}
	real, err := New(Config{BotToken: "xoxb-1"})
	if err != nil {
		t.Fatal(err)
	}
	if real.keepsFiles(&url.URL{}) || real.keepsFiles(&url.URL{Path: "/a.pdf"}) {
		t.Error("an address without a host is taken")
	}
}

func TestFetchTakesNothingButTheFile(t *testing.T) {
	t.Parallel()
	foreign := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("the token went elsewhere")
		}
	}))
	defer foreign.Close()
	mux := http.NewServeMux()
	mux.HandleFunc("/good", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer xoxb-1" {
			w.WriteHeader(http.StatusForbidden)
		}
		_, _ = w.Write([]byte("# Hands"))
	})
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/good", http.StatusFound) })
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, foreign.URL, http.StatusFound) })
	mux.HandleFunc("/round", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/round", http.StatusFound) })
	mux.HandleFunc("/signin", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<!DOCTYPE html>"))
	})
	mux.HandleFunc("/large", func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write(make([]byte, domain.MostFile+9)) })
	host := httptest.NewServer(mux)
	defer host.Close()
	c, err := New(Config{BotToken: "xoxb-1", APIURL: host.URL + "/slack/api/"})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{"/good": nil, "/moved": nil, "/away": errSignIn, "/round": errSignIn, "/signin": errSignIn} {
		data, err := c.fetch(t.Context(), shared{ID: "F1", URL: host.URL + path})
		if !errors.Is(err, want) || want == nil && string(data) != "# Hands" {
			t.Errorf("%s: got %q, %v", path, data, err)
		}
	}
	for name, f := range map[string]shared{"gone": {URL: host.URL + "/gone"}, "not as large as announced": {URL: host.URL + "/good", Size: 99}, "elsewhere": {URL: foreign.URL}} {
		if _, err := c.fetch(t.Context(), f); err == nil || strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("%s: %v", name, err)
		}
	}
	data, err := c.fetch(t.Context(), shared{URL: host.URL + "/large"})
	if err != nil || len(data) != domain.MostFile+1 || !bytes.HasPrefix(data, []byte{0}) {
		t.Errorf("a large file is read as far as it shows that it is: %d, %v", len(data), err)
	}
}
