variable "repository" {
  type = string
}

variable "team" {
  type = string
}

resource "quay_repo_team_permission" "p" {
  repository = var.repository
  team       = var.team
  role       = "write"

  lifecycle {
    create_before_destroy = true
  }
}
