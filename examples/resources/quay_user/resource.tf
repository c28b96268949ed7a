# Quay generates a password, which the state keeps.
resource "quay_user" "alice" {
  username = "alice"
  email    = "alice@example.com"
}

# A password that no state and no plan ever holds (Terraform 1.11).
variable "bob_password" {
  type      = string
  sensitive = true
  ephemeral = true
  default   = "change-me-soon"
}

resource "quay_user" "bob" {
  username            = "bob"
  email               = "bob@example.com"
  password_wo         = var.bob_password
  password_wo_version = 1 # add one to send another password
}

# A user who may not log in, without an e-mail address.
resource "quay_user" "carol" {
  username = "carol"
  enabled  = false
}
