data "quay_organization_team" "devs" {
  organization = "acme"
  name         = "devs"
}

output "role_of_devs" {
  value = data.quay_organization_team.devs.role
}
