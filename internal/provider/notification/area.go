// Package notification has the types for notifications about events: of repositories,
// of organizations and of the token's user.
//
// Quay's API makes these rules necessary:
//
//   - Quay cannot change a notification. The provider replaces it.
//   - Quay finds a notification of one repository through the path of every other repository.
//     Only the list of a repository tells which notifications belong to it. The list has
//     complete notifications, so reads of an owner's notifications share one call.
//   - Quay chooses the UUID of a notification, and accepts a second equal notification. The
//     provider reads the list before a creation, and refuses a second equal notification. If
//     the response to the creation is lost, the provider looks for the notification in the
//     list.
//   - Quay checks little of a method's configuration and nothing of an event's filter. It
//     fails (500) if the event is unknown or the repository does not exist. The provider
//     checks configuration and filter during the plan. After such a failure, it looks for the
//     repository.
//   - Quay identifies a level of vulnerabilities by its number.
//   - Quay sends the e-mails about a quota to addresses of the namespace, whatever the
//     configuration says.
//   - Quay deletes the notifications of an organization or a user with the quota.
//   - The notifications of a repository that does not exist are an empty list.
//
// Calls: GET and POST to create, GET to read, DELETE to delete. Reads are shared. An action
// reads the list before its POST.
package notification

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for notifications.
func Area() envelope.Area {
	return envelope.Area{
		Category:      "Notifications",
		Resources:     envelope.Constructors(newRepositoryResource, newOrganizationResource, newUserResource),
		DataSources:   envelope.Constructors(newRepositoryDataSource, newOrganizationDataSource, newUserDataSource),
		ListResources: envelope.Constructors(newRepositoryListResource, newOrganizationListResource, newUserListResource),
		Actions:       envelope.Constructors(newTestAction, newResetAction),
	}
}
