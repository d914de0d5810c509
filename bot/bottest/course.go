package bottest

import (
	"embed"
	"io/fs"
	"testing/fstest"

	"goodcatch/conversations"
	"goodcatch/store/importer"
)

//go:embed courses
var courses embed.FS

// importTraining publishes a course of courses/courses, a playbook of courses/playbooks, the bank of questions, or the path of new starters, as an
// operator does.
func (s *Story) importTraining(kind, name string) error {
	file := kind + "s/" + name + ".yaml"
	if special := map[string]string{"bank": "bank.yaml", "path": "organisation.yaml"}[name]; special != "" {
		file = special
	}
	text, err := fs.ReadFile(courses, "courses/"+file)
	if err != nil {
		return err
	}
	dir := fstest.MapFS{file: {Data: text}}
	_, err = importer.Import(s.w.TB.Context(), s.w.DB, dir, importer.Options{Languages: conversations.NewCatalog("").Languages()}, false)
	return err
}
