# A company's users, organization and keys. The organization is in a folder of its
# own, because a token of an owner of the organization is enough for it. The rest
# takes a superuser's.

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

variable "keep_tags" {
  description = "How many tags each repository keeps, or 0 for all."
  type        = number
  default     = 100
}

variable "upstream" {
  description = "Host of a registry to mirror an image of and to cache, or null for neither. Needs FEATURE_REPO_MIRROR: true and FEATURE_PROXY_CACHE: true in Quay's config.yaml."
  type        = string
  default     = null
}

variable "show_log" {
  description = "Whether to ask the registry what happened."
  type        = bool
  default     = false
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

module "organization" {
  source = "./organization"

  name      = var.organization
  keep_tags = var.keep_tags
  upstream  = var.upstream
  members   = { for name, user in quay_user.member : user.username => var.users[name] }
}

resource "quay_org_quota" "storage" {
  organization = module.organization.name
  limit        = "10 GiB"
  limits = {
    warning_percentages = [80]
    reject_percentages  = [100]
  }
}

# An organization that caches what is pulled from another registry.
resource "quay_organization" "cache" {
  count = var.upstream == null ? 0 : 1

  name = "${var.organization}-cache"
}

resource "quay_organization_proxy_cache" "upstream" {
  count = var.upstream == null ? 0 : 1

  organization      = quay_organization.cache[0].name
  upstream_registry = var.upstream
}

resource "quay_service_key" "ci" {
  service  = "demo_ci"
  name     = "CI of ${module.organization.name}"
  metadata = { owner = "ci" }
}

data "quay_all_users" "all" {
  depends_on = [quay_user.member]
}

output "users" {
  value = length(data.quay_all_users.all.users)
}

data "quay_logs" "recent" {
  count = var.show_log ? 1 : 0

  namespace   = module.organization.name
  max_entries = 20
}

output "log" {
  value = [for entry in flatten(data.quay_logs.recent[*].entries) : "${entry.datetime} ${entry.kind}"]
}
