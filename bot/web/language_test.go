package web

import (
	"regexp"
	"strings"
	"testing"
)

var unspoken = regexp.MustCompile(`\bweb\.[a-z_.]+|&lt;no value|<no value`)

func TestPagesSpeakTheReadersLanguage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, path := range []string{"/f/4B", "/f/status", "/s/" + s.token, "/s/Nowhere123"} {
		for lang, words := range map[string][]string{"fr": {"Signaler", "Ce que devient", "Ce qui change", "Page introuvable"}, "zh-CN": {"报告所发生的事", "我的报告", "变更内容", "找不到页面"}} {
			_, body, header := s.do("GET", path+"?lang="+lang, nil)
			said := false
			for _, w := range words {
				said = said || strings.Contains(body, w)
			}
			if !said || !strings.Contains(body, `<html lang="`+lang+`" dir="ltr">`) || header.Get("Content-Language") != lang {
				t.Errorf("%s in %s: %.300s", path, lang, body)
			}
			if m := unspoken.FindString(body); m != "" {
				t.Errorf("%s in %s: %s", path, lang, m)
			}
		}
	}
	for accept, want := range map[string]string{"zh-Hans-CN,zh;q=0.9,en;q=0.5": "zh-CN", "zh": "zh-CN", "fr-CA,fr;q=0.8": "fr", "zh-TW,zh-Hant": "en", "de": "en", "de, es-MX;q=0.4": "es"} {
		if _, body, _ := s.do("GET", "/f/4B", nil, "Accept-Language", accept); !strings.Contains(body, `<html lang="`+want+`"`) {
			t.Errorf("%s: %.100s", accept, body)
		}
	}
}
