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

# Quay deletes a user's permissions with the user. If Terraform replaces the user,
# replace_triggered_by creates the permission again in the same apply.
resource "quay_user" "dora" {
  username = "dora"
  email    = "dora@example.com"
}

resource "quay_repo_user_permission" "dora" {
  repository = "acme/app"
  username   = quay_user.dora.username
  role       = "read"

  lifecycle {
    replace_triggered_by = [quay_user.dora]
  }
}
