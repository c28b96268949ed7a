package application_test

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// secretStore is a provider of a secret store with one secret: a resource writes it, from
// a write-only attribute, and an ephemeral resource reads it.
type secretStore struct {
	mu     sync.Mutex
	value  string
	fail   storeFault
	writes int
}

// storeFault is how writes to a store fail.
type storeFault int

const (
	storeWorks       storeFault = iota
	storeRefuses                // and does not write
	storeLosesAnswer            // after it has written
)

// get returns the secret, and how often it was written.
func (s *secretStore) get() (value string, writes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.value, s.writes
}

// set sets the secret.
func (s *secretStore) set(value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.value = value
}

// failWith has writes fail from now on.
func (s *secretStore) failWith(fault storeFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = fault
}

// write is a write of the resource.
func (s *secretStore) write(value string) (failed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != storeRefuses {
		s.value = value
		s.writes++
	}
	return s.fail != storeWorks
}

func (s *secretStore) server() (tfprotov6.ProviderServer, error) {
	return providerserver.NewProtocol6(&storeProvider{s})(), nil
}

type storeProvider struct{ store *secretStore }

func (p *storeProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "store"
}

func (p *storeProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (p *storeProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (p *storeProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &storeResource{p.store} }}
}

func (p *storeProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (p *storeProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return &storeEphemeral{p.store} }}
}

// storeResource is a store_secret.
type storeResource struct{ store *secretStore }

func (r *storeResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "store_secret"
}

func (r *storeResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"value_wo": schema.StringAttribute{Required: true, WriteOnly: true},
		"version":  schema.StringAttribute{Required: true},
	}}
}

func (r *storeResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var value types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("value_wo"), &value)...)
	if r.store.write(value.ValueString()) {
		resp.Diagnostics.AddError("The store fails", "")
		return
	}
	resp.State.Raw = req.Plan.Raw
}

func (r *storeResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (r *storeResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var value types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("value_wo"), &value)...)
	if r.store.write(value.ValueString()) {
		resp.Diagnostics.AddError("The store fails", "")
		return
	}
	resp.State.Raw = req.Plan.Raw
}

func (r *storeResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// storeEphemeral is an ephemeral store_secret.
type storeEphemeral struct{ store *secretStore }

func (e *storeEphemeral) Metadata(_ context.Context, _ ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = "store_secret"
}

func (e *storeEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = ephemeralschema.Schema{Attributes: map[string]ephemeralschema.Attribute{
		"value": ephemeralschema.StringAttribute{Computed: true, Sensitive: true},
	}}
}

func (e *storeEphemeral) Open(ctx context.Context, _ ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	value, _ := e.store.get()
	resp.Diagnostics.Append(resp.Result.SetAttribute(ctx, path.Root("value"), value)...)
}
