variable "generated" {
  type = string
}

variable "chosen" {
  type = string
}

variable "password_version" {
  type = number
}

variable "organization" {
  type = string
}

variable "repository" {
  type = string
}

provider "quay" {
  max_retries = 0
  headers     = { "X-Gateway-Key" = "gateway-secret-4711" }
}

resource "quay_user" "generated" {
  username = var.generated
}

resource "quay_user" "chosen" {
  username            = var.chosen
  password_wo         = "write-only-secret-4711"
  password_wo_version = var.password_version
}

resource "quay_service_key" "key" {
  service = "tfacc"
}

resource "quay_service_key_approval" "key" {
  kid = quay_service_key.key.kid
}

resource "quay_organization" "test" {
  name = var.organization
}

resource "quay_org_quota" "test" {
  organization = quay_organization.test.name
  limit        = "1 GiB"
}

resource "quay_user_quota" "test" {
  username = quay_user.generated.username
  limit    = "1 GiB"
}

resource "quay_repo_user_permission" "test" {
  repository = var.repository
  username   = quay_user.generated.username
  role       = "read"
}

resource "quay_repo_team_permission" "test" {
  repository = var.repository
  team       = "owners"
  role       = "read"
}

resource "quay_registry_size_calculation" "test" {}
