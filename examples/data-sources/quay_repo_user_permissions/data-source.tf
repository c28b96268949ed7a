data "quay_repo_user_permissions" "app" {
  repository = "acme/app"
}

output "administrators" {
  value = [for permission in data.quay_repo_user_permissions.app.permissions : permission.name if permission.role == "admin"]
}
