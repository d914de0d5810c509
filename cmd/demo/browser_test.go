package demo_test

import (
	"flag"
	"fmt"
	"regexp"
	"slices"
	"testing"

	"goodcatch/bot/emulator/page/pagetest"
	"goodcatch/cmd/demo"
)

var screenshots = flag.String("screenshots", "", "write the pictures of the README into this directory: ../../bot/emulator/page/screenshots")

// pictures are those worth keeping.
var pictures = []string{"acknowledged-1280", "closing-1280", "reported-390", "acknowledged-390", "closing-390"}

// TestReportAcknowledgeClose plays the main job on the page as a visitor does, by what can be seen, on a desk and on a phone.
func TestReportAcknowledgeClose(t *testing.T) {
	t.Parallel()
	for _, size := range []struct{ width, height int64 }{{1280, 860}, {390, 844}} {
		t.Run(fmt.Sprint(size.width), func(t *testing.T) {
			d := start(t, demo.Options{})
			b := pagetest.Open(t, d.URL, size.width, size.height)
			shot := func(name string) {
				if *screenshots != "" && slices.Contains(pictures, fmt.Sprintf("%s-%d", name, size.width)) {
					b.Screenshot(fmt.Sprintf("%s/%s-%d.png", *screenshots, name, size.width))
				}
			}
			tab := func(name string) {
				if size.width < 900 {
					b.Press(name)
				}
			}
			b.Press("Write the text")
			b.Holds("Text message", "NM wrong strength heparin in drawer B")
			b.Press("Send text")
			b.See("Thank you. Near miss NM-")
			code := regexp.MustCompile(`Near miss (NM-\w+) saved`).FindStringSubmatch(b.Text())[1]
			b.See("Could it have killed or badly hurt?")
			shot("reported")
			b.Type("Text message", "2")
			b.Press("Send text")
			b.See("help us fix it?")
			b.Press("Open the card")
			b.Press("Acknowledge")
			b.See("You own " + code)
			shot("acknowledged")
			faults(t, b)
			b.Press("Close")
			b.Type("What was learnt or changed? (one line)", "Look-alike boxes now stand in drawers of their own")
			b.Choose("Yes", "")
			shot("closing")
			b.Press("Close and tell")
			b.See(code + " is closed")
			if size.width < 900 {
				b.Press("Phone")
			}
			b.See("Look-alike boxes now stand in drawers of their own")
			tab("Clock")
			b.Press("Step to the next due thing")
			faults(t, b)
		})
	}
}

func faults(t *testing.T, b *pagetest.Browser) {
	t.Helper()
	for _, fault := range b.Unlabelled() {
		t.Error(fault)
	}
}
