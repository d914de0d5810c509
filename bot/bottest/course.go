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

// importCourse publishes a course of courses/courses, or the bank of questions, as an operator does.
func (s *Story) importCourse(name string) error {
	file := "courses/" + name + ".yaml"
	if name == "bank" {
		file = "bank.yaml"
	}
	text, err := fs.ReadFile(courses, "courses/"+file)
	if err != nil {
		return err
	}
	dir := fstest.MapFS{file: {Data: text}}
	_, err = importer.Import(s.w.TB.Context(), s.w.DB, dir, importer.Options{Languages: conversations.NewCatalog("").Languages()}, false)
	return err
}
