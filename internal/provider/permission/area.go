package permission

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for permissions in repositories.
func Area() envelope.Area {
	return envelope.Area{
		Category:      "Repository Permissions",
		Resources:     envelope.Constructors(newUserResource, newTeamResource),
		DataSources:   envelope.Constructors(newUsersDataSource, newTeamsDataSource, newUserDataSource, newTeamDataSource, newTransitiveDataSource),
		ListResources: envelope.Constructors(newUserListResource, newTeamListResource),
		Functions:     envelope.Constructors(newRobotFunction, newParseRepositoryFunction),
	}
}
