variable "repository" {
  default = "acme/team/app"
}

# The robot ci of the organization that the repository belongs to.
resource "quay_repo_user_permission" "ci" {
  repository = var.repository
  username   = provider::quay::robot(provider::quay::parse_repository(var.repository).namespace, "ci")
  role       = "write"
}
