data "quay_all_organizations" "all" {}

output "organizations_without_contact" {
  value = [for organization in data.quay_all_organizations.all.organizations : organization.name if organization.email == null]
}
