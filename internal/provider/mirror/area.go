// Package mirror has the types for mirrors: repositories and organizations whose content
// Quay copies from another registry.
//
// Quay's API makes these rules necessary:
//
//   - Quay cannot delete the mirror of a repository. Destroying one disables it, removes
//     its credentials and sets the repository's state back from MIRROR to NORMAL. A mirror
//     that is left so counts as none: a refresh does not find it, and a creation changes
//     it. Any other mirror that exists is an error of the creation.
//   - Quay mirrors only if the mirror is enabled and the repository's state is MIRROR, so
//     is_enabled stands for both. Creating a mirror sets the state, and gives the robot
//     the role write, which Quay does even if it then refuses the mirror. Terraform does
//     not take the role away.
//   - Quay from 3.16 on needs a timeout for a repository's mirror, and fails where an older
//     one is given any. The provider asks which fields the registry knows.
//   - Changes of a repository's mirror are merged into the settings for the registry, so the
//     provider always sends all of them, with null for what there is not. Quay drops the
//     HTTP proxy of such a change if there was no proxy before, so the provider sends it a
//     second time.
//   - Quay takes a password only together with the user, and never shows it.
//   - Quay moves the date of the next synchronization with each synchronization, and that
//     of an organization to the present when it is asked to synchronize. The state keeps
//     the date that was set.
//   - Quay refuses to delete a robot that the mirror of a repository uses, be it disabled.
//     With the robot of an organization's mirror, Quay deletes the mirror.
//
// Calls of a repository's mirror: POST to create, and if Quay has a mirror already, GET of
// the mirror and the repository, PUT of the mirror and of the state. GET to read, beside the
// shared list of repositories. PUT to update, another PUT for a new proxy, and PUT of the
// state to enable. PUT, GET of the repository, and PUT of the state to delete. The client
// asks /discovery once before it creates a mirror.
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
