package notification

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// repositoryModel is a quay_repository_notification.
type repositoryModel struct {
	repositoryName
	repositoryContent
}

func (m *repositoryModel) notification() notification { return notification{repositoryKind, m, m} }

// organizationModel is a quay_organization_notification.
type organizationModel struct {
	organizationName
	organizationContent
}

func (m *organizationModel) notification() notification { return notification{organizationKind, m, m} }

// userModel is a quay_user_notification.
type userModel struct {
	noOwner
	userContent
}

func (m *userModel) notification() notification { return notification{userKind, m, m} }

// notification is one of the models.
type notification struct {
	kind kind
	ownerModel
	contentModel
}

// resourceModel is a pointer to one of the models.
type resourceModel[M any] interface {
	*M
	notification() notification
}

// newRepositoryResource returns the resource quay_repository_notification.
func newRepositoryResource() resource.Resource {
	return envelope.NewResource(declare[repositoryModel](repositoryKind))
}

// newOrganizationResource returns the resource quay_organization_notification.
func newOrganizationResource() resource.Resource {
	return envelope.NewResource(declare[organizationModel](organizationKind))
}

// newUserResource returns the resource quay_user_notification.
func newUserResource() resource.Resource { return envelope.NewResource(declare[userModel](userKind)) }

func declare[M any, P resourceModel[M]](k kind) envelope.ResourceDeclaration[M] {
	description := "Manages a notification of " + k.whose + ": Quay tells somebody of events about " + k.about + ".\n\n" +
		"Quay cannot change a notification, so each change replaces it. Quay stops delivering a notification after three failures, until they are reset: " +
		"see the action `quay_reset_notification`. The state holds the URLs and tokens of the notification.\n\n" +
		"The provider refuses to create a notification that says the same as another notification of the same owner. " +
		"Give such notifications different titles."
	if k.note != "" {
		description += "\n\n" + k.note
	}
	return envelope.ResourceDeclaration[M]{
		Name:      k.name + "_notification",
		Noun:      k.name + " notification",
		Identity:  k.identity(),
		ImportID:  k.importID(),
		Namespace: k.owner.name,
		Schema:    schema.Schema{MarkdownDescription: description, Attributes: k.resourceAttributes()},
		Create: func(ctx context.Context, c *client.Client, m *M, _ func()) error {
			return P(m).notification().create(ctx, c)
		},
		Read: func(ctx context.Context, c *client.Client, m *M) error {
			n := P(m).notification()
			found, err := c.GetNotification(ctx, n.owner(), n.uuid().ValueString())
			if err == nil {
				fromAPI(n, found)
			}
			return err
		},
		Update: func(context.Context, *client.Client, M, *M, func(M)) error {
			return nil // the rename of the organization needs no call
		},
		Delete: func(ctx context.Context, c *client.Client, m M) error {
			n := P(&m).notification()
			return c.DeleteNotification(ctx, n.owner(), n.uuid().ValueString())
		},
	}
}

const forcesNew = " Changing this forces a new resource to be created."

// text returns a text attribute that replaces the notification.
func text(description string, rules ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: description + forcesNew,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
		Validators:          rules,
	}
}

// requiredText returns a required text attribute.
func requiredText(description string, rules ...validator.String) schema.StringAttribute {
	attribute := text(description, rules...)
	attribute.Optional, attribute.Required = false, true
	return attribute
}

// member returns a text attribute of a method's configuration.
func member(description string, rules ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{Required: true, MarkdownDescription: description, Validators: rules}
}

// secret returns a text attribute of a method's configuration that Terraform does not
// show.
func secret(description string, rules ...validator.String) schema.StringAttribute {
	attribute := member(description, rules...)
	attribute.Sensitive = true
	return attribute
}

// configuration returns the attribute with the configuration of a method.
func configuration(method, description string, members map[string]schema.Attribute, rules ...validator.Object) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: description + " Required where `method` is `" + method + "`." + forcesNew,
		PlanModifiers:       []planmodifier.Object{objectplanmodifier.RequiresReplace()},
		Validators:          append([]validator.Object{configures(method)}, rules...),
		Attributes:          members,
	}
}

// quoted returns values as a description lists them.
func quoted(values []string) string { return "`" + strings.Join(values, "`, `") + "`" }

func (k kind) resourceAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"uuid":   envelope.UUIDAttribute("UUID of the notification, which Quay chooses."),
		"title":  text("Title of the notification, up to 255 characters.", envelope.Text(checkTitle)),
		"event":  requiredText("Event to tell of. Must be one of "+quoted(k.events)+"."+k.eventNotes(), envelope.OneOf(k.events...)),
		"method": requiredText("Method of the notification. Must be one of "+quoted(k.methods())+"."+k.methodNotes(), envelope.OneOf(k.methods()...)),
		"webhook": configuration(client.NotifyByWebhook, "Configuration of a webhook: Quay sends a POST request.", map[string]schema.Attribute{
			"url": secret("URL that Quay sends the request to. The host must not be `localhost` or `127.0.0.1`.", envelope.Text(checkWebhookURL)),
			"template": schema.StringAttribute{
				Optional: true, Sensitive: true,
				MarkdownDescription: "Template of the request's body: JSON, in whose texts Quay replaces `${…}`, a JSONPath expression, with values of the event. " +
					"Without this attribute, Quay sends the event as it is.",
				Validators: []validator.String{envelope.Text(checkTemplate)},
			},
		}),
		"slack": configuration(client.NotifyBySlack, "Configuration of a message to Slack.", map[string]schema.Attribute{
			"url": secret("URL of the incoming webhook of Slack.", envelope.Text(checkAddress)),
		}),
		"hipchat": configuration(client.NotifyByHipchat, "Configuration of a message to HipChat.", map[string]schema.Attribute{
			"room_id": member("Id of the room.", envelope.NotEmpty()),
			"token":   secret("Notification token of the room.", envelope.NotEmpty()),
		}),
		"flowdock": configuration(client.NotifyByFlowdock, "Configuration of a message to Flowdock.", map[string]schema.Attribute{
			"token": secret("API token of the flow.", envelope.NotEmpty()),
		}),
		"quay_notification": k.targetAttribute(),
	}
	if k.hasOwner() {
		attributes[k.owner.name] = schema.StringAttribute{
			Required:            true,
			MarkdownDescription: k.owner.description + " Changing this forces a new resource to be created, unless the same apply renames the organization.",
			Validators:          k.owner.validators,
		}
	}
	if k.isRepositorys() {
		k.addRepositoryAttributes(attributes)
	}
	return attributes
}

// eventNotes are the notes in the description of the attribute event, after the list of
// events.
func (k kind) eventNotes() string {
	if !k.isRepositorys() {
		return ""
	}
	return " `repo_image_expiry` needs Quay 3.12 or later, and `FEATURE_IMAGE_EXPIRY_TRIGGER: true` in the registry's `config.yaml` for Quay to look for such images. `quota_warning` and `quota_error` need Quay 3.18 or later. Quay stores such a notification of a repository and does not send it: " +
		"use `quay_organization_notification` or `quay_user_notification`."
}

// methodNotes are the notes in the description of the attribute method, after the list of
// methods.
func (k kind) methodNotes() string {
	switch {
	case k.isRepositorys():
		return " The attribute of the same name holds the configuration of the method."
	case k.hasOwner():
		return " The attribute of the same name holds the configuration of the method. The method `email` has none: " +
			"Quay writes to the organization's e-mail address or, where there is none, to the organization's administrators."
	}
	return " The attribute of the same name holds the configuration of the method. The method `email` has none: Quay writes to the user's e-mail address."
}

// targetAttribute is the attribute with the configuration of the method
// "quay_notification".
func (k kind) targetAttribute() schema.SingleNestedAttribute {
	const description = "Configuration of a notification in Quay's web interface."
	if !k.hasOwner() {
		return configuration(client.NotifyInQuay, description, map[string]schema.Attribute{
			"user": member("Name of the user to notify.", account.Reference()...),
		})
	}
	target := func(description string, rules ...validator.String) schema.StringAttribute {
		return schema.StringAttribute{
			Optional: true, MarkdownDescription: description + " Exactly one of `user`, `team` and `organization` is given.", Validators: rules,
		}
	}
	return configuration(client.NotifyInQuay, description, map[string]schema.Attribute{
		"user":         target("Name of the user to notify.", account.Reference()...),
		"team":         target("Name of the team to notify, of the same organization.", account.Reference()...),
		"organization": target("Name of the organization whose administrators to notify: the same organization.", append(account.Reference(), ownOrganization{k})...),
	}, oneTarget{})
}

// addRepositoryAttributes adds the attributes that only notifications of repositories
// have.
func (kind) addRepositoryAttributes(attributes map[string]schema.Attribute) {
	attributes["email"] = configuration(client.NotifyByEmail, "Configuration of an e-mail.", map[string]schema.Attribute{
		"address": member("E-mail address. The owner of the address must confirm it for the repository first. To do so, add a notification with the address in Quay's "+
			"web interface, and follow the link in Quay's e-mail. "+
			"Needs `FEATURE_MAILING: true` in the registry's `config.yaml`.", account.Email()...),
	})
	attributes["vulnerability_level"] = text("Least severe level of vulnerabilities to tell of, for the event `vulnerability_found`. Must be one of "+
		quoted(client.VulnerabilityLevels())+". Without this attribute, Quay tells of all vulnerabilities.",
		envelope.OneOf(client.VulnerabilityLevels()...), filters(client.EventVulnerability))
	attributes["build_ref_regex"] = text("Regular expression for the beginning of a build's Git reference, such as `refs/heads/main$`. It is for the events "+quoted(client.BuildEvents())+". Without this attribute, Quay tells of all builds. The expression is one of Python's. "+
		"Quay does not check it, and tells of no build where it is invalid.", envelope.NotEmpty(), filters(client.BuildEvents()...))
	attributes["image_expiry_days"] = schema.Int64Attribute{
		Optional: true,
		MarkdownDescription: "Number of days between the notification and the expiry of the image, from 1 to 36500. Required where `event` is `repo_image_expiry`, " +
			"and given with no other event." + forcesNew,
		PlanModifiers: []planmodifier.Int64{int64planmodifier.RequiresReplace()},
		Validators:    []validator.Int64{envelope.Between(1, 36500), filtersRequired(client.EventImageExpiry)},
	}
}

// creation is the key of a creation.
type creation struct {
	kind, owner  string
	notification client.Notification
}

func (n notification) create(ctx context.Context, c *client.Client) error {
	owner, wanted := n.owner(), toAPI(n)
	created, existing, err := envelope.UniqueCreation[string]{
		Noun: "notification",
		Key:  creation{n.kind.name, owner.String(), wanted},
		Find: func(ctx context.Context) ([]string, error) {
			notifications, err := c.ListNotifications(ctx, owner)
			return find(notifications, wanted), err
		},
		Call: func(ctx context.Context) (*string, error) {
			uuid, err := c.CreateNotification(ctx, owner, wanted)
			if err != nil {
				return nil, err
			}
			return &uuid, nil
		},
	}.Create(ctx)
	switch {
	case existing != nil:
		return n.exists(*existing)
	case n.kind.isRepositorys() && errors.Is(err, client.InternalError):
		// Quay fails (500) if the repository does not exist.
		if missing := n.kind.checkRepository(ctx, c, owner.String()); errors.Is(missing, client.NotFound) {
			return missing
		}
	}
	if err != nil {
		return n.explain(n.kind.missing(owner.String(), err), wanted)
	}
	*n.uuid() = types.StringValue(*created)
	return nil
}

// find returns the UUIDs of the notifications that are equal to the wanted one.
func find(notifications []client.Notification, wanted client.Notification) (uuids []string) {
	for _, other := range notifications {
		if other.SameAs(wanted) {
			uuids = append(uuids, other.UUID)
		}
	}
	return uuids
}

// exists returns the error of a creation if the owner has such a notification already.
func (n notification) exists(uuid string) error {
	owner := n.owner().String()
	identity := []string{owner, uuid}
	if !n.kind.hasOwner() {
		identity = identity[1:]
	}
	return envelope.WithDetail("", n.kind.ownerName(owner)+" has a notification with the same event, method, title, configuration and filter. "+
		"If another resource of the configuration manages that notification, remove one of the two resources, or give it another title.",
		envelope.ExistsError(fmt.Errorf("the notification %w", client.Exists), identity...))
}

// explain adds an explanation to a failed creation if Quay's words do not tell the reason.
func (n notification) explain(err error, wanted client.Notification) error {
	var failed *client.Error
	if !n.kind.isRepositorys() || !errors.As(err, &failed) || errors.Is(err, client.NotFound) {
		return err
	}
	switch {
	case failed.Field == "email":
		return envelope.WithDetail("email", "The owner of the e-mail address has to confirm it for the repository. In Quay's web interface, add a notification with the address, and follow the link in Quay's e-mail. Then delete that notification, and apply again.", err)
	case failed.Kind != client.InternalError:
		return err
	}
	since := map[string]string{client.EventImageExpiry: "3.12", client.EventQuotaWarning: "3.18", client.EventQuotaError: "3.18"}[wanted.Event]
	if since == "" {
		return err
	}
	return envelope.WithDetail("event", fmt.Sprintf("The event %s needs Quay %s or later. An older Quay answers with this error.", wanted.Event, since), err)
}
