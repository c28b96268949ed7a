# A token that pulls images for 90 days. From 14 days before it expires, a plan replaces it.
resource "quay_oauth_application_token" "ci" {
  organization  = "acme"
  client_id     = "7K30KPDXOMR8C043U40E"
  name          = "ci"
  scopes        = ["repo:read"]
  valid_for     = "2160h"
  rotate_before = "336h"

  lifecycle {
    create_before_destroy = true
  }
}
