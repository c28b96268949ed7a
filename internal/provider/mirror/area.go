// Package mirror has the types for mirrors: repositories and organizations whose content
// Quay copies from another registry.
//
// Quay's API makes these rules necessary:
//
//   - Quay cannot delete the mirror of a repository. To destroy a mirror, the provider
//     disables it, removes its credentials, and sets the repository's state back from MIRROR
//     to NORMAL. The provider treats such a mirror as missing: a refresh does not find it, and
//     a creation reuses it. If any other mirror exists, the creation fails.
//   - Quay mirrors only if the mirror is enabled and the repository's state is MIRROR, so
//     is_enabled stands for both conditions. A creation sets the state, and gives the robot
//     the role write, even if Quay then refuses the mirror. Terraform does not remove the
//     role.
//   - Quay 3.16 and later need a timeout for a repository's mirror. An older Quay fails if it
//     gets a timeout. The provider asks which fields the registry has.
//   - Quay merges a change of a repository's mirror into the settings for the registry. So the
//     provider always sends all settings, with null for missing values. Quay drops a new HTTP
//     proxy if there was no proxy before, so the provider sends it a second time.
//   - Quay accepts a password only together with the user, and never shows it.
//   - Quay moves the date of the next synchronization with each synchronization. A request to
//     synchronize an organization moves its date to the present. The state keeps the
//     configured date.
//   - Quay refuses to delete a robot that a repository's mirror uses, even a disabled mirror.
//     If somebody deletes the robot of an organization's mirror, Quay deletes the mirror.
//
// Calls of a repository's mirror: POST to create. If Quay has a mirror already, GET of the
// mirror and the repository, and PUT of the mirror and the state. GET to read, in addition to
// the shared list of repositories. PUT to update, another PUT for a new proxy, and PUT of the
// state to enable. PUT, GET of the repository, and PUT of the state to delete. The client asks
// /discovery once before it creates a mirror.
//
// Calls of an organization's mirror: POST, GET, PUT and DELETE. An action takes a GET
// before its POST.
package mirror

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for mirrors.
func Area() envelope.Area {
	return envelope.Area{
		Category:      "Mirrors",
		Resources:     envelope.Constructors(newRepositoryResource, newOrganizationResource),
		DataSources:   envelope.Constructors(newRepositoryDataSource, newOrganizationDataSource),
		ListResources: envelope.Constructors(newRepositoryListResource, newOrganizationListResource),
		Actions:       envelope.Constructors(newSyncAction, newCancelAction),
	}
}
