// Command docs does for the documentation generator what that does not do itself:
//
//	docs schema            prints the provider's schema as JSON
//	docs categories FOLDER sets the category of each page in a folder
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "docs:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) == 1 && args[0] == "schema":
		return writeSchema(ctx, os.Stdout)
	case len(args) == 2 && args[0] == "categories":
		return setCategories(args[1])
	}
	return errors.New("usage: docs schema | docs categories FOLDER")
}

// noCategory is what the generator writes on each page.
const noCategory = "\nsubcategory: \"\"\n"

// setCategories writes the category of its area on each page of a type or a
// function.
func setCategories(folder string) error {
	for _, area := range provider.Areas() {
		pages := area.Pages()
		if area.Category == "" {
			return fmt.Errorf("the area of %s has no category", strings.Join(pages, ", "))
		}
		for _, page := range pages {
			file := filepath.Join(folder, page+".md")
			text, err := os.ReadFile(file) //nolint:gosec // named on the command line
			if err != nil {
				return err
			}
			before, after, found := strings.Cut(string(text), noCategory)
			if !found {
				return fmt.Errorf("%s has no empty subcategory", file)
			}
			text = fmt.Appendf(nil, "%s\nsubcategory: %q\n%s", before, area.Category, after)
			if err := os.WriteFile(file, text, 0o644); err != nil { //nolint:gosec // as the generator writes it
				return err
			}
		}
	}
	return nil
}
