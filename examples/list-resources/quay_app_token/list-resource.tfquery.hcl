# Terraform writes a configuration for each with
#   terraform query -generate-config-out=app_tokens.tf
list "quay_app_token" "all" {
  provider = quay
}
