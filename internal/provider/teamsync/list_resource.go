package teamsync

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// listModel is the configuration of a list of quay_organization_team_sync.
type listModel struct {
	Organization types.String `tfsdk:"organization"`
}

// newListResource returns the list resource quay_organization_team_sync.
func newListResource() list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[listModel, model, model]{
		Resource: declaration(),
		Schema: schema.Schema{
			MarkdownDescription: "Finds the teams of an organization that are synchronized with a group, with a call for each of these teams.",
			Attributes:          map[string]schema.Attribute{"organization": account.ListOrganization()},
		},
		Objects: objects,
		FromAPI: func(m *model, object model) error { *m = object; return nil },
		Display: func(m model) string {
			return fmt.Sprintf("%s: %s (%s%s)", m.Organization.ValueString(), m.Team.ValueString(), m.GroupDN.ValueString(), m.GroupName.ValueString())
		},
	})
}

func objects(ctx context.Context, c *client.Client, config listModel) iter.Seq2[model, error] {
	return func(yield func(model, error) bool) {
		organization := config.Organization.ValueString()
		teams, err := c.ListTeams(ctx, organization)
		if err != nil {
			yield(model{}, envelope.NotFoundError("organization", "organization", organization, err))
			return
		}
		for _, team := range teams {
			if !team.IsSynced {
				continue
			}
			m := model{Organization: config.Organization, Team: types.StringValue(team.Name)}
			err := read(ctx, c, &m)
			if errors.Is(err, client.NotFound) {
				continue // it has ended meanwhile
			}
			if !yield(m, err) || err != nil {
				return
			}
		}
	}
}
