package client

import (
	"fmt"
	"net/url"
	"strings"
)

// Operation is one call of Quay's API.
type Operation struct {
	// Name is Quay's own name of the call (its operationId).
	Name string
	// Method is the HTTP method.
	Method string
	// Path is the path below /api/v1, with {parameters}.
	Path string
	// Scope is the OAuth scope that a token needs for the call.
	Scope string
	// Feature is the setting of Quay's config.yaml without which the call
	// does not exist, or empty.
	Feature string
	// Repeat says when the client may send the call again.
	Repeat Repeat
}

// Repeat says when a call may be sent again after a transient error.
type Repeat int

const (
	// IfNotSent allows another attempt only if no earlier one can have reached
	// Quay: the call creates something, or a rate limit turned it away.
	IfNotSent Repeat = iota
	// Idempotent allows another attempt after any transient error: Quay can
	// carry the call out twice without harm.
	Idempotent
)

const (
	scopeSuperUser = "super:user"
	scopeUserAdmin = "user:admin"
	scopeOrgAdmin  = "org:admin"
	scopeRepoAdmin = "repo:admin"
	scopeRepoRead  = "repo:read"

	featureQuota      = "FEATURE_QUOTA_MANAGEMENT"
	featureSuperUsers = "FEATURE_SUPER_USERS"
)

func superuser(name, method, path string) Operation {
	return idempotent(Operation{Name: name, Method: method, Path: "/superuser" + path, Scope: scopeSuperUser, Feature: featureSuperUsers})
}

func superuserQuota(name, method, path string) Operation {
	return idempotent(Operation{Name: name, Method: method, Path: "/superuser" + path, Scope: scopeSuperUser, Feature: featureQuota})
}

func permission(name, method, path string) Operation {
	return idempotent(Operation{Name: name, Method: method, Path: "/repository/{repository}/permissions" + path, Scope: scopeRepoAdmin})
}

func organization(name, method, path string) Operation {
	return idempotent(Operation{Name: name, Method: method, Path: "/organization/{orgname}" + path, Scope: scopeOrgAdmin})
}

func idempotent(op Operation) Operation {
	op.Repeat = Idempotent
	return op
}

// needs returns an operation that exists only with a feature.
func needs(feature string, op Operation) Operation {
	op.Feature = feature
	return op
}

// creates returns an operation that makes a new object each time.
func creates(op Operation) Operation {
	op.Repeat = IfNotSent
	return op
}

var (
	createInstallUser = creates(superuser("createInstallUser", "POST", "/users/"))
	listAllUsers      = superuser("listAllUsers", "GET", "/users/")
	getInstallUser    = superuser("getInstallUser", "GET", "/users/{username}")
	changeInstallUser = superuser("changeInstallUser", "PUT", "/users/{username}")
	deleteInstallUser = superuser("deleteInstallUser", "DELETE", "/users/{username}")

	listAllOrganizations = superuser("listAllOrganizations", "GET", "/organizations/")
	changeOrganization   = superuser("changeOrganization", "PUT", "/organizations/{orgname}")
	deleteOrganization   = superuser("deleteOrganization", "DELETE", "/organizations/{orgname}")

	createOrganization        = Operation{Name: "createOrganization", Method: "POST", Path: "/organization/", Scope: scopeUserAdmin}
	getOrganization           = organization("getOrganization", "GET", "")
	changeOrganizationDetails = organization("changeOrganizationDetails", "PUT", "")
	deleteAdminedOrganization = organization("deleteAdminedOrganization", "DELETE", "")

	listOrganizationQuota = needs(featureQuota, organization("listOrganizationQuota", "GET", "/quota"))
	listOrgLogs           = organization("listOrgLogs", "GET", "/logs")

	listOrganizationQuotaSuperUser   = superuserQuota("listOrganizationQuotaSuperUser", "GET", "/organization/{namespace}/quota")
	createOrganizationQuotaSuperUser = creates(superuserQuota("createOrganizationQuotaSuperUser", "POST", "/organization/{namespace}/quota"))
	changeOrganizationQuotaSuperUser = superuserQuota("changeOrganizationQuotaSuperUser", "PUT", "/organization/{namespace}/quota/{quota_id}")
	deleteOrganizationQuotaSuperUser = superuserQuota("deleteOrganizationQuotaSuperUser", "DELETE", "/organization/{namespace}/quota/{quota_id}")
	listUserQuotaSuperUser           = superuserQuota("listUserQuotaSuperUser", "GET", "/users/{namespace}/quota")
	createUserQuotaSuperUser         = creates(superuserQuota("createUserQuotaSuperUser", "POST", "/users/{namespace}/quota"))
	changeUserQuotaSuperUser         = superuserQuota("changeUserQuotaSuperUser", "PUT", "/users/{namespace}/quota/{quota_id}")
	deleteUserQuotaSuperUser         = superuserQuota("deleteUserQuotaSuperUser", "DELETE", "/users/{namespace}/quota/{quota_id}")

	listServiceKeys   = superuser("listServiceKeys", "GET", "/keys")
	createServiceKey  = creates(superuser("createServiceKey", "POST", "/keys"))
	getServiceKey     = superuser("getServiceKey", "GET", "/keys/{kid}")
	updateServiceKey  = superuser("updateServiceKey", "PUT", "/keys/{kid}")
	deleteServiceKey  = superuser("deleteServiceKey", "DELETE", "/keys/{kid}")
	approveServiceKey = superuser("approveServiceKey", "POST", "/approvedkeys/{kid}")

	getRegistrySize  = superuser("getRegistrySize", "GET", "/registrysize/")
	postRegistrySize = superuser("postRegistrySize", "POST", "/registrysize/")

	listAllLogs = superuser("listAllLogs", "GET", "/logs")

	getRepoBuildStatusSuperUser = superuser("getRepoBuildStatusSuperUser", "GET", "/{build_uuid}/status")
	getRepoBuildSuperUser       = superuser("getRepoBuildSuperUser", "GET", "/{build_uuid}/build")
	getRepoBuildLogsSuperUser   = superuser("getRepoBuildLogsSuperUser", "GET", "/{build_uuid}/logs")

	listRepoUserPermissions     = permission("listRepoUserPermissions", "GET", "/user/")
	getUserPermissions          = permission("getUserPermissions", "GET", "/user/{username}")
	changeUserPermissions       = permission("changeUserPermissions", "PUT", "/user/{username}")
	deleteUserPermissions       = permission("deleteUserPermissions", "DELETE", "/user/{username}")
	getUserTransitivePermission = permission("getUserTransitivePermission", "GET", "/user/{username}/transitive")
	listRepoTeamPermissions     = permission("listRepoTeamPermissions", "GET", "/team/")
	getTeamPermissions          = permission("getTeamPermissions", "GET", "/team/{teamname}")
	changeTeamPermissions       = permission("changeTeamPermissions", "PUT", "/team/{teamname}")
	deleteTeamPermissions       = permission("deleteTeamPermissions", "DELETE", "/team/{teamname}")

	getRepo   = idempotent(Operation{Name: "getRepo", Method: "GET", Path: "/repository/{repository}", Scope: scopeRepoRead})
	listRepos = idempotent(Operation{Name: "listRepos", Method: "GET", Path: "/repository", Scope: scopeRepoRead})

	// It is asked once: what it does not tell then stays unknown.
	discovery = Operation{Name: "discovery", Method: "GET", Path: "/discovery"}
)

// Operations returns every call that a method of the client makes. Beside them
// the client asks for /discovery where it has to know whether a call exists.
func Operations() []Operation {
	return []Operation{
		createInstallUser, listAllUsers, getInstallUser, changeInstallUser, deleteInstallUser,
		listOrganizationQuotaSuperUser, createOrganizationQuotaSuperUser,
		changeOrganizationQuotaSuperUser, deleteOrganizationQuotaSuperUser,
		listUserQuotaSuperUser, createUserQuotaSuperUser,
		changeUserQuotaSuperUser, deleteUserQuotaSuperUser,
		listServiceKeys, createServiceKey, getServiceKey, updateServiceKey, deleteServiceKey, approveServiceKey,
		listAllOrganizations, changeOrganization, deleteOrganization,
		createOrganization, getOrganization, changeOrganizationDetails, deleteAdminedOrganization,
		listOrganizationQuota,
		getRegistrySize, postRegistrySize,
		listAllLogs, listOrgLogs,
		getRepoBuildStatusSuperUser, getRepoBuildSuperUser, getRepoBuildLogsSuperUser,
		listRepoUserPermissions, getUserPermissions, changeUserPermissions, deleteUserPermissions,
		getUserTransitivePermission,
		listRepoTeamPermissions, getTeamPermissions, changeTeamPermissions, deleteTeamPermissions,
		getRepo, listRepos,
	}
}

// expand returns the operation's path with its {parameters} replaced, in
// order, by arguments. Each is escaped by itself, so a name with a slash stays
// one element; only a [Repository] spans several. An element that is empty or
// that servers resolve away ("." and "..") is an error.
func (op Operation) expand(args []any) (string, error) {
	elements := strings.Split(op.Path, "/")
	for i, element := range elements {
		if !strings.HasPrefix(element, "{") {
			continue
		}
		var names []string
		switch arg := args[0].(type) {
		case Repository:
			names = append([]string{arg.Namespace}, strings.Split(arg.Name, "/")...)
		default:
			names = []string{fmt.Sprint(arg)}
		}
		args = args[1:]
		for j, name := range names {
			if name == "" || name == "." || name == ".." {
				return "", fmt.Errorf("%q cannot be used as %s in a path", name, strings.Trim(element, "{}"))
			}
			names[j] = url.PathEscape(name)
		}
		elements[i] = strings.Join(names, "/")
	}
	return strings.Join(elements, "/"), nil
}
