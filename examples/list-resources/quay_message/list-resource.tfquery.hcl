# Terraform writes a configuration for each with
#   terraform query -generate-config-out=messages.tf
list "quay_message" "all" {
  provider = quay
}
