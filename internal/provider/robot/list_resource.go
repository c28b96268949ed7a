package robot

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

// found is a robot with its organization, which is null for a robot of the token's
// user, and with the client that found it.
type found struct {
	organization types.String
	robot        client.Robot
	client       *client.Client
}

// newOrganizationListResource returns the list resource quay_organization_robot.
func newOrganizationListResource() list.ListResource {
	return newListResource[organizationName, organizationModel](organizationKind, map[string]schema.Attribute{
		"organization": account.ListOrganization(),
	})
}

// newUserListResource returns the list resource quay_user_robot.
func newUserListResource() list.ListResource {
	return newListResource[noOrganization, userModel](userKind, nil)
}

func newListResource[F, M any, PF interface {
	*F
	ownerModel
}, PM robotModel[M]](k kind, attributes map[string]schema.Attribute) list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[F, found, M]{
		Resource: declare[M, PM](k),
		Schema: schema.Schema{
			MarkdownDescription: "Finds the robot accounts of " + k.whose + ", with one call. Where whole robots are asked for, each robot takes another call, " +
				"which reads its metadata.",
			Attributes: attributes,
		},
		Objects: func(ctx context.Context, c *client.Client, config F) iter.Seq2[found, error] {
			return func(yield func(found, error) bool) {
				owner := PF(&config)
				robots, err := c.ListRobots(ctx, owner.owner())
				if err == nil {
					err = checkOrganization(ctx, c, owner.organization(), len(robots))
				}
				if err != nil {
					yield(found{}, err)
					return
				}
				for _, r := range robots {
					if !yield(found{owner.organization(), r, c}, nil) {
						return
					}
				}
			}
		},
		FromAPI: func(m *M, f found) error {
			r := PM(m).robot()
			r.setOrganization(f.organization)
			r.fromAPI(f.client, &f.robot)
			return nil
		},
		Complete: func(ctx context.Context, c *client.Client, m *M) error {
			r := PM(m).robot()
			whole, err := c.GetRobotWithMetadata(ctx, r.owner(), r.Name.ValueString())
			if err != nil {
				return err
			}
			r.fromAPI(c, whole)
			return nil
		},
		Display: func(m M) string {
			r := PM(&m).robot()
			if r.Description.ValueString() == "" {
				return r.Username.ValueString()
			}
			return r.Username.ValueString() + ": " + r.Description.ValueString()
		},
	})
}
