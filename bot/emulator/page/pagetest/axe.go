package pagetest

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/chromedp/chromedp"
)

// Axe is the source of axe-core, the accessibility checker: .ci/run fetches it from the npm registry and names the file in
// GOODCATCH_TEST_AXE. Without it the test is skipped, saying so; where CI=true promises it, it fails.
func Axe(tb testing.TB) string {
	tb.Helper()
	file := os.Getenv("GOODCATCH_TEST_AXE")
	if file == "" {
		if os.Getenv("CI") == "true" {
			tb.Fatal("GOODCATCH_TEST_AXE does not name axe.min.js of axe-core")
		}
		tb.Skip("needs axe-core: GOODCATCH_TEST_AXE names its axe.min.js (npm pack axe-core)")
	}
	source, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	return string(source)
}

// Look opens a window of this size on a page of the product, which needs no JavaScript and tells nobody when it is ready.
func Look(tb testing.TB, address string, width, height int64) *Browser {
	tb.Helper()
	b := window(tb, width, height)
	b.Visit(address)
	return b
}

// Visit goes to another page in the same window.
func (b *Browser) Visit(address string) {
	b.tb.Helper()
	b.do(chromedp.Navigate(address))
}

// Submit sends the page's first form whose field "do" has the value, and waits for the page that answers.
func (b *Browser) Submit(do string) {
	b.tb.Helper()
	Evaluate[bool](b, `(window.before = true, document.querySelector('form:has(input[name=do][value="'+`+quote(do)+`+'"])').submit(), true)`)
	b.settled(`!window.before && document.readyState === "complete"`)
}

// Click presses the first element that a selector finds, and waits for the page that answers.
func (b *Browser) Click(selector string) {
	b.tb.Helper()
	Evaluate[bool](b, `(window.before = true, document.querySelector(`+quote(selector)+`).click(), true)`)
	b.settled(`!window.before && document.readyState === "complete"`)
}

// settled waits for a condition across a navigation, which forgets the page's own scripts.
func (b *Browser) settled(condition string) {
	b.tb.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	for ctx.Err() == nil {
		if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](condition)); err == nil && ok {
			return
		}
	}
	b.tb.Fatalf("waited in vain for %s", condition)
}

// Fits fails the test when the page is wider than the window.
func (b *Browser) Fits(page string) {
	b.tb.Helper()
	if wide := Evaluate[float64](b, `document.documentElement.scrollWidth - window.innerWidth`); wide > 0 {
		b.tb.Errorf("%s: wider than the window by %v pixels", page, wide)
	}
}

// Keep takes a picture of the page for people to look at, where GOODCATCH_TEST_SCREENSHOTS names a directory; its width is in the name.
func (b *Browser) Keep(name string) {
	b.tb.Helper()
	if dir := os.Getenv("GOODCATCH_TEST_SCREENSHOTS"); dir != "" {
		b.Screenshot(fmt.Sprintf("%s/%s-%d.png", dir, name, Evaluate[int](b, `window.innerWidth`)))
	}
}

// Accessible fails the test for each rule of WCAG 2.2 A and AA that axe finds broken, naming the rule and the element, and when the page does not fit.
func (b *Browser) Accessible(axe, page string) {
	b.tb.Helper()
	Evaluate[bool](b, axe+"\ntrue")
	broken := Evaluate[[]string](b, `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
		.then((r) => r.violations.map((v) => v.id + ": " + v.help + ": " + v.nodes.map((n) => n.html).join(" | ")))`)
	for _, rule := range broken {
		b.tb.Errorf("%s: %s", page, rule)
	}
	b.Fits(page)
}
