package robot

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

// foundFederation is the federation of a robot with its organization, which is null for
// a robot of the token's user.
type foundFederation struct {
	organization types.String
	robot        string
	identities   []client.FederatedIdentity
}

// newOrganizationFederationListResource returns the list resource
// quay_organization_robot_federation.
func newOrganizationFederationListResource() list.ListResource {
	return newFederationListResource[organizationName, organizationFederationModel](organizationKind, map[string]schema.Attribute{
		"organization": account.ListOrganization(),
	})
}

// newUserFederationListResource returns the list resource quay_user_robot_federation.
func newUserFederationListResource() list.ListResource {
	return newFederationListResource[noOrganization, userFederationModel](userKind, nil)
}

func newFederationListResource[F, M any, PF interface {
	*F
	ownerModel
}, PM federationModel[M]](k kind, attributes map[string]schema.Attribute) list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[F, foundFederation, M]{
		Resource: declareFederation[M, PM](k),
		Schema: schema.Schema{
			MarkdownDescription: "Finds the robot accounts of " + k.whose + " that identities of OIDC issuers can use. Each robot account takes a call.",
			Attributes:          attributes,
		},
		Objects: func(ctx context.Context, c *client.Client, config F) iter.Seq2[foundFederation, error] {
			return func(yield func(foundFederation, error) bool) {
				owner := PF(&config)
				robots, err := c.ListRobots(ctx, owner.owner())
				if err == nil {
					err = checkOrganization(ctx, c, owner.organization(), len(robots))
				}
				if err != nil {
					yield(foundFederation{}, err)
					return
				}
				for _, r := range robots {
					identities, err := c.GetRobotFederation(ctx, owner.owner(), r.Name())
					if errors.Is(err, client.NotFound) || err == nil && len(identities) == 0 {
						continue // the robot was deleted meanwhile, or has no federation
					}
					if !yield(foundFederation{owner.organization(), r.Name(), identities}, err) || err != nil {
						return
					}
				}
			}
		},
		FromAPI: func(m *M, found foundFederation) error {
			f := PM(m).federation()
			f.setOrganization(found.organization)
			f.Robot, f.Identities = types.StringValue(found.robot), identitySet(found.identities)
			return nil
		},
		Display: func(m M) string {
			f := PM(&m).federation()
			return fmt.Sprintf("%s: %d identities", displayName(f, f.Robot), len(f.Identities.Elements()))
		},
	})
}
