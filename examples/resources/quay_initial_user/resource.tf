# A password that no state and no plan ever holds (Terraform 1.11).
variable "admin_password" {
  type      = string
  sensitive = true
  ephemeral = true
  default   = "change-me-soon"
}

# SUPER_USERS in the registry's config.yaml names the user.
resource "quay_initial_user" "admin" {
  username    = "admin"
  email       = "admin@example.com"
  password_wo = var.admin_password
}
