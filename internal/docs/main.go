// Command docs completes the work of the documentation generator:
//
//	docs schema       prints the provider's schema as JSON
//	docs pages FOLDER writes on each page in a folder its category, and what its type needs
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
	case len(args) == 2 && args[0] == "pages":
		return complete(args[1])
	}
	return errors.New("usage: docs schema | docs pages FOLDER")
}

// complete writes the category and the requirements on each page of a type or a function.
func complete(folder string) error {
	needs, err := requirements(filepath.Join(folder, "guides", "versions-and-settings.md"))
	if err != nil {
		return err
	}
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
			completed, err := completePage(string(text), page, area.Category, needs)
			if err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			if err := os.WriteFile(file, []byte(completed), 0o644); err != nil { //nolint:gosec // as the generator writes it
				return err
			}
		}
	}
	return nil
}

// Texts that the generator writes on each page: an empty category, and the heading after the
// requirements.
const (
	noCategory = "\nsubcategory: \"\"\n"
	example    = "\n## Example Usage\n"
)

// terraformOf has the oldest Terraform version with a kind of types, by the folder of the
// pages.
var terraformOf = map[string]string{
	"list-resources":      "Terraform 1.14",
	"actions":             "Terraform 1.14",
	"ephemeral-resources": "Terraform 1.10 or OpenTofu 1.11",
}

// completePage returns the text of a page, such as "resources/user", with its category and
// requirements. A function has no requirements of its own.
func completePage(text, page, category string, needs map[string][]string) (string, error) {
	before, after, found := strings.Cut(text, noCategory)
	if !found {
		return "", errors.New("the page has no empty subcategory")
	}
	text = fmt.Sprintf("%s\nsubcategory: %q\n%s", before, category, after)
	folder, name, _ := strings.Cut(page, "/")
	if folder == "functions" {
		return text, nil
	}
	of, known := needs["quay_"+name]
	before, after, found = strings.Cut(text, example)
	if !known || !found {
		return "", errors.New("the guide does not tell what the type needs, or the page has no example")
	}
	if terraform := terraformOf[folder]; terraform != "" {
		of = append([]string{terraform + " or later"}, of...)
	}
	of = append(slices.Clip(of), "the scopes that [Least privilege](../guides/least-privilege.md) lists")
	return before + "\n## Requirements\n\n- " + strings.Join(of, "\n- ") + "\n" + example + after, nil
}

// requirements returns the requirements of each type from the table of the guide: a version of
// Quay, and settings of the registry.
func requirements(guide string) (map[string][]string, error) {
	text, err := os.ReadFile(guide) //nolint:gosec // named on the command line
	if err != nil {
		return nil, err
	}
	needs := map[string][]string{}
	for row := range strings.Lines(string(text)) {
		cells := strings.Split(row, " | ")
		name, isType := strings.CutPrefix(cells[0], "| `quay_")
		if !isType || len(cells) != 3 {
			continue
		}
		of := []string{"Quay " + cells[1] + " or later"}
		if settings := strings.TrimSuffix(strings.TrimSpace(cells[2]), " |"); settings != "none" {
			of = append(of, strings.ReplaceAll(settings, ", ", " and ")+" in the registry's `config.yaml`")
		}
		needs["quay_"+strings.TrimSuffix(name, "`")] = of
	}
	return needs, nil
}
