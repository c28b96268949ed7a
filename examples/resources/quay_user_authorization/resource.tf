# The provider signs in with username and password.
resource "quay_oauth_application" "terraform" {
  organization = "acme"
  name         = "terraform"
}

resource "quay_user_authorization" "terraform" {
  organization = quay_oauth_application.terraform.organization
  client_id    = quay_oauth_application.terraform.client_id
  scopes       = ["org:admin", "repo:admin", "user:admin"]

  lifecycle {
    create_before_destroy = true # a rotation makes the next token first
  }
}

output "token" {
  value     = quay_user_authorization.terraform.token
  sensitive = true
}
