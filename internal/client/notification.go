package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
)

// notificationLists are the notification lists of organizations, of repositories and of the
// token's user.
const notificationLists listKind = "notifications"

// notification adds the common properties of all calls on notifications.
func notification(op Operation) Operation {
	if op.Method == http.MethodGet {
		return op
	}
	return op.changes(notificationLists)
}

// repositoryNotification declares a call on the notifications of a repository.
func repositoryNotification(name, method, path string) Operation {
	op := notification(repository(name, method, "/notification/"+path, scopeRepoAdmin))
	if path == "" {
		return op
	}
	// Quay also says this of a notification that belongs to another repository.
	return op.refuses(rule(`^No repository notification found (for: |with uuid: )`, NotFound, ""))
}

// namespaceNotification adds the common properties of the calls for organizations and users.
func namespaceNotification(op Operation) Operation {
	return notification(op.needs("FEATURE_QUOTA_NOTIFICATIONS")).from("3.18")
}

// organizationNotification declares a call on the notifications of an organization.
func organizationNotification(name, method, path string) Operation {
	return namespaceNotification(organization(name, method, "/notifications"+path))
}

// userNotification declares a call on the notifications of the token's user.
func userNotification(name, method, path string) Operation {
	return namespaceNotification(Operation{Name: name, Method: method, Path: "/user/namespacenotifications" + path, Scope: scopeUserAdmin, Repeat: Idempotent})
}

const (
	badWebhookURL = "the registry does not accept this webhook URL: it must begin with http:// or https://. Its host must not be localhost, 127.0.0.1, or one of " +
		"WEBHOOK_HOSTNAME_BLACKLIST in the registry's config.yaml"
	badTemplate = "the template must be JSON, and what is between ${ and } in its texts must be JSONPath" // Quay would repeat a part of the template
)

// createsNotification returns a call that creates a notification, with Quay's refusals.
func (op Operation) createsNotification() Operation {
	return op.creates().refuses(
		rule(`^Invalid webhook URL$`, Invalid, "webhook").withMessage(badWebhookURL),
		rule(`^(Could not parse template|For expression|Empty expression found)`, Invalid, "webhook").withMessage(badTemplate),
		rule(`^Unknown (user|team|organization) `, Invalid, "quay_notification"),
	)
}

// confirmsEmail returns a call that accepts confirmed e-mail addresses only.
func (op Operation) confirmsEmail() Operation {
	return op.refuses(rule(`^The specified e-mail address is not authorized to receive notifications`, Invalid, "email"))
}

var (
	listRepoNotifications               = repositoryNotification("listRepoNotifications", "GET", "")
	createRepoNotification              = repositoryNotification("createRepoNotification", "POST", "").createsNotification().confirmsEmail()
	deleteRepoNotification              = repositoryNotification("deleteRepoNotification", "DELETE", "{uuid}")
	resetRepositoryNotificationFailures = repositoryNotification("resetRepositoryNotificationFailures", "POST", "{uuid}")
	testRepoNotification                = repositoryNotification("testRepoNotification", "POST", "{uuid}/test").creates()

	listOrgNotifications         = organizationNotification("listOrgNotifications", "GET", "")
	createOrgNotification        = organizationNotification("createOrgNotification", "POST", "").createsNotification()
	deleteOrgNotification        = organizationNotification("deleteOrgNotification", "DELETE", "/{uuid}")
	resetOrgNotificationFailures = organizationNotification("resetOrgNotificationFailures", "POST", "/{uuid}")
	testOrgNotification          = organizationNotification("testOrgNotification", "POST", "/{uuid}/test").creates()

	listUserNamespaceNotifications         = userNotification("listUserNamespaceNotifications", "GET", "")
	createUserNamespaceNotification        = userNotification("createUserNamespaceNotification", "POST", "").createsNotification()
	deleteUserNamespaceNotification        = userNotification("deleteUserNamespaceNotification", "DELETE", "/{uuid}")
	resetUserNamespaceNotificationFailures = userNotification("resetUserNamespaceNotificationFailures", "POST", "/{uuid}")
	testUserNamespaceNotification          = userNotification("testUserNamespaceNotification", "POST", "/{uuid}/test").creates()
)

var notificationArea = area{operations: []Operation{
	listRepoNotifications, createRepoNotification, deleteRepoNotification, resetRepositoryNotificationFailures, testRepoNotification,
	listOrgNotifications, createOrgNotification, deleteOrgNotification, resetOrgNotificationFailures, testOrgNotification,
	listUserNamespaceNotifications, createUserNamespaceNotification, deleteUserNamespaceNotification, resetUserNamespaceNotificationFailures,
	testUserNamespaceNotification,
}, staleAfter: map[listKind][]Operation{
	notificationLists: {
		changeOrganization, deleteOrganization, deleteAdminedOrganization, deleteInstallUser, deleteRepository,
		deleteOrganizationQuotaSuperUser, deleteUserQuotaSuperUser, // Quay deletes the notifications of a namespace with its quota
	},
}}

// NotificationOwner is the owner of notifications: an organization, a repository or the
// token's user.
type NotificationOwner struct {
	args                              []any // for the paths; none for the token's user
	list, create, delete, reset, test Operation
}

// OrganizationNotifications returns an organization as the owner of notifications.
func OrganizationNotifications(organization string) NotificationOwner {
	return NotificationOwner{
		[]any{organization},
		listOrgNotifications, createOrgNotification, deleteOrgNotification, resetOrgNotificationFailures, testOrgNotification,
	}
}

// RepositoryNotifications returns a repository as the owner of notifications.
func RepositoryNotifications(repository Repository) NotificationOwner {
	return NotificationOwner{
		[]any{repository},
		listRepoNotifications, createRepoNotification, deleteRepoNotification, resetRepositoryNotificationFailures, testRepoNotification,
	}
}

// UserNotifications returns the token's user as the owner of notifications.
func UserNotifications() NotificationOwner {
	return NotificationOwner{
		nil,
		listUserNamespaceNotifications, createUserNamespaceNotification, deleteUserNamespaceNotification, resetUserNamespaceNotificationFailures,
		testUserNamespaceNotification,
	}
}

// String returns the name of the organization or the repository, and an empty text
// for the token's user.
func (o NotificationOwner) String() string {
	if len(o.args) == 0 {
		return ""
	}
	return fmt.Sprint(o.args[0])
}

// request returns a call on the owner's notifications, or on the one with a UUID.
func (o NotificationOwner) request(op Operation, uuid ...any) request {
	return request{operation: op, args: append(slices.Clip(o.args), uuid...)}
}

// The methods of notifications.
const (
	NotifyByWebhook  = "webhook"
	NotifyByEmail    = "email"
	NotifyBySlack    = "slack"
	NotifyInQuay     = "quay_notification"
	NotifyByHipchat  = "hipchat"
	NotifyByFlowdock = "flowdock"
)

// The events of notifications.
const (
	EventVulnerability = "vulnerability_found"
	EventImageExpiry   = "repo_image_expiry"
	EventQuotaWarning  = "quota_warning"
	EventQuotaError    = "quota_error"
)

// BuildEvents returns the events about builds.
func BuildEvents() []string {
	return []string{"build_queued", "build_start", "build_success", "build_failure", "build_cancelled"}
}

// VulnerabilityLevels returns the names of the levels of vulnerabilities, the most
// severe first. Quay calls a level by its index.
func VulnerabilityLevels() []string {
	return []string{"Critical", "High", "Medium", "Low", "Negligible", "Unknown"}
}

// The kinds of targets of notifications within Quay.
const (
	TargetUser         = "user"
	TargetTeam         = "team"
	TargetOrganization = "org"
)

// Notification says whom Quay tells of an event, and how. Members that the event or the
// method does not use are empty.
type Notification struct {
	UUID   string
	Title  string // empty if there is none
	Event  string
	Method string

	// URL is the address of the method "webhook" or "slack".
	URL string
	// Template is the body of the method "webhook": JSON, or empty for Quay's own.
	Template string
	// Email is the address of the method "email". Organizations and users have none.
	Email string
	// TargetKind and TargetName name the recipient of the method "quay_notification".
	TargetKind, TargetName string
	// Token is the token of the method "hipchat" or "flowdock".
	Token string
	// RoomID is the room of the method "hipchat".
	RoomID string

	// VulnerabilityLevel is the least severe level that the event "vulnerability_found"
	// reports. It is JSON if Quay does not store a level.
	VulnerabilityLevel string
	// BuildRefRegex is a regular expression. The events about builds report only matching
	// references.
	BuildRefRegex string
	// ImageExpiryDays is how many days before the expiry Quay sends the event
	// "repo_image_expiry".
	ImageExpiryDays int64

	// Failures is how often Quay has failed to deliver. From 3 on, Quay stops sending.
	Failures int64
}

// notificationMember is a member of a method's configuration that holds a text.
type notificationMember struct {
	method, name string
	value        func(n *Notification) *string
	secret       bool
}

var notificationMembers = []notificationMember{
	{NotifyByWebhook, "url", func(n *Notification) *string { return &n.URL }, true},
	{NotifyByWebhook, "template", func(n *Notification) *string { return &n.Template }, true},
	{NotifyByEmail, "email", func(n *Notification) *string { return &n.Email }, false},
	{NotifyBySlack, "url", func(n *Notification) *string { return &n.URL }, true},
	{NotifyByHipchat, "notification_token", func(n *Notification) *string { return &n.Token }, true},
	{NotifyByHipchat, "room_id", func(n *Notification) *string { return &n.RoomID }, false},
	{NotifyByFlowdock, "flow_api_token", func(n *Notification) *string { return &n.Token }, true},
}

// The members of the filter of events.
const (
	levelMember = "level"
	refMember   = "ref-regex"
	daysMember  = "days"
)

// notificationTarget is how Quay shows the target of a notification.
type notificationTarget struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// UnmarshalJSON reads a notification as Quay shows it. Quay stores configurations and
// filters unchecked, so members can have any type.
func (n *Notification) UnmarshalJSON(data []byte) error {
	var shown struct {
		UUID     string          `json:"uuid"`
		Title    string          `json:"title"`
		Event    string          `json:"event"`
		Method   string          `json:"method"`
		Config   json.RawMessage `json:"config"`
		Filter   json.RawMessage `json:"event_config"`
		Failures int64           `json:"number_of_failures"`
	}
	if err := json.Unmarshal(data, &shown); err != nil {
		return err //nolint:wrapcheck // the caller names what it reads
	}
	*n = Notification{UUID: shown.UUID, Title: shown.Title, Event: shown.Event, Method: shown.Method, Failures: shown.Failures}
	var config, filter map[string]json.RawMessage
	_ = json.Unmarshal(shown.Config, &config) // a configuration of another type has no effect
	_ = json.Unmarshal(shown.Filter, &filter)
	for _, member := range notificationMembers {
		if member.method == n.Method {
			*member.value(n) = textOf(config[member.name])
		}
	}
	var target notificationTarget
	if n.Method == NotifyInQuay && json.Unmarshal(config["target"], &target) == nil {
		n.TargetKind, n.TargetName = target.Kind, target.Name
	}
	switch {
	case n.Event == EventVulnerability:
		n.VulnerabilityLevel = levelOf(filter[levelMember])
	case n.Event == EventImageExpiry:
		n.ImageExpiryDays, _ = strconv.ParseInt(string(filter[daysMember]), 10, 64) // like Quay, ignores a text of digits
	case slices.Contains(BuildEvents(), n.Event):
		n.BuildRefRegex = textOf(filter[refMember])
	}
	return nil
}

// textOf returns a text, or the JSON of anything else. It is empty for null.
func textOf(value json.RawMessage) string {
	var text string
	if len(value) == 0 || json.Unmarshal(value, &text) == nil {
		return text
	}
	return string(value)
}

// levelOf returns the name of a level of vulnerabilities. Quay stores a level as a number, or
// as a text with the number. Of any other value, levelOf returns the JSON.
func levelOf(value json.RawMessage) string {
	levels := VulnerabilityLevels()
	if index, err := strconv.Atoi(textOf(value)); err == nil && 0 <= index && index < len(levels) {
		return levels[index]
	}
	if textOf(value) == "" {
		return ""
	}
	return string(value)
}

// SameAs tells whether two notifications differ at most in their UUID and their failures.
func (n Notification) SameAs(other Notification) bool {
	n.UUID, n.Failures = other.UUID, other.Failures
	return n == other
}

// body returns the notification as Quay reads it, and its secrets.
func (n *Notification) body() (body map[string]any, secrets []string) {
	config, filter := map[string]any{}, map[string]any{}
	for _, member := range notificationMembers {
		if value := *member.value(n); member.method == n.Method && value != "" {
			config[member.name] = value
			if member.secret {
				secrets = append(secrets, value)
			}
		}
	}
	if n.Method == NotifyInQuay {
		config["target"] = notificationTarget{n.TargetKind, n.TargetName}
	}
	if index := slices.Index(VulnerabilityLevels(), n.VulnerabilityLevel); index >= 0 {
		filter[levelMember] = index
	}
	if n.BuildRefRegex != "" {
		filter[refMember] = n.BuildRefRegex
	}
	if n.ImageExpiryDays != 0 {
		filter[daysMember] = n.ImageExpiryDays
	}
	body = map[string]any{"event": n.Event, "method": n.Method, "config": config, "eventConfig": filter}
	if n.Title != "" { // Quay refuses null
		body["title"] = n.Title
	}
	return body, secrets
}

// GetNotification reads a notification from the list of its owner. Quay's call for one
// notification of a repository also finds notifications of other repositories. The error is
// [NotFound] if the owner does not have the notification, or does not exist. See
// ListNotifications.
func (c *Client) GetNotification(ctx context.Context, owner NotificationOwner, uuid string) (*Notification, error) {
	list := func(ctx context.Context) ([]Notification, error) { return c.ListNotifications(ctx, owner) }
	in := cacheOf[Notification](c, notificationLists, owner.list.Name+" of "+owner.String())
	return getListed(ctx, c, in, uuid, func(n Notification) string { return n.UUID }, list, owner.request(owner.list), "there is no such notification")
}

// ListNotifications reads the notifications of an owner, sorted by UUID, by GET
// /organization/{orgname}/notifications, GET /repository/{repository}/notification/ or GET
// /user/namespacenotifications (listOrgNotifications, listRepoNotifications,
// listUserNamespaceNotifications). For a repository that does not exist, the list is empty.
// For an organization that does not exist, the error is [NotFound].
func (c *Client) ListNotifications(ctx context.Context, owner NotificationOwner) ([]Notification, error) {
	return listOf(ctx, c, owner.request(owner.list), "notifications", func(n Notification) string { return n.UUID })
}

// CreateNotification adds a notification and returns its UUID, by
// POST /organization/{orgname}/notifications, POST /repository/{repository}/notification/
// or POST /user/namespacenotifications (createOrgNotification, createRepoNotification,
// createUserNamespaceNotification). For a repository that does not exist, and for an
// event that Quay does not know, the error is [InternalError].
func (c *Client) CreateNotification(ctx context.Context, owner NotificationOwner, notification Notification) (uuid string, err error) {
	r := owner.request(owner.create)
	r.body, r.secrets = notification.body()
	var created struct {
		UUID string `json:"uuid"`
	}
	if err := c.do(ctx, r, &created); err != nil {
		return "", err
	}
	if created.UUID == "" {
		return "", r.noIDError()
	}
	return created.UUID, nil
}

// DeleteNotification removes a notification, by
// DELETE /organization/{orgname}/notifications/{uuid},
// DELETE /repository/{repository}/notification/{uuid} or
// DELETE /user/namespacenotifications/{uuid} (deleteOrgNotification,
// deleteRepoNotification, deleteUserNamespaceNotification).
func (c *Client) DeleteNotification(ctx context.Context, owner NotificationOwner, uuid string) error {
	return c.do(ctx, owner.request(owner.delete, uuid), nil)
}

// ResetNotification sets the number of failed deliveries of a notification to zero, by
// POST /organization/{orgname}/notifications/{uuid},
// POST /repository/{repository}/notification/{uuid} or
// POST /user/namespacenotifications/{uuid} (resetOrgNotificationFailures,
// resetRepositoryNotificationFailures, resetUserNamespaceNotificationFailures).
func (c *Client) ResetNotification(ctx context.Context, owner NotificationOwner, uuid string) error {
	return c.do(ctx, owner.request(owner.reset, uuid), nil)
}

// TestNotification makes Quay send a notification with sample data, by POST
// /organization/{orgname}/notifications/{uuid}/test, POST
// /repository/{repository}/notification/{uuid}/test or POST
// /user/namespacenotifications/{uuid}/test (testOrgNotification, testRepoNotification,
// testUserNamespaceNotification). Through the path of one repository, Quay also finds
// notifications of other repositories.
func (c *Client) TestNotification(ctx context.Context, owner NotificationOwner, uuid string) error {
	return c.do(ctx, owner.request(owner.test, uuid), nil)
}
