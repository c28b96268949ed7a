# Terraform writes a configuration for each with
#   terraform query -generate-config-out=autoprune_policies.tf
list "quay_user_autoprune_policy" "mine" {
  provider = quay
}
