data "quay_repo_user_transitive_permission" "admin" {
  repository = "acme/app"
  username   = "admin"
}

output "admin_may" {
  value = data.quay_repo_user_transitive_permission.admin.role
}
