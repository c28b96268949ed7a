package provider_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider"
)

// maxWords is how many words a sentence of a description has at the most. Code counts as
// one word.
const maxWords = 20

var (
	codeOrLink  = regexp.MustCompile("`[^`]*`|\\[([^\\]]*)\\]\\([^)]*\\)")
	sentenceEnd = regexp.MustCompile(`([.!?:])\s+`)
	verbFirst   = regexp.MustCompile(`^[A-Z][a-z]+s\b`)
	question    = regexp.MustCompile(`^(What|How|Who|Where|Which)\b`)
	notStock    = regexp.MustCompile(`\bDefault:|Defaults? (is|to be)|[Mm]akes another|is taken for|taken over|Can be one of|One of: `)
)

// sentenceProblems returns the violations of the rules for all prose. Sentences are short and
// have no semicolon. They use the stock sentences of Terraform's documentation.
func sentenceProblems(markdown string) (sentences, problems []string) {
	text := codeOrLink.ReplaceAllString(strings.ReplaceAll(markdown, "*", ""), "X$1")
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		sentences = append(sentences, strings.Split(sentenceEnd.ReplaceAllString(strings.TrimSpace(paragraph), "$1\n"), "\n")...)
	}
	for _, sentence := range sentences {
		switch {
		case len(strings.Fields(sentence)) > maxWords:
			problems = append(problems, "a sentence is too long: "+sentence)
		case strings.Contains(sentence, ";"):
			problems = append(problems, "a sentence has a semicolon: "+sentence)
		case notStock.MatchString(sentence):
			problems = append(problems, "a sentence is not the stock sentence: "+sentence)
		}
	}
	return sentences, problems
}

// proseProblems returns the violations of a description. Besides the rules for all prose, a
// type begins with a verb ("Manages a team."). An attribute begins with a noun phrase ("Name
// of the team.") and has one paragraph.
func proseProblems(description string, isType bool) (problems []string) {
	sentences, problems := sentenceProblems(description)
	switch first := sentences[0]; {
	case isType && !verbFirst.MatchString(first):
		problems = append(problems, "does not begin with a verb: "+first)
	case !isType && strings.Contains(description, "\n\n"):
		problems = append(problems, "has several paragraphs, which a list of attributes cannot show: "+first)
	case !isType && question.MatchString(first):
		problems = append(problems, "does not begin with a noun phrase: "+first)
	case !strings.HasSuffix(sentences[len(sentences)-1], "."):
		problems = append(problems, "does not end with a full stop: "+description)
	}
	return problems
}

// The descriptions of everything that the provider offers are plain prose.
func TestProse(t *testing.T) {
	t.Parallel()
	server := provider.NewServer("test")()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	check := func(where, description string, isType bool) {
		checked++
		for _, problem := range proseProblems(description, isType) {
			t.Errorf("%s %s", where, problem)
		}
	}
	var attributes func(where string, list []*tfprotov6.SchemaAttribute)
	attributes = func(where string, list []*tfprotov6.SchemaAttribute) {
		for _, attribute := range list {
			check(where+"."+attribute.Name+":", attribute.Description, false)
			if attribute.NestedType != nil {
				attributes(where+"."+attribute.Name, attribute.NestedType.Attributes)
			}
		}
	}
	types := map[string]*tfprotov6.Schema{}
	add := func(kind string, name string, schema *tfprotov6.Schema) { types[kind+" "+name] = schema }
	for name, schema := range schemas.ResourceSchemas {
		add("resource", name, schema)
	}
	for name, schema := range schemas.DataSourceSchemas {
		add("data source", name, schema)
	}
	for name, schema := range schemas.EphemeralResourceSchemas {
		add("ephemeral resource", name, schema)
	}
	for name, schema := range schemas.ListResourceSchemas {
		add("list resource", name, schema)
	}
	for name, schema := range schemas.ActionSchemas {
		add("action", name, schema.Schema)
	}
	for name, schema := range types {
		check(name+":", schema.Block.Description, true)
		attributes(name, schema.Block.Attributes)
	}
	attributes("provider", schemas.Provider.Block.Attributes)
	for name, function := range schemas.Functions {
		check("function "+name+":", function.Description, true)
		for _, parameter := range function.Parameters {
			check("function "+name+"."+parameter.Name+":", parameter.Description, false)
		}
	}
	if checked < 500 {
		t.Errorf("checked %d descriptions", checked)
	}
}

// joinedText returns a text of Go's source that is written as one literal or as several, joined
// by "+". What is not a literal counts as one word.
func joinedText(expr ast.Expr) (text string, isText bool) {
	switch e := expr.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, e.Kind == token.STRING && err == nil
	case *ast.BinaryExpr:
		left, isLeft := joinedText(e.X)
		right, isRight := joinedText(e.Y)
		return left + right, e.Op == token.ADD && (isLeft || isRight)
	}
	return "X", false
}

// The texts of errors and warnings are plain prose. Texts of fewer than four words are no
// sentences, and texts that begin with "^" are Quay's.
func TestErrorTexts(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, pattern := range []string{"*.go", "*/*.go", "../client/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "acctest/") {
				continue
			}
			set := token.NewFileSet()
			code, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(code, func(node ast.Node) bool {
				if pair, ok := node.(*ast.KeyValueExpr); ok {
					if key, ok := pair.Key.(*ast.Ident); ok && strings.HasSuffix(key.Name, "Description") {
						return false // TestProse checks it
					}
				}
				expr, ok := node.(ast.Expr)
				if !ok {
					return true
				}
				text, isText := joinedText(expr)
				if isText && len(strings.Fields(text)) > 3 && !strings.HasPrefix(text, "^") {
					checked++
					_, problems := sentenceProblems(text)
					for _, problem := range problems {
						t.Errorf("%s: %s", set.Position(node.Pos()), problem)
					}
				}
				return !isText
			})
		}
	}
	if checked < 500 {
		t.Errorf("checked %d texts", checked)
	}
}

// The rules find violations.
func TestProseProblems(t *testing.T) {
	t.Parallel()
	for description, want := range map[string]string{
		"Name of the team.":                                        "",
		"Name of the team. Defaults to `x`.":                       "",
		"What the team is called.":                                 "noun phrase",
		"Name; null if there is none.":                             "semicolon",
		"Whether it waits. Default: `false`.":                      "stock sentence",
		"Name of the user. Another name makes another user.":       "stock sentence",
		"Name of the team" + strings.Repeat(" and so on", 6) + ".": "too long",
		"Name of the team":                                         "full stop",
		"Name of the team.\n\nQuay shows it.":                      "several paragraphs",
	} {
		problems := proseProblems(description, false)
		if (want == "") != (len(problems) == 0) || want != "" && !slices.ContainsFunc(problems, func(p string) bool { return strings.Contains(p, want) }) {
			t.Errorf("%q: %q, want %q", description, problems, want)
		}
	}
	if len(proseProblems("A team.", true)) != 1 || len(proseProblems("Manages a team.", true)) != 0 {
		t.Error("of types, the verb at the beginning is not checked")
	}
}

var (
	frontMatter = regexp.MustCompile(`(?s)\A---\n.*?\n---\n`)
	codeBlock   = regexp.MustCompile("(?ms)^ *```.*?^ *```$|^{{.*}}$|^<!--.*?-->$")
	blockStart  = regexp.MustCompile(`(?m)^ *([-*] |\d+\. |#+ |> )|\|`)
)

// pageParagraphs returns a page of Markdown as paragraphs of text, without code blocks. Each
// item of a list and each cell of a table is a paragraph.
func pageParagraphs(page string) string {
	page = codeBlock.ReplaceAllString(frontMatter.ReplaceAllString(page, ""), "\n")
	page = blockStart.ReplaceAllString(page, "\n\n")
	return regexp.MustCompile(`([^\n])\n([^\n])`).ReplaceAllString(page, "$1 $2")
}

// The pages for users and for authors of the provider are plain prose.
func TestPages(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, pattern := range []string{"*.md", "templates/*.tmpl", "templates/guides/*.tmpl"} {
		pages, err := filepath.Glob(filepath.Join("../..", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, page := range pages {
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			sentences, problems := sentenceProblems(pageParagraphs(string(text)))
			checked += len(sentences)
			for _, problem := range problems {
				t.Errorf("%s: %s", filepath.Base(page), problem)
			}
		}
	}
	if checked < 1000 {
		t.Errorf("checked %d sentences", checked)
	}
}
