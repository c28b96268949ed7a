package quaytest

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

// QuotaNotifications is FEATURE_QUOTA_NOTIFICATIONS, which turns on notifications of
// organizations and users about their quota.
const QuotaNotifications Feature = "QUOTA_NOTIFICATIONS"

// notificationArea has the notifications of repositories.
func notificationArea() area {
	const list, one = "/repository/{repository}/notification/", "/repository/{repository}/notification/{uuid}"
	return area{
		routes: []*route{
			get("listRepoNotifications", list, listRepoNotifications),
			post("createRepoNotification", list, createRepoNotification),
			get("getRepoNotification", one, getRepoNotification),
			del("deleteRepoNotification", one, deleteRepoNotification),
			post("resetRepositoryNotificationFailures", one, resetRepoNotification),
			post("testRepoNotification", one+"/test", testRepoNotification),
		},
		newState: func() any {
			return &notificationState{notifications: map[any][]*notification{}, emails: map[repositoryEmail]bool{}}
		},
		counts: map[string]func(*store) int{"notifications": countNotifications},
		onDelete: func(st *store, object any) {
			if q, ok := object.(*quota); ok {
				object = q.namespace // all notifications of a namespace are about the quota
			}
			delete(state[notificationState](st).notifications, object)
		},
	}
}

// namespaceNotificationArea has the notifications of organizations and of the token's
// user.
func namespaceNotificationArea() area {
	a := area{feature: QuotaNotifications}
	for _, k := range []notifiedNamespace{
		{"Org", "/organization/{orgname}/notifications", (*call).notifiedOrganization},
		{"UserNamespace", "/user/namespacenotifications", (*call).notifiedUser},
	} {
		one := k.path + "/{uuid}"
		a.routes = append(a.routes,
			get("list"+k.name+"Notifications", k.path, k.list).since(Quay3_18),
			post("create"+k.name+"Notification", k.path, k.create).since(Quay3_18),
			get("get"+k.name+"Notification", one, k.get).since(Quay3_18),
			del("delete"+k.name+"Notification", one, k.delete).since(Quay3_18),
			post("reset"+k.name+"NotificationFailures", one, k.reset).since(Quay3_18),
			post("test"+k.name+"Notification", one+"/test", k.test).since(Quay3_18),
		)
	}
	return a
}

type notificationState struct {
	notifications map[any][]*notification  // by repository or namespace
	emails        map[repositoryEmail]bool // confirmed addresses
}

// repositoryEmail is an e-mail address for the notifications of a repository.
type repositoryEmail struct {
	repository *repository
	email      string
}

// notification is a notification about an event.
type notification struct {
	row
	owner       any // a repository or a namespace
	uuid        string
	event       string
	method      string
	title       any // a text or nil
	config      any
	eventConfig any
	failures    int
	tests       int
}

// AddNotification adds a webhook notification about pushes to a repository, and returns its
// UUID.
func (s *Server) AddNotification(namespace, name, url string) (uuid string) {
	s.change(func(st *store) {
		r := must(st.repository(namespace, name), "AddNotification: no repository %s/%s", namespace, name)
		uuid = st.addNotification(&notification{
			owner: r, event: "repo_push", method: "webhook",
			config: pyjson.Object{{Name: "url", Value: url}}, eventConfig: pyjson.Object{},
		}).uuid
	})
	return uuid
}

// ConfirmEmail confirms an e-mail address for the notifications of a repository.
func (s *Server) ConfirmEmail(namespace, name, email string) {
	s.change(func(st *store) {
		r := must(st.repository(namespace, name), "ConfirmEmail: no repository %s/%s", namespace, name)
		state[notificationState](st).emails[repositoryEmail{r, email}] = true
	})
}

// FailNotification counts failed deliveries of a notification.
func (s *Server) FailNotification(uuid string, failures int) {
	s.change(func(st *store) {
		must(st.notification(uuid), "FailNotification: no notification %q", uuid).failures += failures
	})
}

// NotificationTests returns how many tests of a notification clients have requested.
func (s *Server) NotificationTests(uuid string) (tests int) {
	s.change(func(st *store) {
		tests = must(st.notification(uuid), "NotificationTests: no notification %q", uuid).tests
	})
	return tests
}

func countNotifications(st *store) int {
	n := 0
	for _, list := range state[notificationState](st).notifications {
		n += len(list)
	}
	return n
}

// notification returns the notification with a UUID, or nil.
func (st *store) notification(uuid string) *notification {
	for _, list := range state[notificationState](st).notifications {
		for _, n := range list {
			if n.uuid == uuid {
				return n
			}
		}
	}
	return nil
}

// deleteNotification deletes a notification.
func (st *store) deleteNotification(n *notification) {
	all := state[notificationState](st).notifications
	all[n.owner] = slices.DeleteFunc(all[n.owner], func(other *notification) bool { return other == n })
}

func (n *notification) view() view {
	return view{
		"uuid": n.uuid, "title": n.title, "event": n.event, "method": n.method,
		"config": n.config, "event_config": n.eventConfig, "number_of_failures": n.failures,
	}
}

// notificationList returns the response with the notifications of an owner.
func (c *call) notificationList(owner any) (response, error) {
	list := slices.Clone(state[notificationState](c.store).notifications[owner])
	slices.SortFunc(list, byWrite)
	views := []view{}
	for _, n := range list {
		views = append(views, n.view())
	}
	return ok(view{"notifications": views})
}

var notificationSchema = pyjson.Schema{
	pyjson.Type("object"),
	pyjson.Required("event", "method", "config", "eventConfig"),
	pyjson.Properties(
		pyjson.Property("event", pyjson.Type("string"), pyjson.Description("The event on which the notification will respond")),
		pyjson.Property("method", pyjson.Type("string"), pyjson.Description("The method of notification (such as email or web callback)")),
		pyjson.Property("config", pyjson.Type("object"), pyjson.Description("JSON config information for the specific method of notification")),
		pyjson.Property("eventConfig", pyjson.Type("object"), pyjson.Description("JSON config information for the specific event of notification")),
		pyjson.Property("title", pyjson.Type("string"), pyjson.Description("The human-readable title of the notification")),
	),
}

// addNotification adds the notification of a request.
func (c *call) addNotification(owner any, body pyjson.Object) *notification {
	n := &notification{owner: owner, event: body.Text("event"), method: body.Text("method")}
	n.title, _ = body.Get("title")
	n.config, _ = body.Get("config")
	n.eventConfig, _ = body.Get("eventConfig")
	return c.store.addNotification(n)
}

// addNotification adds a notification.
func (st *store) addNotification(n *notification) *notification {
	n.uuid = newUUID()
	for _, name := range []string{"url", "template", "notification_token", "flow_api_token"} {
		if text := n.config.(pyjson.Object).Text(name); text != "" {
			st.recordSecret(text)
		}
	}
	st.touch(&n.row)
	all := state[notificationState](st).notifications
	all[n.owner] = append(all[n.owner], n)
	return n
}

// errNoMethod is the error for an unknown method of notification.
var errNoMethod = errors.New("no such method of notification")

// checkNotificationMethod returns Quay's error about the method of a notification, for
// a repository or, without one, for a namespace.
func (c *call) checkNotificationMethod(namespace string, r *repository, repositoryName, method string, config pyjson.Object) error {
	missing := func(member, words string) error {
		if value, _ := config.Get(member); !truthy(value) {
			return invalidRequest("%s", words)
		}
		return nil
	}
	switch method {
	case "quay_notification":
		return c.checkNotificationTarget(namespace, config)
	case "email":
		if repositoryName == "" {
			return nil
		}
		if err := missing("email", "Missing e-mail address"); err != nil {
			return err
		}
		if !state[notificationState](c.store).emails[repositoryEmail{r, config.Text("email")}] {
			return invalidRequest("The specified e-mail address is not authorized to receive notifications for this repository")
		}
		return nil
	case "webhook":
		return checkWebhook(config)
	case "flowdock":
		return missing("flow_api_token", "Missing Flowdock API Token")
	case "hipchat":
		if err := missing("notification_token", "Missing Hipchat Room Notification Token"); err != nil {
			return err
		}
		return missing("room_id", "Missing Hipchat Room ID")
	case "slack":
		return missing("url", "Missing Slack Callback URL")
	}
	return errNoMethod
}

// truthy reports whether a value of a configuration is true in Python.
func truthy(value any) bool {
	switch value := value.(type) {
	case nil:
		return false
	case string:
		return value != ""
	case bool:
		return value
	case pyjson.Object:
		return len(value) > 0
	case []any:
		return len(value) > 0
	}
	return true
}

func (c *call) checkNotificationTarget(namespace string, config pyjson.Object) error {
	value, _ := config.Get("target")
	if !truthy(value) {
		return invalidRequest("Missing target")
	}
	target, isObject := value.(pyjson.Object)
	if !isObject {
		return errInternal
	}
	kind, _ := target.Get("kind")
	switch {
	case !truthy(kind):
		return invalidRequest("Missing target")
	case !target.Has("name"):
		return errInternal
	}
	name := target.Text("name")
	switch kind {
	case "user":
		if c.store.account(name, user) == nil {
			return invalidRequest("Unknown user %s", name)
		}
		return nil
	case "org":
		if c.store.account(name, organization) == nil {
			return invalidRequest("Unknown organization %s", name)
		}
		if name != namespace {
			return errInternal
		}
		return nil
	case "team":
		if c.store.team(namespace, name) == nil {
			return invalidRequest("Unknown team %s", name)
		}
		return nil
	}
	return errInternal
}

func checkWebhook(config pyjson.Object) error {
	value, _ := config.Get("url")
	if !truthy(value) {
		return invalidRequest("Missing webhook URL")
	}
	text, isText := value.(string)
	if !isText {
		return errInternal
	}
	address, err := url.Parse(text)
	if err != nil || address.Scheme != "http" && address.Scheme != "https" {
		return invalidRequest("Invalid webhook URL")
	}
	switch strings.ToLower(address.Hostname()) {
	case "":
		return errInternal
	case "localhost", "127.0.0.1":
		return invalidRequest("Invalid webhook URL")
	}
	template := config.Text("template")
	if template == "" {
		return nil
	}
	if !json.Valid([]byte(template)) {
		at := len(template)
		return invalidRequest("Could not parse template: Expecting value: line 1 column %d (char %d)", at+1, at)
	}
	if strings.Contains(template, "${}") {
		return invalidRequest("Empty expression found")
	}
	return nil
}

// The events of notifications.
var (
	notificationEvents = []string{
		"repo_push", "build_queued", "build_start", "build_success", "build_failure", "build_cancelled", "vulnerability_found",
		"repo_mirror_sync_started", "repo_mirror_sync_success", "repo_mirror_sync_failed",
	}
	quotaEvents = []string{"quota_error", "quota_warning"}
)

// hasNotificationEvent reports whether Quay knows an event.
func (c *call) hasNotificationEvent(event string) bool {
	return slices.Contains(notificationEvents, event) ||
		event == "repo_image_expiry" && !c.before(Quay3_12) ||
		slices.Contains(quotaEvents, event) && !c.before(Quay3_18)
}

func listRepoNotifications(c *call) (response, error) {
	r, err := c.administeredRepository()
	if err != nil {
		return response{}, err
	}
	return c.notificationList(r)
}

func createRepoNotification(c *call) (response, error) {
	r, err := c.administeredRepository()
	if err != nil {
		return response{}, err
	}
	body, err := c.decode(notificationSchema)
	if err != nil {
		return response{}, err
	}
	namespace, name := c.repository()
	config, _ := body.Get("config")
	if err := c.checkNotificationMethod(namespace, r, name, body.Text("method"), config.(pyjson.Object)); err != nil {
		return response{}, err // an internal error for an unknown method
	}
	if r == nil || !c.hasNotificationEvent(body.Text("event")) || utf8.RuneCountInString(body.Text("title")) > 255 {
		return response{}, errInternal
	}
	n := c.addNotification(r, body)
	c.logRepoNotification("add_repo_notification", r, n)
	return jsonResponse(http.StatusCreated, n.view()), nil
}

func (c *call) logRepoNotification(kind string, r *repository, n *notification) {
	c.log(kind, r.owner, view{"repo": r.name, "namespace": r.owner.name, "notification_id": n.uuid, "event": n.event, "method": n.method})
}

// getRepoNotification finds a notification of any repository.
func getRepoNotification(c *call) (response, error) {
	if _, err := c.administeredRepository(); err != nil {
		return response{}, err
	}
	n := c.store.notification(c.params["uuid"])
	if n == nil {
		return response{}, notFound()
	}
	if _, ok := n.owner.(*repository); !ok {
		return response{}, notFound()
	}
	return ok(n.view())
}

// noRepoNotification is the error about a missing notification of a repository.
func (c *call) noRepoNotification() error {
	namespace, name := c.repository()
	return invalidRequest("No repository notification found for: %s, %s, %s", namespace, name, c.params["uuid"])
}

func deleteRepoNotification(c *call) (response, error) {
	r, err := c.administeredRepository()
	if err != nil {
		return response{}, err
	}
	n := c.store.notification(c.params["uuid"])
	if r == nil || n == nil || n.owner != any(r) {
		return response{}, c.noRepoNotification()
	}
	c.store.deleteNotification(n)
	c.logRepoNotification("delete_repo_notification", r, n)
	return deleted()
}

func resetRepoNotification(c *call) (response, error) {
	r, err := c.administeredRepository()
	if err != nil {
		return response{}, err
	}
	n := c.store.notification(c.params["uuid"])
	switch {
	case n == nil:
		return response{}, c.noRepoNotification()
	case r == nil || n.owner != any(r):
		return response{}, refused("No repository notification found with uuid: %s", n.uuid)
	}
	n.failures = 0
	c.store.touch(&n.row)
	c.logRepoNotification("reset_repo_notification", r, n)
	return deleted()
}

// testRepoNotification tests a notification of any repository.
func testRepoNotification(c *call) (response, error) {
	if _, err := c.administeredRepository(); err != nil {
		return response{}, err
	}
	n := c.store.notification(c.params["uuid"])
	if n == nil {
		return response{}, c.noRepoNotification()
	}
	n.tests++
	return ok(view{})
}

// notifiedNamespace is a kind of namespaces that have notifications.
type notifiedNamespace struct {
	name, path string
	// of returns the namespace of the path.
	of func(c *call) (*account, error)
}

func (c *call) notifiedOrganization() (*account, error) {
	if !c.administers(c.params["orgname"]) {
		return nil, c.unauthorized()
	}
	if org := c.store.account(c.params["orgname"], organization); org != nil {
		return org, nil
	}
	return nil, notFound()
}

func (c *call) notifiedUser() (*account, error) {
	if !c.hasUserRole("admin") {
		return nil, c.unauthorized()
	}
	return c.user, nil
}

func (k notifiedNamespace) list(c *call) (response, error) {
	namespace, err := k.of(c)
	if err != nil {
		return response{}, err
	}
	return c.notificationList(namespace)
}

func (k notifiedNamespace) create(c *call) (response, error) {
	namespace, err := k.of(c)
	if err != nil {
		return response{}, err
	}
	body, err := c.decode(notificationSchema)
	if err != nil {
		return response{}, err
	}
	event, method := body.Text("event"), body.Text("method")
	if !slices.Contains(quotaEvents, event) {
		return response{}, invalidRequest("Invalid event '%s'. Must be one of: %s", event, strings.Join(quotaEvents, ", "))
	}
	config, _ := body.Get("config")
	err = c.checkNotificationMethod(namespace.name, nil, "", method, config.(pyjson.Object))
	switch {
	case errors.Is(err, errNoMethod):
		return response{}, invalidRequest("Unknown notification method '%s'", method)
	case err != nil:
		return response{}, err
	case utf8.RuneCountInString(body.Text("title")) > 255:
		return response{}, errInternal
	}
	n := c.addNotification(namespace, body)
	k.log(c, "create", n)
	return jsonResponse(http.StatusCreated, n.view()), nil
}

// find returns the notification of the path.
func (k notifiedNamespace) find(c *call) (*notification, error) {
	namespace, err := k.of(c)
	if err != nil {
		return nil, err
	}
	n := c.store.notification(c.params["uuid"])
	if n == nil || n.owner != any(namespace) {
		return nil, notFound()
	}
	return n, nil
}

func (k notifiedNamespace) get(c *call) (response, error) {
	n, err := k.find(c)
	if err != nil {
		return response{}, err
	}
	return ok(n.view())
}

func (k notifiedNamespace) delete(c *call) (response, error) {
	n, err := k.find(c)
	if err != nil {
		return response{}, err
	}
	c.store.deleteNotification(n)
	k.log(c, "delete", n)
	return deleted()
}

func (k notifiedNamespace) reset(c *call) (response, error) {
	n, err := k.find(c)
	if err != nil {
		return response{}, err
	}
	n.failures = 0
	c.store.touch(&n.row)
	k.log(c, "reset", n)
	return deleted()
}

func (k notifiedNamespace) test(c *call) (response, error) {
	n, err := k.find(c)
	if err != nil {
		return response{}, err
	}
	n.tests++
	return ok(view{})
}

// log adds an entry about a notification to the usage logs.
func (notifiedNamespace) log(c *call, verb string, n *notification) {
	namespace := n.owner.(*account)
	c.log(verb+"_namespace_notification", namespace, view{
		"namespace": namespace.name, "notification_id": n.uuid, "event": n.event, "method": n.method,
	})
}
