variable "name" {
  type = string
}

variable "limit" {
  type = string
}

# The repositories in which roles are given.
variable "repositories" {
  type = set(string)
}

resource "quay_organization" "o" {
  name          = var.name
  force_destroy = true
}

resource "quay_org_quota" "q" {
  organization = quay_organization.o.name
  limit        = var.limit
}

resource "quay_organization_team" "t" {
  organization = quay_organization.o.name
  name         = "devs"
  role         = "member"
}

resource "quay_repo_team_permission" "p" {
  for_each   = var.repositories
  repository = "${quay_organization.o.name}/${each.key}"
  team       = quay_organization_team.t.name
  role       = "write"
}
