// Package repository has the types for repositories and their tags.
//
// Quay's API makes these rules necessary:
//
//   - Quay creates a nested repository whose name ends like a path of the API, but cannot
//     read, change or delete it. Quay takes the calls for calls on a part of another
//     repository. The provider refuses such names.
//   - If the namespace does not exist, Quay fails (500), and Quay 3.9 denies the call (403).
//     The provider then looks for the namespace.
//   - Quay deletes a repository with its tags without a confirmation. The provider looks for
//     tags first, unless force_destroy is set.
//   - Quay can change the state only with FEATURE_REPO_MIRROR. Without it, Quay takes the call
//     for the description of a nested repository.
//   - The list of a namespace's repositories has all values of the resource, so reads of these
//     repositories share its pages.
//
// Calls: POST to create, and PUT for a state other than NORMAL. An update makes one
// call for each of description, visibility and state that changes. GET of the tags and
// DELETE to delete. Reads are shared.
package repository

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for repositories.
func Area() envelope.Area {
	return envelope.Area{
		Category:      "Repositories",
		Resources:     envelope.Constructors(newResource),
		DataSources:   envelope.Constructors(newDataSource, newListDataSource, newTagDataSource, newTagsDataSource),
		ListResources: envelope.Constructors(newListResource),
	}
}
