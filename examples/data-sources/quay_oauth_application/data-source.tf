data "quay_oauth_application" "terraform" {
  organization = "acme"
  name         = "terraform"
}
