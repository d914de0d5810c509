package bottest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"goodcatch/bot/emulator"
)

var texts atomic.Int64

// SignedText builds the webhook of one inbound text, signed as Twilio does.
func (w *World) SignedText(from, body string) *http.Request {
	o := w.Emulator.Options()
	form := url.Values{
		"MessageSid": {fmt.Sprintf("SM%032x", texts.Add(1))}, "AccountSid": {o.TwilioAccountSID}, "From": {from}, "To": {o.OurNumber}, "Body": {body},
		"NumMedia": {"0"}, "NumSegments": {"1"}, "ApiVersion": {"2010-04-01"}, "FromCountry": {"GB"},
	}
	req, err := http.NewRequest(http.MethodPost, w.Product+"/twilio/sms", strings.NewReader(form.Encode()))
	if err != nil {
		w.TB.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Twilio-Signature", emulator.SignTwilio(o.TwilioAuthToken, o.PublicURL+"/twilio/sms", form))
	return req
}

// Post sends a request and drains the answer.
func Post(client *http.Client, req *http.Request) (int, error) {
	res, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}

// A Line is one kept-open connection from the provider to the product. In a benchmark it stands for the provider's own machines: an
// http.Client would cost a tenth of what is measured.
type Line struct {
	conn net.Conn
	read *bufio.Reader
}

// Dial opens a line, until the test ends.
func (w *World) Dial() *Line {
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.Product, "http://"))
	if err != nil {
		w.TB.Fatal(err)
	}
	w.TB.Cleanup(func() { conn.Close() })
	return &Line{conn, bufio.NewReader(conn)}
}

// Wire returns a request as its bytes go over a Line.
func (w *World) Wire(req *http.Request) []byte {
	var b bytes.Buffer
	if err := req.Write(&b); err != nil {
		w.TB.Fatal(err)
	}
	return b.Bytes()
}

// Post sends a request's bytes and drains the answer.
func (l *Line) Post(wire []byte) (status int, err error) {
	if _, err := l.conn.Write(wire); err != nil {
		return 0, err
	}
	res, err := http.ReadResponse(l.read, nil)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}
