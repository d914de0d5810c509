package web

import (
	"fmt"
	"net/http"

	"golang.org/x/text/language"

	"goodcatch/conversations"
	"goodcatch/domain"
)

// voice is how a visitor is spoken to whom we do not know: in the language of the address, else of their browser, else of the house.
func (s *Server) voice(r *http.Request) conversations.Voice {
	v := conversations.Voice{Language: conversations.Fallback, Now: s.businessTime(r)}
	if org, err := s.DB.Organisation(r.Context()); err == nil {
		v.Zone = org.Zone
		if s.Catalog.Speaks(org.Language) {
			v.Language = org.Language
		}
	}
	if lang := r.URL.Query().Get("lang"); s.Catalog.Speaks(lang) {
		v.Language = lang
		return v
	}
	wanted, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil {
		return v
	}
	for _, tag := range wanted {
		if lang, ok := s.Catalog.Match(tag.String()); ok {
			v.Language = lang
			return v
		}
	}
	return v
}

// pairs makes arguments of names and values in turn.
func pairs(args []any) domain.Args {
	if len(args) == 0 {
		return nil
	}
	out := domain.Args{}
	for i := 0; i+1 < len(args); i += 2 {
		name := fmt.Sprint(args[i])
		switch v := args[i+1].(type) {
		case domain.Arg:
			out[name] = v
		case int:
			out[name] = domain.Number(v)
		default:
			out[name] = domain.Text(fmt.Sprint(v))
		}
	}
	return out
}

func texts(args map[string]string) domain.Args {
	out := domain.Args{}
	for k, v := range args {
		out[k] = domain.Text(v)
	}
	return out
}
