# An organization with all that is in it.

terraform {
  required_providers {
    quay = {
      source = "terraform-provider-quay/quay"
    }
  }
}

variable "name" {
  description = "Name of the organization. Another name renames it, with all that is in it."
  type        = string
}

variable "members" {
  description = "Users who are in the team, with their role in the repository app."
  type        = map(string)
}

variable "keep_tags" {
  description = "How many tags each repository keeps, or 0 for all. Needs Quay 3.10 or later, and FEATURE_AUTO_PRUNE: true in its config.yaml."
  type        = number
  default     = 100
}

variable "upstream" {
  description = "Host of a registry to mirror an image of, or null for none. Needs FEATURE_REPO_MIRROR: true in Quay's config.yaml."
  type        = string
  default     = null
}

resource "quay_organization" "this" {
  name = var.name
}

resource "quay_repository" "app" {
  namespace   = quay_organization.this.name
  name        = "app"
  description = "The application."
}

resource "quay_repository" "service" {
  namespace   = quay_organization.this.name
  name        = "team/service"
  description = "A service of the application."
}

resource "quay_organization_robot" "ci" {
  organization = quay_organization.this.name
  name         = "ci"
  description  = "Builds and pushes images."
}

resource "quay_organization_team" "devs" {
  organization = quay_organization.this.name
  name         = "devs"
  role         = "member"
  description  = "Developers."
  members      = keys(var.members)
}

# For repositories that are made outside Terraform.
resource "quay_organization_default_permission" "devs" {
  organization  = quay_organization.this.name
  delegate_team = quay_organization_team.devs.name
  role          = "read"

  depends_on = [quay_repository.app, quay_repository.service, quay_repository.nginx]
}

resource "quay_organization_autoprune_policy" "tags" {
  count = var.keep_tags > 0 ? 1 : 0

  organization = quay_organization.this.name
  method       = "number_of_tags"
  value        = var.keep_tags
}

# A deployment server learns of each push.
resource "quay_repository_notification" "pushes" {
  repository = "${quay_repository.app.namespace}/${quay_repository.app.name}"
  title      = "Deploy"
  event      = "repo_push"
  method     = "webhook"

  webhook = {
    url = "https://deploy.example.com/hooks/quay"
  }
}

resource "quay_organization_robot" "mirror" {
  count = var.upstream == null ? 0 : 1

  organization = quay_organization.this.name
  name         = "mirror"
  description  = "Pushes what mirrors copy."
}

resource "quay_repository" "nginx" {
  count = var.upstream == null ? 0 : 1

  namespace   = quay_organization.this.name
  name        = "mirror/nginx"
  description = "A copy of the image of another registry."

  # Quay does not delete a robot account that a mirror uses, so Terraform destroys the repository first.
  depends_on = [quay_organization_robot.mirror]
}

resource "quay_repository_mirror" "nginx" {
  count = var.upstream == null ? 0 : 1

  repository         = "${quay_repository.nginx[0].namespace}/${quay_repository.nginx[0].name}"
  external_reference = "${var.upstream}/library/nginx"
  tags               = ["latest", "1.*"]
  robot              = quay_organization_robot.mirror[0].username
  sync_interval      = 24 * 60 * 60
  sync_start_date    = "2030-01-31T02:00:00Z"
}

# Everybody who has a role in the application. Terraform removes a role that somebody adds by hand.
resource "quay_repository_permissions" "app" {
  repository = "${quay_repository.app.namespace}/${quay_repository.app.name}"
  users      = var.members
  teams      = { (quay_organization_team.devs.name) = "read" }
}

# Single roles in the service leave other roles alone.
resource "quay_repo_user_permission" "ci" {
  repository = "${quay_repository.service.namespace}/${quay_repository.service.name}"
  username   = quay_organization_robot.ci.username
  role       = "write"
}

resource "quay_repo_team_permission" "devs" {
  repository = "${quay_repository.service.namespace}/${quay_repository.service.name}"
  team       = quay_organization_team.devs.name
  role       = "read"
}

output "name" {
  value = quay_organization.this.name
}

output "pull_secret" {
  description = "What docker, podman and Kubernetes need to pull as the robot."
  value       = quay_organization_robot.ci.dockerconfigjson
  sensitive   = true
}
