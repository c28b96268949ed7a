package team

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// listModel is the configuration of a list of quay_organization_team.
type listModel struct {
	Organization types.String `tfsdk:"organization"`
}

// listedTeam is a team with its organization.
type listedTeam struct {
	organization string
	team         client.Team
}

// newListResource returns the list resource quay_organization_team.
func newListResource() list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[listModel, listedTeam, model]{
		Resource: declaration(),
		Schema: schema.Schema{
			MarkdownDescription: "Finds the teams of an organization, with one call. Whole teams (`include_resource`, and where configuration is generated) take a call for each.",
			Attributes: map[string]schema.Attribute{
				"organization": account.ListOrganization(),
			},
		},
		Objects: objects,
		FromAPI: func(m *model, l listedTeam) error {
			m.Organization = types.StringValue(l.organization)
			m.fromAPI(&l.team)
			return nil
		},
		Complete: readMembers,
		Display: func(m model) string {
			return fmt.Sprintf("%s: %s (%s)", m.Organization.ValueString(), m.Name.ValueString(), m.Role.ValueString())
		},
	})
}

func objects(ctx context.Context, c *client.Client, config listModel) iter.Seq2[listedTeam, error] {
	return func(yield func(listedTeam, error) bool) {
		organization := config.Organization.ValueString()
		teams, err := c.ListTeams(ctx, organization)
		if err != nil {
			yield(listedTeam{}, envelope.NotFoundError("organization", "organization", organization, err))
			return
		}
		for _, team := range teams {
			if !yield(listedTeam{organization, team}, nil) {
				return
			}
		}
	}
}
