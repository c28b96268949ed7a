// Package robot has the types for robot accounts of organizations and of the token's
// own user.
//
// Quay's API makes these rules necessary:
//
//   - Quay cannot change a robot's description or metadata. Terraform replaces the
//     robot, and the plan warns of what the robot loses.
//   - Lists tell everything but the metadata. Reads of an owner's robots share one list.
//     The provider reads a robot by itself only where Terraform manages the metadata.
//   - Quay refuses to create a robot that exists. If the answer to a creation is lost,
//     the robot's age tells whether this call created the robot. The dates of Quay's
//     answer and of the robot are by the same clock.
//   - If the answer to a regeneration is lost, a read shows whether the token changed.
//   - A list for an organization that does not exist is empty. The provider then reads
//     the organization.
//   - No list tells of the federation of robots, so each is read by itself. Quay replaces
//     all identities at once. The provider reads before it creates a federation, so that
//     it does not take over one that exists.
//   - Quay does not tell which mirror uses a robot that cannot be deleted. The robot's
//     permissions show the repositories that have to be looked at.
//   - The mirror of a deleted repository uses its robot until Quay's garbage collection.
//     The provider waits for that for three minutes.
//
// Calls: PUT to create, POST to regenerate, DELETE to delete. Reads are shared. For the
// federation, GET and POST to create, GET to read, POST to update and to delete.
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
