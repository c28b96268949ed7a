# Terraform writes a configuration for each with
#   terraform query -generate-config-out=applications.tf
list "quay_oauth_application" "acme" {
  provider = quay

  config {
    organization = "acme"
  }
}
