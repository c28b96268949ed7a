package teamsync

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// newListResource returns the list resource quay_organization_team_sync.
func newListResource() list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[account.OrganizationFilter, model, model]{
		Resource: declaration(),
		Schema: account.OrganizationFilterSchema("Finds the teams of an organization that are synchronized with a group, with a call for each " +
			"of these teams."),
		Objects: objects,
		FromAPI: func(m *model, object model) error { *m = object; return nil },
		Display: func(m model) string {
			return fmt.Sprintf("%s: %s (%s%s)", m.Organization.ValueString(), m.Team.ValueString(), m.GroupDN.ValueString(), m.GroupName.ValueString())
		},
	})
}

func objects(ctx context.Context, c *client.Client, filter account.OrganizationFilter) iter.Seq2[model, error] {
	return func(yield func(model, error) bool) {
		for team, err := range account.ObjectsIn((*client.Client).ListTeams)(ctx, c, filter) {
			if err == nil && !team.Object.IsSynced {
				continue
			}
			m := model{Organization: filter.Organization, Team: types.StringValue(team.Object.Name)}
			if err == nil {
				if err = read(ctx, c, &m); errors.Is(err, client.NotFound) {
					continue // the synchronization has ended since the list was read
				}
			}
			if !yield(m, err) || err != nil {
				return
			}
		}
	}
}
