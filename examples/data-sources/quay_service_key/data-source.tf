resource "quay_service_key" "ci" {
  service = "ci"
}

data "quay_service_key" "ci" {
  kid = quay_service_key.ci.kid
}

output "ci_key_expires" {
  value = data.quay_service_key.ci.expiration
}
