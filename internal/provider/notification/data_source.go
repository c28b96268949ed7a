package notification

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// repositoryDataModel is a quay_repository_notifications.
type repositoryDataModel struct {
	repositoryName
	Notifications []repositoryItem `tfsdk:"notifications"`
}

type repositoryItem struct {
	repositoryContent
	failuresModel
}

func (m *repositoryDataModel) setNotifications(found []client.Notification) {
	m.Notifications = items[repositoryItem](found)
}

// organizationDataModel is a quay_organization_notifications.
type organizationDataModel struct {
	organizationName
	Notifications []organizationItem `tfsdk:"notifications"`
}

type organizationItem struct {
	organizationContent
	failuresModel
}

func (m *organizationDataModel) setNotifications(found []client.Notification) {
	m.Notifications = items[organizationItem](found)
}

// userDataModel is a quay_user_notifications.
type userDataModel struct {
	noOwner
	Notifications []userItem `tfsdk:"notifications"`
}

type userItem struct {
	userContent
	failuresModel
}

func (m *userDataModel) setNotifications(found []client.Notification) {
	m.Notifications = items[userItem](found)
}

// failuresModel has the number of failed deliveries.
type failuresModel struct {
	Failures types.Int64 `tfsdk:"number_of_failures"`
}

func (m *failuresModel) setFailures(n int64) { m.Failures = types.Int64Value(n) }

// items returns the models of notifications.
func items[I any, P interface {
	*I
	contentModel
	setFailures(n int64)
}](found []client.Notification) []I {
	list := make([]I, len(found))
	for i := range found {
		fromAPI(P(&list[i]), &found[i])
		P(&list[i]).setFailures(found[i].Failures)
	}
	return list
}

// newRepositoryDataSource returns the data source quay_repository_notifications.
func newRepositoryDataSource() datasource.DataSource {
	return newDataSource[repositoryDataModel](repositoryKind)
}

// newOrganizationDataSource returns the data source quay_organization_notifications.
func newOrganizationDataSource() datasource.DataSource {
	return newDataSource[organizationDataModel](organizationKind)
}

// newUserDataSource returns the data source quay_user_notifications.
func newUserDataSource() datasource.DataSource { return newDataSource[userDataModel](userKind) }

func newDataSource[M any, P interface {
	*M
	ownerModel
	setNotifications(found []client.Notification)
}](k kind) datasource.DataSource {
	attributes := map[string]schema.Attribute{
		"notifications": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Notifications, by UUID.",
			NestedObject:        schema.NestedAttributeObject{Attributes: k.dataAttributes()},
		},
	}
	if k.hasOwner() {
		attributes[k.owner.name] = schema.StringAttribute{Required: true, MarkdownDescription: k.owner.description, Validators: k.owner.validators}
	}
	description := "Reads the notifications of " + k.whose + ". The state holds their URLs and tokens."
	return envelope.NewDataSource(envelope.DataSourceDeclaration[M]{
		Name:   k.name + "_notifications",
		Noun:   k.name + " notifications",
		Schema: schema.Schema{MarkdownDescription: description, Attributes: attributes},
		Read: func(ctx context.Context, c *client.Client, m *M) error {
			found, err := k.list(ctx, c, P(m).owner())
			if err == nil {
				P(m).setNotifications(found)
			}
			return err
		},
	})
}

// dataAttributes are the attributes of a notification.
func (k kind) dataAttributes() map[string]schema.Attribute {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	secret := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: description}
	}
	configuration := func(method, description string, members map[string]schema.Attribute) schema.SingleNestedAttribute {
		return schema.SingleNestedAttribute{
			Computed: true, MarkdownDescription: description + " Null unless `method` is `" + method + "`.", Attributes: members,
		}
	}
	target := map[string]schema.Attribute{"user": text("Name of the user who is notified.")}
	if k.hasOwner() {
		target["user"] = text("Name of the user who is notified. Null for another target.")
		target["team"] = text("Name of the team that is notified. Null for another target.")
		target["organization"] = text("Name of the organization whose administrators are notified. Null for another target.")
	}
	attributes := map[string]schema.Attribute{
		"uuid":   text("UUID of the notification."),
		"title":  text("Title of the notification. Null if there is none."),
		"event":  text("Event that Quay tells of: " + quoted(k.events) + "."),
		"method": text("Method of the notification: " + quoted(k.methods()) + "."),
		"webhook": configuration(client.NotifyByWebhook, "Configuration of a webhook.", map[string]schema.Attribute{
			"url": secret("URL that Quay sends a POST request to."), "template": secret("Template of the request's body. Null if there is none."),
		}),
		"slack": configuration(client.NotifyBySlack, "Configuration of a message to Slack.", map[string]schema.Attribute{
			"url": secret("URL of the incoming webhook of Slack."),
		}),
		"hipchat": configuration(client.NotifyByHipchat, "Configuration of a message to HipChat.", map[string]schema.Attribute{
			"room_id": text("Id of the room."), "token": secret("Notification token of the room."),
		}),
		"flowdock": configuration(client.NotifyByFlowdock, "Configuration of a message to Flowdock.", map[string]schema.Attribute{
			"token": secret("API token of the flow."),
		}),
		"quay_notification": configuration(client.NotifyInQuay, "Configuration of a notification in Quay's web interface.", target),
		"number_of_failures": schema.Int64Attribute{
			Computed:            true,
			MarkdownDescription: "Number of failed deliveries since the last success or reset. From 3 on, Quay does not deliver the notification.",
		},
	}
	if k.isRepositorys() {
		attributes["email"] = configuration(client.NotifyByEmail, "Configuration of an e-mail.", map[string]schema.Attribute{"address": text("E-mail address.")})
		attributes["vulnerability_level"] = text("Least severe level of vulnerabilities that Quay tells of. Null if Quay tells of all, and for other events.")
		attributes["build_ref_regex"] = text("Regular expression that the Git references of builds have to match. Null if Quay tells of all, and for other events.")
		attributes["image_expiry_days"] = schema.Int64Attribute{
			Computed:            true,
			MarkdownDescription: "Number of days between the notification and the expiry of the image. Null for other events.",
		}
	}
	return attributes
}
