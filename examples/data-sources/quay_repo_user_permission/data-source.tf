resource "quay_repo_user_permission" "ci" {
  repository = "acme/app"
  username   = "acme+ci"
  role       = "write"
}

data "quay_repo_user_permission" "ci" {
  repository = quay_repo_user_permission.ci.repository
  username   = quay_repo_user_permission.ci.username
}

output "ci_role" {
  value = data.quay_repo_user_permission.ci.role
}
