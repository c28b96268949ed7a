package provider_test

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// stub is a provider of a test, with a resource type and perhaps an ephemeral one. It has
// the attributes of the provider whose name it takes that the guides use.
type stub struct {
	name      string
	resource  func() resource.Resource
	ephemeral func() ephemeral.EphemeralResource
}

func (s *stub) server() (tfprotov6.ProviderServer, error) {
	return providerserver.NewProtocol6(s)(), nil
}

func (s *stub) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = s.name
}

func (s *stub) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (s *stub) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (s *stub) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{s.resource}
}

func (s *stub) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (s *stub) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	if s.ephemeral == nil {
		return nil
	}
	return []func() ephemeral.EphemeralResource{s.ephemeral}
}

// vaultFault is how writes to a vault fail.
type vaultFault int

const (
	vaultWorks       vaultFault = iota
	vaultRefuses                // and does not write
	vaultLosesAnswer            // after it has written
)

// vault is a secret store with one secret.
type vault struct {
	mu     sync.Mutex
	secret map[string]string
	fault  vaultFault
	writes int
}

// read returns the secret, and how often it was written.
func (v *vault) read() (secret map[string]string, writes int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.secret, v.writes
}

// failWith has writes fail from now on.
func (v *vault) failWith(fault vaultFault) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.fault = fault
}

// write replaces the secret, as the resource does.
func (v *vault) write(text string) (failed bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.fault == vaultRefuses {
		return true
	}
	v.secret = nil
	v.writes++
	return json.Unmarshal([]byte(text), &v.secret) != nil || v.fault != vaultWorks
}

func (v *vault) provider() *stub {
	return &stub{
		"vault",
		func() resource.Resource { return &vaultSecret{v} },
		func() ephemeral.EphemeralResource { return &vaultEphemeral{v} },
	}
}

// vaultSecret is a vault_kv_secret_v2.
type vaultSecret struct{ vault *vault }

func (s *vaultSecret) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "vault_kv_secret_v2"
}

func (s *vaultSecret) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"mount":                schema.StringAttribute{Required: true},
		"name":                 schema.StringAttribute{Required: true},
		"data_json_wo":         schema.StringAttribute{Optional: true, WriteOnly: true},
		"data_json_wo_version": schema.Int64Attribute{Optional: true},
	}}
}

func (s *vaultSecret) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var text types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("data_json_wo"), &text)...)
	if s.vault.write(text.ValueString()) {
		resp.Diagnostics.AddError("The vault fails", "")
		return
	}
	resp.State.Raw = req.Plan.Raw
}

func (s *vaultSecret) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (s *vaultSecret) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var text types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("data_json_wo"), &text)...)
	if s.vault.write(text.ValueString()) {
		resp.Diagnostics.AddError("The vault fails", "")
		return
	}
	resp.State.Raw = req.Plan.Raw
}

func (s *vaultSecret) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// vaultEphemeral is an ephemeral vault_kv_secret_v2.
type vaultEphemeral struct{ vault *vault }

func (e *vaultEphemeral) Metadata(_ context.Context, _ ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = "vault_kv_secret_v2"
}

func (e *vaultEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = ephemeralschema.Schema{Attributes: map[string]ephemeralschema.Attribute{
		"mount": ephemeralschema.StringAttribute{Required: true},
		"name":  ephemeralschema.StringAttribute{Required: true},
		"data":  ephemeralschema.MapAttribute{ElementType: types.StringType, Computed: true, Sensitive: true},
	}}
}

func (e *vaultEphemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	secret, _ := e.vault.read()
	resp.Result.Raw = req.Config.Raw
	resp.Diagnostics.Append(resp.Result.SetAttribute(ctx, path.Root("data"), secret)...)
}

// rotations tells when it is time to rotate.
type rotations struct {
	mu    sync.Mutex
	count int64
}

// next makes it time to rotate.
func (r *rotations) next() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
}

// current returns the time of the last rotation.
func (r *rotations) current() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, int(r.count), 0)
}

func (r *rotations) provider() *stub {
	return &stub{"time", func() resource.Resource { return &timeRotating{r} }, nil}
}

// timeRotating is a time_rotating. A read removes it from the state when it is time to
// rotate, so that the plan creates it.
type timeRotating struct{ rotations *rotations }

func (r *timeRotating) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "time_rotating"
}

func (r *timeRotating) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	computed := schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}}
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"rotation_days":    schema.Int64Attribute{Required: true},
		"id":               computed,
		"rotation_rfc3339": computed,
		"unix":             schema.Int64Attribute{Computed: true},
	}}
}

func (r *timeRotating) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	now := r.rotations.current()
	resp.State.Raw = req.Plan.Raw
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), now.Format(time.RFC3339))...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("unix"), now.Unix())...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("rotation_rfc3339"), now.AddDate(0, 1, 0).Format(time.RFC3339))...)
}

func (r *timeRotating) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var id types.String
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("id"), &id)...)
	if id.ValueString() != r.rotations.current().Format(time.RFC3339) {
		resp.State.RemoveResource(ctx)
	}
}

func (r *timeRotating) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}

func (r *timeRotating) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
