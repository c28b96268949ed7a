// Package robot has the types for robot accounts of organizations and of the token's
// own user.
//
// Quay's API makes these rules necessary:
//
//   - Quay cannot change a robot's description or metadata. Terraform replaces the
//     robot, and the plan warns of what the robot loses.
//   - Lists have all values but the metadata. Reads of an owner's robots share one list. The
//     provider reads a robot alone only if Terraform manages the metadata.
//   - Quay refuses to create a robot that exists. If the response to a creation is lost, the
//     robot's age tells whether this call created the robot. The dates of the response and of
//     the robot are by Quay's clock.
//   - If the response to a regeneration is lost, a read shows whether the token changed.
//   - A list for an organization that does not exist is empty. The provider then reads
//     the organization.
//   - No list has the federation of robots, so the provider reads each federation alone. Quay
//     replaces all identities at once. The provider reads before it creates a federation, so
//     that it does not overwrite an existing one.
//   - If the mirror of a repository uses a robot, Quay refuses to delete the robot and does not
//     name the mirror. The provider reads the mirrors of the repositories in which the robot
//     has permissions.
//   - With a robot, Quay deletes the mirror of an organization that uses the robot. The
//     provider reads that mirror before, and refuses to delete the robot.
//   - A replaced robot has the same name, but no permissions and memberships. The run remembers
//     the robots that it creates, so that teams and repository permissions can add them again.
//   - The mirror of a deleted repository uses its robot until Quay's garbage collection. The
//     provider waits at most three minutes for it.
//
// Calls: PUT to create, POST to regenerate, GET of the organization's mirror and DELETE to
// delete. Reads are shared. For the federation, GET and POST to create, GET to read, POST to
// update and to delete.
package robot

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for robot accounts.
func Area() envelope.Area {
	return envelope.Area{
		Category: "Robot Accounts",
		Resources: envelope.Constructors(
			newOrganizationResource, newUserResource, newOrganizationFederationResource, newUserFederationResource,
		),
		DataSources: envelope.Constructors(
			newOrganizationDataSource, newUserDataSource, newOrganizationListDataSource, newUserListDataSource,
			newOrganizationFederationDataSource, newUserFederationDataSource,
		),
		ListResources: envelope.Constructors(
			newOrganizationListResource, newUserListResource, newOrganizationFederationListResource, newUserFederationListResource,
		),
		EphemeralResources: envelope.Constructors(newOrganizationTokenResource, newUserTokenResource),
		Actions:            envelope.Constructors(newRegenerateAction),
	}
}
