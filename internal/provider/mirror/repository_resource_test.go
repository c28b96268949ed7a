package mirror_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

const repositoryType = "quay_repository_mirror"

// fixture is a repository with a robot account.
type fixture struct {
	*acctest.Registry
	organization, repository, robot string
}

func newFixture(t testing.TB, options ...quaytest.Option) fixture {
	t.Helper()
	registry := acctest.Start(t, options...)
	organization := registry.Organization(t)
	return fixture{registry, organization, registry.Repository(t, organization, "app"), registry.Robot(t, organization, "mirror")}
}

// config returns the configuration of a mirror with more attributes.
func (f fixture) config(more acctest.Attributes) acctest.Attributes {
	config := acctest.Attributes{
		"repository": f.repository, "external_reference": "8.8.8.8/lib/app", "tags": []string{"latest"}, "robot": f.robot, "sync_interval": 3600,
		"sync_start_date": "2030-01-01T00:00:00Z",
	}
	maps.Copy(config, more)
	return config
}

// mirror returns the mirror as Quay shows it.
func (f fixture) mirror(t testing.TB) map[string]any {
	t.Helper()
	return f.Object(t, "/repository/"+f.repository+"/mirror")
}

// state returns the state of the repository.
func (f fixture) state(t testing.TB) any {
	t.Helper()
	return f.Object(t, "/repository/"+f.repository+"?includeTags=false")["state"]
}

// settings returns Quay's settings for the upstream registry.
func (f fixture) settings(t testing.TB) (verifyTLS any, proxy map[string]any) {
	t.Helper()
	settings, _ := f.mirror(t)["external_registry_config"].(map[string]any)
	proxy, _ = settings["proxy"].(map[string]any)
	return settings["verify_tls"], proxy
}

// apply applies a configuration, which plans nothing more afterwards, and returns the state.
func apply(t *testing.T, p *acctest.Provider, typeName string, prior acctest.State, config acctest.Attributes) acctest.State {
	t.Helper()
	plan := p.Plan(typeName, prior, config)
	acctest.NoErrors(t, plan.Diagnostics)
	state, diags := p.Apply(t.Context(), typeName, plan)
	acctest.NoErrors(t, diags)
	if config == nil {
		return state
	}
	read, diags := p.Read(typeName, state)
	acctest.NoErrors(t, diags)
	if again := p.Plan(typeName, read, config); !read.Value.Equal(state.Value) || !again.IsEmpty() {
		t.Errorf("applied %s\nread %s\nplanned %s", state.Value, read.Value, again.Value)
	}
	return read
}

// Terraform creates, destroys and creates a mirror. The state of the repository follows.
func TestAccRepositoryMirror(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := f.Serve(t, nil)
	state := apply(t, p, repositoryType, p.Absent(repositoryType), f.config(acctest.Attributes{
		"username": "u", "password_wo": "a-secret", "password_wo_version": 1,
		"proxy": proxy(map[string]string{"http_proxy": "http://proxy.example.com:3128", "no_proxy": "localhost"}),
	}))
	if got := f.state(t); got != "MIRROR" {
		t.Errorf("the repository is %v", got)
	}
	if strings.Contains(state.Value.String(), "a-secret") {
		t.Errorf("the state is %s", state.Value)
	}
	f.Must(t, http.MethodGet, "/repository/"+f.repository+"/permissions/user/"+f.robot, nil)

	state = apply(t, p, repositoryType, state, f.config(acctest.Attributes{"verify_tls": false, "proxy": proxy(map[string]string{"https_proxy": "http://proxy:1"})}))
	verify, shown := f.settings(t)
	if verify != false || shown["http_proxy"] != nil || shown["no_proxy"] != nil || shown["https_proxy"] != "http://proxy:1" || f.mirror(t)["external_registry_username"] != nil {
		t.Errorf("the mirror is %v", f.mirror(t))
	}
	state = apply(t, p, repositoryType, state, f.config(acctest.Attributes{"is_enabled": false, "tags": []string{"v1", "v2"}}))
	if got := f.state(t); got != "MIRROR" {
		t.Errorf("disabled, the repository is %v", got)
	}

	if destroyed := apply(t, p, repositoryType, state, nil); !destroyed.Value.IsNull() {
		t.Errorf("destroyed to %s", destroyed.Value)
	}
	if got := f.state(t); got != "NORMAL" || f.mirror(t)["is_enabled"] != false {
		t.Errorf("destroyed, the repository is %v, and the mirror %v", got, f.mirror(t))
	}
	if gone, diags := p.Read(repositoryType, state); len(diags) > 0 || !gone.Value.IsNull() {
		t.Errorf("destroyed, it is read as %s, %v", gone.Value, diags)
	}
	apply(t, p, repositoryType, p.Absent(repositoryType), f.config(nil))
	if got := f.state(t); got != "MIRROR" || f.mirror(t)["is_enabled"] != true {
		t.Errorf("created again, the repository is %v, and the mirror %v", got, f.mirror(t))
	}
}

// The date that Quay moves is no change, and one that somebody else sets is.
func TestAccRepositoryMirror_drift(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p, path := f.Serve(t, nil), "/repository/"+f.repository
	config := f.config(nil)
	delete(config, "sync_start_date")
	state := apply(t, p, repositoryType, p.Absent(repositoryType), config)
	if date, _ := state.Text(t, "sync_start_date"); date == "" {
		t.Error("there is no date")
	}
	state = apply(t, p, repositoryType, state, f.config(nil))
	for body, planned := range map[string]bool{
		`{"sync_start_date": "2030-01-01T05:00:00Z"}`:                                      false,
		`{"sync_start_date": "2030-01-01T00:30:00Z"}`:                                      true,
		`{"sync_start_date": "2029-12-31T23:00:00Z"}`:                                      true,
		`{"root_rule": {"rule_kind": "tag_glob_csv", "rule_value": ["latest", "latest"]}}`: false,
		`{"root_rule": {"rule_kind": "tag_glob_csv", "rule_value": ["other"]}}`:            true,
		`{"external_registry_config": {"verify_tls": false}}`:                              true,
		`{"external_registry_config": {"proxy": {"no_proxy": "localhost"}}}`:               true,
		`{"external_registry_username": "somebody"}`:                                       true,
		`{"is_enabled": false}`:                                                            true,
	} {
		f.Must(t, http.MethodPut, path+"/mirror", json.RawMessage(body))
		p.NextRun()
		read, diags := p.Read(repositoryType, state)
		acctest.NoErrors(t, diags)
		if plan := p.Plan(repositoryType, read, f.config(nil)); plan.IsEmpty() == planned {
			t.Errorf("after %s a change is planned: %t", body, !planned)
		}
		state = apply(t, p, repositoryType, read, f.config(nil))
	}
	f.Must(t, http.MethodPut, path+"/changestate", map[string]string{"state": "NORMAL"})
	p.NextRun()
	read, diags := p.Read(repositoryType, state)
	acctest.NoErrors(t, diags)
	if plan := p.Plan(repositoryType, read, f.config(nil)); plan.IsEmpty() {
		t.Error("no change is planned for a repository in another state")
	}
	apply(t, p, repositoryType, read, f.config(nil))
	if got := f.state(t); got != "MIRROR" {
		t.Errorf("the repository is %v", got)
	}
}

// Quay drops the HTTP proxy of a change if the mirror had no proxy before.
func TestAccRepositoryMirror_importedProxy(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.addMirror(t)
	p := f.Serve(t, nil)
	state, diags := p.ImportByID(repositoryType, f.repository)
	acctest.NoErrors(t, diags)
	apply(t, p, repositoryType, state, f.config(acctest.Attributes{"proxy": proxy(map[string]string{"http_proxy": "http://proxy:1"})}))
	if _, shown := f.settings(t); shown["http_proxy"] != "http://proxy:1" {
		t.Errorf("the proxy is %v", shown)
	}
}

// addMirror creates a mirror of the fixture's repository behind Terraform's back.
func (f fixture) addMirror(t testing.TB) {
	t.Helper()
	addMirror(func(body map[string]any) bool {
		status, _ := f.Call(t, http.MethodPost, "/repository/"+f.repository+"/mirror", body)
		return status == http.StatusCreated
	}, f.robot)
}

// addMirror posts a mirror, with the timeout that Quay from 3.16 on needs if Quay refuses
// the mirror without it.
func addMirror(post func(body map[string]any) bool, robot string) {
	body := map[string]any{
		"external_reference": "8.8.8.8/lib/app", "sync_interval": 3600, "sync_start_date": "2030-01-01T00:00:00Z", "robot_username": robot,
		"root_rule": map[string]any{"rule_kind": "tag_glob_csv", "rule_value": []string{"latest"}},
	}
	if post(body) {
		return
	}
	body["skopeo_timeout_interval"] = 300
	if !post(body) {
		panic("Quay refuses the mirror")
	}
}

// If the reuse of a destroyed mirror fails half-way, the mirror is in the state.
func TestRepositoryMirror_reuseFails(t *testing.T) {
	t.Parallel()
	for _, failing := range []string{"/mirror", "/changestate"} {
		for _, carriedOut := range []bool{false, true} {
			f := newFixture(t)
			simulator := f.Simulator(t)
			p := f.Serve(t, acctest.Attributes{"max_retries": 0})
			apply(t, p, repositoryType, apply(t, p, repositoryType, p.Absent(repositoryType), f.config(nil)), nil)

			path := "/repository/" + f.repository + failing
			simulator.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
				if r.Method != http.MethodPut || !strings.HasSuffix(r.URL.Path, failing) {
					return false
				}
				simulator.Intercept(nil)
				if carriedOut {
					f.Must(t, http.MethodPut, path, map[string]any{"is_enabled": true, "state": "MIRROR"})
				}
				panic(http.ErrAbortHandler)
			})
			p.NextRun()
			state, diags := p.Apply(t.Context(), repositoryType, p.Plan(repositoryType, p.Absent(repositoryType), f.config(nil)))
			simulator.Intercept(nil)
			if len(diags) != 1 || !strings.Contains(diags[0].Detail, "the disabled mirror of an earlier resource") || state.Value.IsNull() {
				t.Errorf("%s fails: %s, %v", failing, state.Value, diags)
			}
			p.NextRun()
			read, diags := p.Read(repositoryType, state)
			acctest.NoErrors(t, diags)
			if read.Value.IsNull() {
				read = p.Absent(repositoryType)
			}
			apply(t, p, repositoryType, read, f.config(nil))
			if got := f.state(t); got != "MIRROR" || f.mirror(t)["is_enabled"] != true {
				t.Errorf("%s fails: at last, the repository is %v and the mirror %v", failing, got, f.mirror(t))
			}
		}
	}
}

// The error for Quay's refusal has the reason, on the invalid attribute.
func TestAccRepositoryMirror_refused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := f.Serve(t, nil)
	for name, c := range map[string]struct {
		change    acctest.Attributes
		words, on string
	}{
		"no repository": {acctest.Attributes{"repository": f.organization + "/nosuch"}, "There is no repository", "repository"},
		"no robot":      {acctest.Attributes{"robot": f.organization + "+nosuch"}, "there is no such robot account", "robot"},
	} {
		_, diags := p.Apply(t.Context(), repositoryType, p.Plan(repositoryType, p.Absent(repositoryType), f.config(c.change)))
		wantRefusal(t, name, diags, c.words, c.on)
	}
	f.addMirror(t)
	_, diags := p.Apply(t.Context(), repositoryType, p.Plan(repositoryType, p.Absent(repositoryType), f.config(nil)))
	wantRefusal(t, "exists", diags, "import {\n  to = quay_repository_mirror.example\n  id = \""+f.repository+`"`, "")
}

// wantRefusal expects one error with words, on an attribute unless that is empty.
func wantRefusal(t *testing.T, name string, diags []*tfprotov6.Diagnostic, words, on string) {
	t.Helper()
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, words) {
		t.Errorf("%s: %v, want %q", name, diags, words)
		return
	}
	if got := diags[0].Attribute; (on == "") != (got == nil) || got != nil && got.String() != fmt.Sprintf("AttributeName(%q)", on) {
		t.Errorf("%s: on %v, want %s", name, got, on)
	}
}

// An error that depends on the version or the configuration of Quay names it.
func TestRepositoryMirror_versions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options   []quaytest.Option
		change    acctest.Attributes
		words, on string
	}{
		"old, timeout": {
			[]quaytest.Option{quaytest.WithVersion(quaytest.Quay3_12)},
			acctest.Attributes{"skopeo_timeout": 300},
			"skopeo_timeout_interval needs Quay 3.16 or later", "skopeo_timeout",
		},
		"old, architectures": {
			[]quaytest.Option{quaytest.WithVersion(quaytest.Quay3_16)},
			acctest.Attributes{"architecture_filter": []string{"amd64"}},
			"architecture_filter needs Quay 3.17 or later", "architecture_filter",
		},
		"no sparse index": {
			[]quaytest.Option{quaytest.WithVersion(quaytest.Quay3_18)},
			acctest.Attributes{"architecture_filter": []string{"amd64"}},
			"FEATURE_SPARSE_INDEX: true", "architecture_filter",
		},
		"no feature": {
			[]quaytest.Option{quaytest.WithVersion(quaytest.Quay3_18), quaytest.WithoutFeatures(quaytest.RepoMirror)}, nil, "It needs FEATURE_REPO_MIRROR: true", "",
		},
		"upstream unknown": {
			[]quaytest.Option{quaytest.WithVersion(quaytest.Development)},
			acctest.Attributes{"external_reference": "registry.invalid/lib/app"},
			"Quay cannot resolve its name, or does not allow its address", "external_reference",
		},
		"upstream private": {
			[]quaytest.Option{quaytest.WithVersion(quaytest.Development)},
			acctest.Attributes{"external_reference": "10.0.0.1/lib/app"},
			"Quay cannot resolve its name, or does not allow its address", "external_reference",
		},
	} {
		f := newFixture(t, c.options...)
		p := f.Serve(t, nil)
		_, diags := p.Apply(t.Context(), repositoryType, p.Plan(repositoryType, p.Absent(repositoryType), f.config(c.change)))
		wantRefusal(t, name, diags, c.words, c.on)
	}
}

// A plan takes one call for the states of a namespace's repositories, and one call for each
// mirror.
func TestRepositoryMirror_calls(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	simulator, p := f.Simulator(t), f.Serve(t, nil)
	const mirrors = 10
	var states []acctest.State
	for i := range mirrors {
		config := f.config(acctest.Attributes{"repository": f.Repository(t, f.organization, fmt.Sprintf("app%d", i))})
		states = append(states, p.Create(repositoryType, config))
	}
	p = p.OneRun()
	simulator.ResetCalls()
	for _, state := range states {
		read, diags := p.Read(repositoryType, state)
		acctest.NoErrors(t, diags)
		if !read.Value.Equal(state.Value) {
			t.Errorf("read %s", read.Value)
		}
	}
	if n := len(simulator.Requests()); n != mirrors+1 {
		t.Errorf("%d calls: %v", n, simulator.Calls())
	}
}

// The state of the repository and the role of the robot are no change for the resources
// that manage the repository and its roles.
func TestAccRepositoryMirror_besides(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := f.Serve(t, nil)
	namespace, name, _ := strings.Cut(f.repository, "/")
	repository := acctest.Attributes{"namespace": namespace, "name": name}
	roles := acctest.Attributes{"repository": f.repository, "users": map[string]string{"admin": "admin"}}
	ofRepository, diags := p.ImportByID("quay_repository", f.repository)
	acctest.NoErrors(t, diags)
	ofRoles := p.Absent("quay_repository_permissions")
	ofRoles = apply(t, p, "quay_repository_permissions", ofRoles, roles)
	apply(t, p, repositoryType, p.Absent(repositoryType), f.config(nil))
	p.NextRun()
	for typeName, c := range map[string]struct {
		state  acctest.State
		config acctest.Attributes
	}{"quay_repository": {ofRepository, repository}, "quay_repository_permissions": {ofRoles, roles}} {
		read, diags := p.Read(typeName, c.state)
		acctest.NoErrors(t, diags)
		if plan := p.Plan(typeName, read, c.config); !plan.IsEmpty() {
			t.Errorf("%s: planned is %s", typeName, plan.Value)
		}
	}
}
