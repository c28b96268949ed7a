package acctest

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// made is an object of a case on a registry.
type made struct {
	registry *Registry
	provider *Provider
	config   Attributes
	identity map[string]string
	state    State
}

// make creates an object for the time of the test.
func (c Case) make(t *testing.T) made {
	t.Helper()
	registry := c.start(t)
	m := made{registry: registry, provider: registry.Serve(t, nil), config: c.Config(t, registry)}
	m.state = m.provider.Create(c.Type, m.config)
	m.identity = m.provider.IdentityOf(c.Type, m.state)
	t.Cleanup(func() { c.Delete(t, registry, m.identity) })
	return m
}

// testImport imports an object by identity and by id. The next plan must be empty. The state
// of the object must have its identity from the creation on.
func (c Case) testImport(t *testing.T) {
	m := c.make(t)
	names := slices.Sorted(maps.Keys(m.identity))
	if !slices.Equal(names, slices.Sorted(slices.Values(c.Identity))) {
		t.Errorf("the identity has the attributes %q, the case %q", names, c.Identity)
	}
	for name, value := range m.identity {
		if configured, ok := m.config[name]; ok && configured != value {
			t.Errorf("%s of the identity is %q, not %q", name, value, configured)
		}
	}
	byIdentity, diags := m.provider.ImportByIdentity(c.Type, m.provider.Identity(c.Type, c.identity(m.identity)))
	NoErrors(t, diags)
	byID, diags := m.provider.ImportByID(c.Type, c.importID(m.identity))
	NoErrors(t, diags)
	for how, imported := range map[string]State{"identity": byIdentity, "id": byID} {
		if imported.Value.IsNull() {
			t.Errorf("by %s: nothing was imported", how)
			continue
		}
		if got := m.provider.IdentityOf(c.Type, imported); !maps.Equal(got, m.identity) {
			t.Errorf("by %s: the identity is %v, not %v", how, got, m.identity)
		}
		plan := m.provider.Plan(c.Type, imported, m.config)
		NoErrors(t, plan.Diagnostics)
		if !plan.IsEmpty() {
			t.Errorf("by %s: a change is planned\nfrom %s\nto   %s", how, imported.Value, plan.Value)
		}
	}
}

// testImportID refuses import ids and identities before any request, with an
// error that shows the form.
func (c Case) testImportID(t *testing.T) {
	p := offline(t) // a request would fail with a different error
	refused := func(what, words string, diags []*tfprotov6.Diagnostic) {
		t.Helper()
		if len(diags) != 1 || !strings.HasPrefix(diags[0].Summary, "Unable to import Quay ") || !strings.Contains(diags[0].Detail, words) {
			t.Errorf("%s: diagnostics %v, want %q", what, shown(diags), words)
		}
	}
	for id, words := range c.InvalidIDs {
		_, diags := p.ImportByID(c.Type, id)
		refused("id "+id, words, diags)
	}
	_, diags := p.ImportByID(c.Type, "")
	refused("empty id", "The import id is empty. Write it as ", diags)

	valid := Attributes{} // the attributes with a rule
	for _, rule := range c.Inputs.Rules {
		if slices.Contains(c.Identity, rule.Attribute) {
			valid[rule.Attribute] = rule.Accepted[0]
		}
	}
	for _, name := range c.Identity {
		for _, empty := range []any{nil, ""} {
			identity := maps.Clone(valid)
			identity[name] = empty
			if len(identity) < len(c.Identity) {
				t.Fatalf("there have to be rules for %q", c.Identity)
			}
			_, diags := p.ImportByIdentity(c.Type, p.Identity(c.Type, identity))
			refused("identity without "+name, "The attribute "+name+" of the identity is empty.", diags)
		}
	}
	for _, rule := range c.Inputs.Rules {
		if !slices.Contains(c.Identity, rule.Attribute) {
			continue
		}
		for _, text := range rule.Refused {
			if text == "" {
				continue
			}
			identity := maps.Clone(valid)
			identity[rule.Attribute] = text
			_, diags := p.ImportByIdentity(c.Type, p.Identity(c.Type, identity))
			refused("identity with "+text, rule.Attribute+" "+rule.Error, diags)
		}
	}
}

// testRead reads a new object. The read must not change the state.
func (c Case) testRead(t *testing.T) {
	m := c.make(t)
	read, diags := m.provider.Read(c.Type, m.state)
	NoErrors(t, diags)
	if !read.Value.Equal(m.state.Value) {
		t.Errorf("made %s\nread %s", m.state.Value, read.Value)
	}
	if plan := m.provider.Plan(c.Type, read, m.config); !plan.IsEmpty() || len(plan.Diagnostics) > 0 {
		t.Errorf("planned %s %v", plan.Value, shown(plan.Diagnostics))
	}
}

// misleadingResponse is a response to a read that does not say that the object does not exist.
type misleadingResponse struct {
	status            int
	contentType, body string
	words             string // of the error
}

func (m misleadingResponse) write(w http.ResponseWriter, _ *http.Request) (handled bool) {
	w.Header().Set("Content-Type", m.contentType)
	w.Header().Set("Location", "https://login.example.com/")
	w.WriteHeader(m.status)
	_, _ = w.Write([]byte(m.body))
	return true
}

// repeatToken refuses a request in words that show its token.
func repeatToken(w http.ResponseWriter, r *http.Request) (handled bool) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = w.Write([]byte(`{"message": "you sent ` + r.Header.Get("Authorization") + `"}`))
	return true
}

// misleadingResponses returns responses of proxies, and of Quay itself, that do not answer a
// call.
func misleadingResponses() map[string]misleadingResponse {
	const html, plain = "text/html", "application/json"
	page := "<!DOCTYPE html><html><head><title>Somewhere else</title></head></html>"
	return map[string]misleadingResponse{
		"login page":        {200, html, page, "a web page (\"Somewhere else\") instead of JSON"},
		"cut JSON":          {200, plain, `{"username": "al`, "cannot be read as JSON"},
		"empty":             {200, plain, ``, "expected"},
		"redirect":          {302, html, page, "redirected"},
		"invalid":           {400, plain, `{"message": ""}`, "gives no reason"},
		"wrong token":       {401, plain, `{"error_type": "invalid_token", "error_message": "Requires authentication"}`, "QUAY_TOKEN"},
		"CSRF":              {403, html, `{"error": "CSRF token was invalid or missing."}`, "QUAY_TOKEN"},
		"missing scope":     {403, plain, `{"error_type": "insufficient_scope", "error_message": "Unauthorized"}`, "It needs the scope"},
		"no such call":      {404, html, page, "This registry does not have the call."},
		"JSON of a gateway": {404, plain, `{"message": "no route"}`, "This registry does not have the call."},
		"method":            {405, html, page, "This registry does not have the call."},
		"rate limit":        {429, html, page, "then run Terraform again"},
		"fault":             {500, html, page, "Look for the reason in Quay's log"},
		"proxy":             {502, html, page, "then run Terraform again"},
		"read-only":         {503, plain, `{"message": "registry is in read-only mode"}`, "read-only"},
		"slow":              {504, html, page, "then run Terraform again"},
	}
}

// testNotFound answers reads with every misleading response. The state must stay the same, and
// the one error must help.
func (c Case) testNotFound(t *testing.T) {
	m := c.make(t)
	simulator := m.registry.Simulator(t)
	for name, response := range misleadingResponses() {
		simulator.Intercept(response.write)
		m.provider.NextRun()
		read, diags := m.provider.Read(c.Type, m.state)
		if !read.Value.Equal(m.state.Value) {
			t.Errorf("%s: the state became %s", name, read.Value)
		}
		if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityError || !strings.Contains(diags[0].Detail, response.words) {
			t.Errorf("%s: diagnostics: %v", name, shown(diags))
		}
	}
	simulator.Intercept(nil)
}

// testDeleted deletes an object behind Terraform's back, once after a destroy and once without
// one. A read must then remove the object from the state, and a destroy must succeed.
func (c Case) testDeleted(t *testing.T) {
	m := c.make(t)
	destroyed, diags := m.provider.Apply(t.Context(), c.Type, m.provider.Plan(c.Type, m.state, nil))
	NoErrors(t, diags)
	if !destroyed.Value.IsNull() {
		t.Errorf("destroyed to %s", destroyed.Value)
	}
	c.Delete(t, m.registry, m.identity)
	c.checkGone(m)

	m = c.make(t)
	c.Delete(t, m.registry, m.identity)
	c.checkGone(m)
}

// checkGone reads and destroys an object that does not exist.
func (c Case) checkGone(m made) {
	t := m.provider.t
	t.Helper()
	gone, diags := m.provider.Read(c.Type, m.state)
	if !gone.Value.IsNull() || len(diags) > 0 {
		t.Errorf("deleted, it is read as %s, %v", gone.Value, shown(diags))
	}
	again, diags := m.provider.Apply(t.Context(), c.Type, m.provider.Plan(c.Type, m.state, nil))
	if !again.Value.IsNull() || len(diags) > 0 {
		t.Errorf("destroyed again: %s, %v", again.Value, shown(diags))
	}
}

// testTokenHidden makes the registry repeat the token. Neither an error nor the state may show
// it.
func (c Case) testTokenHidden(t *testing.T) {
	m := c.make(t)
	m.registry.Simulator(t).Intercept(repeatToken)
	read, diags := m.provider.Read(c.Type, m.state)
	m.registry.Simulator(t).Intercept(nil)
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "you sent Bearer (secret)") {
		t.Errorf("diagnostics: %v", shown(diags))
	}
	if slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool { return strings.Contains(d.Summary+d.Detail, m.registry.Token) }) ||
		strings.Contains(read.Value.String()+string(read.Private), m.registry.Token) {
		t.Error("the token shows")
	}
}

// testUnknown plans with each attribute unknown. The attribute becomes known before the apply.
// A value that the first plan knows must be the same in the second plan and after the apply.
func (c Case) testUnknown(t *testing.T) {
	variants := c.Variants
	if variants == nil {
		variants = []Attributes{{}}
	}
	for i, variant := range variants {
		attributes := c.Config(t, c.start(t))
		maps.Copy(attributes, variant)
		for name, value := range attributes {
			if value == nil {
				continue
			}
			for _, exists := range []bool{false, true} {
				t.Run(name+map[bool]string{true: ", update", false: ", create"}[exists]+map[int]string{1: ", other"}[i], func(t *testing.T) {
					t.Parallel()
					c.testUnknownAttribute(t, variant, name, exists)
				})
			}
		}
	}
}

func (c Case) testUnknownAttribute(t *testing.T, variant Attributes, name string, exists bool) {
	t.Helper()
	registry := c.start(t)
	config := c.Config(t, registry)
	p := registry.Serve(t, nil)
	cleanUp := func(state State) {
		if len(c.Identity) > 0 {
			t.Cleanup(func() { c.Delete(t, registry, p.IdentityOf(c.Type, state)) })
		}
	}
	prior := p.Absent(c.Type)
	if exists {
		prior = p.Create(c.Type, config)
		cleanUp(prior)
	}
	unique := c.unique(config)
	maps.Copy(config, variant)
	unknown := maps.Clone(config)
	unknown[name] = Unknown

	NoErrors(t, p.Validate(c.Type, unknown))
	first := p.Plan(c.Type, prior, unknown)
	NoErrors(t, first.Diagnostics)
	if first.Replace {
		prior = p.Absent(c.Type) // Terraform plans a new object, and destroys the old object later
		first = p.Plan(c.Type, prior, unknown)
		NoErrors(t, first.Diagnostics)
		if unique && !c.Adopts {
			return // the old object prevents the creation
		}
	}
	second := p.Plan(c.Type, prior, config)
	NoErrors(t, second.Diagnostics)
	for _, attribute := range differences(t, first.Value, second.Value) {
		t.Errorf("%s was planned as known, and is another in the final plan\nfirst %s\nfinal %s", attribute, first.Value, second.Value)
	}
	state, diags := p.Apply(t.Context(), c.Type, second)
	NoErrors(t, diags)
	if !exists {
		cleanUp(state)
	}
	for _, attribute := range differences(t, second.Value, state.Value) {
		t.Errorf("%s is not as planned\nplan  %s\nstate %s", attribute, second.Value, state.Value)
	}
	if again := p.Plan(c.Type, state, config); !again.IsEmpty() {
		t.Errorf("still planned: %s", again.Value)
	}
}

// differences names the attributes of an object that are known in one value and
// different in another.
func differences(t testing.TB, planned, actual tftypes.Value) []string {
	t.Helper()
	a, b := attributesOf(t, planned), attributesOf(t, actual)
	var names []string
	for name, value := range a {
		if value.IsFullyKnown() && !value.Equal(b[name]) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// testTwoAddresses plans two addresses of one object, and one address twice. Only the former
// plan has a warning.
func (c Case) testTwoAddresses(t *testing.T) {
	m := c.make(t)
	if c.Change == nil || !c.named(m.config) {
		t.Skip("a plan cannot tell two addresses of one object")
	}
	another, absent := c.changed(m.config), m.provider.Absent(c.Type)
	for name, test := range map[string]struct {
		first, second State
		a, b          Attributes
		words         string
	}{
		"both exist":                     {m.state, m.state, m.config, another, "Two resources manage"},
		"one exists":                     {m.state, absent, m.config, another, "Two resources manage"},
		"the other exists":               {absent, m.state, m.config, another, "Two resources manage"},
		"neither exists":                 {absent, absent, m.config, another, "Two resources manage"},
		"created alike":                  {absent, absent, m.config, m.config, "Two resources manage"},
		"one is kept":                    {m.state, m.state, nil, m.config, "is destroyed and kept in one plan"},
		"one address, which is replaced": {m.state, absent, m.config, m.config, ""},
		"one address, destroyed twice":   {m.state, m.state, nil, nil, ""},
	} {
		run := m.provider.OneRun()
		first, second := run.Plan(c.Type, test.first, test.a), run.Plan(c.Type, test.second, test.b)
		if len(first.Diagnostics) > 0 {
			t.Errorf("%s: at first %v", name, shown(first.Diagnostics))
		}
		if test.words == "" && len(second.Diagnostics) > 0 || test.words != "" && !warns(second.Diagnostics, test.words, "") {
			t.Errorf("%s: then %v, want %q", name, shown(second.Diagnostics), test.words)
		}
	}
}

// warns tells whether there is one warning, with words in its summary and detail.
func warns(diags []*tfprotov6.Diagnostic, summary, detail string) bool {
	return len(diags) == 1 && diags[0].Severity == tfprotov6.DiagnosticSeverityWarning &&
		strings.Contains(diags[0].Summary, summary) && strings.Contains(diags[0].Detail, detail)
}

// testUpdateAndDelete updates an object at one address and deletes it at a second address in
// the same run. The deletion must not undo the update. A later run deletes the object.
func (c Case) testUpdateAndDelete(t *testing.T) {
	m := c.make(t)
	if c.Change == nil {
		t.Skip("objects cannot be updated")
	}
	p := m.provider
	update, destroy := p.Plan(c.Type, m.state, c.changed(m.config)), p.Plan(c.Type, m.state, nil)
	run := p.OneRun()
	state, diags := run.Apply(t.Context(), c.Type, update)
	NoErrors(t, diags)
	_, diags = run.Apply(t.Context(), c.Type, destroy)
	if !warns(diags, "was not deleted", "was updated in this run") {
		t.Errorf("deleted with %v", shown(diags))
	}
	if read, diags := p.Read(c.Type, state); len(diags) > 0 || read.Value.IsNull() {
		t.Errorf("it is read as %s, %v", read.Value, shown(diags))
	}
	_, diags = p.Apply(t.Context(), c.Type, p.Plan(c.Type, state, nil))
	if len(diags) > 0 {
		t.Errorf("deleted in the next run with %v", shown(diags))
	}
	if read, diags := p.Read(c.Type, state); len(diags) > 0 || !read.Value.IsNull() {
		t.Errorf("then it is read as %s, %v", read.Value, shown(diags))
	}
}

// testMoved destroys an object at one address and creates it at a second address in one run,
// in either order and in parallel. The object must exist afterwards.
func (c Case) testMoved(t *testing.T) {
	if !c.Adopts {
		t.Skip("the creation fails as long as the object exists")
	}
	for order, move := range map[string]func(*testing.T, move){
		"created first": func(t *testing.T, m move) {
			m.create()
			if warnings := m.destroy(); !warns(warnings, "was not deleted", "was created in this run") {
				t.Errorf("destroyed with %v", shown(warnings))
			}
		},
		"destroyed first": func(t *testing.T, m move) {
			if warnings := m.destroy(); len(warnings) > 0 {
				t.Errorf("destroyed with %v", shown(warnings))
			}
			m.create()
		},
		"at once": func(_ *testing.T, m move) {
			var work sync.WaitGroup
			work.Go(m.create)
			work.Go(func() { m.destroy() })
			work.Wait()
		},
		"while it is destroyed": createDuring,
	} {
		t.Run(order, func(t *testing.T) {
			t.Parallel()
			c.testMove(t, move)
		})
	}
}

// move is an object that one run destroys at one address and creates at a second address.
type move struct {
	made
	create  func()
	destroy func() (warnings []*tfprotov6.Diagnostic)
}

func (c Case) testMove(t *testing.T, moves func(*testing.T, move)) {
	t.Helper()
	m := c.make(t)
	planning := m.provider.OneRun()
	destroyed, created := planning.Plan(c.Type, m.state, nil), planning.Plan(c.Type, m.provider.Absent(c.Type), m.config)
	if len(destroyed.Diagnostics) > 0 || !warns(created.Diagnostics, "is destroyed and kept in one plan", "moved {") {
		t.Errorf("planned with %v and %v", shown(destroyed.Diagnostics), shown(created.Diagnostics))
	}
	applying := m.provider.OneRun()
	moves(t, move{
		made: m,
		create: func() {
			if _, diags := applying.Apply(t.Context(), c.Type, created); len(errorsOf(diags)) > 0 {
				t.Errorf("created with %v", shown(diags))
			}
		},
		destroy: func() []*tfprotov6.Diagnostic {
			state, diags := applying.Apply(t.Context(), c.Type, destroyed)
			if len(errorsOf(diags)) > 0 || !state.Value.IsNull() {
				t.Errorf("destroyed to %s, %v", state.Value, shown(diags))
			}
			return diags
		},
	})
	state, diags := m.provider.Read(c.Type, m.state)
	NoErrors(t, diags)
	if state.Value.IsNull() {
		t.Error("the object does not exist")
	}
}

// createDuring creates an object during a slow request of its deletion. The provider must make
// writes to one object one after the other.
func createDuring(t *testing.T, m move) {
	t.Helper()
	simulator := m.registry.Simulator(t)
	deleting, destroyed := make(chan struct{}), make(chan struct{})
	begin := sync.OnceFunc(func() { close(deleting) })
	simulator.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodDelete {
			begin()
			time.Sleep(200 * time.Millisecond) // gives the creation time to overtake
		}
		return false
	})
	go func() {
		defer close(destroyed)
		if warnings := m.destroy(); len(warnings) > 0 {
			t.Errorf("destroyed with %v", shown(warnings))
		}
	}()
	select {
	case <-deleting:
	case <-destroyed: // the deletion has made no request
	}
	m.create()
	<-destroyed
	simulator.Intercept(nil)
}

// testParentDeleted deletes the parent of an object. An update must then fail, and a destroy
// must succeed, whatever the registry answers.
func (c Case) testParentDeleted(t *testing.T) {
	m := c.make(t)
	p := m.provider
	state, diags := p.Read(c.Type, m.state) // completes the state
	NoErrors(t, diags)
	destroy, update := p.Plan(c.Type, state, nil), p.Plan(c.Type, state, c.changed(m.config))
	m.registry.Must(t, http.MethodDelete, c.Parent(m.config), nil)
	if _, diags := p.Apply(t.Context(), c.Type, update); len(diags) != 1 || !strings.Contains(diags[0].Detail, "There is no ") {
		t.Errorf("updated with %v", shown(diags))
	}
	if gone, diags := p.Apply(t.Context(), c.Type, destroy); len(diags) > 0 || !gone.Value.IsNull() {
		t.Errorf("destroyed to %s with %v", gone.Value, shown(diags))
	}
}

// testOrganizationRenamed renames the organization of an object. Terraform must update the
// object in place, without a call.
func (c Case) testOrganizationRenamed(t *testing.T) {
	m := c.make(t)
	organization := organizationName.FindString(fmt.Sprint(m.config))
	if organization == "" || c.Rename != "" {
		t.Skip("the object is in no organization")
	}
	renamed := Name("tforg")
	m.registry.CleanUpOrganization(t, renamed)
	config := withRenamed(m.config, organization, renamed)
	imported, diags := m.provider.ImportByID("quay_organization", organization)
	NoErrors(t, diags)

	planning := m.provider.OneRun()
	rename := planning.Plan("quay_organization", imported, Attributes{"name": renamed, "email": organization + "@example.com"})
	update := planning.Plan(c.Type, m.state, config)
	if update.Replace {
		t.Errorf("the object is replaced; planned is %s", update.Value)
	}
	applying := m.provider.OneRun()
	_, diags = applying.Apply(t.Context(), "quay_organization", rename)
	NoErrors(t, diags)
	if !m.registry.real {
		m.registry.Simulator(t).ResetCalls()
	}
	state, diags := applying.Apply(t.Context(), c.Type, update)
	NoErrors(t, diags)
	if !m.registry.real {
		if calls := m.registry.Simulator(t).Calls(); len(calls) > 0 {
			t.Errorf("calls: %v", calls)
		}
	}
	t.Cleanup(func() { c.Delete(t, m.registry, m.provider.IdentityOf(c.Type, state)) })
	read, diags := m.provider.Read(c.Type, state)
	NoErrors(t, diags)
	if plan := m.provider.Plan(c.Type, read, config); !read.Value.Equal(state.Value) || !plan.IsEmpty() {
		t.Errorf("updated to %s, read as %s, then planned as %s", state.Value, read.Value, plan.Value)
	}
}

// organizationName matches the names of [Registry.Organization].
var organizationName = regexp.MustCompile(`tforg[a-z0-9]{10}`)

// withRenamed returns a configuration with the new name of an organization.
func withRenamed(config Attributes, name, newName string) Attributes {
	renamed := maps.Clone(config)
	for attribute, value := range config {
		switch value := value.(type) {
		case string:
			renamed[attribute] = strings.ReplaceAll(value, name, newName)
		case []string:
			elements := slices.Clone(value)
			for i := range elements {
				elements[i] = strings.ReplaceAll(elements[i], name, newName)
			}
			renamed[attribute] = elements
		case map[string]string:
			elements := map[string]string{}
			for key, element := range value {
				elements[strings.ReplaceAll(key, name, newName)] = element
			}
			renamed[attribute] = elements
		}
	}
	return renamed
}
