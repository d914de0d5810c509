package bot_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"time"

	"goodcatch/bot/emulator"
	"goodcatch/domain"
)

// files a report from a phone of its own. Every third says that somebody is in danger.
func (p *play) files(n int) {
	number := fmt.Sprintf("+4477009%05d", 10000+n)
	unit := []string{"4B", "4A", "MED"}[p.rnd.IntN(3)]
	if n%3 != 0 {
		p.text(number, "NM "+unit+" bed rail loose at bed 3")
		return
	}
	p.text(number, "INC "+unit+" oxygen supply failing in bay 2")
	p.Settle()
	p.text(number, "yes")
}

// answers is what those who were asked do about a record in one minute: mostly nothing. It reports whether somebody did something.
func (p *play) answers(o open) bool {
	roll, hurry := p.rnd.IntN(1600), 1
	if o.Ladder.Urgent {
		hurry = 16
	}
	if o.Owner != 0 {
		if roll == 0 {
			p.by(o.Owner, o.Code+" L")
		}
		return roll == 0
	}
	if len(o.Climb.Asked) == 0 {
		return false
	}
	who, second := o.Climb.Asked[p.rnd.IntN(len(o.Climb.Asked))], o.Climb.Asked[p.rnd.IntN(len(o.Climb.Asked))]
	switch {
	case roll < 2*hurry:
		p.by(who, o.Code+" A")
	case roll < 4*hurry:
		p.press(who, o.Code, "Acknowledge")
	case roll < 5*hurry: // two at the same moment, the first one's webhook twice
		p.Emulator.DoubleNextInbound()
		var both sync.WaitGroup
		both.Go(func() { p.by(who, o.Code+" A") })
		both.Go(func() { p.press(second, o.Code, "Acknowledge") })
		both.Wait()
	case roll < 6*hurry:
		p.by(who, o.Code+" D")
	default:
		return false
	}
	return true
}

// by texts as somebody does, if they have a phone. Who was asked by Slack alone, or has no right any more, gets an answer too.
func (p *play) by(id domain.PersonID, words string) {
	if number := p.org.People[id].Phone.Value; number != "" {
		if _, err := p.Emulator.Phone(number).Text(words); err != nil {
			p.t.Error(err)
		}
	}
}

// press presses a button on somebody's card about a record, if there still is one.
func (p *play) press(id domain.PersonID, code, label string) {
	user := p.org.People[id].Slack.Value
	if user == "" {
		return
	}
	u := p.Emulator.SlackUser(user)
	for _, m := range slices.Backward(u.Messages()) {
		if slices.Contains(m.Buttons(), label) && regexp.MustCompile(`\b`+code+`\b`).MatchString(m.Visible()) {
			if err := u.Press(m, label); err != nil {
				p.t.Error(err)
			}
			return
		}
	}
}

// rings lets every telephone that rings be taken up: few press a key, one in three listens and says nothing, as a machine does. It reports
// whether any rang.
func (p *play) rings() (rang bool) {
	for _, phone := range p.Emulator.Phones() {
		for range phone.Ringing() {
			rang = true
			call, err := phone.ExpectCall(p.t.Context())
			if err != nil {
				p.t.Fatal(err)
			}
			end := call.Ignore
			switch roll := p.rnd.IntN(12); {
			case roll < 2:
				end = func() error {
					if err := call.Answer(); err != nil || call.Press(fmt.Sprint(1+roll)) == nil {
						return err
					}
					return call.HangUp() // somebody was faster: they hear so, and are asked for no key
				}
			case roll < 6:
				end = func() error { return errors.Join(call.Answer(), call.HangUp()) }
			}
			if err := end(); err != nil {
				p.t.Error(err)
			}
		}
	}
	return rang
}

// fails lets a provider fail in one of its ways, once or a few times, for one of those who are asked.
func (p *play) fails() {
	kinds := []emulator.FaultKind{emulator.Reset, emulator.AcceptedThenDropped, emulator.Status500HTML, emulator.Status429, emulator.Silent, emulator.LostCallbacks, emulator.LateCallbacks, emulator.DoubledCallbacks}
	f := emulator.Fault{Provider: "twilio", Match: "POST ", Kind: kinds[p.rnd.IntN(len(kinds))], Times: 1 + p.rnd.IntN(3), Delay: 50 * time.Millisecond}
	if p.rnd.IntN(2) == 0 {
		f.Provider, f.Match, f.Kind = "slack", "chat.postMessage", kinds[p.rnd.IntN(4)]
	}
	p.Emulator.Fail(f)
}

// away sends one of the managers or leads on leave, or back.
func (p *play) away() {
	who := []string{leesPhone, omars, "+447700900106", "+447700900107"}[p.rnd.IntN(4)]
	p.text(who, []string{"LEAVE 1D", "LEAVE 2D", "BACK"}[p.rnd.IntN(3)])
}
