resource "quay_service_key" "ci" {
  service    = "ci"
  name       = "CI signing key"
  expiration = "2099-01-31T12:00:00Z"
  notes      = "Requested by the build team"

  metadata = {
    owner = "build-team"
  }
}

output "ci_key_id" {
  value = quay_service_key.ci.kid
}

output "ci_private_key" {
  value     = quay_service_key.ci.private_key
  sensitive = true
}
