data "quay_repo_team_permissions" "app" {
  repository = "acme/app"
}

output "team_roles" {
  value = { for permission in data.quay_repo_team_permissions.app.permissions : permission.name => permission.role }
}
