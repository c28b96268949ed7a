data "quay_oauth_applications" "acme" {
  organization = "acme"
}
