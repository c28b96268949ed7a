# Terraform writes a configuration for each with
#   terraform query -generate-config-out=immutability_policies.tf
list "quay_repository_immutability_policy" "app" {
  provider = quay

  config {
    repository = "acme/app"
  }
}
