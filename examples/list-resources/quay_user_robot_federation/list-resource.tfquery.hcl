# Terraform writes a configuration for each with
#   terraform query -generate-config-out=federations.tf
list "quay_user_robot_federation" "mine" {
  provider = quay
}
