# An application for the access tokens of CI jobs.
resource "quay_oauth_application" "ci" {
  organization = "acme"
  name         = "ci"
  description  = "access tokens of CI jobs"
}

# An application that users log in to with their Quay accounts. Changing rotation gives it a new
# client secret.
resource "quay_oauth_application" "portal" {
  organization    = "acme"
  name            = "portal"
  application_uri = "https://portal.example.com"
  redirect_uri    = "https://portal.example.com/oauth"
  rotation        = "2026-11"
}
