data "quay_organization_default_permissions" "acme" {
  organization = "acme"
}

output "teams_with_access_to_new_repositories" {
  value = compact(data.quay_organization_default_permissions.acme.default_permissions[*].delegate_team)
}
