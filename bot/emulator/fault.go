package emulator

import (
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A FaultKind is one way in which a provider can misbehave.
type FaultKind string

// Faults of the connection, for calls of either provider.
const (
	Status429           FaultKind = "429"                // too many requests; Delay is Retry-After, 1 s when zero
	Status500HTML       FaultKind = "500-html"           // an HTML error page with status 503
	Hang                FaultKind = "hang"               // no answer for Delay (zero: until ClearFaults), then as usual if the caller still waits
	AcceptedThenDropped FaultKind = "accepted-dropped"   // done, but the connection ends before the answer
	Reset               FaultKind = "reset"              // connection reset, nothing done
	RevokedToken        FaultKind = "revoked"            // token_revoked, or 401 with code 20003
	Refuse              FaultKind = "refuse"             // the provider's error Code: "channel_not_found", "21408"
	LateCallbacks       FaultKind = "late-callbacks"     // status callbacks wait for Delay, or for ReleaseCallbacks when it is zero
	ShuffledCallbacks   FaultKind = "shuffled-callbacks" // the last status first
	DoubledCallbacks    FaultKind = "doubled-callbacks"
	LostCallbacks       FaultKind = "lost-callbacks"
	EarlyCallbacks      FaultKind = "early-callbacks" // before the answer to the send itself
	OptedOut            FaultKind = "opted-out"       // code 21610
	Dead                FaultKind = "dead"            // accepted, then undelivered with code 30005, or the failure named by Code
	Landline            FaultKind = "landline"        // code 21614
	InvalidNumber       FaultKind = "invalid-number"  // code 21211
	Silent              FaultKind = "silent"          // accepted and sent, reaches nobody, no delivery status
	Queued              FaultKind = "queued"          // accepted, but stays queued until ReleaseTexts, and can be canceled until then
	ListLag             FaultKind = "list-lag"        // messages younger than Delay (zero: any) are missing from lists
)

// A Fault makes calls go wrong. Empty fields match anything.
type Fault struct {
	Provider string        `json:"provider"` // twilio or slack
	Match    string        `json:"match"`    // part of the call: "chat.postMessage", "POST Messages.json"
	To       string        `json:"to"`       // phone number, channel or user
	Times    int           `json:"times"`    // how often; 0 is until ClearFaults
	Kind     FaultKind     `json:"kind"`
	Delay    time.Duration `json:"delay"`
	Code     string        `json:"code"`
}

// Fail puts a fault in place. Several may stand at once; the oldest that matches acts first.
func (e *Emulator) Fail(f Fault) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.faults = append(e.faults, &f)
	e.changed(ChangeSetting, "fault")
}

// ClearFaults makes the providers well again; callbacks held back stay so until ReleaseCallbacks.
func (e *Emulator) ClearFaults() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.faults = nil
	close(e.healed)
	e.healed = make(chan struct{})
	e.changed(ChangeSetting, "fault")
}

// fault takes the first fault of one of the kinds that matches the call. The caller holds the lock.
func (e *Emulator) fault(provider, call, to string, kinds ...FaultKind) *Fault {
	for i, f := range e.faults {
		if f.Provider != "" && f.Provider != provider || !strings.Contains(call, f.Match) || !f.concerns(to) || !slices.Contains(kinds, f.Kind) {
			continue
		}
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				e.faults = slices.Delete(e.faults, i, i+1)
				gone := *f
				gone.Times = 1
				return &gone
			}
		}
		hit := *f
		return &hit
	}
	return nil
}

// concerns tells whether a fault is for somebody; a Slack user is also known by the direct conversation with the app.
func (f *Fault) concerns(to string) bool {
	return f.To == "" || f.To == to || f.To[0] == 'U' && to == "D"+f.To[1:]
}

// retryAfter is the header value of a 429, in whole seconds.
func (f Fault) retryAfter() string {
	if f.Delay < time.Second {
		return "1"
	}
	return strconv.Itoa(int(f.Delay.Seconds()))
}

// hang waits as the fault says and tells whether the caller is still there.
func (e *Emulator) hang(f *Fault, r *http.Request) bool {
	e.mu.Lock()
	healed := e.healed
	e.mu.Unlock()
	e.changed(ChangeSetting, "hang")
	var over <-chan time.Time
	if f.Delay > 0 {
		timer := time.NewTimer(f.Delay)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-over:
	case <-healed:
	case <-e.closed:
		return false
	case <-r.Context().Done():
		return false
	}
	return r.Context().Err() == nil
}

// reset ends a connection with a TCP reset.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// transportFault plays faults that need no knowledge of the call and tells whether the call is over.
func (e *Emulator) transportFault(w http.ResponseWriter, r *http.Request, provider, call, to string) bool {
	e.mu.Lock()
	f := e.fault(provider, call, to, Status500HTML, Hang, Reset)
	e.mu.Unlock()
	if f == nil {
		return false
	}
	switch f.Kind {
	case Status500HTML:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("<!DOCTYPE html><html><head><title>503</title></head><body><h1>Service Unavailable</h1></body></html>"))
	case Reset:
		reset(w)
	case Hang:
		if e.hang(f, r) {
			return false
		}
		panic(http.ErrAbortHandler)
	}
	return true
}
