package bottest

import (
	"fmt"
	"io"
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
