package notification_test

import (
	"fmt"
	"maps"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// kind is a kind of notifications, by their owner.
type kind struct {
	name      string
	attribute string       // that names the owner; empty for the token's user
	rule      acctest.Rule // for the attribute
	list      string       // the path of the notifications, with the owner
	slash     string       // between the path and a UUID
	event     string       // that the notifications of the tests are about
	inExample string       // the owner in the examples
	create    func(t testing.TB, registry *acctest.Registry) string
}

var (
	ofRepositories = kind{
		name: "repository", attribute: "repository", rule: acctest.RepositoryRule("repository"),
		list: "/repository/%s/notification/", event: "repo_push", inExample: "acme/app",
		create: func(t testing.TB, registry *acctest.Registry) string {
			return registry.Repository(t, registry.Organization(t), "team/app")
		},
	}
	ofOrganizations = kind{
		name: "organization", attribute: "organization", rule: acctest.NameRule("organization"),
		list: "/organization/%s/notifications", slash: "/", event: "quota_warning", inExample: "acme",
		create: func(t testing.TB, registry *acctest.Registry) string { return registry.Organization(t) },
	}
	ofUser = kind{name: "user", list: "/user/namespacenotifications", slash: "/", event: "quota_warning"}
)

// kinds are all kinds of notifications.
func kinds() []kind { return []kind{ofRepositories, ofOrganizations, ofUser} }

// someUUID is the UUID of no notification.
const someUUID = "0d4ff0b1-1c8a-4d9b-8d3e-8f0e0a6f6c11"

// typeName is the name of the resource.
func (k kind) typeName() string { return "quay_" + k.name + "_notification" }

// newOwner creates an owner and returns the configuration that names it. It skips the test if
// the registry has no such notifications.
func (k kind) newOwner(t testing.TB, registry *acctest.Registry) acctest.Attributes {
	t.Helper()
	config := acctest.Attributes{}
	if k.attribute != "" {
		config[k.attribute] = k.create(t, registry)
	}
	if status, _ := registry.Call(t, http.MethodGet, k.path(config), nil); status == http.StatusNotFound || status == http.StatusPermanentRedirect {
		t.Skip("needs a registry with notifications about quotas")
	}
	return config
}

// owner returns the name of the owner that a configuration names.
func (k kind) owner(config acctest.Attributes) string {
	name, _ := config[k.attribute].(string)
	return name
}

// path returns the path of the notifications of an owner.
func (k kind) path(config acctest.Attributes) string {
	if k.attribute == "" {
		return k.list
	}
	return fmt.Sprintf(k.list, k.owner(config))
}

// one returns the path of a notification of an owner.
func (k kind) one(config acctest.Attributes, uuid string) string {
	return k.path(config) + k.slash + uuid
}

// notifications returns the notifications of an owner as Quay shows them.
func (k kind) notifications(t testing.TB, registry *acctest.Registry, config acctest.Attributes) (notifications []map[string]any) {
	t.Helper()
	list, _ := registry.Object(t, k.path(config))["notifications"].([]any)
	for _, notification := range list {
		notifications = append(notifications, notification.(map[string]any))
	}
	return notifications
}

// titled returns the notifications of an owner with a title.
func (k kind) titled(t testing.TB, registry *acctest.Registry, config acctest.Attributes, title any) (notifications []map[string]any) {
	t.Helper()
	for _, notification := range k.notifications(t, registry, config) {
		if notification["title"] == title {
			notifications = append(notifications, notification)
		}
	}
	return notifications
}

// add adds a notification for the time of the test and returns its UUID.
func (k kind) add(t testing.TB, registry *acctest.Registry, config acctest.Attributes, body map[string]any) string {
	t.Helper()
	uuid := registry.Must(t, http.MethodPost, k.path(config), body).(map[string]any)["uuid"].(string)
	t.Cleanup(func() { registry.Call(t, http.MethodDelete, k.one(config, uuid), nil) })
	return uuid
}

// address is the URL of the webhooks of the tests. It holds a secret.
const address = "https://hooks.example.com/s3cr3t-path"

// body returns the body of a notification with a title.
func (k kind) body(title string) map[string]any {
	return map[string]any{
		"event": k.event, "method": "webhook", "title": title, "config": map[string]any{"url": address}, "eventConfig": map[string]any{},
	}
}

// webhook returns the configuration of a webhook. The template is a text or nil.
func webhook(url string, template any) tftypes.Value {
	return texts(map[string]any{"url": url, "template": template})
}

// texts returns an object of texts, any of which can be nil.
func texts(members map[string]any) tftypes.Value {
	types, values := map[string]tftypes.Type{}, map[string]tftypes.Value{}
	for name, value := range members {
		types[name], values[name] = tftypes.String, tftypes.NewValue(tftypes.String, value)
	}
	return tftypes.NewValue(tftypes.Object{AttributeTypes: types}, values)
}

// target returns the configuration of a notification within Quay.
func (k kind) target(member, name string) tftypes.Value {
	members := map[string]any{"user": nil, "team": nil, "organization": nil}
	if k.attribute == "" {
		members = map[string]any{"user": nil}
	}
	members[member] = name
	return texts(members)
}

// config returns the configuration of a notification of an owner, with a title that no
// other test has.
func (k kind) config(owner acctest.Attributes) acctest.Attributes {
	config := acctest.Attributes{"title": acctest.Name("tf"), "event": k.event, "method": "webhook", "webhook": webhook(address, nil)}
	maps.Copy(config, owner)
	return config
}

// example makes a notification for an example that finds one.
func (k kind) example(t testing.TB, registry *acctest.Registry) map[string]string {
	t.Helper()
	owner := acctest.Attributes{k.attribute: k.inExample}
	if k.attribute != "repository" {
		if status, _ := registry.Call(t, http.MethodGet, k.path(owner), nil); status != http.StatusOK {
			t.Skip("needs a registry with notifications about quotas")
		}
	}
	return map[string]string{someUUID: k.add(t, registry, owner, k.body("example"))}
}

// needs skips an example if the registry has no such notifications.
func (k kind) needs(t testing.TB, registry *acctest.Registry) map[string]string {
	t.Helper()
	if status, _ := registry.Call(t, http.MethodGet, k.path(acctest.Attributes{k.attribute: k.inExample}), nil); status != http.StatusOK {
		t.Skip("needs a registry with notifications about quotas")
	}
	return nil
}
