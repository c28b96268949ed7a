variable "repository" {
  type = string
}

variable "username" {
  type = string
}

variable "robot" {
  type = string
}

variable "team" {
  type = string
}

data "quay_repo_user_permission" "user" {
  repository = var.repository
  username   = var.username
}

data "quay_repo_user_permission" "robot" {
  repository = var.repository
  username   = var.robot
}

data "quay_repo_team_permission" "team" {
  repository = var.repository
  team       = var.team
}

data "quay_repo_user_transitive_permission" "user" {
  repository = var.repository
  username   = var.username
}

data "quay_repo_user_permissions" "all" {
  repository = var.repository
}

data "quay_repo_team_permissions" "all" {
  repository = var.repository
}

output "users" {
  value = join(" ", [
    for permission in data.quay_repo_user_permissions.all.permissions :
    "${permission.name}=${permission.role}/${permission.is_robot}" if permission.role != "admin"
  ])
}

output "names" {
  value = data.quay_repo_user_permissions.all.permissions[*].name
}
