variable "organization" {
  type = string
}

variable "by_index" {
  type    = bool
  default = true
}

locals {
  permissions = setproduct([for i in range(4) : "${var.organization}/app${i}"], ["devs", "ops"])
}

resource "quay_repo_team_permission" "p" {
  for_each = {
    for i, permission in local.permissions :
    var.by_index ? "permission${i}" : join("-", permission) => { repository = permission[0], team = permission[1] }
  }
  repository = each.value.repository
  team       = each.value.team
  role       = "write"
}
