package user

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for users.
func Area() envelope.Area {
	return envelope.Area{
		Category:      "Users",
		Resources:     envelope.Constructors(newResource),
		DataSources:   envelope.Constructors(newDataSource, newAllDataSource),
		ListResources: envelope.Constructors(newListResource),
	}
}
