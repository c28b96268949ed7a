package quaytest

import (
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"
)

// apiRoot is where the API begins.
const apiRoot = "/api/v1"

type handler func(c *call) (response, error)

// route is one operation of the API.
type route struct {
	operation string
	method    string
	path      string
	feature   Feature // the one without which there is no such route
	since     Version // the oldest one that has the route
	internal  bool    // the description of the API hides the route
	handle    handler
}

// hide marks a route as one that the description of the API only shows on
// request.
func (r *route) hide() *route {
	r.internal = true
	return r
}

// quotaRoute is a route that only exists with quotas.
func quotaRoute(operation, method, path string, handle handler) *route {
	return &route{operation: operation, method: method, path: path, feature: QuotaManagement, handle: handle}
}

// routeTable returns the operations. Where two paths fit a request the first
// one counts.
func routeTable() []*route {
	plain := func(operation, method, path string, handle handler) *route {
		return &route{operation: operation, method: method, path: path, handle: handle}
	}
	since := func(v Version, operation, method, path string, handle handler) *route {
		return &route{operation: operation, method: method, path: path, since: v, handle: handle}
	}
	table := []*route{
		plain("listAllUsers", "GET", "/superuser/users/", listAllUsers),
		plain("createInstallUser", "POST", "/superuser/users/", createInstallUser),
		plain("getInstallUser", "GET", "/superuser/users/{username}", getInstallUser),
		plain("changeInstallUser", "PUT", "/superuser/users/{username}", changeInstallUser),
		plain("deleteInstallUser", "DELETE", "/superuser/users/{username}", deleteInstallUser),

		plain("listAllOrganizations", "GET", "/superuser/organizations/", listAllOrganizations).hide(),
		plain("changeOrganization", "PUT", "/superuser/organizations/{name}", changeOrganization),
		plain("deleteOrganization", "DELETE", "/superuser/organizations/{name}", deleteOrganization),
	}
	// The two paths lead to the same quotas, whatever the namespace is.
	for _, of := range []struct{ path, name string }{{"users", "User"}, {"organization", "Organization"}} {
		list := "/superuser/" + of.path + "/{namespace}/quota"
		one := list + "/{quota_id}"
		suffix := of.name + "QuotaSuperUser"
		table = append(table,
			quotaRoute("list"+suffix, "GET", list, listQuotaSuperUser),
			quotaRoute("create"+suffix, "POST", list, createQuotaSuperUser),
			quotaRoute("change"+suffix, "PUT", one, changeQuotaSuperUser),
			quotaRoute("delete"+suffix, "DELETE", one, deleteQuotaSuperUser),
		)
	}
	return append(table,
		plain("listServiceKeys", "GET", "/superuser/keys", listServiceKeys),
		plain("createServiceKey", "POST", "/superuser/keys", createServiceKey),
		plain("getServiceKey", "GET", "/superuser/keys/{kid}", getServiceKey),
		plain("updateServiceKey", "PUT", "/superuser/keys/{kid}", updateServiceKey),
		plain("deleteServiceKey", "DELETE", "/superuser/keys/{kid}", deleteServiceKey),
		plain("approveServiceKey", "POST", "/superuser/approvedkeys/{kid}", approveServiceKey),

		plain("getRegistrySize", "GET", "/superuser/registrysize/", getRegistrySize).hide(),
		plain("postRegistrySize", "POST", "/superuser/registrysize/", postRegistrySize).hide(),

		plain("listAllLogs", "GET", "/superuser/logs", listAllLogs),
		plain("listAllAggregateLogs", "GET", "/superuser/aggregatelogs", listAllAggregateLogs).hide(),

		plain("getRepoBuildStatusSuperUser", "GET", "/superuser/{build_uuid}/status", getRepoBuildStatusSuperUser),
		plain("getRepoBuildSuperUser", "GET", "/superuser/{build_uuid}/build", getRepoBuildSuperUser),
		plain("getRepoBuildLogsSuperUser", "GET", "/superuser/{build_uuid}/logs", getRepoBuildLogsSuperUser),

		plain("getLoggedInUser", "GET", "/user/", getLoggedInUser),
		plain("listUserLogs", "GET", "/user/logs", listUserLogs),
		quotaRoute("listUserQuota", "GET", "/user/quota", listUserQuota),

		plain("createOrganization", "POST", "/organization/", createOrganization),
		plain("getOrganization", "GET", "/organization/{orgname}", getOrganization),
		plain("changeOrganizationDetails", "PUT", "/organization/{orgname}", changeOrganizationDetails),
		plain("deleteAdminedOrganization", "DELETE", "/organization/{orgname}", deleteAdminedOrganization),
		plain("listOrgLogs", "GET", "/organization/{orgname}/logs", listOrgLogs),

		quotaRoute("listOrganizationQuota", "GET", "/organization/{orgname}/quota", listOrganizationQuota),
		quotaRoute("createOrganizationQuota", "POST", "/organization/{orgname}/quota", createOrganizationQuota),
		quotaRoute("getOrganizationQuota", "GET", "/organization/{orgname}/quota/{quota_id}", getOrganizationQuota),
		quotaRoute("changeOrganizationQuota", "PUT", "/organization/{orgname}/quota/{quota_id}", changeOrganizationQuota),
		quotaRoute("deleteOrganizationQuota", "DELETE", "/organization/{orgname}/quota/{quota_id}", deleteOrganizationQuota),
		quotaRoute("listOrganizationQuotaLimit", "GET", "/organization/{orgname}/quota/{quota_id}/limit", listOrganizationQuotaLimit),
		quotaRoute("createOrganizationQuotaLimit", "POST", "/organization/{orgname}/quota/{quota_id}/limit", createOrganizationQuotaLimit),
		quotaRoute("getOrganizationQuotaLimit", "GET", "/organization/{orgname}/quota/{quota_id}/limit/{limit_id}", getOrganizationQuotaLimit),
		quotaRoute("changeOrganizationQuotaLimit", "PUT", "/organization/{orgname}/quota/{quota_id}/limit/{limit_id}", changeOrganizationQuotaLimit),
		quotaRoute("deleteOrganizationQuotaLimit", "DELETE", "/organization/{orgname}/quota/{quota_id}/limit/{limit_id}", deleteOrganizationQuotaLimit),

		plain("updateOrganizationTeam", "PUT", "/organization/{orgname}/team/{teamname}", updateOrganizationTeam),
		plain("deleteOrganizationTeam", "DELETE", "/organization/{orgname}/team/{teamname}", deleteOrganizationTeam),
		plain("getOrganizationTeamMembers", "GET", "/organization/{orgname}/team/{teamname}/members", getOrganizationTeamMembers),
		plain("updateOrganizationTeamMember", "PUT", "/organization/{orgname}/team/{teamname}/members/{membername}", updateOrganizationTeamMember),
		plain("deleteOrganizationTeamMember", "DELETE", "/organization/{orgname}/team/{teamname}/members/{membername}", deleteOrganizationTeamMember),

		plain("getOrgRobots", "GET", "/organization/{orgname}/robots", getOrgRobots),
		plain("getOrgRobot", "GET", "/organization/{orgname}/robots/{robot_shortname}", getOrgRobot),
		plain("createOrgRobot", "PUT", "/organization/{orgname}/robots/{robot_shortname}", createOrgRobot),
		plain("deleteOrgRobot", "DELETE", "/organization/{orgname}/robots/{robot_shortname}", deleteOrgRobot),

		plain("createOrganizationApplication", "POST", "/organization/{orgname}/applications", createOrganizationApplication),
		plain("getOrganizationApplication", "GET", "/organization/{orgname}/applications/{client_id}", getOrganizationApplication),
		plain("deleteOrganizationApplication", "DELETE", "/organization/{orgname}/applications/{client_id}", deleteOrganizationApplication),
		since(Quay3_18, "createOrganizationApplicationToken", "POST", "/organization/{orgname}/applications/{client_id}/tokens", createOrganizationApplicationToken),
		since(Quay3_18, "deleteOrganizationApplicationToken", "DELETE", "/organization/{orgname}/applications/{client_id}/tokens/{token_uuid}", deleteOrganizationApplicationToken),

		plain("listRepos", "GET", "/repository", listRepos),
		plain("createRepo", "POST", "/repository", createRepo),
		plain("listRepoUserPermissions", "GET", "/repository/{repository}/permissions/user/", listRepoUserPermissions),
		plain("getUserTransitivePermission", "GET", "/repository/{repository}/permissions/user/{username}/transitive", getUserTransitivePermission),
		plain("getUserPermissions", "GET", "/repository/{repository}/permissions/user/{username}", getUserPermissions),
		plain("changeUserPermissions", "PUT", "/repository/{repository}/permissions/user/{username}", changeUserPermissions),
		plain("deleteUserPermissions", "DELETE", "/repository/{repository}/permissions/user/{username}", deleteUserPermissions),
		plain("listRepoTeamPermissions", "GET", "/repository/{repository}/permissions/team/", listRepoTeamPermissions),
		plain("getTeamPermissions", "GET", "/repository/{repository}/permissions/team/{teamname}", getTeamPermissions),
		plain("changeTeamPermissions", "PUT", "/repository/{repository}/permissions/team/{teamname}", changeTeamPermissions),
		plain("deleteTeamPermissions", "DELETE", "/repository/{repository}/permissions/team/{teamname}", deleteTeamPermissions),
		plain("requestRepoBuild", "POST", "/repository/{repository}/build/", requestRepoBuild),
		plain("cancelRepoBuild", "DELETE", "/repository/{repository}/build/{build_uuid}", cancelRepoBuild),
		plain("changeRepoVisibility", "POST", "/repository/{repository}/changevisibility", changeRepoVisibility),
		plain("getRepo", "GET", "/repository/{repository}", getRepo),
		plain("updateRepo", "PUT", "/repository/{repository}", updateRepo),
		plain("deleteRepository", "DELETE", "/repository/{repository}", deleteRepository),

		plain("discovery", "GET", "/discovery", discovery),
	)
}

// fit matches a path below the API's root with a route's path. A parameter
// stands for one part of the path; {repository} stands for two or more.
func (r *route) fit(path string) (map[string]string, bool) {
	want := strings.Split(r.path, "/")
	parts := strings.Split(path, "/")
	spare := len(parts) - len(want)
	params := map[string]string{}
	for i, w := range want {
		name, ok := strings.CutPrefix(w, "{")
		if !ok {
			if i >= len(parts) || parts[i] != w {
				return nil, false
			}
			continue
		}
		name = strings.TrimSuffix(name, "}")
		length := 1
		if name == "repository" {
			length += spare
			spare = 0
			if length < 2 {
				return nil, false
			}
		}
		if i+length > len(parts) || slices.Contains(parts[i:i+length], "") {
			return nil, false
		}
		params[name] = strings.Join(parts[i:i+length], "/")
		parts = slices.Concat(parts[:i+1], parts[i+length:])
	}
	return params, len(parts) == len(want)
}

// match is what the routes know of a request.
type match struct {
	route   *route
	params  map[string]string
	allowed []string // the methods that the path has, if not the request's
	slash   bool     // the path with a slash at the end has the request's method
}

// find looks for the route of a request.
func (s *Server) find(method, path string) match {
	path, ok := strings.CutPrefix(path, apiRoot)
	if !ok {
		return match{}
	}
	if method == http.MethodHead {
		method = http.MethodGet
	}
	var m match
	fitting := ""
	for _, r := range s.routes {
		if fitting != "" && r.path != fitting {
			continue
		}
		params, ok := r.fit(path)
		if !ok {
			if r.method == method && strings.HasSuffix(r.path, "/") && fitting == "" {
				if _, ok := r.fit(path + "/"); ok {
					return match{slash: true}
				}
			}
			continue
		}
		fitting = r.path
		if r.method == method {
			return match{route: r, params: params}
		}
		m.allowed = append(m.allowed, r.method)
	}
	return m
}

// unrouted answers a request that is not for the API. Behind every address
// there is the web interface: it wants a slash at the end, knows no other
// methods than GET, and its page is all that it shows. Up to 3.12 Quay stumbles
// over a write without that slash.
func (s *Server) unrouted(url string, r *http.Request, m match) response {
	const page = "text/html; charset=utf-8"
	reading := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case r.Method == http.MethodOptions:
		return response{status: http.StatusOK, contentType: page, allow: allowed(m)}
	case m.slash || reading && !strings.HasSuffix(r.URL.Path, "/"):
		a := response{status: http.StatusPermanentRedirect, contentType: page, location: url + "/"}
		a.page = fmt.Sprintf(redirectPage, html.EscapeString(a.location))
		if r.URL.RawQuery != "" {
			a.location += "?" + r.URL.RawQuery
			a.page = fmt.Sprintf(redirectPage, html.EscapeString(a.location))
		}
		return a
	case reading:
		return response{status: http.StatusNotFound, contentType: page, page: webPage}
	case m.allowed != nil:
		a := jsonResponse(http.StatusMethodNotAllowed, view{"message": "The method is not allowed for the requested URL."})
		a.allow = allowed(m)
		return a
	case s.before(Quay3_16) && !strings.HasSuffix(r.URL.Path, "/"):
		return internalError()
	default:
		return response{status: http.StatusMethodNotAllowed, contentType: page, allow: allowed(m), page: methodNotAllowedPage}
	}
}

// allowed lists the methods of a path: the API's and those of the web page.
func allowed(m match) string {
	var methods []string
	for _, method := range m.allowed {
		if method != http.MethodGet {
			methods = append(methods, method)
		}
	}
	return strings.Join(append(methods, "OPTIONS", "GET", "HEAD"), ", ")
}
