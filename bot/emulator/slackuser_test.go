package emulator_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"goodcatch/bot/emulator"
)

func plain(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject("plain_text", s, false, false)
}

// form is a modal with one of each common input.
func form() slack.ModalViewRequest {
	choice := func(s string) *slack.OptionBlockObject {
		return slack.NewOptionBlockObject(strings.ToLower(s), plain(s), nil)
	}
	text := slack.NewPlainTextInputBlockElement(plain("In your words"), "text")
	text.MaxLength = 100
	hide := slack.NewInputBlock("hide", plain("Privacy"), nil, slack.NewCheckboxGroupsBlockElement("hide", choice("Hide me"), choice("About my manager")))
	hide.Optional = true
	unit := slack.NewInputBlock("unit", plain("Where"), nil, slack.NewOptionsSelectBlockElement("static_select", plain("Choose"), "unit", choice("Ward 5A"), choice("Pharmacy")))
	unit.Optional = true
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: "report", Title: plain("Report"), Submit: plain("Send"), Close: plain("Cancel"), PrivateMetadata: "draft-1", NotifyOnClose: true,
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewInputBlock("what", plain("What happened?"), nil, text),
			slack.NewInputBlock("harm", plain("Was anybody hurt?"), nil, slack.NewRadioButtonsBlockElement("harm", choice("No"), choice("Yes"))),
			unit, hide,
			slack.NewActionBlock("more", slack.NewButtonBlockElement("photo", "", plain("Add a photo"))),
		}},
	}
}

// opens makes the product open the form on whatever interaction comes first.
func (p *product) opens() {
	p.when(func(r request) (int, string, string) {
		trigger := r.inter.TriggerID
		if r.form != nil {
			trigger = r.form.Get("trigger_id")
		}
		if r.inter.Type != slack.InteractionTypeViewSubmission && trigger != "" {
			if _, err := p.slack.OpenViewContext(within(p.t), trigger, form()); err != nil {
				p.t.Errorf("open: %v", err)
			}
		}
		return 200, "text/plain", ""
	})
}

func TestDirectMessageReachesProductOnceMoreWhenRefused(t *testing.T) {
	t.Parallel()
	p := start(t)
	lee := p.lee()
	m := must[emulator.Message](t)(lee.DM("NM <wrong> & \"strength\""))
	got := p.next()
	inner := got.event.InnerEvent.Data.(*slackevents.MessageEvent)
	if inner.Text != "NM &lt;wrong&gt; &amp; \"strength\"" || inner.ChannelType != "im" || inner.User != lee.ID() || inner.TimeStamp != m.TS {
		t.Errorf("event %+v", inner)
	}
	callback := got.event.Data.(*slackevents.EventsAPICallbackEvent)
	if callback.EventID != m.EventID || callback.Authorizations[0].UserID != p.e.Options().BotUserID {
		t.Errorf("callback %+v", callback)
	}
	ok(t, p.e.Redeliver(m.EventID, 2))
	if again := p.next(); again.body != got.body || again.header.Get("X-Slack-Retry-Num") != "2" {
		t.Errorf("redelivery %v", again.header)
	}
	p.when(func(request) (int, string, string) { return 500, "text/plain", "" })
	if _, err := lee.DM("again"); !errors.Is(err, emulator.ErrRefused) {
		t.Errorf("got %v", err)
	}
	if first, second := p.next(), p.next(); first.header.Get("X-Slack-Retry-Num") != "" || second.header.Get("X-Slack-Retry-Num") != "1" {
		t.Error("no retry at once")
	}
	p.when(nil)
	if left := p.e.RetryEvents(); left != 0 {
		t.Errorf("%d events left", left)
	}
	if third := p.next(); third.header.Get("X-Slack-Retry-Num") != "2" {
		t.Errorf("third attempt %v", third.header)
	}
	p.e.DoubleNextEvent()
	must[emulator.Message](t)(lee.DM("twice"))
	if a, b := p.next(), p.next(); a.body != b.body {
		t.Error("copies differ")
	}
	p.e.DropNextEvent()
	must[emulator.Message](t)(lee.DM("lost"))
	p.none()
	p.e.RetryEvents()
	p.next()
}

func TestButtonIsPressedByItsWords(t *testing.T) {
	t.Parallel()
	p := start(t)
	lee := p.lee()
	m := p.post(lee, card("NM-K7R", "Acknowledge", "Decline")...)
	ok(t, lee.Press(m, "Decline"))
	got := p.next().inter
	action := got.ActionCallback.BlockActions[0]
	if got.Type != slack.InteractionTypeBlockActions || action.ActionID != "do:Decline" || action.Value != "v:Decline" || action.BlockID != "acts" ||
		got.Container.MessageTs != m.TS || got.Channel.ID != m.Channel || got.Message.Timestamp != m.TS || got.User.ID != lee.ID() || got.Team.ID != p.e.Options().TeamID {
		t.Errorf("interaction %+v", got)
	}
	if err := lee.Press(m, "Approve"); err == nil || !strings.Contains(err.Error(), "Acknowledge") {
		t.Errorf("got %v", err)
	}
	if _, err := p.e.RepeatInteraction(); err != nil {
		t.Error(err)
	}
	if again := p.next().inter; again.TriggerID != got.TriggerID {
		t.Error("repeated interaction differs")
	}
	p.clean()
}

func TestResponseURLWorksFiveTimes(t *testing.T) {
	t.Parallel()
	p := start(t)
	lee := p.lee()
	m := p.post(lee, card("NM-K7R", "Details")...)
	ok(t, lee.Press(m, "Details"))
	address := p.next().inter.ResponseURL
	ok(t, slack.PostWebhookContext(within(t), address, &slack.WebhookMessage{Text: "only you"}))
	p.expect(lee, emulator.Ephemeral, "only you")
	ok(t, slack.PostWebhookContext(within(t), address, &slack.WebhookMessage{Text: "changed", ReplaceOriginal: true}))
	p.expect(lee, emulator.Updated, "changed")
	for range 3 {
		ok(t, slack.PostWebhookContext(within(t), address, &slack.WebhookMessage{Text: "more"}))
	}
	if err := slack.PostWebhookContext(within(t), address, &slack.WebhookMessage{Text: "sixth"}); err == nil {
		t.Error("sixth use worked")
	}
}

func TestModalFromSlashToSubmission(t *testing.T) {
	t.Parallel()
	p := start(t)
	lee := p.lee()
	p.opens()
	ok(t, lee.Slash("/report", "wrong strength"))
	if got := p.next(); got.form.Get("command") != "/report" || got.form.Get("text") != "wrong strength" || got.form.Get("user_id") != lee.ID() {
		t.Errorf("command %v", got.form)
	}
	v := must[emulator.View](t)(lee.ExpectView(within(t)))
	if v.Title != "Report" || !strings.Contains(v.Visible(), "(Hide me)") {
		t.Errorf("modal %q", v.Visible())
	}
	if err := lee.Submit(); !errors.Is(err, emulator.ErrNotAccepted) || lee.Errors()["What happened?"] == "" || lee.Errors()["Where"] != "" {
		t.Errorf("got %v, %v", err, lee.Errors())
	}
	ok(t, lee.Fill("What happened?", "Wrong strength in drawer B"))
	ok(t, lee.Fill("anybody hurt", "No"))
	ok(t, lee.Fill("Where", "Ward 5A"))
	ok(t, lee.Fill("Privacy", "Hide me", "About my manager"))
	if err := lee.Fill("Where", "Ward 9"); err == nil || !strings.Contains(err.Error(), "Pharmacy") {
		t.Errorf("got %v", err)
	}
	p.when(func(request) (int, string, string) {
		return 200, "application/json", `{"response_action":"errors","errors":{"what":"Too short"}}`
	})
	if err := lee.Submit(); !errors.Is(err, emulator.ErrNotAccepted) {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff(map[string]string{"What happened?": "Too short"}, lee.Errors()); diff != "" {
		t.Error(diff)
	}
	p.next()
	p.when(nil)
	ok(t, lee.Submit())
	got := p.next().inter
	values := got.View.State.Values
	if values["what"]["text"].Value != "Wrong strength in drawer B" || values["harm"]["harm"].SelectedOption.Value != "no" ||
		values["unit"]["unit"].SelectedOption.Value != "ward 5a" || len(values["hide"]["hide"].SelectedOptions) != 2 {
		t.Errorf("values %+v", values)
	}
	if got.View.PrivateMetadata != "draft-1" || got.View.CallbackID != "report" || got.View.ID != v.ID {
		t.Errorf("view %+v", got.View)
	}
	if _, open := lee.View(); open {
		t.Error("modal still open")
	}
	p.clean()
}

func TestSubmissionCanUpdatePushAndClear(t *testing.T) {
	t.Parallel()
	p := start(t)
	lee := p.lee()
	p.opens()
	ok(t, lee.Shortcut("report"))
	must[emulator.View](t)(lee.ExpectView(within(t)))
	answer := func(action string, v *slack.ModalViewRequest) {
		body, err := json.Marshal(slack.ViewSubmissionResponse{ResponseAction: slack.ViewResponseAction(action), View: v})
		ok(t, err)
		p.when(func(request) (int, string, string) { return 200, "application/json", string(body) })
	}
	fill := func() {
		t.Helper()
		ok(t, lee.Fill("What happened?", "x"))
		ok(t, lee.Fill("Was anybody hurt?", "No"))
	}
	fill()
	second := form()
	second.Title = plain("Second")
	answer("push", &second)
	ok(t, lee.Submit())
	if v := must[emulator.View](t)(lee.ExpectView(within(t))); v.Title != "Second" {
		t.Errorf("pushed %q", v.Title)
	}
	fill()
	third := form()
	third.Title = plain("Third")
	answer("update", &third)
	ok(t, lee.Submit())
	if v := must[emulator.View](t)(lee.ExpectView(within(t))); v.Title != "Third" || v.State["what"]["text"]["value"] != "x" {
		t.Errorf("updated %q %v", v.Title, v.State)
	}
	answer("clear", nil)
	ok(t, lee.Submit())
	if _, open := lee.View(); open {
		t.Error("stack not cleared")
	}
	p.clean()
}

func TestModalStaysWhenProductIsAway(t *testing.T) {
	t.Parallel()
	p := start(t)
	lee := p.lee()
	p.opens()
	ok(t, lee.Slash("/report", ""))
	ok(t, lee.Fill("What happened?", "x"))
	ok(t, lee.Fill("Was anybody hurt?", "No"))
	p.when(func(request) (int, string, string) { return 503, "text/plain", "" })
	if err := lee.Submit(); !errors.Is(err, emulator.ErrTrouble) {
		t.Errorf("got %v", err)
	}
	v, open := lee.View()
	if !open || v.State["what"]["text"]["value"] != "x" {
		t.Error("text lost")
	}
	p.when(nil)
	ok(t, lee.Close())
	for len(p.arrivals) > 1 {
		<-p.arrivals
	}
	if got := p.next().inter; got.Type != slack.InteractionTypeViewClosed {
		t.Errorf("got %s", got.Type)
	}
}

func TestTriggerIsForOnceAndSoon(t *testing.T) {
	t.Parallel()
	p := start(t, func(o *emulator.Options) { o.TriggerLife = time.Minute })
	lee := p.lee()
	ok(t, lee.Shortcut("report"))
	trigger := p.next().inter.TriggerID
	must[*slack.ViewResponse](t)(p.slack.OpenViewContext(within(t), trigger, form()))
	if _, err := p.slack.OpenViewContext(within(t), trigger, form()); err == nil || err.Error() != "exchanged_trigger_id" {
		t.Errorf("got %v", err)
	}
	p = start(t, func(o *emulator.Options) { o.TriggerLife = time.Nanosecond })
	ok(t, p.lee().Shortcut("report"))
	if _, err := p.slack.OpenViewContext(within(t), p.next().inter.TriggerID, form()); err == nil || err.Error() != "expired_trigger_id" {
		t.Errorf("got %v", err)
	}
}

func TestViewsStackThreeDeepAndUpdateByHash(t *testing.T) {
	t.Parallel()
	p := start(t)
	lee := p.lee()
	p.opens()
	ok(t, lee.Slash("/report", ""))
	p.next()
	p.when(nil)
	press := func() string {
		t.Helper()
		v, _ := lee.View()
		ok(t, lee.Press(v, "Add a photo"))
		return p.next().inter.TriggerID
	}
	var last *slack.ViewResponse
	for range 2 {
		last = must[*slack.ViewResponse](t)(p.slack.PushViewContext(within(t), press(), form()))
	}
	if _, err := p.slack.PushViewContext(within(t), press(), form()); err == nil || err.Error() != "push_limit_reached" {
		t.Errorf("got %v", err)
	}
	if last.PreviousViewID == "" || last.RootViewID == last.ID {
		t.Errorf("view %+v", last.View)
	}
	if _, err := p.slack.UpdateViewContext(within(t), form(), "", "stale", last.ID); err == nil || err.Error() != "hash_conflict" {
		t.Errorf("got %v", err)
	}
	next := form()
	next.Title = plain("Photo added")
	must[*slack.ViewResponse](t)(p.slack.UpdateViewContext(within(t), next, "", last.Hash, last.ID))
	if v, _ := lee.View(); v.Title != "Photo added" {
		t.Errorf("title %q", v.Title)
	}
	p.clean()
}

func TestHomeTabIsPublishedAndPressed(t *testing.T) {
	t.Parallel()
	p := start(t)
	lee := p.lee()
	ok(t, lee.OpenHome())
	if got := p.next().event.InnerEvent.Data.(*slackevents.AppHomeOpenedEvent); got.User != lee.ID() || got.Tab != "home" {
		t.Errorf("event %+v", got)
	}
	row := func(ref string) slack.Block {
		return slack.NewSectionBlock(plain(ref), nil, slack.NewAccessory(slack.NewButtonBlockElement("open", ref, plain("Open"))))
	}
	_, err := p.slack.PublishViewContext(within(t), slack.PublishViewContextRequest{UserID: lee.ID(), View: slack.HomeTabViewRequest{
		Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{row("NM-K7R"), row("NM-Q9F")}}}})
	ok(t, err)
	p.expect(lee, emulator.HomeShown, "NM-Q9F")
	home, _ := lee.Home()
	_, err = p.slack.PublishViewContext(within(t), slack.PublishViewContextRequest{UserID: lee.ID(), View: slack.HomeTabViewRequest{
		Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{row("NM-K7R"), row("NM-Q9F")}}}})
	ok(t, err)
	_, _, err = p.slack.PostMessageContext(within(t), lee.ID(), card("after the tab")...)
	ok(t, err)
	if item := must[emulator.Item](t)(lee.ExpectMessage(within(t))); item.Message.Text != "after the tab" {
		t.Errorf("got %+v", item)
	}
	ok(t, lee.PressBeside(home, "NM-Q9F", "Open"))
	if got := p.next().inter; got.ActionCallback.BlockActions[0].Value != "NM-Q9F" || got.View.Type != slack.VTHomeTab {
		t.Errorf("got %+v", got.ActionCallback.BlockActions[0])
	}
	p.clean()
}

func TestMessageShortcutCarriesTheMessage(t *testing.T) {
	t.Parallel()
	p := start(t)
	lee := p.lee()
	p.e.AddChannel(emulator.Channel{ID: "C0WARD5A", Name: "ward-5a"})
	m := must[emulator.Message](t)(lee.Say("C0WARD5A", "pump alarm silent"))
	p.next()
	ok(t, lee.MessageShortcut("report_message", m))
	if got := p.next().inter; got.Type != slack.InteractionTypeMessageAction || got.CallbackID != "report_message" || got.Message.Text != "pump alarm silent" {
		t.Errorf("got %+v", got)
	}
}

func TestCommandAnswerIsShownToTheUserAlone(t *testing.T) {
	t.Parallel()
	p := start(t)
	lee := p.lee()
	p.when(func(request) (int, string, string) {
		return 200, "application/json", `{"response_type":"ephemeral","text":"Your list is empty"}`
	})
	ok(t, lee.Slash("/quality", ""))
	p.expect(lee, emulator.Ephemeral, "Your list is empty")
}
