list "quay_oauth_application_token" "terraform" {
  provider = quay

  config {
    organization = "acme"
    client_id    = "7K30KPDXOMR8C043U40E"
  }
}
