# QUAY_URL and QUAY_TOKEN say where.

terraform {
  required_version = ">= 1.14"

  required_providers {
    quay = {
      source = "terraform-provider-quay/quay"
    }
  }
}

provider "quay" {}

variable "organization" {
  description = "Name of the organization to bring under Terraform."
  type        = string
}
