variable "organization" {
  type = string
}

variable "repository" {
  type = string
}

variable "description" {
  type = string
}

resource "quay_organization_robot" "test" {
  organization = var.organization
  name         = "ci"
  description  = var.description
}

resource "quay_repo_user_permission" "test" {
  repository = var.repository
  username   = quay_organization_robot.test.username
  role       = "write"
}
