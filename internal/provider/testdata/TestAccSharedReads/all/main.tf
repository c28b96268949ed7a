variable "organization" {
  type = string
}

variable "repositories" {
  type = number
}

variable "users" {
  type = number
}

resource "quay_user" "u" {
  count    = var.users
  username = "user${count.index}"
}

resource "quay_user_quota" "u" {
  count    = 10
  username = quay_user.u[count.index].username
  limit    = "1 GiB"
}

resource "quay_org_quota" "o" {
  count        = 10
  organization = "org${count.index}"
  limit        = "1 GiB"
}

resource "quay_service_key" "k" {
  count   = 5
  service = "tfacc"
}

resource "quay_repo_user_permission" "u" {
  count      = 10 * var.repositories
  repository = "${var.organization}/app${count.index % var.repositories}"
  username   = quay_user.u[count.index].username
  role       = "read"
}

resource "quay_repo_team_permission" "t" {
  count      = 10 * var.repositories
  repository = "${var.organization}/app${count.index % var.repositories}"
  team       = "team${floor(count.index / var.repositories)}"
  role       = "read"
}
