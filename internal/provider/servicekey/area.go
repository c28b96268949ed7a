package servicekey

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for service keys.
func Area() envelope.Area {
	return envelope.Area{
		Category:           "Service Keys",
		Resources:          envelope.Constructors(newResource, newApprovalResource),
		DataSources:        envelope.Constructors(newDataSource, newListDataSource),
		ListResources:      envelope.Constructors(newListResource),
		EphemeralResources: envelope.Constructors(newEphemeralResource),
		Actions:            envelope.Constructors(newApproveAction),
	}
}
