package demo

import (
	"context"
	"io/fs"
	"path"
	"strings"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/importer"
	"goodcatch/store/seed"
)

// published is the procedure that comes into force on the day the demo is played; the others did a month ago.
const published = "IC-04"

// A packLess is a starter pack without one document and its translations.
type packLess struct {
	fs.FS
	document string // its path without the ending
}

// ReadDir leaves the document out.
func (p packLess) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(p.FS, name)
	kept := entries[:0]
	for _, e := range entries {
		if !strings.HasPrefix(path.Join(name, e.Name()), p.document+".") {
			kept = append(kept, e)
		}
	}
	return kept, err
}

// hospital imports the seeded hospital, whole or without today's procedure.
func (d *Demo) hospital(ctx context.Context, whole bool) (importer.Result, error) {
	pack, err := seed.Pack("hospital")
	if err != nil {
		return importer.Result{}, err
	}
	if !whole {
		pack = packLess{pack, path.Join("documents", published)}
	}
	return importer.Import(ctx, d.Program.DB, pack, importer.Options{Languages: d.Program.Catalog.Languages()}, false)
}

// study lets people sign what they had to read, and take their tests: most of them, some late, some not yet.
func (c *chronicle) study(ctx context.Context) error {
	for n, p := range everyone(c.org) {
		tasks, courses, err := c.duties(ctx, p)
		if err != nil {
			return err
		}
		for k, t := range tasks {
			if days := (n*7 + k*5) % 13; days < 10 && p.ID != c.demo.Cast.Reporter.ID {
				c.studied++
				c.add(t.CreatedAt.Add(time.Duration(days*24+2+n%6)*time.Hour), func(ctx context.Context) error { return c.sign(ctx, p, t) })
			}
		}
		for k, lesson := range courses {
			if days := (n*5 + k*3) % 19; days < 11 {
				c.studied++
				c.add(lesson.DueAt.AddDate(0, 0, days-12), func(ctx context.Context) error { return c.test(ctx, p, lesson.Code, n+k) })
			}
		}
	}
	return nil
}

// duties lists what a person has to read and to learn.
func (c *chronicle) duties(ctx context.Context, p *domain.Person) (tasks []domain.Task, courses []store.Lesson, err error) {
	err = c.demo.Program.DB.InTx(ctx, func(tx *store.Tx) error {
		f, err := tx.Facts(ctx, c.reader(p), domain.Needs{Tasks: domain.TaskQuery{Person: p.ID, Kind: domain.ReadDocument, Open: true}})
		if err != nil {
			return err
		}
		tasks = f.Tasks
		courses, err = tx.OpenCourses(ctx, p.ID)
		return err
	})
	return tasks, courses, err
}

// reader is a person on the web, as the link in their text brings them there.
func (c *chronicle) reader(p *domain.Person) domain.Actor {
	a := domain.Actor{Person: p.ID, Address: p.Phone.ID, Channel: domain.Web, Level: domain.A1}
	if a.Address == 0 {
		a.Address = p.Slack.ID
	}
	return a
}

// sign opens a procedure, reads it for some minutes, and answers its question.
func (c *chronicle) sign(ctx context.Context, p *domain.Person, t domain.Task) error {
	db := c.demo.Program.DB
	if _, err := db.Do(ctx, c.reader(p), domain.OpenDocument{Task: t.ID}); err != nil {
		return err
	}
	task, version, err := db.TaskByID(ctx, t.ID)
	if err != nil {
		return err
	}
	if err := c.passTo(ctx, c.demo.Clock.Now().Add(version.MinimumDwell(c.org.Settings)+90*time.Second)); err != nil {
		return err
	}
	voice := c.demo.voiceOf(c.org, p)
	_, err = db.Do(ctx, c.reader(p), domain.AnswerDocument{Task: task.ID, Option: version.Right, Sentence: c.demo.Program.Catalog.Say(voice, "web.doc.meaning", nil), Inbound: "web/history"})
	return err
}

// test takes a course; some people get one answer wrong.
func (c *chronicle) test(ctx context.Context, p *domain.Person, course string, luck int) error {
	db, actor := c.demo.Program.DB, c.reader(p)
	if _, err := db.Do(ctx, actor, domain.BeginQuiz{Course: course}); err != nil {
		return err
	}
	var f domain.Facts
	if err := db.InTx(ctx, func(tx *store.Tx) (err error) {
		f, err = tx.Facts(ctx, actor, domain.Needs{Course: course})
		return err
	}); err != nil {
		return err
	}
	for n, item := range f.Course.Live() {
		choice := item.Right
		if n == luck%7 {
			choice = (item.Right + 1) % len(item.Options)
		}
		if _, err := db.Do(ctx, actor, domain.AnswerItem{Course: course, Attempt: f.Attempt.Number, Item: item.ID, Choice: choice}); err != nil {
			return err
		}
	}
	return nil
}
