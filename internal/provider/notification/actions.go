package notification

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// actionModel is the configuration of quay_test_notification and of
// quay_reset_notification.
type actionModel struct {
	Repository   types.String `tfsdk:"repository"`
	Organization types.String `tfsdk:"organization"`
	UUID         types.String `tfsdk:"uuid"`
}

// owner returns the owner of the notification, and its kind.
func (m actionModel) owner() (client.NotificationOwner, kind) {
	switch {
	case !m.Repository.IsNull():
		return (&repositoryName{m.Repository}).owner(), repositoryKind
	case !m.Organization.IsNull():
		return (&organizationName{m.Organization}).owner(), organizationKind
	}
	return noOwner{}.owner(), userKind
}

// newTestAction returns the action quay_test_notification.
func newTestAction() action.Action {
	return newAction("test", "Makes Quay send a notification with sample data. Quay sends it in the background, and does not tell this action whether it was delivered. "+
		"The attribute `number_of_failures` of the data sources for notifications counts failed deliveries.",
		"Quay will send the notification %s with sample data.", (*client.Client).TestNotification)
}

// newResetAction returns the action quay_reset_notification.
func newResetAction() action.Action {
	return newAction("reset", "Sets the number of failed deliveries of a notification to zero. Quay stops delivering a notification after three failures, "+
		"and delivers it again after this action.",
		"The notification %s has no failed deliveries any more.", (*client.Client).ResetNotification)
}

func newAction(verb, description, done string, call func(*client.Client, context.Context, client.NotificationOwner, string) error) action.Action {
	name := func(k kind, words string, rules ...validator.String) schema.StringAttribute {
		return schema.StringAttribute{
			Optional: true, MarkdownDescription: k.owner.description + " " + words, Validators: append(rules, k.owner.validators...),
		}
	}
	return envelope.NewAction(envelope.ActionDeclaration[actionModel]{
		Name: verb + "_notification",
		Does: verb + " Quay notification",
		Schema: schema.Schema{
			MarkdownDescription: description,
			Attributes: map[string]schema.Attribute{
				"repository": name(repositoryKind, "Conflicts with `organization`.", stringvalidator.ConflictsWith(path.MatchRoot("organization"))),
				"organization": name(organizationKind, "Conflicts with `repository`. Without `repository` and `organization`, the notification is one of the access "+
					"token's own user."),
				"uuid": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "UUID of the notification.",
					Validators:          []validator.String{envelope.UUID()},
				},
			},
		},
		Invoke: func(ctx context.Context, c *client.Client, m actionModel, progress func(string)) error {
			owner, kind := m.owner()
			uuid := m.UUID.ValueString()
			notifications, err := kind.list(ctx, c, owner) // Quay would also test a notification of another repository
			if err != nil {
				return err
			}
			shown := displayName(owner, uuid)
			for _, found := range notifications {
				if found.UUID == uuid {
					if err := call(c, ctx, owner, uuid); err != nil {
						return envelope.NotFoundError("uuid", "notification", shown, err)
					}
					progress(fmt.Sprintf(done, shown))
					return nil
				}
			}
			return envelope.WithDetail("uuid", fmt.Sprintf("There is no notification %q in the registry.", shown), nil)
		},
	})
}
