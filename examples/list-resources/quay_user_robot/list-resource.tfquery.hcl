# Terraform writes a configuration for each with
#   terraform query -generate-config-out=robots.tf
list "quay_user_robot" "mine" {
  provider = quay
}
