package emulator_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	twilioclient "github.com/twilio/twilio-go/client"
	twilioapi "github.com/twilio/twilio-go/rest/api/v2010"

	"goodcatch/bot/emulator"
)

func TestInboundTextIsSignedAndComplete(t *testing.T) {
	t.Parallel()
	p := start(t)
	sent := must[emulator.SMS](t)(p.e.AddPhone(ana, "Ana").Text("NM café & ward=5"))
	got := p.next()
	want := url.Values{"MessageSid": {sent.SID}, "From": {ana}, "To": {p.e.Options().OurNumber}, "Body": {"NM café & ward=5"}, "NumMedia": {"0"}, "AccountSid": {p.e.Options().TwilioAccountSID}}
	for name, values := range want {
		if got.form.Get(name) != values[0] {
			t.Errorf("%s = %q, want %q", name, got.form.Get(name), values[0])
		}
	}
	ok(t, p.e.Phone(ana).Redeliver(sent.SID))
	if again := p.next(); again.body != got.body {
		t.Error("redelivery differs")
	}
}

func TestPictureComesWithTheText(t *testing.T) {
	t.Parallel()
	p := start(t)
	sent := must[emulator.SMS](t)(p.e.Phone(ana).Text("see", emulator.Media{ContentType: "image/png", Data: []byte("png")}))
	got := p.next()
	if !strings.HasPrefix(sent.SID, "MM") || got.form.Get("NumMedia") != "1" || got.form.Get("MediaContentType0") != "image/png" {
		t.Errorf("got %v", got.form)
	}
	path := strings.TrimPrefix(got.form.Get("MediaUrl0"), "https://api.twilio.com")
	o := p.e.Options()
	req := must[*http.Request](t)(http.NewRequest("GET", o.BaseURL()+"/twilio"+path, nil))
	req.SetBasicAuth(o.TwilioAccountSID, o.TwilioAuthToken)
	res := must[*http.Response](t)(http.DefaultClient.Do(req))
	defer res.Body.Close()
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "image/png" {
		t.Errorf("media: %v", res.Status)
	}
}

func TestLostAndDoubledWebhooks(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.e.DropNextInbound()
	lost := must[emulator.SMS](t)(p.e.Phone(ana).Text("lost"))
	p.none()
	if m := must[*twilioapi.ApiV2010Message](t)(p.twilio.FetchMessage(lost.SID, nil)); *m.Direction != "inbound" {
		t.Errorf("direction %s", *m.Direction)
	}
	p.e.DoubleNextInbound()
	must[emulator.SMS](t)(p.e.Phone(ana).Text("twice"))
	if a, b := p.next(), p.next(); a.body != b.body {
		t.Error("copies differ")
	}
	p.none()
}

func TestRefusedWebhookIsRepeatedWhenTheFragmentAsks(t *testing.T) {
	t.Parallel()
	for hook, want := range map[string]int{"/twilio/sms": 1, "/twilio/sms#rc=2&rp=all": 3, "/twilio/sms#rc=2&rp=4xx": 1} {
		p := start(t, func(o *emulator.Options) { o.SMSWebhook = hook })
		p.when(func(request) (int, string, string) { return 503, "text/plain", "later" })
		_, err := p.e.Phone(ana).Text("NM x")
		if !errors.Is(err, emulator.ErrRefused) || len(p.seen) != want {
			t.Errorf("%s: %d tries, %v", hook, len(p.seen), err)
		}
	}
}

func TestInlineReplyReachesPhone(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.when(func(request) (int, string, string) {
		return 200, "text/xml", "<?xml version=\"1.0\"?><Response><Message>saved</Message></Response>"
	})
	must[emulator.SMS](t)(p.e.Phone(ana).Text("NM x"))
	if got := must[emulator.SMS](t)(p.e.Phone(ana).Expect(within(t))); got.Body != "saved" || got.Direction != "outbound-reply" {
		t.Errorf("got %+v", got)
	}
}

func TestStopRefusesAndStartLifts(t *testing.T) {
	t.Parallel()
	p := start(t)
	phone := p.e.Phone(ana)
	must[emulator.SMS](t)(phone.Text(" Stop "))
	if got := p.next(); got.form.Get("OptOutType") != "" {
		t.Error("OptOutType without advanced opt-out")
	}
	var rest *twilioclient.TwilioRestError
	if _, err := p.text(ana, "x"); !errors.As(err, &rest) || rest.Code != 21610 {
		t.Errorf("got %v", err)
	}
	must[emulator.SMS](t)(phone.Text("please stop texting")) // not the whole message: no matter
	must[emulator.SMS](t)(phone.Text("START"))
	must[*twilioapi.ApiV2010Message](t)(p.text(ana, "x"))
}

func TestCallIsAnsweredWithAKey(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.when(func(r request) (int, string, string) {
		if r.form.Get("Digits") == "1" {
			return 200, "text/xml", "<Response><Say>Thank you</Say></Response>"
		}
		return 200, "text/xml", `<Response><Gather numDigits="1" action="/twilio/voice?ob=7&amp;key=1"><Say>Press 1</Say></Gather><Redirect>/twilio/voice?ob=7</Redirect></Response>`
	})
	params := &twilioapi.CreateCallParams{}
	params.SetTo(ana).SetFrom(p.e.Options().OurNumber).SetUrl(publicURL + "/twilio/voice?ob=7")
	placed := must[*twilioapi.ApiV2010Call](t)(p.twilio.CreateCall(params))
	call := must[*emulator.Call](t)(p.e.Phone(ana).ExpectCall(within(t)))
	ok(t, call.Answer())
	ok(t, call.Press("1"))
	if diff := cmp.Diff([]string{"Press 1", "Thank you"}, call.Said); diff != "" || call.Status != "completed" || call.SID != *placed.Sid {
		t.Errorf("%s %+v", diff, call)
	}
	p.clean()
}

func BenchmarkInboundText(b *testing.B) {
	product := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, "<Response/>")
	}))
	defer product.Close()
	e := emulator.New(emulator.Options{ProductURL: func() string { return product.URL }})
	defer e.Close()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := e.Phone(ana).Text("NM wrong strength"); err != nil {
				b.Error(err)
			}
		}
	})
}
