package notification

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// content is a part of a notification's model. The models of the kinds have different parts.
type content interface {
	toAPI(n *client.Notification)
	fromAPI(n *client.Notification)
}

// repositoryContent is the content of a notification of a repository.
type repositoryContent struct {
	basicContent
	emailContent
	targetContent
	filterContent
}

func (m *repositoryContent) parts() []content {
	return []content{&m.basicContent, &m.emailContent, &m.targetContent, &m.filterContent}
}

// organizationContent is the content of a notification of an organization.
type organizationContent struct {
	basicContent
	targetContent
}

func (m *organizationContent) parts() []content {
	return []content{&m.basicContent, &m.targetContent}
}

// userContent is the content of a notification of the token's user.
type userContent struct {
	basicContent
	userTargetContent
}

func (m *userContent) parts() []content { return []content{&m.basicContent, &m.userTargetContent} }

// contentModel is one of these three contents.
type contentModel interface {
	parts() []content
	// uuid is the attribute with the UUID.
	uuid() *types.String
}

// toAPI returns the notification that a model describes.
func toAPI(m contentModel) client.Notification {
	var n client.Notification
	for _, part := range m.parts() {
		part.toAPI(&n)
	}
	return n
}

// fromAPI copies a notification into a model.
func fromAPI(m contentModel, n *client.Notification) {
	for _, part := range m.parts() {
		part.fromAPI(n)
	}
}

// basicContent is the common content of all kinds of notifications.
type basicContent struct {
	UUID     types.String   `tfsdk:"uuid"`
	Title    types.String   `tfsdk:"title"`
	Event    types.String   `tfsdk:"event"`
	Method   types.String   `tfsdk:"method"`
	Webhook  *webhookModel  `tfsdk:"webhook"`
	Slack    *slackModel    `tfsdk:"slack"`
	Hipchat  *hipchatModel  `tfsdk:"hipchat"`
	Flowdock *flowdockModel `tfsdk:"flowdock"`
}

type webhookModel struct {
	URL      types.String `tfsdk:"url"`
	Template types.String `tfsdk:"template"`
}

type slackModel struct {
	URL types.String `tfsdk:"url"`
}

type hipchatModel struct {
	RoomID types.String `tfsdk:"room_id"`
	Token  types.String `tfsdk:"token"`
}

type flowdockModel struct {
	Token types.String `tfsdk:"token"`
}

func (m *basicContent) uuid() *types.String { return &m.UUID }

func (m *basicContent) toAPI(n *client.Notification) {
	n.UUID, n.Title, n.Event, n.Method = m.UUID.ValueString(), m.Title.ValueString(), m.Event.ValueString(), m.Method.ValueString()
	switch {
	case m.Webhook != nil:
		n.URL, n.Template = m.Webhook.URL.ValueString(), m.Webhook.Template.ValueString()
	case m.Slack != nil:
		n.URL = m.Slack.URL.ValueString()
	case m.Hipchat != nil:
		n.RoomID, n.Token = m.Hipchat.RoomID.ValueString(), m.Hipchat.Token.ValueString()
	case m.Flowdock != nil:
		n.Token = m.Flowdock.Token.ValueString()
	}
}

func (m *basicContent) fromAPI(n *client.Notification) {
	*m = basicContent{
		UUID: types.StringValue(n.UUID), Title: envelope.TextOrNull(n.Title), Event: types.StringValue(n.Event), Method: types.StringValue(n.Method),
	}
	switch n.Method {
	case client.NotifyByWebhook:
		m.Webhook = &webhookModel{types.StringValue(n.URL), envelope.TextOrNull(n.Template)}
	case client.NotifyBySlack:
		m.Slack = &slackModel{types.StringValue(n.URL)}
	case client.NotifyByHipchat:
		m.Hipchat = &hipchatModel{types.StringValue(n.RoomID), types.StringValue(n.Token)}
	case client.NotifyByFlowdock:
		m.Flowdock = &flowdockModel{types.StringValue(n.Token)}
	}
}

// emailContent is the configuration of the method "email".
type emailContent struct {
	Email *emailModel `tfsdk:"email"`
}

type emailModel struct {
	Address types.String `tfsdk:"address"`
}

func (m *emailContent) toAPI(n *client.Notification) {
	if m.Email != nil {
		n.Email = m.Email.Address.ValueString()
	}
}

func (m *emailContent) fromAPI(n *client.Notification) {
	m.Email = nil
	if n.Method == client.NotifyByEmail {
		m.Email = &emailModel{types.StringValue(n.Email)}
	}
}

// targetContent is the configuration of the method "quay_notification".
type targetContent struct {
	QuayNotification *targetModel `tfsdk:"quay_notification"`
}

type targetModel struct {
	User         types.String `tfsdk:"user"`
	Team         types.String `tfsdk:"team"`
	Organization types.String `tfsdk:"organization"`
}

func (m *targetContent) toAPI(n *client.Notification) {
	switch target := m.QuayNotification; {
	case target == nil:
	case !target.User.IsNull():
		n.TargetKind, n.TargetName = client.TargetUser, target.User.ValueString()
	case !target.Team.IsNull():
		n.TargetKind, n.TargetName = client.TargetTeam, target.Team.ValueString()
	default:
		n.TargetKind, n.TargetName = client.TargetOrganization, target.Organization.ValueString()
	}
}

func (m *targetContent) fromAPI(n *client.Notification) {
	m.QuayNotification = nil
	if n.Method != client.NotifyInQuay {
		return
	}
	m.QuayNotification = &targetModel{}
	name := types.StringValue(n.TargetName)
	switch n.TargetKind {
	case client.TargetUser:
		m.QuayNotification.User = name
	case client.TargetTeam:
		m.QuayNotification.Team = name
	case client.TargetOrganization:
		m.QuayNotification.Organization = name
	}
}

// userTargetContent is the configuration of the method "quay_notification" with only a user as
// the target.
type userTargetContent struct {
	QuayNotification *userTargetModel `tfsdk:"quay_notification"`
}

type userTargetModel struct {
	User types.String `tfsdk:"user"`
}

func (m *userTargetContent) toAPI(n *client.Notification) {
	if m.QuayNotification != nil {
		n.TargetKind, n.TargetName = client.TargetUser, m.QuayNotification.User.ValueString()
	}
}

func (m *userTargetContent) fromAPI(n *client.Notification) {
	m.QuayNotification = nil
	if n.Method != client.NotifyInQuay {
		return
	}
	m.QuayNotification = &userTargetModel{}
	if n.TargetKind == client.TargetUser {
		m.QuayNotification.User = types.StringValue(n.TargetName)
	}
}

// filterContent filters the events of a notification.
type filterContent struct {
	VulnerabilityLevel types.String `tfsdk:"vulnerability_level"`
	BuildRefRegex      types.String `tfsdk:"build_ref_regex"`
	ImageExpiryDays    types.Int64  `tfsdk:"image_expiry_days"`
}

func (m *filterContent) toAPI(n *client.Notification) {
	n.VulnerabilityLevel, n.BuildRefRegex = m.VulnerabilityLevel.ValueString(), m.BuildRefRegex.ValueString()
	n.ImageExpiryDays = m.ImageExpiryDays.ValueInt64()
}

func (m *filterContent) fromAPI(n *client.Notification) {
	*m = filterContent{
		VulnerabilityLevel: envelope.TextOrNull(n.VulnerabilityLevel), BuildRefRegex: envelope.TextOrNull(n.BuildRefRegex),
	}
	if n.ImageExpiryDays != 0 {
		m.ImageExpiryDays = types.Int64Value(n.ImageExpiryDays)
	}
}
