# Terraform writes a configuration for each with
#   terraform query -generate-config-out=notifications.tf
list "quay_repository_notification" "app" {
  provider = quay

  config {
    repository = "acme/app"
  }
}
