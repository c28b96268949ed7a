package superuserconfig

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// model is a quay_superuser_config.
type model struct {
	Features             map[string]types.Bool `tfsdk:"features"`
	AuthenticationType   types.String          `tfsdk:"authentication_type"`
	RegistryState        types.String          `tfsdk:"registry_state"`
	Superusers           []types.String        `tfsdk:"superusers"`
	DefaultTagExpiration types.String          `tfsdk:"default_tag_expiration"`
	TagExpirationOptions []types.String        `tfsdk:"tag_expiration_options"`
}

// newDataSource returns the data source quay_superuser_config.
func newDataSource() datasource.DataSource {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	texts := func(description string) schema.ListAttribute {
		return schema.ListAttribute{ElementType: types.StringType, Computed: true, MarkdownDescription: description}
	}
	return envelope.NewDataSource(envelope.DataSourceDeclaration[model]{
		Name: "superuser_config",
		Noun: "configuration",
		Schema: schema.Schema{
			MarkdownDescription: "Reads settings of the registry's `config.yaml`. Secrets and the environment of the server are not among them.\n\n" +
				"Needs the access token of a superuser.",
			Attributes: map[string]schema.Attribute{
				"features": schema.MapAttribute{
					ElementType:         types.BoolType,
					Computed:            true,
					MarkdownDescription: "Whether each feature is on, by the name of its setting: `FEATURE_QUOTA_MANAGEMENT`.",
				},
				"authentication_type":    text("Source of the registry's users: `Database`, `LDAP`, `OIDC` and others."),
				"registry_state":         text("State of the registry: `normal` or `readonly`."),
				"superusers":             texts("Names of the superusers."),
				"default_tag_expiration": text("For how long a deleted tag can be brought back in new organizations, such as `2w`."),
				"tag_expiration_options": texts("Periods that organizations can choose from, such as `2w`."),
			},
		},
		Read: read,
	})
}

func read(ctx context.Context, c *client.Client, m *model) error {
	config, err := c.GetSuperuserConfig(ctx)
	if errors.Is(err, client.Denied) {
		return envelope.WithDetail("", "Quay gives the same answer where FEATURE_SUPERUSER_CONFIGDUMP is off in the registry's config.yaml.", err)
	}
	if err != nil {
		return err
	}
	*m = model{
		Features:             map[string]types.Bool{},
		AuthenticationType:   envelope.TextOrNull(config.AuthenticationType),
		RegistryState:        envelope.TextOrNull(config.RegistryState),
		Superusers:           textValues(config.Superusers),
		DefaultTagExpiration: envelope.TextOrNull(config.DefaultTagExpiration),
		TagExpirationOptions: textValues(config.TagExpirationOptions),
	}
	for name, on := range config.Features {
		m.Features[name] = types.BoolValue(on)
	}
	return nil
}

func textValues(texts []string) []types.String {
	values := make([]types.String, len(texts))
	for i, text := range texts {
		values[i] = types.StringValue(text)
	}
	return values
}
