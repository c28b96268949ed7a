# Terraform writes a configuration for each with
#   terraform query -generate-config-out=repositories.tf
list "quay_repository" "acme" {
  provider = quay

  config {
    namespace = "acme"
  }
}
