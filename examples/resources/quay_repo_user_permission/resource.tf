resource "quay_repo_user_permission" "alice" {
  repository = "acme/app"
  username   = "alice"
  role       = "read"
}

# A robot is named with its namespace; a repository's name may contain slashes.
resource "quay_repo_user_permission" "ci" {
  repository = "acme/team/app"
  username   = "acme+ci"
  role       = "write"
}
