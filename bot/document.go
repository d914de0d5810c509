package bot

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"goodcatch/domain"
	"goodcatch/domain/mask"
	"goodcatch/domain/proof"
	"goodcatch/domain/words"
	"goodcatch/store"
)

// signed puts into a signature what only this surface knows: the sentences that were shown, and the message it came with.
func (t *turn) signed(cmd domain.Command) domain.Command {
	signing := func() (sentence, inbound string) {
		return t.bot.Catalog.Say(t.voice(), "signature.meaning", nil), t.in.Provider + "/" + t.in.ID
	}
	switch c := cmd.(type) {
	case domain.AnswerDocument:
		c.Sentence, c.ByDigest = t.bot.Catalog.Say(t.voice(), "web.doc.meaning", nil), t.bot.Catalog.Say(t.voice(), "signature.digest_meaning", nil)
		c.Signing, c.Inbound = signing()
		return c
	case domain.SignDocument:
		c.Signing, c.Inbound = signing()
		return c
	case domain.EnterPIN:
		c.Signing, c.Inbound = signing()
		return c
	}
	return cmd
}

// openDocuments are the document tasks that wait for the caller, the most urgent first, with their versions.
func (t *turn) openDocuments() ([]domain.Task, map[int64]*domain.DocumentVersion, error) {
	if t.caller.Person == nil {
		return nil, nil, nil
	}
	f, err := t.tx.Facts(t.ctx, t.actor(), domain.Needs{Tasks: domain.TaskQuery{Person: t.caller.Person.ID, Kind: domain.ReadDocument, Open: true}})
	if err != nil {
		return nil, nil, err
	}
	slices.SortStableFunc(f.Tasks, func(a, b domain.Task) int { return a.DueAt.Compare(b.DueAt) })
	return f.Tasks, f.Versions, nil
}

// mostLinks is how many links one text holds.
const mostLinks = 3

// sign lists what waits to be signed, with links; or says one document's link again.
func (t *turn) sign(code string) error {
	if t.caller.Person == nil {
		return t.say("doc.unlinked", nil)
	}
	tasks, versions, err := t.openDocuments()
	if err != nil {
		return err
	}
	waiting := len(tasks)
	if code != "" {
		tasks = slices.DeleteFunc(tasks, func(task domain.Task) bool { return !sameDocument(versions[task.Subject].Code, code) })
	}
	switch {
	case len(tasks) == 0 && waiting > 0:
		return t.say("doc.not_waiting", domain.Args{"doc": domain.Text(strings.ToUpper(code))})
	case len(tasks) == 0:
		return t.say("doc.none", nil)
	case len(tasks) == 1 && t.now.After(tasks[0].DueAt):
		return t.say("doc.remind_late", versions[tasks[0].Subject].TaskArgs(tasks[0]))
	case len(tasks) == 1:
		return t.say("doc.new", versions[tasks[0].Subject].TaskArgs(tasks[0]))
	}
	args := domain.Args{}
	shown := min(len(tasks), mostLinks)
	for i, task := range tasks[:shown] {
		n := strconv.Itoa(i + 1)
		args["doc"+n], args["link"+n] = domain.Text(versions[task.Subject].Code), domain.Link("/s/"+task.Token)
	}
	return t.say(fmt.Sprintf("doc.sign_%d", shown), args)
}

// sameDocument forgives case and missing hyphens: ic04 is IC-04.
func sameDocument(code, typed string) bool {
	bare := strings.NewReplacer("-", "", " ", "")
	return strings.EqualFold(bare.Replace(code), bare.Replace(typed))
}

// prove takes "R cedar" or "R IC-04 cedar".
func (t *turn) prove(rest string) error {
	if t.caller.Person == nil {
		return t.say("doc.unlinked", nil)
	}
	said := strings.Fields(rest)
	if len(said) == 0 {
		return t.say("doc.how", nil)
	}
	cmd := domain.ProveReading{Person: t.caller.Person.ID, Word: said[len(said)-1]}
	if len(said) > 1 {
		cmd.Code = strings.ToUpper(said[0])
	}
	_, err := t.do(t.actor(), cmd)
	return err
}

var snoozeTime = regexp.MustCompile(`^(\d{1,3})\s*([hHdD])?$`)

// usualSnooze is how long SNOOZE puts off when it does not say.
const usualSnooze = 4 * time.Hour

// snooze puts reminders of documents and tests off: SNOOZE, SNOOZE 4H, SNOOZE 2D; of one: SNOOZE IC-04 2D, SNOOZE FALLS 2D.
func (t *turn) snooze(rest string) (bool, error) {
	if t.caller.Person == nil {
		return false, nil
	}
	tasks, versions, err := t.openDocuments()
	if err != nil {
		return true, err
	}
	lessons, err := t.tx.OpenCourses(t.ctx, t.caller.Person.ID)
	if err != nil {
		return true, err
	}
	said, code := strings.Fields(rest), ""
	if len(said) > 0 && !snoozeTime.MatchString(said[0]) {
		code, said = said[0], said[1:]
	}
	length, ok := snoozeFor(said)
	doc := slices.IndexFunc(tasks, func(task domain.Task) bool { return sameDocument(versions[task.Subject].Code, code) })
	course := slices.IndexFunc(lessons, func(l store.Lesson) bool { return strings.EqualFold(l.Code, code) })
	switch {
	case code != "" && doc < 0 && course < 0 && subjectCode.MatchString(strings.ToUpper(code)):
		return true, t.say("doc.not_waiting", domain.Args{"doc": domain.Text(strings.ToUpper(code))})
	case !ok || code != "" && doc < 0 && course < 0:
		return true, t.say("doc.snooze_how", nil)
	case doc >= 0:
		tasks, lessons, code = tasks[doc:doc+1], nil, versions[tasks[doc].Subject].Code
	case course >= 0:
		tasks, lessons = nil, lessons[course:course+1]
	}
	if len(tasks) > 0 || len(lessons) == 0 {
		if _, err := t.do(t.actor(), domain.SnoozeDocuments{Person: t.caller.Person.ID, Code: code, For: length}); err != nil {
			return true, err
		}
	}
	for i, l := range lessons {
		if _, err := t.do(t.actor(), domain.SnoozeCourse{Course: l.Code, For: length, Silent: i > 0 || len(tasks) > 0}); err != nil {
			return true, err
		}
	}
	return true, nil
}

// snoozeFor is how long the words after SNOOZE put off: 4H, 2D, nothing.
func snoozeFor(said []string) (length time.Duration, ok bool) {
	if len(said) == 0 {
		return usualSnooze, true
	}
	m := snoozeTime.FindStringSubmatch(strings.Join(said, " "))
	if m == nil {
		return 0, false
	}
	n, _ := strconv.Atoi(m[1]) // digits only
	length = time.Duration(n) * time.Hour
	if strings.EqualFold(m[2], "d") {
		length *= 24
	}
	return length, true
}

// questionNow puts the question of a document that was answered wrongly, before its time. done is false when there is none.
func (t *turn) questionNow() (done bool, err error) {
	tasks, _, err := t.openDocuments()
	if err != nil {
		return true, err
	}
	for _, task := range tasks {
		if !task.ProvedAt.IsZero() {
			_, err := t.do(t.actor(), domain.AskDocument{Task: task.ID})
			return true, err
		}
	}
	return false, nil
}

// subjectCode is the shape of a document's code: IC-04.
var subjectCode = regexp.MustCompile(`^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$`)

// documentText takes a text that begins with a document's code, or says that one is unclear or not for this job.
func (t *turn) documentText(text string) (done bool, err error) {
	if t.caller.Person == nil {
		return false, nil
	}
	first, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	code := strings.ToUpper(strings.Trim(first, "?.!:,"))
	switch {
	case !subjectCode.MatchString(code):
		code, rest = "", text
	case strings.HasSuffix(first, "??"): // "IC-04?? which bottle"
		rest = "?? " + rest
	}
	question, unclear := afterPhrase(rest, unclearPhrases)
	_, notMine := afterPhrase(rest, notMinePhrases)
	word := strings.Trim(rest, " ?.!:,")
	alone := code == "" && word != "" && !strings.Contains(word, " ")
	if code == "" && !unclear && !notMine && !alone {
		return false, nil
	}
	tasks, versions, err := t.openDocuments()
	if err != nil {
		return true, err
	}
	if alone && !unclear && !notMine { // the last word of a text, without its R
		if !slices.ContainsFunc(tasks, func(task domain.Task) bool { return task.Word != "" && proof.Same(task.Word, word) }) {
			return false, nil
		}
		return true, t.prove(word)
	}
	if code != "" {
		tasks = slices.DeleteFunc(tasks, func(task domain.Task) bool { return versions[task.Subject].Code != code })
	}
	switch {
	case len(tasks) == 0:
		return false, nil
	case unclear:
		masked := mask.Text(question).Text
		if masked == "" {
			masked = strings.TrimSpace(rest)
		}
		_, err := t.do(t.actor(), domain.AskAuthor{Task: domain.AtHand(tasks).ID, Text: masked})
		return true, err
	case notMine:
		_, err := t.do(t.actor(), domain.NotMyJob{Task: domain.AtHand(tasks).ID})
		return true, err
	case word == "":
		return true, t.sign(code)
	case !strings.Contains(word, " "):
		return true, t.prove(code + " " + word)
	}
	return false, nil
}

// What people write when a procedure is not clear, and when it is not for them.
var (
	unclearPhrases = []string{"??", "i do not understand", "i don't understand", "i dont understand", "don't understand", "dont understand", "not clear", "no entiendo", "no lo entiendo", "no comprendo", "no esta claro"}
	notMinePhrases = []string{"not my job", "not for me", "not my role", "no es mi trabajo", "no es para mi", "no me toca", "no me corresponde"}
)

// afterPhrase reports whether a text begins with one of the phrases, and what follows it.
func afterPhrase(text string, phrases []string) (rest string, ok bool) {
	text = strings.TrimSpace(text)
	folded := proof.Fold(text)
	for _, p := range phrases {
		if p == "??" && strings.HasPrefix(text, p) {
			return strings.TrimLeft(text, "? "), true
		}
		if strings.HasPrefix(folded, p) {
			_, after, found := strings.Cut(text, ":")
			if !found {
				after = text
			}
			return strings.TrimSpace(after), true
		}
	}
	return "", false
}

// documentKeyword does what the keywords of documents ask.
func (t *turn) documentKeyword(said words.Said) (done bool, err error) {
	switch said.Word {
	case words.SIGN:
		return true, t.sign(said.Rest)
	case words.R:
		return true, t.prove(said.Rest)
	case words.SNOOZE:
		return t.snooze(said.Rest)
	case words.Q:
		return t.questionNow()
	case words.DIGEST:
		return true, t.digest(said.Rest)
	case words.PIN:
		return true, t.changePIN()
	}
	return false, nil
}
