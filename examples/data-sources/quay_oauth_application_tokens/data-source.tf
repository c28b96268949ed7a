data "quay_oauth_application_tokens" "terraform" {
  organization = "acme"
  client_id    = "7K30KPDXOMR8C043U40E"
}

# The names of tokens that nobody has used.
output "unused" {
  value = [for token in data.quay_oauth_application_tokens.terraform.tokens : token.name if token.last_accessed == null]
}
