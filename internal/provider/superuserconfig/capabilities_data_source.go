package superuserconfig

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// capabilitiesModel is a quay_capabilities.
type capabilitiesModel struct {
	Version            types.String          `tfsdk:"version"`
	Features           map[string]types.Bool `tfsdk:"features"`
	AuthenticationType types.String          `tfsdk:"authentication_type"`
	RegistryState      types.String          `tfsdk:"registry_state"`
	Calls              []types.String        `tfsdk:"calls"`

	SparseManifests     types.Bool     `tfsdk:"sparse_manifests"`
	MirrorArchitectures []types.String `tfsdk:"mirror_architectures"`
}

// newCapabilitiesDataSource returns the data source quay_capabilities.
func newCapabilitiesDataSource() datasource.DataSource {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	return envelope.NewDataSource(envelope.DataSourceDeclaration[capabilitiesModel]{
		Name: "capabilities",
		Noun: "capabilities",
		Schema: schema.Schema{
			MarkdownDescription: "Reads what the registry can do, as Quay tells everybody: its version, its features, and the calls of its API. " +
				"`quay_superuser_config` reads more settings, and needs a superuser.",
			Attributes: map[string]schema.Attribute{
				"version": text("Version of Quay, such as `3.18.0`. Null before Quay 3.16, which does not tell it."),
				"features": schema.MapAttribute{
					ElementType:         types.BoolType,
					Computed:            true,
					MarkdownDescription: "Whether each feature is on, by the name of its setting: `FEATURE_QUOTA_MANAGEMENT`.",
				},
				"authentication_type": text("Source of the registry's users: `Database`, `LDAP`, `OIDC` and others."),
				"registry_state":      text("State of the registry: `normal` or `readonly`."),
				"calls": schema.ListAttribute{
					ElementType: types.StringType,
					Computed:    true,
					MarkdownDescription: "Names of the calls that the registry has, such as `createOrganizationApplicationToken`, in alphabetical order. " +
						"[Which type makes which call](../guides/api-calls.md) has the calls of the types.",
				},
				"sparse_manifests": schema.BoolAttribute{
					Computed:            true,
					MarkdownDescription: "Whether an image for several architectures may lack some of them. Null before Quay 3.17, which does not tell it.",
				},
				"mirror_architectures": schema.ListAttribute{
					ElementType:         types.StringType,
					Computed:            true,
					MarkdownDescription: "Architectures to which a mirror can be limited. Null before Quay 3.17, which does not tell them.",
				},
			},
		},
		Read: func(ctx context.Context, c *client.Client, m *capabilitiesModel) error {
			all, err := c.Web().Capabilities(ctx)
			if err != nil {
				return err
			}
			*m = capabilitiesModel{
				Version: envelope.TextOrNull(all.Version), Features: map[string]types.Bool{}, AuthenticationType: envelope.TextOrNull(all.AuthenticationType),
				RegistryState: envelope.TextOrNull(all.RegistryState), Calls: textValues(all.Calls),
			}
			for name, on := range all.Features {
				m.Features[name] = types.BoolValue(on)
			}
			if all.Images != nil {
				m.SparseManifests, m.MirrorArchitectures = types.BoolValue(all.Images.SparseManifests.Supported), textValues(all.Images.MirrorArchitectures)
			}
			return nil
		},
	})
}
