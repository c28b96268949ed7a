package notification

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// listedNotification is a notification with the name of its owner.
type listedNotification struct {
	owner        string
	notification client.Notification
}

// newRepositoryListResource returns the list resource quay_repository_notification.
func newRepositoryListResource() list.ListResource {
	description := "Finds the notifications of a repository, or of all repositories of an organization, with a call for each repository."
	return newListResource[repositoryModel](repositoryKind, account.RepositoryFilterSchema(description), repositoryOwners)
}

// newOrganizationListResource returns the list resource quay_organization_notification.
func newOrganizationListResource() list.ListResource {
	return newListResource[organizationModel](organizationKind, ownerSchema(organizationKind), ownerOf[organizationName])
}

// newUserListResource returns the list resource quay_user_notification.
func newUserListResource() list.ListResource {
	return newListResource[userModel](userKind, ownerSchema(userKind), ownerOf[noOwner])
}

// ownerSchema is the schema of a list of one owner's notifications.
func ownerSchema(k kind) schema.Schema {
	attributes := map[string]schema.Attribute{}
	if k.hasOwner() {
		attributes[k.owner.name] = account.ListOrganization()
	}
	return schema.Schema{MarkdownDescription: "Finds the notifications of " + k.whose + ", with one call.", Attributes: attributes}
}

// owners yields the owners whose notifications are listed. It ends after the first error.
type owners[F any] func(ctx context.Context, c *client.Client, config F) iter.Seq2[client.NotificationOwner, error]

func ownerOf[F any, P interface {
	*F
	ownerModel
}](_ context.Context, _ *client.Client, config F) iter.Seq2[client.NotificationOwner, error] {
	return func(yield func(client.NotificationOwner, error) bool) { yield(P(&config).owner(), nil) }
}

func repositoryOwners(ctx context.Context, c *client.Client, config account.RepositoryFilter) iter.Seq2[client.NotificationOwner, error] {
	return func(yield func(client.NotificationOwner, error) bool) {
		for repository, err := range config.Repositories(ctx, c) {
			if !yield(client.RepositoryNotifications(repository), err) {
				return
			}
		}
	}
}

func newListResource[M, F any, P resourceModel[M]](k kind, filter schema.Schema, owners owners[F]) list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[F, listedNotification, M]{
		Resource: declare[M, P](k),
		Schema:   filter,
		Objects: func(ctx context.Context, c *client.Client, config F) iter.Seq2[listedNotification, error] {
			return func(yield func(listedNotification, error) bool) {
				for owner, err := range owners(ctx, c, config) {
					var notifications []client.Notification
					if err == nil {
						notifications, err = k.list(ctx, c, owner)
					}
					if err != nil {
						yield(listedNotification{}, err)
						return
					}
					for _, found := range notifications {
						if !yield(listedNotification{owner.String(), found}, nil) {
							return
						}
					}
				}
			}
		},
		FromAPI: func(m *M, l listedNotification) error {
			n := P(m).notification()
			n.setOwner(l.owner)
			fromAPI(n, &l.notification)
			return nil
		},
		Display: func(m M) string {
			n := P(&m).notification()
			shown, owner, title := toAPI(n), n.owner().String(), ""
			if owner != "" {
				owner += ": "
			}
			if shown.Title != "" {
				title = fmt.Sprintf(" (%s)", shown.Title)
			}
			return fmt.Sprintf("%s%s by %s%s", owner, shown.Event, shown.Method, title)
		},
	})
}
