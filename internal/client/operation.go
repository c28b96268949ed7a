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
}

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
	return Operation{name, method, "/superuser" + path, scopeSuperUser, featureSuperUsers}
}

func superuserQuota(name, method, path string) Operation {
	return Operation{name, method, "/superuser" + path, scopeSuperUser, featureQuota}
}

func permission(name, method, path string) Operation {
	return Operation{name, method, "/repository/{repository}/permissions" + path, scopeRepoAdmin, ""}
}

var (
	createInstallUser = superuser("createInstallUser", "POST", "/users/")
	listAllUsers      = superuser("listAllUsers", "GET", "/users/")
	getInstallUser    = superuser("getInstallUser", "GET", "/users/{username}")
	changeInstallUser = superuser("changeInstallUser", "PUT", "/users/{username}")
	deleteInstallUser = superuser("deleteInstallUser", "DELETE", "/users/{username}")

	listAllOrganizations = superuser("listAllOrganizations", "GET", "/organizations/")
	changeOrganization   = superuser("changeOrganization", "PUT", "/organizations/{orgname}")
	deleteOrganization   = superuser("deleteOrganization", "DELETE", "/organizations/{orgname}")

	createOrganization        = Operation{"createOrganization", "POST", "/organization/", scopeUserAdmin, ""}
	getOrganization           = Operation{"getOrganization", "GET", "/organization/{orgname}", scopeOrgAdmin, ""}
	changeOrganizationDetails = Operation{"changeOrganizationDetails", "PUT", "/organization/{orgname}", scopeOrgAdmin, ""}

	listOrganizationQuotaSuperUser   = superuserQuota("listOrganizationQuotaSuperUser", "GET", "/organization/{namespace}/quota")
	createOrganizationQuotaSuperUser = superuserQuota("createOrganizationQuotaSuperUser", "POST", "/organization/{namespace}/quota")
	changeOrganizationQuotaSuperUser = superuserQuota("changeOrganizationQuotaSuperUser", "PUT", "/organization/{namespace}/quota/{quota_id}")
	deleteOrganizationQuotaSuperUser = superuserQuota("deleteOrganizationQuotaSuperUser", "DELETE", "/organization/{namespace}/quota/{quota_id}")
	listUserQuotaSuperUser           = superuserQuota("listUserQuotaSuperUser", "GET", "/users/{namespace}/quota")
	createUserQuotaSuperUser         = superuserQuota("createUserQuotaSuperUser", "POST", "/users/{namespace}/quota")
	changeUserQuotaSuperUser         = superuserQuota("changeUserQuotaSuperUser", "PUT", "/users/{namespace}/quota/{quota_id}")
	deleteUserQuotaSuperUser         = superuserQuota("deleteUserQuotaSuperUser", "DELETE", "/users/{namespace}/quota/{quota_id}")

	listServiceKeys   = superuser("listServiceKeys", "GET", "/keys")
	createServiceKey  = superuser("createServiceKey", "POST", "/keys")
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

	getRepo   = Operation{"getRepo", "GET", "/repository/{repository}", scopeRepoRead, ""}
	listRepos = Operation{"listRepos", "GET", "/repository", scopeRepoRead, ""}
)

// Operations returns every call that the client makes.
func Operations() []Operation {
	return []Operation{
		createInstallUser, listAllUsers, getInstallUser, changeInstallUser, deleteInstallUser,
		listOrganizationQuotaSuperUser, createOrganizationQuotaSuperUser,
		changeOrganizationQuotaSuperUser, deleteOrganizationQuotaSuperUser,
		listUserQuotaSuperUser, createUserQuotaSuperUser,
		changeUserQuotaSuperUser, deleteUserQuotaSuperUser,
		listServiceKeys, createServiceKey, getServiceKey, updateServiceKey, deleteServiceKey, approveServiceKey,
		listAllOrganizations, changeOrganization, deleteOrganization,
		createOrganization, getOrganization, changeOrganizationDetails,
		getRegistrySize, postRegistrySize,
		listAllLogs,
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
