package notification_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// Each change replaces a notification, and a notification that somebody deleted is
// created again. The failures that Quay counts are no change.
func TestAccNotification(t *testing.T) {
	t.Parallel()
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			owner, title := k.newOwner(t, registry), acctest.Name("tf")
			address, name := k.typeName()+".test", ""
			if k.attribute != "" {
				name = fmt.Sprintf("%s = %q\n", k.attribute, owner[k.attribute])
			}
			step := func(action plancheck.ResourceActionType, body string, checks ...statecheck.StateCheck) resource.TestStep {
				return resource.TestStep{
					Config:            registry.Config("resource %q \"test\" {\n%stitle = %q\nevent = %q\n%s\n}", k.typeName(), name, title, k.event, body),
					ConfigPlanChecks:  acctest.Planned(address, action),
					ConfigStateChecks: checks,
				}
			}
			const webhook = "method = \"webhook\"\nwebhook = {\nurl = \"https://hooks.example.com/x\"\ntemplate = %q\n}"
			const slack = "method = \"slack\"\nslack = {\nurl = \"https://hooks.slack.com/x\"\n}"
			deleted := step(plancheck.ResourceActionCreate, slack)
			deleted.PreConfig = func() {
				for _, notification := range k.titled(t, registry, owner, title) {
					registry.Must(t, http.MethodDelete, k.one(owner, notification["uuid"].(string)), nil)
				}
			}
			replaced := plancheck.ResourceActionDestroyBeforeCreate
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				Steps: []resource.TestStep{
					step(plancheck.ResourceActionCreate, fmt.Sprintf(webhook, `{"a": "$${b}"}`), acctest.Attribute(address, "webhook", knownvalue.ObjectExact(
						map[string]knownvalue.Check{
							"url": knownvalue.StringExact("https://hooks.example.com/x"), "template": knownvalue.StringExact(`{"a": "${b}"}`),
						}))),
					step(replaced, fmt.Sprintf(webhook, `{"a": "b"}`)),
					step(replaced, slack, acctest.Attribute(address, "webhook", knownvalue.Null())),
					deleted,
					step(plancheck.ResourceActionNoop, slack),
				},
			})
			if left := k.titled(t, registry, owner, title); len(left) > 0 {
				t.Errorf("notifications are left: %v", left)
			}
		})
	}
}

// with returns a configuration with some other attributes.
func with(config, others acctest.Attributes) acctest.Attributes {
	config = maps.Clone(config)
	maps.Copy(config, others)
	return config
}

// methods are the methods with their configurations, and how Quay stores them.
func methods(k kind) map[string]struct {
	config acctest.Attributes
	stored map[string]any
} {
	type method = struct {
		config acctest.Attributes
		stored map[string]any
	}
	const url = "https://hooks.example.com/x"
	all := map[string]method{
		"webhook":  {acctest.Attributes{"webhook": webhook(url, "[1]")}, map[string]any{"url": url, "template": "[1]"}},
		"slack":    {acctest.Attributes{"slack": map[string]string{"url": url}}, map[string]any{"url": url}},
		"hipchat":  {acctest.Attributes{"hipchat": map[string]string{"room_id": "1", "token": "t"}}, map[string]any{"room_id": "1", "notification_token": "t"}},
		"flowdock": {acctest.Attributes{"flowdock": map[string]string{"token": "t"}}, map[string]any{"flow_api_token": "t"}},
		"quay_notification": {
			acctest.Attributes{"quay_notification": k.target("user", "admin")}, map[string]any{"target": map[string]any{"kind": "user", "name": "admin"}},
		},
	}
	if k.attribute != "repository" {
		all["email"] = method{stored: map[string]any{}}
	}
	return all
}

// Each method has its configuration, which Quay stores under names of its own.
func TestNotification_methods(t *testing.T) {
	t.Parallel()
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			owner := k.newOwner(t, registry)
			p := registry.Serve(t, nil)
			for name, method := range methods(k) {
				config := with(with(k.config(owner), acctest.Attributes{"method": name, "webhook": nil}), method.config)
				state := p.Create(k.typeName(), config)
				stored := k.titled(t, registry, owner, config["title"])
				if len(stored) != 1 || fmt.Sprint(stored[0]["config"]) != fmt.Sprint(method.stored) {
					t.Errorf("%s: Quay stores %v, want %v", name, stored, method.stored)
				}
				read, diags := p.Read(k.typeName(), state)
				acctest.NoErrors(t, diags)
				if plan := p.Plan(k.typeName(), read, config); !read.Value.Equal(state.Value) || !plan.IsEmpty() {
					t.Errorf("%s: read as %s, then planned as %s", name, read.Value, plan.Value)
				}
				_, diags = p.Apply(t.Context(), k.typeName(), p.Plan(k.typeName(), state, nil))
				acctest.NoErrors(t, diags)
			}
		})
	}
}

// Teams and the organization itself can be notified.
func TestNotification_targets(t *testing.T) {
	t.Parallel()
	for _, k := range []kind{ofRepositories, ofOrganizations} {
		registry := acctest.Start(t)
		owner := k.newOwner(t, registry)
		organization, _, _ := strings.Cut(k.owner(owner), "/")
		p := registry.Serve(t, nil)
		for member, name := range map[string]string{"team": registry.Team(t, organization, "devs"), "organization": organization} {
			config := with(k.config(owner), acctest.Attributes{"method": "quay_notification", "webhook": nil, "quay_notification": k.target(member, name)})
			state := p.Create(k.typeName(), config)
			read, diags := p.Read(k.typeName(), state)
			acctest.NoErrors(t, diags)
			if plan := p.Plan(k.typeName(), read, config); !plan.IsEmpty() {
				t.Errorf("%s, %s: planned as %s", k.name, member, plan.Value)
			}
		}
		for member, words := range map[string]string{"team": "Unknown team nosuch", "user": "Unknown user nosuch"} {
			config := with(k.config(owner), acctest.Attributes{"method": "quay_notification", "webhook": nil, "quay_notification": k.target(member, "nosuch")})
			fails(t, p, k, config, "quay_notification", words)
		}
	}
}

// fails expects a creation to fail with one error that has all words, on an attribute or
// on none.
func fails(t *testing.T, p *acctest.Provider, k kind, config acctest.Attributes, on string, words ...string) {
	t.Helper()
	_, diags := p.Apply(t.Context(), k.typeName(), p.Plan(k.typeName(), p.Absent(k.typeName()), config))
	if len(diags) != 1 {
		t.Errorf("diagnostics: %v", diags)
		return
	}
	for _, words := range words {
		if !strings.Contains(diags[0].Detail, words) {
			t.Errorf("%q lacks %q", diags[0].Detail, words)
		}
	}
	if attribute := diags[0].Attribute; (on == "") != (attribute == nil) || attribute != nil && attribute.String() != fmt.Sprintf("AttributeName(%q)", on) {
		t.Errorf("on %v, want %q", attribute, on)
	}
}

// The filters of events are stored as Quay reads them: a level by its number.
func TestNotification_filters(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	k := ofRepositories
	owner := k.newOwner(t, registry)
	p := registry.Serve(t, nil)
	for event, test := range map[string]struct {
		filter acctest.Attributes
		stored string
	}{
		"vulnerability_found": {acctest.Attributes{"vulnerability_level": "Critical"}, "map[level:0]"},
		"build_cancelled":     {acctest.Attributes{"build_ref_regex": "refs/heads/[a"}, "map[ref-regex:refs/heads/[a]"},
		"repo_image_expiry":   {acctest.Attributes{"image_expiry_days": 7}, "map[days:7]"},
		"build_queued":        {nil, "map[]"},
	} {
		if event == "repo_image_expiry" && !k.knows(t, registry, owner, event) {
			continue
		}
		config := with(with(k.config(owner), acctest.Attributes{"event": event}), test.filter)
		state := p.Create(k.typeName(), config)
		stored := k.titled(t, registry, owner, config["title"])
		if len(stored) != 1 || fmt.Sprint(stored[0]["event_config"]) != test.stored {
			t.Errorf("%s: Quay stores %v, want %s", event, stored, test.stored)
		}
		read, diags := p.Read(k.typeName(), state)
		acctest.NoErrors(t, diags)
		if plan := p.Plan(k.typeName(), read, config); !plan.IsEmpty() {
			t.Errorf("%s: planned as %s", event, plan.Value)
		}
	}
}

// knows tells whether the registry knows an event.
func (k kind) knows(t *testing.T, registry *acctest.Registry, owner acctest.Attributes, event string) bool {
	t.Helper()
	body := k.body("knows")
	body["event"] = event
	status, _ := registry.Call(t, http.MethodPost, k.path(owner), body)
	return status == http.StatusCreated
}

// Quay stores the values of any client. If the provider would send a different value,
// Terraform replaces the notification. Values that Quay ignores are no change.
func TestNotification_foreign(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	k := ofRepositories
	owner := k.newOwner(t, registry)
	p := registry.Serve(t, nil)
	body := func(event string, filter map[string]any) map[string]any {
		return map[string]any{
			"event": event, "method": "webhook", "title": "", "eventConfig": filter,
			"config": map[string]any{"url": address, "template": "", "surprise": []any{1, nil}},
		}
	}
	config := with(owner, acctest.Attributes{"method": "webhook", "webhook": webhook(address, nil)})
	level := acctest.Attributes{"event": "vulnerability_found", "vulnerability_level": "Low"}
	for name, test := range map[string]struct {
		body     map[string]any
		config   acctest.Attributes
		replaced bool
	}{
		"a number in a text":       {body("vulnerability_found", map[string]any{"level": "3"}), level, false},
		"a name for a level":       {body("vulnerability_found", map[string]any{"level": "Low"}), level, true},
		"no level":                 {body("vulnerability_found", map[string]any{}), level, true},
		"a level that is none":     {body("vulnerability_found", map[string]any{"level": 9}), level, true},
		"a filter of other events": {body("repo_push", map[string]any{"level": 3, "days": 1}), acctest.Attributes{"event": "repo_push"}, false},
		"an expression of null": {
			body("build_start", map[string]any{"ref-regex": nil}), acctest.Attributes{"event": "build_start"}, false,
		},
	} {
		uuid := k.add(t, registry, owner, test.body)
		state, diags := p.ImportByID(k.typeName(), k.owner(owner)+":"+uuid)
		acctest.NoErrors(t, diags)
		if plan := p.Plan(k.typeName(), state, with(config, test.config)); plan.Replace != test.replaced || plan.IsEmpty() == test.replaced {
			t.Errorf("%s: imported as %s, planned as %s", name, state.Value, plan.Value)
		}
		registry.Must(t, http.MethodDelete, k.one(owner, uuid), nil)
	}
}

// Quay finds a notification through the path of another repository. The provider does not
// import or read it there.
func TestNotification_otherRepository(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	k := ofRepositories
	owner, other := k.newOwner(t, registry), k.newOwner(t, registry)
	uuid := k.add(t, registry, owner, k.body("test"))
	if registry.Object(t, k.one(other, uuid)) == nil {
		t.Error("Quay does not find it")
	}
	p := registry.Serve(t, nil)
	state, diags := p.ImportByID(k.typeName(), k.owner(other)+":"+uuid)
	if !state.Value.IsNull() && len(diags) == 0 {
		t.Errorf("imported as %s", state.Value)
	}
	_, diags = p.Invoke("quay_test_notification", acctest.Attributes{"repository": k.owner(other), "uuid": uuid})
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, fmt.Sprintf("There is no notification %q in the registry.", k.owner(other)+":"+uuid)) {
		t.Errorf("diagnostics: %v", diags)
	}
}

// The notifications of a repository are read with one call, and a creation takes two.
func TestNotification_calls(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	k := ofRepositories
	owner := k.newOwner(t, registry)
	p := registry.Serve(t, nil)
	calls := func() (n int) {
		for _, times := range simulator.Calls() {
			n += times
		}
		simulator.ResetCalls()
		return n
	}
	calls()
	var states []acctest.State
	for range 5 {
		states = append(states, p.Create(k.typeName(), k.config(owner)))
		if n := calls(); n != 2 {
			t.Errorf("a creation takes %d calls", n)
		}
	}
	run := p.OneRun()
	for _, state := range states {
		read, diags := run.Read(k.typeName(), state)
		acctest.NoErrors(t, diags)
		if !read.Value.Equal(state.Value) {
			t.Errorf("read as %s", read.Value)
		}
	}
	if n := calls(); n != 1 {
		t.Errorf("a refresh takes %d calls", n)
	}
}

// Failed deliveries and their reset are no change.
func TestNotification_failures(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	k := ofRepositories
	config := k.config(k.newOwner(t, registry))
	p := registry.Serve(t, nil)
	state := p.Create(k.typeName(), config)
	uuid, _ := state.Text(t, "uuid")
	simulator.FailNotification(uuid, 3)
	read, diags := p.Read(k.typeName(), state)
	acctest.NoErrors(t, diags)
	if plan := p.Plan(k.typeName(), read, config); !read.Value.Equal(state.Value) || !plan.IsEmpty() {
		t.Errorf("read as %s, planned as %s", read.Value, plan.Value)
	}
}

// The provider refuses a second equal notification.
func TestNotification_repeated(t *testing.T) {
	t.Parallel()
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			owner := k.newOwner(t, registry)
			config := k.config(owner)
			uuid := k.add(t, registry, owner, k.body(config["title"].(string)))
			p := registry.Serve(t, nil)
			id := uuid
			if k.attribute != "" {
				id = k.owner(owner) + ":" + uuid
			}
			fails(t, p, k, config, "", fmt.Sprintf("import {\n  to = %s.example\n  id = %q", k.typeName(), id),
				"has a notification with the same event, method, title, configuration and filter.")
			if found := k.titled(t, registry, owner, config["title"]); len(found) != 1 {
				t.Errorf("Quay has %v", found)
			}
		})
	}
}

// If a response is lost, and somebody has created an equal notification meanwhile, the
// provider reports an error.
func TestNotification_ambiguous(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	k := ofRepositories
	owner := k.newOwner(t, registry)
	config := k.config(owner)
	p := registry.Serve(t, acctest.Attributes{"max_retries": 0})
	simulator.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		simulator.Intercept(nil)
		for range 2 {
			registry.Must(t, http.MethodPost, k.path(owner), k.body(config["title"].(string)))
		}
		panic(http.ErrAbortHandler)
	})
	fails(t, p, k, config, "", "During the creation, 2 objects like this notification have appeared. ", "No answer to POST")
}

// If the owner does not exist, the error names the owner.
func TestNotification_noOwner(t *testing.T) {
	t.Parallel()
	for k, missing := range map[*kind]string{&ofOrganizations: acctest.Name("tforg"), &ofRepositories: ""} {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			owner := k.newOwner(t, registry)
			if missing == "" {
				missing = k.owner(owner) + "/none"
			}
			words := fmt.Sprintf("There is no %s %q in the registry.", k.name, missing)
			config := acctest.Attributes{k.attribute: missing}
			p := registry.Serve(t, nil)
			fails(t, p, *k, k.config(config), k.attribute, words)
			_, dataDiags := p.ReadData("quay_"+k.name+"_notifications", config)
			_, listDiags := p.List(k.typeName(), config, 10, false)
			_, actionDiags := p.Invoke("quay_reset_notification", with(config, acctest.Attributes{"uuid": someUUID}))
			for _, diags := range [][]*tfprotov6.Diagnostic{dataDiags, listDiags, actionDiags} {
				if len(diags) != 1 || !strings.Contains(diags[0].Detail, words) {
					t.Errorf("%v", diags)
				}
			}
			_, diags := p.ReadData("quay_"+k.name+"_notifications", owner) // which has no notifications
			acctest.NoErrors(t, diags)
		})
	}
}

// An event that Quay does not know yet is an internal error. The provider tells which
// version of Quay the event needs.
func TestNotification_oldEvents(t *testing.T) {
	t.Parallel()
	k := ofRepositories
	for event, test := range map[string]struct {
		version quaytest.Version
		filter  acctest.Attributes
		words   string
	}{
		"repo_image_expiry": {quaytest.Quay3_9, acctest.Attributes{"image_expiry_days": 7}, "The event repo_image_expiry needs Quay 3.12 or later."},
		"quota_error":       {quaytest.Quay3_16, nil, "The event quota_error needs Quay 3.18 or later."},
		"quota_warning":     {quaytest.Quay3_16, nil, "The event quota_warning needs Quay 3.18 or later."},
	} {
		registry := acctest.Start(t, quaytest.WithVersion(test.version))
		p := registry.Serve(t, nil)
		config := with(with(k.config(k.newOwner(t, registry)), acctest.Attributes{"event": event}), test.filter)
		fails(t, p, k, config, "event", test.words)
	}
}

// The provider distinguishes a registry without notifications about quotas from an owner
// without notifications. The error says what is missing, and the state stays.
func TestNotification_notAvailable(t *testing.T) {
	t.Parallel()
	for name, option := range map[string]quaytest.Option{
		"3.9": quaytest.WithVersion(quaytest.Quay3_9), "3.12": quaytest.WithVersion(quaytest.Quay3_12), "3.16": quaytest.WithVersion(quaytest.Quay3_16),
		"feature off": quaytest.WithoutFeatures(quaytest.QuotaNotifications),
	} {
		for _, k := range []kind{ofOrganizations, ofUser} {
			full, without := acctest.Start(t, quaytest.WithVersion(quaytest.Quay3_18)), acctest.Start(t, option)
			owner := acctest.Attributes{}
			if k.attribute != "" {
				owner[k.attribute] = k.inExample
			}
			for _, registry := range []*acctest.Registry{full, without} {
				registry.Simulator(t).AddOrganization("acme", "acme@example.com", "admin")
			}
			config := k.config(owner)
			state := full.Serve(t, nil).Create(k.typeName(), config)
			p := without.Serve(t, nil)
			fails(t, p, k, config, "", "It exists since Quay 3.18.", "FEATURE_QUOTA_NOTIFICATIONS")
			p.NextRun()
			read, diags := p.Read(k.typeName(), state)
			if !read.Value.Equal(state.Value) || len(diags) != 1 || !strings.Contains(diags[0].Detail, "It exists since Quay 3.18.") {
				t.Errorf("%s, %s: read as %s, %v", name, k.name, read.Value, diags)
			}
			if _, diags := p.Apply(t.Context(), k.typeName(), p.Plan(k.typeName(), state, nil)); len(diags) != 1 {
				t.Errorf("%s, %s: destroyed with %v", name, k.name, diags)
			}
		}
	}
}

// Quay deletes the notifications of an organization with its quota. The next plan creates
// them again.
func TestNotification_quotaDeleted(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	k := ofOrganizations
	owner := k.newOwner(t, registry)
	quotas := "/superuser/organization/" + k.owner(owner) + "/quota"
	p := registry.Serve(t, nil)
	state := p.Create(k.typeName(), k.config(owner))
	registry.Must(t, http.MethodPost, quotas, map[string]any{"limit_bytes": 1000})
	list := registry.Must(t, http.MethodGet, quotas, nil).([]any)
	registry.Must(t, http.MethodDelete, fmt.Sprintf("%s/%v", quotas, list[0].(map[string]any)["id"]), nil)
	read, diags := p.Read(k.typeName(), state)
	acctest.NoErrors(t, diags)
	if !read.Value.IsNull() {
		t.Errorf("read as %s", read.Value)
	}
}

// Quay accepts an e-mail address that its owner has confirmed for the repository.
func TestNotification_email(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	k := ofRepositories
	owner := k.newOwner(t, registry)
	config := with(k.config(owner), acctest.Attributes{"method": "email", "webhook": nil, "email": map[string]string{"address": "someone@example.com"}})
	p := registry.Serve(t, nil)
	fails(t, p, k, config, "email", "has to confirm it for the repository", "not authorized to receive notifications for this repository")
	namespace, name, _ := strings.Cut(k.owner(owner), "/")
	registry.Simulator(t).ConfirmEmail(namespace, name, "someone@example.com")
	state := p.Create(k.typeName(), config)
	read, diags := p.Read(k.typeName(), state)
	acctest.NoErrors(t, diags)
	if plan := p.Plan(k.typeName(), read, config); !plan.IsEmpty() {
		t.Errorf("planned as %s", plan.Value)
	}
}

// No error shows the URL, the template or the token of a notification, even if the answer
// repeats them.
func TestNotification_secrets(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	k := ofRepositories
	owner := k.newOwner(t, registry)
	p := registry.Serve(t, nil)
	simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"message": %q}`, "you sent "+string(body))
		return true
	})
	for _, method := range []acctest.Attributes{
		{"method": "webhook", "webhook": webhook("https://hooks.example.com/MARKER", `{"key": "MARKER"}`)},
		{"method": "slack", "webhook": nil, "slack": map[string]string{"url": "https://hooks.slack.com/MARKER"}},
		{"method": "hipchat", "webhook": nil, "hipchat": map[string]string{"room_id": "1", "token": "MARKER"}},
		{"method": "flowdock", "webhook": nil, "flowdock": map[string]string{"token": "MARKER"}},
	} {
		_, diags := p.Apply(t.Context(), k.typeName(), p.Plan(k.typeName(), p.Absent(k.typeName()), with(k.config(owner), method)))
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, "you sent") || strings.Contains(diags[0].Detail, "MARKER") {
			t.Errorf("%v: diagnostics %v", method["method"], diags)
		}
	}
	simulator.Intercept(nil)
	config := with(k.config(owner), acctest.Attributes{"webhook": webhook(address, `{"key": "${MARKER[}"}`)})
	simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, "{\"error_message\": \"For expression `MARKER[`: Parse error\"}")
		return true
	})
	_, diags := p.Apply(t.Context(), k.typeName(), p.Plan(k.typeName(), p.Absent(k.typeName()), config))
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "must be JSONPath") || strings.Contains(diags[0].Detail, "MARKER") {
		t.Errorf("diagnostics: %v", diags)
	}
}

// The data source shows all notifications of an owner by UUID.
func TestAccNotificationData(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	k := ofRepositories
	owner := k.newOwner(t, registry)
	first := k.add(t, registry, owner, k.body("first"))
	second := k.add(t, registry, owner, map[string]any{
		"event": "vulnerability_found", "method": "quay_notification", "config": map[string]any{"target": map[string]any{"kind": "user", "name": "admin"}},
		"eventConfig": map[string]any{"level": 1},
	})
	null, text := knownvalue.Null(), knownvalue.StringExact
	notification := func(uuid string, others map[string]knownvalue.Check) knownvalue.Check {
		checks := map[string]knownvalue.Check{
			"uuid": text(uuid), "title": null, "webhook": null, "slack": null, "hipchat": null, "flowdock": null, "email": null, "quay_notification": null,
			"vulnerability_level": null, "build_ref_regex": null, "image_expiry_days": null, "number_of_failures": knownvalue.Int64Exact(0),
		}
		maps.Copy(checks, others)
		return knownvalue.ObjectExact(checks)
	}
	notifications := []knownvalue.Check{
		notification(first, map[string]knownvalue.Check{
			"title": text("first"), "event": text("repo_push"), "method": text("webhook"),
			"webhook": knownvalue.ObjectExact(map[string]knownvalue.Check{"url": text(address), "template": null}),
		}),
		notification(second, map[string]knownvalue.Check{
			"event": text("vulnerability_found"), "method": text("quay_notification"), "vulnerability_level": text("High"),
			"quay_notification": knownvalue.ObjectExact(map[string]knownvalue.Check{"user": text("admin"), "team": null, "organization": null}),
		}),
	}
	if first > second {
		slices.Reverse(notifications)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config: registry.Config("data \"quay_repository_notifications\" \"test\" {\n  repository = %q\n}\n", k.owner(owner)),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.Attribute("data.quay_repository_notifications.test", "notifications", knownvalue.ListExact(notifications)),
			},
		}},
	})
}

// The notifications of all repositories of an organization can be listed.
func TestNotification_listedByOrganization(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	k := ofRepositories
	owner := k.newOwner(t, registry)
	organization, _, _ := strings.Cut(k.owner(owner), "/")
	other := acctest.Attributes{"repository": registry.Repository(t, organization, "other/app")}
	registry.Repository(t, organization, "without")
	for _, repository := range []acctest.Attributes{owner, other} {
		k.add(t, registry, repository, k.body("t"))
	}
	names := registry.Serve(t, nil).ListNames(k.typeName(), acctest.Attributes{"organization": organization})
	slices.Sort(names)
	want := []string{k.owner(owner) + ": repo_push by webhook (t)", k.owner(other) + ": repo_push by webhook (t)"}
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("listed are %q, not %q", names, want)
	}
}
