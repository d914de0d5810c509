package slack

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack/socketmode"
)

// Socket Mode's limits: how many handlers work at a time for one connection, how long a connection may say nothing (Slack pings every
// few seconds), and how soon a broken one is made anew.
const (
	socketHandlers = 16
	socketSilence  = 75 * time.Second
	socketRetry    = 30 * time.Second
)

// socketsAtOnce is how many connections a process keeps. Slack ends each every few hours and hands an envelope to any one that is open,
// so that one takes in what the other, being made anew, cannot. An app may have ten: five processes with sockets at most.
const socketsAtOnce = 2

// Run keeps sockets open until the context ends, when the app has a token for them.
func (a *App) Run(ctx context.Context) error {
	if a.Channel.cfg.AppToken == "" {
		<-ctx.Done()
		return nil
	}
	var sockets sync.WaitGroup
	for range socketsAtOnce {
		sockets.Go(func() { a.keepSocket(ctx) })
	}
	sockets.Wait()
	return nil
}

// keepSocket keeps one connection: one that ends, or falls silent without ending, is made anew.
func (a *App) keepSocket(ctx context.Context) {
	wait := time.Second
	for ctx.Err() == nil {
		began := time.Now()
		err := a.runSocket(ctx)
		if ctx.Err() != nil {
			return
		}
		a.Log.Warn("socket ended", "code", code(err))
		if time.Since(began) > time.Minute {
			wait = time.Second
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
		case <-timer.C:
		}
		wait = min(2*wait, socketRetry)
	}
}

// runSocket runs one client until it gives up or falls silent.
func (a *App) runSocket(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	heard := &pulse{}
	heard.beat()
	client := a.socketClient(heard)
	go heard.watch(ctx, cancel)
	ended := make(chan error, 1)
	go func() { ended <- client.RunContext(ctx) }()
	slots := make(chan struct{}, socketHandlers)
	for {
		select {
		case err := <-ended:
			return err
		case e := <-client.Events:
			request := envelope(e)
			if request == nil {
				continue
			}
			select {
			case slots <- struct{}{}:
			case <-ctx.Done():
				continue
			}
			a.work.Go(func() {
				defer func() { <-slots }()
				a.serveEnvelope(ctx, client, *request)
			})
		}
	}
}

func (a *App) socketClient(heard *pulse) *socketmode.Client {
	dialer := &websocket.Dialer{
		Proxy: http.ProxyFromEnvironment, HandshakeTimeout: 10 * time.Second, WriteBufferSize: 32 << 10,
		NetDialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{Timeout: providerTimeout}).DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return listened{conn, heard}, nil
		},
	}
	return socketmode.New(a.Channel.api, socketmode.OptionDialer(dialer), socketmode.OptionReadLimit(mostBody))
}

// envelope returns the request of what came, if it is one: also of an event that the library could not read, but we can.
func envelope(e socketmode.Event) *socketmode.Request {
	switch e.Type {
	case socketmode.EventTypeEventsAPI, socketmode.EventTypeInteractive, socketmode.EventTypeSlashCommand:
		return e.Request
	case socketmode.EventTypeErrorBadMessage:
		bad, ok := e.Data.(*socketmode.ErrorBadMessage)
		var r socketmode.Request
		if ok && json.Unmarshal(bad.Message, &r) == nil && r.EnvelopeID != "" {
			return &r
		}
	}
	return nil
}

// serveEnvelope handles one envelope and acknowledges it, unless it must come again.
func (a *App) serveEnvelope(ctx context.Context, client *socketmode.Client, r socketmode.Request) {
	switch r.Type {
	case kindEvent, kindInteraction, kindCommand:
	default:
		return
	}
	out := a.handle(ctx, r.Type, r.Payload)
	if out.status == http.StatusServiceUnavailable {
		return
	}
	var body any
	if r.AcceptsResponsePayload && out.status == http.StatusOK {
		body = out.body
	}
	err := client.AckCtx(ctx, r.EnvelopeID, body)
	if err != nil && ctx.Err() == nil { // too long for a socket
		a.Log.Warn("answer does not fit a socket", "kind", r.Type)
		err = client.AckCtx(ctx, r.EnvelopeID, nil)
	}
	if err != nil {
		a.Log.Warn("envelope not acknowledged", "kind", r.Type)
	}
}

// A pulse knows when a connection last said anything.
type pulse struct{ at atomic.Int64 }

func (p *pulse) beat() { p.at.Store(time.Now().UnixNano()) }

// watch gives up when nothing was heard for too long: dead sockets that never end have been seen across SDKs.
func (p *pulse) watch(ctx context.Context, giveUp func()) {
	tick := time.NewTicker(socketSilence / 5)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if time.Since(time.Unix(0, p.at.Load())) > socketSilence {
				giveUp()
				return
			}
		}
	}
}

// listened notes each time that something arrives.
type listened struct {
	net.Conn
	heard *pulse
}

func (l listened) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	if n > 0 {
		l.heard.beat()
	}
	return n, err
}
