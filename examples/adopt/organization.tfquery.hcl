# All that is in one organization. Quay lists organizations and their quotas only to
# superusers: with another token, leave the first two lists out.

list "quay_organization" "this" {
  provider = quay
  config {
    prefix = var.organization
  }
}

list "quay_org_quota" "this" {
  provider = quay
  config {
    prefix = var.organization
  }
}

list "quay_repository" "all" {
  provider = quay
  limit    = 100000
  config {
    namespace = var.organization
  }
}

# With their members.
list "quay_organization_team" "all" {
  provider = quay
  limit    = 100000
  config {
    organization = var.organization
  }
}

list "quay_organization_robot" "all" {
  provider = quay
  limit    = 100000
  config {
    organization = var.organization
  }
}

list "quay_organization_default_permission" "all" {
  provider = quay
  limit    = 100000
  config {
    organization = var.organization
  }
}

list "quay_repo_user_permission" "all" {
  provider = quay
  limit    = 100000
  config {
    organization = var.organization
  }
}

list "quay_repo_team_permission" "all" {
  provider = quay
  limit    = 100000
  config {
    organization = var.organization
  }
}
