package page

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"goodcatch/bot/emulator"
)

// An order is what a person at the page does. Each action reads the fields it needs.
type order struct {
	Number  string   `json:"number"`  // of a phone
	User    string   `json:"user"`    // of a Slack member
	Text    string   `json:"text"`    // typed
	Channel string   `json:"channel"` // with TS: a message
	TS      string   `json:"ts"`
	View    string   `json:"view"`
	Block   string   `json:"block"`
	Action  string   `json:"action"`
	Values  []string `json:"values"`
	Fills   []fill   `json:"fills"`
	Name    string   `json:"name"` // of a file
	Kind    string   `json:"kind"` // its media type, as the browser says
	Data    []byte   `json:"data"` // base64
	Call    string   `json:"call"`
	Minutes int      `json:"minutes"`
	Break   string   `json:"break"`
}

// A fill is the answer to one input: typed text, or the visible words of the choices.
type fill struct {
	Block  string   `json:"block"`
	Action string   `json:"action"`
	Values []string `json:"values"`
}

// errUnknown says that the page asked for somebody or something that is not there.
var errUnknown = errors.New("not there")

// actions is everything the page can do.
var actions = map[string]func(*Stage, context.Context, order) error{
	"text": (*Stage).text,
	"call": (*Stage).call,
	"dm":   asUser(func(u *emulator.SlackUser, o order) error { _, err := u.DM(o.Text); return err }),
	"drop": asUser(func(u *emulator.SlackUser, o order) error {
		_, err := u.DMFile(o.Text, o.Name, o.Kind, o.Data)
		return err
	}),
	"say":   asUser(func(u *emulator.SlackUser, o order) error { _, err := u.Say(o.Channel, o.Text); return err }),
	"slash": asUser(func(u *emulator.SlackUser, o order) error { return u.Slash(o.Action, o.Text) }),
	"home":  asUser(func(u *emulator.SlackUser, _ order) error { return u.OpenHome() }),
	"press": asUser(func(u *emulator.SlackUser, o order) error { return u.PressAt(o.surface(), o.Block, o.Action) }),
	"fill": asUser(func(u *emulator.SlackUser, o order) error {
		return u.FillAt(o.surface(), o.Block, o.Action, o.Values...)
	}),
	"submit":  asUser(submit),
	"close":   asUser(func(u *emulator.SlackUser, _ order) error { return u.Close() }),
	"step":    func(s *Stage, ctx context.Context, _ order) error { return s.Step(ctx) },
	"advance": (*Stage).advance,
	"break":   (*Stage).breakThing,
	"heal":    (*Stage).heal,
}

const (
	mostBody   = 16 << 20 // a document of 10 MB, in base64
	actionTime = 60 * time.Second
)

// serveAction does one action and answers once the product has taken it. A refusal is answered in words, for the page to show.
func (s *Stage) serveAction(w http.ResponseWriter, r *http.Request) {
	do, ok := actions[r.PathValue("action")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	o, ok := readOrder(w, r)
	if !ok {
		return
	}
	out := http.NewResponseController(w)
	_ = out.SetWriteDeadline(time.Now().Add(actionTime + 5*time.Second)) // without one the server's own holds
	ctx, cancel := context.WithTimeout(r.Context(), actionTime)
	defer cancel()
	err := do(s, ctx, o)
	switch {
	case errors.Is(err, errUnknown):
		answer(w, http.StatusNotFound, "that is not there any more")
	case errors.Is(err, emulator.ErrNotAccepted): // its problems stand at the inputs
		answer(w, http.StatusOK, "")
	case errors.Is(err, emulator.ErrTrouble):
		answer(w, http.StatusConflict, "We had some trouble connecting. Try again?")
	case err != nil:
		answer(w, http.StatusConflict, err.Error())
	default:
		answer(w, http.StatusOK, "")
	}
}

func readOrder(w http.ResponseWriter, r *http.Request) (o order, ok bool) {
	body := json.NewDecoder(http.MaxBytesReader(w, r.Body, mostBody))
	body.DisallowUnknownFields()
	if body.Decode(&o) != nil {
		answer(w, http.StatusBadRequest, "the page sent something unreadable")
		return o, false
	}
	return o, true
}

// serveSuggestions answers what the product has for the words typed into a menu.
func (s *Stage) serveSuggestions(w http.ResponseWriter, r *http.Request) {
	o, ok := readOrder(w, r)
	if !ok {
		return
	}
	var words []string
	err := asUser(func(u *emulator.SlackUser, o order) (err error) {
		words, err = u.SuggestAt(o.surface(), o.Block, o.Action, o.Text)
		return err
	})(s, r.Context(), o)
	if err != nil {
		answer(w, http.StatusConflict, "nothing to choose from")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string][]string{"words": words})
}

func answer(w http.ResponseWriter, status int, problem string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"problem": problem})
}

// surface is the message or view an order points at.
func (o order) surface() emulator.Surface {
	if o.View != "" {
		return emulator.View{ID: o.View}
	}
	return emulator.Message{Channel: o.Channel, TS: o.TS}
}

// asUser finds the Slack member an order names.
func asUser(do func(*emulator.SlackUser, order) error) func(*Stage, context.Context, order) error {
	return func(s *Stage, _ context.Context, o order) error {
		for _, u := range s.Emulator.SlackUsers() {
			if u.ID() == o.User {
				return do(u, o)
			}
		}
		return fmt.Errorf("member %q: %w", o.User, errUnknown)
	}
}

// submit fills the inputs of the open modal and presses its button.
func submit(u *emulator.SlackUser, o order) error {
	top, ok := u.View()
	if !ok || top.ID != o.View {
		return fmt.Errorf("view %q: %w", o.View, errUnknown)
	}
	for _, f := range o.Fills {
		if err := u.FillAt(top, f.Block, f.Action, f.Values...); err != nil {
			return err
		}
	}
	return u.Submit()
}

func (s *Stage) phone(number string) (*emulator.Phone, error) {
	for _, p := range s.Emulator.Phones() {
		if p.Number() == number {
			return p, nil
		}
	}
	return nil, fmt.Errorf("phone %q: %w", number, errUnknown)
}

func (s *Stage) text(_ context.Context, o order) error {
	p, err := s.phone(o.Number)
	if err != nil || o.Text == "" {
		return err
	}
	_, err = p.Text(o.Text)
	return err
}

// call answers a ringing phone, presses a key in a call, or ends one.
func (s *Stage) call(_ context.Context, o order) error {
	for _, c := range s.Emulator.Snapshot().Calls {
		if c.SID != o.Call {
			continue
		}
		switch o.Action {
		case "answer":
			return c.Answer()
		case "ignore":
			return c.Ignore()
		case "hang_up":
			return c.HangUp()
		default:
			return c.Press(o.Action)
		}
	}
	return fmt.Errorf("call %q: %w", o.Call, errUnknown)
}

func (s *Stage) advance(ctx context.Context, o order) error {
	if o.Minutes < 1 || o.Minutes > 7*24*60 {
		return errors.New("the clock moves on by a minute at least and a week at most")
	}
	return s.Advance(ctx, time.Duration(o.Minutes)*time.Minute)
}
