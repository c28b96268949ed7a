package mirror_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

const organizationType = "quay_organization_mirror"

// organizationFixture is an empty organization with a robot account.
type organizationFixture struct {
	*acctest.Registry
	organization, robot string
}

// newOrganizationFixture creates a fixture. It skips the test if the registry has no mirrors
// of organizations.
func newOrganizationFixture(t testing.TB, registry *acctest.Registry) organizationFixture {
	t.Helper()
	needsOrganizationMirrors(t, registry)
	organization := registry.Organization(t)
	return organizationFixture{registry, organization, registry.Robot(t, organization, "mirror")}
}

// needsOrganizationMirrors skips the test if the registry has no mirrors of organizations.
func needsOrganizationMirrors(t testing.TB, registry *acctest.Registry) map[string]string {
	t.Helper()
	paths, _ := registry.Object(t, "/discovery")["paths"].(map[string]any)
	if paths["/api/v1/organization/{orgname}/mirror"] == nil {
		t.Skip("needs a registry with mirrors of organizations")
	}
	return nil
}

// config returns the configuration of a mirror with more attributes.
func (f organizationFixture) config(more acctest.Attributes) acctest.Attributes {
	config := acctest.Attributes{
		"organization": f.organization, "external_registry_type": "quay", "external_registry_url": "https://8.8.8.8", "external_namespace": "lib",
		"robot": f.robot, "visibility": "private", "sync_interval": 3600, "sync_start_date": "2030-01-01T00:00:00Z",
	}
	maps.Copy(config, more)
	return config
}

// path returns the path of the mirror.
func (f organizationFixture) path() string { return "/organization/" + f.organization + "/mirror" }

// addMirror creates a mirror of the fixture's organization behind Terraform's back.
func (f organizationFixture) addMirror(t testing.TB) {
	t.Helper()
	f.Must(t, http.MethodPost, f.path(), map[string]any{
		"external_registry_type": "quay", "external_registry_url": "https://8.8.8.8", "external_namespace": "lib", "robot_username": f.robot,
		"visibility": "private", "sync_interval": 3600, "sync_start_date": "2030-01-01T00:00:00Z",
	})
}

// A mirror changes in all it has, and is deleted.
func TestAccOrganizationMirror(t *testing.T) {
	t.Parallel()
	f := newOrganizationFixture(t, acctest.Start(t))
	p := f.Serve(t, nil)
	state := apply(t, p, organizationType, p.Absent(organizationType), f.config(acctest.Attributes{
		"username": "u", "password_wo": "a-secret", "password_wo_version": 1, "repository_filters": []string{"app-*", "lib"},
		"proxy": proxy(map[string]string{"http_proxy": "http://proxy.example.com:3128", "no_proxy": "localhost"}),
	}))
	if strings.Contains(state.Value.String(), "a-secret") {
		t.Errorf("the state is %s", state.Value)
	}
	if shown := f.Object(t, f.path()); shown["has_external_registry_password"] != true {
		t.Errorf("the mirror is %v", shown)
	}
	state = apply(t, p, organizationType, state, f.config(acctest.Attributes{
		"username": "v", "verify_tls": false, "skopeo_timeout": 30, "is_enabled": false, "visibility": "public",
	}))
	shown := f.Object(t, f.path())
	settings := shown["external_registry_config"].(map[string]any)
	if shown["has_external_registry_password"] != false || shown["external_registry_username"] != "v" || settings["verify_tls"] != false || shown["is_enabled"] != false {
		t.Errorf("the mirror is %v", shown)
	}
	if plan := p.Plan(organizationType, state, f.config(acctest.Attributes{"external_registry_type": "harbor"})); !plan.Replace {
		t.Error("another type does not replace the mirror")
	}
	if destroyed := apply(t, p, organizationType, state, nil); !destroyed.Value.IsNull() {
		t.Errorf("destroyed to %s", destroyed.Value)
	}
	f.NotFound(t, f.path())
}

// The date that a synchronization sets is no change, and one that somebody else sets is.
func TestAccOrganizationMirror_drift(t *testing.T) {
	t.Parallel()
	f := newOrganizationFixture(t, acctest.Start(t))
	p := f.Serve(t, nil)
	config := f.config(acctest.Attributes{"username": "u", "password_wo": "a-secret", "password_wo_version": 1})
	state := apply(t, p, organizationType, p.Absent(organizationType), config)
	f.Must(t, http.MethodPost, f.path()+"/sync-now", nil)
	read, diags := p.Read(organizationType, state)
	acctest.NoErrors(t, diags)
	if !read.Value.Equal(state.Value) {
		t.Errorf("after a synchronization it is read as %s", read.Value)
	}
	for _, body := range []string{
		`{"sync_start_date": "2031-01-01T00:00:01Z"}`, `{"external_registry_password": null}`, `{"external_registry_username": "v"}`, `{"repository_filters": ["a"]}`,
		`{"external_registry_config": {"verify_tls": false}}`, `{"external_registry_config": {"proxy": {"http_proxy": "http://proxy:1"}}}`,
	} {
		f.Must(t, http.MethodPut, f.path(), json.RawMessage(body))
		read, diags := p.Read(organizationType, state)
		acctest.NoErrors(t, diags)
		if plan := p.Plan(organizationType, read, config); plan.IsEmpty() {
			t.Errorf("after %s no change is planned", body)
		}
		state = apply(t, p, organizationType, read, config)
	}
	f.Must(t, http.MethodDelete, f.path(), nil)
	if gone, diags := p.Read(organizationType, state); len(diags) > 0 || !gone.Value.IsNull() {
		t.Errorf("deleted, it is read as %s, %v", gone.Value, diags)
	}
}

// The error for Quay's refusal has the reason, on the invalid attribute.
func TestAccOrganizationMirror_refused(t *testing.T) {
	t.Parallel()
	f := newOrganizationFixture(t, acctest.Start(t))
	p := f.Serve(t, nil)
	full := f.Organization(t)
	f.Repository(t, full, "app")
	for name, c := range map[string]struct {
		change    acctest.Attributes
		words, on string
	}{
		"no organization": {acctest.Attributes{"organization": "nosuch", "robot": "nosuch+mirror"}, `There is no organization "nosuch"`, "organization"},
		"no robot":        {acctest.Attributes{"robot": f.organization + "+nosuch"}, "there is no such robot account", "robot"},
		"repositories": {
			acctest.Attributes{"organization": full, "robot": f.Robot(t, full, "mirror")}, "the organization already contains repositories", "organization",
		},
		"unknown upstream": {acctest.Attributes{"external_registry_url": "https://registry.invalid"}, "Quay cannot resolve its name", "external_registry_url"},
	} {
		_, diags := p.Apply(t.Context(), organizationType, p.Plan(organizationType, p.Absent(organizationType), f.config(c.change)))
		wantRefusal(t, name, diags, c.words, c.on)
	}
}

// Without the feature, or on an older Quay, the error says so.
func TestOrganizationMirror_versions(t *testing.T) {
	t.Parallel()
	for _, option := range []quaytest.Option{
		quaytest.WithoutFeatures(quaytest.OrgMirror), quaytest.WithVersion(quaytest.Quay3_16), quaytest.WithVersion(quaytest.Quay3_12), quaytest.WithVersion(quaytest.Quay3_9),
	} {
		registry := acctest.Start(t, option)
		organization := registry.Organization(t)
		f := organizationFixture{registry, organization, registry.Robot(t, organization, "mirror")}
		p := f.Serve(t, nil)
		_, diags := p.Apply(t.Context(), organizationType, p.Plan(organizationType, p.Absent(organizationType), f.config(nil)))
		wantRefusal(t, "no mirrors", diags, "It needs FEATURE_ORG_MIRROR: true in the registry's config.yaml. It exists since Quay 3.17.", "")
	}
}
