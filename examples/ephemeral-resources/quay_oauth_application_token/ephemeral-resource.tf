# A token for this run, such as for another provider's configuration.
ephemeral "quay_oauth_application_token" "run" {
  organization = "acme"
  client_id    = "7K30KPDXOMR8C043U40E"
  name         = "terraform run"
  scopes       = ["repo:read"]
  valid_for    = "30m"
}
