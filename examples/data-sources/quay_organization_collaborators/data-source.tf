data "quay_organization_collaborators" "acme" {
  organization = "acme"
}

# The repositories of each user who is in no team of the organization.
output "outsiders" {
  value = { for user in data.quay_organization_collaborators.acme.collaborators : user.name => user.repositories }
}
