package envelope

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// DataSourceDeclaration declares a data source. M is its model.
type DataSourceDeclaration[M any] struct {
	// Name is the type's name without "quay_".
	Name string
	// Noun is the name of the object in messages: "registry size".
	Noun   string
	Schema schema.Schema
	// Read completes the model. Before, the model has the values of the configuration.
	Read func(ctx context.Context, c *client.Client, model *M) error
	// Warn, if not nil, returns warnings about a model after the read.
	Warn func(model M) diag.Diagnostics
}

// NewDataSource returns a declared data source.
func NewDataSource[M any](declaration DataSourceDeclaration[M]) datasource.DataSource {
	return &declaredDataSource[M]{declaration: declaration}
}

// declaredDataSource implements a declaration.
type declaredDataSource[M any] struct {
	configured
	declaration DataSourceDeclaration[M]
}

var _ datasource.DataSourceWithConfigure = &declaredDataSource[struct{}]{}

func (d *declaredDataSource[M]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.declaration.Name
}

func (d *declaredDataSource[M]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = d.declaration.Schema
}

func (d *declaredDataSource[M]) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	resp.Diagnostics = d.configure(req.ProviderData)
}

func (d *declaredDataSource[M]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model M
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := d.declaration.Read(ctx, d.run.client, &model); err != nil {
		resp.Diagnostics.Append(d.run.diagnostic("Unable to read Quay "+d.declaration.Noun, err, attributeNames(d.declaration.Schema.Attributes)))
		return
	}
	if d.declaration.Warn != nil {
		resp.Diagnostics.Append(d.declaration.Warn(model)...)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// configured holds the run of the configured provider.
type configured struct {
	run *Run
}

// configure sets the run. Terraform also calls it with nil, before it configures the provider.
func (c *configured) configure(providerData any) (diags diag.Diagnostics) {
	if providerData == nil {
		return nil
	}
	var ok bool
	if c.run, ok = providerData.(*Run); !ok {
		diags.AddError("Provider not configured as expected", "This is a defect of the provider: please report it.")
	}
	return diags
}
