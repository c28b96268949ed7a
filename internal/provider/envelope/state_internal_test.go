package envelope

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// login is nested, with a write-only attribute.
type login struct {
	Name     types.String `tfsdk:"name"`
	SecretWO types.String `tfsdk:"secret_wo"`
}

// gateway has logins at every kind of nesting.
type gateway struct {
	Name     types.String     `tfsdk:"name"`
	SecretWO types.String     `tfsdk:"secret_wo"`
	Owner    *login           `tfsdk:"owner"`
	Users    []login          `tfsdk:"users"`
	ByRole   map[string]login `tfsdk:"by_role"`
}

func (g gateway) secrets() []string {
	all := []string{g.SecretWO.ValueString()}
	if g.Owner != nil {
		all = append(all, g.Owner.SecretWO.ValueString())
	}
	for _, user := range g.Users {
		all = append(all, user.SecretWO.ValueString())
	}
	return append(all, g.ByRole["admin"].SecretWO.ValueString())
}

// Write-only values reach create and update from any depth, and never the state.
func TestNestedWriteOnly(t *testing.T) {
	t.Parallel()
	inner := map[string]schema.Attribute{"name": textAttribute(), "secret_wo": secretAttribute()}
	var created, updated []string
	p := serveResource(t, ResourceDeclaration[gateway]{
		Name: "gateway", Noun: "gateway", Identity: []string{"name"}, ImportID: "name",
		Schema: schema.Schema{Attributes: map[string]schema.Attribute{
			"name": textAttribute(), "secret_wo": secretAttribute(),
			"owner":   schema.SingleNestedAttribute{Optional: true, Attributes: inner},
			"users":   schema.ListNestedAttribute{Optional: true, NestedObject: schema.NestedAttributeObject{Attributes: inner}},
			"by_role": schema.MapNestedAttribute{Optional: true, NestedObject: schema.NestedAttributeObject{Attributes: inner}},
		}},
		Create: func(_ context.Context, _ *client.Client, m *gateway, save func()) error {
			created = m.secrets()
			save()
			return nil
		},
		Update: func(_ context.Context, _ *client.Client, _ gateway, m *gateway, save func(gateway)) error {
			updated = m.secrets()
			save(*m)
			return nil
		},
	})
	loginType := p.typ.AttributeTypes["owner"]
	with := func(secret any) tftypes.Value {
		person := func(name string) tftypes.Value {
			text := secret
			if text != nil {
				text = secret.(string) + " of " + name
			}
			return tftypes.NewValue(loginType, map[string]tftypes.Value{
				"name": tftypes.NewValue(tftypes.String, name), "secret_wo": tftypes.NewValue(tftypes.String, text),
			})
		}
		return p.object(map[string]any{
			"name": "a", "secret_wo": secret, "owner": person("o"),
			"users":   []tftypes.Value{person("u"), person("v")},
			"by_role": map[string]tftypes.Value{"admin": person("x")},
		})
	}
	resp := p.apply(nil, with(nil), with("s"), nil)
	state := p.unmarshal(resp.NewState)
	if want := []string{"s", "s of o", "s of u", "s of v", "s of x"}; !slices.Equal(created, want) {
		t.Errorf("created with %q, want %q", created, want)
	}
	if len(resp.Diagnostics) > 0 || !state.Equal(with(nil)) {
		t.Errorf("the state is %s, %v", state, resp.Diagnostics)
	}
	resp = p.apply(state, with(nil), with("t"), nil)
	if want := []string{"t", "t of o", "t of u", "t of v", "t of x"}; !slices.Equal(updated, want) {
		t.Errorf("updated with %q, want %q", updated, want)
	}
	if state := p.unmarshal(resp.NewState); len(resp.Diagnostics) > 0 || !state.Equal(with(nil)) {
		t.Errorf("the state is %s, %v", state, resp.Diagnostics)
	}
	// Objects that the configuration leaves out have no such values.
	resp = p.apply(nil, p.object(map[string]any{"name": "a"}), p.object(map[string]any{"name": "a", "secret_wo": "u"}), nil)
	if len(resp.Diagnostics) > 0 || !slices.Equal(created, []string{"u", ""}) {
		t.Errorf("created with %q, %v", created, resp.Diagnostics)
	}
}

// account has a private part, which Terraform stores beside the state.
type account struct {
	Name  types.String `tfsdk:"name"`
	Email types.String `tfsdk:"email"`

	kept struct{ ID, Calls int }
}

func accountDeclaration() ResourceDeclaration[account] {
	return ResourceDeclaration[account]{
		Name: "account", Noun: "account", Identity: []string{"name"}, ImportID: "name",
		Private: PrivateState(func(m *account) *struct{ ID, Calls int } { return &m.kept }),
		Schema: schema.Schema{Version: 2, Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{Required: true}, "email": textAttribute(),
		}},
		Create: func(_ context.Context, _ *client.Client, m *account, _ func()) error {
			m.kept.ID, m.kept.Calls = 7, 1
			return nil
		},
		Update: func(_ context.Context, _ *client.Client, prior account, m *account, save func(account)) error {
			m.kept.Calls++
			current := *m
			current.Name = prior.Name
			save(current)
			return errors.New("the second call failed")
		},
	}
}

// An update that fails after its first call saves what that call has done.
func TestUpdateSavesPart(t *testing.T) {
	t.Parallel()
	p := serveResource(t, accountDeclaration())
	made := p.apply(nil, p.object(map[string]any{"name": "a", "email": "old"}), p.object(map[string]any{"name": "a", "email": "old"}), nil)
	wanted := p.object(map[string]any{"name": "b", "email": "new"})
	resp := p.apply(p.unmarshal(made.NewState), wanted, wanted, made.Private)
	state := p.unmarshal(resp.NewState)
	if len(resp.Diagnostics) != 1 || attribute(t, state, "name") != "a" || attribute(t, state, "email") != "new" {
		t.Errorf("the state is %s, %v", state, resp.Diagnostics)
	}
	if got := keptOf(t, resp.Private); got != `{"ID":7,"Calls":2}` {
		t.Errorf("kept %s", got)
	}
}

// keptOf returns what the provider keeps in the private data of a resource.
func keptOf(t *testing.T, private []byte) string {
	t.Helper()
	var keys map[string][]byte
	if err := json.Unmarshal(private, &keys); err != nil {
		t.Fatal(err)
	}
	return string(keys[privateKey])
}

// Private data that cannot be read counts as none, with a warning.
func TestUnreadablePrivateData(t *testing.T) {
	t.Parallel()
	p := serveResource(t, accountDeclaration())
	state := p.object(map[string]any{"name": "a"})
	bad, err := json.Marshal(map[string][]byte{privateKey: []byte(`["of another version"]`)})
	if err != nil {
		t.Fatal(err)
	}
	resp := p.apply(state, state, state, bad)
	if len(resp.Diagnostics) != 2 || resp.Diagnostics[0].Severity != tfprotov6.DiagnosticSeverityWarning ||
		!strings.Contains(resp.Diagnostics[0].Detail, "cannot be read") {
		t.Errorf("diagnostics: %v", resp.Diagnostics)
	}
	if got := keptOf(t, resp.Private); got != `{"ID":0,"Calls":1}` {
		t.Errorf("kept %s", got)
	}
}

// oldAccount is an account as version 0, or another provider, has it.
type oldAccount struct {
	Username types.String `tfsdk:"username"`
}

func upgradeAccount(_ context.Context, old oldAccount) (account, error) {
	if old.Username.ValueString() == "" {
		return account{}, errors.New("the state has no username")
	}
	if old.Username.ValueString() == "nobody" {
		return account{}, nil
	}
	return account{Name: old.Username, Email: types.StringUnknown()}, nil
}

func movingAccounts() ResourceDeclaration[account] {
	declaration := accountDeclaration()
	old := schema.Schema{Attributes: map[string]schema.Attribute{"username": textAttribute()}}
	declaration.Upgrades = map[int64]StateUpgrade[account]{0: Upgrade(old, upgradeAccount)}
	declaration.Moves = []StateMove[account]{
		{Provider: "other/quay", Type: "quay_person", Version: 3, Upgrade: Upgrade(old, upgradeAccount)},
		{Provider: "test/quay", Type: "quay_user", Upgrade: Upgrade(old, upgradeAccount)},
		{Type: "quay_member", Upgrade: Upgrade(old, upgradeAccount)},
	}
	return declaration
}

// A state of an older schema version is upgraded, or is an error that tells why
// not.
func TestStateUpgrade(t *testing.T) {
	t.Parallel()
	p := serveResource(t, movingAccounts())
	for state, problem := range map[string]string{
		`{"username": "alice", "gone": [1]}`: "",
		`{"username": ""}`:                   "the state has no username",
		`{"username": "nobody"}`:             "The old state of the account does not tell its name.",
	} {
		resp, err := p.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
			TypeName: p.typeName, RawState: &tfprotov6.RawState{JSON: []byte(state)},
		})
		if err != nil {
			t.Fatal(err)
		}
		if problem != "" {
			if len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Detail != problem {
				t.Errorf("%s: %v", state, resp.Diagnostics)
			}
			continue
		}
		upgraded := p.unmarshal(resp.UpgradedState)
		if len(resp.Diagnostics) > 0 || attribute(t, upgraded, "name") != "alice" || !upgraded.IsFullyKnown() {
			t.Errorf("%s: %s, %v", state, upgraded, resp.Diagnostics)
		}
	}
}

// A moved block accepts only the state of the types that the declaration names, from their
// provider at any host.
func TestMoveState(t *testing.T) {
	t.Parallel()
	p := serveResource(t, movingAccounts())
	for name, test := range map[string]struct {
		provider, typeName string
		version            int64
		moved              bool
	}{
		"first":            {"registry.terraform.io/other/quay", "quay_person", 3, true},
		"another host":     {"registry.opentofu.org/other/quay", "quay_person", 3, true},
		"name alone":       {"quay", "quay_person", 3, true},
		"another name":     {"registry.terraform.io/other/notquay", "quay_person", 3, false},
		"second":           {"registry.terraform.io/test/quay", "quay_user", 0, true},
		"any provider":     {"registry.terraform.io/another/quay", "quay_member", 0, true},
		"another version":  {"registry.terraform.io/other/quay", "quay_person", 4, false},
		"another type":     {"registry.terraform.io/other/quay", "quay_user", 3, false},
		"another provider": {"registry.terraform.io/another/quay", "quay_person", 3, false},
	} {
		resp, err := p.MoveResourceState(t.Context(), &tfprotov6.MoveResourceStateRequest{
			SourceProviderAddress: test.provider, SourceTypeName: test.typeName, SourceSchemaVersion: test.version, TargetTypeName: p.typeName,
			SourceState: &tfprotov6.RawState{JSON: []byte(`{"username": "alice"}`)},
		})
		if err != nil {
			t.Fatal(err)
		}
		if !test.moved {
			if len(resp.Diagnostics) != 1 {
				t.Errorf("%s: %v", name, resp.Diagnostics)
			}
			continue
		}
		state := p.unmarshal(resp.TargetState)
		if len(resp.Diagnostics) > 0 || attribute(t, state, "name") != "alice" || resp.TargetIdentity == nil {
			t.Errorf("%s: %s, %v", name, state, resp.Diagnostics)
		}
	}
}

// Every identity has an import id, and every import id one identity.
func TestImportID(t *testing.T) {
	t.Parallel()
	colon, slash := newImportIDFormat(""), newImportIDFormat("/")
	for id, want := range map[string][]string{
		"acme:devs":         {"acme", "devs"},
		"acme/app:a:b":      {"acme/app", "a:b"}, // the last part is as it is
		"a%3Ab%25:c%3Ad":    {"a:b%", "c%3Ad"},
		"a%3ab:c":           {"a:b", "c"},
		"acme":              nil,
		":devs":             nil,
		"acme:":             nil,
		"https%3A//q:12:34": {"https://q", "12:34"},
	} {
		parts, ok := colon.split(id, 2)
		if ok != (want != nil) || !slices.Equal(parts, want) {
			t.Errorf("%s has the parts %q, %v", id, parts, ok)
		}
	}
	if parts, ok := colon.split("a:%3A%", 1); !ok || parts[0] != "a:%3A%" {
		t.Errorf("a single part is %q", parts)
	}
	for id, want := range map[string][]string{
		"acme/app":       {"acme", "app"},
		"acme/team/app":  {"acme", "team/app"},
		"a%2Fb:%2f/c%2F": {"a/b:/", "c%2F"},
		"acme":           nil,
		"acme:app":       nil,
		"acme/":          nil,
	} {
		parts, ok := slash.split(id, 2)
		if ok != (want != nil) || !slices.Equal(parts, want) {
			t.Errorf("%s has the parts %q, %v", id, parts, ok)
		}
	}
	const letters = "ab:%3A25/F"
	for range 1000 {
		parts := make([]string, 1+rand.IntN(3))
		for i := range parts {
			for range 1 + rand.IntN(6) {
				parts[i] += string(letters[rand.IntN(len(letters))])
			}
		}
		for _, format := range []importIDFormat{colon, slash} {
			if got, ok := format.split(format.join(parts), len(parts)); !ok || !slices.Equal(got, parts) {
				t.Errorf("%q becomes %s and then %q", parts, format.join(parts), got)
			}
		}
	}
}

// lease is the model of an ephemeral resource.
type lease struct {
	Name types.String `tfsdk:"name"`
}

// leases serves an ephemeral resource type whose leases are closed with the value
// that opens them.
func leases[S any](t *testing.T, opens S, closed func(S)) *leaseServer {
	t.Helper()
	server := serve(t, testProvider{ephemeral: func() ephemeral.EphemeralResource {
		return NewEphemeralResource(EphemeralDeclaration[lease, S]{
			Name: "lease", Noun: "lease",
			Schema: ephemeralschema.Schema{Attributes: map[string]ephemeralschema.Attribute{"name": ephemeralschema.StringAttribute{Optional: true}}},
			Open:   func(context.Context, *client.Client, *lease) (S, error) { return opens, nil },
			Close: func(_ context.Context, _ *client.Client, opened S) error {
				closed(opened)
				return nil
			},
		})
	}})
	return &leaseServer{t, server}
}

type leaseServer struct {
	t      *testing.T
	server tfprotov6.ProviderServer
}

func (s *leaseServer) open() *tfprotov6.OpenEphemeralResourceResponse {
	s.t.Helper()
	typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String}}
	config, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, map[string]tftypes.Value{"name": tftypes.NewValue(tftypes.String, nil)}))
	if err != nil {
		s.t.Fatal(err)
	}
	resp, err := s.server.OpenEphemeralResource(s.t.Context(), &tfprotov6.OpenEphemeralResourceRequest{TypeName: "test_lease", Config: &config})
	if err != nil {
		s.t.Fatal(err)
	}
	return resp
}

func (s *leaseServer) close(private []byte) []*tfprotov6.Diagnostic {
	s.t.Helper()
	resp, err := s.server.CloseEphemeralResource(s.t.Context(), &tfprotov6.CloseEphemeralResourceRequest{TypeName: "test_lease", Private: private})
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.Diagnostics
}

// Close gets the value that Open returned. Without this value, closing is an error.
func TestEphemeralKeeps(t *testing.T) {
	t.Parallel()
	type ticket struct{ ID int }
	var closed []ticket
	server := leases(t, ticket{7}, func(opened ticket) { closed = append(closed, opened) })
	opened := server.open()
	if diags := slices.Concat(opened.Diagnostics, server.close(opened.Private)); len(diags) > 0 || !slices.Equal(closed, []ticket{{7}}) {
		t.Errorf("closed %v, %v", closed, diags)
	}
	if diags := server.close(nil); len(diags) != 1 || len(closed) != 1 {
		t.Errorf("closed %v without anything kept, %v", closed, diags)
	}
}

// If the value of Open does not encode, the envelope closes the resource at once.
func TestEphemeralWithoutKeeping(t *testing.T) {
	t.Parallel()
	closed := 0
	server := leases(t, func() {}, func(func()) { closed++ }) // a function has no JSON
	if opened := server.open(); len(opened.Diagnostics) != 1 || closed != 1 {
		t.Errorf("closed %d times after %v", closed, opened.Diagnostics)
	}
}
