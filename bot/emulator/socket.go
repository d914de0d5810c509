package emulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// maxAck is the size from which Slack silently drops the payload of an acknowledgement.
const maxAck = 20 << 10

// A socket is one open Socket Mode connection.
type socket struct {
	conn *websocket.Conn
	send sync.Mutex
	mu   sync.Mutex
	wait map[string]chan json.RawMessage // envelopes not acknowledged yet
	gone chan struct{}

	told bool // that it is about to end: guarded by the emulator's lock
}

// SetSocketMode switches between sockets and HTTP for what comes from Slack.
func (e *Emulator) SetSocketMode(on bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.slack.socket = on
}

func (e *Emulator) socketMode() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.slack.socket
}

func (e *Emulator) connectionsOpen(c *slackCall) object {
	ticket := randomHex(16)
	e.slack.tickets[ticket] = true
	return slackOK(object{"url": "ws" + strings.TrimPrefix(c.base, "http") + "/slack/socket/" + ticket})
}

// upgrader takes any Origin: Socket Mode clients send Slack's, and the ticket is what lets them in.
var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

func (e *Emulator) serveSocket(w http.ResponseWriter, r *http.Request) {
	ticket := r.PathValue("ticket")
	e.mu.Lock()
	valid := e.slack.tickets[ticket]
	delete(e.slack.tickets, ticket)
	e.mu.Unlock()
	if !valid {
		http.Error(w, "invalid ticket", http.StatusForbidden)
		return
	}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	s := &socket{conn: conn, wait: map[string]chan json.RawMessage{}, gone: make(chan struct{})}
	defer conn.Close()
	e.mu.Lock()
	count := len(e.slack.sockets) + 1
	e.mu.Unlock()
	hello := object{
		"type": "hello", "num_connections": count, "connection_info": object{"app_id": e.opt.AppID},
		"debug_info": object{"host": "emulator", "build_number": 1, "approximate_connection_time": 18060},
	}
	if s.write(hello) != nil {
		return
	}
	e.addSocket(s)
	defer e.dropSocket(s)
	go s.ping()
	e.readAcks(s)
}

func (s *socket) write(v any) error {
	s.send.Lock()
	defer s.send.Unlock()
	return s.conn.WriteJSON(v)
}

// ping keeps the connection alive: clients take a silent one for dead.
func (s *socket) ping() {
	ticker := time.NewTicker(5 * time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-s.gone:
			return
		case <-ticker.C:
			if s.conn.WriteControl(websocket.PingMessage, []byte("Ping from the emulator"), time.Now().Add(time.Second)) != nil {
				return
			}
		}
	}
}

func (e *Emulator) readAcks(s *socket) {
	for {
		var ack struct {
			ID      string          `json:"envelope_id"`
			Payload json.RawMessage `json:"payload"`
		}
		if err := s.conn.ReadJSON(&ack); err != nil {
			return
		}
		if len(ack.Payload) >= maxAck {
			e.mu.Lock()
			e.violate("slack", "socket", "acknowledgement of %d bytes is dropped by Slack", len(ack.Payload))
			e.mu.Unlock()
			continue
		}
		s.mu.Lock()
		if answer := s.wait[ack.ID]; answer != nil {
			answer <- ack.Payload
			delete(s.wait, ack.ID)
		}
		s.mu.Unlock()
	}
}

func (e *Emulator) addSocket(s *socket) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.slack.sockets = append(e.slack.sockets, s)
	e.socketsChanged()
}

func (e *Emulator) dropSocket(s *socket) {
	defer close(s.gone)
	e.mu.Lock()
	defer e.mu.Unlock()
	for i, other := range e.slack.sockets {
		if other == s {
			e.slack.sockets = append(e.slack.sockets[:i:i], e.slack.sockets[i+1:]...)
			break
		}
	}
	e.socketsChanged()
}

func (e *Emulator) socketsChanged() {
	close(e.slack.socketsNews)
	e.slack.socketsNews = make(chan struct{})
	e.changed(ChangeSetting, "socket")
}

// WaitSockets waits until exactly n Socket Mode connections are open.
func (e *Emulator) WaitSockets(ctx context.Context, n int) error {
	for {
		e.mu.Lock()
		open, next := len(e.slack.sockets), e.slack.socketsNews
		e.mu.Unlock()
		if open == n {
			return nil
		}
		select {
		case <-next:
		case <-ctx.Done():
			return fmt.Errorf("%d sockets open, want %d: %w", open, n, ctx.Err())
		}
	}
}

// DisconnectSockets tells every open connection to refresh, as Slack does every few hours, and waits until the client has left them.
func (e *Emulator) DisconnectSockets(ctx context.Context) error {
	return e.disconnect(ctx, e.openSockets())
}

// DisconnectSocket does so with the oldest connection alone.
func (e *Emulator) DisconnectSocket(ctx context.Context) error {
	sockets := e.openSockets()
	return e.disconnect(ctx, sockets[:min(1, len(sockets))])
}

// disconnect tells connections to refresh. None of them is given anything from then on, as long as there is another.
func (e *Emulator) disconnect(ctx context.Context, sockets []*socket) error {
	e.mu.Lock()
	for _, s := range sockets {
		s.told = true
	}
	e.mu.Unlock()
	for _, s := range sockets {
		_ = s.write(object{"type": "disconnect", "reason": "refresh_requested", "debug_info": object{"host": "emulator"}})
	}
	for _, s := range sockets {
		select {
		case <-s.gone:
		case <-ctx.Done():
			return fmt.Errorf("wait for the client to leave its socket: %w", ctx.Err())
		}
	}
	return nil
}

// CutSockets ends every connection without a word, and returns once none of them is left.
func (e *Emulator) CutSockets() {
	cut := e.openSockets()
	e.closeSockets()
	for _, s := range cut {
		<-s.gone
	}
}

// closeSockets cuts every connection without a word.
func (e *Emulator) closeSockets() {
	for _, s := range e.openSockets() {
		_ = s.conn.Close()
	}
}

func (e *Emulator) openSockets() []*socket {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]*socket(nil), e.slack.sockets...)
}

// usableSockets are those that were not told to end, or all when every one was.
func (e *Emulator) usableSockets() []*socket {
	all := e.openSockets()
	e.mu.Lock()
	defer e.mu.Unlock()
	usable := slices.DeleteFunc(slices.Clone(all), func(s *socket) bool { return s.told })
	if len(usable) == 0 {
		return all
	}
	return usable
}

var errNoSocket = errors.New("no Socket Mode connection is open")

// sendEnvelope delivers a payload over one of the open connections and waits for its acknowledgement.
func (e *Emulator) sendEnvelope(kind string, payload json.RawMessage, answers bool, attempt int, reason string) (Answer, error) {
	e.flight.begin()
	defer e.flight.end()
	sockets := e.usableSockets()
	if len(sockets) == 0 {
		return Answer{}, errNoSocket
	}
	id := randomHex(16)
	s := sockets[int(id[0])%len(sockets)]
	ack := make(chan json.RawMessage, 1)
	s.mu.Lock()
	s.wait[id] = ack
	s.mu.Unlock()
	envelope := object{"type": kind, "envelope_id": id, "payload": payload, "accepts_response_payload": answers}
	if kind == "events_api" {
		envelope["retry_attempt"], envelope["retry_reason"] = attempt, reason
	}
	if err := s.write(envelope); err != nil {
		return Answer{}, fmt.Errorf("write envelope: %w", err)
	}
	timer := time.NewTimer(e.opt.SlackWait)
	defer timer.Stop()
	select {
	case body := <-ack:
		return Answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}, nil
	case <-s.gone:
		return Answer{}, errors.New("socket closed before the acknowledgement")
	case <-timer.C:
		return Answer{}, context.DeadlineExceeded
	}
}
