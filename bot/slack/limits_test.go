package slack

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	slackgo "github.com/slack-go/slack"

	"goodcatch/conversations"
)

func x(n int) string { return strings.Repeat("x", n) }

func plain(n int) *slackgo.TextBlockObject {
	return slackgo.NewTextBlockObject(slackgo.PlainTextType, x(n), false, false)
}

func mrkdwn(n int) *slackgo.TextBlockObject {
	return slackgo.NewTextBlockObject(slackgo.MarkdownType, x(n), false, false)
}

func options(n, text int) []*slackgo.OptionBlockObject {
	var list []*slackgo.OptionBlockObject
	for i := range n {
		list = append(list, slackgo.NewOptionBlockObject(fmt.Sprint(i), plain(text), nil))
	}
	return list
}

func repeat[T any](n int, one func(i int) T) []T {
	list := make([]T, n)
	for i := range list {
		list[i] = one(i)
	}
	return list
}

func section(n int) slackgo.Block { return slackgo.NewSectionBlock(mrkdwn(n), nil, nil) }

func action(e slackgo.BlockElement) []slackgo.Block {
	return []slackgo.Block{slackgo.NewActionBlock("", e)}
}

func input(e slackgo.BlockElement) []slackgo.Block {
	return []slackgo.Block{slackgo.NewInputBlock("", plain(5), nil, e)}
}

func confirm(title, text, yes, no int) []slackgo.Block {
	b := slackgo.NewButtonBlockElement("a", "v", plain(5))
	b.Confirm = slackgo.NewConfirmationBlockObject(plain(title), mrkdwn(text), plain(yes), plain(no))
	return action(b)
}

func chart(segments, label int) slackgo.Block {
	return &slackgo.DataVisualizationBlock{Type: slackgo.MBTDataVisualization, Title: "t", Chart: &slackgo.DataVisualizationPieChart{
		Type: "pie", Segments: repeat(segments, func(int) slackgo.DataVisualizationSegment {
			return slackgo.DataVisualizationSegment{Label: x(label), Value: 1}
		})}}
}

func table(rows, cells int) slackgo.Block {
	return &slackgo.TableBlock{Type: slackgo.MBTTable, Rows: repeat(rows, func(int) []slackgo.TableCell {
		return repeat(cells, func(int) slackgo.TableCell { return &slackgo.TableRawTextCell{Type: "raw_text", Text: "x"} })
	})}
}

func TestBlocksAreTakenUpToEachLimit(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		max   int
		path  string
		build func(n int) []slackgo.Block
	}{
		{"blocks", 50, "blocks", func(n int) []slackgo.Block {
			return repeat(n, func(int) slackgo.Block { return slackgo.NewDividerBlock() })
		}},
		{"section text", 3000, "blocks[0].text", func(n int) []slackgo.Block { return []slackgo.Block{section(n)} }},
		{"section field", 2000, "blocks[0].fields[1].text", func(n int) []slackgo.Block {
			return []slackgo.Block{slackgo.NewSectionBlock(nil, []*slackgo.TextBlockObject{mrkdwn(1), mrkdwn(n)}, nil)}
		}},
		{"section fields", 10, "blocks[0].fields", func(n int) []slackgo.Block {
			return []slackgo.Block{slackgo.NewSectionBlock(nil, repeat(n, func(int) *slackgo.TextBlockObject { return mrkdwn(1) }), nil)}
		}},
		{"block id", 255, "blocks[0].block_id", func(n int) []slackgo.Block {
			return []slackgo.Block{slackgo.NewSectionBlock(mrkdwn(1), nil, nil, slackgo.SectionBlockOptionBlockID(x(n)))}
		}},
		{"header", 150, "blocks[0].text", func(n int) []slackgo.Block { return []slackgo.Block{slackgo.NewHeaderBlock(plain(n))} }},
		{"markdown", 12000, "blocks[0].text", func(n int) []slackgo.Block { return []slackgo.Block{slackgo.NewMarkdownBlock("", x(n))} }},
		{"context elements", 10, "blocks[0].elements", func(n int) []slackgo.Block {
			return []slackgo.Block{slackgo.NewContextBlock("", repeat(n, func(int) slackgo.MixedElement { return mrkdwn(1) })...)}
		}},
		{"actions elements", 25, "blocks[0].elements", func(n int) []slackgo.Block {
			return []slackgo.Block{slackgo.NewActionBlock("", repeat(n, func(i int) slackgo.BlockElement {
				return slackgo.NewButtonBlockElement(fmt.Sprint(i), "", plain(1))
			})...)}
		}},
		{"button text", 75, "blocks[0].elements[0].text", func(n int) []slackgo.Block { return action(slackgo.NewButtonBlockElement("a", "v", plain(n))) }},
		{"button value", 2000, "blocks[0].elements[0].value", func(n int) []slackgo.Block { return action(slackgo.NewButtonBlockElement("a", x(n), plain(5))) }},
		{"button url", 3000, "blocks[0].elements[0].url", func(n int) []slackgo.Block {
			return action(slackgo.NewButtonBlockElement("a", "v", plain(5)).WithURL(x(n)))
		}},
		{"accessibility label", 75, "blocks[0].elements[0].accessibility_label", func(n int) []slackgo.Block {
			b := slackgo.NewButtonBlockElement("a", "v", plain(5))
			b.AccessibilityLabel = x(n)
			return action(b)
		}},
		{"action id", 255, "blocks[0].elements[0].action_id", func(n int) []slackgo.Block { return action(slackgo.NewButtonBlockElement(x(n), "v", plain(5))) }},
		{"accessory", 75, "blocks[0].accessory.text", func(n int) []slackgo.Block {
			return []slackgo.Block{slackgo.NewSectionBlock(mrkdwn(1), nil, slackgo.NewAccessory(slackgo.NewButtonBlockElement("a", "v", plain(n))))}
		}},
		{"confirm title", 100, "blocks[0].elements[0].confirm.title", func(n int) []slackgo.Block { return confirm(n, 1, 1, 1) }},
		{"confirm text", 300, "blocks[0].elements[0].confirm.text", func(n int) []slackgo.Block { return confirm(1, n, 1, 1) }},
		{"confirm yes", 30, "blocks[0].elements[0].confirm.confirm", func(n int) []slackgo.Block { return confirm(1, 1, n, 1) }},
		{"confirm no", 30, "blocks[0].elements[0].confirm.deny", func(n int) []slackgo.Block { return confirm(1, 1, 1, n) }},
		{"select options", 100, "blocks[0].elements[0].options", func(n int) []slackgo.Block {
			return action(slackgo.NewOptionsSelectBlockElement("static_select", nil, "a", options(n, 1)...))
		}},
		{"option groups", 100, "blocks[0].elements[0].option_groups", func(n int) []slackgo.Block {
			return action(slackgo.NewOptionsGroupSelectBlockElement("static_select", nil, "a", repeat(n, func(int) *slackgo.OptionGroupBlockObject {
				return slackgo.NewOptionGroupBlockElement(plain(1), options(1, 1)...)
			})...))
		}},
		{"option text", 75, "blocks[0].elements[0].options[0].text", func(n int) []slackgo.Block {
			return action(slackgo.NewOptionsSelectBlockElement("static_select", nil, "a", options(1, n)...))
		}},
		{"option value", 75, "blocks[0].elements[0].options[0].value", func(n int) []slackgo.Block {
			return action(slackgo.NewOptionsSelectBlockElement("static_select", nil, "a", slackgo.NewOptionBlockObject(x(n), plain(1), nil)))
		}},
		{"option description", 75, "blocks[0].elements[0].options[0].description", func(n int) []slackgo.Block {
			return action(slackgo.NewOptionsSelectBlockElement("static_select", nil, "a", slackgo.NewOptionBlockObject("v", plain(1), plain(n))))
		}},
		{"placeholder", 150, "blocks[0].elements[0].placeholder", func(n int) []slackgo.Block {
			return action(slackgo.NewOptionsSelectBlockElement("static_select", plain(n), "a", options(1, 1)...))
		}},
		{"radio buttons", 10, "blocks[0].elements[0].options", func(n int) []slackgo.Block {
			return action(slackgo.NewRadioButtonsBlockElement("a", options(n, 1)...))
		}},
		{"checkboxes", 10, "blocks[0].elements[0].options", func(n int) []slackgo.Block {
			return action(slackgo.NewCheckboxGroupsBlockElement("a", options(n, 1)...))
		}},
		{"overflow", 5, "blocks[0].elements[0].options", func(n int) []slackgo.Block {
			return action(slackgo.NewOverflowBlockElement("a", options(n, 1)...))
		}},
		{"input label", 2000, "blocks[0].label", func(n int) []slackgo.Block {
			return []slackgo.Block{slackgo.NewInputBlock("", plain(n), nil, slackgo.NewPlainTextInputBlockElement(nil, "a"))}
		}},
		{"input hint", 2000, "blocks[0].hint", func(n int) []slackgo.Block {
			return []slackgo.Block{slackgo.NewInputBlock("", plain(1), plain(n), slackgo.NewPlainTextInputBlockElement(nil, "a"))}
		}},
		{"input length", 3000, "blocks[0].element.max_length", func(n int) []slackgo.Block {
			e := slackgo.NewPlainTextInputBlockElement(nil, "a")
			e.MaxLength = n
			return input(e)
		}},
		{"files", 10, "blocks[0].element.max_files", func(n int) []slackgo.Block {
			return input(&slackgo.FileInputBlockElement{Type: slackgo.METFileInput, MaxFiles: n})
		}},
		{"table rows", 100, "blocks[0].rows", func(n int) []slackgo.Block { return []slackgo.Block{table(n, 1)} }},
		{"table cells", 20, "blocks[0].rows[0]", func(n int) []slackgo.Block { return []slackgo.Block{table(1, n)} }},
		{"tables", 1, "blocks[1]", func(n int) []slackgo.Block {
			return repeat(n, func(int) slackgo.Block { return table(1, 1) })
		}},
		{"charts", 2, "blocks[2]", func(n int) []slackgo.Block { return repeat(n, func(int) slackgo.Block { return chart(2, 5) }) }},
		{"chart segments", 6, "blocks[0].chart.segments", func(n int) []slackgo.Block { return []slackgo.Block{chart(n, 5)} }},
		{"chart label", 20, "blocks[0].chart.segments[0].label", func(n int) []slackgo.Block { return []slackgo.Block{chart(2, n)} }},
		{"container", 10, "blocks[0].child_blocks", func(n int) []slackgo.Block {
			return []slackgo.Block{&slackgo.ContainerBlock{Type: slackgo.MBTContainer, Title: plain(1), ChildBlocks: slackgo.Blocks{
				BlockSet: repeat(n, func(int) slackgo.Block { return slackgo.NewDividerBlock() })}}}
		}},
		{"whole message", 13200, "blocks", func(n int) []slackgo.Block {
			return []slackgo.Block{section(3000), section(3000), section(3000), section(3000), section(n - 12000)}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if err := CheckMessage("text", tt.build(tt.max)); err != nil {
				t.Errorf("at the limit: %v", err)
			}
			wantLimit(t, CheckMessage("text", tt.build(tt.max+1)), tt.path, tt.max)
		})
	}
}

func wantLimit(t *testing.T, err error, path string, max int) {
	t.Helper()
	var limit *LimitError
	if !errors.As(err, &limit) {
		t.Fatalf("over the limit: got %v", err)
	}
	if limit.Path != path && limit.Path != path+".text" || limit.Max != max || max > 0 && limit.Got != max+1 {
		t.Errorf("got %v, want %s and %d", limit, path, max)
	}
}

func TestMessageTextIsNeededAndLimited(t *testing.T) {
	t.Parallel()
	if err := CheckMessage(x(4000), nil); err != nil {
		t.Error(err)
	}
	wantLimit(t, CheckMessage(x(4001), nil), "text", 4000)
	wantLimit(t, CheckMessage("", []slackgo.Block{section(1)}), "text", 0)
	wantLimit(t, CheckMessage(strings.Repeat("🩺", 2000)+"x", nil), "text", 4000)
}

func modal(change func(*slackgo.ModalViewRequest)) slackgo.ModalViewRequest {
	v := slackgo.ModalViewRequest{Type: slackgo.VTModal, Title: plain(5), Submit: plain(5), Blocks: slackgo.Blocks{BlockSet: []slackgo.Block{section(1)}}}
	change(&v)
	return v
}

func TestViewsAreTakenUpToEachLimit(t *testing.T) {
	t.Parallel()
	for path, tt := range map[string]struct {
		max int
		set func(v *slackgo.ModalViewRequest, n int)
	}{
		"title":            {24, func(v *slackgo.ModalViewRequest, n int) { v.Title = plain(n) }},
		"submit":           {24, func(v *slackgo.ModalViewRequest, n int) { v.Submit = plain(n) }},
		"close":            {24, func(v *slackgo.ModalViewRequest, n int) { v.Close = plain(n) }},
		"private_metadata": {3000, func(v *slackgo.ModalViewRequest, n int) { v.PrivateMetadata = x(n) }},
		"callback_id":      {255, func(v *slackgo.ModalViewRequest, n int) { v.CallbackID = x(n) }},
		"blocks": {100, func(v *slackgo.ModalViewRequest, n int) {
			v.Blocks.BlockSet = repeat(n, func(int) slackgo.Block { return slackgo.NewDividerBlock() })
		}},
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			if err := CheckModal(modal(func(v *slackgo.ModalViewRequest) { tt.set(v, tt.max) })); err != nil {
				t.Errorf("at the limit: %v", err)
			}
			wantLimit(t, CheckModal(modal(func(v *slackgo.ModalViewRequest) { tt.set(v, tt.max+1) })), path, tt.max)
		})
	}
	home := func(n int) slackgo.HomeTabViewRequest {
		return slackgo.HomeTabViewRequest{Type: slackgo.VTHomeTab, Blocks: slackgo.Blocks{
			BlockSet: repeat(n, func(int) slackgo.Block { return slackgo.NewDividerBlock() })}}
	}
	if err := CheckHome(home(100)); err != nil {
		t.Error(err)
	}
	wantLimit(t, CheckHome(home(101)), "blocks", 100)
}

func TestViewSizeIsLimited(t *testing.T) {
	t.Parallel()
	big := modal(func(v *slackgo.ModalViewRequest) {
		v.Blocks.BlockSet = repeat(90, func(int) slackgo.Block { return section(2900) })
	})
	var limit *LimitError
	if err := CheckModal(big); !errors.As(err, &limit) || limit.Path != "view" || limit.Max != 250_000 {
		t.Errorf("got %v", err)
	}
}

func TestShapesSlackRefuses(t *testing.T) {
	t.Parallel()
	alert := &slackgo.AlertBlock{Type: slackgo.MBTAlert, Text: plain(1)}
	twice := slackgo.SectionBlockOptionBlockID("same")
	for name, tt := range map[string]struct {
		path   string
		blocks []slackgo.Block
	}{
		"alert in a message":    {"blocks[0]", []slackgo.Block{alert}},
		"section of nothing":    {"blocks[0]", []slackgo.Block{slackgo.NewSectionBlock(nil, nil, nil)}},
		"empty text":            {"blocks[0].text", []slackgo.Block{section(0)}},
		"block id used twice":   {"blocks[1].block_id", []slackgo.Block{slackgo.NewSectionBlock(mrkdwn(1), nil, nil, twice), slackgo.NewSectionBlock(mrkdwn(1), nil, nil, twice)}},
		"mrkdwn in a header":    {"blocks[0].text", []slackgo.Block{slackgo.NewHeaderBlock(mrkdwn(1))}},
		"mrkdwn in a button":    {"blocks[0].elements[0].text", action(slackgo.NewButtonBlockElement("a", "v", mrkdwn(1)))},
		"mrkdwn in placeholder": {"blocks[0].element.placeholder", input(slackgo.NewPlainTextInputBlockElement(mrkdwn(1), "a"))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantLimit(t, CheckMessage("text", tt.blocks), tt.path, 0)
		})
	}
	if err := CheckModal(modal(func(v *slackgo.ModalViewRequest) { v.Blocks.BlockSet = []slackgo.Block{alert} })); err != nil {
		t.Errorf("alert in a modal: %v", err)
	}
	wantLimit(t, CheckModal(modal(func(v *slackgo.ModalViewRequest) { v.Title = nil })), "title", 0)
	wantLimit(t, CheckModal(modal(func(v *slackgo.ModalViewRequest) {
		v.Submit, v.Blocks.BlockSet = nil, input(slackgo.NewPlainTextInputBlockElement(nil, "a"))
	})), "blocks[0]", 0)
}

func TestClip(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in   string
		max  int
		want string
	}{
		{"heparin", 7, "heparin"},
		{"heparin", 6, "hepar…"},
		{"drawer B", 8, "drawer B"},
		{"drawer B here", 8, "drawer…"},
		{"añadió", 4, "aña…"},
		{"🩺🩺🩺", 6, "🩺🩺🩺"},
		{"🩺🩺🩺", 5, "🩺🩺…"},
		{"🩺🩺🩺", 4, "🩺…"},
		{"a &lt; b", 5, "a…"},
		{"a &lt; b c", 8, "a &lt;…"},
		{"a & b and c", 7, "a & b…"},
		{"abc", 1, "…"},
		{"abc", 0, ""},
		{"", 0, ""},
	} {
		if got := Clip(tt.in, tt.max); got != tt.want {
			t.Errorf("Clip(%q, %d) = %q, want %q", tt.in, tt.max, got, tt.want)
		}
	}
}

func TestEscapeTakesAwayMentionsAndLinks(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"<!channel> look":           "&lt;!channel&gt; look",
		"<@U012AB3CD>":              "&lt;@U012AB3CD&gt;",
		"<https://bad|good.org>":    "&lt;https://bad|good.org&gt;",
		"K+ < 3 & > 2":              "K+ &lt; 3 &amp; &gt; 2",
		"&lt;!here&gt;":             "&amp;lt;!here&amp;gt;",
		"nul \x00, broken \xff":     "nul \ufffd, broken \ufffd",
		"dosis máxima, 5 mg \u202e": "dosis máxima, 5 mg \u202e",
	} {
		if got := conversations.Escape(in); got != want {
			t.Errorf("Escape(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzClipKeepsItsPromise(f *testing.F) {
	f.Add("a &lt; b 🩺", 5)
	f.Fuzz(func(t *testing.T, s string, max int) {
		if got := Clip(s, max); max >= 0 && characters(got) > max {
			t.Errorf("Clip(%q, %d) = %q", s, max, got)
		}
	})
}
