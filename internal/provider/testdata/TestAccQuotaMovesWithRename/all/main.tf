variable "name" {
  type = string
}

variable "limit" {
  type = string
}

resource "quay_organization" "o" {
  name = var.name
}

resource "quay_org_quota" "q" {
  organization = quay_organization.o.name
  limit        = var.limit
}

resource "terraform_data" "t" {
  triggers_replace = [quay_org_quota.q.organization]

  lifecycle {
    create_before_destroy = true # which the quota inherits
  }
}
