// Command bare is a provider that does nothing, with the framework of the real provider. Its
// time is the minimum for as many objects of the real provider.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	quay "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider"
)

func main() {
	err := quay.LimitLogs() // like the real provider
	if err == nil {
		err = providerserver.Serve(context.Background(), func() provider.Provider { return bare{} },
			providerserver.ServeOpts{Address: "registry.terraform.io/terraform-provider-quay/quay"})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// bare is the provider.
type bare struct{}

func (bare) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "quay"
}

func (bare) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (bare) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (bare) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (bare) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return object{} }}
}

// object is the resource quay_object. Like a permission, it has three texts. Two of them are
// its identity.
type object struct{}

func (object) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_object"
}

func (object) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema.Attributes = map[string]schema.Attribute{
		"group": schema.StringAttribute{Required: true},
		"name":  schema.StringAttribute{Required: true},
		"role":  schema.StringAttribute{Required: true},
	}
}

func (object) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema.Attributes = map[string]identityschema.Attribute{
		"group": identityschema.StringAttribute{RequiredForImport: true},
		"name":  identityschema.StringAttribute{RequiredForImport: true},
	}
}

func (object) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.State.Raw = req.Plan.Raw
	identify(ctx, req.Plan.Raw, resp.Identity)
}

func (object) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	identify(ctx, req.State.Raw, resp.Identity)
}

// identify sets the identity of an object. Without it, the framework reports an error.
func identify(ctx context.Context, object tftypes.Value, identity *tfsdk.ResourceIdentity) {
	var values map[string]tftypes.Value
	if err := object.As(&values); err != nil {
		panic(err) // the framework passes only objects
	}
	identity.Raw = tftypes.NewValue(identity.Schema.Type().TerraformType(ctx), map[string]tftypes.Value{"group": values["group"], "name": values["name"]})
}

func (object) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

func (object) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
