# Terraform writes a configuration for each with
#   terraform query -generate-config-out=organizations.tf
list "quay_organization" "all" {
  provider = quay
  limit    = 100000
}

list "quay_organization" "acme" {
  provider = quay

  config {
    prefix = "acme"
  }
}
