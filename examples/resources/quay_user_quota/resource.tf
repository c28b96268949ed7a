resource "quay_user_quota" "alice" {
  username = "alice"
  limit    = "20 GB"
}

# Quay deletes a user's quota with the user. If Terraform replaces the user,
# replace_triggered_by creates the quota again in the same apply.
resource "quay_user" "dora" {
  username = "dora"
  email    = "dora@example.com"
}

resource "quay_user_quota" "dora" {
  username = quay_user.dora.username
  limit    = "20 GB"

  lifecycle {
    replace_triggered_by = [quay_user.dora]
  }
}
