package emulator_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	twilioclient "github.com/twilio/twilio-go/client"
	twilioapi "github.com/twilio/twilio-go/rest/api/v2010"

	"goodcatch/bot/emulator"
)

const ana = "+447700900001"

func (p *product) text(to, body string) (*twilioapi.ApiV2010Message, error) {
	params := &twilioapi.CreateMessageParams{}
	params.SetTo(to).SetFrom(p.e.Options().OurNumber).SetBody(body).SetStatusCallback(publicURL + "/twilio/status?ob=7&at=1").SetValidityPeriod(300)
	return p.twilio.CreateMessage(params)
}

// statuses collects the next n status callbacks.
func (p *product) statuses(n int) []string {
	p.t.Helper()
	var out []string
	for range n {
		r := p.next()
		if r.path != "/twilio/status?ob=7&at=1" {
			p.t.Errorf("callback went to %s", r.path)
		}
		out = append(out, r.form.Get("MessageStatus"))
	}
	return out
}

func TestTextReachesPhoneAndStatusComesBackSigned(t *testing.T) {
	t.Parallel()
	p := start(t)
	sent := must[*twilioapi.ApiV2010Message](t)(p.text(ana, "NM-K7R saved"))
	if !strings.HasPrefix(*sent.Sid, "SM") || len(*sent.Sid) != 34 || *sent.Status != "queued" || *sent.NumSegments != "1" || *sent.Direction != "outbound-api" {
		t.Errorf("unlikely answer: %+v", *sent)
	}
	if _, err := time.Parse(time.RFC1123Z, *sent.DateCreated); err != nil {
		t.Error(err)
	}
	got := must[emulator.SMS](t)(p.e.Phone(ana).Expect(within(t)))
	if got.Body != "NM-K7R saved" || got.SID != *sent.Sid || got.Validity != 300 {
		t.Errorf("phone got %+v", got)
	}
	if diff := cmp.Diff([]string{"sent", "delivered"}, p.statuses(2)); diff != "" {
		t.Error(diff)
	}
	fetched := must[*twilioapi.ApiV2010Message](t)(p.twilio.FetchMessage(*sent.Sid, nil))
	if *fetched.Status != "delivered" || fetched.DateSent == nil {
		t.Errorf("fetched %+v", *fetched)
	}
	p.none()
	p.clean()
}

func TestMessagingServiceStartsAsAccepted(t *testing.T) {
	t.Parallel()
	p := start(t)
	params := &twilioapi.CreateMessageParams{}
	params.SetTo(ana).SetMessagingServiceSid("MG0123456789abcdef0123456789abcdef").SetBody("hi").SetStatusCallback(publicURL + "/twilio/status?ob=7&at=1")
	sent := must[*twilioapi.ApiV2010Message](t)(p.twilio.CreateMessage(params))
	if *sent.Status != "accepted" || *sent.NumSegments != "0" {
		t.Errorf("answer: %+v", *sent)
	}
	if diff := cmp.Diff([]string{"queued", "sent", "delivered"}, p.statuses(3)); diff != "" {
		t.Error(diff)
	}
}

func TestRefusalsCarryTwiliosCodes(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		to, body string
		fault    emulator.FaultKind
		code     int
	}{
		"no recipient":   {"", "x", "", 21604},
		"no body":        {ana, "", "", 21602},
		"bad number":     {"12345", "x", "", 21211},
		"too long":       {ana, strings.Repeat("x", 1601), "", 21617},
		"to ourselves":   {"+15005550006", "x", "", 21266},
		"opted out":      {ana, "x", emulator.OptedOut, 21610},
		"landline":       {ana, "x", emulator.Landline, 21614},
		"invalid number": {ana, "x", emulator.InvalidNumber, 21211},
		"too many":       {ana, "x", emulator.Status429, 20429},
		"token revoked":  {ana, "x", emulator.RevokedToken, 20003},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t)
			if tc.fault != "" {
				p.e.Fail(emulator.Fault{Provider: "twilio", Kind: tc.fault, To: ana})
			}
			_, err := p.text(tc.to, tc.body)
			var rest *twilioclient.TwilioRestError
			if !errors.As(err, &rest) || rest.Code != tc.code {
				t.Fatalf("got %v, want code %d", err, tc.code)
			}
			if got := p.e.Phone(ana).Unseen(); len(got) > 0 {
				t.Errorf("phone got %v", got)
			}
		})
	}
}

func TestWrongPasswordIsRefused(t *testing.T) {
	t.Parallel()
	p := start(t)
	o := p.e.Options()
	api := twilioFor(o.TwilioAccountSID, "wrong", o.TwilioAccountSID, o.BaseURL()+"/twilio")
	_, err := api.FetchMessage("SM1", nil)
	var rest *twilioclient.TwilioRestError
	if !errors.As(err, &rest) || rest.Status != 401 || rest.Code != 20003 {
		t.Errorf("got %v", err)
	}
}

func TestDeadNumberIsUndeliveredWithCode(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.e.Fail(emulator.Fault{Kind: emulator.Dead, To: ana})
	sent := must[*twilioapi.ApiV2010Message](t)(p.text(ana, "x"))
	p.next()
	last := p.next()
	if last.form.Get("MessageStatus") != "undelivered" || last.form.Get("ErrorCode") != "30005" {
		t.Errorf("got %v", last.form)
	}
	if m := must[*twilioapi.ApiV2010Message](t)(p.twilio.FetchMessage(*sent.Sid, nil)); *m.ErrorCode != 30005 {
		t.Errorf("fetched %+v", *m)
	}
}

func TestCallbackFaults(t *testing.T) {
	t.Parallel()
	for kind, want := range map[emulator.FaultKind][]string{
		emulator.ShuffledCallbacks: {"delivered", "sent"},
		emulator.DoubledCallbacks:  {"sent", "sent", "delivered", "delivered"},
		emulator.LostCallbacks:     nil,
		emulator.Silent:            {"sent"},
		emulator.EarlyCallbacks:    {"sent", "delivered"},
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			p := start(t)
			p.e.Fail(emulator.Fault{Kind: kind})
			must[*twilioapi.ApiV2010Message](t)(p.text(ana, "x"))
			if diff := cmp.Diff(want, p.statuses(len(want))); diff != "" {
				t.Error(diff)
			}
			p.none()
		})
	}
}

func TestHeldCallbacksComeWhenReleased(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.e.HoldCallbacks()
	must[*twilioapi.ApiV2010Message](t)(p.text(ana, "x"))
	p.none()
	if p.e.HeldCallbacks() != 2 {
		t.Errorf("%d held", p.e.HeldCallbacks())
	}
	p.e.ReleaseCallbacks()
	if diff := cmp.Diff([]string{"sent", "delivered"}, p.statuses(2)); diff != "" {
		t.Error(diff)
	}
}

func TestQueuedTextCanBeCanceled(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.e.Fail(emulator.Fault{Kind: emulator.Queued, To: ana})
	first := must[*twilioapi.ApiV2010Message](t)(p.text(ana, "withdrawn"))
	must[*twilioapi.ApiV2010Message](t)(p.text(ana, "stays"))
	update := &twilioapi.UpdateMessageParams{}
	update.SetStatus("canceled")
	if m := must[*twilioapi.ApiV2010Message](t)(p.twilio.UpdateMessage(*first.Sid, update)); *m.Status != "canceled" {
		t.Errorf("status %s", *m.Status)
	}
	if diff := cmp.Diff([]string{"canceled"}, p.statuses(1)); diff != "" {
		t.Error(diff)
	}
	p.e.ClearFaults()
	p.e.ReleaseTexts()
	got := must[emulator.SMS](t)(p.e.Phone(ana).Expect(within(t)))
	if got.Body != "stays" || len(p.e.Phone(ana).Unseen()) != 0 {
		t.Errorf("got %q", got.Body)
	}
	if _, err := p.twilio.UpdateMessage(got.SID, update); err == nil {
		t.Error("delivered message was canceled")
	}
}

func TestListFiltersAndPages(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)
	p := start(t, func(o *emulator.Options) { o.Now = func() time.Time { return now } })
	for i := range 5 {
		now = now.Add(time.Minute)
		must[*twilioapi.ApiV2010Message](t)(p.text(ana, string(rune('a'+i))))
	}
	must[*twilioapi.ApiV2010Message](t)(p.text("+447700900002", "other"))
	must[emulator.SMS](t)(p.e.Phone(ana).Text("NM in"))
	bodies := func(params *twilioapi.ListMessageParams) string {
		t.Helper()
		out := ""
		for _, m := range must[[]twilioapi.ApiV2010Message](t)(p.twilio.ListMessage(params)) {
			out += *m.Body + " "
		}
		return out
	}
	params := &twilioapi.ListMessageParams{}
	params.SetTo(ana).SetPageSize(2)
	if got := bodies(params); got != "e d c b a " {
		t.Errorf("to ana, newest first over pages: %q", got)
	}
	params.SetDateSentAfter(time.Date(2026, 9, 1, 8, 4, 0, 0, time.UTC))
	if got := bodies(params); got != "e d " {
		t.Errorf("after: %q", got)
	}
	in := &twilioapi.ListMessageParams{}
	in.SetTo(p.e.Options().OurNumber)
	if got := bodies(in); got != "NM in " {
		t.Errorf("inbound: %q", got)
	}
	p.e.Fail(emulator.Fault{Provider: "twilio", Kind: emulator.ListLag})
	if got := bodies(params); got != "" {
		t.Errorf("lagging list shows %q", got)
	}
	p.clean()
}

func TestRedactAndDelete(t *testing.T) {
	t.Parallel()
	p := start(t)
	in := must[emulator.SMS](t)(p.e.Phone(ana).Text("NM secret"))
	update := &twilioapi.UpdateMessageParams{}
	update.SetBody("")
	if m := must[*twilioapi.ApiV2010Message](t)(p.twilio.UpdateMessage(in.SID, update)); *m.Body != "" {
		t.Errorf("body is still %q", *m.Body)
	}
	if kept := p.e.Phone(ana).Thread(); kept[0].Body != "NM secret" {
		t.Errorf("the handset forgot: %q", kept[0].Body)
	}
	p.e.Fail(emulator.Fault{Provider: "twilio", Kind: emulator.Queued})
	waiting := must[*twilioapi.ApiV2010Message](t)(p.text(ana, "later"))
	var rest *twilioclient.TwilioRestError
	if _, err := p.twilio.UpdateMessage(*waiting.Sid, update); !errors.As(err, &rest) || rest.Code != 20009 {
		t.Errorf("a text on its way was redacted: %v", err)
	}
	p.e.ClearFaults()
	ok(t, p.twilio.DeleteMessage(in.SID, nil))
	if _, err := p.twilio.FetchMessage(in.SID, nil); err == nil {
		t.Error("deleted message is still there")
	}
}

func TestUnknownResourceIsAViolation(t *testing.T) {
	t.Parallel()
	p := start(t)
	_, err := p.twilio.FetchQueue("QU0123456789abcdef0123456789abcdef", nil)
	var rest *twilioclient.TwilioRestError
	if !errors.As(err, &rest) || rest.Code != 20404 {
		t.Errorf("got %v", err)
	}
	if len(p.e.ForgiveViolations()) != 1 {
		t.Error("not recorded")
	}
	p.clean()
}

func TestConnectionFaults(t *testing.T) {
	t.Parallel()
	t.Run("accepted then dropped", func(t *testing.T) {
		t.Parallel()
		p := start(t)
		p.e.Fail(emulator.Fault{Kind: emulator.AcceptedThenDropped, Times: 1})
		if _, err := p.text(ana, "x"); err == nil {
			t.Error("no error")
		}
		must[emulator.SMS](t)(p.e.Phone(ana).Expect(within(t)))
		must[*twilioapi.ApiV2010Message](t)(p.text(ana, "once more"))
	})
	t.Run("reset", func(t *testing.T) {
		t.Parallel()
		p := start(t)
		p.e.Fail(emulator.Fault{Kind: emulator.Reset, Match: "POST Messages.json"})
		if _, err := p.text(ana, "x"); err == nil {
			t.Error("no error")
		}
		if len(p.e.Phone(ana).Thread()) != 0 {
			t.Error("message was taken")
		}
	})
	t.Run("html error page", func(t *testing.T) {
		t.Parallel()
		p := start(t)
		p.e.Fail(emulator.Fault{Kind: emulator.Status500HTML})
		if _, err := p.text(ana, "x"); err == nil || !strings.Contains(err.Error(), "503") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("hang ends with the faults", func(t *testing.T) {
		t.Parallel()
		p := start(t)
		p.e.Fail(emulator.Fault{Kind: emulator.Hang})
		changes := p.e.Changes(within(t))
		done := make(chan error, 1)
		go func() {
			_, err := p.text(ana, "x")
			done <- err
		}()
		for change := range changes {
			if change.Subject == "hang" {
				break
			}
		}
		p.e.ClearFaults()
		ok(t, <-done)
	})
}
