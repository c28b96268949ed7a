package quota

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for storage quotas.
func Area() envelope.Area {
	return envelope.Area{
		Category:      "Quotas",
		Resources:     envelope.Constructors(newOrganizationResource, newUserResource),
		DataSources:   envelope.Constructors(newOrganizationDataSource, newUserDataSource),
		ListResources: envelope.Constructors(newOrganizationListResource, newUserListResource),
		Functions:     envelope.Constructors(newBytesFunction, newFormatBytesFunction),
	}
}
