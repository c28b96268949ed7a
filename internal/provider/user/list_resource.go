package user

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// listModel is the configuration of a list of quay_user.
type listModel struct {
	account.PrefixModel
	Disabled types.Bool `tfsdk:"disabled"`
}

// newListResource returns the list resource quay_user.
func newListResource() list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[listModel, *client.User, model]{
		Resource: declaration(),
		Schema: schema.Schema{
			MarkdownDescription: "Finds users of the registry, with superusers.",
			Attributes: map[string]schema.Attribute{
				"prefix": account.Prefix("the users"),
				"disabled": schema.BoolAttribute{
					Optional:            true,
					MarkdownDescription: "Whether to find only disabled users (`true`) or only enabled users (`false`). Defaults to both.",
				},
			},
		},
		Objects: objects,
		FromAPI: func(m *model, user *client.User) error { m.fromAPI(user); return nil },
		Display: func(m model) string { return m.Username.ValueString() },
	})
}

func objects(ctx context.Context, c *client.Client, config listModel) iter.Seq2[*client.User, error] {
	return func(yield func(*client.User, error) bool) {
		includeDisabled := config.Disabled.IsNull() || config.Disabled.ValueBool()
		for user, err := range c.ListUsers(ctx, includeDisabled) {
			if err == nil && (!config.Match(user.Username) || config.Disabled.ValueBool() && user.Enabled) {
				continue
			}
			if !yield(&user, err) {
				return
			}
		}
	}
}
