variable "username" {
  type = string
}

variable "repository" {
  type = string
}

resource "quay_user" "u" {
  username = var.username
  email    = "${var.username}@example.com"
}

resource "quay_user_quota" "q" {
  username = quay_user.u.username
  limit    = "1 GiB"

  lifecycle {
    replace_triggered_by = [quay_user.u]
  }
}

resource "quay_repo_user_permission" "p" {
  repository = var.repository
  username   = quay_user.u.username
  role       = "read"

  lifecycle {
    replace_triggered_by = [quay_user.u]
  }
}
