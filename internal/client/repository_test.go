package client_test

import (
	"bufio"
	"errors"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// The names that the client refuses are those that end like a path of the API with
// a GET, PUT or DELETE.
func TestNamesLikePathsAreThoseOfTheReference(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/reference.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var want []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if strings.HasPrefix(lines.Text(), "#") || len(fields) != 5 || !slices.Contains([]string{"GET", "PUT", "DELETE"}, fields[3]) {
			continue
		}
		path, below := strings.CutPrefix(fields[4], "/repository/{repository}/")
		if below && !strings.Contains(path, "{manifestref}") { // a digest, which has a ":"
			want = append(want, regexp.MustCompile(`\{\w+\}`).ReplaceAllString(strings.TrimSuffix(path, "/"), "*"))
		}
	}
	slices.Sort(want)
	if want = slices.Compact(want); !slices.Equal(client.PathsBelowRepositories, want) {
		t.Errorf("refused are %q, want %q", client.PathsBelowRepositories, want)
	}
}

func TestCheckRepositoryName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"a", "app", "team/app", "a/b/c.d", "tag", "mirror", "build/abc", "app/permissions", "app/manifest/latest", "app/exportlogs", "app/tag/a/b",
		"app/build/x/logs/y", "app/mirror2", strings.Repeat("a", 255),
	} {
		if err := client.CheckRepositoryName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for name, words := range map[string]string{
		"": "must be 1 to 255", "App": "must be 1 to 255", "a//b": "must be 1 to 255", "-a": "must be 1 to 255", "a/": "must be 1 to 255",
		strings.Repeat("a", 256): "must be 1 to 255",
		"app/mirror":             "path /mirror of", "app/tag": "path /tag of", "app/build": "path /build of", "a/b/notification": "path /notification of",
		"app/tag/x": "path /tag/* of", "app/permissions/user/bob": "path /permissions/user/* of", "app/build/x/logs": "path /build/*/logs of",
		"app/changestate": "path /changestate of",
	} {
		if err := client.CheckRepositoryName(name); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%q: %v, want %q", name, err, words)
		}
	}
}

func TestRepository(t *testing.T) {
	t.Parallel()
	simulator := quaytest.Start(t)
	simulator.AddOrganization("acme", "acme@example.com", "admin")
	c := newClient(t, simulator.URL, func(config *client.Config) { config.Token = simulator.Token })
	ctx := t.Context()
	nested := client.Repository{Namespace: "acme", Name: "team/app"}
	if kind, err := c.CreateRepository(ctx, nested, "d", false); kind != "image" || err != nil {
		t.Fatal(kind, err)
	}
	if _, err := c.CreateRepository(ctx, nested, "d", false); !errors.Is(err, client.Exists) {
		t.Errorf("created twice: %v", err)
	}
	if _, err := c.CreateRepository(ctx, client.Repository{Namespace: "nosuch", Name: "app"}, "", false); !errors.Is(err, client.InternalError) {
		t.Errorf("created in a missing namespace: %v", err)
	}
	for name, err := range map[string]error{
		"description": c.DescribeRepository(ctx, nested, "e"),
		"visibility":  c.SetRepositoryVisibility(ctx, nested, true),
		"state":       c.SetRepositoryState(ctx, nested, "READ_ONLY"),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	want := client.RepositoryDetails{Repository: nested, Description: "e", IsPublic: true, Kind: "image", State: "READ_ONLY"}
	for name, reader := range map[string]*client.Client{"single": c, "shared": c.WithListCache()} {
		if got, err := reader.GetRepository(ctx, nested); err != nil || *got != want || got.Visibility() != "public" {
			t.Errorf("%s: read %v, %v", name, got, err)
		}
	}
	missing := client.Repository{Namespace: "acme", Name: "nosuch"}
	_, readErr := c.GetRepository(ctx, missing)
	_, tagErr := c.GetTag(ctx, missing, "v1")
	for name, err := range map[string]error{
		"read": readErr, "tag": tagErr,
		"description": c.DescribeRepository(ctx, missing, "e"),
		"visibility":  c.SetRepositoryVisibility(ctx, missing, true),
		"state":       c.SetRepositoryState(ctx, missing, "READ_ONLY"),
	} {
		if !errors.Is(err, client.NotFound) {
			t.Errorf("%s of a missing repository: %v", name, err)
		}
	}
	if err := c.DeleteRepository(ctx, nested); err != nil {
		t.Error(err)
	}
	if exists, err := c.RepositoryExists(ctx, nested); exists || err != nil {
		t.Error(exists, err)
	}
}

// If the registry has no call to change states, Quay takes the call for a description of a
// nested repository.
func TestStateOfRepositoryWithoutMirrors(t *testing.T) {
	t.Parallel()
	simulator := quaytest.Start(t, quaytest.WithoutFeatures(quaytest.RepoMirror))
	simulator.AddRepository("admin", "app", "")
	c := newClient(t, simulator.URL, func(config *client.Config) { config.Token = simulator.Token })
	err := c.SetRepositoryState(t.Context(), client.Repository{Namespace: "admin", Name: "app"}, "READ_ONLY")
	if !errors.Is(err, client.NotAvailable) {
		t.Error(err)
	}
}

// Tags are read page by page, and only as far as somebody reads.
func TestListTags(t *testing.T) {
	t.Parallel()
	simulator := quaytest.Start(t)
	simulator.AddRepository("admin", "app", "")
	names := map[string]bool{}
	for i := range 150 {
		name := "v" + strings.Repeat("x", i)
		names[name] = true
		simulator.AddTag("admin", "app", quaytest.Tag{Name: name, Digest: "sha256:a", Size: i})
	}
	simulator.AddTag("admin", "app", quaytest.Tag{Name: "v", Digest: "sha256:b"}) // which moves
	c := newClient(t, simulator.URL, func(config *client.Config) { config.Token = simulator.Token })
	repository := client.Repository{Namespace: "admin", Name: "app"}
	simulator.ResetCalls()
	for tag, err := range c.ListTags(t.Context(), repository) {
		if err != nil {
			t.Fatal(err)
		}
		if !names[tag.Name] || tag.Name == "v" && tag.Digest != "sha256:b" {
			t.Errorf("read %v", tag)
		}
		delete(names, tag.Name)
	}
	if len(names) != 0 || len(simulator.Requests()) != 2 {
		t.Errorf("%d tags are missing after %d requests", len(names), len(simulator.Requests()))
	}
	for _, err := range c.ListTags(t.Context(), repository) {
		if err != nil {
			t.Error(err)
		}
		break
	}
	if n := len(simulator.Requests()); n != 3 {
		t.Errorf("%d requests", n)
	}
	tag, err := c.GetTag(t.Context(), repository, "vx")
	if err != nil || *tag.Size != 1 || tag.End != nil {
		t.Errorf("read %v, %v", tag, err)
	}
	if _, err := c.GetTag(t.Context(), repository, "nosuch"); !errors.Is(err, client.NotFound) {
		t.Error(err)
	}
	notAList := newClient(t, start(t, jsonReply(http.StatusOK, `{"tags":null}`)).URL)
	if _, err := notAList.GetTag(t.Context(), repository, "v1"); !errors.Is(err, client.Unexpected) {
		t.Error(err)
	}
}
