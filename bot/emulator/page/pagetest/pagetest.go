// Package pagetest drives a real browser by what a person sees: visible words on buttons and labels. Only tests may import it.
package pagetest

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience is how long something may take to appear.
const patience = 20 * time.Second

// finder finds things on the page by visible words.
//
//go:embed find.js
var finder string

// A Browser is one window.
type Browser struct {
	tb  testing.TB
	ctx context.Context

	heard    chan struct{}
	problems []string // of hear, to be read when heard is closed
	allowed  []string
}

// Open opens a window of this size on an address. It skips the test on a machine without a browser, saying so, and fails it where
// CI=true promises one. When the test ends, anything the page wrote to the console as a warning or an error fails it.
func Open(tb testing.TB, address string, width, height int64) *Browser {
	tb.Helper()
	b := window(tb, width, height)
	b.do(chromedp.Navigate(address))
	b.wait(`document.body.dataset.ready === "true"`, "the page to be ready")
	return b
}

// window opens an empty window.
func window(tb testing.TB, width, height int64) *Browser {
	tb.Helper()
	program := find(tb)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("force-color-profile", "srgb"), chromedp.Flag("force-prefers-reduced-motion", true))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	tb.Cleanup(stop)
	ctx, stopWindow := chromedp.NewContext(ctx)
	tb.Cleanup(stopWindow)
	b := &Browser{tb: tb, ctx: ctx, heard: make(chan struct{})}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, height)); err != nil { // starts the browser, which lives as long as ctx
		tb.Fatal(err)
	}
	go b.hear(chromedp.Console(ctx))
	tb.Cleanup(b.verdict)
	return b
}

func find(tb testing.TB) string {
	tb.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if program, err := exec.LookPath(name); err == nil {
			return program
		}
	}
	if os.Getenv("CI") == "true" {
		tb.Fatal("no chromium or google-chrome on this machine")
	}
	tb.Skip("needs chromium or google-chrome on PATH")
	return ""
}

// hear keeps what the console says until it is told to stop.
func (b *Browser) hear(messages iter.Seq2[chromedp.ConsoleMessage, error]) {
	for m, err := range messages {
		if err != nil || m.Text == lastWord {
			break
		}
		if m.IsException() || m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleWarning {
			b.problems = append(b.problems, m.String())
		}
	}
	close(b.heard)
}

// lastWord is what the test itself writes to the console at its end.
const lastWord = "the test ends"

// verdict fails the test for everything the console complained of.
func (b *Browser) verdict() {
	if b.tb.Failed() {
		return
	}
	Evaluate[bool](b, "(console.debug("+quote(lastWord)+"), true)")
	select {
	case <-b.heard:
	case <-b.ctx.Done():
	}
	for _, p := range b.problems {
		if !slices.ContainsFunc(b.allowed, func(words string) bool { return strings.Contains(p, words) }) {
			b.tb.Errorf("console: %s", p)
		}
	}
}

// Allow lets the console complain in these words: of a page that is meant to be refused.
func (b *Browser) Allow(words string) { b.allowed = append(b.allowed, words) }

func (b *Browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.tb.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.tb.Fatal(err)
	}
}

// Evaluate runs an expression, which may be a promise, and returns its value.
func Evaluate[T any](b *Browser, expression string) T {
	b.tb.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.tb.Fatalf("evaluate %.80s: %v", expression, err)
	}
	return v
}

// wait waits until an expression is true and returns its value as a point.
func (b *Browser) wait(condition, what string) (x, y float64) {
	b.tb.Helper()
	point := Evaluate[[]float64](b, fmt.Sprintf(`(async () => {
		%s
		const end = Date.now() + %d;
		for (;;) {
			const found = (() => { try { return %s; } catch (e) { return false; } })();
			if (found) return Array.isArray(found) ? found : [0, 0];
			if (Date.now() > end) return [];
			await new Promise((next) => setTimeout(next, 20));
		}
	})()`, finder, (patience-2*time.Second).Milliseconds(), condition))
	if len(point) != 2 {
		shot := b.tb.ArtifactDir() + "/page.png"
		b.Screenshot(shot)
		b.tb.Fatalf("waited in vain for %s; see %s; the page shows:\n%s", what, shot, Evaluate[string](b, `document.body.innerText`))
	}
	return point[0], point[1]
}

func quote(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

// Press clicks the last enabled button or tab in view with these words on it, with the mouse.
func (b *Browser) Press(words string) {
	b.tb.Helper()
	x, y := b.wait("place(button("+quote(words)+"))", "a button "+words)
	b.do(chromedp.MouseClickXY(x, y))
}

// Type clicks the input with this label and types over what it holds.
func (b *Browser) Type(label, text string) {
	b.tb.Helper()
	x, y := b.wait("place(field("+quote(label)+"))", "an input "+label)
	b.do(chromedp.MouseClickXY(x, y))
	b.wait("(document.activeElement.select(), true)", "the focus in "+label)
	b.do(chromedp.KeyEvent(text))
}

// Holds waits until the input with this label holds the text.
func (b *Browser) Holds(label, text string) {
	b.tb.Helper()
	b.wait("field("+quote(label)+").value === "+quote(text), label+" to hold "+text)
}

// Choose picks in the menu, or clicks the choice, with these words.
func (b *Browser) Choose(label, option string) {
	b.tb.Helper()
	if option == "" {
		x, y := b.wait("place(choice("+quote(label)+"))", "a choice "+label)
		b.do(chromedp.MouseClickXY(x, y))
		return
	}
	b.wait("pick(field("+quote(label)+"), "+quote(option)+")", "the option "+option+" of "+label)
}

// See waits until the words can be seen.
func (b *Browser) See(words string) {
	b.tb.Helper()
	b.wait("document.body.innerText.includes("+quote(words)+")", "the words "+words)
}

// SeeNot waits until the words cannot be seen.
func (b *Browser) SeeNot(words string) {
	b.tb.Helper()
	b.wait("!document.body.innerText.includes("+quote(words)+")", "the words "+words+" to go")
}

// Text is what can be seen.
func (b *Browser) Text() string {
	b.tb.Helper()
	return Evaluate[string](b, `document.body.innerText`)
}

// Screenshot writes what the window shows to a PNG file.
func (b *Browser) Screenshot(file string) {
	b.tb.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(file, picture, 0o644)
	}
	if err != nil {
		b.tb.Fatalf("screenshot: %v", err)
	}
}

// Unlabelled lists the controls in view that have no words of their own, and the elements wider than the window.
func (b *Browser) Unlabelled() []string {
	b.tb.Helper()
	return Evaluate[[]string](b, "(() => { "+finder+"; return faults(); })()")
}
