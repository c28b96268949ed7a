variable "names" {
  type = list(string)
}

data "quay_organization" "test" {
  name = var.names[0]
}

data "quay_all_organizations" "test" {}

# A real registry has other organizations, too.
output "all" {
  value = {
    for organization in data.quay_all_organizations.test.organizations : organization.name => organization.email
    if contains(var.names, organization.name)
  }
}
