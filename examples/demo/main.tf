# What a team typically keeps in Terraform. The organization, its repositories,
# its team and its robot exist already; the partner's organization does not.

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

variable "partner" {
  description = "Name of the partner's organization."
  type        = string
}

variable "show_log" {
  description = "Whether to ask the registry what happened."
  type        = bool
  default     = false
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

resource "quay_user_quota" "member" {
  for_each = quay_user.member

  username = each.value.username
  limit    = "500 MB"
}

resource "quay_org_quota" "storage" {
  organization = var.organization
  limit        = "10 GiB"
}

resource "quay_organization" "partner" {
  name  = var.partner
  email = "registry@partner.example.com"
}

resource "quay_org_quota" "partner" {
  organization = quay_organization.partner.name
  limit        = "1 GiB"
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

data "quay_logs" "recent" {
  count = var.show_log ? 1 : 0

  namespace   = quay_organization.partner.name
  max_entries = 20
}

output "log" {
  value = [for entry in flatten(data.quay_logs.recent[*].entries) : "${entry.datetime} ${entry.kind}"]
}
