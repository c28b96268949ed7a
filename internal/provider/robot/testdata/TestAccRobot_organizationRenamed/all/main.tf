variable "name" {
  type = string
}

variable "rotation" {
  type    = string
  default = null
}

resource "quay_organization" "o" {
  name = var.name
}

resource "quay_organization_robot" "test" {
  organization = quay_organization.o.name
  name         = "ci"
  description  = "builds images"
  rotation     = var.rotation
}
