variable "name" {
  type = string
}

variable "imported" {
  type = string
}

variable "username" {
  type = string
}

import {
  to = quay_organization.test
  id = var.imported
}

resource "quay_organization" "test" {
  name          = var.name
  email         = "${var.imported}@example.com"
  force_destroy = true
}

resource "quay_org_quota" "test" {
  organization = quay_organization.test.name
  limit        = "10 GiB"
}

resource "quay_repo_user_permission" "test" {
  repository = "${quay_organization.test.name}/app"
  username   = var.username
  role       = "read"
}

resource "quay_repo_team_permission" "test" {
  repository = "${quay_organization.test.name}/app"
  team       = "devs"
  role       = "write"
}
