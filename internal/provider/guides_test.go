package provider_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

const guides = "../../templates/guides"

// block matches a Terraform configuration in a guide, perhaps in a list.
var block = regexp.MustCompile("(?ms)^ *```terraform\n(.*?)^ *```$")

// The test applies all configurations of a guide together. The next plan must be empty.
func TestAccGuides(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(guides, "*.md.tmpl"))
	if err != nil || len(files) < 9 {
		t.Fatalf("guides %v, %v", files, err)
	}
	applied := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var config strings.Builder
		for _, match := range block.FindAllStringSubmatch(string(text), -1) {
			if !strings.HasPrefix(match[1], "list ") { // of terraform query, which a test of its own runs
				config.WriteString(match[1])
			}
		}
		if config.Len() == 0 {
			continue
		}
		applied++
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			registry := guideRegistry(t, filepath.Base(file))
			registry.Must(t, "PUT", "/repository/acme/app/permissions/team/devs", map[string]string{"role": "read"})
			c := newCommandLine(t, registry, config.String())
			if strings.Contains(config.String(), "_wo ") {
				c.requireVersion(acctest.WriteOnly)
			}
			c.run(true, "apply", "-auto-approve")
			c.run(true, "plan", "-detailed-exitcode")
			c.run(true, "destroy", "-auto-approve")
		})
	}
	if applied < 6 {
		t.Errorf("%d guides have a configuration", applied)
	}
}

// guideRegistry returns the registry for the configuration of a guide: it has the user
// alice, and in the guide about directories somebody of that name in LDAP.
func guideRegistry(t *testing.T, guide string) *acctest.Registry {
	t.Helper()
	if guide != "ldap-and-oidc.md.tmpl" {
		return exampleRegistry(t, "alice")
	}
	registry := acctest.ExampleRegistry(t, quaytest.WithUsersFrom(quaytest.LDAPUsers))
	registry.Simulator(t).AddPerson("alice")
	return registry
}

// Links between guides lead somewhere, and so do those from the index.
func TestGuidesLinks(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(guides, "*.md.tmpl"))
	if err != nil || len(files) < 9 {
		t.Fatalf("guides %v, %v", files, err)
	}
	link := regexp.MustCompile(`\]\(((?:guides/)?)([a-z-]+)\.md\)`)
	index, err := os.ReadFile("../../templates/index.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	linked := map[string]bool{}
	for _, match := range link.FindAllStringSubmatch(string(index), -1) {
		linked[match[2]] = true
	}
	links := 0
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".md.tmpl"); !linked[name] {
			t.Errorf("the index does not lead to %s", name)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range link.FindAllStringSubmatch(string(text), -1) {
			links++
			if _, err := os.Stat(filepath.Join(guides, match[2]+".md.tmpl")); err != nil {
				t.Errorf("%s: %v", filepath.Base(file), err)
			}
		}
	}
	if links < 5 {
		t.Errorf("the guides have %d links to each other", links)
	}
}

// The words that the guide to errors quotes are the provider's own.
func TestGuidesErrors(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(filepath.Join(guides, "errors.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, root := range []string{".", "../client"} {
		err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			code.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	words := regexp.MustCompile(`"\s*\+\s*"`).ReplaceAllString(code.String(), "") // texts of several lines are one
	quoted := 0
	for row := range strings.Lines(string(guide)) {
		cells := strings.Split(row, "|")
		if len(cells) < 4 {
			continue
		}
		for _, quote := range regexp.MustCompile(`\*([^*]+)\*`).FindAllStringSubmatch(cells[1], -1) {
			quoted++
			if text := strings.TrimSpace(strings.TrimSuffix(quote[1], "…")); !strings.Contains(strings.ToLower(words), strings.ToLower(text)) && text != "x509:" {
				t.Errorf("no error says %q", text)
			}
		}
	}
	if quoted < 12 {
		t.Errorf("the guide quotes %d errors", quoted)
	}
}

// Each module of the Ansible collection has a row, with types that exist or a reason why
// there is none.
func TestGuideAnsibleModules(t *testing.T) {
	t.Parallel()
	modules := []string{ // of infra.quay_configuration 2.7
		"quay_api_token", "quay_application", "quay_capabilities_info", "quay_config", "quay_config_info", "quay_default_perm", "quay_docker_token",
		"quay_first_user", "quay_layer_info", "quay_manifest_label", "quay_manifest_label_info", "quay_message", "quay_notification", "quay_organization",
		"quay_organization_immutability", "quay_organization_mirror", "quay_organization_prune", "quay_proxy_cache", "quay_pull_stat_info", "quay_quota",
		"quay_repository", "quay_repository_immutability", "quay_repository_mirror", "quay_repository_prune", "quay_robot", "quay_tag", "quay_tag_info",
		"quay_team", "quay_team_ldap", "quay_team_oidc", "quay_user", "quay_vulnerability_info",
	}
	text, err := os.ReadFile(filepath.Join(guides, "from-ansible.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	p := acctest.At("http://quay.test", "t").Serve(t, nil)
	types := slices.Concat(p.Types(), p.DataSourceTypes(), p.EphemeralTypes(), p.ActionTypes())
	name := regexp.MustCompile("`(quay_\\w+)`")
	rows := map[string]bool{}
	for _, row := range regexp.MustCompile(`(?m)^\| (.*?) \| (.*) \|$`).FindAllStringSubmatch(string(text), -1) {
		left := name.FindAllStringSubmatch(row[1], -1)
		for _, module := range left {
			rows[module[1]] = true
		}
		right := name.FindAllStringSubmatch(row[2], -1)
		if none := strings.HasPrefix(row[2], "none: "); len(left) > 0 && none == (len(right) > 0) {
			t.Errorf("the row has types and no reason, or neither: %s", row[0])
		}
		for _, found := range right {
			if !slices.Contains(types, found[1]) {
				t.Errorf("there is no type %s", found[1])
			}
		}
	}
	if got := slices.Sorted(maps.Keys(rows)); !slices.Equal(got, modules) {
		t.Errorf("the guide has rows of %v", got)
	}
}
