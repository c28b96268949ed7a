# What a team typically keeps in Terraform. The organization, its repositories,
# its team and its robot exist already.

terraform {
  required_providers {
    quay = {
      source = "terraform-provider-quay/quay"
    }
  }
}

# QUAY_URL and QUAY_TOKEN say where.
provider "quay" {}

variable "organization" {
  description = "Name of the organization."
  type        = string
}

variable "users" {
  description = "Users, with their role in the repository app."
  type        = map(string)
}

resource "quay_user" "member" {
  for_each = var.users

  username = each.key
  email    = "${each.key}@example.com"
}

resource "quay_org_quota" "storage" {
  organization = var.organization
  limit        = "10 GiB"
}

resource "quay_repo_user_permission" "member" {
  for_each = var.users

  repository = "${var.organization}/app"
  username   = quay_user.member[each.key].username
  role       = each.value
}

resource "quay_repo_user_permission" "robot" {
  repository = "${var.organization}/team/service"
  username   = "${var.organization}+ci"
  role       = "write"
}

resource "quay_repo_team_permission" "devs" {
  for_each = toset(["app", "team/service"])

  repository = "${var.organization}/${each.key}"
  team       = "devs"
  role       = "read"
}

resource "quay_service_key" "ci" {
  service  = "demo_ci"
  name     = "CI of ${var.organization}"
  metadata = { owner = var.organization }
}

data "quay_all_users" "all" {
  depends_on = [quay_user.member]
}

output "users" {
  value = length(data.quay_all_users.all.users)
}
