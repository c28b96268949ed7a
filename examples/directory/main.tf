# An organization whose people come from LDAP or OIDC.

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

variable "guests" {
  description = "People who get roles of their own, with their role in the repository app. With OIDC, they must have signed in to Quay before."
  type        = map(string)
  default     = {}
}

variable "link_guests" {
  description = "Whether Terraform creates the users of the guests, which is possible with LDAP."
  type        = bool
  default     = true
}

variable "group_dn" {
  description = "LDAP group of the developers, relative to the base DN of the registry."
  type        = string
  default     = null
}

variable "group_name" {
  description = "OIDC group of the developers."
  type        = string
  default     = null
}

resource "quay_organization" "this" {
  name = var.organization
}

resource "quay_repository" "app" {
  namespace = quay_organization.this.name
  name      = "app"
}

# Quay keeps the people of this team like those of the group.
resource "quay_organization_team" "developers" {
  organization = quay_organization.this.name
  name         = "developers"
  role         = "member"
  members      = [quay_organization_robot.ci.username] # robot accounts only
}

resource "quay_organization_team_sync" "developers" {
  organization = quay_organization.this.name
  team         = quay_organization_team.developers.name
  group_dn     = var.group_dn
  group_name   = var.group_name
}

resource "quay_organization_robot" "ci" {
  organization = quay_organization.this.name
  name         = "ci"
}

resource "quay_repo_team_permission" "developers" {
  repository = "${quay_repository.app.namespace}/${quay_repository.app.name}"
  team       = quay_organization_team.developers.name
  role       = "write"
}

# A person who has never signed in has no user, and so cannot have a role yet. With LDAP,
# this resource creates the user.
resource "quay_user" "guest" {
  for_each = var.link_guests ? var.guests : {}

  username = each.key
}

resource "quay_repo_user_permission" "guest" {
  for_each = var.guests

  repository = "${quay_repository.app.namespace}/${quay_repository.app.name}"
  username   = try(quay_user.guest[each.key].username, each.key)
  role       = each.value
}
