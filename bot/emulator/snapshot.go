package emulator

import "sort"

// A Snapshot is all that can be seen at one moment, for a page that shows it.
type Snapshot struct {
	Seq           int64          `json:"seq"` // of the latest change contained
	OurNumber     string         `json:"our_number"`
	Phones        []PhoneState   `json:"phones"`
	Team          string         `json:"team"`
	Bot           string         `json:"bot"` // the app's user id
	Users         []UserState    `json:"users"`
	Channels      []ChannelState `json:"channels"`
	Violations    []Violation    `json:"violations"`
	Faults        []Fault        `json:"faults"`
	HeldCallbacks int            `json:"held_callbacks"`
	WaitingEvents int            `json:"waiting_events"`
	Sockets       int            `json:"sockets"`
	SocketMode    bool           `json:"socket_mode"`
	Calls         []Call         `json:"calls"`
	Counts        map[string]int `json:"counts"` // calls by method
}

// PhoneState is a handset.
type PhoneState struct {
	Number   string `json:"number"`
	Label    string `json:"label"`
	OptedOut bool   `json:"opted_out"`
	Messages []SMS  `json:"messages"`
}

// UserState is a member's own part of the workspace.
type UserState struct {
	User
	DM     string `json:"dm"` // channel id of the conversation with the app
	Home   *View  `json:"home,omitempty"`
	Modals []View `json:"modals"` // the visible one last
}

// ChannelState is a conversation with what was said, oldest first; ephemeral messages are marked with who sees them.
type ChannelState struct {
	Channel
	Messages []Message `json:"messages"`
}

// Snapshot copies the state.
func (e *Emulator) Snapshot() Snapshot {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.changes.mu.Lock()
	seq := e.changes.last
	e.changes.mu.Unlock()
	s := Snapshot{
		Seq: seq, OurNumber: e.opt.OurNumber, Team: e.opt.TeamName, Bot: e.opt.BotUserID, Violations: append([]Violation{}, e.violations...),
		HeldCallbacks: len(e.twilio.held), WaitingEvents: len(e.slack.waiting), Sockets: len(e.slack.sockets), SocketMode: e.slack.socket,
		Counts: map[string]int{}, Faults: []Fault{}, Phones: []PhoneState{}, Users: []UserState{}, Channels: []ChannelState{}, Calls: []Call{},
	}
	for _, number := range e.twilio.order {
		p := e.twilio.phones[number]
		s.Phones = append(s.Phones, PhoneState{Number: number, Label: p.label, OptedOut: p.optedOut, Messages: p.texts()})
	}
	for _, id := range e.slack.userOrder {
		s.Users = append(s.Users, e.userState(e.slack.users[id]))
	}
	for _, id := range e.slack.chanOrder {
		s.Channels = append(s.Channels, channelState(e.slack.channels[id]))
	}
	for _, f := range e.faults {
		s.Faults = append(s.Faults, *f)
	}
	for _, c := range e.twilio.calls {
		s.Calls = append(s.Calls, c.Call)
	}
	sort.Slice(s.Calls, func(i, j int) bool { return s.Calls[i].At.Before(s.Calls[j].At) })
	for name, n := range e.calls {
		s.Counts[name] = n
	}
	return s
}

func (e *Emulator) userState(u *SlackUser) UserState {
	out := UserState{User: u.info, DM: e.dm(u).ID, Modals: []View{}}
	if v := e.slack.homes[u.info.ID]; v != nil {
		home := v.copy()
		out.Home = &home
	}
	for _, v := range u.stack {
		out.Modals = append(out.Modals, v.copy())
	}
	return out
}

func channelState(ch *channel) ChannelState {
	out := ChannelState{Channel: ch.Channel, Messages: []Message{}}
	for _, m := range ch.messages {
		if !m.Deleted {
			out.Messages = append(out.Messages, m.Message)
		}
	}
	return out
}

// Unseen lists every text and Slack item that reached somebody and was not expected, one line each, for a test to fail on.
func (e *Emulator) Unseen() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []string
	for _, number := range e.twilio.order {
		for _, m := range e.twilio.phones[number].inbox.unseen(false) {
			out = append(out, number+" by sms < "+m.Body)
		}
	}
	for _, id := range e.slack.userOrder {
		for _, item := range e.slack.users[id].screen.unseen(false) {
			if item.Kind != HomeShown {
				out = append(out, id+" in slack ("+item.Kind+") < "+item.Message.Visible())
			}
		}
	}
	return out
}

// Phones lists the handsets in the order they were added.
func (e *Emulator) Phones() []*Phone {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []*Phone
	for _, number := range e.twilio.order {
		out = append(out, e.twilio.phones[number])
	}
	return out
}

// SlackUsers lists the members in the order they were added.
func (e *Emulator) SlackUsers() []*SlackUser {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []*SlackUser
	for _, id := range e.slack.userOrder {
		out = append(out, e.slack.users[id])
	}
	return out
}
