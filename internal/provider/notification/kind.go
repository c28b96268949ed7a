package notification

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// kind is a kind of notifications: for repositories, for organizations, or for the token's
// user.
type kind struct {
	name   string // in the names of types
	whose  string // in descriptions
	about  string // subject of the notifications, in descriptions
	note   string // for the end of descriptions
	events []string
	// owner is the attribute that names the owner. The token's user has none.
	owner ownerAttribute
}

// ownerAttribute is the attribute that names the owner of notifications.
type ownerAttribute struct {
	name        string
	description string
	validators  []validator.String
}

const quotaDeletion = "Quay deletes these notifications when their quota is deleted. The next plan then creates them again."

var (
	repositoryKind = kind{
		name: "repository", whose: "a repository", about: "pushes, builds, vulnerabilities, mirroring and the expiry of images",
		events: slices.Concat([]string{"repo_push"}, client.BuildEvents(), []string{
			client.EventVulnerability, "repo_mirror_sync_started", "repo_mirror_sync_success", "repo_mirror_sync_failed", client.EventImageExpiry,
			client.EventQuotaWarning, client.EventQuotaError,
		}),
		owner: ownerAttribute{
			"repository", "Repository as `namespace/name`, where the name may contain slashes: `acme/team/app`.",
			[]validator.String{envelope.Text(account.CheckRepository)},
		},
	}
	organizationKind = kind{
		name: "organization", whose: "an organization", about: "its storage quota", note: quotaDeletion,
		events: []string{client.EventQuotaWarning, client.EventQuotaError},
		owner:  ownerAttribute{"organization", "Name of the organization.", account.Reference()},
	}
	userKind = kind{
		name: "user", whose: "the access token's own user", about: "the user's storage quota", note: quotaDeletion,
		events: []string{client.EventQuotaWarning, client.EventQuotaError},
	}
)

// hasOwner tells whether the types of the kind name the owner.
func (k kind) hasOwner() bool { return k.owner.name != "" }

// isRepositorys tells whether the notifications belong to repositories.
func (k kind) isRepositorys() bool { return k.owner.name == "repository" }

// identity names the attributes that identify a notification.
func (k kind) identity() []string {
	if k.hasOwner() {
		return []string{k.owner.name, "uuid"}
	}
	return []string{"uuid"}
}

// importID is the form of the import id.
func (k kind) importID() string {
	switch {
	case k.isRepositorys():
		return "namespace/name:uuid"
	case k.hasOwner():
		return k.owner.name + ":uuid"
	}
	return "uuid"
}

// methods are the methods of the notifications.
func (kind) methods() []string {
	return []string{
		client.NotifyByWebhook, client.NotifyByEmail, client.NotifyBySlack, client.NotifyInQuay, client.NotifyByHipchat, client.NotifyByFlowdock,
	}
}

// missing returns an error that, if it is [client.NotFound], tells that the owner does
// not exist.
func (k kind) missing(owner string, err error) error {
	return envelope.NotFoundError(k.owner.name, k.name, owner, err)
}

// list reads the notifications of an owner. Quay lists none for a repository that does not
// exist, so the provider looks for the repository.
func (k kind) list(ctx context.Context, c *client.Client, owner client.NotificationOwner) ([]client.Notification, error) {
	notifications, err := c.ListNotifications(ctx, owner)
	if err != nil || len(notifications) > 0 || !k.isRepositorys() {
		return notifications, k.missing(owner.String(), err)
	}
	return notifications, k.checkRepository(ctx, c, owner.String())
}

// checkRepository returns an error if there is no repository with a name.
func (k kind) checkRepository(ctx context.Context, c *client.Client, name string) error {
	repository, err := client.ParseRepository(name)
	if err != nil {
		return err
	}
	_, err = c.GetRepository(ctx, repository)
	return k.missing(name, err)
}

// ownerName is the name of an owner at the beginning of a sentence in a message.
func (k kind) ownerName(owner string) string {
	if k.hasOwner() {
		return fmt.Sprintf("The %s %q", k.name, owner)
	}
	return "The access token's own user"
}

// displayName is the name of an owner's notification in messages.
func displayName(owner client.NotificationOwner, uuid string) string {
	if name := owner.String(); name != "" {
		return name + ":" + uuid
	}
	return uuid
}

// organizationName is the part of a model that names the organization.
type organizationName struct {
	Organization types.String `tfsdk:"organization"`
}

func (o *organizationName) owner() client.NotificationOwner {
	return client.OrganizationNotifications(o.Organization.ValueString())
}

func (o *organizationName) setOwner(name string) { o.Organization = types.StringValue(name) }

// repositoryName is the part of a model that names the repository.
type repositoryName struct {
	Repository types.String `tfsdk:"repository"`
}

func (r *repositoryName) owner() client.NotificationOwner {
	repository, _ := client.ParseRepository(r.Repository.ValueString()) // the attribute's validator also checks imports
	return client.RepositoryNotifications(repository)
}

func (r *repositoryName) setOwner(name string) { r.Repository = types.StringValue(name) }

// noOwner replaces them in types for notifications of the token's user.
type noOwner struct{}

func (noOwner) owner() client.NotificationOwner { return client.UserNotifications() }

func (noOwner) setOwner(string) {}

// ownerModel is an organizationName, a repositoryName or a noOwner.
type ownerModel interface {
	owner() client.NotificationOwner
	setOwner(name string)
}
