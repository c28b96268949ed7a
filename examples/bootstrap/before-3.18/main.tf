# From an empty registry to users, an organization, an application and a token of its
# own, in one apply and without a click. Works with every version of Quay.

terraform {
  required_version = ">= 1.11" # for write-only and ephemeral values
  required_providers {
    quay = {
      source = "terraform-provider-quay/quay"
    }
  }
}

variable "url" {
  description = "Address of the registry."
  type        = string
}

variable "admin_password" {
  description = "Password of the first user. Neither the state nor a plan holds it."
  type        = string
  sensitive   = true
  ephemeral   = true
}

# Creates the first user. It waits for a registry that is just starting.
provider "quay" {
  alias           = "first"
  url             = var.url
  username        = "admin"
  password        = var.admin_password
  startup_timeout = "10m"
}

resource "quay_initial_user" "admin" {
  provider = quay.first

  username    = "admin" # which SUPER_USERS in the registry's config.yaml names
  email       = "admin@example.com"
  password_wo = var.admin_password
}

# Signs in as the first user. Because the name comes from the resource, Terraform creates
# the user before everything that this provider manages.
provider "quay" {
  url      = var.url
  username = quay_initial_user.admin.username
  password = var.admin_password
}

resource "quay_user" "alice" {
  username = "alice"
  email    = "alice@example.com"
}

resource "quay_organization" "automation" {
  name  = "automation"
  email = "automation@example.com"
}

resource "quay_oauth_application" "terraform" {
  organization = quay_organization.automation.name
  name         = "terraform"
}

# The token for everything else. It is valid for ten years, and the state holds it.
resource "quay_user_authorization" "terraform" {
  organization = quay_oauth_application.terraform.organization
  client_id    = quay_oauth_application.terraform.client_id
  scopes       = ["super:user", "org:admin", "repo:admin", "repo:create", "user:admin"]
  rotation     = "1" # another text makes another token

  lifecycle {
    create_before_destroy = true
  }
}

output "token" {
  value     = quay_user_authorization.terraform.token
  sensitive = true
}
