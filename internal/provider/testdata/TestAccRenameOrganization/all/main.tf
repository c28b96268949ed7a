variable "name" {
  type = string
}

variable "limit" {
  type = string
}

variable "repositories" {
  type = list(string)
}

resource "quay_organization" "o" {
  name          = var.name
  force_destroy = true
}

resource "quay_org_quota" "q" {
  organization = quay_organization.o.name
  limit        = var.limit
}

resource "quay_organization_robot" "r" {
  organization = quay_organization.o.name
  name         = "ci"
}

resource "quay_organization_team" "t" {
  organization = quay_organization.o.name
  name         = "devs"
  role         = "member"
  members      = [quay_organization_robot.r.username]
}

resource "quay_organization_team" "ops" {
  organization = quay_organization.o.name
  name         = "ops"
  role         = "creator"
}

resource "quay_organization_team_member" "m" {
  organization = quay_organization.o.name
  team         = quay_organization_team.ops.name
  member       = quay_organization_robot.r.username
}

resource "quay_repository" "r" {
  count       = length(var.repositories)
  namespace   = quay_organization.o.name
  name        = var.repositories[count.index]
  description = "Images of ${var.repositories[count.index]}"
}

resource "quay_organization_default_permission" "d" {
  organization  = quay_organization.o.name
  role          = "read"
  delegate_team = quay_organization_team.ops.name
  depends_on    = [quay_repository.r]
}

resource "quay_repo_team_permission" "p" {
  count      = length(var.repositories)
  repository = "${quay_organization.o.name}/${quay_repository.r[count.index].name}"
  team       = quay_organization_team.t.name
  role       = "write"
}

resource "quay_repo_user_permission" "p" {
  count      = length(var.repositories)
  repository = "${quay_organization.o.name}/${quay_repository.r[count.index].name}"
  username   = quay_organization_robot.r.username
  role       = "read"
}
