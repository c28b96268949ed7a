# Terraform writes a configuration for each with
#   terraform query -generate-config-out=notifications.tf
list "quay_user_notification" "mine" {
  provider = quay
}
