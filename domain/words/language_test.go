package words

import "testing"

func TestFrenchAndChineseAnswers(t *testing.T) {
	t.Parallel()
	for want, texts := range map[Reply][]string{
		Yes:     {"oui", "Oui merci", "d'accord", "是", "是的。", "1是", "1 是", "有", "好的"},
		No:      {"non", "Non, merci", "否", "不是", "没有", "2否", "2 non"},
		NotSure: {"pas sûr", "Je ne sais pas", "不确定", "3不确定", "不知道。"},
		NoReply: {"oui mais il est tombé", "1否", "没有脉搏", "是不是"},
	} {
		for _, text := range texts {
			if got := YesNo(text); got != want {
				t.Errorf("YesNo(%q) = %v, want %v", text, got, want)
			}
		}
	}
	for text, want := range map[string]int{"2 modéré": 2, "deux": 2, "3重度": 3, "三": 3, "0无": 0, "1 médicament": 1} {
		if got, ok := Digit(text); !ok || got != want {
			t.Errorf("Digit(%q) = %d, %v", text, got, ok)
		}
	}
	if OptOut("退订") != OptOutWord || OptOut("退订单放错") != NotOptOut || !Help("帮助") {
		t.Error("opt-out or help in Chinese")
	}
}

func TestChineseNeedsNoSpaces(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Said{
		"NM药瓶放错抽屉": {NM, "药瓶放错抽屉", false}, "INC：病人跌倒": {INC, "病人跌倒", false}, "nm，药品 过期": {NM, "药品 过期", false}, "LANG中文": {LANG, "中文", false}, "LANG français": {LANG, "français", false}, "MY。": {MY, "", false},
	} {
		if got, ok := Keyword(text); !ok || got != want {
			t.Errorf("Keyword(%q) = %+v, %v", text, got, ok)
		}
	}
	for text, want := range map[string]Order{
		"K7R？": {Do: Status}, "K7R进度": {Do: Status}, "K7R suivi": {Do: Status}, "K7R病人已转走": {Add, "病人已转走"}, "K7R 病人已转走": {Add, "病人已转走"}, "K7R 结案 药柜已换": {Close, "药柜已换"}, "K7R结案+药柜已换": {Close, "药柜已换"},
		"K7R CLOSE药柜已换": {Close, "药柜已换"}, "K7R CLORE tiroir changé": {Close, "tiroir changé"}, "K7R 病区错误 5A": {WrongWard, "5A"}, "K7R mauvais service 5A": {WrongWard, "5A"}, "K7R A。": {Command, "A"}, "K7R 撤回": {Do: Withdraw},
	} {
		code, rest, ok := ParseCode(text)
		if got := ParseOrder(rest); !ok || code != "K7R" || got != want {
			t.Errorf("%q: code %q, order %+v, %v", text, code, got, ok)
		}
	}
}

func TestAChineseSentenceLooksLikeAReport(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"病人从床上跌下，无外伤": true, "B抽屉里放错了胰岛素": true, "谢谢": false, "好的收到": false, "今天谁值夜班吗": false, "明天几点交接班？": false, "un patient est tombé du lit cette nuit": true} {
		if got := LooksLikeReport(text, "zh-CN"); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
