package slack

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"

	slackgo "github.com/slack-go/slack"

	"goodcatch/bot"
	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/domain/words"
)

// How many rows a list shows: on the Home tab, and in an answer to a command.
const (
	homeRows = 10
	fewRows  = 4
	reports  = 10
)

// homes are the Home tabs that this process has shown: those it keeps up to date. Others are drawn anew when they are opened.
type homes struct {
	mu    sync.Mutex
	shown map[string]domain.PersonID
	busy  map[string]bool // being drawn; true: draw it again
}

// publish draws a user's Home tab. Asked again meanwhile, it draws once more: the last state always shows.
func (a *App) publish(ctx context.Context, user string) {
	h := &a.home
	h.mu.Lock()
	if _, drawing := h.busy[user]; drawing {
		h.busy[user] = true
		h.mu.Unlock()
		return
	}
	if h.busy == nil {
		h.busy = map[string]bool{}
	}
	h.busy[user] = false
	h.mu.Unlock()
	for again := true; again; {
		a.draw(ctx, user)
		h.mu.Lock()
		if again = h.busy[user] && ctx.Err() == nil; again {
			h.busy[user] = false
		} else {
			delete(h.busy, user)
		}
		h.mu.Unlock()
	}
}

func (a *App) draw(ctx context.Context, user string) {
	board, err := a.Bot.Board(ctx, domain.Slack, user)
	if err != nil {
		a.Log.Error("home not drawn", "away", isAway(err))
		return
	}
	view := a.homeView(board)
	if err := CheckHome(view); err != nil {
		a.Log.Error("home breaks a limit of Slack", "limit", err.Error())
		return
	}
	if _, err := a.Channel.api.PublishViewContext(ctx, slackgo.PublishViewContextRequest{UserID: user, View: view}); err != nil {
		a.Log.Warn("home not shown", "code", code(err))
		return
	}
	person := domain.PersonID(0)
	if board.Person != nil {
		person = board.Person.ID
	}
	a.home.mu.Lock()
	defer a.home.mu.Unlock()
	if a.home.shown == nil || len(a.home.shown) >= mostCached {
		a.home.shown = map[string]domain.PersonID{}
	}
	a.home.shown[user] = person
}

// Refresh draws the Home tabs again that a change concerns. It does not wait.
func (a *App) Refresh(c domain.Change) {
	var people []domain.PersonID
	for _, r := range c.Records {
		people = append(people, r.Owner, r.Reporter)
		people = append(people, r.Climb.Asked...)
	}
	for _, n := range c.Notices {
		people = append(people, n.To.Person)
	}
	a.home.mu.Lock()
	var users []string
	for user, person := range a.home.shown {
		if person != 0 && slices.Contains(people, person) {
			users = append(users, user)
		}
	}
	a.home.mu.Unlock()
	for _, user := range users {
		a.later(func(ctx context.Context) { a.publish(ctx, user) })
	}
}

// refreshUser draws a user's Home tab again if they have seen it.
func (a *App) refreshUser(user string) {
	a.home.mu.Lock()
	_, shown := a.home.shown[user]
	a.home.mu.Unlock()
	if shown {
		a.later(func(ctx context.Context) { a.publish(ctx, user) })
	}
}

// homeView is the Home tab: report, what waits for me, what I own, what is late, what became of my reports.
func (a *App) homeView(b bot.Board) slackgo.HomeTabViewRequest {
	say := a.Bot.Catalog.Say
	buttons := []slackgo.BlockElement{button(actionFlow+"report", "", say(b.Voice, "slack.report", nil), "primary")}
	if b.Shifts {
		buttons = append(buttons, button(actionFlow+"swap", "", say(b.Voice, "reply.swap", nil), ""))
	}
	blocks := []slackgo.Block{
		slackgo.NewActionBlock("", buttons...),
		note(say(b.Voice, "slack.home_note", domain.Args{"emergency": domain.Text(conversations.Escape(b.Org.Emergency))})),
	}
	blocks = append(blocks, a.sections(b, homeRows)...)
	if b.Person != nil {
		blocks = append(blocks[:min(len(blocks), maxViewBlocks-1)], note(say(b.Voice, "slack.home_page", nil)))
	}
	return slackgo.HomeTabViewRequest{Type: slackgo.VTHomeTab, Blocks: slackgo.Blocks{BlockSet: blocks[:min(len(blocks), maxViewBlocks)]}}
}

// sections are the lists of a board, at most rows entries each.
func (a *App) sections(b bot.Board, rows int) []slackgo.Block {
	l := lister{app: a, board: b, rows: rows}
	l.offered()
	l.papers()
	l.tasks()
	l.owned()
	l.overdue()
	l.campaigns()
	l.reported()
	if len(l.blocks) == 0 {
		return []slackgo.Block{marked(a.Bot.Catalog.Say(b.Voice, "slack.nothing", nil))}
	}
	return l.blocks
}

// A lister draws the lists of a board one after the other.
type lister struct {
	app    *App
	board  bot.Board
	rows   int
	blocks []slackgo.Block
}

func (l *lister) say(key string, args domain.Args) string {
	return l.app.Bot.Catalog.Say(l.board.Voice, key, escaped(args))
}

func (l *lister) heading(key string, n int) {
	l.blocks = append(l.blocks, slackgo.NewHeaderBlock(plainText(Clip(l.say(key, domain.Args{"n": domain.Number(n)}), 150))))
}

// more says how many entries a list leaves out.
func (l *lister) more(n, shown int) {
	if n > shown {
		l.blocks = append(l.blocks, note(l.say("list.more", domain.Args{"n": domain.Number(n - shown)})))
	}
}

// line is one record in a list.
func (l *lister) line(key string, r *domain.Record) string {
	args := domain.Args{
		"code": domain.Text(r.Name()), "kind": domain.Term("kind." + string(r.Kind)), "rank": domain.Term(r.RankKey()), "unit": domain.Text(string(r.Unit)),
		"at": domain.Moment(r.CreatedAt), "state": domain.Term("state." + string(r.State)), "owner": domain.Text(l.board.Org.NameOf(r.Owner)),
	}
	if !r.DueAt.IsZero() {
		args["due"] = domain.Moment(r.DueAt)
	}
	return l.say(key, args)
}

func (l *lister) offered() {
	list := l.board.Offered
	if len(list) == 0 {
		return
	}
	l.heading("slack.to_acknowledge", len(list))
	for _, o := range list[:min(len(list), l.rows)] {
		var buttons []slackgo.BlockElement
		for _, r := range o.Sent.Replies {
			buttons = append(buttons, button(actionNotice+r.Letter, strconv.FormatInt(o.Sent.ID, 10), l.say(r.Key, nil), r.Style))
		}
		l.blocks = append(l.blocks, marked(l.line("slack.row", o.Record)))
		if len(buttons) > 0 {
			l.blocks = append(l.blocks, slackgo.NewActionBlock("", buttons...))
		}
	}
	l.more(len(list), l.rows)
}

func (l *lister) tasks() {
	m := l.board.Mine
	if m.Documents+m.Courses == 0 {
		return
	}
	l.blocks = append(l.blocks, marked(l.say("slack.tasks", domain.Args{"documents": domain.Number(m.Documents), "courses": domain.Number(m.Courses)})))
	var buttons []slackgo.BlockElement
	if m.Documents > 0 {
		buttons = append(buttons, button(actionWord+string(words.SIGN), "", l.say("slack.sign", nil), "primary"))
	}
	if m.Courses > 0 {
		buttons = append(buttons, button(actionWord+string(words.TEST), "", l.say("slack.test", nil), ""))
	}
	l.blocks = append(l.blocks, slackgo.NewActionBlock("", buttons...))
}

// ownerFlows are what an owner can do with a record from a list, with the words of their buttons.
var ownerFlows = []struct{ flow, key, style string }{
	{"triage", "reply.triage", "primary"}, {"ask_reporter", "reply.ask", ""}, {"close", "reply.close", ""}, {"hand_over", "reply.hand_over", ""}, {"details", "reply.details", ""},
}

func (l *lister) owned() {
	list := l.board.Mine.Owned
	if len(list) == 0 {
		return
	}
	l.heading("slack.owned", len(list))
	for _, r := range list[:min(len(list), l.rows)] {
		var buttons []slackgo.BlockElement
		for _, f := range ownerFlows {
			buttons = append(buttons, button(actionFlow+f.flow, strconv.FormatInt(int64(r.ID), 10), l.say(f.key, nil), f.style))
		}
		key := "slack.owned_row"
		if r.DueAt.IsZero() {
			key = "slack.row"
		}
		l.blocks = append(l.blocks, marked(l.line(key, r)), slackgo.NewActionBlock("", buttons...))
	}
	l.more(len(list), l.rows)
}

func (l *lister) overdue() {
	list := l.board.Overdue
	if len(list) == 0 {
		return
	}
	l.heading("slack.overdue", len(list))
	for _, r := range list[:min(len(list), l.rows)] {
		key := "slack.unowned_row"
		if r.Owner != 0 {
			key = "slack.late_row"
		}
		row := marked(l.line(key, r))
		row.Accessory = slackgo.NewAccessory(button(actionFlow+"details", strconv.FormatInt(int64(r.ID), 10), l.say("reply.details", nil), ""))
		l.blocks = append(l.blocks, row)
	}
	l.more(len(list), l.rows)
}

func (l *lister) reported() {
	list := l.board.Mine.Reports
	if len(list) == 0 {
		return
	}
	l.heading("slack.reports", len(list))
	var lines []string
	for _, r := range list[:min(len(list), reports)] {
		lines = append(lines, l.line("slack.report_row", r))
	}
	l.blocks = append(l.blocks, marked(strings.Join(lines, "\n")))
	l.more(len(list), reports)
}
