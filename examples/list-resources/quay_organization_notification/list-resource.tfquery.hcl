# Terraform writes a configuration for each with
#   terraform query -generate-config-out=notifications.tf
list "quay_organization_notification" "acme" {
  provider = quay

  config {
    organization = "acme"
  }
}
